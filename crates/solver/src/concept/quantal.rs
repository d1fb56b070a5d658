//! [`quantal`]: the best mix against a soft attacker, by Frank and Wolfe's method with pairwise steps.
//!
//! Source: Frank and Wolfe 1956; pairwise steps and their linear rate on polytopes: Lacoste-Julien and Jaggi, "On the
//! global linear convergence of Frank-Wolfe optimization variants", 2015.
//!
//! ```text
//! f(y) = (1/μ) log Σ_i m_i exp(μ (L y)_i)       ∇f(y) = L'p,   p_i in proportion to m_i exp(μ (L y)_i)
//! ```
//!
//! The mix is kept as weights of atoms: admissible mixes, the single defences where there is no constraint.
//!
//! 1. `p`, and the admissible mix `s` with the least `p'L s` (a game of one attack).
//! 2. Stop if the Frank-Wolfe gap `p'L (y - s)` is small: it bounds `f(y) - min f`.
//! 3. Move weight from the worst atom to `s`, as much as an exact line search asks for, at most all of it.
//!
//! The answer is certified by `p` and the multipliers of the last step, in rationals
//! ([`saddlepoint_game::concept::certify_quantal`]).

use saddlepoint_game::certificate::upper_bound;
use saddlepoint_game::concept::{certify_quantal, check_prior};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs, numbered};

use super::answer::{Answer, Claim};
use super::error::ConceptError;
use crate::dense::Dense;
use crate::settings::{Limits, Settings};
use crate::simplex::{self, Workspace};
use crate::solution::Status;

/// Frank-Wolfe gap at which the search ends, as a fraction of the range of the losses.
const TARGET_GAP: f64 = 1e-10;

/// Steps after which a search that has not ended is left.
const STEPS_MOST: u64 = 100_000;

/// Halvings of a line search: more than a double has digits.
const HALVINGS: u32 = 60;

/// An atom of less weight is dropped.
const WEIGHT_LEAST: f64 = 1e-15;

/// The mix with the least certainty equivalent against an attacker of a rationality `μ > 0` (per unit of loss) with a
/// prior.
///
/// Of the settings, the limits are read.
///
/// # Errors
/// [`ConceptError::Quantal`] if rationality or prior (one positive probability per attack) are none; else as
/// [`crate::solve`].
pub fn quantal(
    game: &Game,
    prior: &MixedStrategy,
    rationality: &Rational,
    settings: &Settings,
) -> Result<Answer, ConceptError> {
    let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
    check_prior(m, prior, rationality)?;
    settings.validate()?;
    let limits = settings.limits();
    let entries: Vec<_> = game.loss.payoffs().to_rationals();
    // Soft-max does not see a shift, and doubles see a small number better.
    let least = entries.iter().min().cloned().unwrap_or(Rational::ZERO);
    let losses: Vec<f64> = entries.iter().map(|entry| rational::to_f64(&(entry - &least))).collect();
    let width = losses.iter().copied().fold(0.0, f64::max);
    let soft =
        Soft { losses: Dense::new(m, n, &losses), prior: prior.to_f64(), rationality: rational::to_f64(rationality) };
    let mut oracle = Oracle { game, workspace: Workspace::default() };
    let start = oracle.least(&soft.column_sums())?;
    let mut atoms = vec![(1.0, start.defender, start.exact)];
    let (mut steps, mut status) = (0, Status::Stalled);
    let (mut last_gap, mut idle) = (f64::INFINITY, 0);
    loop {
        // 1.
        let defender = mixed(&atoms, n);
        let attacker = soft.attacker(&soft.attack_losses(&defender));
        let gradient = soft.defence_losses(&attacker);
        let found = oracle.least(&gradient)?;
        let value = |y: &[f64]| y.iter().zip(&gradient).map(|(p, g)| p * g).sum::<f64>();
        // 2.
        let gap = value(&defender) - value(&found.defender);
        idle = if gap < last_gap { 0 } else { idle + 1 };
        last_gap = last_gap.min(gap);
        if gap <= TARGET_GAP * width {
            status = Status::Converged;
        } else if let Some(reached) = limits.reached(steps) {
            status = reached;
        }
        if status != Status::Stalled || steps >= STEPS_MOST || idle > STEPS_MOST / 10 {
            let answer = finish(game, prior, rationality, &atoms, &attacker, &found.multipliers)?;
            return Ok(Answer { status, iterations: steps, ..answer });
        }
        // 3.
        let own = atoms.iter().position(|(_, atom, _)| *atom == found.defender).unwrap_or_else(|| {
            atoms.push((0.0, found.defender, found.exact));
            atoms.len() - 1
        });
        let worst = (0..atoms.len()).max_by(|a, b| value(&atoms[*a].1).total_cmp(&value(&atoms[*b].1))).unwrap_or(0);
        let direction: Vec<f64> = atoms[own].1.iter().zip(&atoms[worst].1).map(|(to, from)| to - from).collect();
        let step = soft.line_search(&defender, &direction, atoms[worst].0);
        atoms[own].0 += step;
        atoms[worst].0 -= step;
        atoms.retain(|(weight, ..)| *weight > WEIGHT_LEAST);
        steps += 1;
    }
}

