//! [`PortfolioError`]: why numbers are no portfolio game, or an answer to one no proof.

use crate::matrix::MatrixError;

/// Everything that can be wrong with a portfolio game or an answer to one. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortfolioError {
    /// Counts that must agree do not.
    #[error("{found} {what}, where {expected} are needed")]
    Shape {
        /// What was counted.
        what: &'static str,
        /// How many there must be.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// A number that must be a share of attempts is not in [0, 1], or the ends of an interval are exchanged.
    #[error("{what} must be in [0, 1], with the lower end first; found {found}")]
    Range {
        /// What the number is.
        what: &'static str,
        /// The number.
        found: String,
    },
    /// A burden or a budget below zero.
    #[error("limit `{limit}` has a negative number ({found})")]
    Negative {
        /// Name of the limit.
        limit: String,
        /// The number.
        found: String,
    },
    /// A measured stack that is no stack of this game.
    #[error("measured stack {position} must name at least two different defences of the game")]
    Stack {
        /// Position of the stack.
        position: usize,
    },
    /// A portfolio that is not in the game, or beyond its limits.
    #[error("portfolio `{name}` is not admissible")]
    Inadmissible {
        /// Its name.
        name: String,
    },
    /// A stage or an answer that names what does not exist.
    #[error("{what} {position} does not exist; there are {count}")]
    Unknown {
        /// What is named.
        what: &'static str,
        /// The position named.
        position: usize,
        /// How many there are.
        count: usize,
    },
    /// More portfolios than allowed.
    #[error("there are more than {limit} admissible portfolios")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// Beyond the size for which the checker's bound on rounding is proved.
    #[error("the check is limited to {limit} {what}")]
    TooLarge {
        /// What is limited.
        what: &'static str,
        /// To how many.
        limit: usize,
    },
    /// The check takes exact undefended rates.
    #[error("the undefended rate of attack `{attack}` is not exact")]
    Uncertain {
        /// Name of the attack.
        attack: String,
    },
    /// A portfolio loses less than the claimed lower bound.
    #[error("portfolio `{name}` loses {loss}, less than the claimed {claim}")]
    NotLower {
        /// Its name.
        name: String,
        /// Its expected loss.
        loss: String,
        /// The claim.
        claim: String,
    },
    /// The check gave up.
    #[error("the check gave up after {nodes} nodes")]
    GaveUp {
        /// Nodes searched.
        nodes: u64,
    },
    /// Names that repeat, or an empty side.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}
