//! Smooth: the saddle point of the game with a little curvature, unique and continuous in the losses; approximate.
//!
//! Source: Tikhonov, "Solution of incorrectly formulated problems and the regularization method", 1963; the active sets
//! after Hintermüller, Ito, Kunisch, "The primal-dual active set strategy as a semismooth Newton method", 2002; the
//! extragradient step after Korpelevich 1976.
//!
//! On losses `A` in [0, 1], with `ε` as a fraction of the pay-off range,
//!
//! ```text
//! max over x, min over y:   x'A y - ε/2 |x|² + ε/2 |y|²
//! ```
//!
//! has one saddle point `z = (x, y)`. Adding the inequalities of two such games gives `|z_A - z_B| ≤ (√2 / ε) |A - B|`
//! (spectral norm): no jump anywhere. Against the game itself its exploitability is at most `ε/2 (2 - 1/m - 1/n)` of the
//! range ([`exploitability_most`]), since the norms squared are between `1/m` (or `1/n`) and 1.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `A` | `losses` | attacks × defences | pay-off range |
//! | `x`, `y` | `Pair` | attacks, defences | none |
//! | `α`, `β` | `levels` | one each | pay-off range |
//!
//! 1. From a large `ε` down to the one asked for, by a factor: the supports hardly change in between.
//! 2. On given supports the saddle point solves linear equations: `(A y)_i - ε x_i = α`, `(x'A)_j + ε y_j = β`, both sum
//!    to 1. Strategies that come out negative leave, those that do better than `α` or `β` enter; repeat until none does.
//! 3. Where that does not end: extragradient steps, which converge at a linear rate, then 2 again from their supports.
//! 4. Round and certify.
//!
//! Guarantee: the certified interval, and [`Status::Converged`] only if a projection step moves the pair by less than
//! 1e-9. Not guaranteed: a gap of 0; it is about `ε`. Constraints are not accepted.

use nalgebra::{DMatrix, DVector};
use saddlepoint_game::Game;
use saddlepoint_game::rational::{self, Rational};

use crate::dense::project;
use crate::error::SolveError;
use crate::exact::stopped;
use crate::scaled::Scaled;
use crate::settings::{Limits, Settings};
use crate::solution::{Solution, Status};

/// The largest `ε` of step 1: at 1 every strategy of a game in [0, 1] is played or nearly so.
const FIRST_EPSILON: f64 = 1.0;

/// By what `ε` falls from one game of step 1 to the next.
const EPSILON_FACTOR: f64 = 4.0;

/// Changes of the supports after which step 2 gives way to step 3.
const SUPPORT_CHANGES: u32 = 40;

/// Extragradient steps of one turn of step 3, and most turns.
const STEPS: u32 = 2_000;
const TURNS: u32 = 50;

/// A probability or an advantage within this of 0 is 0: rounding, in units of 1 and of the range.
const NOTHING: f64 = 1e-12;

/// Largest move of a probability by a projection step at which the pair counts as the saddle point.
const RESIDUAL: f64 = 1e-9;

/// Solves a game with curvature `epsilon`, a fraction of the pay-off range in (0, 1]. The solution names the method of
/// `settings`, of which only the limits are read; its iterations are systems of equations and extragradient steps.
///
/// # Errors
/// [`SolveError::Unsupported`] if the game has constraints, [`SolveError::Setting`] if `epsilon` is out of range,
/// [`SolveError::Stopped`] if a limit is reached before the first pair.
///
/// # Complexity
/// A system of `attacks + defences` linear equations per change of the supports.
pub fn solve(game: &Game, epsilon: f64, settings: &Settings) -> Result<Solution, SolveError> {
    if !(epsilon > 0.0 && epsilon <= 1.0) {
        return Err(SolveError::Setting { field: "epsilon", expected: "a fraction of the pay-off range in (0, 1]" });
    }
    let method = settings.method;
    if !game.constraints.is_empty() {
        return Err(SolveError::Unsupported { method, what: "constraints together with a smooth selection" });
    }
    let limits = settings.limits();
    let mut scaled = Scaled::default();
    scaled.load(game);
    let mut saddle = Saddle::new(&scaled);
    // 1. From a large curvature to a small one.
    let mut current = FIRST_EPSILON.max(epsilon);
    let status = loop {
        match saddle.settle(current, limits) {
            Some(status) => break status,
            None if current <= epsilon => break saddle.verdict(epsilon),
            None => current = (current / EPSILON_FACTOR).max(epsilon),
        }
    };
    // 4. The proof.
    let Pair { x, y } = &saddle.pair;
    match scaled.answer(game, x, y, &[]) {
        Some(answer) => answer.certify(game, method, status, saddle.spent, None),
        None => Err(stopped(method, status)),
    }
}

