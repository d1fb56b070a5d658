//! [`front`]: the value as a function of one constraint's bound, with every kink.
//!
//! The value is convex and piecewise linear in a bound, and its one-sided slopes are the extreme optimal multipliers
//! ([`crate::face`]). So its kinks are found without sampling (Eisner and Severance, "Mathematical techniques for
//! efficient record segmentation in large shared databases", 1976):
//!
//! 1. The end of the range where the constraint is tightest, moved to the nearest bound that some mix meets.
//! 2. Between two bounds, draw the tangents that point at each other. If they are one line, the value is linear there.
//! 3. Else solve where they cross. If the value lies on both tangents it is a kink; else go on to its left and right.
//!
//! Guarantee: exact, two solves for each kink at most. All games are solved exactly.

use std::cmp::Ordering;

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs, Sense, numbered};

use super::error::ConceptError;
use crate::error::SolveError;
use crate::exact;
use crate::face::{self, Price};
use crate::method::Method;
use crate::settings::{Limits, Settings};

/// Kinks beyond which a front is not followed.
pub const MOST_KINKS: usize = 10_000;

/// A point of a front: an end, or a kink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kink {
    /// The bound of the constraint.
    pub bound: Rational,
    /// The value of the game at that bound.
    pub value: Rational,
    /// Rise of the value per unit by which the bound is tightened; `None` if no mix is admissible then.
    pub price_left: Option<Rational>,
    /// Fall of the value per unit by which the bound is relaxed.
    pub price_right: Rational,
    /// An optimal mix of the defender there.
    pub defender: MixedStrategy,
}

/// A front: linear between its points, which run from the lower to the higher bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// The ends and every kink between them; one point if only one bound of the range can be met.
    pub points: Vec<Kink>,
    /// Whether the constraint is a cap or a floor: a cap relaxes upwards.
    pub sense: Sense,
    /// Whether the range was cut to bounds that some mix meets.
    pub cut: bool,
}

/// Follows the value over a range of the bound of one constraint, by its position in the game.
///
/// # Errors
/// [`ConceptError`] if there is no such constraint, the range is empty, no bound of it can be met, there are more than
/// [`MOST_KINKS`] kinks, or the time limit of the settings stops the search.
pub fn front(
    game: &Game,
    constraint: usize,
    lo: &Rational,
    hi: &Rational,
    settings: &Settings,
) -> Result<Front, ConceptError> {
    settings.validate()?;
    let limits = settings.limits();
    let own = game.constraints.get(constraint).ok_or(ConceptError::None("such constraint"))?;
    if lo > hi {
        let found = rational::to_text(lo);
        return Err(ConceptError::Range { what: "the lower end", expected: "at most the upper end", found });
    }
    let sense = own.sense;
    // 1.
    let nearest = nearest(game, constraint, own, limits)?;
    let (mut from, mut to) = (lo.clone(), hi.clone());
    let cut = match sense {
        Sense::Cap if nearest > *lo => Some(&mut from),
        Sense::Floor if nearest < *hi => Some(&mut to),
        _ => None,
    };
    let cut = cut.map(|end| *end = nearest).is_some();
    if from > to {
        // The tightest bound asked for that is nearest to what can be met explains itself.
        let tight = match sense {
            Sense::Cap => hi,
            Sense::Floor => lo,
        };
        at(game, constraint, tight, limits)?;
    }
    // 2. and 3.
    let first = at(game, constraint, &from, limits)?;
    let mut points = vec![first];
    if from < to {
        let last = at(game, constraint, &to, limits)?;
        between(game, constraint, sense, &mut points, last, limits)?;
    }
    Ok(Front { points, sense, cut })
}

/// The tightest bound that some mix meets together with the other constraints.
fn nearest(game: &Game, constraint: usize, own: &Constraint, limits: Limits) -> Result<Rational, ConceptError> {
    let columns = game.loss.defences().clone();
    let sign = |number: &Rational| if own.sense == Sense::Cap { number.clone() } else { -number };
    let cost = |j| sign(own.coefficients.get(j).unwrap_or(&own.bound));
    let payoffs = Payoffs::new((0..columns.len()).map(cost).collect());
    let loss = LossMatrix::from_checked(numbered("a", 1), columns, payoffs, PayoffKind::Rational)?;
    let mut constraints = game.constraints.clone();
    constraints.remove(constraint);
    let found = exact::optimum_within(&Game { loss, constraints }, None, limits)?.ok_or_else(stopped)?;
    Ok(sign(&found.value()))
}

/// The game at one bound.
fn at(game: &Game, constraint: usize, bound: &Rational, limits: Limits) -> Result<Kink, ConceptError> {
    let mut game = game.clone();
    if let Some(own) = game.constraints.get_mut(constraint) {
        own.bound.clone_from(bound);
    }
    let optimum = exact::certified_optimum(&game, limits)?.ok_or_else(stopped)?;
    let mut prices = face::analyse(&optimum).prices;
    let Price { left, right } = prices.swap_remove(constraint);
    Ok(Kink {
        bound: bound.clone(),
        value: optimum.value(),
        price_left: left,
        price_right: right,
        defender: optimum.defender().clone(),
    })
}

/// Slopes of the value in the bound, to the left and to the right; `None` where no mix is admissible.
fn slopes(point: &Kink, sense: Sense) -> (Option<Rational>, Option<Rational>) {
    match sense {
        Sense::Cap => (point.price_left.as_ref().map(|price| -price), Some(-&point.price_right)),
        Sense::Floor => (Some(point.price_right.clone()), point.price_left.clone()),
    }
}

/// Adds every kink between the last point and `last`, and `last` itself.
fn between(
    game: &Game,
    constraint: usize,
    sense: Sense,
    points: &mut Vec<Kink>,
    last: Kink,
    limits: Limits,
) -> Result<(), ConceptError> {
    let mut right = vec![last];
    while let (Some(a), Some(b)) = (points.last(), right.last()) {
        // Inside the range both slopes exist.
        let (Some(from), Some(to)) = (slopes(a, sense).1, slopes(b, sense).0) else {
            return Err(ConceptError::None("slope inside the range"));
        };
        if points.len() + right.len() > MOST_KINKS {
            return Err(ConceptError::TooLarge { what: "kinks of a front", most: MOST_KINKS });
        }
        let width = &b.bound - &a.bound;
        let chord = (&b.value - &a.value) / &width;
        // Convex: from ≤ chord ≤ to, and one of them equal means linear.
        if from.cmp(&chord) != Ordering::Less || to.cmp(&chord) != Ordering::Greater {
            points.extend(right.pop());
            continue;
        }
        // a.value + from (t - a) = b.value + to (t - b)
        let cross = (&b.value - &a.value + &from * &a.bound - &to * &b.bound) / (&from - &to);
        right.push(at(game, constraint, &cross, limits)?);
    }
    // A bound that was solved on the way need not be a kink.
    let mut index = 1;
    while index + 1 < points.len() {
        let straight = slopes(&points[index], sense);
        if straight.0 == straight.1 { drop(points.remove(index)) } else { index += 1 }
    }
    Ok(())
}

fn stopped() -> SolveError {
    SolveError::Stopped { method: Method::Exact, limit: "time limit" }
}
