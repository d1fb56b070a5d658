//! Double oracle: a large game through a restricted game that grows by best responses.
//!
//! Source: `McMahan`, Gordon, Blum, "Planning in the Presence of Cost Functions Controlled by an Adversary", ICML 2003.
//! Differs: some twenty best responses enter per side and round; the restricted game keeps its basis while it grows
//! (`restricted.rs`); the sides take turns, so that each answers the newest mix of the other; it stops on the gap over
//! the whole game, not on an unchanged restricted game; the defender may be under constraints.
//!
//! | paper | here | shape | unit |
//! |---|---|---|---|
//! | `R`, rows in the restricted game | `Side::strategies` of the attacker | restricted attacks | none |
//! | `C`, columns in it | `Side::strategies` of the defender | restricted defences | none |
//! | `p`, `q`, equilibrium of it | `Side::mix` | as above | probability |
//! | `V_l`, `V_u` | `Side::bound` | one a side | loss |
//!
//! 1. Start with seeds. A side with few strategies has all of them in.
//! 2. Defences that do best against the attacker's mix enter; their best loss bounds the value from below.
//! 3. Primal pivots make the restricted game optimal again, which moves the defender's mix.
//! 4. Attacks that do best against it enter; their best loss bounds the value from above. Dual pivots do the rest.
//! 5. Stop if the best mixes so far are close, or neither side gained a strategy; else go on with 2.
//!
//! The restricted program prices constraints as it does attacks, so that while its defences cannot meet them together,
//! step 2 asks for those that do best at the prices alone.
//!
//! Guarantee: finite; the interval. Not guaranteed: few rounds (exponentially many strategies can be needed where they
//! are implicit: Zhang and Sandholm, 2024). At its best where supports are small beside the game; at a support of half the
//! strategies it solves most of the game, piece by piece.

use std::collections::HashMap;

use saddlepoint_game::Game;
use saddlepoint_game::rational;

use crate::dense::{Dense, Pair};
use crate::error::SolveError;
use crate::exact;
use crate::infeasible;
use crate::kernels::add_multiple;
use crate::method::Method;
use crate::restricted::{End, Restricted};
use crate::scaled::Scaled;
use crate::settings::{Limits, Settings};
use crate::solution::{Solution, Status};

/// Most strategies that enter at once.
const RESPONSES: usize = 20;

/// A matrix's side of at most this many strategies has all of them in the restricted game from the start.
const SMALL_SIDE: usize = 64;

/// Gap, as a fraction of the range, at which it stops however small a gap is asked for.
const LEAST_GAP: f64 = 1e-13;

/// Largest gap, as a fraction of the range, that counts as converged where no further strategy helps.
const ACCEPTED_GAP: f64 = 1e-12;

/// A response enters only if it beats the restricted game by more than this fraction of the range; less is rounding.
const IMPROVEMENT: f64 = 1e-14;

/// Every admissible mix loses at most 2 on losses in [1, 2], so that a feasible restricted program has `Σ u ≥ 1/2` and
/// an infeasible one 0; half-way between, its defences cannot meet the constraints, as far as doubles tell.
const FEASIBLE_SUM: f64 = 0.25;

/// Strategies by number, in ascending order, with positive weights of sum 1.
pub type Weights = [(usize, f64)];

/// A strategy by number, and its expected loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Response {
    /// The strategy: any number that the oracle will know again.
    pub strategy: usize,
    /// The defender's expected loss.
    pub loss: f64,
}

/// What a best-response routine found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Responses {
    /// The best strategies that beat the threshold, best first, each strategy once. If the routine is exact, none means
    /// that there is none.
    pub found: Vec<Response>,
    /// Proved: no attack gains more than this (for attacks), no defence loses less (for defences). An exact routine has
    /// the best loss here; one that stops early has what its search has proved.
    pub bound: f64,
}

/// A game given by its best responses: a matrix, or strategies too many to write down.
pub trait Oracle {
    /// The least and the greatest loss of any attack against any defence, or bounds for them.
    fn range(&self) -> (f64, f64);

    /// The loss of an attack against a defence, both named by this oracle before.
    fn loss(&self, attack: usize, defence: usize) -> f64;

