//! [`MixedStrategy`]: exact probabilities over one player's pure strategies.
//!
//! Doubles cannot carry an exact certificate, so a mix that a solver found in doubles is rounded to k/2^53 with the sum
//! exactly 1, and everything proved afterwards is proved of that mix.

use dashu_int::{IBig, UBig};

use crate::rational::{self, Rational};

/// Denominator of rounded mixes: the number of equal steps in [0, 1] that a double resolves everywhere.
pub const DYADIC_ONE: u64 = 1 << 53;

/// The exact probability `numerator / 2^53`.
#[must_use]
pub fn dyadic(numerator: u64) -> Rational {
    Rational::from_parts(IBig::from(numerator), UBig::from(DYADIC_ONE))
}

/// Why numbers are not a mixed strategy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrategyError {
    /// No strategy to choose from.
    #[error("a mixed strategy needs at least one pure strategy")]
    Empty,
    /// A probability below zero.
    #[error("probability {position} is negative ({value})")]
    Negative {
        /// Position, from 0.
        position: usize,
        /// The offending number.
        value: String,
    },
    /// The probabilities do not sum to exactly 1.
    #[error("the probabilities sum to {sum}, not to 1")]
    Sum {
        /// The exact sum.
        sum: String,
    },
    /// Doubles without positive mass, or not finite.
    #[error("no positive finite probability mass")]
    NoMass,
}

/// Probabilities that are at least 0 and sum to exactly 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MixedStrategy {
    weights: Weights,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Weights {
    /// Numerators over 2^53; they sum to exactly 2^53.
    Dyadic(Vec<u64>),
    Rational(Vec<Rational>),
}

impl MixedStrategy {
    /// All mass on one of `count` pure strategies; the last one if `position` is past the end.
    ///
    /// # Errors
    /// [`StrategyError::Empty`] if `count` is 0.
    pub fn pure(count: usize, position: usize) -> Result<Self, StrategyError> {
        let last = count.checked_sub(1).ok_or(StrategyError::Empty)?;
        let mut numerators = vec![0; count];
        numerators[position.min(last)] = DYADIC_ONE;
        Ok(Self { weights: Weights::Dyadic(numerators) })
    }

    /// Exact probabilities.
    ///
    /// # Errors
    /// [`StrategyError`] if there is none, one is negative, or they do not sum to exactly 1.
    pub fn exact(probabilities: Vec<Rational>) -> Result<Self, StrategyError> {
        if probabilities.is_empty() {
            return Err(StrategyError::Empty);
        }
        if let Some(position) = probabilities.iter().position(|p| *p < Rational::ZERO) {
            let value = rational::to_text(&probabilities[position]);
            return Err(StrategyError::Negative { position, value });
        }
        let sum = probabilities.iter().fold(Rational::ZERO, |sum, p| sum + p);
        if sum != Rational::ONE {
            return Err(StrategyError::Sum { sum: rational::to_fraction(&sum) });
        }
        Ok(Self { weights: Weights::Rational(probabilities) })
    }

    /// Doubles, in any positive scale, rounded to k/2^53 with the sum exactly 1.
    ///
    /// Negative entries (a solver's round-off) count as 0; what rounding leaves over goes to the largest probability.
    ///
    /// # Errors
    /// [`StrategyError::NoMass`] if no entry is positive or one is not finite; [`StrategyError::Empty`] if there is none.
    pub fn rounded(probabilities: &[f64]) -> Result<Self, StrategyError> {
        if probabilities.is_empty() {
            return Err(StrategyError::Empty);
        }
        let mass: f64 = probabilities.iter().map(|p| p.max(0.0)).sum();
        if !mass.is_finite() || mass <= 0.0 || probabilities.iter().any(|p| !p.is_finite()) {
            return Err(StrategyError::NoMass);
        }
        // Each quotient is in [0, 1], so its product with 2^53 is an integer-sized double of at most 2^53.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let mut numerators: Vec<u64> =
            probabilities.iter().map(|p| (p.max(0.0) / mass * DYADIC_ONE as f64).round() as u64).collect();
        settle(&mut numerators);
        Ok(Self { weights: Weights::Dyadic(numerators) })
    }

    /// Numerators over 2^53.
    ///
    /// # Errors
    /// [`StrategyError`] if there is none or they do not sum to exactly 2^53.
    pub fn dyadic(numerators: Vec<u64>) -> Result<Self, StrategyError> {
        if numerators.is_empty() {
            return Err(StrategyError::Empty);
        }
        let sum: u128 = numerators.iter().map(|&k| u128::from(k)).sum();
        if sum != u128::from(DYADIC_ONE) {
            let sum = Rational::from_parts(IBig::from(sum), UBig::from(DYADIC_ONE));
            return Err(StrategyError::Sum { sum: rational::to_fraction(&sum) });
        }
        Ok(Self { weights: Weights::Dyadic(numerators) })
    }

