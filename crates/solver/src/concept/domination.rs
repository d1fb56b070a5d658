//! [`dominated_defences`] and [`dominated_attacks`]: what a mix of the others does at least as well, whatever the other
//! side plays.
//!
//! Defence `j` is dominated if a mix `y` of the others has `(L y)_i ≤ L[i][j]` for every attack: if the game of the
//! other columns, less column `j`, has a value of at most 0. An attack likewise, with the players exchanged. Dominated
//! *on this loss*: such a defence may be cheaper, or refuse less, and return to the mix under a constraint. So nothing
//! is removed here.

use saddlepoint_game::certificate::Certificate;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs};

use super::error::ConceptError;
use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::settings::Settings;

/// A strategy that a mix of the others dominates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domination {
    /// The strategy: a row or a column.
    pub strategy: usize,
    /// The mix of the others that does at least as well everywhere; 0 on the strategy itself.
    pub by: MixedStrategy,
    /// By how much that mix is better at least, wherever it is met: at least 0, positive if it is strictly better.
    pub margin: Rational,
}

/// The defences that a mix of others dominates, in game order; of two equal ones, both. Exact.
///
/// # Errors
/// [`ConceptError::Solve`] if the time limit of the settings is reached.
pub fn dominated_defences(loss: &LossMatrix, settings: &Settings) -> Result<Vec<Domination>, ConceptError> {
    settings.validate()?;
    let limits = settings.limits();
    let n = loss.defences().len();
    let mut found = Vec::new();
    for own in loss.defence_ids().filter(|_| n > 1) {
        let others: Vec<_> = loss.defence_ids().filter(|j| *j != own).collect();
        let rows = loss.attack_ids().flat_map(|i| others.iter().map(move |j| (i, *j)));
        let entries = rows.map(|(i, j)| loss.loss(i, j) - loss.loss(i, own)).collect();
        let names = others.iter().map(|j| loss.defences()[j.0].clone()).collect();
        let payoffs = Payoffs::new(entries);
        let game = Game::new(LossMatrix::from_checked(loss.attacks().clone(), names, payoffs, PayoffKind::Rational)?);
        let stopped = || SolveError::Stopped { method: Method::Exact, limit: "time limit" };
        let solution = exact::certified(&game, limits)?.ok_or_else(stopped)?;
        let Certificate { upper, .. } = solution.certificate;
        if upper <= Rational::ZERO {
            let mut by = solution.defender.probabilities();
            by.insert(own.0, Rational::ZERO);
            found.push(Domination { strategy: own.0, by: MixedStrategy::exact(by)?, margin: -upper });
        }
    }
    Ok(found)
}

/// The attacks that a mix of others dominates: it costs the defender at least as much against every defence. As
/// [`dominated_defences`].
///
/// # Errors
/// As [`dominated_defences`].
pub fn dominated_attacks(loss: &LossMatrix, settings: &Settings) -> Result<Vec<Domination>, ConceptError> {
    dominated_defences(&loss.exchanged(), settings)
}
