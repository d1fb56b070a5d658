//! Which constraint cannot be met, and the nearest bound that can.
//!
//! The least expected excess over a constraint, `min_y Σ_j y_j (c_j - B)` under other constraints, is itself the value
//! of a game: one attack whose loss is the excess. So the exact solver answers both questions.

use std::sync::Arc;

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Constraint, Game, LossMatrix, PayoffKind, Payoffs, Sense};

use crate::error::SolveError;
use crate::exact;

/// Explains why a game has no admissible mix: names the first constraint that cannot be met together with those
/// before it, in the order in which they are given. `None` if all can be met.
pub(crate) fn diagnose(game: &Game) -> Option<SolveError> {
    for (k, constraint) in game.constraints.iter().enumerate() {
        let before: Vec<_> = game.constraints[..k].to_vec();
        if least_excess(game, constraint, before).is_some_and(|excess| excess <= Rational::ZERO) {
            continue;
        }
        let mut others = game.constraints.clone();
        others.remove(k);
        let nearest = least_excess(game, constraint, others).map(|excess| match constraint.sense {
            Sense::Cap => &constraint.bound + excess,
            Sense::Floor => &constraint.bound - excess,
        });
        let Constraint { name, sense, bound, .. } = constraint.clone();
        return Some(SolveError::Infeasible { constraint: name, sense, bound, nearest });
    }
    None
}

/// The least expected excess over a constraint under others; `None` if no mix satisfies the others.
fn least_excess(game: &Game, constraint: &Constraint, others: Vec<Constraint>) -> Option<Rational> {
    let defences = game.loss.defences();
    let excesses = (0..defences.len()).map(|j| constraint.excess(j)).collect();
    let attack = Arc::from([constraint.name.clone()]);
    let loss = LossMatrix::from_checked(attack, defences.clone(), Payoffs::new(excesses), PayoffKind::Rational).ok()?;
    exact::value(&Game { loss, constraints: others }).ok().flatten()
}
