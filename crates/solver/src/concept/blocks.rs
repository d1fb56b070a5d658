//! A defender with two mixes at once, as one game.
//!
//! `min over y in Y and z in Δ of max_r (F y)_r + (S z)_r`: with `u = (y, z) / 2`, a mix of the columns of both, it is
//! the game `(2F, 2S)` under two caps of 1/2, one on the mass of each block. As all mass is 1, both caps bind, exactly.
//! The attacker's mix and the multipliers of `Y`'s constraints are those of the problem itself; those of the caps are
//! left out.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs, Sense, numbered};

use super::answer::solved;
use super::error::ConceptError;
use crate::settings::Settings;
use crate::solution::Status;

/// Both sides of the problem.
pub(super) struct Solved {
    pub(super) attacker: MixedStrategy,
    pub(super) defender: MixedStrategy,
    pub(super) multipliers: Vec<Rational>,
    pub(super) status: Status,
    pub(super) iterations: u64,
}

/// Solves the problem. `rows` gives the coefficients of a row on the first block and on the second.
pub(super) fn solve(
    rows: &[(Vec<Rational>, Vec<Rational>)],
    constraints: &[Constraint],
    settings: &Settings,
) -> Result<Solved, ConceptError> {
    let (n, k) = rows.first().map_or((0, 0), |(first, second)| (first.len(), second.len()));
    let two = Rational::from(2);
    let entries = rows.iter().flat_map(|(first, second)| first.iter().chain(second).map(|entry| &two * entry));
    let loss = LossMatrix::from_checked(
        numbered("r", rows.len()),
        numbered("c", n + k),
        Payoffs::new(entries.collect()),
        PayoffKind::Rational,
    )?;
    let block = |name: &str, is_in: &dyn Fn(usize) -> bool| Constraint {
        name: name.to_owned(),
        metric: "probability".to_owned(),
        sense: Sense::Cap,
        bound: Rational::ONE / &two,
        coefficients: (0..n + k).map(|c| if is_in(c) { Rational::ONE } else { Rational::ZERO }).collect(),
    };
    let own = |constraint: &Constraint| {
        // A defence without a coefficient counts as exactly at the bound.
        let coefficient = |j| constraint.coefficients.get(j).unwrap_or(&constraint.bound) * &two;
        let coefficients = (0..n).map(coefficient).chain(vec![Rational::ZERO; k]).collect();
        Constraint { coefficients, ..constraint.clone() }
    };
    let mut limits = vec![block("first block", &|c| c < n), block("second block", &|c| c >= n)];
    limits.extend(constraints.iter().map(own));
    let solution = solved(&Game { loss, constraints: limits }, settings)?;
    let defender = MixedStrategy::exact((0..n).map(|j| &two * solution.defender.probability(j)).collect())?;
    Ok(Solved {
        attacker: solution.attacker,
        defender,
        multipliers: solution.multipliers.into_iter().skip(2).collect(),
        status: solution.status,
        iterations: solution.iterations,
    })
}
