//! What the first-order methods share: products with the matrix, the interval, the limits, the last step.
//!
//! A method makes rounds and offers pairs of mixes (its average, its last). Every few rounds each side's best bound is
//! kept, so the interval never widens. When progress is slow, the supports of the best pair go to double oracle
//! ([`crate::double_oracle`]), whose restricted game is then small; its pair counts only if its gap on the whole matrix is
//! smaller. It may work as long as the rounds did so far, so that vain attempts at most double the time.

use saddlepoint_game::Game;
use saddlepoint_game::rational;

use crate::dense::{Dense, Pair};
use crate::double_oracle;
use crate::error::SolveError;
use crate::method::Method;
use crate::progress::{Progress, is_shown};
use crate::scaled::Scaled;
use crate::settings::{Limits, Settings};
use crate::solution::{Solution, Status};

/// Rounds between two looks at the gap.
const CHECK_INTERVAL: u64 = 64;

/// Cells worked on between two looks at the clock: tens of microseconds.
const CLOCK_CELLS: usize = 100_000;

/// Rounds at which progress is judged are powers of two from here on.
const FIRST_JUDGEMENT: u64 = 1_024;

/// Less than this share of the gap gone while the rounds quadrupled is a stall.
const STALL: f64 = 0.1;

/// After a stall, double oracle may work this many times as long as the rounds did.
const LAST_ATTEMPT: u64 = 8;

/// Gap, as a fraction of the range, from which supports are worth handing over; the supports of a far pair are wrong.
const NEAR: f64 = 1e-3;

/// A weight of a mix is in its support above this share of the mean weight.
const SUPPORT: f64 = 1e-3;

/// It aims at this share of the target gap, so that rounding to exact mixes does not miss it.
const AIM: f64 = 0.999;

/// When the supports go to double oracle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HandOver {
    /// Never: what is returned is the method's own, and it stops as `stalled` when the gap no longer falls.
    Never,
    /// When the gap no longer falls.
    #[default]
    WhenStalled,
    /// Also where the target is not reached by 1,024, 2,048, 4,096, … rounds, once the gap is at most 1e-3 of the range.
    WhenSlow,
}

/// Both products with a matrix; it is kept in both orders, so that either skips strategies without weight.
pub(crate) struct Products<'a> {
    pub(crate) game: Dense<'a>,
    transposed: Vec<f64>,
}

impl<'a> Products<'a> {
    pub(crate) fn new(game: Dense<'a>) -> Self {
        Self { game, transposed: game.transposed() }
    }

    /// `L y` into `losses`, which is overwritten.
    pub(crate) fn attack_losses(&self, defender: &[f64], losses: &mut Vec<f64>) {
        Dense::new(self.game.columns, self.game.rows, &self.transposed).defence_losses(defender, losses);
    }

    /// `x'L` into `losses`, which is overwritten.
    pub(crate) fn defence_losses(&self, attacker: &[f64], losses: &mut Vec<f64>) {
        self.game.defence_losses(attacker, losses);
    }
}

/// A first-order method on a matrix in [0, 1].
pub(crate) trait Dynamics {
    /// One round.
    fn round(&mut self, game: &Products<'_>);

    /// The pairs of mixes that stand for the rounds so far; each sums to 1.
    fn candidates(&self) -> Vec<(Vec<f64>, Vec<f64>)>;

    /// Told the gap of each candidate after a check.
    fn checked(&mut self, gaps: &[f64]) {
        let _ = gaps;
    }
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Gap on losses in [0, 1].
    pub(crate) target: f64,
    pub(crate) limits: Limits,
    pub(crate) hand_over: HandOver,
}

impl Plan {
    /// The settings, with a method's own limits where they give none.
    pub(crate) fn new(settings: &Settings, limits: Limits, gap: f64, rounds: u64, hand_over: HandOver) -> Self {
        let max_iterations = Some(limits.max_iterations.unwrap_or(rounds).max(1));
        let target = settings.target_gap.unwrap_or(gap) * AIM;
        Self { target, limits: Limits { max_iterations, ..limits }, hand_over }
    }
}

/// How a run ended.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) pair: Pair,
    pub(crate) status: Status,
    pub(crate) rounds: u64,
    /// Whether the pair is double oracle's, or one side of it may be.
    pub(crate) handed_over: bool,
}

/// The best bound on each side.
struct Best {
    pair: Pair,
    lower: f64,
    upper: f64,
    losses: Vec<f64>,
}

impl Best {
    fn new(game: &Products<'_>) -> Self {
        let pair = Pair::uniform(&game.game);
        let mut best = Self { pair, lower: f64::NEG_INFINITY, upper: f64::INFINITY, losses: Vec::new() };
        let Pair { attacker, defender, .. } = best.pair.clone();
        best.offer(game, &attacker, &defender);
        best
    }

    /// Takes in a pair, and returns its gap.
    fn offer(&mut self, game: &Products<'_>, attacker: &[f64], defender: &[f64]) -> f64 {
        game.attack_losses(defender, &mut self.losses);
        let upper = self.losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        game.defence_losses(attacker, &mut self.losses);
        let lower = self.losses.iter().copied().fold(f64::INFINITY, f64::min);
        if upper < self.upper {
            self.upper = upper;
            self.pair.defender.copy_from_slice(defender);
        }
        if lower > self.lower {
            self.lower = lower;
            self.pair.attacker.copy_from_slice(attacker);
        }
        self.pair.gap = self.upper - self.lower;
        upper - lower
    }
}

