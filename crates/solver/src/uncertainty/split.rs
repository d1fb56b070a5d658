//! [`split_bracket`]: fit on one half of the trials, evaluate on the other.
//!
//! 1. Deal the trials of each cell into two halves at random; `A1`, `A2` are their rates.
//! 2. `x̂`, `ŷ`: an equilibrium of `A1`.
//! 3. `min_y x̂'A2 y` over the admissible mixes, and `max_i (A2 ŷ)_i`.
//!
//! Given `A`, the halves are independent, and `E[A2] = A`. A minimum is concave and a maximum convex, so that
//! `E[min_y x̂'A2 y] ≤ E[min_y x̂'A y] ≤ v ≤ E[max_i (A ŷ)_i] ≤ E[max_i (A2 ŷ)_i]`.
//!
//! With missing cells the lower end is that of the lowest losses and the upper end that of the highest. A defender who must
//! choose one defence is met by the attack that was worst for it in the first half, and the same inequalities hold.
//!
//! The bracket is right on average over tables. It is **no confidence interval**: averaging over splits removes the chance
//! of the split, not that of the table, and a single bracket can miss the value. The upper end also over-estimates the
//! true loss of `ŷ`, and `ŷ` was fitted to half of the trials.

use saddlepoint_game::noise::{Noisy, Stream};

use super::distribution::Distribution;
use super::error::UncertaintyError;
use super::replicates::{fit, least_gain, least_gain_of_one, run, worst_loss};
use super::sampling::Sampling;
use crate::solution::Status;

/// Both ends over the splits; their means are the bracket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SplitBracket {
    /// `min_y x̂'A2 y`: on average at most the value.
    pub lower: Distribution,
    /// `max_i (A2 ŷ)_i`: on average at least the value.
    pub upper: Distribution,
    /// [`Status::TimeLimit`] if these are fewer splits than asked for.
    pub status: Status,
}

/// Brackets the value by so many splits as there are replicates.
///
/// # Errors
/// [`UncertaintyError::Noise`] if a count has fewer than 2 trials; [`UncertaintyError::Solve`] if a setting is out
/// of range.
pub fn split_bracket(noisy: &dyn Noisy, sampling: &Sampling) -> Result<SplitBracket, UncertaintyError> {
    let (ends, status) = run(sampling, |workspace, replicates| {
        let (mut fitted, mut held_out) = (Vec::new(), Vec::new());
        for replicate in replicates {
            // 1.
            let (first, second) = noisy.tally().halves(&mut Stream::new(sampling.seed, replicate))?;
            fitted.push(noisy.instance(&first.rounded_rates())?);
            held_out.push(noisy.instance(&second.rounded_rates())?);
        }
        // 2.
        let fits = fit(workspace, noisy, &fitted)?;
        // 3.
        let mut ends = Vec::with_capacity(fits.len());
        for ((fit, fitted), held) in fits.iter().zip(&fitted).zip(&held_out) {
            let lowest = held.lowest.as_ref().unwrap_or(&held.game);
            let lower = if noisy.is_pure() {
                least_gain_of_one(fitted.lowest.as_ref().unwrap_or(&fitted.game), lowest)
            } else {
                least_gain(workspace, lowest, fit.attacker())?
            };
            ends.push((lower, worst_loss(&held.game, &fit.highest.defender)));
        }
        Ok(ends)
    })?;
    let (lower, upper) = ends.into_iter().unzip();
    Ok(SplitBracket { lower: Distribution::of(lower), upper: Distribution::of(upper), status })
}
