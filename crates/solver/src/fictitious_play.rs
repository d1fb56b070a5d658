//! Fictitious play: both players answer what the other has done so far.
//!
//! Source: Brown, "Iterative solution of games by fictitious play", 1951; Robinson, "An iterative method of solving a
//! game", 1951, proves that it converges.
//! Differs: of the two classic orders this is the simultaneous one, where both answer the counts of the rounds before;
//! the interval is of the best counts seen on either side, not of the last.
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
//! 4. Each plays its best response, ties to the lowest index. Go on with 2.
//!
//! Guarantee: the bounds converge to the value. Not guaranteed: any useful rate; with ties the gap can fall as slowly as
//! `t^(-1/n)` (Daskalakis and Pan, 2014). A way to watch learning, not to solve games. Takes no constraints.

use saddlepoint_game::certificate::Certificate;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy, Payoffs};

use crate::error::SolveError;
use crate::method::Method;
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

/// What is proved after so many rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rounds played.
    pub round: u64,
    /// The interval of the best mixes so far.
    pub certificate: Certificate,
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
    solve_with(game, settings, |_| {})
}

/// [`solve`] that shows its progress after 1, 2, 3, 4, 6, 8, 12, 16, … rounds and at the end.
///
/// # Errors
/// As [`solve`].
pub fn solve_with(
    game: &Game,
    settings: &Settings,
    mut observer: impl FnMut(&Progress),
) -> Result<Solution, SolveError> {
    settings.validate()?;
    if !game.constraints.is_empty() {
        return Err(SolveError::Unsupported { method: Method::FictitiousPlay, what: "constraints" });
    }
    let max_iterations = Some(settings.max_iterations.unwrap_or(DEFAULT_ROUNDS).max(1));
    let limits = Limits { max_iterations, ..settings.limits() };
    let mut play = Play::new(game);
    let target = play.range * settings.target_gap.unwrap_or(DEFAULT_GAP);
    // 1. The first plays.
    let (mut attack, mut defence) = (0, 0);
    for round in 1_u64.. {
        // 2-3. What they prove.
        play.record(attack, defence, round);
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
        // 4. The next plays.
        (attack, defence) = (play.attacker.highest(), play.defender.lowest());
    }
    Err(SolveError::Failed { method: Method::FictitiousPlay, reason: "the rounds ran out".to_owned() })
}

/// Powers of two and the numbers half-way between them.
fn is_shown(round: u64) -> bool {
    round.is_power_of_two() || (round.is_multiple_of(3) && (round / 3).is_power_of_two())
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
}

impl Side {
    fn new(count: usize, bound: f64) -> Self {
        Self { counts: vec![0; count], losses: vec![0; count], best: vec![0; count], bound }
    }

    /// The strategy with the highest loss; ties to the lowest index.
    fn highest(&self) -> usize {
        (0..self.losses.len()).rev().max_by_key(|k| self.losses[*k]).unwrap_or(0)
    }

    /// The strategy with the lowest loss; ties to the lowest index.
    fn lowest(&self) -> usize {
        (0..self.losses.len()).min_by_key(|k| self.losses[*k]).unwrap_or(0)
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
    attacker: Side,
    defender: Side,
}

impl Play {
    fn new(game: &Game) -> Self {
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
        Self { entries, unit, range, attacker: Side::new(m, f64::NEG_INFINITY), defender: Side::new(n, f64::INFINITY) }
    }

    /// Adds a round, and keeps the counts that prove more than those before.
    fn record(&mut self, attack: usize, defence: usize, round: u64) {
        let n = self.defender.counts.len();
        self.attacker.counts[attack] += 1;
        self.defender.counts[defence] += 1;
        for (loss, entry) in self.attacker.losses.iter_mut().zip(self.entries[defence..].iter().step_by(n)) {
            *loss += i128::from(*entry);
        }
        for (loss, entry) in self.defender.losses.iter_mut().zip(&self.entries[attack * n..]) {
            *loss += i128::from(*entry);
        }
        let average = |loss: i128| loss as f64 / round as f64;
        let upper = average(self.attacker.losses[self.attacker.highest()]);
        let lower = average(self.defender.losses[self.defender.lowest()]);
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

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Family, constrained};

    use super::*;
    use crate::exact;

    #[test]
    fn the_interval_contains_the_value_and_never_widens() {
        for family in Family::ALL {
            for seed in 0..10 {
                let game = family.game(8, seed);
                let value = exact::optimum(&game).expect("no constraints").value();
                let mut gaps = Vec::new();
                let settings = Settings { max_iterations: Some(2_000), target_gap: Some(0.0), ..Settings::default() };
                let solution = solve_with(&game, &settings, |progress| {
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

    #[test]
    fn rounds_are_shown_at_even_steps_on_a_log_scale() {
        let shown: Vec<u64> = (1..=32).filter(|round| is_shown(*round)).collect();
        assert_eq!(shown, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]);
    }
}
