//! [`deployments`]: for each number of defences, the least value that a mix of no more than so many reaches.
//!
//! Subsets are looked at one by one, but most by a glance: an attacker's mix `x` with multipliers `λ`, found for one
//! subset, proves of every other that its value is at least the least `(x'L)_j + Σ_k λ_k (c_kj - B_k)` among its
//! defences. Such proofs are kept, and a subset is solved only if none of them shows that it is no better than the best
//! so far.
//!
//! Guarantee: exact, ties to the subset that comes first. Not guaranteed: speed; there are `C(n, k)` subsets, and more
//! than [`MOST_SUBSETS`] are refused.

use saddlepoint_game::certificate::CertificateError;
use saddlepoint_game::concept::{charges, defence_losses};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Constraint, DefenceId, Game, MixedStrategy};

use super::error::ConceptError;
use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::settings::Settings;

/// Most subsets of one size that are looked at.
pub const MOST_SUBSETS: usize = 200_000;

/// Most proofs that are kept; the newest replace the oldest.
const MOST_PROOFS: usize = 256;

/// The best that so many defences can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// How many defences the mix may use.
    pub size: usize,
    /// A best choice of them, ascending.
    pub defences: Vec<DefenceId>,
    /// The least value.
    pub value: Rational,
    /// A mix of them that reaches it, over all defences of the game.
    pub defender: MixedStrategy,
}

/// The best deployment of each size up to `most`, in ascending order, sizes without an admissible mix left out. Ends
/// early at the first that reaches the value of the whole game, which no larger one undercuts.
///
/// # Errors
/// [`ConceptError::TooLarge`] if there are more than [`MOST_SUBSETS`] subsets of a size; [`ConceptError::Solve`] if no
/// mix is admissible or the time limit of the settings is reached.
pub fn deployments(game: &Game, most: usize, settings: &Settings) -> Result<Vec<Deployment>, ConceptError> {
    settings.validate()?;
    let limits = settings.limits();
    let stopped = || SolveError::Stopped { method: Method::Exact, limit: "time limit" };
    let n = game.loss.defences().len();
    let whole = exact::certified(game, limits)?.ok_or_else(stopped)?;
    let floor = whole.certificate.lower.clone();
    let mut proofs = vec![worths(game, &whole.attacker, &whole.multipliers)?];
    let mut found: Vec<Deployment> = Vec::new();
    for size in 1..=most.min(n) {
        if subsets(n, size).is_none_or(|count| count > MOST_SUBSETS) {
            return Err(ConceptError::TooLarge { what: "subsets of the defences", most: MOST_SUBSETS });
        }
        // A smaller choice is one of this size too.
        let mut best = found.last().map(|smaller| Deployment { size, ..smaller.clone() });
        let mut subset: Vec<usize> = (0..size).collect();
        loop {
            let bar = best.as_ref().map(|best| &best.value);
            let is_hopeless = |worth: &Vec<Rational>| subset.iter().map(|j| &worth[*j]).min() >= bar;
            if bar.is_none() || !proofs.iter().rev().any(is_hopeless) {
                let part = part(game, &subset).ok_or(ConceptError::None("defence"))?;
                match exact::certified(&part, limits) {
                    Ok(Some(solution)) => {
                        proofs.push(worths(game, &solution.attacker, &solution.multipliers)?);
                        if proofs.len() > MOST_PROOFS {
                            proofs.remove(1);
                        }
                        let value = solution.certificate.upper.clone();
                        if bar.is_none_or(|bar| value < *bar) {
                            let mut probabilities = vec![Rational::ZERO; n];
                            for (k, j) in subset.iter().enumerate() {
                                probabilities[*j] = solution.defender.probability(k);
                            }
                            let defender = MixedStrategy::exact(probabilities)?;
                            let defences = subset.iter().copied().map(DefenceId).collect();
                            best = Some(Deployment { size, defences, value, defender });
                        }
                    }
                    Ok(None) => return Err(stopped().into()),
                    Err(SolveError::Infeasible { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if limits.is_late() {
                return Err(stopped().into());
            }
            if !advance(&mut subset, n) {
                break;
            }
        }
        if let Some(best) = best {
            let is_done = best.value <= floor;
            found.push(best);
            if is_done {
                break;
            }
        }
    }
    Ok(found)
}

/// What each defence loses at least to a mix, with what its excesses are charged.
fn worths(game: &Game, attacker: &MixedStrategy, multipliers: &[Rational]) -> Result<Vec<Rational>, CertificateError> {
    let charges = charges(&game.constraints, game.loss.defences().len(), multipliers)?;
    Ok(defence_losses(&game.loss, attacker).into_iter().zip(charges).map(|(loss, charge)| loss + charge).collect())
}

/// The game of some defences; `None` without any.
pub(super) fn part(game: &Game, defences: &[usize]) -> Option<Game> {
    let columns: Vec<_> = defences.iter().copied().map(DefenceId).collect();
    let loss = game.loss.restricted(&game.loss.attack_ids().collect::<Vec<_>>(), &columns)?;
    let kept = |constraint: &Constraint| {
        let coefficient = |j: &usize| constraint.coefficients.get(*j).unwrap_or(&constraint.bound).clone();
        Constraint { coefficients: defences.iter().map(coefficient).collect(), ..constraint.clone() }
    };
    Some(Game { loss, constraints: game.constraints.iter().map(kept).collect() })
}

/// The next subset of the same size in lexicographic order; `false` after the last.
fn advance(subset: &mut [usize], n: usize) -> bool {
    let size = subset.len();
    let Some(k) = (0..size).rev().find(|k| subset[*k] < n - size + k) else { return false };
    let first = subset[k] + 1;
    subset[k..].iter_mut().enumerate().for_each(|(after, j)| *j = first + after);
    true
}

/// `C(n, size)`; `None` beyond the largest integer.
fn subsets(n: usize, size: usize) -> Option<usize> {
    (1..=size).try_fold(1_usize, |count, k| Some(count.checked_mul(n + 1 - k)? / k))
}
