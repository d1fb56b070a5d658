//! [`split_bracket`]: fit on one half of the trials, evaluate on the other.
//!
//! 1. Deal the trials of each cell into two halves at random; `A1`, `A2` are their rates.
//! 2. `x̂`, `ŷ`: an equilibrium of `A1`.
//! 3. `min_j (x̂'A2)_j` and `max_i (A2 ŷ)_i`.
//!
//! Given `A`, the halves are independent, and `E[A2] = A`. A minimum is concave and a maximum convex, so that
//! `E[min_j (x̂'A2)_j] ≤ E[min_j (x̂'A)_j] ≤ v ≤ E[max_i (A ŷ)_i] ≤ E[max_i (A2 ŷ)_i]`.
//!
//! The bracket is right on average over tables. It is **no confidence interval**: averaging over splits removes the chance
//! of the split, not that of the table, and a single bracket can miss the value. The upper end also over-estimates the
//! true loss of `ŷ`, and `ŷ` was fitted to half of the trials.

use saddlepoint_game::noise::{Counts, Stream};

use super::distribution::Distribution;
use super::error::UncertaintyError;
use super::replicates::{least_gain, run, solve, worst_loss};
use super::sampling::Sampling;
use crate::dense::Dense;
use crate::solution::Status;

/// Both ends over the splits; their means are the bracket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SplitBracket {
    /// `min_j (x̂'A2)_j`: on average at most the value.
    pub lower: Distribution,
    /// `max_i (A2 ŷ)_i`: on average at least the value.
    pub upper: Distribution,
    /// [`Status::TimeLimit`] if these are fewer splits than asked for.
    pub status: Status,
}

/// Brackets the value by so many splits as there are replicates.
///
/// # Errors
/// [`UncertaintyError::Noise`] if a counted cell has fewer than 2 trials; [`UncertaintyError::Solve`] if a setting is out
/// of range.
pub fn split_bracket(counts: &Counts, sampling: &Sampling) -> Result<SplitBracket, UncertaintyError> {
    let (attacks, defences) = (counts.attacks().len(), counts.defences().len());
    let (ends, status) = run(sampling, |replicates| {
        let (mut rates, mut fitted, mut held_out) = (Vec::new(), Vec::new(), Vec::new());
        for replicate in replicates {
            // 1.
            let (first, second) = counts.halves(&mut Stream::new(sampling.seed, replicate))?;
            first.observed_rates(sampling.unmeasured, &mut rates);
            fitted.extend_from_slice(&rates);
            second.observed_rates(sampling.unmeasured, &mut rates);
            held_out.extend_from_slice(&rates);
        }
        // 2.
        let solved = solve(counts, &fitted)?;
        // 3.
        let held_out = held_out.chunks_exact(attacks * defences).map(|rates| Dense::new(attacks, defences, rates));
        let ends = solved.iter().zip(held_out);
        Ok(ends.map(|(fit, held)| (least_gain(&held, &fit.attacker), worst_loss(&held, &fit.defender))).collect())
    })?;
    let (lower, upper) = ends.into_iter().unzip();
    Ok(SplitBracket { lower: Distribution::of(lower), upper: Distribution::of(upper), status })
}
