//! The oracle of `schedules.rs`: the joint schedule whose covered targets weigh most, with a bound when it stops early.
//!
//! Branch and bound, one resource a level. Weights may be negative, so covering more is not always better. Identical
//! resources take schedules in rising order, each at most once, since two on one schedule cover no more than one.
//!
//! 1. A greedy joint schedule, so that there is something to beat.
//! 2. Depth first: at each node the idle resources are put on the schedules that gain most, each as if it were alone
//!    and free of negative targets; if that does not beat the best, the branch ends.
//! 3. Out of branches or time, the bounds of the branches not entered count as possible.

use std::time::Instant;

use dashu_int::{IBig, UBig};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::security::{JointSchedule, ScheduleGame};

use crate::program::over_common_denominator;
use crate::tableau::is_positive;

/// Branches of one search after which its bound is taken as it is; some seconds' work.
const MAX_BRANCHES: u32 = 1 << 20;

/// Branches between two looks at the clock.
const BRANCHES_PER_LOOK: u32 = 256;

/// Most resource types and useful resources together: the search places one a level, on the stack.
const MAX_LEVELS: usize = 1_024;

/// A joint schedule, its weight, and what none exceeds.
pub(crate) struct Priced {
    pub(crate) joint: JointSchedule,
    pub(crate) weight: Rational,
    pub(crate) bound: Rational,
}

/// The heaviest joint schedule for one weight per target.
pub(crate) fn heaviest(game: &ScheduleGame, weights: &[Rational], deadline: Option<Instant>) -> Priced {
    let (weights, denominator) = over_common_denominator(weights);
    let schedules = game.schedules().iter().map(|schedule| {
        let mut targets: Vec<usize> = schedule.iter().map(|t| t.0).collect();
        targets.sort_unstable();
        targets.dedup();
        targets
    });
    let mut search = Search {
        schedules: schedules.collect(),
        types: game.resources().iter().map(|r| (useful(r.count, r.schedules.len()), r.schedules.as_slice())).collect(),
        covers: vec![0; weights.len()],
        weights,
        runs: Vec::new(),
        best: (IBig::ZERO, Vec::new()),
        open: IBig::ZERO,
        branches: 0,
        deadline,
    };
    // 1. Something to beat.
    search.greedy();
    // 2. and 3.
    let levels = search.types.iter().map(|(count, _)| 1 + count).fold(0, usize::saturating_add);
    if levels > MAX_LEVELS {
        search.branches = MAX_BRANCHES;
    }
    search.explore(0, 0, 0, &IBig::ZERO);
    let (weight, runs) = search.best;
    let bound = search.open.max(weight.clone());
    let rational = |number: IBig| fraction(number, &denominator);
    Priced { joint: JointSchedule { runs }, weight: rational(weight), bound: rational(bound) }
}

fn useful(count: u32, schedules: usize) -> usize {
    (count as usize).min(schedules)
}

fn fraction(numerator: IBig, denominator: &UBig) -> Rational {
    Rational::from_parts(numerator, denominator.clone())
}

struct Search<'a> {
    schedules: Vec<Vec<usize>>,
    /// Useful resources of each type, and its schedules.
    types: Vec<(usize, &'a [usize])>,
    weights: Vec<IBig>,
    /// Schedules now on each target.
    covers: Vec<u32>,
    runs: Vec<(usize, usize)>,
    best: (IBig, Vec<(usize, usize)>),
    /// The largest bound of a branch that was not entered.
    open: IBig,
    branches: u32,
    deadline: Option<Instant>,
}

impl Search<'_> {
    /// What a schedule adds; only its positive targets if so asked.
    fn gain(&self, schedule: usize, positive: bool) -> IBig {
        let fresh = self.schedules[schedule].iter().filter(|t| self.covers[**t] == 0).map(|t| &self.weights[*t]);
        fresh.filter(|weight| !positive || is_positive(weight)).fold(IBig::ZERO, |sum, weight| sum + weight)
    }

    fn place(&mut self, r: usize, schedule: usize) {
        self.schedules[schedule].iter().for_each(|t| self.covers[*t] += 1);
        self.runs.push((r, schedule));
    }

    fn remove(&mut self, schedule: usize) {
        self.schedules[schedule].iter().for_each(|t| self.covers[*t] -= 1);
        self.runs.pop();
    }

    fn greedy(&mut self) {
        let mut idle: Vec<usize> = self.types.iter().map(|(count, _)| *count).collect();
        let mut weight = IBig::ZERO;
        loop {
            let runs = (0..idle.len()).filter(|r| idle[*r] > 0);
            let runs = runs.flat_map(|r| self.types[r].1.iter().map(move |schedule| (r, *schedule)));
            let gains = runs.map(|run| (self.gain(run.1, false), run));
            let Some((gain, (r, schedule))) = gains.reduce(|a, b| if b.0 > a.0 { b } else { a }) else { break };
            if !is_positive(&gain) {
                break;
            }
            weight += gain;
            idle[r] -= 1;
            self.place(r, schedule);
        }
        self.best = (weight, self.runs.clone());
        while let Some((_, schedule)) = self.runs.last().copied() {
            self.remove(schedule);
        }
    }

    fn is_out(&mut self) -> bool {
        if self.branches < MAX_BRANCHES
            && self.branches.is_multiple_of(BRANCHES_PER_LOOK)
            && self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
        {
            self.branches = MAX_BRANCHES;
        }
        self.branches >= MAX_BRANCHES
    }

    fn explore(&mut self, r: usize, used: usize, from: usize, weight: &IBig) {
        if *weight > self.best.0 {
            self.best = (weight.clone(), self.runs.clone());
        }
        let mut possible = weight.clone();
        for (k, (count, schedules)) in self.types.iter().enumerate().skip(r) {
            let (idle, from) = if k == r { (count - used, from) } else { (*count, 0) };
            let mut gains: Vec<_> = schedules.iter().skip(from).map(|s| self.gain(*s, true)).collect();
            gains.sort_unstable_by(|a, b| b.cmp(a));
            possible += gains.into_iter().take(idle).fold(IBig::ZERO, |sum, gain| sum + gain);
        }
        if possible <= self.best.0 {
            return;
        }
        if self.is_out() {
            self.open = std::mem::take(&mut self.open).max(possible);
            return;
        }
        self.branches += 1;
        let Some(&(count, schedules)) = self.types.get(r) else { return };
        if used < count {
            for (position, &schedule) in schedules.iter().enumerate().skip(from) {
                let heavier = weight + self.gain(schedule, false);
                self.place(r, schedule);
                self.explore(r, used + 1, position + 1, &heavier);
                self.remove(schedule);
            }
        }
        self.explore(r + 1, 0, 0, weight);
    }
}
