//! Extragradient: gradient steps that look one step ahead, here the primal-dual hybrid gradient with reflected Halpern
//! anchoring and restarts.
//!
//! Source: Chambolle and Pock, "A first-order primal-dual algorithm for convex problems with applications to imaging",
//! 2011 (the step); Lu and Yang, "Restarted Halpern PDHG for linear programming", 2024 (anchoring, reflection, restarts);
//! Applegate, Hinder, Lu, Lubin, "Faster first-order primal-dual methods for linear programming using restarts and
//! sharpness", 2023 (primal weight).
//! Differs: on two simplices, so that projections are exact; the step size is from the norm of the matrix on directions
//! of sum 0, in which all iterates differ, which is far below the matrix's own.
//!
//! | paper | here | shape | unit |
//! |---|---|---|---|
//! | `z = (y, x)` | `Point` | defences, attacks | probability |
//! | `z^0`, anchor | `anchor` | as above | probability |
//! | `T(z)` | `step` | as above | probability |
//! | `η`, step size; `ω`, primal weight | `size`; `weight` | one | 1 / range; none |
//! | `norm(z - T(z))` in the metric of the step, without its cross term | `residual` | one | probability |
//!
//! 1. `y' = P(y - η/ω L'x)`, `x' = P(x + η ω L (2y' - y))`: this is `T(z)`.
//! 2. `z ← (k + 1)/(k + 2) (2 T(z) - z) + 1/(k + 2) z^0`.
//! 3. Restart from `T(z)` when the residual is small beside that of the last restart, or small enough and rising, or the
//!    run is long; set `ω` by how far both sides moved.
//! 4. Offer `T(z)` and the average of `T(z)` since the restart.
//!
//! Chosen over extragradient proper (Korpelevich 1976), which takes twice the products a round, and over plain
//! averaging, because prototypes of it needed up to twice the rounds. The constants below were set on four games
//! (300 × 300 uniform, ternary and rank 5 plus noise; 50 × 2000 uniform), none of them at its best for each.
//!
//! Guarantee: the last iterate converges, in the end linearly, at a rate set by the game's condition, which can be
//! hopeless (low rank plus noise). Then the supports go to double oracle. Takes no constraints.

use saddlepoint_game::Game;

use crate::dense::{Dense, Pair, project};
use crate::error::SolveError;
use crate::first_order::{self, Dynamics, HandOver, Plan, Products};
use crate::kernels::dot;
use crate::method::Method;
use crate::progress::Progress;
use crate::settings::{Limits, Settings};
use crate::solution::{Solution, Status};

/// Rounds where the settings give no limit.
const DEFAULT_ROUNDS: u64 = 1_000_000;

/// Gap, as a fraction of the pay-off range, at which it stops where the settings give none.
const DEFAULT_GAP: f64 = 1e-9;

/// Step size times the norm of the matrix; the theory asks for at most 1, and the norm is an estimate from below.
const STEP: f64 = 0.98;

/// Products from which the norm is estimated; each takes the error down.
const NORM_ROUNDS: usize = 40;

/// Residual, as a share of that at the last restart, at which to restart.
const SUFFICIENT: f64 = 0.2;

/// The same, if the residual is rising.
const NECESSARY: f64 = 0.5;

/// Restart when the run is this share of all rounds.
const LONG: f64 = 0.36;

/// Share of the new estimate (in logarithms) that enters the primal weight.
const SMOOTHING: f64 = 0.5;

/// The primal weight stays within this factor of where it started.
const WEIGHT_RANGE: f64 = 1e4;

/// When the supports go to double oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Default: when the gap no longer falls, or the target is not reached by 1,024, 2,048, … rounds.
    pub hand_over: HandOver,
}

impl Default for Options {
    fn default() -> Self {
        Self { hand_over: HandOver::WhenSlow }
    }
}

/// Runs until the certified gap is at most `target_gap` of the range (by default 1e-9), a limit (by default a million
/// rounds) or a stall.
///
/// # Errors
/// [`SolveError::Unsupported`] if the game has constraints.
///
/// # Complexity
/// Attacks × defences per round.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_with(game, settings, &Options::default(), |_| {})
}