    /// Strategies to start from, at least one a side.
    fn seeds(&mut self) -> (Vec<usize>, Vec<usize>);

    /// Up to `most` attacks of greatest expected loss against the defender's mix, only those above `threshold`.
    fn best_attacks(&mut self, defender: &Weights, threshold: f64, most: usize) -> Responses;

    /// Up to `most` defences of least expected loss against the attacker's mix, only those below `threshold`; to the
    /// loss of a defence comes `Σ_k prices[k] excess_k`, where the defender is under constraints.
    fn best_defences(&mut self, attacker: &Weights, prices: &[f64], threshold: f64, most: usize) -> Responses;

    /// By how much a defence exceeds each constraint, in any fixed unit of about size 1. Default: no constraints.
    fn excesses(&self, defence: usize) -> Vec<f64> {
        let _ = defence;
        Vec::new()
    }

    /// Number of constraints. Default: none.
    fn constraints(&self) -> usize {
        0
    }
}

/// Both mixes of a game given by its best responses, and the interval that the oracle's bounds prove.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The attacker's mix.
    pub attacker: Vec<(usize, f64)>,
    /// The defender's mix.
    pub defender: Vec<(usize, f64)>,
    /// Multipliers of the constraints, in loss per unit of [`Oracle::excesses`].
    pub prices: Vec<f64>,
    /// The value is at least this, as far as doubles tell.
    pub lower: f64,
    /// The value is at most this, as far as doubles tell; infinite if no defence seen so far meets the constraints.
    pub upper: f64,
    /// Why it stopped.
    pub status: Status,
    /// Pivots of the restricted game.
    pub iterations: u64,
    /// Rounds of best responses.
    pub rounds: u64,
    /// Attacks and defences in the restricted game at the end.
    pub restricted: (usize, usize),
}

/// Solves a game given by its best responses; stops at `settings.target_gap` of the range (by default 1e-13).
///
/// # Errors
/// [`SolveError::Setting`] if a setting is out of range; [`SolveError::Failed`] if the oracle names no strategy to start
/// from.
///
/// # Complexity
/// Two best responses a round; pivots cost restricted attacks × restricted defences.
pub fn solve_oracle(oracle: &mut impl Oracle, settings: &Settings) -> Result<Outcome, SolveError> {
    settings.validate()?;
    run(oracle, settings, settings.limits())
}

/// Solves a game; stops at `settings.target_gap` of the range (by default 1e-13).
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint; [`SolveError::Stopped`] if a limit is reached before
/// an admissible mix was found.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    settings.validate()?;
    solve_within(game, settings, settings.limits())
}

/// [`solve`] within limits whose clock runs already.
pub(crate) fn solve_within(game: &Game, settings: &Settings, limits: Limits) -> Result<Solution, SolveError> {
    let method = Method::DoubleOracle;
    let mut scaled = Scaled::default();
    scaled.load(game);
    let (m, n) = (scaled.layout.attacks, scaled.layout.defences);
    let mut oracle = Matrix::new(Dense::new(m, n, &scaled.losses), &scaled.excesses);
    let found = run(&mut oracle, settings, limits)?;
    if found.upper.is_infinite() {
        return Err(match found.status {
            Status::TimeLimit | Status::IterationLimit => exact::stopped(method, found.status),
            Status::Converged | Status::Stalled => infeasible::diagnose(game).unwrap_or_else(|| failed("no defence")),
        });
    }
    let (attacker, defender) = (spread(m, &found.attacker), spread(n, &found.defender));
    let Some(answer) = scaled.answer(game, &attacker, &defender, &found.prices) else {
        // Only an exact mix is admissible.
        return exact::last_word(game, None, limits.after(found.iterations), method);
    };
    let solution = answer.certify(game, method, found.status, found.iterations, None)?;
    let target = settings.target_gap.unwrap_or(0.0).max(ACCEPTED_GAP);
    let small = rational::from_f64(target).is_some_and(|target| solution.certificate.gap() <= target * scaled.range);
    let missed = solution.status == Status::Converged && !small;
    Ok(if missed { Solution { status: Status::Stalled, ..solution } } else { solution })
}

