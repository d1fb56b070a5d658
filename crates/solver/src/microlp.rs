//! `microlp`: both players' linear programs, directly on the crate of that name, version 0.7.
//!
//! Source: the crate, a maintained fork of `minilp` (whose name is accepted as an alias).
//! Differs from using it plainly: as [`crate::good_lp`], which pins an older version of the same library.
//!
//! Guarantee: the certified interval. Not guaranteed: that the library ends, or is right.

use std::time::Instant;

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOptions};
use saddlepoint_game::Game;

use crate::error::SolveError;
use crate::library::{self, Program, Refusal};
use crate::method::Method;
use crate::settings::Settings;
use crate::solution::Solution;

/// Solves a game; see the module.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint; [`SolveError::Stopped`] if the time limit is
/// reached before the library has answered; [`SolveError::Failed`] if the library fails.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    library::solve(game, settings, Method::Microlp, minimise)
}

fn minimise(program: &Program, deadline: Option<Instant>) -> Result<Vec<f64>, Refusal> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let bounded = program.costs.iter().zip(&program.lower);
    let values: Vec<_> = bounded.map(|(cost, lower)| problem.add_var(*cost, (*lower, f64::INFINITY))).collect();
    // Zeros are left out, so that the library sees the program as sparse as it is.
    let terms = |coefficients: &[f64]| -> Vec<_> {
        values.iter().copied().zip(coefficients.iter().copied()).filter(|(_, c)| *c != 0.0).collect()
    };
    for (row, right) in program.rows.chunks_exact(values.len()).zip(&program.right) {
        problem.add_constraint(terms(row), ComparisonOp::Le, *right);
    }
    problem.add_constraint(terms(&program.equation.0), ComparisonOp::Eq, program.equation.1);
    let mut options = SolveOptions::default();
    options.time_limit = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    match problem.solve_with(options) {
        Ok(outcome) => {
            let solution = outcome.into_solution().map_err(|_| Refusal::Late)?;
            Ok(values.into_iter().map(|v| solution.var_value(v)).collect())
        }
        Err(Error::Infeasible) => Err(Refusal::Infeasible),
        Err(error) => Err(Refusal::Failed(error.to_string())),
    }
}
