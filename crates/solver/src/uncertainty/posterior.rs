//! [`posterior`]: plausible values and mixes, given the counts.
//!
//! 1. Replicate `r`: a rate for each count from its posterior, Beta with parameters `k + 1/2` and `n - k + 1/2` (Jeffreys'
//!    prior), to the grid of draws.
//! 2. The value and both mixes of that game. With missing cells: `V+` and its mix of the defender, `V-` and its mix of the
//!    attacker, which are what each side can be sure of.
//! 3. Over all replicates: the distributions, and how often the defender uses which defences.
//!
//! If a support has frequency 0.7, the counts do not say which defences are best: another table could as well have named
//! others. That is a statement about the table and not advice to mix in those proportions.

use std::collections::BTreeMap;

use saddlepoint_game::DefenceId;
use saddlepoint_game::noise::{Noisy, Stream};

use super::distribution::Distribution;
use super::error::UncertaintyError;
use super::replicates::{Fit, fit, run};
use super::sampling::Sampling;
use crate::solution::Status;

/// A defence is in a support if its probability is above this; vertices of drawn games have no others but by rounding.
pub const SUPPORT_FLOOR: f64 = 1e-9;

/// The defences that a mix uses, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// Columns with a probability above [`SUPPORT_FLOOR`], ascending.
    pub defences: Vec<DefenceId>,
    /// Replicates with this support.
    pub replicates: usize,
}

/// Distributions over replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Of the value; with missing cells of `V+`, the conservative end for the defender.
    pub value: Distribution,
    /// With missing cells, of `V-`.
    pub lowest: Option<Distribution>,
    /// Of the probability of each attack.
    pub attacker: Vec<Distribution>,
    /// Of the probability of each single defence, as [`Noisy::marginals`] lists them.
    pub marginals: Vec<Distribution>,
    /// Supports of the defender, most frequent first, ties by the lowest defences.
    pub supports: Vec<Support>,
    /// Replicates whose answer is further from an equilibrium than 1e-12 of the range; they are counted with the rest.
    pub stalled: usize,
    /// [`Status::TimeLimit`] if these are fewer replicates than asked for.
    pub status: Status,
}

impl Posterior {
    /// Replicates that were solved.
    #[must_use]
    pub fn replicates(&self) -> usize {
        self.value.count
    }
}

/// Draws and solves replicates.
///
/// # Errors
/// [`UncertaintyError::Solve`] if a setting is out of range, [`UncertaintyError::Noise`] if there is no game at some rates.
///
/// # Complexity
/// Memory for replicates × (attacks + defences) doubles.
pub fn posterior(noisy: &dyn Noisy, sampling: &Sampling) -> Result<Posterior, UncertaintyError> {
    let (fits, status) = run(sampling, |workspace, replicates| {
        // 1.
        let draw = |replicate| noisy.instance(&noisy.tally().posterior(&mut Stream::new(sampling.seed, replicate)));
        let instances = replicates.map(draw).collect::<Result<Vec<_>, _>>()?;
        // 2.
        fit(workspace, noisy, &instances)
    })?;
    // 3.
    let mut supports = BTreeMap::<Vec<DefenceId>, usize>::new();
    for Fit { highest, .. } in &fits {
        let used = |j: &usize| highest.defender[*j] > SUPPORT_FLOOR;
        let support = (0..highest.defender.len()).filter(used).map(DefenceId).collect();
        *supports.entry(support).or_default() += 1;
    }
    let support = |(defences, replicates)| Support { defences, replicates };
    let mut supports: Vec<_> = supports.into_iter().map(support).collect();
    // Stable: ties keep the order of the map.
    supports.sort_by_key(|support| std::cmp::Reverse(support.replicates));
    let marginals: Vec<_> = fits.iter().map(|fit| noisy.marginals(&fit.highest.defender)).collect();
    let attackers: Vec<_> = fits.iter().map(Fit::attacker).collect();
    let lowest: Option<Vec<_>> = fits.iter().map(|fit| Some(fit.lowest.as_ref()?.value)).collect();
    let is_stalled = |fit: &&Fit| !std::iter::once(&fit.highest).chain(&fit.lowest).all(|solved| solved.has_converged);
    Ok(Posterior {
        value: Distribution::of(fits.iter().map(|fit| fit.highest.value).collect()),
        lowest: lowest.map(Distribution::of),
        attacker: by_column(&attackers),
        marginals: by_column(&marginals),
        supports,
        stalled: fits.iter().filter(is_stalled).count(),
        status,
    })
}

/// The distribution of each column of a table with a row per replicate.
fn by_column<R: AsRef<[f64]>>(rows: &[R]) -> Vec<Distribution> {
    let columns = rows.first().map_or(0, |row| row.as_ref().len());
    (0..columns)
        .map(|j| Distribution::of(rows.iter().filter_map(|row| row.as_ref().get(j).copied()).collect()))
        .collect()
}