/// The pair of a matrix whose entries lie in `range`, from these supports if there are any. The gap of the pair is in the
/// matrix's unit.
pub(crate) fn pair(
    game: &Dense<'_>,
    range: (f64, f64),
    seeds: Option<(Vec<usize>, Vec<usize>)>,
    settings: &Settings,
    limits: Limits,
) -> Result<(Pair, Status, u64), SolveError> {
    let mut oracle = Matrix { range, given: seeds, ..Matrix::new(*game, &[]) };
    let found = run(&mut oracle, settings, limits)?;
    let (attacker, defender) = (spread(game.rows, &found.attacker), spread(game.columns, &found.defender));
    let pair = Pair { attacker, defender, gap: found.upper - found.lower };
    Ok((pair, found.status, found.iterations))
}

fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::DoubleOracle, reason: reason.to_owned() }
}

fn spread(count: usize, weights: &Weights) -> Vec<f64> {
    let mut mix = vec![0.0; count];
    for &(strategy, weight) in weights {
        mix[strategy] = weight;
    }
    mix
}

/// One player in the restricted game.
#[derive(Default)]
struct Side {
    /// Numbers given by the oracle, in order of entry.
    strategies: Vec<usize>,
    /// Position of each of them.
    positions: HashMap<usize, usize>,
    /// Newest mix.
    mix: Vec<(usize, f64)>,
    /// The mix with the best bound.
    best: Vec<(usize, f64)>,
    /// What that mix proves: the attacker's a lower bound, the defender's an upper one.
    bound: f64,
}

impl Side {
    fn new(bound: f64) -> Self {
        Self { bound, ..Self::default() }
    }

    /// Takes in those of the strategies that are new, and returns them.
    fn enter(&mut self, strategies: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut new = Vec::new();
        for strategy in strategies {
            let next = self.strategies.len();
            if *self.positions.entry(strategy).or_insert(next) == next {
                self.strategies.push(strategy);
                new.push(strategy);
            }
        }
        new
    }

    /// The mix of weights in order of entry and in any scale; unchanged if they have no sum.
    fn set(&mut self, weights: &[f64]) {
        let sum: f64 = weights.iter().sum();
        if sum > 0.0 {
            self.set_scaled(weights, sum);
        }
    }

    fn set_scaled(&mut self, weights: &[f64], sum: f64) {
        self.mix.clear();
        let positive = self.strategies.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
        self.mix.extend(positive.map(|(strategy, weight)| (*strategy, weight / sum)));
        self.mix.sort_unstable_by_key(|(strategy, _)| *strategy);
    }
}

/// The restricted game and what is known of the whole one.
struct Growth<'a, O> {
    oracle: &'a mut O,
    /// Least loss, and greatest minus least.
    shift: f64,
    range: f64,
    game: Restricted,
    attacker: Side,
    defender: Side,
    /// Prices that belong to the attacker's newest and best mix.
    prices: (Vec<f64>, Vec<f64>),
}

fn run<O: Oracle>(oracle: &mut O, settings: &Settings, limits: Limits) -> Result<Outcome, SolveError> {
    let target = settings.target_gap.unwrap_or(0.0).max(LEAST_GAP);
    let mut growth = Growth::new(oracle, limits)?;
    let (mut rounds, mut refreshed) = (0, false);
    let status = loop {
        rounds += 1;
        // 2-3. Defences, and the restricted game's optimum with them.
        let defences = growth.defences();
        let mut end = growth.game.primal(limits);
        // 4. Attacks, likewise.
        let mut attacks = 0;
        if end == End::Optimal && growth.read() {
            attacks = growth.attacks();
            end = growth.game.dual(limits);
            growth.read();
        }
        // 5. Is it over?
        let gap = growth.gap();
        if gap <= target {
            break Status::Converged;
        }
        if let End::Limit(status) = end {
            break status;
        }
        if let Some(status) = limits.reached(growth.game.pivots) {
            break status;
        }
        if end == End::Stalled || defences + attacks == 0 {
            // What is left may be rounding: once more at the same basis, from the entries as they are.
            if refreshed {
                break if gap <= ACCEPTED_GAP || growth.is_infeasible() { Status::Converged } else { Status::Stalled };
            }
            refreshed = true;
            growth.game.refresh();
            if growth.game.dual(limits) == End::Stalled && growth.game.primal(limits) == End::Stalled {
                break Status::Stalled;
            }
            growth.read();
        } else {
            refreshed = false;
        }
    };
    Ok(growth.outcome(status, rounds))
}

