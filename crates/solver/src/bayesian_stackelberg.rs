//! The mix that is best to commit to against a follower of unknown type: Bayesian strong Stackelberg equilibrium.
//!
//! Source of the problem: Paruchuri, Pearce, Marecki, Tambe, Ordóñez and Kraus, "Playing games for security: an efficient
//! exact algorithm for solving Bayesian Stackelberg games" (DOBSS), AAMAS 2008; it is NP-hard (Conitzer and Sandholm 2006).
//! Differs: no integer program. The responses of one type after another are fixed; with all fixed, the best commitment is
//! one linear program (`commitment.rs`), and with some fixed, the others are worth at most what they are alone.
//!
//! | symbol | here | shape |
//! |---|---|---|
//! | `p_t` | `prior` | types |
//! | `D^t`, `C^t` | pay-offs of the leader and of type `t` | leader × responses of `t` |
//! | `u_t` | `alone`, times `p_t` | types |
//! | `r_t` | `fixed` | a column per type, or none yet |
//!
//! 1. Solve the game against each type alone ([`crate::stackelberg`]); that bounds what the type can be worth.
//! 2. Go through the profiles, depth first, best responses alone first; leave a branch where its program is worth no more
//!    than the best commitment known. First in doubles, to find a good commitment.
//! 3. Once more, in doubles with every decision proved in fractions: each leaf has multipliers that prove its bound, and a
//!    better commitment than the known one would take its place.
//!
//! Guarantee: finite, gap exactly 0. Not guaranteed: speed; up to `Π_t n_t` leaves. At a limit the interval is that of the
//! best commitment so far and of the cases still open.

use std::cmp::Ordering;

use saddlepoint_game::certificate::{Cases, Incentives, bayesian_lower, bayesian_upper, leaf_bound};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{BayesianGame, MixedStrategy};

use crate::commitment::{Constraint, Guide, NOISE, PIVOTS_PER_STRATEGY, Step, Vertex};
use crate::error::SolveError;
use crate::follower::{Follower, classes, distinct, near, short};
use crate::method::Method;
use crate::settings::{Limits, Settings};
use crate::solution::Status;
use crate::stackelberg::{self, positive};

/// A certified commitment against a follower of unknown type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BayesianCommitment {
    /// The leader's mix: one probability per row.
    pub commitment: MixedStrategy,
    /// A best response of each type: a column.
    pub responses: Vec<usize>,
    /// Proof of what each type is worth alone at most.
    pub alone: Vec<Vec<Incentives>>,
    /// Proof that no commitment reaches more than `upper`.
    pub cases: Cases,
    /// What the commitment guarantees the leader in expectation.
    pub lower: Rational,
    /// What no commitment exceeds.
    pub upper: Rational,
    /// Why the search stopped.
    pub status: Status,
    /// Pivots in doubles and in fractions.
    pub iterations: u64,
}

/// Finds the best commitment against an unknown type, exactly.
///
/// Of the settings, the limits are read.
///
/// # Errors
/// [`SolveError::Setting`] if a setting is out of range; [`SolveError::Unsupported`] if the leader has more than 2,048
/// strategies; [`SolveError::Failed`] would be a defect of this method.
pub fn solve(game: &BayesianGame, settings: &Settings) -> Result<BayesianCommitment, SolveError> {
    settings.validate()?;
    let limits = settings.limits();
    // 1. Each type alone.
    let mut search = Search::new(game, limits)?;
    // 2. A good commitment, in doubles.
    search.explore(0, f64::NEG_INFINITY);
    // 3. The proof, in fractions.
    search.finish()
}

/// One type as the search sees it.
struct Opponent {
    follower: Follower,
    /// Columns that are equal for both players; the first stands for all.
    groups: Vec<Vec<usize>>,
    /// Unit pay-offs of the leader for each group, times the type's share of all pay-offs.
    objectives: Vec<Vec<f64>>,
    /// Groups in the order in which they are tried.
    order: Vec<usize>,
    /// What the type is worth alone at most, in the units of the objectives and exactly, times its prior.
    worth: f64,
    alone: Rational,
    incentives: Vec<Incentives>,
    /// What a multiplier per unit pay-offs is worth.
    exchange: f64,
}