/// [`solve`] that shows its progress.
///
/// # Errors
/// As [`solve`].
pub fn solve_with(
    game: &Game,
    settings: &Settings,
    options: &Options,
    observer: impl FnMut(&Progress),
) -> Result<Solution, SolveError> {
    settings.validate()?;
    let plan = Plan::new(settings, settings.limits(), DEFAULT_GAP, DEFAULT_ROUNDS, options.hand_over);
    first_order::solve(game, Method::Extragradient, plan, Restarted::new, observer)
}

/// The pair of a matrix in [0, 1].
pub(crate) fn pair(game: &Dense<'_>, settings: &Settings, limits: Limits) -> Result<(Pair, Status, u64), SolveError> {
    let plan = Plan::new(settings, limits, DEFAULT_GAP, DEFAULT_ROUNDS, Options::default().hand_over);
    let run = first_order::drive(*game, &mut Restarted::new(*game), plan, |_, _| Ok(()))?;
    Ok((run.pair, run.status, run.rounds))
}

/// Both mixes; sums are 1, weights may be below 0 between steps.
#[derive(Clone, Debug)]
struct Point {
    attacker: Vec<f64>,
    defender: Vec<f64>,
}

impl Point {
    fn uniform(game: Dense<'_>) -> Self {
        let flat = |count: usize| vec![1.0 / count as f64; count];
        Self { attacker: flat(game.rows), defender: flat(game.columns) }
    }
}

struct Restarted {
    anchor: Point,
    /// `z`.
    current: Point,
    /// `T(z)`.
    step: Point,
    /// Sum of `T(z)` since the restart.
    sum: Point,
    /// Step size; 0 until the first round, where the norm is estimated.
    size: f64,
    weight: f64,
    /// Rounds since the restart, and in all.
    inner: u64,
    rounds: u64,
    /// Residuals: at the first step after the restart, and at the last step.
    first_residual: f64,
    last_residual: f64,
    gradient: Vec<f64>,
    scratch: Vec<f64>,
}

impl Restarted {
    fn new(game: Dense<'_>) -> Self {
        let start = Point::uniform(game);
        let zero = Point { attacker: vec![0.0; game.rows], defender: vec![0.0; game.columns] };
        Self {
            anchor: start.clone(),
            current: start.clone(),
            step: start,
            sum: zero,
            size: 0.0,
            weight: 1.0,
            inner: 0,
            rounds: 0,
            first_residual: f64::INFINITY,
            last_residual: f64::INFINITY,
            gradient: Vec::new(),
            scratch: Vec::new(),
        }
    }

    /// 1. `T(z)`, and its residual.
    fn advance(&mut self, game: &Products<'_>) -> f64 {
        let Self { current, step, size, weight, gradient, scratch, .. } = self;
        game.defence_losses(&current.attacker, gradient);
        let rate = *size / *weight;
        for ((next, now), slope) in step.defender.iter_mut().zip(&current.defender).zip(&*gradient) {
            *next = now - rate * slope;
        }
        project(&mut step.defender);
        let ahead: Vec<f64> = step.defender.iter().zip(&current.defender).map(|(next, now)| 2.0 * next - now).collect();
        game.attack_losses(&ahead, scratch);
        let rate = *size * *weight;
        for ((next, now), slope) in step.attacker.iter_mut().zip(&current.attacker).zip(&*scratch) {
            *next = now + rate * slope;
        }
        project(&mut step.attacker);
        // The step's own metric has a cross term in L Δy, which is not at hand; this part bounds it within a constant.
        let square = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        let (y, x) = (square(&step.defender, &current.defender), square(&step.attacker, &current.attacker));
        (*weight * y + x / *weight).sqrt()
    }

    /// 3. Whether to restart after a step with this residual.
    fn is_due(&self, residual: f64) -> bool {
        let rising = residual > self.last_residual;
        residual <= SUFFICIENT * self.first_residual
            || (residual <= NECESSARY * self.first_residual && rising)
            || self.inner as f64 >= LONG * self.rounds as f64
    }

