//! [`SolveError`]: why there is no answer.

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{MatrixError, Sense};

use crate::method::Method;

/// Why a game has no certified answer.
///
/// [`SolveError::Infeasible`], [`SolveError::NoPureDefence`], [`SolveError::Unsupported`] and [`SolveError::Setting`] speak of the input;
/// [`SolveError::Stopped`] and [`SolveError::Failed`] of the computation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SolveError {
    /// No mix of the defender satisfies all constraints.
    #[error(
        "constraint `{constraint}` cannot be met: no mix that meets the others has an expected value of {} {}{}",
        match sense { Sense::Cap => "at most", Sense::Floor => "at least" },
        rational::to_text(bound),
        nearest_text(nearest.as_deref())
    )]
    Infeasible {
        /// The first constraint that cannot be met together with those before it.
        constraint: String,
        /// Cap or floor.
        sense: Sense,
        /// The bound asked for, in the metric's unit.
        bound: Rational,
        /// The nearest bound that can be met together with all other constraints; `None` if these conflict already.
        nearest: Option<Box<Rational>>,
    },
    /// Numbers that are not a game.
    #[error(transparent)]
    Losses(#[from] MatrixError),
    /// A single defence is asked for, and none satisfies every constraint, though a mix does.
    #[error("no single defence satisfies every constraint, though a mix of several does")]
    NoPureDefence,
    /// The method does not accept such a game.
    #[error("method `{method}` does not accept {what}")]
    Unsupported {
        /// The method.
        method: Method,
        /// What it does not accept.
        what: &'static str,
    },
    /// A setting out of range.
    #[error("setting `{field}` must be {expected}")]
    Setting {
        /// Name of the field of [`crate::Settings`].
        field: &'static str,
        /// What is accepted.
        expected: &'static str,
    },
    /// A limit was reached before there was any answer to certify.
    #[error("method `{method}` reached its {limit} before it had an answer to certify")]
    Stopped {
        /// The method.
        method: Method,
        /// `time limit` or `iteration limit`.
        limit: &'static str,
    },
    /// The computation failed.
    #[error("method `{method}` failed: {reason}")]
    Failed {
        /// The method.
        method: Method,
        /// What went wrong.
        reason: String,
    },
}

fn nearest_text(nearest: Option<&Rational>) -> String {
    match nearest {
        Some(bound) => format!("; the nearest bound that can be met is {}", rational::to_text(bound)),
        None => "; the other constraints conflict already".to_owned(),
    }
}