impl<'a, O: Oracle> Growth<'a, O> {
    /// 1. The seeds; attacks before defences, so that the program is bounded.
    fn new(oracle: &'a mut O, limits: Limits) -> Result<Self, SolveError> {
        let (shift, greatest) = oracle.range();
        let range = if greatest > shift { greatest - shift } else { 1.0 };
        let (attacks, defences) = oracle.seeds();
        if attacks.is_empty() || defences.is_empty() {
            return Err(failed("the oracle has no strategies to start from"));
        }
        let game = Restricted::new(oracle.constraints());
        let prices = (vec![0.0; oracle.constraints()], vec![0.0; oracle.constraints()]);
        let (attacker, defender) = (Side::new(f64::NEG_INFINITY), Side::new(f64::INFINITY));
        let mut growth = Self { oracle, shift, range, game, attacker, defender, prices };
        growth.add_attacks(attacks);
        growth.add_defences(defences);
        // A start if no pivot is allowed: the first strategies, admissible only without constraints.
        growth.attacker.set(&[1.0]);
        if growth.prices.0.is_empty() {
            growth.defender.set(&[1.0]);
        }
        growth.game.primal(limits);
        growth.read();
        Ok(growth)
    }

    /// A loss in [1, 2].
    fn entry(&self, attack: usize, defence: usize) -> f64 {
        (self.oracle.loss(attack, defence) - self.shift) / self.range + 1.0
    }

    fn add_attacks(&mut self, attacks: impl IntoIterator<Item = usize>) -> usize {
        let new = self.attacker.enter(attacks);
        let row = |&i: &usize| self.defender.strategies.iter().map(|j| self.entry(i, *j)).collect();
        let rows: Vec<Vec<f64>> = new.iter().map(row).collect();
        self.game.add_rows(&rows);
        new.len()
    }

    fn add_defences(&mut self, defences: impl IntoIterator<Item = usize>) -> usize {
        let new = self.defender.enter(defences);
        let column = |&j: &usize| {
            let mut column = self.oracle.excesses(j);
            column.extend(self.attacker.strategies.iter().map(|i| self.entry(*i, j)));
            column
        };
        self.game.add_columns(new.iter().map(column).collect());
        new.len()
    }

    /// The restricted game's mixes; `false` if its defences cannot meet the constraints.
    fn read(&mut self) -> bool {
        let (mut defender, mut attacker, mut prices) = (Vec::new(), Vec::new(), Vec::new());
        self.game.read(&mut defender, &mut attacker, &mut prices);
        let sum: f64 = attacker.iter().sum();
        let feasible = !self.is_infeasible();
        if feasible {
            self.attacker.set(&attacker);
            self.defender.set(&defender);
            for price in &mut prices {
                *price *= self.range / sum;
            }
        } else {
            // Prices alone lead to defences that meet the constraints.
            self.attacker.set_scaled(&attacker, 1.0);
            for price in &mut prices {
                *price *= self.range;
            }
        }
        self.prices.0 = prices;
        feasible
    }

    fn is_infeasible(&self) -> bool {
        self.game.objective() < FEASIBLE_SUM && !self.prices.0.is_empty()
    }

    /// Value of the restricted game on losses from 0 to 1.
    fn value(&self) -> f64 {
        1.0 / self.game.objective() - 1.0
    }

    /// 2. Defences enter; the number of new ones.
    fn defences(&mut self) -> usize {
        let feasible = !self.is_infeasible();
        let threshold = if feasible {
            self.shift + self.range * (self.value() - IMPROVEMENT)
        } else {
            let sum: f64 = self.attacker.mix.iter().map(|(_, weight)| weight).sum();
            self.shift * sum + self.range * (1.0 - sum - IMPROVEMENT)
        };
        let Responses { found, bound } =
            self.oracle.best_defences(&self.attacker.mix, &self.prices.0, threshold, RESPONSES);
        if feasible && bound > self.attacker.bound {
            self.attacker.bound = bound;
            self.attacker.best.clone_from(&self.attacker.mix);
            self.prices.1.clone_from(&self.prices.0);
        }
        self.add_defences(found.into_iter().map(|response| response.strategy))
    }

