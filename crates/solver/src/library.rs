//! What the methods on foreign linear-programming libraries share: the programs, the guard, the refinement, the proof.
//!
//! The libraries give no dual values, so both players' programs are solved, on losses `A` in [0, 1] and scaled excesses
//! `e_k` (`scaled.rs`); without the exact shift a library loses a large constant's digits and still reports success.
//!
//! ```text
//! defender:  minimise w   over   (A y)_i ≤ w,   e_k y ≤ 0,   Σ y = 1,   y ≥ 0
//! attacker:  maximise t   over   (x'A)_j + Σ_k λ_k e_kj ≥ t,   Σ x = 1,   x, λ ≥ 0
//! ```
//!
//! A library stops at its own tolerance, 1e-10 to 1e-9, which is not a gap. So an answer whose certified gap is not
//! small is refined (Gleixner, Steffy, Wolter, "Iterative refinement for linear programming", 2016): with the residuals
//! multiplied by a large `s`, the program for `s` times the correction has the same matrix, and the library's tolerance
//! counts `s` times less. Refinement ends when the gap is small or no longer shrinks.
//!
//! Library code may panic or cycle: it runs under `catch_unwind` (of no effect where panics abort), and on a thread of
//! its own when there is a time limit; a thread that misses the deadline is left to itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use saddlepoint_game::Game;
use saddlepoint_game::rational;

use crate::error::SolveError;
use crate::exact;
use crate::infeasible;
use crate::method::Method;
use crate::scaled::Scaled;
use crate::settings::Settings;
use crate::solution::{Solution, Status};

/// Certified gap, as a fraction of the pay-off range, at which refinement is done.
const SMALL_GAP: f64 = 1e-13;

/// Certified gap, as a fraction of the pay-off range, above which an answer counts as stalled.
const ACCEPTED_GAP: f64 = 1e-12;

/// Most refinements of one answer; each gains some eight digits, and a double holds sixteen.
const MAX_REFINEMENTS: u32 = 3;

/// The factor `s` of a refinement is at most this; a power of two, so that it rounds nothing.
const MAX_FACTOR: f64 = (1_u64 << 30) as f64;

/// A scaled correction goes down by at most this. Libraries start at the lower bounds, so that bounds of size `s` would
/// bring back the rounding that refinement is to remove.
const LARGEST_STEP: f64 = 1_024.0;

/// A linear program: minimise `costs · v` over `rows · v ≤ right` and one equation, `v ≥ lower`.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) costs: Vec<f64>,
    /// Lower bound of each variable; there are no upper ones.
    pub(crate) lower: Vec<f64>,
    /// Rows × variables, row by row.
    pub(crate) rows: Vec<f64>,
    /// Right side of each row.
    pub(crate) right: Vec<f64>,
    /// The equation's coefficients and right side.
    pub(crate) equation: (Vec<f64>, f64),
}

/// How a library ended without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It says that nothing satisfies the rows.
    Infeasible,
    /// The deadline passed.
    Late,
    /// Anything else, in its words.
    Failed(String),
}

/// A library: the values of the variables at an optimum.
pub(crate) type Backend = fn(&Program, Option<Instant>) -> Result<Vec<f64>, Refusal>;

