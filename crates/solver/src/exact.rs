//! Exact: the simplex method in integers. Slow, simple, and the judge of the other methods.
//!
//! Source: the game's linear program (`program.rs`) after Dantzig, "A proof of the equivalence of the programming
//! problem and the game problem", 1951; integer pivoting (`tableau.rs`) after Edmonds 1967 and Bareiss 1968.
//! Differs: constraints on the defender's mix are further rows with right side 0, so that the origin stays feasible.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `N` | `Program`, first rows | attacks × defences | `unit` of loss, lifted to be positive |
//! | `E` | `Program`, last rows | constraints × defences | the metric's, times a factor per row |
//! | `u = y / w` | right side | defences | per unit of loss |
//! | `p = x / w`, `q` | reduced costs | attacks, constraints | per unit of loss |
//!
//! 1. Write the program in integers.
//! 2. Pivot onto the basis that a fast method found, if there is one; go back to the origin if it is not feasible.
//! 3. Maximise.
//! 4. Read off both mixes and the multipliers as fractions.
//!
//! Guarantee: finite, gap exactly 0. Not guaranteed: speed; the numbers have up to `k (b + log2 k / 2)` bits for
//! supports of `k` strategies and entries of `b` bits.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, MixedStrategy};

use crate::basis::Basis;
use crate::error::SolveError;
use crate::infeasible;
use crate::method::Method;
use crate::program::Program;
use crate::settings::{Limits, Settings};
use crate::solution::{Answer, Solution, Status};
use crate::tableau::{End, Tableau};

/// An exactly optimal pair, with the tableau that proves it, for [`crate::face`].
#[derive(Clone, Debug)]
pub struct Optimum {
    pub(crate) program: Program,
    pub(crate) tableau: Tableau,
    attacker: MixedStrategy,
    defender: MixedStrategy,
    multipliers: Vec<Rational>,
    pivots: u64,
}

impl Optimum {
    /// The value of the game.
    #[must_use]
    pub fn value(&self) -> Rational {
        self.program.loss(&self.w())
    }

    /// The attacker's mix: one probability per attack.
    #[must_use]
    pub fn attacker(&self) -> &MixedStrategy {
        &self.attacker
    }

    /// The defender's mix: one probability per defence.
    #[must_use]
    pub fn defender(&self) -> &MixedStrategy {
        &self.defender
    }

    /// One multiplier per constraint, in loss per unit of its metric; at least 0.
    #[must_use]
    pub fn multipliers(&self) -> &[Rational] {
        &self.multipliers
    }

    /// The optimal basis.
    #[must_use]
    pub fn basis(&self) -> Basis {
        Basis { layout: self.program.layout, variables: self.tableau.basic().to_vec() }
    }

    /// Pivots after the start: 0 if the basis handed over was optimal.
    #[must_use]
    pub fn pivots(&self) -> u64 {
        self.pivots
    }

    /// The optimal loss in the program's units, `1 / Σ u`; the optimum of a feasible game is positive.
    pub(crate) fn w(&self) -> Rational {
        let sum = self.tableau.objective_value();
        if sum.is_zero() { Rational::ZERO } else { Rational::ONE / sum }
    }

    fn into_solution(self, game: &Game) -> Result<Solution, SolveError> {
        let basis = Some(self.basis());
        let Self { attacker, defender, multipliers, pivots, .. } = self;
        Answer { attacker, defender, multipliers }.certify(game, Method::Exact, Status::Converged, pivots, basis)
    }
}

/// Solves a game exactly, from the origin.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint.
pub fn optimum(game: &Game) -> Result<Optimum, SolveError> {
    unlimited(game, None)
}

/// Solves a game exactly, from a basis that another method found for a game of this shape.
///
/// The basis saves pivots and decides nothing: if it does not fit the game, or is not feasible there, the run starts
/// from the origin.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint.
pub fn optimum_from(game: &Game, basis: &Basis) -> Result<Optimum, SolveError> {
    unlimited(game, Some(basis))
}

