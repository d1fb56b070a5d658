//! [`Detector`]: the defender's alarm as a channel from the input to the defender.
//!
//! Sources: Youden, "Index for Rating Diagnostic Tests", Cancer 3(1), 1950 (`J`); Wald, "Sequential Tests of
//! Statistical Hypotheses", Ann. Math. Statist. 16(2), 1945 (queries to a decision).

use std::f64::consts::LN_2;

use crate::bits::advantage::Advantage;
use crate::bits::error::{BitsError, probability};
use crate::bits::logarithm::relative_entropy;
use crate::rational::{self, Rational};

/// An alarm that is raised with probability `TPR` under attack and `FPR` without; both exact.
///
/// # Examples
/// ```
/// use saddlepoint_game::bits::Detector;
/// use saddlepoint_game::rational::{parse, to_f64};
///
/// // InjecGuard on the guardrail benchmark mix (Li et al., arXiv 2410.22770, Table 1).
/// let guard = Detector::new(parse("0.7739")?, parse("0.1426")?)?;
/// assert_eq!(guard.youden(), parse("0.6313")?);
/// // At one attack in a hundred requests, 95 of 100 alarms are false.
/// assert_eq!(format!("{:.3}", to_f64(&guard.precision(&parse("0.01")?)?)), "0.052");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detector {
    true_positive: Rational,
    false_positive: Rational,
}

impl Detector {
    /// A detector by its two rates.
    ///
    /// # Errors
    /// [`BitsError::NotAProbability`] if a rate is none.
    pub fn new(true_positive: Rational, false_positive: Rational) -> Result<Self, BitsError> {
        probability("a true-positive rate", &true_positive)?;
        probability("a false-positive rate", &false_positive)?;
        Ok(Self { true_positive, false_positive })
    }

    /// Youden's index `TPR - FPR`, exact, in [-1, 1]; negative if silence speaks for an attack.
    #[must_use]
    pub fn youden(&self) -> Rational {
        &self.true_positive - &self.false_positive
    }

    /// Youden's index as an advantage of the defender, whose bits per query it gives.
    ///
    /// # Errors
    /// [`BitsError::WorseThanBlind`] if the index is negative.
    pub fn advantage(&self) -> Result<Advantage, BitsError> {
        if self.true_positive < self.false_positive {
            let [found, blind] = [&self.true_positive, &self.false_positive].map(rational::to_text);
            return Err(BitsError::WorseThanBlind { what: "the true-positive rate", found, blind });
        }
        Ok(Advantage::difference(&self.true_positive, &self.false_positive))
    }

    /// Evidence for an attack per query under attack, `D(TPR || FPR)`, in bits, at least 0.
    ///
    /// Infinite if one answer is proof: an alarm where `FPR` is 0, silence where it is 1.
    #[must_use]
    pub fn evidence_bits(&self) -> f64 {
        let coin = |p: &Rational| [rational::to_f64(p), rational::to_f64(&(Rational::ONE - p))];
        let shift = rational::to_f64(&-self.youden());
        relative_entropy(coin(&self.true_positive), coin(&self.false_positive), shift) / LN_2
    }

    /// Queries until an attacking account that keeps its identity is identified, about `log2(1/δ) / D(TPR || FPR)`.
    ///
    /// `error` is `δ`, the probability to identify a benign account. The leading term for small `δ` of Wald's
    /// sequential test, at least 1; the expected wait for the proof if one answer is proof; infinite without evidence.
    ///
    /// # Errors
    /// [`BitsError::OutOfRange`] unless `error` is in (0, 1).
    pub fn queries_to_identify(&self, error: f64) -> Result<f64, BitsError> {
        if !(error > 0.0 && error < 1.0) {
            let (what, range) = ("an error probability", "in (0, 1)");
            return Err(BitsError::OutOfRange { what, range, found: error.to_string() });
        }
        let evidence = self.evidence_bits();
        if evidence.is_infinite() {
            // The answer that is proof is the one that never comes without an attack.
            return Ok(rational::to_f64(&self.youden()).abs().recip());
        }
        Ok((-error.log2() / evidence).max(1.0))
    }

    /// The share of alarms that are true, `π TPR / (π TPR + (1-π) FPR)`, exact; `base_rate` is `π`, the share of
    /// attacks among all queries.
    ///
    /// # Errors
    /// [`BitsError`] if `base_rate` is no probability, or there are no alarms.
    pub fn precision(&self, base_rate: &Rational) -> Result<Rational, BitsError> {
        probability("a base rate", base_rate)?;
        let attacks = base_rate * &self.true_positive;
        let alarms = &attacks + (Rational::ONE - base_rate) * &self.false_positive;
        if alarms.is_zero() { Err(BitsError::NoAlarm) } else { Ok(attacks / alarms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    fn detector(true_positive: &str, false_positive: &str) -> Detector {
        let [t, f] = [true_positive, false_positive].map(|text| parse(text).expect("a number"));
        Detector::new(t, f).expect("a detector")
    }

    #[test]
    fn ends_have_their_limits() {
        for (rates, evidence, queries) in [
            (("0.3", "0.3"), 0.0, f64::INFINITY),
            (("0.25", "0"), f64::INFINITY, 4.0),
            (("0.75", "1"), f64::INFINITY, 4.0),
            (("0", "0"), 0.0, f64::INFINITY),
            (("1", "1"), 0.0, f64::INFINITY),
            (("1", "0.5"), 1.0, 10.0),
            (("0", "0.5"), 1.0, 10.0),
            (("1", "1/1048576"), 20.0, 1.0),
        ] {
            let detector = detector(rates.0, rates.1);
            let close = |found: f64, expected: f64| {
                // Zero and infinity are met exactly.
                found.total_cmp(&expected).is_eq() || (found / expected - 1.0).abs() < 1e-14
            };
            assert!(close(detector.evidence_bits(), evidence), "{rates:?} {}", detector.evidence_bits());
            let found = detector.queries_to_identify(1.0 / 1024.0).expect("a number");
            assert!(close(found, queries), "{rates:?} {found}");
        }
    }

    #[test]
    fn nearly_blind_detectors_keep_their_digits() {
        // D(p + d || p) = d² / (2 p (1-p) ln 2) (1 + O(d)).
        let evidence = detector("0.50000000001", "0.5").evidence_bits();
        assert!((evidence / (2.0 * 1e-22 / LN_2) - 1.0).abs() < 1e-10, "{evidence}");
    }

    #[test]
    fn bad_numbers_are_refused() {
        assert!(matches!(detector("0.1", "0.2").advantage(), Err(BitsError::WorseThanBlind { .. })));
        let half = Rational::ONE / Rational::from(2);
        assert_eq!(detector("0.9", "0").precision(&Rational::ZERO), Err(BitsError::NoAlarm));
        assert_eq!(detector("0.9", "0").precision(&half), Ok(Rational::ONE));
        assert!(detector("0.9", "0").precision(&Rational::from(2)).is_err());
        assert!(
            Detector::new(Rational::from(2), half.clone()).is_err() && Detector::new(half, -Rational::ONE).is_err()
        );
        for error in [f64::NAN, 0.0, 1.0, -1.0, f64::INFINITY] {
            assert!(detector("0.9", "0.1").queries_to_identify(error).is_err(), "{error}");
        }
    }
}
