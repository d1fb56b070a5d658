//! Fictitious play: both players answer what the other has done so far.
//!
//! Source: Brown, "Iterative solution of games by fictitious play", 1951; Robinson, "An iterative method of solving a
//! game", 1951, proves that it converges. Optimistic: the last play counts twice. Anticipatory: Cloud, Wang, Kerr,
//! "Anticipatory fictitious play", IJCAI 2023.
//! Differs: the interval is of the best counts seen on either side, not of the last.
//!
//! | paper | here | shape | unit |
//! |---|---|---|---|
//! | counts of plays | `Side::counts` | attacks; defences | rounds |
//! | `Σ` of columns, of rows | `Side::losses` | attacks; defences | loss × rounds, integers over one denominator |
//!
//! 1. Both play their first strategy.
//! 2. Each adds the other's play to the losses of its own strategies: `losses / t` is `L y` for the attacker and `x'L`
//!    for the defender, so `max` of the one and `min` of the other bound the value.
//! 3. Keep the counts with the best bound on each side; stop on the target gap or a limit.
//! 4. Each plays its best response to the counts, to which one expected play is added (optimistic: the other's last one;
//!    anticipatory: the other's plain best response). Go on with 2.
//!
//! Guarantee: the bounds converge to the value. Not guaranteed: any useful rate; with ties broken by an adversary the gap
//! of an identity matrix can fall as slowly as `t^(-1/n)` (Daskalakis and Pan, 2014), and on some game of size 10 without
//! ties as slowly as `t^(-1/3)` (Wang, 2025). A way to watch learning, not to solve games. Takes no constraints.

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy, Payoffs};

use crate::error::SolveError;
use crate::method::Method;
use crate::progress::{Progress, is_shown};
use crate::settings::{Limits, Settings};
use crate::solution::{Answer, Solution, Status};

/// Rounds where the settings give no limit.
const DEFAULT_ROUNDS: u64 = 1_000_000;

/// Certified gap, as a fraction of the pay-off range, at which it stops where the settings give none.
const DEFAULT_GAP: f64 = 1e-3;

/// Rounds between two looks at the clock.
const CLOCK_INTERVAL: u64 = 1_024;

/// Entries that have no 64-bit common denominator are rounded to this fraction of the range to choose responses; the
/// certificate is of the entries as they are.
const GRID: f64 = (1_u64 << 53) as f64;

/// Who answers what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Both answer the counts of the rounds before.
    #[default]
    Simultaneous,
    /// The defender's counts of the attacker include the attack of the same round.
    Alternating,
}

/// The play that is added to the other's counts before they are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expectation {
    /// None: Brown's process.
    #[default]
    None,
    /// The other's last play.
    Optimistic,
    /// The other's best response to one's own counts.
    Anticipatory,
}

/// Which of several best responses is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// The first.
    #[default]
    LowestIndex,
    /// The one played last if it is among them, else the first: an adversary to convergence, as players overshoot.
    Keep,
}

/// The members of the family; the default is Brown's process with both players at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Who answers what.
    pub order: Order,
    /// The play that is added to the other's counts.
    pub expectation: Expectation,
    /// Which of several best responses is played.
    pub ties: Ties,
}

/// Plays until the certified gap is at most `target_gap` of the range (by default 1e-3), or a limit (by default a
/// million rounds).
///
/// # Errors
/// [`SolveError::Unsupported`] if the game has constraints.
///
/// # Complexity
/// Attacks + defences per round.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_with(game, settings, &Options::default(), |_| {})
}

/// [`solve`] by any member of the family, showing its progress.
///
/// # Errors
/// As [`solve`].
pub fn solve_with(
    game: &Game,
    settings: &Settings,
    options: &Options,
    mut observer: impl FnMut(&Progress),
) -> Result<Solution, SolveError> {
    settings.validate()?;
    if !game.constraints.is_empty() {
        return Err(SolveError::Unsupported { method: Method::FictitiousPlay, what: "constraints" });
    }
    let max_iterations = Some(settings.max_iterations.unwrap_or(DEFAULT_ROUNDS).max(1));
    let limits = Limits { max_iterations, ..settings.limits() };
    let mut play = Play::new(game, *options);
    let target = play.range * settings.target_gap.unwrap_or(DEFAULT_GAP);
    for round in 1_u64.. {
        // 1, 4. The plays, and what they add to the losses.
        play.advance(round);
        // 2-3. What they prove.
        play.bound(round);
        let clock_is_due = round.is_multiple_of(CLOCK_INTERVAL);
        let limit = Limits { deadline: limits.deadline.filter(|_| clock_is_due), ..limits }.reached(round);
        let close = play.gap() <= target;
        if close || limit.is_some() || is_shown(round) {
            let solution = play.prove(game, limit.unwrap_or(Status::Converged), round)?;
            let reached = close && is_at_most(&solution.certificate.gap(), target, &play);
            if reached || limit.is_some() || is_shown(round) {
                observer(&Progress { round, certificate: solution.certificate.clone() });
            }
            if reached {
                return Ok(Solution { status: Status::Converged, ..solution });
            }
            if limit.is_some() {
                return Ok(solution);
            }
        }
    }
    Err(SolveError::Failed { method: Method::FictitiousPlay, reason: "the rounds ran out".to_owned() })
}