fn unlimited(game: &Game, basis: Option<&Basis>) -> Result<Optimum, SolveError> {
    match run(game, basis, Limits::NONE)? {
        Run::Optimal(optimum) => Ok(*optimum),
        Run::Infeasible => Err(infeasible(game)),
        Run::Stopped(..) => Err(failed("a run without limits was stopped")),
    }
}

/// The exact value; `None` if no mix is admissible, without the search for the reason.
pub(crate) fn value(game: &Game) -> Result<Option<Rational>, SolveError> {
    match run(game, None, Limits::NONE)? {
        Run::Optimal(optimum) => Ok(Some(optimum.value())),
        Run::Infeasible => Ok(None),
        Run::Stopped(..) => Err(failed("a run without limits was stopped")),
    }
}

/// Solves a game exactly, from the origin, within the limits of the settings.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint; [`SolveError::Stopped`] if a limit is reached
/// before any admissible mix was found.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_within(game, None, settings.limits())
}

/// [`solve`] from a basis, within limits whose clock runs already.
pub(crate) fn solve_within(game: &Game, basis: Option<&Basis>, limits: Limits) -> Result<Solution, SolveError> {
    match run(game, basis, limits)? {
        Run::Optimal(optimum) => optimum.into_solution(game),
        Run::Infeasible => Err(infeasible(game)),
        Run::Stopped(answer, status, pivots, basis) => match answer {
            Some(answer) => answer.certify(game, Method::Exact, status, pivots, Some(basis)),
            None => Err(stopped(Method::Exact, status)),
        },
    }
}

/// The error of a method that a limit stopped too early.
pub(crate) fn stopped(method: Method, status: Status) -> SolveError {
    let limit = if status == Status::TimeLimit { "time limit" } else { "iteration limit" };
    SolveError::Stopped { method, limit }
}

enum Run {
    Optimal(Box<Optimum>),
    Infeasible,
    Stopped(Option<Answer>, Status, u64, Basis),
}

fn run(game: &Game, basis: Option<&Basis>, limits: Limits) -> Result<Run, SolveError> {
    // 1. The program.
    let (program, origin) = Program::new(game);
    // 2. The start.
    let mut tableau = start(&program, origin, basis);
    // 3. Maximise.
    let (mut pivots, mut reached) = (0, None);
    let end = tableau.maximise(|| {
        reached = limits.reached(pivots);
        pivots += u64::from(reached.is_none());
        reached.is_some()
    });
    if end == End::Optimal && tableau.objective().is_zero() {
        return Ok(Run::Infeasible);
    }
    // 4. The answer.
    let answer = program.answer(&tableau);
    match (end, answer) {
        (End::Optimal, Some(Answer { attacker, defender, multipliers })) => {
            let optimum = Optimum { program, tableau, attacker, defender, multipliers, pivots };
            Ok(Run::Optimal(Box::new(optimum)))
        }
        (End::Stopped, answer) => {
            let basis = Basis { layout: program.layout, variables: tableau.basic().to_vec() };
            Ok(Run::Stopped(answer, reached.unwrap_or(Status::Stalled), pivots, basis))
        }
        // Every attack's row is positive, so the program is bounded and a positive optimum has weights.
        (End::Optimal | End::Unbounded, _) => Err(failed("the integer tableau is inconsistent")),
    }
}

fn start(program: &Program, origin: Tableau, basis: Option<&Basis>) -> Tableau {
    if let Some(basis) = basis.filter(|basis| basis.layout == program.layout) {
        let mut tableau = origin.clone();
        if tableau.move_to(&basis.variables) && tableau.is_feasible() {
            return tableau;
        }
    }
    origin
}

fn infeasible(game: &Game) -> SolveError {
    infeasible::diagnose(game).unwrap_or_else(|| failed("no mix is admissible, yet no constraint is broken"))
}

fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::Exact, reason: reason.to_owned() }
}