/// Solves a game through a library.
pub(crate) fn solve(
    game: &Game,
    settings: &Settings,
    method: Method,
    backend: Backend,
) -> Result<Solution, SolveError> {
    let limits = settings.limits();
    let mut scaled = Scaled::default();
    scaled.load(game);
    let (defender, attacker) = (defender_program(&scaled), attacker_program(&scaled));
    let guarded = |program: &Program| guard(backend, program, limits.deadline);
    let first = guarded(&defender).and_then(|y| guarded(&attacker).map(|x| (y, x)));
    let (mut y, mut x) = match first {
        Ok(pair) => pair,
        Err(Refusal::Late) => return Err(exact::stopped(method, Status::TimeLimit)),
        // A foreign verdict of infeasibility is checked, and explained.
        Err(refusal) => {
            let reason = match refusal {
                Refusal::Failed(reason) => reason,
                Refusal::Infeasible | Refusal::Late => "the library finds no mix, although there is one".to_owned(),
            };
            return Err(infeasible::diagnose(game).unwrap_or(SolveError::Failed { method, reason }));
        }
    };
    let prove = |y: &[f64], x: &[f64], status| {
        let Scaled { layout, .. } = scaled;
        let (x, prices) = (&x[..layout.attacks], &x[layout.attacks..layout.attacks + layout.constraints]);
        scaled.answer(game, x, &y[..layout.defences], prices).map(|a| a.certify(game, method, status, 0, None))
    };
    let fraction = |solution: &Solution| rational::to_f64(&(solution.certificate.gap() / &scaled.range));
    let mut best = prove(&y, &x, Status::Converged).transpose()?;
    for _ in 0..MAX_REFINEMENTS {
        if best.as_ref().is_some_and(|solution| fraction(solution) <= SMALL_GAP) {
            break;
        }
        let refined = refine(&defender, &y, &guarded).and_then(|y| Ok((y, refine(&attacker, &x, &guarded)?)));
        match refined {
            Ok(pair) => (y, x) = pair,
            Err(Refusal::Late) => {
                let late = best.map(|solution| Solution { status: Status::TimeLimit, ..solution });
                return late.ok_or_else(|| exact::stopped(method, Status::TimeLimit));
            }
            // The answer before it stands.
            Err(_) => break,
        }
        let Some(solution) = prove(&y, &x, Status::Converged).transpose()? else { continue };
        if best.as_ref().is_some_and(|best| best.certificate.gap() <= solution.certificate.gap()) {
            break;
        }
        best = Some(solution);
    }
    match best {
        Some(solution) if fraction(&solution) > ACCEPTED_GAP => Ok(Solution { status: Status::Stalled, ..solution }),
        Some(solution) => Ok(solution),
        // No admissible mix in doubles: there is none, or only exact ones.
        None => exact::last_word(game, None, limits, method),
    }
}

/// `y`, then `w`.
fn defender_program(game: &Scaled) -> Program {
    let n = game.layout.defences;
    let mut rows = Vec::with_capacity(game.layout.rows() * (n + 1));
    for row in game.losses.chunks_exact(n) {
        rows.extend_from_slice(row);
        rows.push(-1.0);
    }
    for row in game.excesses.chunks_exact(n) {
        rows.extend_from_slice(row);
        rows.push(0.0);
    }
    let right = vec![0.0; game.layout.rows()];
    Program { costs: last(n + 1, 1.0), lower: vec![0.0; n + 1], rows, right, equation: (ones(n, n + 1), 1.0) }
}

/// `x`, then `λ`, then `t`.
fn attacker_program(game: &Scaled) -> Program {
    let (m, n) = (game.layout.attacks, game.layout.defences);
    let variables = game.layout.rows() + 1;
    let mut rows = Vec::with_capacity(n * variables);
    for j in 0..n {
        rows.extend(game.losses[j..].iter().step_by(n).map(|loss| -loss));
        rows.extend(game.excesses.iter().skip(j).step_by(n).map(|excess| -excess));
        rows.push(1.0);
    }
    let lower = vec![0.0; variables];
    Program { costs: last(variables, -1.0), lower, rows, right: vec![0.0; n], equation: (ones(m, variables), 1.0) }
}

fn last(length: usize, value: f64) -> Vec<f64> {
    let mut costs = vec![0.0; length - 1];
    costs.push(value);
    costs
}

fn ones(count: usize, length: usize) -> Vec<f64> {
    (0..length).map(|k| if k < count { 1.0 } else { 0.0 }).collect()
}

