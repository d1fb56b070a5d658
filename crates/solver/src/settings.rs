//! [`Settings`]: which method, and when to stop.

use std::time::{Duration, Instant};

use crate::error::SolveError;
use crate::method::Method;
use crate::selection::Selection;
use crate::solution::Status;

/// How a game is to be solved.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The method. Default: [`Method::Auto`].
    pub method: Method,
    /// Wall-clock time after which the best certified answer so far is returned. Default: none.
    pub time_limit: Option<Duration>,
    /// Pivots of a simplex method and of double oracle, steps of the interior-point method, rounds of a learning one.
    /// Default: none; a learning method then has its own. The libraries do not count, and do not read it.
    pub max_iterations: Option<u64>,
    /// Threads that one solve may use, at least 1; only the interior-point method has a use for more. The answer does not
    /// depend on it. Default: 1.
    pub threads: usize,
    /// Certified gap at which an iterative method stops, as a fraction of the pay-off range (largest minus smallest
    /// entry), in [0, 1]. Default: none; each iterative method then has its own, which it documents. Simplex methods end
    /// at an optimal basis and do not read it.
    pub target_gap: Option<f64>,
    /// Which of several optimal mixes [`crate::analysis`] reports; the methods themselves do not read it. Default:
    /// [`Selection::Canonical`].
    pub selection: Selection,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            method: Method::Auto,
            time_limit: None,
            max_iterations: None,
            threads: 1,
            target_gap: None,
            selection: Selection::Canonical,
        }
    }
}

impl Settings {
    /// The defaults, with a method.
    #[must_use]
    pub fn with_method(method: Method) -> Self {
        Self { method, ..Self::default() }
    }

    /// Checks the ranges of the fields.
    ///
    /// # Errors
    /// [`SolveError::Setting`] names the field.
    pub fn validate(&self) -> Result<(), SolveError> {
        if self.threads == 0 {
            return Err(SolveError::Setting { field: "threads", expected: "at least 1" });
        }
        if self.target_gap.is_none_or(|gap| (0.0..=1.0).contains(&gap)) {
            return Ok(());
        }
        Err(SolveError::Setting { field: "target_gap", expected: "a fraction of the pay-off range in [0, 1]" })
    }

    /// The same settings with the time that limits, whose clock runs already, leave.
    pub(crate) fn with_time_left(&self, limits: Limits) -> Self {
        let time_limit = limits.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        Self { time_limit, ..self.clone() }
    }

    pub(crate) fn limits(&self) -> Limits {
        // A limit beyond what the clock can express is no limit.
        let deadline = self.time_limit.and_then(|limit| Instant::now().checked_add(limit));
        Limits { deadline, max_iterations: self.max_iterations }
    }
}

/// The limits of one run: the clock starts when this is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) deadline: Option<Instant>,
    pub(crate) max_iterations: Option<u64>,
}

impl Limits {
    /// No limit.
    pub(crate) const NONE: Self = Self { deadline: None, max_iterations: None };

    /// The limit that is reached after so many iterations, if any.
    pub(crate) fn reached(&self, iterations: u64) -> Option<Status> {
        if self.max_iterations.is_some_and(|max| iterations >= max) {
            return Some(Status::IterationLimit);
        }
        self.deadline.filter(|deadline| Instant::now() >= *deadline).map(|_| Status::TimeLimit)
    }

    /// Whether the clock has run out, whatever the iterations.
    pub(crate) fn is_late(self) -> bool {
        Self { max_iterations: None, ..self }.reached(0).is_some()
    }

    /// The same limits with so many iterations already spent.
    pub(crate) fn after(self, iterations: u64) -> Self {
        Self { max_iterations: self.max_iterations.map(|max| max.saturating_sub(iterations)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_out_of_range_is_refused() {
        for target_gap in [-1e-9, 1.5, f64::NAN] {
            let settings = Settings { target_gap: Some(target_gap), ..Settings::default() };
            assert!(matches!(settings.validate(), Err(SolveError::Setting { field: "target_gap", .. })));
        }
        assert_eq!(Settings::default().validate(), Ok(()));
    }
}