/// Makes rounds until the target, a limit or a stall.
pub(crate) fn drive(
    game: Dense<'_>,
    dynamics: &mut impl Dynamics,
    plan: Plan,
    mut observer: impl FnMut(u64, &Pair) -> Result<(), SolveError>,
) -> Result<Run, SolveError> {
    let products = Products::new(game);
    let mut best = Best::new(&products);
    let clock_interval = CLOCK_CELLS.div_ceil(game.entries.len()) as u64;
    // The gaps at the last two judgements, the older first.
    let mut judged = (f64::INFINITY, f64::INFINITY);
    let (mut rounds, mut handed_over) = (0_u64, false);
    loop {
        dynamics.round(&products);
        rounds += 1;
        let deadline = plan.limits.deadline.filter(|_| rounds.is_multiple_of(clock_interval));
        let limit = Limits { deadline, ..plan.limits }.reached(rounds);
        if !(limit.is_some() || is_shown(rounds) || rounds.is_multiple_of(CHECK_INTERVAL)) {
            continue;
        }
        let gaps: Vec<f64> = dynamics.candidates().iter().map(|(x, y)| best.offer(&products, x, y)).collect();
        dynamics.checked(&gaps);
        let mut status = if best.pair.gap <= plan.target { Some(Status::Converged) } else { limit };
        if status.is_none() && rounds >= FIRST_JUDGEMENT && rounds.is_power_of_two() {
            let stalled = best.pair.gap > (1.0 - STALL) * judged.0;
            judged = (judged.1, best.pair.gap);
            if stalled {
                status = Some(Status::Stalled);
            }
            let wanted = match plan.hand_over {
                HandOver::Never => false,
                HandOver::WhenStalled => stalled,
                HandOver::WhenSlow => stalled || best.pair.gap <= NEAR,
            };
            if let Some(pair) = wanted.then(|| finish(&game, &best.pair, rounds, stalled, plan)).flatten() {
                handed_over = true;
                best.offer(&products, &pair.attacker, &pair.defender);
                if best.pair.gap <= plan.target {
                    status = Some(Status::Converged);
                }
            }
        }
        if status.is_some() || is_shown(rounds) {
            observer(rounds, &best.pair)?;
        }
        if let Some(status) = status {
            return Ok(Run { pair: best.pair, status, rounds, handed_over });
        }
    }
}

/// A better pair from the supports of this one, at no more work than the rounds took, or a few times as much after a
/// stall; `None` if there is none.
fn finish(game: &Dense<'_>, pair: &Pair, rounds: u64, stalled: bool, plan: Plan) -> Option<Pair> {
    let support = |mix: &[f64]| {
        let least = SUPPORT / mix.len() as f64;
        (0..mix.len()).filter(|k| mix[*k] > least).collect::<Vec<_>>()
    };
    let seeds = (support(&pair.attacker), support(&pair.defender));
    // A round is two products with the matrix, a pivot changes every cell of the restricted game.
    let cells = (seeds.0.len() * seeds.1.len()).max(1) as u64;
    let work = rounds.saturating_mul(2 * game.entries.len() as u64);
    let pivots = if stalled { work.saturating_mul(LAST_ATTEMPT) } else { work } / cells;
    let limits = Limits { max_iterations: Some(pivots), ..plan.limits };
    let settings = Settings { target_gap: Some(plan.target.min(1.0)), ..Settings::default() };
    let (found, ..) = double_oracle::pair(game, (0.0, 1.0), Some(seeds), &settings, limits).ok()?;
    // Measured like any other pair.
    let found = Pair::measured(game, found.attacker, found.defender);
    (found.gap < pair.gap).then_some(found)
}

/// Runs a method on a game: scaled before, certified after.
pub(crate) fn solve<D: Dynamics>(
    game: &Game,
    method: Method,
    plan: Plan,
    dynamics: impl FnOnce(Dense<'_>) -> D,
    mut observer: impl FnMut(&Progress),
) -> Result<Solution, SolveError> {
    if !game.constraints.is_empty() {
        return Err(SolveError::Unsupported { method, what: "constraints" });
    }
    let mut scaled = Scaled::default();
    scaled.load(game);
    let dense = Dense::new(scaled.layout.attacks, scaled.layout.defences, &scaled.losses);
    let prove = |pair: &Pair, method: Method, status: Status, rounds: u64| {
        let answer = scaled.answer(game, &pair.attacker, &pair.defender, &[]);
        let reason = || SolveError::Failed { method, reason: "a mix has no weight".to_owned() };
        answer.ok_or_else(reason)?.certify(game, method, status, rounds, None)
    };
    let run = drive(dense, &mut dynamics(dense), plan, |round, pair| {
        let certificate = prove(pair, method, Status::Converged, round)?.certificate;
        observer(&Progress { round, certificate });
        Ok(())
    })?;
    let method = if run.handed_over { Method::DoubleOracle } else { method };
    let solution = prove(&run.pair, method, run.status, run.rounds)?;
    let small = rational::from_f64(plan.target / AIM)
        .is_some_and(|target| solution.certificate.gap() <= target * &scaled.range);
    let missed = run.status == Status::Converged && !small;
    Ok(if missed { Solution { status: Status::Stalled, ..solution } } else { solution })
}