struct Search<'a> {
    game: &'a BayesianGame,
    opponents: Vec<Opponent>,
    limits: Limits,
    status: Status,
    pivots: u64,
    /// The group that each type's response is fixed to; as many as the depth.
    fixed: Vec<usize>,
    /// The best profile so far in doubles, with its value.
    best: (f64, Vec<usize>),
    sums: Vec<f64>,
}

/// Type, column and multiplier of the incentives of a leaf.
type Multipliers = Vec<(usize, usize, Rational)>;

/// The best commitment so far, exactly.
struct Best {
    value: Rational,
    commitment: MixedStrategy,
    responses: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(game: &'a BayesianGame, limits: Limits) -> Result<Self, SolveError> {
        let mut units = Vec::new();
        let mut largest = 0.0_f64;
        for one in game.types() {
            let mut unit = Vec::new();
            let scale = one.game.first().to_unit(&mut unit);
            let share = rational::to_f64(&(&one.prior * &scale.range));
            largest = largest.max(share);
            units.push((unit, scale, share));
        }
        let (mut opponents, mut pivots, mut status) = (Vec::new(), 0, Status::Converged);
        for (one, (unit, scale, share)) in game.types().iter().zip(units) {
            let columns = one.game.columns().len();
            let follower = Follower::new(one.game.second(), columns);
            let leader_class = classes(one.game.first(), columns);
            let mut groups: Vec<Vec<usize>> = Vec::new();
            let pairs = distinct(leader_class.into_iter().zip(follower.class.iter().copied()));
            for (column, group) in pairs.into_iter().enumerate() {
                match groups.get_mut(group) {
                    Some(known) => known.push(column),
                    None => groups.push(vec![column]),
                }
            }
            let share = share / largest;
            let objective = |group: &Vec<usize>| -> Vec<f64> {
                unit.iter().skip(group[0]).step_by(columns).map(|d| d * share).collect()
            };
            let objectives: Vec<_> = groups.iter().map(objective).collect();
            let mut order: Vec<usize> = (0..groups.len()).collect();
            let most = |group: usize| objectives[group].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            order.sort_by(|a, b| most(*b).total_cmp(&most(*a)).then(a.cmp(b)));
            let alone = stackelberg::solve_within(&one.game, limits.after(pivots))?;
            pivots += alone.iterations;
            if alone.status != Status::Converged {
                status = alone.status;
            }
            let worth = rational::to_f64(&((&alone.upper - &scale.shift) / &scale.range)) * share;
            let exchange = largest / follower.range;
            let (incentives, alone) = (alone.incentives, &one.prior * alone.upper);
            opponents.push(Opponent { follower, groups, objectives, order, worth, alone, incentives, exchange });
        }
        let (best, fixed) = ((f64::NEG_INFINITY, Vec::new()), Vec::new());
        Ok(Self { game, opponents, limits, status, pivots, fixed, best, sums: Vec::new() })
    }

    fn is_stopped(&mut self) -> bool {
        if let Some(status) = self.limits.reached(self.pivots) {
            self.status = status;
        }
        self.status != Status::Converged
    }

    /// What the types that are not fixed yet are worth at most.
    fn free_worth(&self) -> f64 {
        self.opponents[self.fixed.len()..].iter().map(|opponent| opponent.worth).sum()
    }

    /// Tries every profile below the fixed responses that may be better than the best one.
    fn explore(&mut self, depth: usize, bound: f64) {
        if depth == self.opponents.len() {
            if bound > self.best.0 {
                self.best = (bound, self.fixed.clone());
            }
            return;
        }
        for position in 0..self.opponents[depth].order.len() {
            if self.is_stopped() {
                return;
            }
            self.fixed.push(self.opponents[depth].order[position]);
            let free = self.free_worth();
            let guide = self.lower(self.best.0 - free);
            if !guide.is_contradiction() && guide.bound + free > self.best.0 {
                self.explore(depth + 1, guide.bound);
            }
            self.fixed.pop();
        }
    }

