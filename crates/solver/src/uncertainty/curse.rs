//! [`curse`]: the optimiser's curse, simulated with the table as the truth.
//!
//! 1. `A`: the rates that the source prints, taken as true; `v` is their value. Missing cells stand at their highest loss.
//! 2. Replicate `r`: each count made again, with binomial successes in as many trials; `Â` are its rates.
//! 3. `ŷ`: an optimal mix for `Â`. It promises `v(Â)` and truly loses `max_i (A ŷ)_i ≥ v`.
//!
//! The difference `E[max_i (A ŷ)_i] - v` is what fitting to noise costs. It estimates that of the table itself, of which
//! the truth is unknown, as a bootstrap does. Cells are independent here; those of published tables share their prompts.

use saddlepoint_game::noise::{Noisy, Stream};
use saddlepoint_game::rational::to_f64;
use saddlepoint_game::scenario::Instance;

use super::distribution::Distribution;
use super::error::UncertaintyError;
use super::replicates::{fit, run, worst_loss};
use super::sampling::Sampling;
use crate::batch::Workspace;
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

/// Simulates repetitions of the table, with the printed rates as the true ones.
///
/// # Errors
/// [`UncertaintyError::Solve`] if a setting is out of range, [`UncertaintyError::Noise`] if there is no game at some rates.
pub fn curse(noisy: &dyn Noisy, sampling: &Sampling) -> Result<Curse, UncertaintyError> {
    // 1.
    let printed = noisy.printed();
    let truth = noisy.instance(&printed)?;
    let printed: Vec<_> = printed.iter().map(to_f64).collect();
    let value = fit(&mut Workspace::default(), noisy, std::slice::from_ref(&truth))?;
    let value = value.first().map_or(f64::NAN, |solved| solved.highest.value);
    let (replicates, status) = run(sampling, |workspace, replicates| {
        // 2.
        let repeat = |replicate| {
            let repeated = noisy.tally().repeated(&printed, &mut Stream::new(sampling.seed, replicate))?;
            let instance = noisy.instance(&repeated.rounded_rates())?;
            Ok::<_, UncertaintyError>(Instance { lowest: None, ..instance })
        };
        let instances = replicates.map(repeat).collect::<Result<Vec<_>, _>>()?;
        // 3.
        let fits = fit(workspace, noisy, &instances)?;
        Ok(fits.iter().map(|fit| (fit.highest.value, worst_loss(&truth.game, &fit.highest.defender))).collect())
    })?;
    let (found, loss) = replicates.into_iter().unzip();
    Ok(Curse { value, found: Distribution::of(found), loss: Distribution::of(loss), status })
}