    /// Number of pure strategies, those with probability 0 included; at least 1.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // A mixed strategy is never empty.
    pub fn len(&self) -> usize {
        match &self.weights {
            Weights::Dyadic(numerators) => numerators.len(),
            Weights::Rational(probabilities) => probabilities.len(),
        }
    }

    /// The numerators over 2^53 if the mix was rounded to them.
    #[must_use]
    pub fn numerators(&self) -> Option<&[u64]> {
        match &self.weights {
            Weights::Dyadic(numerators) => Some(numerators),
            Weights::Rational(_) => None,
        }
    }

    /// The probabilities of a mix that was not rounded.
    pub(crate) fn rationals(&self) -> Option<&[Rational]> {
        match &self.weights {
            Weights::Dyadic(_) => None,
            Weights::Rational(probabilities) => Some(probabilities),
        }
    }

    /// The exact probability at a position; 0 past the end.
    #[must_use]
    pub fn probability(&self, position: usize) -> Rational {
        match &self.weights {
            Weights::Dyadic(numerators) => numerators.get(position).map_or(Rational::ZERO, |&k| dyadic(k)),
            Weights::Rational(probabilities) => probabilities.get(position).cloned().unwrap_or(Rational::ZERO),
        }
    }

    /// The exact probabilities, in order.
    #[must_use]
    pub fn probabilities(&self) -> Vec<Rational> {
        (0..self.len()).map(|position| self.probability(position)).collect()
    }

    /// The probabilities as the nearest doubles, in order.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        match &self.weights {
            // Both conversions are exact: k is at most 2^53.
            Weights::Dyadic(numerators) => numerators.iter().map(|&k| k as f64 / DYADIC_ONE as f64).collect(),
            Weights::Rational(probabilities) => probabilities.iter().map(rational::to_f64).collect(),
        }
    }

    /// Positions with positive probability (exactly), in order.
    #[must_use]
    pub fn support(&self) -> Vec<usize> {
        match &self.weights {
            Weights::Dyadic(numerators) => (0..numerators.len()).filter(|&k| numerators[k] > 0).collect(),
            Weights::Rational(probabilities) => {
                (0..probabilities.len()).filter(|&k| !probabilities[k].is_zero()).collect()
            }
        }
    }

    /// Expected value of one number per pure strategy; missing numbers count as 0.
    #[must_use]
    pub fn expectation(&self, values: &[Rational]) -> Rational {
        self.support()
            .into_iter()
            .filter_map(|k| values.get(k).map(|value| self.probability(k) * value))
            .fold(Rational::ZERO, |sum, term| sum + term)
    }
}

/// Makes numerators sum to 2^53 by adding to, or taking from, the largest ones.
fn settle(numerators: &mut [u64]) {
    let sum: u64 = numerators.iter().sum();
    let Some(largest) = (0..numerators.len()).max_by_key(|&k| (numerators[k], std::cmp::Reverse(k))) else { return };
    // Rounding errs by at most half a step per entry plus the error of the mass, far below the largest entry.
    numerators[largest] = numerators[largest].wrapping_add(DYADIC_ONE.wrapping_sub(sum));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rounded_mixes_sum_to_exactly_one(weights in prop::collection::vec(0.0..1.0_f64, 1..200)) {
            prop_assume!(weights.iter().any(|w| *w > 0.0));
            let mix = MixedStrategy::rounded(&weights).expect("mass");
            let sum = mix.probabilities().into_iter().fold(Rational::ZERO, |sum, p| sum + p);
            prop_assert_eq!(sum, Rational::ONE);
            let mass: f64 = weights.iter().sum();
            for (rounded, weight) in mix.to_f64().iter().zip(&weights) {
                prop_assert!((rounded - weight / mass).abs() < 1e-13);
            }
        }
    }

    #[test]
    fn invalid_mixes_are_refused() {
        assert_eq!(MixedStrategy::rounded(&[]), Err(StrategyError::Empty));
        assert_eq!(MixedStrategy::rounded(&[0.0, -1.0]), Err(StrategyError::NoMass));
        assert_eq!(MixedStrategy::rounded(&[f64::INFINITY]), Err(StrategyError::NoMass));
        let half = || rational::parse("1/2").expect("a number");
        assert!(matches!(MixedStrategy::exact(vec![half()]), Err(StrategyError::Sum { .. })));
        assert!(matches!(
            MixedStrategy::exact(vec![half(), -half(), Rational::ONE]),
            Err(StrategyError::Negative { position: 1, .. })
        ));
        assert!(matches!(MixedStrategy::dyadic(vec![1]), Err(StrategyError::Sum { .. })));
    }

    #[test]
    fn zero_probabilities_stay_zero() {
        let mix = MixedStrategy::rounded(&[1e-9, 0.0, 3.0]).expect("mass");
        assert_eq!(mix.support(), vec![0, 2]);
    }
}
