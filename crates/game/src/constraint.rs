//! [`Game`]: a loss matrix together with the limits that bind the defender's mix in expectation.

use std::sync::Arc;

use crate::expected::{Side, expected};
use crate::matrix::LossMatrix;
use crate::payoffs::{Payoffs, short_gcd, short_numerator};
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// Whether the expected metric may not exceed its bound, or may not fall below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// `Σ_j y_j c_j ≤ B`, written `max` in scenarios.
    Cap,
    /// `Σ_j y_j c_j ≥ B`, written `min` in scenarios.
    Floor,
}

impl Sense {
    /// The key in scenarios and results: `max` or `min`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cap => "max",
            Self::Floor => "min",
        }
    }
}

/// A limit on an expected metric of the defender's mix, such as over-refusal ≤ 0.2 or utility ≥ 0.55.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Name in results and messages.
    pub name: String,
    /// The metric that is limited.
    pub metric: String,
    /// Cap or floor.
    pub sense: Sense,
    /// The bound, in the metric's unit.
    pub bound: Rational,
    /// The metric of each defence, in column order and in the metric's unit.
    pub coefficients: Arc<[Rational]>,
}

impl Constraint {
    /// How far one defence lies past the bound: `c_j - B` for a cap, `B - c_j` for a floor; positive breaks it.
    ///
    /// A defence without a coefficient counts as exactly at the bound.
    #[must_use]
    pub fn excess(&self, defence: usize) -> Rational {
        let Some(coefficient) = self.coefficients.get(defence) else { return Rational::ZERO };
        self.signed(coefficient - &self.bound)
    }

    /// [`Constraint::excess`] of the first so many defences.
    ///
    /// Published metrics are decimals, so this is a subtraction of 64-bit integers over one common denominator, not
    /// always the least; whatever does not fit is subtracted as rationals.
    #[must_use]
    pub fn excesses(&self, defences: usize) -> Payoffs {
        let integers = || {
            let numbers = || self.coefficients.iter().chain([&self.bound]);
            let common = numbers().try_fold(1, short_lcm)?;
            let bound = short_numerator(&self.bound, common)?;
            let excess = |defence| {
                let Some(coefficient) = self.coefficients.get(defence) else { return Some(0) };
                let coefficient = short_numerator(coefficient, common)?;
                match self.sense {
                    Sense::Cap => coefficient.checked_sub(bound),
                    Sense::Floor => bound.checked_sub(coefficient),
                }
            };
            let numerators = (0..defences).map(excess).collect::<Option<_>>()?;
            Some(Payoffs::Fixed { numerators, denominator: common })
        };
        integers().unwrap_or_else(|| Payoffs::new((0..defences).map(|defence| self.excess(defence)).collect()))
    }

    /// The expected metric of a mix.
    #[must_use]
    pub fn attained(&self, defender: &MixedStrategy) -> Rational {
        defender.expectation(&self.coefficients)
    }

    /// Whether a mix satisfies the limit exactly.
    #[must_use]
    pub fn allows(&self, defender: &MixedStrategy) -> bool {
        holds(&self.excesses(defender.len()), defender)
    }

    fn signed(&self, difference: Rational) -> Rational {
        match self.sense {
            Sense::Cap => difference,
            Sense::Floor => -difference,
        }
    }
}

/// Whether the expected excess of a mix over as many defences is not positive.
pub(crate) fn holds(excesses: &Payoffs, defender: &MixedStrategy) -> bool {
    expected(excesses, defender.len(), Side::Rows, defender).max() <= Rational::ZERO
}

/// The least common multiple with a denominator; `None` beyond 63 bits.
fn short_lcm(common: u64, number: &Rational) -> Option<u64> {
    let denominator = u64::try_from(number.denominator()).ok()?;
    if common.is_multiple_of(denominator) {
        return Some(common);
    }
    let shared = short_gcd(common.into(), denominator.into());
    let common = u128::from(common) / shared * u128::from(denominator);
    i64::try_from(common).ok().map(i64::cast_unsigned)
}

/// What is solved: `min_y max_i Σ_j L[i][j] y_j` over mixes `y` that satisfy every constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Game {
    /// The defender's loss.
    pub loss: LossMatrix,
    /// Limits on the defender's mix, possibly none.
    pub constraints: Vec<Constraint>,
}

impl Game {
    /// A game without constraints.
    #[must_use]
    pub fn new(loss: LossMatrix) -> Self {
        Self { loss, constraints: Vec::new() }
    }

    /// Whether a single defence satisfies every constraint by itself.
    #[must_use]
    pub fn allows_defence(&self, defence: usize) -> bool {
        self.constraints.iter().all(|constraint| constraint.excess(defence) <= Rational::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rational::parse;

    fn constraint(sense: Sense, bound: Rational, coefficients: Vec<Rational>) -> Constraint {
        let (name, metric) = ("limit".to_owned(), "metric".to_owned());
        Constraint { name, metric, sense, bound, coefficients: coefficients.into() }
    }

    proptest! {
        /// Integers and rationals are two programs for the same excesses, and decide alike about mixes at the bound.
        #[test]
        fn excesses_are_differences(
            coefficients in prop::collection::vec((-1000_i64..1000, 1_u64..200), 1..8),
            bound in (-1000_i64..1000, 1_u64..200),
            is_cap in any::<bool>(),
            weights in prop::collection::vec(0.01..1.0_f64, 8),
            long in any::<bool>(),
        ) {
            let unit = if long { parse("1/100000000000000000003").expect("a number") } else { Rational::ONE };
            let number = |(p, q): &(i64, u64)| Rational::from_parts((*p).into(), (*q).into()) + &unit;
            let sense = if is_cap { Sense::Cap } else { Sense::Floor };
            let mut limit = constraint(sense, number(&bound), coefficients.iter().map(number).collect());
            let n = coefficients.len();
            let slow: Vec<_> = (0..=n).map(|j| limit.excess(j)).collect();
            prop_assert_eq!(limit.excesses(n + 1).to_rationals(), slow);
            let mix = MixedStrategy::rounded(&weights[..n]).expect("mass");
            let attained = limit.attained(&mix);
            let step = parse("1e-60").expect("a number");
            for (bound, allowed) in [
                (attained.clone(), true),
                (if is_cap { &attained - &step } else { &attained + &step }, false),
                (if is_cap { &attained + &step } else { &attained - &step }, true),
            ] {
                limit.bound = bound;
                prop_assert_eq!(limit.allows(&mix), allowed);
            }
        }
    }
}