    /// The program of the fixed responses in doubles, down to its optimum or to `target`.
    fn lower(&mut self, target: f64) -> Guide {
        let rows = self.game.leader_strategies();
        let mut objective = vec![0.0; rows];
        for (opponent, &group) in self.opponents.iter().zip(&self.fixed) {
            objective.iter_mut().zip(&opponent.objectives[group]).for_each(|(sum, d)| *sum += d);
        }
        let mut vertex = Vertex::new(&objective);
        let (mut contradiction, mut bland, mut normal) = (false, false, Vec::new());
        for _ in 0..PIVOTS_PER_STRATEGY * (rows + 1) {
            if *vertex.bound() <= target || self.limits.reached(self.pivots).is_some() {
                break;
            }
            let Some(constraint) = self.broken(vertex.point(), bland) else { break };
            match constraint {
                Constraint::Weight(row) => {
                    normal.clear();
                    normal.extend((0..rows).map(|k| if k == row { 1.0 } else { 0.0 }));
                }
                Constraint::Incentive(number) => {
                    let (of, against) = self.incentive(number);
                    let follower = &self.opponents[of].follower;
                    follower.incentive(self.class_of(of), follower.class[against], &mut normal);
                }
            }
            self.pivots += 1;
            match vertex.enter(constraint, &normal) {
                Step::Lower => bland = false,
                Step::Level => bland = true,
                Step::Contradiction => {
                    contradiction = true;
                    break;
                }
            }
        }
        vertex.guide(contradiction)
    }

    /// The follower's class of the fixed response of a type.
    fn class_of(&self, of: usize) -> usize {
        let opponent = &self.opponents[of];
        opponent.follower.class[opponent.groups[self.fixed[of]][0]]
    }

    /// The number of the incentive of a type's response against another column, and back.
    fn number(&self, of: usize, column: usize) -> usize {
        column * self.opponents.len() + of
    }

    fn incentive(&self, number: usize) -> (usize, usize) {
        (number % self.opponents.len(), number / self.opponents.len())
    }

    /// The constraint that a point breaks most, or the first one that it breaks.
    fn broken(&mut self, point: &[f64], bland: bool) -> Option<Constraint> {
        let mut worst: Option<(f64, Constraint)> = None;
        let mut note = |excess: f64, constraint: Constraint| {
            let first = match (&worst, bland) {
                (None, _) => true,
                (Some((_, known)), true) => constraint < *known,
                (Some((most, _)), false) => excess < *most,
            };
            if excess < -NOISE && first {
                worst = Some((excess, constraint));
            }
        };
        for (row, &x) in point.iter().enumerate() {
            note(x, Constraint::Weight(row));
        }
        let mut sums = std::mem::take(&mut self.sums);
        for of in 0..self.fixed.len() {
            let class = self.class_of(of);
            let follower = &self.opponents[of].follower;
            follower.utilities(point, &mut sums);
            for (against, sum) in sums.iter().enumerate() {
                note(sums[class] - sum, Constraint::Incentive(self.number(of, follower.first[against])));
            }
        }
        self.sums = sums;
        worst.map(|(_, constraint)| constraint)
    }

    fn finish(mut self) -> Result<BayesianCommitment, SolveError> {
        let mut best = self.first_commitment()?;
        if !self.best.1.is_empty() {
            self.fixed.clone_from(&self.best.1);
            let guide = self.lower(f64::NEG_INFINITY);
            self.exact_leaf(&guide, &mut best)?;
            self.fixed.clear();
        }
        let root = Guide::without_run(f64::INFINITY);
        let cases = self.prove(&root, &mut best)?;
        let Best { commitment, responses, .. } = best;
        let alone: Vec<_> = self.opponents.into_iter().map(|opponent| opponent.incentives).collect();
        let lower = bayesian_lower(self.game, &commitment, &responses).map_err(|error| failed(&error.to_string()))?;
        let upper = bayesian_upper(self.game, &alone, &cases).map_err(|error| failed(&error.to_string()))?;
        let (status, iterations) = (self.status, self.pivots);
        Ok(BayesianCommitment { commitment, responses, alone, cases, lower, upper, status, iterations })
    }

