//! [`transfer`]: what a mix that is tuned on one victim loses on another.

use saddlepoint_game::concept::attack_losses;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Constraint, Game, LossMatrix};

use super::answer::solved;
use super::error::ConceptError;
use crate::settings::Settings;
use crate::solution::Solution;

/// Losses of every tuned mix on every victim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The answer for each victim by itself.
    pub tuned: Vec<Solution>,
    /// `losses[i][j] = max_a (L^j y_i)_a`: the mix tuned on victim `i`, met on victim `j`. Exact for that mix; where a
    /// victim has several optimal mixes, another one may lose another amount elsewhere.
    pub losses: Vec<Vec<Rational>>,
    /// `losses[i][j] - v_j`, from the lower end of the interval of `v_j`.
    pub regrets: Vec<Vec<Rational>>,
}

/// Solves every victim by itself and plays every mix on every victim.
///
/// # Errors
/// [`ConceptError`] if there is no victim, defences differ, or no mix is admissible.
pub fn transfer(
    victims: &[LossMatrix],
    constraints: &[Constraint],
    settings: &Settings,
) -> Result<Transfer, ConceptError> {
    let first = victims.first().ok_or(ConceptError::None("victim"))?;
    if let Some(k) = victims.iter().position(|other| other.defences() != first.defences()) {
        return Err(ConceptError::OtherDefences { what: "victim", name: (k + 1).to_string() });
    }
    let solve = |loss: &LossMatrix| solved(&Game { loss: loss.clone(), constraints: constraints.to_vec() }, settings);
    let tuned = victims.iter().map(solve).collect::<Result<Vec<_>, _>>()?;
    let worst = |loss, mix: &Solution| attack_losses(loss, &mix.defender).into_iter().max().unwrap_or(Rational::ZERO);
    let met = |mix: &Solution| victims.iter().map(|loss| worst(loss, mix)).collect::<Vec<_>>();
    let losses: Vec<_> = tuned.iter().map(met).collect();
    let regret =
        |row: &Vec<Rational>| row.iter().zip(&tuned).map(|(loss, own)| loss - &own.certificate.lower).collect();
    let regrets = losses.iter().map(regret).collect();
    Ok(Transfer { tuned, losses, regrets })
}
