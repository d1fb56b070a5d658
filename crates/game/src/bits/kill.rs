//! [`KillRule`]: when to terminate a system that may be compromised.
//!
//! Our rule, not the paper's (module docs): one period's comparison of going on with restarting.

use crate::bits::error::{BitsError, probability};
use crate::rational::{self, Rational};

/// What a period is worth. Going on gains `u` if the system is clean and loses `l` if it is compromised; stopping costs
/// `k`. With probability `p` of compromise, stopping is better exactly if `-k > (1-p) u - p l`, that is if
/// `p > (u + k) / (u + l)`.
///
/// # Examples
/// ```
/// use saddlepoint_game::bits::KillRule;
/// use saddlepoint_game::rational::{Rational, parse};
///
/// let rule = KillRule::new(Rational::from(1), Rational::from(99), Rational::from(4))?;
/// assert_eq!(rule.threshold(), Some(parse("0.05")?));
/// assert!(!rule.stops(&parse("0.05")?)? && rule.stops(&parse("0.051")?)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KillRule {
    value: Rational,
    loss: Rational,
    restart: Rational,
}

impl KillRule {
    /// A rule from the value `u` of a clean period, the loss `l` of a compromised one and the cost `k` of a restart,
    /// all in one unit and at least 0.
    ///
    /// # Errors
    /// [`BitsError::OutOfRange`] if a number is negative.
    pub fn new(value: Rational, loss: Rational, restart: Rational) -> Result<Self, BitsError> {
        for (what, number) in
            [("a value per period", &value), ("a loss per period", &loss), ("a restart cost", &restart)]
        {
            if *number < Rational::ZERO {
                return Err(BitsError::OutOfRange { what, range: "at least 0", found: rational::to_text(number) });
            }
        }
        Ok(Self { value, loss, restart })
    }

    /// `(u + k) / (u + l)`, exact, in [0, 1); `None` if stopping never pays, since a restart costs as much as it saves
    /// (`l ≤ k`).
    #[must_use]
    pub fn threshold(&self) -> Option<Rational> {
        // A positive difference also makes the denominator positive.
        (self.loss > self.restart).then(|| (&self.value + &self.restart) / (&self.value + &self.loss))
    }

    /// Whether to stop at a probability of compromise.
    ///
    /// # Errors
    /// [`BitsError::NotAProbability`] if it is none.
    pub fn stops(&self, compromised: &Rational) -> Result<bool, BitsError> {
        probability("a probability of compromise", compromised)?;
        Ok(self.threshold().is_some_and(|threshold| *compromised > threshold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    fn rule(value: i32, loss: i32, restart: i32) -> Result<KillRule, BitsError> {
        KillRule::new(value.into(), loss.into(), restart.into())
    }

    #[test]
    fn stopping_never_pays_where_the_restart_costs_more() {
        for (value, loss, restart) in [(0, 0, 0), (1, 0, 0), (5, 3, 3), (5, 2, 3)] {
            let rule = rule(value, loss, restart).expect("a rule");
            assert_eq!((rule.threshold(), rule.stops(&Rational::ONE)), (None, Ok(false)));
        }
    }

    #[test]
    fn the_threshold_is_where_both_choices_are_worth_the_same() {
        for (value, loss, restart) in [(1, 99, 4), (0, 1, 0), (7, 3, 2)] {
            let rule = rule(value, loss, restart).expect("a rule");
            let p = rule.threshold().expect("a threshold");
            let going_on = (Rational::ONE - &p) * Rational::from(value) - &p * Rational::from(loss);
            assert_eq!(going_on, -Rational::from(restart));
            assert_eq!((rule.stops(&p), rule.stops(&Rational::ONE)), (Ok(false), Ok(true)));
        }
    }

    #[test]
    fn negative_amounts_and_impossible_probabilities_are_refused() {
        assert!(rule(-1, 1, 1).is_err() && rule(1, -1, 1).is_err() && rule(1, 1, -1).is_err());
        let rule = rule(1, 2, 1).expect("a rule");
        assert!(rule.stops(&parse("1.01").expect("a number")).is_err());
    }
}
