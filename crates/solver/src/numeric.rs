//! Doubles in, doubles out: a matrix game in memory to both mixes, with an interval that is proved in doubles.
//!
//! What a caller wants who has a matrix of doubles and thousands more to come, or one of a thousand strategies a side.
//! There are no names, no constraints and no fractions; the interval is wider than the exact one of [`crate::solve`] by
//! rounding only, and as rigorous.
//!
//! # Examples
//! ```
//! use saddlepoint_solver::{Settings, numeric};
//!
//! let equilibrium = numeric::solve(&[0.6, 0.1, 0.2, 0.5], 2, 2, &Settings::default())?;
//! assert!(equilibrium.lower <= 0.35 && 0.35 <= equilibrium.upper && equilibrium.gap() < 1e-14);
//! # Ok::<(), saddlepoint_solver::SolveError>(())
//! ```

use nalgebra::DMatrix;
use saddlepoint_game::{Game, LossMatrix, MatrixError, MixedStrategy, certificate, extremes, numbered, rational};

use crate::dense::{Dense, Pair};
use crate::double_oracle;
use crate::error::SolveError;
use crate::exact;
use crate::extragradient;
use crate::interior_point;
use crate::kernels::shifted_and_divided;
use crate::method::Method;
use crate::regret_matching;
use crate::select;
use crate::settings::{Limits, Settings};
use crate::simplex::{self, CERTIFIED_GAP, Workspace};
use crate::solution::Status;

/// Both mixes in doubles and a proved interval for the value.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// The attacker's mix: one probability per row, at least 0, with sum 1 up to rounding.
    pub attacker: Vec<f64>,
    /// The defender's mix: one probability per column, likewise.
    pub defender: Vec<f64>,
    /// The value is at least this.
    pub lower: f64,
    /// The value is at most this.
    pub upper: f64,
    /// The method that produced the mixes.
    pub method: Method,
    /// Why it stopped.
    pub status: Status,
    /// Pivots, steps or rounds.
    pub iterations: u64,
}

impl Equilibrium {
    /// `upper - lower`.
    #[must_use]
    pub fn gap(&self) -> f64 {
        self.upper - self.lower
    }
}

/// Solves the game of a matrix of losses, row by row: rows are attacks and maximise, columns are defences.
///
/// # Errors
/// [`SolveError::Losses`] if the matrix is empty, its shape is wrong or an entry is not finite;
/// [`SolveError::Unsupported`] if the method does not work in doubles; [`SolveError::Setting`] as for [`crate::solve`].
pub fn solve(losses: &[f64], rows: usize, columns: usize, settings: &Settings) -> Result<Equilibrium, SolveError> {
    settings.validate()?;
    let limits = settings.limits();
    let range = range(losses, rows, columns)?;
    let method = match settings.method {
        Method::Auto => select::for_matrix(&Dense::new(rows, columns, losses)).method,
        method => method,
    };
    let run_on_losses = |method, limits: Limits| {
        if method == Method::DoubleOracle && is_plain(range) {
            return double_oracle::pair(&Dense::new(rows, columns, losses), range, None, settings, limits);
        }
        let mut unit = Vec::new();
        if method == Method::Simplex {
            return Ok(by_simplex(&mut Workspace::default(), losses, range, (rows, columns), &mut unit, limits));
        }
        to_unit(losses, range, &mut unit);
        run(method, &Dense::new(rows, columns, &unit), settings, limits)
    };
    let proved = |method, (pair, status, iterations): (Pair, Status, u64)| {
        prove(losses, columns, method, &pair).map(|(lower, upper)| {
            let Pair { attacker, defender, .. } = pair;
            Equilibrium { attacker, defender, lower, upper, method, status, iterations }
        })
    };
    let found = proved(method, run_on_losses(method, limits)?)?;
    if let Some(next) = select::after(settings.method, method, found.status) {
        let other = proved(next, run_on_losses(next, limits.after(found.iterations))?)?;
        let iterations = found.iterations + other.iterations;
        return Ok(Equilibrium { iterations, ..if other.gap() < found.gap() { other } else { found } });
    }
    Ok(found)
}

/// [`solve`] of a matrix of `nalgebra`: rows are attacks, columns are defences.
///
/// # Errors
/// As [`solve`].
pub fn solve_matrix(losses: &DMatrix<f64>, settings: &Settings) -> Result<Equilibrium, SolveError> {
    // Its storage is column by column, which is the transpose row by row.
    let by_row = losses.transpose();
    solve(by_row.as_slice(), losses.nrows(), losses.ncols(), settings)
}

/// The simplex method, and integers where its doubles fail and the game is not too large for them.
pub(crate) fn by_simplex(
    workspace: &mut Workspace,
    losses: &[f64],
    range: (f64, f64),
    (rows, columns): (usize, usize),
    unit: &mut Vec<f64>,
    limits: Limits,
) -> (Pair, Status, u64) {
    to_unit(losses, range, unit);
    let game = Dense::new(rows, columns, unit);
    workspace.load_dense(&game);
    let (pair, status, spent) = simplex::pair(workspace, limits);
    if status != Status::Stalled || losses.len() > exact::PIVOT_CELLS {
        return (pair, status, spent);
    }
    let solve = |loss| exact::solve_within(&Game::new(loss), None, limits.after(spent)).ok();
    let loss = LossMatrix::from_f64(numbered("a", rows), numbered("d", columns), losses).ok();
    match loss.and_then(solve) {
        Some(found) => {
            let repaired = Pair::measured(&game, found.attacker.to_f64(), found.defender.to_f64());
            let spent = spent + found.iterations;
            match repaired.gap {
                gap if gap <= CERTIFIED_GAP => (repaired, Status::Converged, spent),
                gap if gap < pair.gap => (repaired, status, spent),
                _ => (pair, status, spent),
            }
        }
        None => (pair, status, spent),
    }
}

