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
            Sense::Cap => Box::new(&constraint.bound + excess),
            Sense::Floor => Box::new(&constraint.bound - excess),
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

#[cfg(test)]
mod tests {
    use saddlepoint_game::numbered;
    use saddlepoint_game::rational::parse;

    use super::*;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn limit(name: &str, sense: Sense, bound: &str, coefficients: [&str; 2]) -> Constraint {
        let coefficients = coefficients.iter().map(|c| number(c)).collect();
        Constraint { name: name.to_owned(), metric: name.to_owned(), sense, bound: number(bound), coefficients }
    }

    fn diagnosed(constraints: Vec<Constraint>) -> Option<(String, Option<Box<Rational>>)> {
        let loss = LossMatrix::new(numbered("a", 1), numbered("d", 2), vec![Rational::ONE, Rational::ZERO]);
        match diagnose(&Game { loss: loss.expect("a matrix"), constraints })? {
            SolveError::Infeasible { constraint, nearest, .. } => Some((constraint, nearest)),
            error => panic!("{error}"),
        }
    }

    #[test]
    fn the_constraint_and_the_nearest_bound_are_named() {
        let utility = |bound| limit("utility", Sense::Floor, bound, ["0.4", "0.8"]);
        let refusals = |bound| limit("refusals", Sense::Cap, bound, ["0", "0.5"]);
        assert_eq!(diagnosed(vec![utility("0.6"), refusals("0.3")]), None);
        let nearest = |text| Some(Box::new(number(text)));
        assert_eq!(diagnosed(vec![utility("0.9")]), Some(("utility".to_owned(), nearest("0.8"))));
        // Half of each defence has utility 0.6 and refusals 0.25.
        assert_eq!(
            diagnosed(vec![utility("0.6"), refusals("0.2")]),
            Some(("refusals".to_owned(), nearest("0.25"))),
            "the first that conflicts with those before it"
        );
        assert_eq!(
            diagnosed(vec![utility("0.9"), refusals("-1")]),
            Some(("utility".to_owned(), None)),
            "the other one cannot be met at all"
        );
    }
}
