//! Inference attacks: what an observation adds to a guess.
//!
//! Sources: Smith, "On the Foundations of Quantitative Information Flow", FoSSaCS 2009 (leakage as a ratio of
//! vulnerabilities); Alvim, Chatzikokolakis, Palamidessi, Smith, CSF 2012 (other gains); Yeom, Giacomelli, Fredrikson,
//! Jha, "Privacy Risk in Machine Learning", CSF 2018 (membership advantage).

use crate::bits::advantage::Advantage;
use crate::bits::error::{BitsError, probability};
use crate::bits::logarithm::log2;
use crate::rational::{self, Rational};

/// The advantage of a membership attack of balanced accuracy `q`, `J = 2q - 1`; its bits are `log2(2q)`.
///
/// Balanced means that members and others are equally likely, so that a blind guess has accuracy 1/2.
///
/// # Errors
/// [`BitsError`] if `q` is no probability, or below 1/2.
pub fn membership(accuracy: &Rational) -> Result<Advantage, BitsError> {
    probability("an accuracy", accuracy)?;
    let doubled = accuracy + accuracy;
    if doubled < Rational::ONE {
        let (found, blind) = (rational::to_text(accuracy), "1/2".to_owned());
        return Err(BitsError::WorseThanBlind { what: "the accuracy", found, blind });
    }
    Ok(Advantage::difference(&(doubled - Rational::ONE), &Rational::ZERO))
}

/// Leakage of a secret, `log2(V1 / V0)`, in bits, at least 0.
///
/// `prior` is the vulnerability `V0` in (0, 1]: the probability to guess the secret, or any expected gain, before the
/// observation; `posterior` is `V1`, the same after it. Vulnerabilities may have any length; no exponent overflows.
///
/// # Errors
/// [`BitsError`] if a vulnerability is outside [0, 1], the prior is 0, or the posterior is below it.
pub fn leakage_bits(prior: &Rational, posterior: &Rational) -> Result<f64, BitsError> {
    probability("a prior vulnerability", prior)?;
    probability("a posterior vulnerability", posterior)?;
    if prior.is_zero() {
        let (what, range) = ("a prior vulnerability", "positive");
        return Err(BitsError::OutOfRange { what, range, found: "0".to_owned() });
    }
    if posterior < prior {
        let [found, blind] = [posterior, prior].map(rational::to_text);
        return Err(BitsError::WorseThanBlind { what: "the posterior vulnerability", found, blind });
    }
    Ok(log2(&(posterior / prior)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    #[test]
    fn a_secret_of_n_bits_leaks_at_most_n() {
        let prior = Rational::ONE / Rational::from(1_u64 << 40);
        assert_eq!(leakage_bits(&prior, &Rational::ONE), Ok(40.0));
        assert_eq!(leakage_bits(&prior, &prior), Ok(0.0));
        let long = leakage_bits(&number("1e-400"), &Rational::ONE).expect("bits");
        assert!((long / (400.0 * 10.0_f64.log2()) - 1.0).abs() < 1e-15, "{long}");
    }

    #[test]
    fn guesses_below_the_blind_one_are_refused() {
        assert_eq!(membership(&number("1/2")).map(|j| j.bits()), Ok(0.0));
        assert!(matches!(membership(&number("0.499")), Err(BitsError::WorseThanBlind { .. })));
        assert!(matches!(membership(&number("1.1")), Err(BitsError::NotAProbability { .. })));
        assert!(matches!(leakage_bits(&number("0.2"), &number("0.1")), Err(BitsError::WorseThanBlind { .. })));
        assert!(matches!(leakage_bits(&Rational::ZERO, &Rational::ONE), Err(BitsError::OutOfRange { .. })));
        assert!(leakage_bits(&number("0.5"), &number("1.5")).is_err());
    }
}