    fn restart(&mut self) {
        let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let y = distance(&self.step.defender, &self.anchor.defender);
        let x = distance(&self.step.attacker, &self.anchor.attacker);
        if x > 0.0 && y > 0.0 && (x / y).is_normal() {
            let log = SMOOTHING * (x / y).ln() + (1.0 - SMOOTHING) * self.weight.ln();
            self.weight = log.exp().clamp(1.0 / WEIGHT_RANGE, WEIGHT_RANGE);
        }
        self.anchor.clone_from(&self.step);
        self.current.clone_from(&self.step);
        self.sum.attacker.fill(0.0);
        self.sum.defender.fill(0.0);
        self.inner = 0;
        self.first_residual = f64::INFINITY;
        self.last_residual = f64::INFINITY;
    }
}

impl Dynamics for Restarted {
    fn round(&mut self, game: &Products<'_>) {
        if self.rounds == 0 {
            let norm = centred_norm(game);
            // A game that is a sum of a row's and a column's part is solved by one long step.
            self.size = STEP / norm.max(1e-6);
        }
        let residual = self.advance(game);
        self.rounds += 1;
        self.inner += 1;
        if self.first_residual.is_infinite() {
            self.first_residual = residual;
        }
        let add = |sum: &mut [f64], mix: &[f64]| sum.iter_mut().zip(mix).for_each(|(sum, p)| *sum += p);
        add(&mut self.sum.attacker, &self.step.attacker);
        add(&mut self.sum.defender, &self.step.defender);
        if self.inner > 1 && self.is_due(residual) {
            self.restart();
            return;
        }
        self.last_residual = residual;
        // 2. Reflect, and pull towards the anchor.
        let pull = 1.0 / (self.inner as f64 + 1.0);
        let blend = |current: &mut [f64], step: &[f64], anchor: &[f64]| {
            for ((now, next), start) in current.iter_mut().zip(step).zip(anchor) {
                *now = (1.0 - pull) * (2.0 * next - *now) + pull * start;
            }
        };
        blend(&mut self.current.attacker, &self.step.attacker, &self.anchor.attacker);
        blend(&mut self.current.defender, &self.step.defender, &self.anchor.defender);
    }

    fn candidates(&self) -> Vec<(Vec<f64>, Vec<f64>)> {
        let mut offered = vec![(self.step.attacker.clone(), self.step.defender.clone())];
        if self.inner > 1 {
            let share = |sum: &[f64]| sum.iter().map(|s| s / self.inner as f64).collect();
            offered.push((share(&self.sum.attacker), share(&self.sum.defender)));
        }
        offered
    }
}

/// The largest factor by which the matrix stretches a direction of sum 0, seen in directions of sum 0; by power
/// iteration from a fixed start, so an estimate from below.
fn centred_norm(game: &Products<'_>) -> f64 {
    let centre = |v: &mut [f64]| {
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        for entry in v.iter_mut() {
            *entry -= mean;
        }
        let norm = dot(v, v).sqrt();
        if norm > 0.0 {
            for entry in v.iter_mut() {
                *entry /= norm;
            }
        }
        norm
    };
    // An irregular start, the same on every machine.
    let mut direction: Vec<f64> = (0..game.game.columns).map(|j| (j * 7_919 % 1_009) as f64).collect();
    centre(&mut direction);
    let (mut image, mut norm) = (Vec::new(), 0.0);
    for _ in 0..NORM_ROUNDS {
        game.attack_losses(&direction, &mut image);
        norm = centre(&mut image);
        game.defence_losses(&image, &mut direction);
        norm = centre(&mut direction).max(norm);
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_costs_no_step() {
        // On directions of sum 0, the norm of a matrix and of the same plus 7 is the same.
        let plain = [0.3, 0.1, 0.9, 0.2, 0.8, 0.5];
        let lifted = plain.map(|entry| entry + 7.0);
        let norm = |entries: &[f64]| centred_norm(&Products::new(Dense::new(2, 3, entries)));
        assert!((norm(&plain) - norm(&lifted)).abs() < 1e-12);
    }
}
