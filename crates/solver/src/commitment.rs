//! A leader's best commitment while the follower's response is fixed: a dual simplex method on few rows.
//!
//! Source: the linear program of Conitzer and Sandholm, "Computing the optimal strategy to commit to", 2006, by the dual
//! simplex method of Lemke, "The dual method of solving the linear programming problem", 1954.
//!
//! ```text
//! maximise d'x   over x ≥ 0, Σ x = 1, a_c'x ≥ 0 for every incentive c
//! ```
//!
//! A vertex is where `m - 1` of these hold with equality. The objective is kept as
//! `d = t 1 - Σ λ_s n_s` over the tight normals `n_s` with `λ ≥ 0`, so that `t` is an upper bound at every step, proved by
//! the `λ` of the incentives among them, and the optimum once `x` breaks nothing.
//!
//! | symbol | here | shape |
//! |---|---|---|
//! | `m` | `size` | pure strategies of the leader |
//! | `B` | rows `1, n_1, …, n_(m-1)` | m × m |
//! | `B⁻¹` | `inverse`, column by column; the first is `x` | m × m |
//! | `t, -λ` | `duals` | m |
//!
//! 1. Start at the leader's best pure strategy: `d_k = max d`, every other probability 0.
//! 2. Take a constraint `a` that `x` breaks, with `w = a'B⁻¹` (so `w_0 = a'x < 0`). None: `x` is optimal.
//! 3. The tight constraint with the least `λ_s / w_s` over `w_s > 0` makes way for it; `t` falls by `-w_0` times that. None:
//!    the constraints contradict each other, and `t` falls without bound along the ray `w`.
//!
//! The same steps run in doubles, as a guide, and in fractions, where they decide. Which broken constraint is taken is the
//! caller's business; by the lowest number (Bland) after a step that does not lower `t`, the method cannot cycle.

use saddlepoint_game::rational::Rational;

/// Round-off in [`f64`] runs, where every pay-off is in [0, 1]: smaller pivots and violations count as 0. Unit: pay-off.
pub(crate) const NOISE: f64 = 1e-10;

/// Pivots in doubles after which a program is left to fractions, per leader strategy: many times what is usual.
pub(crate) const PIVOTS_PER_STRATEGY: usize = 50;

/// Most leader strategies: a vertex holds a fraction for each pair of them.
pub(crate) const STRATEGIES_MOST: usize = 2_048;

/// How far below its target the bound of a contradiction is pushed, to leave room for rounding. Unit: pay-off.
const MARGIN: f64 = 1.0 / 64.0;

/// What the method needs of its numbers.
pub(crate) trait Number: Clone + PartialOrd {
    const ZERO: Self;
    const ONE: Self;
    fn is_zero(&self) -> bool;
    /// Positive, and not by round-off.
    fn is_positive(&self) -> bool;
    fn ratio(&self, by: &Self) -> Self;
    /// `self += a b`.
    fn add_product(&mut self, a: &Self, b: &Self);
    fn negated(&self) -> Self;
}

impl Number for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    fn is_zero(&self) -> bool {
        *self == 0.0
    }
    fn is_positive(&self) -> bool {
        *self > NOISE
    }
    fn ratio(&self, by: &Self) -> Self {
        self / by
    }
    fn add_product(&mut self, a: &Self, b: &Self) {
        *self += a * b;
    }
    fn negated(&self) -> Self {
        -self
    }
}

impl Number for Rational {
    const ZERO: Self = Self::ZERO;
    const ONE: Self = Self::ONE;
    fn is_zero(&self) -> bool {
        Self::is_zero(self)
    }
    fn is_positive(&self) -> bool {
        *self > Self::ZERO
    }
    fn ratio(&self, by: &Self) -> Self {
        self / by
    }
    fn add_product(&mut self, a: &Self, b: &Self) {
        if !a.is_zero() && !b.is_zero() {
            *self += a * b;
        }
    }
    fn negated(&self) -> Self {
        -self
    }
}

/// A constraint of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Constraint {
    /// The probability of a leader strategy is at least 0.
    Weight(usize),
    /// An incentive, by the caller's number.
    Incentive(usize),
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A step that lowered `t`.
    Lower,
    /// A degenerate step: `t` stays.
    Level,
    /// The constraints contradict each other.
    Contradiction,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Vertex<N> {
    size: usize,
    /// Tight constraint of each slot but the first, which is `Σ x = 1`.
    tight: Vec<Constraint>,
    inverse: Vec<N>,
    duals: Vec<N>,
    /// `w` of the last step.
    direction: Vec<N>,
    entered: Option<Constraint>,
}

