//! [`Count`]: successes and trials of one cell.

use dashu_int::IBig;

use super::error::NoiseError;
use crate::rational::{self, Rational};

/// Most trials of one cell. The limits sum up to so many terms; no published table of attacks comes near.
pub const MAX_TRIALS: u64 = 1_000_000;

/// Where the number of trials comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The source prints it.
    Measured,
    /// Somebody set it, because the source does not.
    Assumed,
}

impl Origin {
    /// The word in results: `measured` or `assumed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Assumed => "assumed",
        }
    }
}

/// `k` successes of the attack in `n` trials, `0 ≤ k ≤ n ≤` [`MAX_TRIALS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count {
    successes: u64,
    trials: u64,
    origin: Origin,
}

impl Count {
    /// Successes in trials. No trials at all are allowed: they say nothing.
    ///
    /// # Errors
    /// [`NoiseError::Successes`] if there are more successes than trials, [`NoiseError::Trials`] beyond [`MAX_TRIALS`].
    pub fn new(successes: u64, trials: u64, origin: Origin) -> Result<Self, NoiseError> {
        if trials > MAX_TRIALS {
            return Err(NoiseError::Trials { trials });
        }
        if successes > trials {
            return Err(NoiseError::Successes { successes, trials });
        }
        Ok(Self { successes, trials, origin })
    }

    /// The count nearest to a printed rate (ties upwards): rates are printed rounded, so `rate · trials` need not be whole.
    ///
    /// # Errors
    /// [`NoiseError::Rate`] if the rate is not in [0, 1], [`NoiseError::Trials`] beyond [`MAX_TRIALS`].
    ///
    /// # Examples
    /// ```
    /// use saddlepoint_game::noise::{Count, Origin};
    /// use saddlepoint_game::rational::parse;
    ///
    /// let count = Count::from_rate(&parse("0.333").expect("a number"), 27, Origin::Assumed)?;
    /// assert_eq!(count.successes(), 9);
    /// # Ok::<(), saddlepoint_game::noise::NoiseError>(())
    /// ```
    pub fn from_rate(rate: &Rational, trials: u64, origin: Origin) -> Result<Self, NoiseError> {
        if *rate < Rational::ZERO || *rate > Rational::ONE {
            return Err(NoiseError::Rate { rate: rational::to_text(rate) });
        }
        let half = Rational::from_parts(IBig::ONE, 2_u8.into());
        let nearest = (rate * Rational::from(trials) + half).floor();
        Self::new(u64::try_from(nearest).unwrap_or(trials), trials, origin)
    }

    /// `k`.
    #[must_use]
    pub fn successes(self) -> u64 {
        self.successes
    }

    /// `n`.
    #[must_use]
    pub fn trials(self) -> u64 {
        self.trials
    }

    /// Where `n` comes from.
    #[must_use]
    pub fn origin(self) -> Origin {
        self.origin
    }

    /// The trials in which the attack failed: what a table counts that prints the defender's success.
    #[must_use]
    pub fn complement(self) -> Self {
        Self { successes: self.trials - self.successes, ..self }
    }

    /// `k / n`, exactly; `None` without trials.
    #[must_use]
    pub fn rate(self) -> Option<Rational> {
        (self.trials > 0).then(|| Rational::from_parts(IBig::from(self.successes), self.trials.into()))
    }

    /// `k / n` as the nearest double; `None` without trials.
    #[must_use]
    pub fn rate_f64(self) -> Option<f64> {
        (self.trials > 0).then(|| self.successes as f64 / self.trials as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_counts_are_refused() {
        assert_eq!(Count::new(3, 2, Origin::Measured), Err(NoiseError::Successes { successes: 3, trials: 2 }));
        assert_eq!(Count::new(0, MAX_TRIALS + 1, Origin::Measured), Err(NoiseError::Trials { trials: MAX_TRIALS + 1 }));
        assert_eq!(Count::new(u64::MAX, u64::MAX, Origin::Assumed), Err(NoiseError::Trials { trials: u64::MAX }));
        for rate in ["-0.001", "1.001"] {
            let rate = rational::parse(rate).expect("a number");
            assert!(matches!(Count::from_rate(&rate, 10, Origin::Assumed), Err(NoiseError::Rate { .. })));
        }
    }

    #[test]
    fn printed_rates_become_the_nearest_counts() {
        for (rate, trials, successes) in [("0.46", 50, 23), ("0.445", 100, 45), ("0.999", 100, 100), ("1", 0, 0)] {
            let count = Count::from_rate(&rational::parse(rate).expect("a number"), trials, Origin::Assumed);
            assert_eq!(count, Count::new(successes, trials, Origin::Assumed), "{rate} of {trials}");
        }
        let none = Count::new(0, 0, Origin::Measured).expect("a count");
        assert_eq!((none.rate(), none.rate_f64(), none.complement()), (None, None, none));
    }
}
