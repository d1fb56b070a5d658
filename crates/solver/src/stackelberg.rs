//! Strong Stackelberg equilibrium: the mix that is best to commit to when the follower answers best, ties in the leader's
//! favour.
//!
//! Source: Conitzer and Sandholm, "Computing the optimal strategy to commit to", EC 2006: one linear program for each
//! response `r`, `max x'D_r` over mixes `x` to which `r` is a best response; the best of them is the answer.
//! Differs: the programs are not solved one by one. Each runs from its upper bound down (`commitment.rs`) and is left as
//! soon as that is no better than the best commitment known, its multipliers being the proof; the points on the way are
//! commitments themselves, so that bound is good early. Incentives enter only when they are broken.
//!
//! | symbol | here | shape |
//! |---|---|---|
//! | `D`, `C` | pay-offs of the leader and the follower | leader × follower strategies |
//! | `x` | `commitment` | leader strategies |
//! | `r` | `response` | a column |
//! | `μ` | `incentives` | positive multipliers of few columns, for each response that needs some |
//!
//! 1. Collapse equal columns.
//! 2. In doubles, from the largest bound `max_k D[k][r]` down: lower each bound until it is no better than the best
//!    commitment, or is reached by one.
//! 3. In fractions: solve the best response's program from the basis that doubles found.
//! 4. In fractions: prove of every other response that it is no better; if one is, it takes its place.
//!
//! Guarantee: the commitment is exact, its response an exact best one, the gap exactly 0, whatever the doubles did. At a
//! limit the interval is that of the best commitment so far. Not guaranteed: uniqueness of the commitment.

use saddlepoint_game::certificate::{Incentives, commitment_lower, commitment_upper, response_bound};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Bimatrix, MixedStrategy};

use crate::commitment::{Constraint, Guide, NOISE, PIVOTS_PER_STRATEGY, STRATEGIES_MOST, Step, Vertex};
use crate::error::SolveError;
use crate::follower::{Follower, classes, distinct, near, short};
use crate::method::Method;
use crate::settings::{Limits, Settings};
use crate::solution::Status;

/// A certified commitment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// The leader's mix: one probability per row.
    pub commitment: MixedStrategy,
    /// The follower's best response: a column.
    pub response: usize,
    /// How much the follower would lose by each column instead; at least 0.
    pub slacks: Vec<Rational>,
    /// Proof that no commitment reaches more than `upper`.
    pub incentives: Vec<Incentives>,
    /// What the commitment guarantees the leader.
    pub lower: Rational,
    /// What no commitment exceeds.
    pub upper: Rational,
    /// Why the search stopped.
    pub status: Status,
    /// Pivots in doubles and in fractions.
    pub iterations: u64,
}

/// Finds the best commitment of player 1, exactly.
///
/// Of the settings, the limits are read.
///
/// # Errors
/// [`SolveError::Setting`] if a setting is out of range; [`SolveError::Unsupported`] if the leader has more than 2,048
/// strategies; [`SolveError::Failed`] would be a defect of this method.
///
/// # Examples
/// ```
/// use saddlepoint_game::{Bimatrix, numbered, rational::parse};
/// use saddlepoint_solver::{Settings, stackelberg};
///
/// let numbers = |texts: [&str; 4]| texts.map(|text| parse(text).expect("a number")).to_vec();
/// let (leader, follower) = (numbers(["2", "4", "1", "3"]), numbers(["1", "0", "0", "1"]));
/// let game = Bimatrix::new(numbered("d", 2), numbered("a", 2), leader, follower)?;
/// let found = stackelberg::solve(&game, &Settings::default())?;
/// assert_eq!((found.lower, found.response), (parse("7/2").expect("a number"), 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(game: &Bimatrix, settings: &Settings) -> Result<Commitment, SolveError> {
    settings.validate()?;
    solve_within(game, settings.limits())
}

/// [`solve`] within limits whose clock runs already.
pub(crate) fn solve_within(game: &Bimatrix, limits: Limits) -> Result<Commitment, SolveError> {
    if game.rows().len() > STRATEGIES_MOST {
        return Err(SolveError::Unsupported { method: Method::Auto, what: "a leader of more than 2,048 strategies" });
    }
    // 1. Equal columns are one response.
    let mut search = Search::new(game, limits);
    // 2. Doubles.
    search.run();
    // 3. and 4. Fractions.
    search.finish()
}

/// Responses that are equal for both players.
struct Response {
    columns: Vec<usize>,
    class: usize,
    /// The leader's unit pay-offs.
    objective: Vec<f64>,
    guide: Guide,
}