/// Runs one method other than simplex on a matrix with entries in [0, 1].
fn run(
    method: Method,
    game: &Dense<'_>,
    settings: &Settings,
    limits: Limits,
) -> Result<(Pair, Status, u64), SolveError> {
    match method {
        Method::InteriorPoint => Ok(interior_point::pair(game, settings, limits)),
        Method::DoubleOracle => double_oracle::pair(game, (0.0, 1.0), None, settings, limits),
        Method::RegretMatching => regret_matching::pair(game, settings, limits),
        Method::Extragradient => extragradient::pair(game, settings, limits),
        _ => Err(SolveError::Unsupported { method, what: "matrices of doubles" }),
    }
}

/// Largest entry without sign, in pay-off ranges, up to which a matrix is as good unscaled: it costs one bit at most.
const PLAIN: f64 = 2.0;

/// Whether entries between these can be worked on as they are. Double oracle sees few entries of a large matrix, so that
/// a scaled copy of it would be most of the work.
fn is_plain((least, most): (f64, f64)) -> bool {
    let range = most - least;
    range.is_normal() && least.abs().max(most.abs()) <= PLAIN * range
}

/// The least and the greatest entry.
fn range(losses: &[f64], rows: usize, columns: usize) -> Result<(f64, f64), SolveError> {
    if rows == 0 || columns == 0 {
        return Err(SolveError::Losses(MatrixError::Empty { attacks: rows, defences: columns }));
    }
    let (expected, found) = (rows.saturating_mul(columns), losses.len());
    if expected != found {
        return Err(SolveError::Losses(MatrixError::Shape { attacks: rows, defences: columns, expected, found }));
    }
    extremes(losses).ok_or_else(|| {
        let position = losses.iter().position(|loss| !loss.is_finite()).unwrap_or(0);
        SolveError::Losses(MatrixError::NotFinite { attack: position / columns, defence: position % columns })
    })
}

/// The entries shifted by the smallest and divided by the range, into `unit`: in [0, 1], all 0 for a constant matrix.
pub(crate) fn to_unit(losses: &[f64], (least, most): (f64, f64), unit: &mut Vec<f64>) {
    // Halved where the range itself is beyond a double.
    let scale = if (most - least).is_finite() { 1.0 } else { 0.5 };
    let range = most * scale - least * scale;
    let range = if range > 0.0 { range } else { 1.0 };
    shifted_and_divided(losses, scale, least * scale, range, unit);
}

/// The interval that a pair proves, in doubles where they are wide enough, else through fractions.
pub(crate) fn prove(losses: &[f64], columns: usize, method: Method, pair: &Pair) -> Result<(f64, f64), SolveError> {
    if let Some(bounds) = certificate::bounds(losses, columns, &pair.attacker, &pair.defender) {
        return Ok(bounds);
    }
    let failed = |reason: String| SolveError::Failed { method, reason };
    let loss = LossMatrix::from_f64(numbered("a", losses.len() / columns), numbered("d", columns), losses)?;
    let mix = |weights: &[f64]| MixedStrategy::rounded(weights).map_err(|error| failed(error.to_string()));
    let (attacker, defender) = (mix(&pair.attacker)?, mix(&pair.defender)?);
    let proof = certificate::certify(&Game::new(loss), &attacker, &defender, &[]);
    let proof = proof.map_err(|error| failed(error.to_string()))?;
    Ok((rational::to_f64_below(&proof.lower), rational::to_f64_above(&proof.upper)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_game_is_refused() {
        let refused = |losses: &[f64], m, n| solve(losses, m, n, &Settings::default()).expect_err("not a game");
        assert!(matches!(refused(&[], 0, 2), SolveError::Losses(MatrixError::Empty { .. })));
        assert!(matches!(refused(&[1.0], 1, 2), SolveError::Losses(MatrixError::Shape { found: 1, .. })));
        let error = refused(&[1.0, f64::NAN], 1, 2);
        assert!(matches!(error, SolveError::Losses(MatrixError::NotFinite { attack: 0, defence: 1 })));
    }

    #[test]
    fn rows_are_attacks_in_either_storage() {
        // The attacker takes the second row, the defender the first column.
        let losses = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let settings = Settings::default();
        let flat = solve(&losses, 2, 3, &settings).expect("a game");
        assert_eq!(
            (flat.attacker.as_slice(), flat.defender.as_slice()),
            ([0.0, 1.0].as_slice(), [1.0, 0.0, 0.0].as_slice())
        );
        assert_eq!(solve_matrix(&DMatrix::from_row_slice(2, 3, &losses), &settings).expect("a game"), flat);
    }

    #[test]
    fn a_range_beyond_doubles_is_halved() {
        let equilibrium = solve(&[1.5e308, -1.5e308, -1.5e308, 1.5e308], 2, 2, &Settings::default()).expect("a game");
        assert!((equilibrium.attacker[0] - 0.5).abs() < 1e-15 && equilibrium.upper.abs() < 1e293);
    }
}
