//! [`NoiseError`]: why numbers are not counts.

use super::count::MAX_TRIALS;
use crate::matrix::MatrixError;

/// Why numbers are not a table of counts, or cannot be used as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoiseError {
    /// More successes than trials.
    #[error("{successes} successes in {trials} trials")]
    Successes {
        /// Successes given.
        successes: u64,
        /// Trials given.
        trials: u64,
    },
    /// More trials than limits are computed for.
    #[error("{trials} trials in one cell; at most {MAX_TRIALS} are supported")]
    Trials {
        /// Trials given.
        trials: u64,
    },
    /// A share outside [0, 1].
    #[error("the rate {rate} is not in [0, 1]")]
    Rate {
        /// The exact number.
        rate: String,
    },
    /// Rates that cannot be those of a table.
    #[error("a table of {cells} cells needs as many rates in [0, 1]; found {found} numbers")]
    Rates {
        /// Cells of the table.
        cells: usize,
        /// Numbers given.
        found: usize,
    },
    /// Bounds of an unmeasured cell that are not `0 ≤ low ≤ high ≤ 1`.
    #[error("the bounds of attack {attack} and defence {defence} are not ordered shares of 1")]
    Bounds {
        /// Row, from 0.
        attack: usize,
        /// Column, from 0.
        defence: usize,
    },
    /// Too few trials to deal them into two halves.
    #[error("count {count} has {trials} trials; halves need at least 2")]
    Halves {
        /// Position in the tally, from 0.
        count: usize,
        /// Its trials.
        trials: u64,
    },
    /// Rates at which no game can be laid out.
    #[error("no game at these rates: {reason}")]
    Game {
        /// Why.
        reason: String,
    },
    /// A probability of error that is not strictly between 0 and 1.
    #[error("the probability of error must be above 0 and below 1")]
    Miss,
    /// Names and cells that are not a matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}
