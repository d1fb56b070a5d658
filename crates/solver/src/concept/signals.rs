//! Signals: an attacker who learns something about the draw.
//!
//! With `Q[j][s]` the probability of signal `s` when defence `j` is drawn, and the mix known:
//!
//! ```text
//! minimise Σ_s max_i Σ_j y_j Q[j][s] L[i][j]
//! ```
//!
//! One signal for all is the hidden draw, one for each defence the visible one, and the erasure channel (the draw is
//! learned with probability `q`) is in between: its value is also that of [`LossMatrix::blended`]. By the data
//! processing inequality, garbling the signals never raises the value.

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, LossMatrix};

use super::answer::{Answer, Claim};
use super::error::ConceptError;
use super::groups;
use super::victims::weighted;
use crate::settings::Settings;

/// The best mix against an attacker who sees signals. `probabilities` has one row per defence, one entry per signal;
/// each row sums to 1. One attacker's mix per signal.
///
/// # Errors
/// [`ConceptError`] if the probabilities are none, or no mix is admissible.
pub fn signals(game: &Game, probabilities: &[Vec<Rational>], settings: &Settings) -> Result<Answer, ConceptError> {
    let n = game.loss.defences().len();
    if probabilities.len() != n {
        return Err(ConceptError::Count {
            what: "rows of signal probabilities",
            expected: n,
            found: probabilities.len(),
        });
    }
    let count = probabilities.first().map_or(0, Vec::len);
    for row in probabilities {
        if row.len() != count {
            return Err(ConceptError::Count { what: "signal probabilities", expected: count, found: row.len() });
        }
        let sum = row.iter().fold(Rational::ZERO, |sum, q| sum + q);
        let negative = row.iter().find(|q| **q < Rational::ZERO);
        if sum != Rational::ONE || negative.is_some() {
            let (expected, found) = ("at least 0 and 1 in sum", rational::to_text(negative.unwrap_or(&sum)));
            return Err(ConceptError::Range { what: "the signal probabilities of a defence", expected, found });
        }
    }
    let seen = |s: usize| weighted(&game.loss, |j| probabilities[j][s].clone());
    let groups = (0..count).map(seen).collect::<Result<Vec<LossMatrix>, _>>()?;
    groups::solve(&groups, &game.constraints, settings, Claim::Signals)
}

/// [`signals`] of an attacker who sees the draw: one signal per defence.
///
/// # Errors
/// As [`signals`].
pub fn visible(game: &Game, settings: &Settings) -> Result<Answer, ConceptError> {
    erasure(game, &Rational::ONE, settings)
}

/// [`signals`] of an attacker who sees the draw with probability `q`, and nothing else: one signal per defence, then
/// the empty one. Without that at `q = 1`, and a single one at `q = 0`.
///
/// # Errors
/// As [`signals`], and if `q` is no probability.
pub fn erasure(game: &Game, q: &Rational, settings: &Settings) -> Result<Answer, ConceptError> {
    if *q < Rational::ZERO || *q > Rational::ONE {
        let found = rational::to_text(q);
        return Err(ConceptError::Range { what: "the probability of seeing the draw", expected: "in [0, 1]", found });
    }
    let n = game.loss.defences().len();
    let row = |j: usize| {
        let own = (0..n).filter(|_| !q.is_zero()).map(|s| if s == j { q.clone() } else { Rational::ZERO });
        own.chain((!q.is_one()).then(|| Rational::ONE - q)).collect()
    };
    signals(game, &(0..n).map(row).collect::<Vec<_>>(), settings)
}