    /// 4. Attacks enter; the number of new ones.
    fn attacks(&mut self) -> usize {
        let threshold = self.shift + self.range * (self.value() + IMPROVEMENT);
        let Responses { found, bound } = self.oracle.best_attacks(&self.defender.mix, threshold, RESPONSES);
        if bound < self.defender.bound {
            self.defender.bound = bound;
            self.defender.best.clone_from(&self.defender.mix);
        }
        self.add_attacks(found.into_iter().map(|response| response.strategy))
    }

    /// Best upper minus best lower bound, as a fraction of the range.
    fn gap(&self) -> f64 {
        (self.defender.bound - self.attacker.bound) / self.range
    }

    fn outcome(mut self, status: Status, rounds: u64) -> Outcome {
        // A limit may have come before a bound; one that needs no pivots is still to be had.
        if self.attacker.best.is_empty() {
            if self.is_infeasible() || self.attacker.mix.is_empty() {
                self.attacker.set(&[1.0]);
                self.prices.0.fill(0.0);
            }
            let bound = self.oracle.best_defences(&self.attacker.mix, &self.prices.0, f64::NEG_INFINITY, 1).bound;
            (self.attacker.bound, self.attacker.best) = (bound, self.attacker.mix.clone());
            self.prices.1.clone_from(&self.prices.0);
        }
        if self.defender.best.is_empty() && !self.defender.mix.is_empty() {
            let bound = self.oracle.best_attacks(&self.defender.mix, f64::INFINITY, 1).bound;
            (self.defender.bound, self.defender.best) = (bound, self.defender.mix.clone());
        }
        Outcome {
            attacker: self.attacker.best,
            defender: self.defender.best,
            prices: self.prices.1,
            lower: self.attacker.bound,
            upper: self.defender.bound,
            status,
            iterations: self.game.pivots,
            rounds,
            restricted: (self.attacker.strategies.len(), self.defender.strategies.len()),
        }
    }
}

/// A matrix as its own oracle: a product with a sparse mix per answer.
struct Matrix<'a> {
    game: Dense<'a>,
    /// Bounds of its entries.
    range: (f64, f64),
    /// Constraints × defences.
    excesses: &'a [f64],
    /// Seeds from elsewhere.
    given: Option<(Vec<usize>, Vec<usize>)>,
    /// Columns that have had weight, gathered once: a column of a wide matrix is as many cache lines as rows.
    gathered: HashMap<usize, Vec<f64>>,
    losses: Vec<f64>,
    order: Vec<u32>,
}

impl<'a> Matrix<'a> {
    fn new(game: Dense<'a>, excesses: &'a [f64]) -> Self {
        Self {
            game,
            range: (0.0, 1.0),
            excesses,
            given: None,
            gathered: HashMap::new(),
            losses: Vec::new(),
            order: Vec::new(),
        }
    }

