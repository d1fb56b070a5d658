//! [`Sampling`]: how many replicates, and from which numbers.

use std::time::Duration;

use crate::error::SolveError;

/// Most replicates of one answer: each keeps its mixes until the end.
pub const MAX_REPLICATES: u64 = 1_000_000;

/// How replicates are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// Tables that are drawn and solved, from 1 to [`MAX_REPLICATES`]. Default: 1,000.
    pub replicates: u64,
    /// The seed; replicate `r` uses the stream of `(seed, r)`. Default: 0.
    pub seed: u64,
    /// Threads, at least 1; the answer does not depend on it. Default: 1.
    pub threads: usize,
    /// Wall-clock time after which no further replicates are started. Default: none.
    pub time_limit: Option<Duration>,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { replicates: 1_000, seed: 0, threads: 1, time_limit: None }
    }
}

impl Sampling {
    /// Checks the ranges of the fields.
    ///
    /// # Errors
    /// [`SolveError::Setting`] names the field.
    pub fn validate(&self) -> Result<(), SolveError> {
        if self.replicates == 0 || self.replicates > MAX_REPLICATES {
            return Err(SolveError::Setting { field: "replicates", expected: "from 1 to 1000000" });
        }
        if self.threads == 0 {
            return Err(SolveError::Setting { field: "threads", expected: "at least 1" });
        }
        Ok(())
    }
}