/// One refinement of an answer: `v + correction / s`.
fn refine(
    program: &Program,
    values: &[f64],
    solve: &impl Fn(&Program) -> Result<Vec<f64>, Refusal>,
) -> Result<Vec<f64>, Refusal> {
    let dot = |row: &[f64]| row.iter().zip(values).map(|(a, v)| a * v).sum::<f64>();
    let slack: Vec<f64> =
        program.rows.chunks_exact(values.len()).zip(&program.right).map(|(row, right)| right - dot(row)).collect();
    let miss = program.equation.1 - dot(&program.equation.0);
    let below = program.lower.iter().zip(values).map(|(lower, v)| lower - v).fold(0.0, f64::max);
    let broken = slack.iter().fold(miss.abs().max(below), |worst, slack| worst.max(-slack));
    // At least the factor that brings a violation to size 1.
    let factor = if broken > 0.0 { (1.0 / broken).min(MAX_FACTOR) } else { MAX_FACTOR };
    let factor = factor.log2().floor().exp2();
    let corrected = Program {
        costs: program.costs.clone(),
        lower: program.lower.iter().zip(values).map(|(lower, v)| ((lower - v) * factor).max(-LARGEST_STEP)).collect(),
        rows: program.rows.clone(),
        right: slack.iter().map(|slack| slack * factor).collect(),
        equation: (program.equation.0.clone(), miss * factor),
    };
    let correction = solve(&corrected)?;
    Ok(values.iter().zip(correction).map(|(v, c)| v + c / factor).collect())
}

/// Runs a library where it can neither take this thread down nor keep it beyond the deadline.
fn guard(backend: Backend, program: &Program, deadline: Option<Instant>) -> Result<Vec<f64>, Refusal> {
    let Some(end) = deadline else { return caught(backend, program, None) };
    let (sender, receiver) = channel();
    let program = program.clone();
    // The receiver may be gone by the time the library is done; nobody waits for it then.
    let run = move || drop(sender.send(caught(backend, &program, deadline)));
    thread::Builder::new().name("library".to_owned()).spawn(run).map_err(|error| Refusal::Failed(error.to_string()))?;
    match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(Refusal::Late),
        Err(RecvTimeoutError::Disconnected) => Err(Refusal::Failed("the library's thread ended early".to_owned())),
    }
}

fn caught(backend: Backend, program: &Program, deadline: Option<Instant>) -> Result<Vec<f64>, Refusal> {
    let values = catch_unwind(AssertUnwindSafe(|| backend(program, deadline)))
        .unwrap_or_else(|_| Err(Refusal::Failed("the library panicked".to_owned())))?;
    if values.len() == program.costs.len() && values.iter().all(|v| v.is_finite()) {
        Ok(values)
    } else {
        Err(Refusal::Failed("the library's answer is not finite".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use saddlepoint_game::testing::Family;

    use super::*;

    fn panicking(_: &Program, _: Option<Instant>) -> Result<Vec<f64>, Refusal> {
        panic!("singular matrix")
    }

    fn endless(_: &Program, _: Option<Instant>) -> Result<Vec<f64>, Refusal> {
        thread::sleep(Duration::from_secs(5));
        Err(Refusal::Infeasible)
    }

    fn mistaken(_: &Program, _: Option<Instant>) -> Result<Vec<f64>, Refusal> {
        Err(Refusal::Infeasible)
    }

    #[test]
    fn a_library_can_neither_crash_nor_hang_nor_mislead() {
        let game = Family::Percentages.game_of(3, 3, 0);
        let crashed = solve(&game, &Settings::default(), Method::GoodLp, panicking);
        assert!(matches!(crashed, Err(SolveError::Failed { .. })), "{crashed:?}");
        let settings = Settings { time_limit: Some(Duration::from_millis(20)), ..Settings::default() };
        let hung = solve(&game, &settings, Method::GoodLp, endless);
        assert!(matches!(hung, Err(SolveError::Stopped { limit: "time limit", .. })), "{hung:?}");
        let misled = solve(&game, &Settings::default(), Method::GoodLp, mistaken);
        assert!(matches!(misled, Err(SolveError::Failed { .. })), "{misled:?}");
    }
}
