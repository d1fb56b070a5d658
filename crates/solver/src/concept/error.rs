//! [`ConceptError`]: why there is no answer.

use saddlepoint_game::certificate::CertificateError;
use saddlepoint_game::concept::tries::TriesError;
use saddlepoint_game::concept::{CapError, QuantalError};
use saddlepoint_game::{MatrixError, StrategyError};

use crate::error::SolveError;
use crate::uncertainty::UncertaintyError;

/// Why a concept has no certified answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConceptError {
    /// As for the plain game.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// No caps of an attacker.
    #[error(transparent)]
    Cap(#[from] CapError),
    /// No quantal attacker.
    #[error(transparent)]
    Quantal(#[from] QuantalError),
    /// No game of several tries.
    #[error(transparent)]
    Tries(#[from] TriesError),
    /// Numbers that are no game.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// Numbers that are no mix; a prior, for one.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// Mixes that prove nothing, which would be a defect.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Games of drawn or counted rates that are not solved.
    #[error(transparent)]
    Uncertainty(#[from] UncertaintyError),
    /// Rates that make no game.
    #[error(transparent)]
    Noise(#[from] saddlepoint_game::noise::NoiseError),
    /// Nothing to choose for.
    #[error("at least one {0} is needed")]
    None(&'static str),
    /// Games that do not belong together.
    #[error("{what} `{name}` has other defences than the first")]
    OtherDefences {
        /// `victim`, `type` or `signal`.
        what: &'static str,
        /// Which.
        name: String,
    },
    /// A prior that names other attacks, or is no distribution.
    #[error("the prior must give a probability for attacks of the game, 1 in all")]
    Prior,
    /// A list of the wrong length.
    #[error("{found} {what} where {expected} are needed")]
    Count {
        /// What is counted.
        what: &'static str,
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A number out of range.
    #[error("{what} must be {expected}; found {found}")]
    Range {
        /// What it is.
        what: &'static str,
        /// What is accepted.
        expected: &'static str,
        /// What was given, exact.
        found: String,
    },
    /// A search that would not end in time.
    #[error("{what}: more than {most} would have to be looked at")]
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// The limit.
        most: usize,
    },
}
