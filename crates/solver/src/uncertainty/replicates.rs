//! Replicates in parallel, in their order.
//!
//! 1. Replicates go in blocks of [`BLOCK`], each solved as one batch on one thread.
//! 2. A wave of blocks runs in parallel; its answers are joined in the order of the replicates.
//! 3. Between waves the clock is read. What is returned is hence always the first so many replicates.

use std::ops::Range;
use std::time::Instant;

use rayon::prelude::*;
use saddlepoint_game::noise::Noisy;
use saddlepoint_game::rational::to_f64;
use saddlepoint_game::scenario::Instance;
use saddlepoint_game::{Game, LossMatrix, numbered};

use super::error::UncertaintyError;
use super::sampling::Sampling;
use crate::analysis;
use crate::batch::{self, Workspace};
use crate::dense::Dense;
use crate::error::SolveError;
use crate::settings::{Limits, Settings};
use crate::simplex;
use crate::solution::{Solution, Status};

/// Replicates of one batch: several times the lanes of a tableau.
const BLOCK: u64 = 64;

/// Blocks per thread and wave: enough to keep every thread busy, few enough to end soon after the time limit.
const BLOCKS_PER_THREAD: u64 = 4;

/// Most threads of a pool, whatever is asked for.
const MAX_THREADS: usize = 512;

/// The answers of the first replicates, one each, and whether these are all.
pub(super) fn run<T: Send>(
    sampling: &Sampling,
    block: impl Fn(&mut Workspace, Range<u64>) -> Result<Vec<T>, UncertaintyError> + Sync,
) -> Result<(Vec<T>, Status), UncertaintyError> {
    sampling.validate()?;
    let deadline = sampling.time_limit.and_then(|limit| Instant::now().checked_add(limit));
    let threads = sampling.threads.min(MAX_THREADS);
    let pool = if threads > 1 { rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok() } else { None };
    let wave_size = BLOCK * BLOCKS_PER_THREAD * threads as u64;
    let (mut answers, mut next, mut workspace) = (Vec::new(), 0, Workspace::default());
    while next < sampling.replicates {
        if next > 0 && deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Ok((answers, Status::TimeLimit));
        }
        let end = (next + wave_size).min(sampling.replicates);
        let blocks = (end - next).div_ceil(BLOCK);
        let solve =
            |workspace: &mut Workspace, k: u64| block(workspace, next + k * BLOCK..(next + (k + 1) * BLOCK).min(end));
        let solved: Vec<_> = match &pool {
            Some(pool) => pool.install(|| (0..blocks).into_par_iter().map_init(Workspace::default, solve).collect()),
            None => (0..blocks).map(|k| solve(&mut workspace, k)).collect(),
        };
        for block in solved {
            answers.extend(block?);
        }
        next = end;
    }
    Ok((answers, Status::Converged))
}

/// Both mixes of one game, and the middle of the interval that is proved for its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Solved {
    pub(super) value: f64,
    pub(super) attacker: Vec<f64>,
    pub(super) defender: Vec<f64>,
    pub(super) has_converged: bool,
}

/// The answer of an instance: two if it has missing cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fit {
    /// Missing cells at their highest loss: the defender's mix is the one that is sure of its value.
    pub(super) highest: Solved,
    /// Missing cells at their lowest loss.
    pub(super) lowest: Option<Solved>,
}

impl Fit {
    /// The attacker's mix that is sure of its value.
    pub(super) fn attacker(&self) -> &[f64] {
        &self.lowest.as_ref().unwrap_or(&self.highest).attacker
    }
}

