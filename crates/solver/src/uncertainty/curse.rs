//! [`curse`]: the optimiser's curse, simulated with the table as the truth.
//!
//! 1. `A`: the rates of the table, taken as true; `v` is their value.
//! 2. Replicate `r`: each cell measured again, with binomial successes in as many trials; `Â` are its rates.
//! 3. `ŷ`: an optimal mix for `Â`. It promises `v(Â)` and truly loses `max_i (A ŷ)_i ≥ v`.
//!
//! The difference `E[max_i (A ŷ)_i] - v` is what fitting to noise costs. It estimates that of the table itself, of which
//! the truth is unknown, as a bootstrap does. Cells are independent here; those of published tables share their prompts.

use saddlepoint_game::noise::{Counts, Stream};

use super::distribution::Distribution;
use super::error::UncertaintyError;
use super::replicates::{run, solve, worst_loss};
use super::sampling::Sampling;
use crate::dense::Dense;
use crate::solution::Status;

/// What mixes promise and what they lose, were the table the truth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curse {
    /// `v`: the value of the table.
    pub value: f64,
    /// `v(Â)`: the value that a repetition finds. Its mean errs in either direction.
    pub found: Distribution,
    /// `max_i (A ŷ)_i`: the true loss of the mix that a repetition recommends; never below `v`.
    pub loss: Distribution,
    /// [`Status::TimeLimit`] if these are fewer replicates than asked for.
    pub status: Status,
}

impl Curse {
    /// `E[max_i (A ŷ)_i] - v`, at least 0 up to rounding.
    #[must_use]
    pub fn excess(&self) -> f64 {
        self.loss.mean - self.value
    }
}

/// Simulates repetitions of the table, with `k / n` as the true rates.
///
/// # Errors
/// [`UncertaintyError::Solve`] if a setting is out of range.
pub fn curse(counts: &Counts, sampling: &Sampling) -> Result<Curse, UncertaintyError> {
    let mut rates = Vec::new();
    counts.observed_rates(sampling.unmeasured, &mut rates);
    curse_at(counts, &rates, sampling)
}

/// [`curse`] with other true rates, row by row: those that a source prints need not be multiples of `1 / n`, in
/// particular if `n` is assumed.
///
/// # Errors
/// [`UncertaintyError::Noise`] unless there is one rate in [0, 1] per cell, and as [`curse`].
pub fn curse_at(counts: &Counts, truth: &[f64], sampling: &Sampling) -> Result<Curse, UncertaintyError> {
    // 1.
    counts.check_rates(truth)?;
    let value = solve(counts, truth)?.first().map_or(f64::NAN, |solved| solved.value);
    let (replicates, status) = run(sampling, |replicates| {
        let (mut rates, mut tables) = (Vec::new(), Vec::new());
        for replicate in replicates {
            // 2.
            let repeated = counts.repeated(truth, &mut Stream::new(sampling.seed, replicate))?;
            repeated.observed_rates(sampling.unmeasured, &mut rates);
            tables.extend_from_slice(&rates);
        }
        // 3.
        let solved = solve(counts, &tables)?;
        let truth = Dense::new(counts.attacks().len(), counts.defences().len(), truth);
        Ok(solved.iter().map(|fit| (fit.value, worst_loss(&truth, &fit.defender))).collect())
    })?;
    let (found, loss) = replicates.into_iter().unzip();
    Ok(Curse { value, found: Distribution::of(found), loss: Distribution::of(loss), status })
}
