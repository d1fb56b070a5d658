//! [`posterior`]: plausible values and mixes, given the counts.
//!
//! 1. Replicate `r`: a rate for each cell from its posterior, Beta with parameters `k + 1/2` and `n - k + 1/2` (Jeffreys'
//!    prior).
//! 2. The value and both mixes of that game.
//! 3. Over all replicates: the distributions, and how often the defender uses which defences.
//!
//! If a support has frequency 0.7, the counts do not say which defences are best: another table could as well have named
//! others. That is a statement about the table and not advice to mix in those proportions.

use std::collections::BTreeMap;

use saddlepoint_game::DefenceId;
use saddlepoint_game::noise::{Counts, Stream};

use super::distribution::Distribution;
use super::error::UncertaintyError;
use super::replicates::{Solved, run, solve};
use super::sampling::Sampling;
use crate::solution::Status;

/// A defence is in a support if its probability is above this; vertices of drawn games have no others but by rounding.
pub const SUPPORT_FLOOR: f64 = 1e-9;

/// The defences that a mix uses, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Support {
    /// Defences with a probability above [`SUPPORT_FLOOR`], ascending.
    pub defences: Vec<DefenceId>,
    /// Replicates with this support.
    pub replicates: usize,
}

/// Distributions over replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Of the value.
    pub value: Distribution,
    /// Of the probability of each attack.
    pub attacker: Vec<Distribution>,
    /// Of the probability of each defence.
    pub defender: Vec<Distribution>,
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
/// [`UncertaintyError::Solve`] if a setting is out of range.
///
/// # Complexity
/// Memory for replicates × (attacks + defences) doubles.
pub fn posterior(counts: &Counts, sampling: &Sampling) -> Result<Posterior, UncertaintyError> {
    let (solved, status) = run(sampling, |replicates| {
        let mut tables = Vec::new();
        for replicate in replicates {
            // 1.
            let mut stream = Stream::new(sampling.seed, replicate);
            counts.posterior_rates(&mut stream, sampling.unmeasured, &mut tables);
        }
        // 2.
        solve(counts, &tables)
    })?;
    // 3.
    let mut supports = BTreeMap::<Vec<DefenceId>, usize>::new();
    for answer in &solved {
        let used = |j: &usize| answer.defender[*j] > SUPPORT_FLOOR;
        let support = (0..answer.defender.len()).filter(used).map(DefenceId).collect();
        *supports.entry(support).or_default() += 1;
    }
    let support = |(defences, replicates)| Support { defences, replicates };
    let mut supports: Vec<_> = supports.into_iter().map(support).collect();
    // Stable: ties keep the order of the map.
    supports.sort_by_key(|support| std::cmp::Reverse(support.replicates));
    let over = |number: &dyn Fn(&Solved) -> f64| Distribution::of(solved.iter().map(number).collect());
    Ok(Posterior {
        value: over(&|answer| answer.value),
        attacker: (0..counts.attacks().len()).map(|i| over(&|answer| answer.attacker[i])).collect(),
        defender: (0..counts.defences().len()).map(|j| over(&|answer| answer.defender[j])).collect(),
        supports,
        stalled: solved.iter().filter(|answer| !answer.has_converged).count(),
        status,
    })
}