/// Solves instances.
pub(super) fn fit(
    workspace: &mut Workspace,
    noisy: &dyn Noisy,
    instances: &[Instance],
) -> Result<Vec<Fit>, UncertaintyError> {
    let games: Vec<&Game> = instances.iter().flat_map(|one| std::iter::once(&one.game).chain(&one.lowest)).collect();
    let answers: Vec<Result<Solved, SolveError>> = if noisy.is_pure() {
        games.iter().map(|game| analysis::pure(game).map(|solution| solved(&solution))).collect()
    } else if games.iter().any(|game| !game.constraints.is_empty()) {
        games.iter().map(|game| constrained(workspace, game)).collect()
    } else {
        let answers = batch::solve_with(workspace, &games);
        answers.into_iter().map(|answer| answer.map(|solution| solved(&solution))).collect()
    };
    let mut answers = answers.into_iter();
    let mut next = || {
        let missing =
            || SolveError::Failed { method: crate::Method::Simplex, reason: "an answer is missing".to_owned() };
        answers.next().unwrap_or_else(|| Err(missing()))
    };
    let mut fits = Vec::with_capacity(instances.len());
    for instance in instances {
        fits.push(Fit { highest: next()?, lowest: instance.lowest.as_ref().map(|_| next()).transpose()? });
    }
    Ok(fits)
}

/// A game with constraints: in doubles, since limits that are met with equality (as those of several channels always
/// are) send most games to fractions for a proof that a replicate has no use for.
fn constrained(workspace: &mut Workspace, game: &Game) -> Result<Solved, SolveError> {
    if let Some([attacker, defender]) = simplex::estimate(workspace.simplex(), game) {
        return Ok(Solved { value: worst_loss(game, &defender), attacker, defender, has_converged: true });
    }
    simplex::solve_within(workspace.simplex(), game, Limits::NONE).map(|solution| solved(&solution))
}

fn solved(solution: &Solution) -> Solved {
    Solved {
        value: to_f64(&solution.certificate.value()),
        attacker: solution.attacker.to_f64(),
        defender: solution.defender.to_f64(),
        has_converged: solution.status == Status::Converged,
    }
}

/// The most that an attack gets against a mix of the defender: `max_i (A y)_i`.
pub(super) fn worst_loss(game: &Game, defender: &[f64]) -> f64 {
    let (entries, mut losses) = (game.loss.payoffs().to_f64(), Vec::new());
    Dense::new(game.loss.attacks().len(), defender.len(), &entries).attack_losses(defender, &mut losses);
    losses.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// The least that a mix of the attacker gets against an admissible mix: `min_y x'A y`, a game of one row.
pub(super) fn least_gain(workspace: &mut Workspace, game: &Game, attacker: &[f64]) -> Result<f64, UncertaintyError> {
    let (entries, mut gains) = (game.loss.payoffs().to_f64(), Vec::new());
    Dense::new(attacker.len(), game.loss.defences().len(), &entries).defence_losses(attacker, &mut gains);
    if game.constraints.is_empty() {
        return Ok(gains.into_iter().fold(f64::INFINITY, f64::min));
    }
    let loss =
        LossMatrix::from_f64(numbered("a", 1), game.loss.defences().clone(), &gains).map_err(SolveError::Losses)?;
    let row = Game { loss, constraints: game.constraints.clone() };
    Ok(to_f64(&simplex::solve_with(workspace.simplex(), &row, &Settings::default())?.certificate.value()))
}

/// The least that a single admissible defence loses to the attack that was worst for it in another table.
pub(super) fn least_gain_of_one(fitted: &Game, held_out: &Game) -> f64 {
    let columns = fitted.loss.defences().len();
    let (fitted, held) = (fitted.loss.payoffs().to_f64(), held_out.loss.payoffs().to_f64());
    let rows = fitted.len() / columns.max(1);
    let loss = |j: usize| {
        // Ties to the first attack.
        let worst =
            (0..rows).fold(0, |best, i| if fitted[i * columns + j] > fitted[best * columns + j] { i } else { best });
        held[worst * columns + j]
    };
    (0..columns).filter(|j| held_out.allows_defence(*j)).map(loss).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Family, constrained as limited};

    use super::*;
    use crate::exact;

    #[test]
    fn replicates_with_constraints_are_right_to_rounding() {
        let mut workspace = Workspace::default();
        for seed in 0..200 {
            let game = limited(Family::Percentages.game(10, seed), seed);
            let Ok(optimum) = exact::optimum(&game) else { continue };
            let found = constrained(&mut workspace, &game).expect("the game has an admissible mix");
            assert!((found.value - to_f64(&optimum.value())).abs() < 1e-12, "{seed}");
        }
    }
}
