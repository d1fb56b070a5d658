//! All extreme Nash equilibria of a small game of two players.
//!
//! Source: Mangasarian, "Equilibrium points of bimatrix games", 1964; Avis, Rosenberg, Savani and von Stengel, "Enumeration
//! of Nash equilibria for two-player games", Economic Theory 42, 2010.
//!
//! | symbol | here | shape |
//! |---|---|---|
//! | `P`, `Q` | `polytopes` (`labelled.rs`) | n × m, m × n inequalities |
//! | labels of a vertex | one flag per strategy of both players | m + n |
//!
//! 1. Enumerate the vertices of both best-response polytopes, going from basis to neighbouring basis.
//! 2. Every pair of vertices that has all labels between them, other than the origins, is an equilibrium.
//!
//! Guarantee: all extreme equilibria, exactly. In a game that is not degenerate these are all equilibria. In a degenerate
//! game there may be infinitely many: each is an average of extreme ones of which every pair of mixes is an equilibrium too.
//! Not guaranteed: speed; polytopes have exponentially many vertices, so there is a limit on bases, and nothing is
//! reported where it is exceeded.

use std::collections::{BTreeMap, HashSet};

use saddlepoint_game::Bimatrix;
use saddlepoint_game::rational::Rational;

use crate::equilibrium::{Equilibrium, failed};
use crate::error::SolveError;
use crate::labelled::{Labelled, polytopes};

/// The extreme equilibria of a game, in the order of their mixes; `None` if a polytope has more than `most` bases.
///
/// # Errors
/// [`SolveError::Failed`] would be a defect of this method.
///
/// # Complexity
/// A pivot of an m × (m + n) tableau for each basis and nonbasic variable.
pub fn solve(game: &Bimatrix, most: usize) -> Result<Option<Vec<Equilibrium>>, SolveError> {
    // 1. Vertices with their labels.
    let [rows, columns] = polytopes(game);
    let (Some(rows), Some(columns)) = (vertices(rows, most)?, vertices(columns, most)?) else { return Ok(None) };
    // 2. Pairs with all labels.
    let mut found = BTreeMap::new();
    for (x, labels) in &rows {
        for (y, others) in &columns {
            let complete = labels.iter().zip(others).all(|(a, b)| *a || *b);
            if complete && !is_origin(x) && !is_origin(y) {
                let equilibrium = Equilibrium::prove(game, x.clone(), y.clone())?;
                found.insert(equilibrium.key(), equilibrium);
            }
        }
    }
    // Mixes that favour early strategies come first.
    Ok(Some(found.into_values().rev().collect()))
}

type Vertices = BTreeMap<Vec<Rational>, Vec<bool>>;

fn vertices(origin: Labelled, most: usize) -> Result<Option<Vertices>, SolveError> {
    let mut found = Vertices::new();
    let mut seen = HashSet::from([origin.basis()]);
    let mut open = vec![origin];
    while let Some(polytope) = open.pop() {
        found.insert(polytope.point(), polytope.labels_of_point());
        for variable in polytope.nonbasic() {
            let mut neighbour = polytope.clone();
            neighbour.enter(variable).ok_or_else(|| failed("a best-response polytope is unbounded"))?;
            if seen.insert(neighbour.basis()) {
                if seen.len() > most {
                    return Ok(None);
                }
                open.push(neighbour);
            }
        }
    }
    Ok(Some(found))
}

fn is_origin(point: &[Rational]) -> bool {
    point.iter().all(Rational::is_zero)
}