impl<N: Number> Vertex<N> {
    /// The leader's best pure strategy for an objective of at least one entry; ties to the lowest.
    pub(crate) fn new(objective: &[N]) -> Self {
        let mut vertex = Self {
            size: 0,
            tight: Vec::new(),
            inverse: Vec::new(),
            duals: Vec::new(),
            direction: Vec::new(),
            entered: None,
        };
        vertex.reset(objective);
        vertex
    }

    /// [`Self::new`] in the memory of an earlier run.
    pub(crate) fn reset(&mut self, objective: &[N]) {
        let m = objective.len();
        let mut best = 0;
        for (k, d) in objective.iter().enumerate() {
            if *d > objective[best] {
                best = k;
            }
        }
        self.size = m;
        self.tight.clear();
        self.tight.push(Constraint::Weight(best));
        self.tight.extend((0..m).filter(|k| *k != best).map(Constraint::Weight));
        // Columns of B⁻¹: e_best, then e_k - e_best.
        self.inverse.clear();
        self.inverse.resize(m * m, N::ZERO);
        self.duals.clear();
        for (slot, constraint) in self.tight.iter().enumerate() {
            let Constraint::Weight(k) = *constraint else { continue };
            let column = &mut self.inverse[slot * m..(slot + 1) * m];
            column[k] = N::ONE;
            if slot > 0 {
                column[best] = N::ONE.negated();
            }
            let mut dual = objective[k].clone();
            if slot > 0 {
                dual.add_product(&N::ONE.negated(), &objective[best]);
            }
            self.duals.push(dual);
        }
        self.entered = None;
    }

    /// The point: it sums to 1, and entries may be negative before the end.
    pub(crate) fn point(&self) -> &[N] {
        &self.inverse[..self.size]
    }

    /// The upper bound `t`.
    pub(crate) fn bound(&self) -> &N {
        &self.duals[0]
    }

    /// The tight constraints, without `Σ x = 1`.
    pub(crate) fn tight(&self) -> &[Constraint] {
        &self.tight[1..]
    }

    /// Whether every multiplier is at least 0, so that `t` is a bound.
    fn is_dual_feasible(&self) -> bool {
        self.duals[1..].iter().all(|dual| !dual.is_positive())
    }

    /// The tight incentives with their multipliers `λ`.
    pub(crate) fn multipliers(&self) -> impl Iterator<Item = (usize, N)> {
        self.tight.iter().zip(&self.duals).skip(1).filter_map(|(constraint, dual)| match constraint {
            Constraint::Incentive(c) => Some((*c, dual.negated())),
            Constraint::Weight(_) => None,
        })
    }

    /// After [`Step::Contradiction`]: the incentives with the amounts that may be added to their multipliers, any number of
    /// times, and how much `t` falls each time.
    fn ray(&self) -> (Vec<(usize, N)>, N) {
        let old = self.tight.iter().zip(&self.direction).skip(1).map(|(constraint, w)| (*constraint, w.negated()));
        let new = self.entered.map(|constraint| (constraint, N::ONE));
        let incentives = old.chain(new).filter_map(|(constraint, amount)| match constraint {
            Constraint::Incentive(c) => Some((c, amount)),
            Constraint::Weight(_) => None,
        });
        (incentives.collect(), self.direction[0].negated())
    }

    /// Makes a broken constraint tight. `normal` is its normal vector.
    pub(crate) fn enter(&mut self, constraint: Constraint, normal: &[N]) -> Step {
        self.project(constraint, normal);
        // λ_s / w_s is minus the dual over w_s. Ties to the lowest constraint.
        let mut leaving: Option<(usize, N)> = None;
        for slot in (1..self.size).filter(|slot| self.direction[*slot].is_positive()) {
            let ratio = self.duals[slot].negated().ratio(&self.direction[slot]);
            let first = leaving.as_ref().is_none_or(|(other, least)| {
                ratio < *least || (ratio == *least && self.tight[slot] < self.tight[*other])
            });
            if first {
                leaving = Some((slot, ratio));
            }
        }
        let Some((slot, ratio)) = leaving else { return Step::Contradiction };
        self.exchange(slot);
        if ratio.is_positive() { Step::Lower } else { Step::Level }
    }

    /// Makes a constraint tight in place of one that is not `wanted`; `false` if none can make way. For going to a known
    /// vertex, whatever the signs on the way.
    fn replace(&mut self, constraint: Constraint, normal: &[N], wanted: impl Fn(Constraint) -> bool) -> bool {
        self.project(constraint, normal);
        let slot = (1..self.size).find(|slot| !wanted(self.tight[*slot]) && !self.direction[*slot].is_zero());
        slot.map(|slot| self.exchange(slot)).is_some()
    }

