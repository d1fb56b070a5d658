//! [`BitsError`], and the checks that return it.

use crate::matrix::MatrixError;
use crate::rational::{self, Rational};

/// Why numbers have no meaning in bits.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BitsError {
    /// Nothing to take the maximum, the product or the entropy of.
    #[error("at least one {what} is needed")]
    Empty {
        /// What is missing.
        what: &'static str,
    },
    /// A number that must be in [0, 1].
    #[error("{what} must be in [0, 1]; found {found}")]
    NotAProbability {
        /// The number's meaning.
        what: &'static str,
        /// The number, exact.
        found: String,
    },
    /// A double outside its range, or not a number.
    #[error("{what} must be finite and {range}; found {found}")]
    OutOfRange {
        /// The number's meaning.
        what: &'static str,
        /// What it may be.
        range: &'static str,
        /// The number.
        found: String,
    },
    /// An attack under which the bad outcome is rarer than without: the formulas do not hold there.
    #[error("the success {success} of {attack} is below the benign rate {benign}")]
    BelowBenign {
        /// The attack, by name or position.
        attack: String,
        /// Its success, exact.
        success: String,
        /// The benign rate, exact.
        benign: String,
    },
    /// No benign rate, and no assumption about it.
    #[error("the benign rate is unknown: measure it, or assume an interval and take both ends")]
    UnknownBenignRate,
    /// An interval whose ends are exchanged.
    #[error("the interval of the benign rate ends at {highest}, before it begins at {lowest}")]
    EmptyInterval {
        /// Lower end, exact.
        lowest: String,
        /// Upper end, exact.
        highest: String,
    },
    /// A guess that is worse than the blind one.
    #[error("{what} {found} is below {blind}, which needs no observation")]
    WorseThanBlind {
        /// What was measured.
        what: &'static str,
        /// It, exact.
        found: String,
        /// What is had without looking, exact.
        blind: String,
    },
    /// A detector that never raises an alarm has no share of true ones.
    #[error("the detector raises no alarm at this base rate")]
    NoAlarm,
    /// Counts that must agree do not.
    #[error("{found} {what}, where the game has {expected}")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// By the game.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// Numbers that make no matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}

/// Refuses a number outside [0, 1].
pub(super) fn probability(what: &'static str, number: &Rational) -> Result<(), BitsError> {
    if *number < Rational::ZERO || *number > Rational::ONE {
        return Err(BitsError::NotAProbability { what, found: rational::to_text(number) });
    }
    Ok(())
}

/// Refuses a success below the benign rate; both are probabilities already.
pub(super) fn above_benign(
    attack: impl FnOnce() -> String,
    success: &Rational,
    benign: &Rational,
) -> Result<(), BitsError> {
    if success < benign {
        let [success, benign] = [success, benign].map(rational::to_text);
        return Err(BitsError::BelowBenign { attack: attack(), success, benign });
    }
    Ok(())
}

/// Refuses a double that is not finite and at least 0.
pub(super) fn not_negative(what: &'static str, number: f64) -> Result<f64, BitsError> {
    if number.is_finite() && number >= 0.0 {
        return Ok(number);
    }
    Err(BitsError::OutOfRange { what, range: "at least 0", found: number.to_string() })
}

/// Refuses a double that is not finite and positive.
pub(super) fn positive(what: &'static str, number: f64) -> Result<f64, BitsError> {
    if number.is_finite() && number > 0.0 {
        return Ok(number);
    }
    Err(BitsError::OutOfRange { what, range: "positive", found: number.to_string() })
}