/// The bound `ε/2 (2 - 1/m - 1/n)` on the exploitability of the exact saddle point, in the game's unit of loss.
#[must_use]
pub fn exploitability_most(game: &Game, epsilon: f64) -> Rational {
    let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
    let (m, n) = (game.loss.attacks().len() as u64, game.loss.defences().len() as u64);
    let epsilon = rational::from_f64(epsilon).unwrap_or(Rational::ZERO);
    let share = |count: u64| Rational::ONE / Rational::from(count.max(1));
    range * epsilon / Rational::from(2) * (Rational::from(2) - share(m) - share(n))
}

#[derive(Clone)]
struct Pair {
    x: Vec<f64>,
    y: Vec<f64>,
}

struct Saddle<'a> {
    losses: &'a [f64],
    columns: usize,
    pair: Pair,
    spent: u64,
}

impl<'a> Saddle<'a> {
    fn new(scaled: &'a Scaled) -> Self {
        let (m, n) = (scaled.layout.attacks, scaled.layout.defences);
        let pair = Pair { x: vec![1.0 / m as f64; m], y: vec![1.0 / n as f64; n] };
        Self { losses: &scaled.losses, columns: n, pair, spent: 0 }
    }

    /// `A y`.
    fn rows(&self, y: &[f64]) -> Vec<f64> {
        self.losses.chunks_exact(self.columns).map(|row| row.iter().zip(y).map(|(a, p)| a * p).sum()).collect()
    }