    /// `w = a'B⁻¹`.
    fn project(&mut self, constraint: Constraint, normal: &[N]) {
        self.entered = Some(constraint);
        self.direction.clear();
        for column in self.inverse.chunks_exact(self.size) {
            let mut product = N::ZERO;
            for (a, b) in normal.iter().zip(column) {
                product.add_product(a, b);
            }
            self.direction.push(product);
        }
    }

    fn exchange(&mut self, slot: usize) {
        let m = self.size;
        let pivot = self.direction[slot].clone();
        let mut column: Vec<N> = self.inverse[slot * m..(slot + 1) * m].to_vec();
        for entry in &mut column {
            *entry = entry.ratio(&pivot);
        }
        let dual = self.duals[slot].ratio(&pivot);
        for other in (0..m).filter(|other| *other != slot) {
            let factor = self.direction[other].negated();
            if factor.is_zero() {
                continue;
            }
            for (entry, new) in self.inverse[other * m..(other + 1) * m].iter_mut().zip(&column) {
                entry.add_product(&factor, new);
            }
            self.duals[other].add_product(&factor, &dual);
        }
        for (entry, new) in self.inverse[slot * m..].iter_mut().zip(column) {
            *entry = new;
        }
        self.duals[slot] = dual;
        if let Some(constraint) = self.entered {
            self.tight[slot] = constraint;
        }
    }
}

/// Where a run in doubles ended: what fractions start from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guide {
    /// Tight constraints of the last vertex; empty if there was no run.
    pub(crate) tight: Vec<Constraint>,
    /// Multipliers of the tight incentives.
    multipliers: Vec<(usize, f64)>,
    /// After [`Step::Contradiction`], the ray.
    ray: Option<(Vec<(usize, f64)>, f64)>,
    /// The upper bound at the end.
    pub(crate) bound: f64,
}

impl Guide {
    /// A bound that holds without a run.
    pub(crate) fn without_run(bound: f64) -> Self {
        Self { bound, ..Self::default() }
    }

    /// Whether the constraints contradict each other, as far as doubles can tell.
    pub(crate) fn is_contradiction(&self) -> bool {
        self.ray.is_some()
    }

    /// Positive multipliers, in the order of their numbers, that prove a bound of `target` where the constraints contradict
    /// each other, and the bound of the last vertex elsewhere.
    pub(crate) fn weights(&self, target: f64) -> Vec<(usize, f64)> {
        let mut weights = self.multipliers.clone();
        if let Some((ray, fall)) = &self.ray {
            weights = along(weights, ray, &(((self.bound - target).max(0.0) + MARGIN) / fall));
        }
        weights.retain(|(_, weight)| *weight > 0.0);
        weights.sort_unstable_by_key(|(incentive, _)| *incentive);
        weights
    }
}

impl Vertex<f64> {
    /// Where the run ended, in a contradiction or not.
    pub(crate) fn guide(&self, contradiction: bool) -> Guide {
        Guide {
            tight: self.tight().to_vec(),
            multipliers: self.multipliers().collect(),
            ray: contradiction.then(|| self.ray()),
            bound: *self.bound(),
        }
    }
}

impl Vertex<Rational> {
    /// The vertex of these tight constraints, if their multipliers prove a bound; else that of [`Self::new`].
    pub(crate) fn at(
        objective: &[Rational],
        tight: &[Constraint],
        normal: impl Fn(Constraint) -> Vec<Rational>,
    ) -> Self {
        let mut vertex = Self::new(objective);
        let missing: Vec<_> = tight.iter().copied().filter(|wanted| !vertex.tight().contains(wanted)).collect();
        let is_there = missing
            .into_iter()
            .all(|constraint| vertex.replace(constraint, &normal(constraint), |known| tight.contains(&known)));
        if !is_there || !vertex.is_dual_feasible() {
            vertex.reset(objective);
        }
        vertex
    }

    /// After [`Step::Contradiction`]: multipliers that prove the bound `target`.
    pub(crate) fn fallen_to(&self, target: &Rational) -> Vec<(usize, Rational)> {
        let (ray, fall) = self.ray();
        let times = (self.bound() - target) / fall;
        along(self.multipliers().collect(), &ray, &times)
    }
}

/// Multipliers with so many times a ray added.
fn along<N: Number>(mut weights: Vec<(usize, N)>, ray: &[(usize, N)], times: &N) -> Vec<(usize, N)> {
    for (incentive, amount) in ray {
        match weights.iter_mut().find(|(known, _)| known == incentive) {
            Some((_, weight)) => weight.add_product(times, amount),
            None => {
                let mut weight = N::ZERO;
                weight.add_product(times, amount);
                weights.push((*incentive, weight));
            }
        }
    }
    weights
}