/// Whether an exact gap is at most a number of the play's units.
fn is_at_most(gap: &Rational, target: f64, play: &Play) -> bool {
    rational::from_f64(target).is_some_and(|target| *gap <= target * &play.unit)
}

/// One player.
struct Side {
    /// How often each strategy was played.
    counts: Vec<u64>,
    /// Sum over the rounds of the loss that each strategy would have had.
    losses: Vec<i128>,
    /// The counts that prove most so far.
    best: Vec<u64>,
    /// What they prove, in units of loss.
    bound: f64,
    /// The last play.
    last: usize,
}

impl Side {
    fn new(count: usize, bound: f64) -> Self {
        Self { counts: vec![0; count], losses: vec![0; count], best: vec![0; count], bound, last: 0 }
    }

    fn keep(&mut self, bound: f64) {
        self.bound = bound;
        self.best.clone_from(&self.counts);
    }

    fn mix(&self) -> Option<MixedStrategy> {
        let rounds: u64 = self.best.iter().sum();
        let share = |&count: &u64| (rounds > 0).then(|| Rational::from_parts(count.into(), rounds.into()));
        MixedStrategy::exact(self.best.iter().map(share).collect::<Option<_>>()?).ok()
    }
}

/// The game in integers and both players. A sum over fewer than 2^63 rounds fits 128 bits.
struct Play {
    /// Attacks × defences, row by row, in `unit`s of loss.
    entries: Vec<i64>,
    /// One unit, in the game's loss.
    unit: Rational,
    /// Largest minus smallest entry, in units; 1 for a constant matrix.
    range: f64,
    options: Options,
    attacker: Side,
    defender: Side,
}

impl Play {
    fn new(game: &Game, options: Options) -> Self {
        let mut scaled = Vec::new();
        let scale = game.loss.payoffs().to_unit(&mut scaled);
        let (entries, unit) = match game.loss.payoffs() {
            Payoffs::Fixed { numerators, denominator } => {
                (numerators.clone(), Rational::from_parts(1.into(), (*denominator).into()))
            }
            // Each entry is in [0, 1], so its product with 2^53 fits 64 bits.
            #[allow(clippy::cast_possible_truncation)]
            Payoffs::Wide { .. } | Payoffs::Rational(_) => (
                scaled.iter().map(|entry| (entry * GRID).round() as i64).collect(),
                &scale.range / Rational::from(1_u64 << 53),
            ),
        };
        let range = rational::to_f64(&(scale.range / &unit));
        let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
        Self {
            entries,
            unit,
            range,
            options,
            attacker: Side::new(m, f64::NEG_INFINITY),
            defender: Side::new(n, f64::INFINITY),
        }
    }

    /// Both play.
    fn advance(&mut self, round: u64) {
        if self.options.order == Order::Alternating {
            let attack = if round == 1 { 0 } else { self.attack() };
            self.record_attack(attack);
            let defence = self.defence();
            self.record_defence(defence);
        } else {
            let (attack, defence) = if round == 1 { (0, 0) } else { (self.attack(), self.defence()) };
            self.record_attack(attack);
            self.record_defence(defence);
        }
    }

    /// The attacker's play: the greatest loss at the defender's counts and the expected play.
    fn attack(&self) -> usize {
        let expected = match self.options.expectation {
            Expectation::None => None,
            Expectation::Optimistic => Some(self.defender.last),
            Expectation::Anticipatory => Some(best(&self.defender, |loss| -loss, |_| 0, Ties::LowestIndex)),
        };
        let more = |i: usize| expected.map_or(0, |j| i128::from(self.entries[i * self.defender.counts.len() + j]));
        best(&self.attacker, |loss| loss, more, self.options.ties)
    }

