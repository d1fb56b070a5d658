//! [`Advantage`]: how much more often the bad outcome occurs under attack, and what that is in bits.

use crate::bits::error::{BitsError, above_benign, not_negative, probability};
use crate::bits::logarithm::{elasticity, log2_1p};
use crate::rational::{self, Rational};

/// `J = max_a s_a - f`, exact, in [0, 1].
///
/// # Examples
/// ```
/// use saddlepoint_game::bits::Advantage;
/// use saddlepoint_game::rational::{Rational, parse};
///
/// let undefended = Advantage::of(&[parse("0.2645")?], &Rational::ZERO)?;
/// assert_eq!(format!("{:.6}", undefended.bits()), "0.338567");
/// assert_eq!(format!("{:.3}", undefended.bits_over(16.0)?), "5.417");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Advantage(Rational);

impl Advantage {
    /// An advantage that is known already, such as the value of a game on [`excess_losses`](super::excess_losses).
    ///
    /// # Errors
    /// [`BitsError::NotAProbability`] outside [0, 1].
    pub fn new(advantage: Rational) -> Result<Self, BitsError> {
        probability("an advantage", &advantage)?;
        Ok(Self(advantage))
    }

    /// The advantage of the best of some attacks: `successes` are `s_a`, one per attack, `benign` is `f`.
    ///
    /// # Errors
    /// [`BitsError`] if there is no attack, a number is no probability, or an attack succeeds less often than `f`:
    /// then the capacity is not `log2(1 + J)`.
    pub fn of(successes: &[Rational], benign: &Rational) -> Result<Self, BitsError> {
        probability("a benign rate", benign)?;
        for (position, success) in successes.iter().enumerate() {
            probability("a success", success)?;
            above_benign(|| format!("attack {position}"), success, benign)?;
        }
        let best = successes.iter().max().ok_or(BitsError::Empty { what: "attack" })?;
        Ok(Self::difference(best, benign))
    }

    /// `s - f`, where `0 ≤ f ≤ s ≤ 1` was checked before.
    pub(super) fn difference(success: &Rational, benign: &Rational) -> Self {
        Self(success - benign)
    }

    /// The product, which is in [0, 1] too.
    pub(super) fn times(&self, other: &Self) -> Self {
        Self(&self.0 * &other.0)
    }

    /// The advantage, exactly.
    #[must_use]
    pub fn exact(&self) -> &Rational {
        &self.0
    }

    /// The double nearest to the advantage.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        rational::to_f64(&self.0)
    }

    /// Bayes capacity `log2(1 + J)`, in bits per use, in [0, 1].
    #[must_use]
    pub fn bits(&self) -> f64 {
        log2_1p(self.to_f64())
    }

    /// Bayes capacity of independent uses, `B log2(1 + J)`, in bits; `uses` is a count or an expected count.
    ///
    /// # Errors
    /// [`BitsError::OutOfRange`] unless `uses` is finite and at least 0.
    pub fn bits_over(&self, uses: f64) -> Result<f64, BitsError> {
        Ok(not_negative("the number of uses", uses)? * self.bits())
    }

    /// Percent of [`Advantage::bits_over`] per percent of `J`: `J / ((1 + J) ln(1 + J))`, in [1/(2 ln 2), 1].
    ///
    /// Per percent of uses it is 1, so a percent off the uses is never worth less than a percent off the advantage.
    #[must_use]
    pub fn elasticity(&self) -> f64 {
        elasticity(self.to_f64())
    }
}

/// Bayes capacity when the attacker aims at one of `targets`: `log2(1 + K s)`, in bits per use; may exceed 1.
///
/// The target aimed at is hit with probability `success` and no other one is; benign inputs hit none. Examples are the
/// classes of a backdoor and the tools an agent may be made to call.
///
/// # Errors
/// [`BitsError`] if there is no target or `success` is no probability.
pub fn targeted_bits(targets: u64, success: &Rational) -> Result<f64, BitsError> {
    probability("a success", success)?;
    if targets == 0 {
        return Err(BitsError::Empty { what: "target" });
    }
    Ok(log2_1p(rational::to_f64(&(Rational::from(targets) * success))))
}

/// The probability of at least one success in independent tries, `1 - (1 - s)^B`.
///
/// Bits grow with the number of tries without end, harm does not: report both.
///
/// # Errors
/// [`BitsError::NotAProbability`] if `success` is none.
pub fn harm_within(success: &Rational, tries: u64) -> Result<f64, BitsError> {
    probability("a success", success)?;
    if tries == 0 {
        return Ok(0.0);
    }
    // Near 0 the success is the accurate number, near 1 its complement.
    let failure = rational::to_f64(&(Rational::ONE - success));
    let log_failure = if failure < 0.5 { failure.ln() } else { (-rational::to_f64(success)).ln_1p() };
    Ok(-(tries as f64 * log_failure).exp_m1())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    #[test]
    fn each_bad_number_has_its_own_reason() {
        let of = |successes: &[&str], benign| {
            let successes: Vec<_> = successes.iter().map(|text| number(text)).collect();
            Advantage::of(&successes, &number(benign)).expect_err("no advantage").to_string()
        };
        assert_eq!(of(&[], "0"), "at least one attack is needed");
        assert_eq!(of(&["1.5"], "0"), "a success must be in [0, 1]; found 1.5");
        assert_eq!(of(&["0.5"], "-1/3"), "a benign rate must be in [0, 1]; found -1/3");
        assert_eq!(of(&["0.5", "0.1"], "0.2"), "the success 0.1 of attack 1 is below the benign rate 0.2");
        let half = Advantage::new(number("1/2")).expect("an advantage");
        for uses in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(matches!(half.bits_over(uses), Err(BitsError::OutOfRange { .. })), "{uses}");
        }
        assert!(Advantage::new(number("-1e-9")).is_err() && Advantage::new(number("1.000000001")).is_err());
        assert_eq!(targeted_bits(0, &number("0.5")), Err(BitsError::Empty { what: "target" }));
        assert!(targeted_bits(3, &number("2")).is_err() && harm_within(&number("2"), 3).is_err());
    }

    #[test]
    fn harm_is_exact_at_its_ends_and_accurate_between() {
        for (success, tries, expected) in [
            ("0.3", 0, 0.0),
            ("1", 0, 0.0),
            ("0", u64::MAX, 0.0),
            ("1", 1, 1.0),
            ("1", u64::MAX, 1.0),
            ("0.5", 3, 0.875),
            ("1e-20", 3, 3e-20),
            ("0.75", 2, 0.9375),
        ] {
            let harm = harm_within(&number(success), tries).expect("a probability");
            assert!((harm - expected).abs() <= 4.0 * f64::EPSILON * expected, "{success} {tries}: {harm}");
        }
    }

    #[test]
    fn aiming_counts_the_targets() {
        assert_eq!(targeted_bits(3, &Rational::ONE), Ok(2.0));
        assert_eq!(targeted_bits(u64::MAX, &Rational::ZERO), Ok(0.0));
        assert!((targeted_bits(u64::MAX, &Rational::ONE).expect("bits") - 64.0).abs() < 1e-13);
    }
}