    /// The first pure commitment, with each type's best response to it: what there is to report at once.
    fn first_commitment(&self) -> Result<Best, SolveError> {
        let commitment = MixedStrategy::pure(self.game.leader_strategies(), 0).map_err(|e| failed(&e.to_string()))?;
        let best = |one: &saddlepoint_game::FollowerType| {
            let cells = (0..one.game.columns().len()).map(|column| (one.game.payoffs(0, column), column));
            let better = |a: &((Rational, Rational), usize), b: &((Rational, Rational), usize)| {
                a.0.1.cmp(&b.0.1).then_with(|| a.0.0.cmp(&b.0.0)).then(b.1.cmp(&a.1))
            };
            cells.max_by(better).map_or(0, |(_, column)| column)
        };
        let responses: Vec<_> = self.game.types().iter().map(best).collect();
        let value = self.game.leader_utility(&commitment, &responses);
        Ok(Best { value: value.ok_or_else(|| failed("a type has no response"))?, commitment, responses })
    }

    /// A tree that proves that the profiles below the fixed responses are no better than the best commitment, which takes
    /// over what is better on the way.
    fn prove(&mut self, guide: &Guide, best: &mut Best) -> Result<Cases, SolveError> {
        if let Some(multipliers) = self.short_proof(guide, &best.value)? {
            return Ok(Cases::Leaf(multipliers));
        }
        let of = self.fixed.len();
        if of == self.opponents.len() {
            return Ok(Cases::Leaf(self.exact_leaf(guide, best)?.0));
        }
        // A branch that doubles would leave is worth a look in fractions before it is opened.
        if of > 0 && (guide.is_contradiction() || guide.bound + self.free_worth() <= self.best.0 + NOISE) {
            let (multipliers, is_proved) = self.exact_leaf(guide, best)?;
            if is_proved {
                return Ok(Cases::Leaf(multipliers));
            }
        }
        if self.is_stopped() {
            return Ok(Cases::Leaf(Vec::new()));
        }
        let mut cases = Vec::new();
        for group in 0..self.opponents[of].groups.len() {
            self.fixed.push(group);
            let target = self.best.0 - self.free_worth();
            let below = self.lower(target);
            let below = self.prove(&below, best)?;
            self.fixed.pop();
            cases.push((self.opponents[of].groups[group].clone(), below));
        }
        Ok(Cases::Branch { of, cases })
    }

    fn fixed_columns(&self) -> Vec<Option<usize>> {
        let fixed = self.fixed.iter().enumerate().map(|(of, group)| Some(self.opponents[of].groups[*group][0]));
        fixed.chain(std::iter::repeat(None)).take(self.opponents.len()).collect()
    }

    fn free(&self) -> Vec<Rational> {
        self.opponents.iter().map(|opponent| opponent.alone.clone()).collect()
    }

    /// Short multipliers near those that doubles found, if they prove that a branch is worth at most `value`.
    fn short_proof(&self, guide: &Guide, value: &Rational) -> Result<Option<Multipliers>, SolveError> {
        let weights = guide.weights(self.best.0 - self.free_worth());
        let worth = |number: usize, weight: f64| weight * self.opponents[self.incentive(number).0].exchange;
        let largest = weights.iter().map(|(number, weight)| worth(*number, *weight)).fold(0.0, f64::max);
        let (free, fixed) = (self.free(), self.fixed_columns());
        let attempts: [&dyn Fn(f64) -> Option<Rational>; 2] = [&|weight| short(weight, largest), &near];
        for round in attempts {
            let rounded = weights.iter().map(|(number, weight)| {
                let (of, against) = self.incentive(*number);
                Some((of, against, round(worth(*number, *weight))?))
            });
            let Some(mut rounded) = rounded.collect::<Option<Vec<_>>>() else { continue };
            rounded.retain(|(.., weight)| !weight.is_zero());
            let bound = leaf_bound(self.game, &free, &fixed, &rounded).map_err(|error| failed(&error.to_string()))?;
            if bound <= *value {
                return Ok(Some(rounded));
            }
        }
        Ok(None)
    }