    /// The defender's play: the least loss at the attacker's counts and the expected play.
    fn defence(&self) -> usize {
        let expected = match self.options.expectation {
            Expectation::None => None,
            Expectation::Optimistic => Some(self.attacker.last),
            Expectation::Anticipatory => Some(best(&self.attacker, |loss| loss, |_| 0, Ties::LowestIndex)),
        };
        let more = |j: usize| expected.map_or(0, |i| i128::from(self.entries[i * self.defender.counts.len() + j]));
        best(&self.defender, |loss| -loss, more, self.options.ties)
    }

    fn record_attack(&mut self, attack: usize) {
        let n = self.defender.counts.len();
        self.attacker.counts[attack] += 1;
        self.attacker.last = attack;
        for (loss, entry) in self.defender.losses.iter_mut().zip(&self.entries[attack * n..]) {
            *loss += i128::from(*entry);
        }
    }

    fn record_defence(&mut self, defence: usize) {
        let n = self.defender.counts.len();
        self.defender.counts[defence] += 1;
        self.defender.last = defence;
        for (loss, entry) in self.attacker.losses.iter_mut().zip(self.entries[defence..].iter().step_by(n)) {
            *loss += i128::from(*entry);
        }
    }

    /// Keeps the counts that prove more than those before.
    fn bound(&mut self, round: u64) {
        let average = |loss: Option<i128>| loss.unwrap_or(0) as f64 / round as f64;
        let upper = average(self.attacker.losses.iter().copied().max());
        let lower = average(self.defender.losses.iter().copied().min());
        // The attacker's plays bound the defender's losses from below, and the other way round.
        if upper < self.defender.bound {
            self.defender.keep(upper);
        }
        if lower > self.attacker.bound {
            self.attacker.keep(lower);
        }
    }

    /// Best upper minus best lower bound, in units, as far as doubles tell.
    fn gap(&self) -> f64 {
        self.defender.bound - self.attacker.bound
    }

    fn prove(&self, game: &Game, status: Status, round: u64) -> Result<Solution, SolveError> {
        let (Some(attacker), Some(defender)) = (self.attacker.mix(), self.defender.mix()) else {
            let reason = "no round was played".to_owned();
            return Err(SolveError::Failed { method: Method::FictitiousPlay, reason });
        };
        let answer = Answer { attacker, defender, multipliers: Vec::new() };
        answer.certify(game, Method::FictitiousPlay, status, round, None)
    }
}