/// Weight, mix in doubles, the same exactly.
type Atom = (f64, Vec<f64>, MixedStrategy);

fn mixed(atoms: &[Atom], defences: usize) -> Vec<f64> {
    let mut mix = vec![0.0; defences];
    for (weight, atom, _) in atoms {
        mix.iter_mut().zip(atom).for_each(|(sum, p)| *sum += weight * p);
    }
    mix
}

/// The exact mix of exact atoms, which is admissible as they are, and its proof.
fn finish(
    game: &Game,
    prior: &MixedStrategy,
    rationality: &Rational,
    atoms: &[Atom],
    attacker: &[f64],
    multipliers: &[Rational],
) -> Result<Answer, ConceptError> {
    let weights = MixedStrategy::rounded(&atoms.iter().map(|(weight, ..)| *weight).collect::<Vec<_>>())?;
    let mut probabilities = vec![Rational::ZERO; game.loss.defences().len()];
    for (k, (_, _, atom)) in atoms.iter().enumerate() {
        let weight = weights.probability(k);
        for j in atom.support() {
            probabilities[j] += &weight * atom.probability(j);
        }
    }
    let defender = MixedStrategy::exact(probabilities)?;
    upper_bound(game, &defender)?;
    let attacker = MixedStrategy::rounded(attacker)?;
    let certificate = certify_quantal(game, prior, rationality, &attacker, &defender, multipliers)?;
    Ok(Answer {
        claim: Claim::Quantal,
        defender,
        attackers: vec![attacker],
        multipliers: multipliers.to_vec(),
        certificate,
        status: Status::Stalled,
        iterations: 0,
    })
}

/// The attacker, in doubles.
struct Soft<'a> {
    losses: Dense<'a>,
    prior: Vec<f64>,
    rationality: f64,
}

impl Soft<'_> {
    fn attack_losses(&self, defender: &[f64]) -> Vec<f64> {
        let mut losses = Vec::new();
        self.losses.attack_losses(defender, &mut losses);
        losses
    }

    fn defence_losses(&self, attacker: &[f64]) -> Vec<f64> {
        let mut losses = Vec::new();
        self.losses.defence_losses(attacker, &mut losses);
        losses
    }

    fn column_sums(&self) -> Vec<f64> {
        self.defence_losses(&self.prior)
    }

    /// The attacker's answer to losses: `p`.
    fn attacker(&self, losses: &[f64]) -> Vec<f64> {
        let most = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weight = |(loss, m): (&f64, &f64)| m * libm::exp(self.rationality * (loss - most));
        let weights: Vec<f64> = losses.iter().zip(&self.prior).map(weight).collect();
        let mass: f64 = weights.iter().sum();
        weights.into_iter().map(|weight| weight / mass).collect()
    }

    /// The step in [0, most] at which `f(y + step · direction)` is least, by the sign of its slope.
    fn line_search(&self, defender: &[f64], direction: &[f64], most: f64) -> f64 {
        let (at, along) = (self.attack_losses(defender), self.attack_losses(direction));
        let slope = |step: f64| {
            let losses: Vec<f64> = at.iter().zip(&along).map(|(l, d)| l + step * d).collect();
            self.attacker(&losses).iter().zip(&along).map(|(p, d)| p * d).sum::<f64>()
        };
        if slope(most) <= 0.0 {
            return most;
        }
        let (mut low, mut high) = (0.0, most);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if slope(middle) <= 0.0 { low = middle } else { high = middle }
        }
        low
    }
}

/// The admissible mix with the least expected cost.
struct Oracle<'a> {
    game: &'a Game,
    workspace: Workspace,
}

struct Least {
    defender: Vec<f64>,
    exact: MixedStrategy,
    multipliers: Vec<Rational>,
}

impl Oracle<'_> {
    fn least(&mut self, costs: &[f64]) -> Result<Least, ConceptError> {
        let n = costs.len();
        if self.game.constraints.is_empty() {
            let best = (0..n).min_by(|a, b| costs[*a].total_cmp(&costs[*b])).unwrap_or(0);
            let exact = MixedStrategy::pure(n, best)?;
            return Ok(Least { defender: exact.to_f64(), exact, multipliers: Vec::new() });
        }
        let payoffs = Payoffs::from_f64(costs).ok_or(ConceptError::None("finite cost"))?;
        let (row, columns) = (numbered("a", 1), self.game.loss.defences().clone());
        let loss = LossMatrix::from_checked(row, columns, payoffs, PayoffKind::Binary64)?;
        let game = Game { loss, constraints: self.game.constraints.clone() };
        let found = simplex::solve_within(&mut self.workspace, &game, Limits::NONE)?;
        Ok(Least { defender: found.defender.to_f64(), exact: found.defender, multipliers: found.multipliers })
    }
}
