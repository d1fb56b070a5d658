//! The exact best response: depth-first branch and bound, members first.
//!
//! 1. The reference of the root is near the relaxation's optimum.
//! 2. At a node, drop the candidates that no longer fit, and bound the rest; a few steps of the reference between.
//! 3. The candidate of largest gain is decided: first in, then out, with the reference that the bound left.
//!
//! The threshold falls to the best portfolio found, so each one found is better than those before.

use crate::portfolio_oracle::bound::{Scratch, State, Weighted, move_reference};
use crate::settings::Limits;

/// Steps of the reference at a node that its first bound does not close.
const STEPS: u32 = 3;

/// Nodes between two looks at the clock.
const CLOCK: u64 = 256;

/// Roundings of one bound in doubles, in losses; the claim made of the answer is lower by more.
const ROUNDING: f64 = 1e-12;

pub(super) struct Found {
    /// Portfolios below the threshold, each better than the one before.
    pub(super) portfolios: Vec<Vec<usize>>,
    /// No portfolio loses less, as far as doubles tell.
    pub(super) bound: f64,
    pub(super) nodes: u64,
}

/// The expected loss of a set, `None` if it is no strategy.
type Judge<'a> = &'a dyn Fn(&[usize]) -> Option<f64>;

pub(super) struct Search<'a> {
    problem: &'a Weighted<'a>,
    judge: Judge<'a>,
    threshold: f64,
    slack: f64,
    limits: Limits,
    memory: Scratch,
    found: Vec<Vec<usize>>,
    nodes: u64,
    late: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(problem: &'a Weighted<'a>, judge: Judge<'a>, threshold: f64, slack: f64, limits: Limits) -> Self {
        let (memory, found) = (Scratch::default(), Vec::new());
        Self { problem, judge, threshold, slack, limits, memory, found, nodes: 0, late: false }
    }

    pub(super) fn run(mut self) -> Found {
        // 1. The root.
        let state = self.problem.state(&[]);
        let candidates: Vec<_> = (0..self.problem.defences()).collect();
        let (reference, root) = self.problem.relaxed(&state, &candidates);
        self.visit(&state, &[]);
        self.descend(&state, &mut Vec::new(), candidates, reference);
        let complete = self.threshold - self.slack - ROUNDING;
        let bound = if self.late { (root - ROUNDING).min(complete) } else { complete };
        Found { portfolios: self.found, bound, nodes: self.nodes }
    }

    fn descend(
        &mut self,
        state: &State,
        members: &mut Vec<usize>,
        mut candidates: Vec<usize>,
        mut reference: Vec<f64>,
    ) {
        loop {
            self.nodes += 1;
            self.late |= self.nodes.is_multiple_of(CLOCK) && self.limits.is_late();
            // 2. The bound.
            candidates.retain(|d| self.problem.fits(state, *d));
            if self.late || candidates.is_empty() {
                return;
            }
            let Some(position) = self.open(state, &candidates, &mut reference) else { return };
            // 3. In, then out.
            let d = candidates.remove(position);
            let next = self.problem.with(state, d);
            members.push(d);
            self.visit(&next, members);
            self.descend(&next, members, candidates.clone(), reference.clone());
            members.pop();
        }
    }

    /// The candidate to decide; `None` if no completion is below the threshold by more than the slack.
    fn open(&mut self, state: &State, candidates: &[usize], reference: &mut [f64]) -> Option<usize> {
        for step in 0..=STEPS {
            let bound = self.problem.bound(state, candidates, reference, &mut self.memory);
            if bound >= self.threshold - self.slack {
                return None;
            }
            if step < STEPS {
                move_reference(reference, candidates, &self.memory.fractions, 1.0 / f64::from(step + 3));
            }
        }
        let gains = self.memory.gains.iter().enumerate();
        gains.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0))).map(|(position, _)| position)
    }

    fn visit(&mut self, state: &State, members: &[usize]) {
        if self.problem.loss(state) >= self.threshold {
            return;
        }
        let mut set = members.to_vec();
        set.sort_unstable();
        if let Some(loss) = (self.judge)(&set).filter(|loss| *loss < self.threshold) {
            self.threshold = loss;
            self.found.push(set);
        }
    }
}