/// The strategy of greatest `gain(loss + more)`, by the rule for ties.
fn best(side: &Side, gain: impl Fn(i128) -> i128, more: impl Fn(usize) -> i128, ties: Ties) -> usize {
    let value = |k: usize| gain(side.losses[k] + more(k));
    let first = (0..side.losses.len()).rev().max_by_key(|k| value(*k)).unwrap_or(0);
    if ties == Ties::Keep && value(side.last) == value(first) { side.last } else { first }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Family, constrained};

    use super::*;
    use crate::exact;
    use crate::published::JBSHIELD;

    #[test]
    fn the_interval_contains_the_value_and_never_widens() {
        for family in Family::ALL {
            for seed in 0..10 {
                let game = family.game(8, seed);
                let value = exact::optimum(&game).expect("no constraints").value();
                let mut gaps = Vec::new();
                let settings = Settings { max_iterations: Some(2_000), target_gap: Some(0.0), ..Settings::default() };
                let solution = solve_with(&game, &settings, &Options::default(), |progress| {
                    assert!(progress.certificate.lower <= value && value <= progress.certificate.upper);
                    gaps.push(rational::to_f64(&progress.certificate.gap()));
                })
                .expect("no constraints");
                assert!(gaps.is_sorted_by(|wide, narrow| narrow <= &(wide * (1.0 + 1e-12))), "{family:?} {gaps:?}");
                assert!(solution.status == Status::IterationLimit || solution.certificate.gap().is_zero());
            }
        }
    }

    #[test]
    fn it_stops_at_the_target_gap() {
        let game = Family::Percentages.game_of(9, 7, 1);
        let solution =
            solve(&game, &Settings { target_gap: Some(0.05), ..Settings::default() }).expect("no constraints");
        assert_eq!(solution.status, Status::Converged);
        let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
        assert!(solution.certificate.gap() <= range * rational::from_f64(0.05).expect("finite"));
    }

    #[test]
    fn constraints_are_refused() {
        let game = constrained(Family::Percentages.game_of(3, 3, 1), 1);
        assert!(matches!(solve(&game, &Settings::default()), Err(SolveError::Unsupported { .. })));
    }

    fn members() -> impl Iterator<Item = Options> {
        let orders = [Order::Simultaneous, Order::Alternating];
        let expectations = [Expectation::None, Expectation::Optimistic, Expectation::Anticipatory];
        let ties = [Ties::LowestIndex, Ties::Keep];
        orders.into_iter().flat_map(move |order| {
            expectations
                .into_iter()
                .flat_map(move |expectation| ties.into_iter().map(move |ties| Options { order, expectation, ties }))
        })
    }

    /// The gap of the last counts, not the best: what theorems speak of. Losses from 0 to 1.
    fn last_gap(game: &Game, options: Options, rounds: u64) -> f64 {
        let mut play = Play::new(game, options);
        (1..=rounds).for_each(|round| play.advance(round));
        let (upper, lower) = (play.attacker.losses.iter().max(), play.defender.losses.iter().min());
        (upper.expect("an attack") - lower.expect("a defence")) as f64 / rounds as f64 / play.range
    }

    /// Against the gaps of an independent prototype.
    #[test]
    fn rates_on_a_published_table() {
        let hundredths = |percent: &u8| Rational::from_parts((*percent).into(), 100_u8.into());
        let losses = JBSHIELD.iter().flatten().map(hundredths).collect();
        let names = saddlepoint_game::numbered;
        let game =
            Game::new(saddlepoint_game::LossMatrix::new(names("a", 9), names("d", 7), losses).expect("a matrix"));
        let gap = |options: Options, rounds: u64, expected: f64| {
            let found = last_gap(&game, options, rounds);
            assert!((found / expected - 1.0).abs() < 0.05, "{found:e} after {rounds} rounds, not {expected:e}");
            found
        };
        gap(Options::default(), 100, 2.5e-2);
        let plain = gap(Options::default(), 10_000, 1.8e-3);
        // Looking ahead by one play, in either way, gains an order of magnitude here.
        for expectation in [Expectation::Optimistic, Expectation::Anticipatory] {
            assert!(last_gap(&game, Options { expectation, ..Options::default() }, 10_000) < 0.1 * plain);
        }
    }

    fn identity(size: usize) -> Game {
        let losses = (0..size * size).map(|k| Rational::from(u8::from(k % (size + 1) == 0))).collect();
        let loss = saddlepoint_game::LossMatrix::new(
            saddlepoint_game::numbered("a", size),
            saddlepoint_game::numbered("d", size),
            losses,
        );
        Game::new(loss.expect("a matrix"))
    }

    #[test]
    fn every_member_converges() {
        for options in members() {
            for seed in 0..10 {
                let game = Family::Percentages.game(6, seed);
                let gap = last_gap(&game, options, 20_000);
                assert!(gap < 0.03, "{options:?} {seed}: {gap}");
            }
        }
    }

    /// On the identity of size 2 with ties against it, the gap falls as `t^(-1/2)` and no faster; that is the bound of
    /// Daskalakis and Pan for this size. Their rule for larger sizes looks ahead and is not among ours.
    #[test]
    fn ties_against_convergence_cost_the_square_root() {
        let slow = Options { ties: Ties::Keep, ..Options::default() };
        for rounds in [1_000_u64, 10_000, 100_000] {
            let gap = |options: Options| {
                // Over a stretch, as the gap swings.
                (0..20).map(|k| last_gap(&identity(2), options, rounds + k * rounds / 20)).fold(0.0, f64::max)
            };
            let scaled = gap(slow) * (rounds as f64).sqrt();
            assert!((0.5..2.0).contains(&scaled), "{scaled} after {rounds}");
        }
    }

    /// Cloud, Wang and Kerr prove `1/t` for anticipation on games like rock, paper, scissors, where Brown's process needs
    /// `t^(-1/2)`.
    #[test]
    fn anticipation_is_faster_on_a_cycle() {
        let losses = [0, -1, 1, 1, 0, -1, -1, 1, 0].map(|e: i8| Rational::from(e)).to_vec();
        let names = |prefix| saddlepoint_game::numbered(prefix, 3);
        let game = Game::new(saddlepoint_game::LossMatrix::new(names("a"), names("d"), losses).expect("a matrix"));
        let gap = |expectation| last_gap(&game, Options { expectation, ..Options::default() }, 30_000);
        let (plain, ahead) = (gap(Expectation::None), gap(Expectation::Anticipatory));
        assert!(ahead * 10.0 < plain && ahead < 1e-3, "{ahead} against {plain}");
    }
}