    /// The best of `losses` beyond the threshold in the direction of `sign` (1: greatest, -1: least), ties to the lowest
    /// index; of strategies that are the same, one.
    fn select(
        &mut self,
        sign: f64,
        threshold: f64,
        most: usize,
        same: impl Fn(&Self, usize, usize) -> bool,
    ) -> Responses {
        let bound = self.losses.iter().fold(f64::NEG_INFINITY, |best, loss| best.max(sign * loss)) * sign;
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        if sign * bound > sign * threshold {
            let beyond = self.losses.iter().zip(0_u32..).filter(|(loss, _)| sign * *loss > sign * threshold);
            order.extend(beyond.map(|(_, k)| k));
        }
        let key = |k: &u32| (-sign * self.losses[*k as usize], *k);
        let compare = |a: &u32, b: &u32| {
            let ((a, i), (b, j)) = (key(a), key(b));
            a.total_cmp(&b).then(i.cmp(&j))
        };
        let mut found: Vec<Response> = Vec::new();
        // Copies have the same loss to the bit, so that they lie side by side once sorted. A few times as many as are
        // wanted leave enough after copies are dropped, except where there is hardly anything but copies.
        let mut sorted = 0;
        let mut block = 4 * most;
        while found.len() < most && sorted < order.len() {
            let rest = &mut order[sorted..];
            if block < rest.len() {
                rest.select_nth_unstable_by(block, compare);
            }
            let end = block.min(rest.len());
            rest[..end].sort_unstable_by(compare);
            for &k in &rest[..end] {
                let (strategy, loss) = (k as usize, self.losses[k as usize]);
                let tied = found.iter().rev().take_while(|other| other.loss.to_bits() == loss.to_bits());
                if found.len() < most && !tied.into_iter().any(|other| same(self, other.strategy, strategy)) {
                    found.push(Response { strategy, loss });
                }
            }
            sorted += end;
            block *= 4;
        }
        self.order = order;
        Responses { found, bound }
    }
}

