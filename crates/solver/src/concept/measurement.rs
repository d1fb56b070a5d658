//! [`next_measurement`]: of the cells that nobody measured, the one to measure next.
//!
//! Missing cells have bounds, and the value lies in `[V-, V+]`, the values of the table at its lower and at its upper
//! bounds. Measuring a cell moves both of its bounds to what is found. For each missing cell its two extreme outcomes
//! are solved:
//!
//! ```text
//! width_low  = V+(cell at its lower bound) - V-            the outcome that is best for the defender
//! width_high = V+ - V-(cell at its upper bound)            the outcome that is worst
//! ```
//!
//! (the other end of each interval does not move). Cells are ranked by the larger of both, which is what remains if
//! luck is bad, ties by their sum, then in game order. An outcome `t` in between leaves `V+(t) - V-(t)`, which may be
//! larger than at both ends, but never more than `V+ - V-`: both ends rise with the cell.

use std::collections::BTreeSet;

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{AttackId, Constraint, DefenceId, Game, LossMatrix};

use super::answer::solved;
use super::cell::with_cell;
use super::error::ConceptError;
use crate::settings::Settings;

/// A missing cell, and what would be left to know if it were measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextMeasurement {
    /// The cell.
    pub attack: AttackId,
    /// The cell.
    pub defence: DefenceId,
    /// `[V-, V+]` if the cell is found at its lower bound.
    pub at_low: (Rational, Rational),
    /// `[V-, V+]` if the cell is found at its upper bound.
    pub at_high: (Rational, Rational),
}

impl NextMeasurement {
    /// The wider of the two intervals.
    #[must_use]
    pub fn worst_width(&self) -> Rational {
        let [low, high] = self.widths();
        rational::max(low, high)
    }

    fn widths(&self) -> [Rational; 2] {
        [&self.at_low.1 - &self.at_low.0, &self.at_high.1 - &self.at_high.0]
    }
}

/// Ranks the cells in which two matrices of one shape, the lower and the upper bounds of all cells, differ: best to
/// measure first.
///
/// # Errors
/// [`ConceptError`] if the shapes differ, a lower bound is above its upper bound, or a game is not solved.
///
/// # Complexity
/// Two solves for each missing cell.
pub fn next_measurement(
    low: &LossMatrix,
    high: &LossMatrix,
    constraints: &[Constraint],
    settings: &Settings,
) -> Result<Vec<NextMeasurement>, ConceptError> {
    if (low.attacks(), low.defences()) != (high.attacks(), high.defences()) {
        let (expected, found) = (low.payoffs().len(), high.payoffs().len());
        return Err(ConceptError::Count { what: "upper bounds", expected, found });
    }
    let cells = || low.attack_ids().flat_map(|i| low.defence_ids().map(move |j| (i, j)));
    if let Some((i, j)) = cells().find(|(i, j)| low.loss(*i, *j) > high.loss(*i, *j)) {
        let found = rational::to_text(&low.loss(i, j));
        return Err(ConceptError::Range { what: "a lower bound", expected: "at most its upper bound", found });
    }
    let game = |loss: &LossMatrix| Game { loss: loss.clone(), constraints: constraints.to_vec() };
    let (low, high) = (game(low), game(high));
    let bounds = |game: &Game| solved(game, settings).map(|found| found.certificate);
    let (least, most) = (bounds(&low)?.lower, bounds(&high)?.upper);
    let missing: BTreeSet<_> = cells().filter(|(i, j)| low.loss.loss(*i, *j) < high.loss.loss(*i, *j)).collect();
    let mut ranked = Vec::new();
    for (attack, defence) in missing {
        let fallen = bounds(&with_cell(&high, attack, defence, low.loss.loss(attack, defence))?)?.upper;
        let risen = bounds(&with_cell(&low, attack, defence, high.loss.loss(attack, defence))?)?.lower;
        let (at_low, at_high) = ((least.clone(), fallen), (risen, most.clone()));
        ranked.push(NextMeasurement { attack, defence, at_low, at_high });
    }
    ranked.sort_by_cached_key(|cell| {
        let [low, high] = cell.widths();
        (cell.worst_width(), low + high)
    });
    Ok(ranked)
}