    /// The program of the fixed responses in fractions: its multipliers, and whether they prove that it is worth no more
    /// than the best commitment. With all responses fixed, a better commitment takes the place of the best one.
    fn exact_leaf(&mut self, guide: &Guide, best: &mut Best) -> Result<(Multipliers, bool), SolveError> {
        let rows = self.game.leader_strategies();
        let columns: Vec<usize> = self.fixed_columns().into_iter().flatten().collect();
        let mut objective = vec![Rational::ZERO; rows];
        for (one, &column) in self.game.types().iter().zip(&columns) {
            for (row, sum) in objective.iter_mut().enumerate() {
                *sum += &one.prior * one.game.payoffs(row, column).0;
            }
        }
        let open = &self.opponents[columns.len()..];
        let target = open.iter().fold(best.value.clone(), |target, opponent| target - &opponent.alone);
        let mut vertex = Vertex::at(&objective, &guide.tight, |constraint| self.exact_normal(&columns, constraint));
        let mut bland = false;
        let named = |search: &Self, weights: Vec<(usize, Rational)>| -> Vec<_> {
            let weights = positive(weights).into_iter();
            weights.map(|(number, weight)| (search.incentive(number).0, search.incentive(number).1, weight)).collect()
        };
        loop {
            if *vertex.bound() <= target {
                return Ok((named(self, vertex.multipliers().collect()), true));
            }
            if self.is_stopped() {
                return Ok((named(self, vertex.multipliers().collect()), false));
            }
            let Some(constraint) = self.broken_exactly(vertex.point(), &columns, bland)? else {
                let complete = columns.len() == self.opponents.len();
                if complete {
                    let mix = MixedStrategy::exact(vertex.point().to_vec()).map_err(|e| failed(&e.to_string()))?;
                    *best = Best { value: vertex.bound().clone(), commitment: mix, responses: columns };
                }
                return Ok((named(self, vertex.multipliers().collect()), complete));
            };
            self.pivots += 1;
            match vertex.enter(constraint, &self.exact_normal(&columns, constraint)) {
                Step::Lower => bland = false,
                Step::Level => bland = true,
                Step::Contradiction => return Ok((named(self, vertex.fallen_to(&target)), true)),
            }
        }
    }

    fn exact_normal(&self, columns: &[usize], constraint: Constraint) -> Vec<Rational> {
        let rows = 0..self.game.leader_strategies();
        match constraint {
            Constraint::Weight(row) => rows.map(|k| if k == row { Rational::ONE } else { Rational::ZERO }).collect(),
            Constraint::Incentive(number) => {
                let (of, against) = self.incentive(number);
                let game = &self.game.types()[of].game;
                rows.map(|k| game.payoffs(k, columns[of]).1 - game.payoffs(k, against).1).collect()
            }
        }
    }

    /// As [`Self::broken`], exact.
    fn broken_exactly(
        &self,
        point: &[Rational],
        columns: &[usize],
        bland: bool,
    ) -> Result<Option<Constraint>, SolveError> {
        let negative = point.iter().enumerate().filter(|(_, x)| **x < Rational::ZERO);
        let mut worst: Vec<_> = negative.map(|(row, x)| (x.clone(), Constraint::Weight(row))).collect();
        if worst.is_empty() {
            let mix = MixedStrategy::exact(point.to_vec()).map_err(|error| failed(&error.to_string()))?;
            for (of, (one, &column)) in self.game.types().iter().zip(columns).enumerate() {
                let utilities = one.game.follower_utilities(&mix);
                let own = &utilities[column];
                let better = utilities.iter().enumerate().filter(|(_, utility)| *utility > own);
                worst.extend(better.map(|(l, utility)| (own - utility, Constraint::Incentive(self.number(of, l)))));
            }
        }
        let order = |a: &(Rational, Constraint), b: &(Rational, Constraint)| {
            let by_excess = if bland { Ordering::Equal } else { a.0.cmp(&b.0) };
            by_excess.then(a.1.cmp(&b.1))
        };
        Ok(worst.into_iter().min_by(order).map(|(_, constraint)| constraint))
    }
}

fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::Auto, reason: reason.to_owned() }
}
