//! Replicates in parallel, in their order.
//!
//! 1. Replicates go in blocks of [`BLOCK`], each solved as one batch on one thread.
//! 2. A wave of blocks runs in parallel; its answers are joined in the order of the replicates.
//! 3. Between waves the clock is read. What is returned is hence always the first so many replicates.

use std::ops::Range;
use std::time::Instant;

use rayon::prelude::*;
use saddlepoint_game::noise::Counts;

use super::error::UncertaintyError;
use super::sampling::Sampling;
use crate::batch::{Batch, Equilibria};
use crate::dense::Dense;
use crate::solution::Status;

/// Replicates of one batch: several times the lanes of a tableau.
const BLOCK: u64 = 64;

/// Blocks per thread and wave: enough to keep every thread busy, few enough to end soon after the time limit.
const BLOCKS_PER_THREAD: u64 = 4;

/// Most threads of a pool, whatever is asked for.
const MAX_THREADS: usize = 512;

/// The answers of the first replicates, one each, and whether these are all.
pub(super) fn run<T: Send>(
    sampling: &Sampling,
    block: impl Fn(Range<u64>) -> Result<Vec<T>, UncertaintyError> + Sync,
) -> Result<(Vec<T>, Status), UncertaintyError> {
    sampling.validate()?;
    let deadline = sampling.time_limit.and_then(|limit| Instant::now().checked_add(limit));
    // Without threads of its own, the ones at hand give the same answer.
    let threads = sampling.threads.min(MAX_THREADS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok();
    let wave_size = BLOCK * BLOCKS_PER_THREAD * threads as u64;
    let (mut answers, mut next) = (Vec::new(), 0);
    while next < sampling.replicates {
        if next > 0 && deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok((answers, Status::TimeLimit));
        }
        let end = (next + wave_size).min(sampling.replicates);
        let blocks = (end - next).div_ceil(BLOCK);
        let solve = |k: u64| block(next + k * BLOCK..(next + (k + 1) * BLOCK).min(end));
        let wave = || (0..blocks).into_par_iter().map(solve).collect::<Vec<_>>();
        let solved = match &pool {
            Some(pool) => pool.install(wave),
            None => wave(),
        };
        for block in solved {
            answers.extend(block?);
        }
        next = end;
    }
    Ok((answers, Status::Converged))
}

/// Both mixes of one table, and the middle of the interval that is proved for its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Solved {
    pub(crate) value: f64,
    pub(crate) attacker: Vec<f64>,
    pub(crate) defender: Vec<f64>,
    pub(crate) has_converged: bool,
}

/// Solves tables of one shape, each row by row, one after the other.
pub(crate) fn solve(counts: &Counts, tables: &[f64]) -> Result<Vec<Solved>, UncertaintyError> {
    let (m, n) = (counts.attacks().len(), counts.defences().len());
    let mut answers = Equilibria::default();
    Batch::new(m, n)?.solve(tables, &mut answers)?;
    let mixes = answers.attackers.chunks_exact(m).zip(answers.defenders.chunks_exact(n));
    let solved = mixes.zip(&answers.bounds).zip(&answers.statuses).map(|(((x, y), bounds), status)| Solved {
        value: f64::midpoint(bounds.0, bounds.1),
        attacker: x.to_vec(),
        defender: y.to_vec(),
        has_converged: *status == Status::Converged,
    });
    Ok(solved.collect())
}

/// The most that an attack gets against a mix of the defender: `max_i (A y)_i`.
pub(crate) fn worst_loss(rates: &Dense<'_>, defender: &[f64]) -> f64 {
    let mut losses = Vec::new();
    rates.attack_losses(defender, &mut losses);
    losses.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// The least that a mix of the attacker gets against a defence: `min_j (x'A)_j`.
pub(super) fn least_gain(rates: &Dense<'_>, attacker: &[f64]) -> f64 {
    let mut gains = Vec::new();
    rates.defence_losses(attacker, &mut gains);
    gains.into_iter().fold(f64::INFINITY, f64::min)
}