impl Oracle for Matrix<'_> {
    fn range(&self) -> (f64, f64) {
        self.range
    }

    fn loss(&self, attack: usize, defence: usize) -> f64 {
        self.game.entries[attack * self.game.columns + defence]
    }

    /// All of a small side; of a large one those that answer a few of the other side's, spread evenly.
    fn seeds(&mut self) -> (Vec<usize>, Vec<usize>) {
        if let Some((attacks, defences)) = self.given.take().filter(|(a, d)| !a.is_empty() && !d.is_empty()) {
            return (attacks, defences);
        }
        let (m, n) = (self.game.rows, self.game.columns);
        let few = |count: usize| {
            let taken = count.min(RESPONSES);
            (0..taken).map(|k| (k * count / taken, 1.0 / taken as f64)).collect::<Vec<_>>()
        };
        let numbers = |responses: Responses| responses.found.into_iter().map(|r| r.strategy).collect::<Vec<_>>();
        let prices = vec![0.0; self.constraints()];
        let mut attacks: Vec<usize> = few(m).into_iter().map(|(i, _)| i).collect();
        let defences = if n <= SMALL_SIDE {
            (0..n).collect()
        } else {
            numbers(self.best_defences(&few(m), &prices, f64::INFINITY, RESPONSES))
        };
        if m <= SMALL_SIDE {
            attacks = (0..m).collect();
        } else {
            let share = 1.0 / defences.len() as f64;
            let mut mix: Vec<_> = defences.iter().map(|j| (*j, share)).collect();
            mix.sort_unstable_by_key(|(j, _)| *j);
            attacks.extend(numbers(self.best_attacks(&mix, f64::NEG_INFINITY, RESPONSES)));
            attacks.sort_unstable();
            attacks.dedup();
        }
        (attacks, defences)
    }

    fn best_attacks(&mut self, defender: &Weights, threshold: f64, most: usize) -> Responses {
        let Dense { rows, columns, entries } = self.game;
        self.losses.clear();
        self.losses.resize(rows, 0.0);
        for &(j, weight) in defender {
            let gather = || entries[j..].iter().step_by(columns).copied().collect();
            add_multiple(&mut self.losses, weight, self.gathered.entry(j).or_insert_with(gather));
        }
        self.select(1.0, threshold, most, |matrix, i, k| matrix.game.row(i) == matrix.game.row(k))
    }

    fn best_defences(&mut self, attacker: &Weights, prices: &[f64], threshold: f64, most: usize) -> Responses {
        let n = self.game.columns;
        self.losses.clear();
        self.losses.resize(n, 0.0);
        for &(i, weight) in attacker {
            add_multiple(&mut self.losses, weight, self.game.row(i));
        }
        for (row, price) in self.excesses.chunks_exact(n).zip(prices) {
            add_multiple(&mut self.losses, *price, row);
        }
        self.select(-1.0, threshold, most, |matrix, j, k| {
            let Dense { entries, .. } = matrix.game;
            let same = |cells: &[f64]| cells.chunks_exact(n).all(|row| row[j].to_bits() == row[k].to_bits());
            same(entries) && same(matrix.excesses)
        })
    }

    fn excesses(&self, defence: usize) -> Vec<f64> {
        self.excesses.iter().skip(defence).step_by(self.game.columns).copied().collect()
    }

    fn constraints(&self) -> usize {
        self.excesses.len() / self.game.columns
    }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::rational::Rational;
    use saddlepoint_game::testing::{Family, constrained};

    use super::*;

    /// Distance from the value that doubles may leave, as a fraction of the range.
    const DISTANCE: f64 = 1e-12;

    /// The interval found from one attack and one defence, on losses from 0 to 1; `None` if nothing is admissible.
    fn grown(game: &Game) -> Option<(f64, f64)> {
        let mut scaled = Scaled::default();
        scaled.load(game);
        let dense = Dense::new(scaled.layout.attacks, scaled.layout.defences, &scaled.losses);
        let mut oracle = Matrix { given: Some((vec![0], vec![0])), ..Matrix::new(dense, &scaled.excesses) };
        let found = run(&mut oracle, &Settings::default(), Limits::NONE).expect("seeds");
        assert_eq!(found.status, Status::Converged);
        let (attacker, defender) = (spread(dense.rows, &found.attacker), spread(dense.columns, &found.defender));
        let answer = scaled.answer(game, &attacker, &defender, &found.prices);
        if let Some(solution) = answer.and_then(|a| a.certify(game, Method::DoubleOracle, found.status, 0, None).ok()) {
            assert!(solution.certificate.gap() <= rational::from_f64(DISTANCE).expect("finite") * &scaled.range);
        }
        found.upper.is_finite().then_some((found.lower, found.upper))
    }

    fn on_unit_losses(game: &Game, value: &Rational) -> f64 {
        let scale = game.loss.payoffs().to_unit(&mut Vec::new());
        rational::to_f64(&((value - scale.shift) / scale.range))
    }

    #[test]
    fn growing_from_one_cell_ends_at_the_value() {
        for family in Family::ALL {
            for seed in 0..12 {
                let plain = family.game(32, seed);
                for game in [plain.clone(), constrained(plain, seed)] {
                    let optimum = exact::optimum(&game).ok();
                    let value = optimum.map(|optimum| on_unit_losses(&game, &optimum.value()));
                    match (grown(&game), value) {
                        (Some((lower, upper)), Some(value)) => {
                            let off = (value - lower).abs().max((upper - value).abs());
                            assert!(off <= DISTANCE, "{family:?} {seed}: [{lower}, {upper}] and {value}");
                        }
                        (None, None) => {}
                        (found, value) => panic!("{family:?} {seed}: {found:?} against {value:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn a_copy_never_enters() {
        let base = Family::Percentages.game_of(100, 1, 3);
        let mut column = Vec::new();
        base.loss.payoffs().to_unit(&mut column);
        let entries: Vec<f64> = column.iter().flat_map(|loss| std::iter::repeat_n(*loss, 500)).collect();
        let game = Dense::new(100, 500, &entries);
        let found = run(&mut Matrix::new(game, &[]), &Settings::default(), Limits::NONE).expect("a matrix");
        assert_eq!((found.restricted.1, found.upper.to_bits()), (1, 1.0_f64.to_bits()));
    }

    #[test]
    fn supports_of_an_equilibrium_are_all_it_takes() {
        let mut entries = Vec::new();
        Family::Uniform.game_of(150, 200, 8).loss.payoffs().to_unit(&mut entries);
        let game = Dense::new(150, 200, &entries);
        let (cold, _, spent) = pair(&game, (0.0, 1.0), None, &Settings::default(), Limits::NONE).expect("a matrix");
        let support = |mix: &[f64]| (0..mix.len()).filter(|k| mix[*k] > 0.0).collect::<Vec<_>>();
        let seeds = (support(&cold.attacker), support(&cold.defender));
        let (warm, status, saved) =
            pair(&game, (0.0, 1.0), Some(seeds), &Settings::default(), Limits::NONE).expect("a matrix");
        assert!(status == Status::Converged && warm.gap <= LEAST_GAP && saved < spent / 2, "{saved} of {spent}");
    }
}
