//! Lemke–Howson: one Nash equilibrium of a game of two players for each label that is dropped.
//!
//! Source: Lemke and Howson, "Equilibrium points of bimatrix games", 1964, as von Stengel, "Computing equilibria for
//! two-person games", Handbook of Game Theory 3, 2002, section 2.3, has it; lexicographic rule, section 2.6.
//!
//! | symbol | here | shape |
//! |---|---|---|
//! | `P`, `Q` | `polytopes` (`labelled.rs`) | n × m, m × n inequalities |
//! | `k` | `label` | 0..m rows, m..m + n columns |
//!
//! 1. Start at the origins of both polytopes, which have all labels.
//! 2. Drop the label `k`: bring its variable into the polytope where it is 0.
//! 3. The label that the pivot picks up is now there twice: drop it in the other polytope, and so on.
//! 4. When `k` is picked up again, all labels are there, and the pair is an equilibrium.
//!
//! Guarantee: an exact equilibrium for every label, also in degenerate games. Not guaranteed: all equilibria (see
//! [`crate::vertex_enumeration`]), or few pivots: there are games where every path is exponentially long (Savani and von
//! Stengel, "Hard-to-solve bimatrix games", 2006).

use std::collections::BTreeMap;

use saddlepoint_game::Bimatrix;

use crate::equilibrium::{Equilibrium, failed};
use crate::error::SolveError;
use crate::exact::stopped;
use crate::labelled::polytopes;
use crate::method::Method;
use crate::settings::{Limits, Settings};

/// The equilibrium that is reached when a label is dropped: rows are labelled from 0, columns go on after them.
///
/// Of the settings, the limits are read.
///
/// # Errors
/// [`SolveError::Setting`] if a setting is out of range; [`SolveError::Stopped`] if a limit is reached first;
/// [`SolveError::Unsupported`] if there is no such label.
pub fn solve(game: &Bimatrix, label: usize, settings: &Settings) -> Result<Equilibrium, SolveError> {
    settings.validate()?;
    from_label(game, label, settings.limits())
}

/// The different equilibria that are reached by dropping each label in turn, in the order of their mixes.
///
/// # Errors
/// As [`solve`]; an iteration limit holds for each label.
pub fn all(game: &Bimatrix, settings: &Settings) -> Result<Vec<Equilibrium>, SolveError> {
    settings.validate()?;
    let limits = settings.limits();
    let mut found = BTreeMap::new();
    for label in 0..game.rows().len() + game.columns().len() {
        let equilibrium = from_label(game, label, limits)?;
        found.insert(equilibrium.key(), equilibrium);
    }
    Ok(found.into_values().rev().collect())
}

fn from_label(game: &Bimatrix, dropped: usize, limits: Limits) -> Result<Equilibrium, SolveError> {
    let (m, n) = (game.rows().len(), game.columns().len());
    if dropped >= m + n {
        return Err(SolveError::Unsupported {
            method: Method::Exact,
            what: "a label beyond the strategies of the game",
        });
    }
    // 1. The origins.
    let mut both = polytopes(game);
    // 2. A row's label is dropped in P, a column's in Q.
    let mut side = usize::from(dropped >= m);
    let mut label = dropped;
    let mut pivots = 0;
    loop {
        if let Some(status) = limits.reached(pivots) {
            return Err(stopped(Method::Exact, status));
        }
        // 3. Along one edge of one polytope.
        let polytope = &mut both[side];
        let picked = polytope.labelled(label).and_then(|variable| polytope.enter(variable));
        label = picked.ok_or_else(|| failed("a best-response polytope is unbounded"))?;
        pivots += 1;
        // 4. Until the first label is back.
        if label == dropped {
            break;
        }
        side = 1 - side;
    }
    let [rows, columns] = both;
    Equilibrium::prove(game, rows.point(), columns.point())
}