    /// `x'A`.
    fn columns(&self, x: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.columns];
        for (row, p) in self.losses.chunks_exact(self.columns).zip(x).filter(|(_, p)| **p > 0.0) {
            sums.iter_mut().zip(row).for_each(|(sum, a)| *sum += p * a);
        }
        sums
    }

    /// 2-3. Moves the pair to the saddle point at a curvature; a limit that was reached on the way.
    fn settle(&mut self, epsilon: f64, limits: Limits) -> Option<Status> {
        for _ in 0..TURNS {
            match self.follow_supports(epsilon, limits) {
                Ok(true) => return None,
                Ok(false) => {}
                Err(status) => return Some(status),
            }
            if let Some(status) = self.extragradient(epsilon, limits) {
                return Some(status);
            }
            if self.residual(epsilon) <= RESIDUAL {
                return None;
            }
        }
        Some(Status::Stalled)
    }

    /// 2. Whether supports were found that their equations confirm; the pair is theirs then, else it is as it was.
    fn follow_supports(&mut self, epsilon: f64, limits: Limits) -> Result<bool, Status> {
        let inside = |mix: &[f64]| mix.iter().map(|p| *p > 0.0).collect::<Vec<_>>();
        let (mut attacks, mut defences) = (inside(&self.pair.x), inside(&self.pair.y));
        for _ in 0..SUPPORT_CHANGES {
            if let Some(status) = limits.reached(self.spent) {
                return Err(status);
            }
            self.spent += 1;
            let Some((pair, levels)) = self.on_supports(epsilon, &attacks, &defences) else { return Ok(false) };
            let (rows, columns) = (self.rows(&pair.y), self.columns(&pair.x));
            let stays = |inside: bool, p: f64, gain: f64| if inside { p > -NOTHING } else { gain > NOTHING };
            let next = |inside: &[bool], mix: &[f64], gain: &dyn Fn(usize) -> f64| -> Vec<bool> {
                (0..mix.len()).map(|k| stays(inside[k], mix[k], gain(k))).collect()
            };
            let entered = (
                next(&attacks, &pair.x, &|i| rows[i] - levels[0]),
                next(&defences, &pair.y, &|j| levels[1] - columns[j]),
            );
            if entered.0 == attacks && entered.1 == defences {
                let clean = |mix: Vec<f64>| mix.into_iter().map(|p| p.max(0.0)).collect();
                self.pair = Pair { x: clean(pair.x), y: clean(pair.y) };
                return Ok(true);
            }
            (attacks, defences) = entered;
            if !attacks.contains(&true) || !defences.contains(&true) {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// The solution of the equations on supports, 0 elsewhere, with both levels; `None` if they are singular.
    fn on_supports(&self, epsilon: f64, attacks: &[bool], defences: &[bool]) -> Option<(Pair, [f64; 2])> {
        let listed = |inside: &[bool]| (0..inside.len()).filter(|k| inside[*k]).collect::<Vec<_>>();
        let (rows, columns) = (listed(attacks), listed(defences));
        let (a, b) = (rows.len(), columns.len());
        let size = a + b + 2;
        // Unknowns: x on its support, y on its support, α, β.
        let (alpha, beta) = (a + b, a + b + 1);
        let mut system = DMatrix::zeros(size, size);
        for (r, &i) in rows.iter().enumerate() {
            system[(r, r)] = -epsilon;
            for (c, &j) in columns.iter().enumerate() {
                let loss = self.losses[i * self.columns + j];
                system[(r, a + c)] = loss;
                system[(a + c, r)] = loss;
            }
            system[(r, alpha)] = -1.0;
            system[(alpha, r)] = 1.0;
        }
        for c in a..a + b {
            system[(c, c)] = epsilon;
            system[(c, beta)] = -1.0;
            system[(beta, c)] = 1.0;
        }
        let mut right = DVector::zeros(size);
        right[alpha] = 1.0;
        right[beta] = 1.0;
        let solution = system.lu().solve(&right)?;
        let solution = solution.as_slice();
        let spread = |count: usize, places: &[usize], values: &[f64]| {
            let mut mix = vec![0.0; count];
            places.iter().zip(values).for_each(|(k, value)| mix[*k] = *value);
            mix
        };
        let x = spread(attacks.len(), &rows, &solution[..a]);
        let y = spread(defences.len(), &columns, &solution[a..a + b]);
        Some((Pair { x, y }, [solution[alpha], solution[beta]]))
    }

    /// 3. Extragradient steps; a limit that was reached on the way.
    fn extragradient(&mut self, epsilon: f64, limits: Limits) -> Option<Status> {
        // The Frobenius norm is at least the spectral one.
        let norm = self.losses.iter().map(|loss| loss * loss).sum::<f64>().sqrt() + epsilon;
        let step = 0.5 / norm;
        for _ in 0..STEPS {
            if let Some(status) = limits.reached(self.spent) {
                return Some(status);
            }
            self.spent += 1;
            let ahead = self.step(&self.pair, &self.pair, step, epsilon);
            self.pair = self.step(&self.pair, &ahead, step, epsilon);
        }
        None
    }

    /// From one pair along the gradient at another, projected.
    fn step(&self, from: &Pair, at: &Pair, step: f64, epsilon: f64) -> Pair {
        let (rows, columns) = (self.rows(&at.y), self.columns(&at.x));
        let ascend = from.x.iter().zip(&at.x).zip(&rows).map(|((from, p), gain)| from + step * (gain - epsilon * p));
        let descend =
            from.y.iter().zip(&at.y).zip(&columns).map(|((from, p), loss)| from - step * (loss + epsilon * p));
        let (mut x, mut y): (Vec<_>, Vec<_>) = (ascend.collect(), descend.collect());
        project(&mut x);
        project(&mut y);
        Pair { x, y }
    }

    /// By how much a projection step of length `1 / ε` moves a probability: 0 exactly at the saddle point.
    fn residual(&self, epsilon: f64) -> f64 {
        let moved = self.step(&self.pair, &self.pair, 1.0 / epsilon, epsilon);
        let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        distance(&moved.x, &self.pair.x).max(distance(&moved.y, &self.pair.y))
    }

    fn verdict(&self, epsilon: f64) -> Status {
        if self.residual(epsilon) <= RESIDUAL { Status::Converged } else { Status::Stalled }
    }
}
