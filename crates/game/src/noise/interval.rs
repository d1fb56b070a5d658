//! Intervals for one rate: Wilson's for display, Clopper and Pearson's for guarantees.
//!
//! Sources: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927. Clopper and
//! Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934.
//!
//! Clopper and Pearson's upper limit for an error probability `α` is the rate `u` with `P(X ≤ k; n, u) = α`: whatever the
//! true rate, the limit is below it with probability at most `α`. Differs: rounded outwards to nine decimals at which the
//! tail is *proved* to be at most `α` (`tail.rs`), so that the guarantee survives the arithmetic. The lower limit is
//! `1 - u` of the failures.

use dashu_int::IBig;

use super::count::Count;
use super::error::NoiseError;
use super::tail::{GRID, lower_tail};
use crate::rational::{self, Rational};

/// Beyond this many standard deviations the normal tail is below the smallest double.
const FARTHEST_DEVIATION: f64 = 40.0;

/// Halvings of the bracket for a normal quantile: to the last digit of a double.
const HALVINGS: u32 = 64;

/// A range of rates in doubles, `0 ≤ low ≤ high ≤ 1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Count {
    /// Wilson's score interval, which misses the true rate with probability about `miss` (0.05 for a 95 % interval).
    ///
    /// [0, 1] without trials.
    ///
    /// # Errors
    /// [`NoiseError::Miss`] unless `0 < miss < 1`.
    pub fn wilson(self, miss: f64) -> Result<Interval, NoiseError> {
        check_miss(miss)?;
        let (k, n) = (self.successes() as f64, self.trials() as f64);
        let z = two_sided_deviation(miss);
        let z2 = z * z;
        if self.trials() == 0 {
            return Ok(Interval { low: 0.0, high: 1.0 });
        }
        let centre = (k + z2 / 2.0) / (n + z2);
        let half = z / (n + z2) * libm::sqrt(k * (n - k) / n + z2 / 4.0);
        // The ends of no and of only successes are 0 and 1; rounding would miss them.
        let low = if self.successes() == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if self.successes() == self.trials() { 1.0 } else { (centre + half).min(1.0) };
        Ok(Interval { low, high })
    }

    /// Clopper and Pearson's upper limit: below the true rate with probability at most `miss`, on one side.
    ///
    /// 1 if every trial succeeded, or if there was none.
    ///
    /// # Errors
    /// [`NoiseError::Miss`] unless `0 < miss < 1`.
    ///
    /// # Complexity
    /// `O(n)`, thirty times.
    pub fn upper_limit(self, miss: f64) -> Result<Rational, NoiseError> {
        check_miss(miss)?;
        Ok(on_grid(upper_step(self, miss)))
    }

    /// Clopper and Pearson's lower limit: above the true rate with probability at most `miss`, on one side.
    ///
    /// 0 if no trial succeeded, or if there was none.
    ///
    /// # Errors
    /// [`NoiseError::Miss`] unless `0 < miss < 1`.
    ///
    /// # Complexity
    /// As [`Count::upper_limit`].
    pub fn lower_limit(self, miss: f64) -> Result<Rational, NoiseError> {
        check_miss(miss)?;
        Ok(on_grid(GRID - upper_step(self.complement(), miss)))
    }

    /// Clopper and Pearson's interval, which misses the true rate with probability at most `miss`, half of it on each
    /// side.
    ///
    /// # Errors
    /// [`NoiseError::Miss`] unless `0 < miss < 1`.
    pub fn clopper_pearson(self, miss: f64) -> Result<Interval, NoiseError> {
        let (low, high) = (self.lower_limit(miss / 2.0)?, self.upper_limit(miss / 2.0)?);
        Ok(Interval { low: rational::to_f64_below(&low), high: rational::to_f64_above(&high) })
    }
}

pub(super) fn check_miss(miss: f64) -> Result<(), NoiseError> {
    if miss > 0.0 && miss < 1.0 { Ok(()) } else { Err(NoiseError::Miss) }
}

fn on_grid(step: u64) -> Rational {
    Rational::from_parts(IBig::from(step), GRID.into())
}

