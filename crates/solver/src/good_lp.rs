//! `good_lp`: both players' linear programs, modelled through the crate of that name.
//!
//! Source: the crate's pure-Rust backend, `microlp` 0.6, a maintained fork of `minilp`.
//! Differs from using it plainly: exact shift and scaling before, refinement, exact admissibility and a certificate
//! after, a guard around it (`library.rs`). A baseline and a cross-check, not the fast way.
//!
//! Guarantee: the certified interval. Not guaranteed: that the library ends, or is right.

use std::time::Instant;

use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution as _, SolverModel, WithTimeLimit, constraint, variable,
};
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
    library::solve(game, settings, Method::GoodLp, minimise)
}

fn minimise(program: &Program, deadline: Option<Instant>) -> Result<Vec<f64>, Refusal> {
    let mut model = ProblemVariables::new();
    let values: Vec<_> = program.lower.iter().map(|lower| model.add(variable().min(*lower))).collect();
    let sum = |coefficients: &[f64]| -> Expression {
        // Zeros are left out, so that the library sees the program as sparse as it is.
        values.iter().zip(coefficients).filter(|(_, c)| **c != 0.0).map(|(v, c)| *c * *v).sum()
    };
    let mut solver = model.minimise(sum(&program.costs)).using(good_lp::microlp);
    if let Some(deadline) = deadline {
        solver = solver.with_time_limit(deadline.saturating_duration_since(Instant::now()).as_secs_f64());
    }
    for (row, right) in program.rows.chunks_exact(values.len()).zip(&program.right) {
        solver.add_constraint(constraint::leq(sum(row), *right));
    }
    solver.add_constraint(constraint::eq(sum(&program.equation.0), program.equation.1));
    match solver.solve() {
        Ok(solution) => Ok(values.into_iter().map(|v| solution.value(v)).collect()),
        Err(ResolutionError::Infeasible) => Err(Refusal::Infeasible),
        Err(error) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => {
            drop(error);
            Err(Refusal::Late)
        }
        Err(error) => Err(Refusal::Failed(error.to_string())),
    }
}
