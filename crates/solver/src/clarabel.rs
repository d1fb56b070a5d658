//! `clarabel`: both players' linear programs on the interior-point crate of that name, version 0.11.
//!
//! Source: Goulart, Chen, "Clarabel: an interior-point solver for conic programs with quadratic objectives", 2024.
//! Differs from using it plainly: exact shift and scaling before, refinement, exact admissibility and a certificate
//! after, a guard around it (`library.rs`). Its dual values are not used.
//!
//! An interior point gives every strategy some weight, so where optimal mixes are many it ends inside their set, not at
//! a corner of it.
//!
//! Guarantee: the certified interval. Not guaranteed: that the library ends, or is right.

use std::time::Instant;

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};
use saddlepoint_game::Game;

use crate::error::SolveError;
use crate::library::{self, Program, Refusal};
use crate::method::Method;
use crate::settings::Settings;
use crate::solution::Solution;

/// Gap and infeasibility, in the program's units of order 1, at which the library is asked to stop; mostly out of reach,
/// so that it goes on while it makes progress. At 1e-10 refinement left gaps of 3e-11.
const TOLERANCE: f64 = 1e-14;

/// Solves a game; see the module.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint; [`SolveError::Stopped`] if the time limit is
/// reached before the library has answered; [`SolveError::Failed`] if the library fails.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    library::solve(game, settings, Method::Clarabel, minimise)
}

fn minimise(program: &Program, deadline: Option<Instant>) -> Result<Vec<f64>, Refusal> {
    let variables = program.costs.len();
    let free = program.lower.iter().filter(|lower| lower.is_finite()).count();
    // Rows: the equation, then the inequalities, then `-v ≤ -lower`.
    let rows = 1 + program.right.len() + free;
    let (mut starts, mut places, mut entries) = (vec![0], Vec::new(), Vec::new());
    let mut bound = 1 + program.right.len();
    for v in 0..variables {
        let column = program.rows.iter().skip(v).step_by(variables);
        let coefficients = std::iter::once(&program.equation.0[v]).chain(column).enumerate();
        // Zeros are left out, so that the library sees the program as sparse as it is.
        for (row, coefficient) in coefficients.filter(|(_, c)| **c != 0.0) {
            places.push(row);
            entries.push(*coefficient);
        }
        if program.lower[v].is_finite() {
            places.push(bound);
            entries.push(-1.0);
            bound += 1;
        }
        starts.push(places.len());
    }
    let lower = program.lower.iter().filter(|lower| lower.is_finite()).map(|lower| -lower);
    let right: Vec<f64> =
        std::iter::once(program.equation.1).chain(program.right.iter().copied()).chain(lower).collect();
    let matrix = CscMatrix::new(rows, variables, starts, places, entries);
    let cones = [SupportedConeT::ZeroConeT(1), SupportedConeT::NonnegativeConeT(rows - 1)];
    let seconds = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()).as_secs_f64());
    let settings = DefaultSettings {
        verbose: false,
        // One thread: the same bytes whatever else runs.
        max_threads: 1,
        time_limit: seconds.unwrap_or(f64::INFINITY),
        tol_gap_abs: TOLERANCE,
        tol_gap_rel: TOLERANCE,
        tol_feas: TOLERANCE,
        ..DefaultSettings::default()
    };
    let quadratic = CscMatrix::zeros((variables, variables));
    let mut solver = DefaultSolver::new(&quadratic, &program.costs, &matrix, &right, &cones, settings)
        .map_err(|error| Refusal::Failed(error.to_string()))?;
    solver.solve();
    match solver.solution.status {
        SolverStatus::Solved
        | SolverStatus::AlmostSolved
        // Close to the end: the certificate says how good the answer is.
        | SolverStatus::InsufficientProgress
        | SolverStatus::NumericalError
        | SolverStatus::MaxIterations => Ok(solver.solution.x),
        SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => Err(Refusal::Infeasible),
        SolverStatus::MaxTime => Err(Refusal::Late),
        other => Err(Refusal::Failed(format!("the library ended as `{other:?}`"))),
    }
}