struct Search<'a> {
    game: &'a Bimatrix,
    follower: Follower,
    responses: Vec<Response>,
    /// Responses of each class of the follower.
    of_class: Vec<Vec<usize>>,
    /// The first best class for each leader strategy.
    best_class: Vec<usize>,
    /// The leader's pay-off range over the follower's: what a multiplier per unit pay-offs is worth.
    exchange: f64,
    /// The best commitment so far, per unit pay-offs, and the response to it.
    best: (f64, usize),
    limits: Limits,
    status: Status,
    pivots: u64,
    vertex: Vertex<f64>,
    sums: Vec<f64>,
    normal: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(game: &'a Bimatrix, limits: Limits) -> Self {
        let columns = game.columns().len();
        let follower = Follower::new(game.second(), columns);
        let mut leader = Vec::new();
        let scale = game.first().to_unit(&mut leader);
        let leader_class = classes(game.first(), columns);
        let pairs = distinct(leader_class.into_iter().zip(follower.class.iter().copied()));
        let mut responses: Vec<Response> = Vec::new();
        for (column, &response) in pairs.iter().enumerate() {
            if let Some(known) = responses.get_mut(response) {
                known.columns.push(column);
                continue;
            }
            let objective: Vec<f64> = leader.iter().skip(column).step_by(columns).copied().collect();
            let bound = objective.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let guide = Guide::without_run(bound);
            responses.push(Response { columns: vec![column], class: follower.class[column], objective, guide });
        }
        let mut of_class = vec![Vec::new(); follower.first.len()];
        for (position, response) in responses.iter().enumerate() {
            of_class[response.class].push(position);
        }
        let best_class = (0..game.rows().len()).map(|row| first_largest(follower.row(row))).collect();
        let exchange = rational::to_f64(&scale.range) / follower.range;
        let vertex = Vertex::new(&responses[0].objective);
        let (sums, normal) = (Vec::new(), Vec::new());
        let (best, status) = ((f64::NEG_INFINITY, 0), Status::Converged);
        Self {
            game,
            follower,
            responses,
            of_class,
            best_class,
            exchange,
            best,
            limits,
            status,
            pivots: 0,
            vertex,
            sums,
            normal,
        }
    }

    fn run(&mut self) {
        let mut order: Vec<usize> = (0..self.responses.len()).collect();
        order.sort_by(|a, b| {
            let bound = |response: &usize| self.responses[*response].guide.bound;
            bound(b).total_cmp(&bound(a)).then(a.cmp(b))
        });
        for response in order {
            if self.responses[response].guide.bound <= self.best.0 {
                break;
            }
            if let Some(status) = self.limits.reached(self.pivots) {
                self.status = status;
                return;
            }
            self.lower(response, true);
        }
        // The best one may have been left a step before its end.
        self.lower(self.best.1, false);
    }

    /// Lowers the bound of a response, in doubles, to the best commitment known or (unless `prune`) to its optimum.
    fn lower(&mut self, position: usize, prune: bool) {
        let response = &self.responses[position];
        let (class, rows) = (response.class, response.objective.len());
        self.vertex.reset(&response.objective);
        let (mut contradiction, mut bland) = (false, false);
        for step in 0..PIVOTS_PER_STRATEGY * (rows + 1) {
            if (prune && *self.vertex.bound() <= self.best.0) || self.limits.reached(self.pivots).is_some() {
                break;
            }
            let Some(constraint) = self.broken(class, step == 0, bland) else {
                // Not above the bound by its own rounding: it is a commitment whose value is this bound.
                if *self.vertex.bound() > self.best.0 {
                    self.best = (*self.vertex.bound(), position);
                }
                break;
            };
            self.normal_of(class, constraint);
            self.pivots += 1;
            match self.vertex.enter(constraint, &self.normal) {
                Step::Lower => bland = false,
                Step::Level => bland = true,
                Step::Contradiction => {
                    contradiction = true;
                    break;
                }
            }
        }
        self.responses[position].guide = self.vertex.guide(contradiction);
    }

    /// The constraint that the vertex breaks most, or the first one that it breaks; a vertex that is a mix is tried as a
    /// commitment on the way.
    fn broken(&mut self, class: usize, at_start: bool, bland: bool) -> Option<Constraint> {
        let point = self.vertex.point();
        let weight = first_smallest(point);
        let is_mix = point[weight] >= -NOISE;
        if bland && !is_mix {
            return point.iter().position(|x| *x < -NOISE).map(Constraint::Weight);
        }
        let best = if at_start {
            // All mass is on one row, whose best class is known.
            let row = first_largest(point);
            self.sums.clear();
            let (own, best) = (self.follower.row(row)[class], self.best_class[row]);
            (best, own - self.follower.row(row)[best])
        } else {
            self.follower.utilities(point, &mut self.sums);
            let best = first_largest(&self.sums);
            (best, self.sums[class] - self.sums[best])
        };
        if is_mix {
            for &other in &self.of_class[best.0] {
                let objective = &self.responses[other].objective;
                let value = objective.iter().zip(self.vertex.point()).map(|(d, x)| d * x).sum();
                if value > self.best.0 {
                    self.best = (value, other);
                }
            }
        }
        let least = self.vertex.point()[weight];
        if best.1 >= -NOISE {
            return if is_mix { None } else { Some(Constraint::Weight(weight)) };
        }
        if bland && !at_start {
            let own = self.sums[class] + NOISE;
            return self.sums.iter().position(|sum| *sum > own).map(Constraint::Incentive);
        }
        Some(if least < best.1 { Constraint::Weight(weight) } else { Constraint::Incentive(best.0) })
    }

    fn normal_of(&mut self, class: usize, constraint: Constraint) {
        match constraint {
            Constraint::Weight(row) => {
                self.normal.clear();
                self.normal.extend((0..self.game.rows().len()).map(|k| if k == row { 1.0 } else { 0.0 }));
            }
            Constraint::Incentive(against) => self.follower.incentive(class, against, &mut self.normal),
        }
    }

    fn finish(mut self) -> Result<Commitment, SolveError> {
        let mut best = self.best_pure()?;
        let first = self.best.1;
        let others: Vec<usize> = (0..self.responses.len()).filter(|position| *position != first).collect();
        let mut incentives = Vec::new();
        for position in std::iter::once(first).chain(others) {
            let multipliers = match self.short_proof(position, &best.0) {
                Some(multipliers) => multipliers,
                None => self.exact_proof(position, &mut best)?,
            };
            if !multipliers.is_empty() {
                incentives.push(Incentives { responses: self.responses[position].columns.clone(), multipliers });
            }
        }
        let (_, commitment, response) = best;
        let guarantee = commitment_lower(self.game, &commitment, response);
        let guarantee = guarantee.map_err(|error| failed(&error.to_string()))?;
        let upper = commitment_upper(self.game, &incentives).map_err(|error| failed(&error.to_string()))?;
        Ok(Commitment {
            commitment,
            response,
            slacks: guarantee.slacks,
            incentives,
            lower: guarantee.lower,
            upper,
            status: self.status,
            iterations: self.pivots,
        })
    }

    /// A good pure commitment, exact: what there is to report if a limit comes first.
    fn best_pure(&self) -> Result<(Rational, MixedStrategy, usize), SolveError> {
        let (rows, columns) = (self.game.rows().len(), self.game.columns().len());
        let worth = |row: usize| {
            let responses = &self.of_class[self.best_class[row]];
            responses.iter().map(|response| self.responses[*response].objective[row]).fold(f64::NEG_INFINITY, f64::max)
        };
        let row = first_largest(&(0..rows).map(worth).collect::<Vec<_>>());
        let cells: Vec<_> = (0..columns).map(|column| self.game.payoffs(row, column)).collect();
        let most = cells.iter().map(|(_, second)| second).max();
        let best = cells.iter().enumerate().rev().filter(|(_, (_, second))| Some(second) == most);
        let best = best.max_by(|a, b| a.1.0.cmp(&b.1.0));
        let (column, (value, _)) = best.ok_or_else(|| failed("the game has no strategies"))?;
        let mix = MixedStrategy::pure(rows, row).map_err(|error| failed(&error.to_string()))?;
        Ok((value.clone(), mix, column))
    }

    /// Multipliers near those that doubles found, if they prove that a response is worth at most `value`.
    fn short_proof(&self, position: usize, value: &Rational) -> Option<Vec<(usize, Rational)>> {
        let Response { columns, guide, .. } = &self.responses[position];
        let weights = guide.weights(self.best.0);
        let worth = |weight: f64| weight * self.exchange;
        let largest = weights.iter().map(|(_, weight)| worth(*weight)).fold(0.0, f64::max);
        let proves = |round: &dyn Fn(f64) -> Option<Rational>| {
            let rounded =
                weights.iter().map(|(class, weight)| Some((self.follower.first[*class], round(worth(*weight))?)));
            let mut rounded = rounded.collect::<Option<Vec<_>>>()?;
            rounded.retain(|(_, weight)| !weight.is_zero());
            let bound = response_bound(self.game, columns[0], &rounded).ok()?;
            (bound <= *value).then_some(rounded)
        };
        if weights.is_empty() {
            return proves(&|_| None);
        }
        proves(&|weight| short(weight, largest)).or_else(|| proves(&near))
    }

    /// Lowers the bound of a response in fractions, from the basis that doubles found, until it is at most the value of the
    /// best commitment, or becomes that value.
    fn exact_proof(
        &mut self,
        position: usize,
        best: &mut (Rational, MixedStrategy, usize),
    ) -> Result<Vec<(usize, Rational)>, SolveError> {
        let column = self.responses[position].columns[0];
        let rows = self.game.rows().len();
        let objective: Vec<Rational> = (0..rows).map(|row| self.game.payoffs(row, column).0).collect();
        let mut vertex = self.exact_start(position, &objective);
        let mut bland = false;
        loop {
            if *vertex.bound() <= best.0 {
                break;
            }
            if let Some(status) = self.limits.reached(self.pivots) {
                self.status = status;
                break;
            }
            let Some(constraint) = self.broken_exactly(vertex.point(), column, bland)? else {
                let mix = MixedStrategy::exact(vertex.point().to_vec()).map_err(|error| failed(&error.to_string()))?;
                *best = (vertex.bound().clone(), mix, column);
                break;
            };
            self.pivots += 1;
            match vertex.enter(constraint, &self.exact_normal(column, constraint)) {
                Step::Lower => bland = false,
                Step::Level => bland = true,
                Step::Contradiction => {
                    return Ok(positive(vertex.fallen_to(&best.0)));
                }
            }
        }
        Ok(positive(vertex.multipliers().collect()))
    }

    /// The vertex that doubles ended at, in fractions; the leader's best pure strategy if it proves nothing.
    fn exact_start(&self, position: usize, objective: &[Rational]) -> Vertex<Rational> {
        let Response { columns, guide, .. } = &self.responses[position];
        let named = |constraint: &Constraint| match constraint {
            Constraint::Incentive(class) => Constraint::Incentive(self.follower.first[*class]),
            weight @ Constraint::Weight(_) => *weight,
        };
        let tight: Vec<Constraint> = guide.tight.iter().map(named).collect();
        Vertex::at(objective, &tight, |constraint| self.exact_normal(columns[0], constraint))
    }

    fn exact_normal(&self, column: usize, constraint: Constraint) -> Vec<Rational> {
        let rows = 0..self.game.rows().len();
        match constraint {
            Constraint::Weight(row) => rows.map(|k| if k == row { Rational::ONE } else { Rational::ZERO }).collect(),
            Constraint::Incentive(against) => {
                rows.map(|k| self.game.payoffs(k, column).1 - self.game.payoffs(k, against).1).collect()
            }
        }
    }

    /// As [`Self::broken`], exact; incentives are named by their column.
    fn broken_exactly(&self, point: &[Rational], column: usize, bland: bool) -> Result<Option<Constraint>, SolveError> {
        let negative = point.iter().enumerate().filter(|(_, x)| **x < Rational::ZERO);
        let negative =
            if bland { negative.map(|(k, _)| k).next() } else { negative.min_by(|a, b| a.1.cmp(b.1)).map(|(k, _)| k) };
        if let Some(row) = negative {
            return Ok(Some(Constraint::Weight(row)));
        }
        let mix = MixedStrategy::exact(point.to_vec()).map_err(|error| failed(&error.to_string()))?;
        let utilities = self.game.follower_utilities(&mix);
        let own = &utilities[column];
        let better = utilities.iter().enumerate().filter(|(_, utility)| *utility > own);
        // The last of equal ones would be the default; the first is the one that stands for its class.
        let chosen = if bland {
            better.map(|(l, _)| l).next()
        } else {
            better.rev().max_by(|a, b| a.1.cmp(b.1)).map(|(l, _)| l)
        };
        Ok(chosen.map(Constraint::Incentive))
    }
}

/// Positive multipliers in the order of their numbers.
pub(crate) fn positive(mut weights: Vec<(usize, Rational)>) -> Vec<(usize, Rational)> {
    weights.retain(|(_, weight)| !weight.is_zero());
    weights.sort_unstable_by_key(|(column, _)| *column);
    weights
}

fn first_largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, k| if values[k] > values[best] { k } else { best })
}

fn first_smallest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, k| if values[k] < values[best] { k } else { best })
}

fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::Auto, reason: reason.to_owned() }
}