/// The least rate in steps of the grid whose tail is proved to be at most `miss`; never below `k / n`.
fn upper_step(count: Count, miss: f64) -> u64 {
    let (k, n) = (count.successes(), count.trials());
    if k == n {
        return GRID;
    }
    // `low` is not proved, `high` is.
    let (mut low, mut high) = (k * GRID / n, GRID);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if lower_tail(k, n, middle) <= miss {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// The `z` that a standard normal exceeds in size with probability `miss`.
fn two_sided_deviation(miss: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, FARTHEST_DEVIATION);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if libm::erfc(middle / std::f64::consts::SQRT_2) > miss {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::super::count::Origin;
    use super::super::tail::tests::exact_lower_tail;
    use super::*;
    use crate::rational::from_f64;

    fn count(successes: u64, trials: u64) -> Count {
        Count::new(successes, trials, Origin::Measured).expect("a count")
    }

    /// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998, Table I:
    /// methods 3 (Wilson) and 5 (Clopper-Pearson), 95 %, four decimals.
    #[test]
    fn published_intervals_are_met() {
        for (k, n, wilson, exact) in [
            (81, 263, [0.2553, 0.3662], [0.2527, 0.3676]),
            (15, 148, [0.0624, 0.1605], [0.0578, 0.1617]),
            (0, 20, [0.0, 0.1611], [0.0, 0.1684]),
            (1, 29, [0.0061, 0.1718], [0.0009, 0.1776]),
        ] {
            let near = |found: Interval, printed: [f64; 2]| {
                (found.low - printed[0]).abs() <= 5.1e-5 && (found.high - printed[1]).abs() <= 5.1e-5
            };
            let found = (count(k, n).wilson(0.05).unwrap(), count(k, n).clopper_pearson(0.05).unwrap());
            assert!(near(found.0, wilson) && near(found.1, exact), "{k} of {n}: {found:?}");
        }
    }

    #[test]
    fn ends_have_closed_forms() {
        for (n, miss) in [(1, 0.05), (7, 0.3), (50, 0.000_24), (1_000, 1e-9), (200_000, 0.01)] {
            // P(X ≤ 0) = (1-u)^n, and a score of z at k = 0 is z² / (n + z²).
            let exact = 1.0 - libm::pow(miss, 1.0 / n as f64);
            let upper = rational::to_f64(&count(0, n).upper_limit(miss).unwrap());
            assert!(upper >= exact - 1e-15 && upper <= exact + 2.1e-9, "{n} {miss}: {upper} {exact}");
            let lower = rational::to_f64(&count(n, n).lower_limit(miss).unwrap());
            assert!((lower + upper - 1.0).abs() < 1e-15);
            let wilson = count(0, n).wilson(miss).unwrap();
            let z2 = two_sided_deviation(miss).powi(2);
            assert!(wilson.low == 0.0 && (wilson.high - z2 / (n as f64 + z2)).abs() < 1e-14);
            let mirrored = count(n, n).wilson(miss).unwrap();
            assert!(mirrored.high >= 1.0 && (mirrored.low + wilson.high - 1.0).abs() < 1e-14);
            assert_eq!(count(n, n).upper_limit(miss).unwrap(), Rational::ONE);
            assert_eq!(count(0, n).lower_limit(miss).unwrap(), Rational::ZERO);
        }
        // Half of a normal lies beyond 0.674 489 75 standard deviations, 5 % beyond 1.959 963 98.
        assert!((two_sided_deviation(0.5) - 0.674_489_750_196_081_7).abs() < 1e-14);
        assert!((two_sided_deviation(0.05) - 1.959_963_984_540_054).abs() < 1e-14);
    }

    /// The limit is the least grid point at which the exact tail is at most the error, give or take one step.
    #[test]
    fn limits_are_the_roots_of_exact_tails() {
        for n in [1, 2, 3, 10, 29, 50, 100, 148] {
            for k in (0..n).step_by(1 + usize::try_from(n / 9).expect("small")) {
                for miss in [0.4, 0.05, 0.005, 1e-7] {
                    let (alpha, step) = (from_f64(miss).expect("finite"), upper_step(count(k, n), miss));
                    assert!(exact_lower_tail(k, n, step) <= alpha, "{k} of {n} at {miss}");
                    assert!(
                        exact_lower_tail(k, n, step - 2) > alpha || step - 2 < k * GRID / n,
                        "{k} of {n} at {miss}"
                    );
                }
            }
        }
    }

    #[test]
    fn no_trials_say_nothing_and_bad_errors_are_refused() {
        let none = count(0, 0);
        assert_eq!(none.wilson(0.05), Ok(Interval { low: 0.0, high: 1.0 }));
        assert_eq!(none.clopper_pearson(0.05), Ok(Interval { low: 0.0, high: 1.0 }));
        for miss in [0.0, 1.0, -0.1, 2.0, f64::NAN, f64::INFINITY] {
            assert_eq!(none.wilson(miss), Err(NoiseError::Miss));
            assert_eq!(none.upper_limit(miss), Err(NoiseError::Miss));
            assert_eq!(none.lower_limit(miss), Err(NoiseError::Miss));
        }
    }
}
