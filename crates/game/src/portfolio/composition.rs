//! [`Composition`]: what share of attempts a stack of defences lets pass.
//!
//! Every rule below is, as a function of the undefended rate `s` with the single rates held, `s` itself up to the least
//! single rate, and does not rise beyond it. So with rates known only as intervals the largest value is at the upper
//! single rates and at the `s` nearest to the least of them, and the smallest at the lower ones and at an end of `s`.

use crate::portfolio::error::PortfolioError;
use crate::rational::{self, Rational};

/// Which end of what is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// The least loss.
    Lowest,
    /// The greatest loss.
    Highest,
}

/// A share of attempts, exact or between two ends, in [0, 1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    low: Rational,
    high: Rational,
}

impl Rate {
    /// A measured rate.
    #[must_use]
    pub fn exact(rate: Rational) -> Self {
        Self { low: rate.clone(), high: rate }
    }

    /// A rate known to be between two ends.
    #[must_use]
    pub fn between(low: Rational, high: Rational) -> Self {
        Self { low, high }
    }

    /// A rate of which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self { low: Rational::ZERO, high: Rational::ONE }
    }

    /// One end.
    #[must_use]
    pub fn at(&self, end: End) -> &Rational {
        match end {
            End::Lowest => &self.low,
            End::Highest => &self.high,
        }
    }

    /// Whether both ends are one number.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }

    pub(super) fn check(&self, what: &'static str) -> Result<(), PortfolioError> {
        if Rational::ZERO <= self.low && self.low <= self.high && self.high <= Rational::ONE {
            return Ok(());
        }
        let found = format!("[{}, {}]", rational::to_text(&self.low), rational::to_text(&self.high));
        Err(PortfolioError::Range { what, found })
    }
}

/// How the rates of single defences compose to that of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Composition {
    /// Given that the attack works undefended, the layers pass it independently: `s Π (p_d / s)`.
    Independent,
    /// Each layer only blocks, nothing else is known (Fréchet): from `max(0, Σ p_d - (k-1) s)` to `min p_d`.
    Bounds,
    /// With probability `ρ` in [0, 1] all layers share one uniform draw, else they draw independently:
    /// `(1-ρ) s Π (p_d / s) + ρ min p_d`, affine in `ρ`.
    ///
    /// Let layer `d` pass an attack that works undefended if its draw is below `q_d = p_d / s`. On a shared draw all
    /// layers pass it with probability `min q_d`, on independent draws with `Π q_d`, and each layer alone passes it
    /// with `q_d` either way, so the single rates stay as measured. The covariance of two layers' passing is
    /// `ρ (min(q_1, q_2) - q_1 q_2)`; for layers of equal rate `q` that is `ρ q (1-q)`, hence the correlation is exactly
    /// `ρ` (for different rates `ρ` times the largest correlation that these rates admit).
    Correlated(Rational),
}

impl Composition {
    /// One end of what a stack lets pass: `undefended` without it, `singles` with each defence alone.
    ///
    /// # Examples
    /// ```
    /// use saddlepoint_game::portfolio::{Composition, End, Rate};
    /// use saddlepoint_game::rational::parse;
    ///
    /// let [s, p, q] = ["0.5", "0.2", "0.4"].map(|text| Rate::exact(parse(text).expect("a number")));
    /// assert_eq!(Composition::Independent.rate(&s, &[&p, &q], End::Highest), parse("0.16")?);
    /// assert_eq!(Composition::Bounds.rate(&s, &[&p, &q], End::Lowest), parse("0.1")?);
    /// assert_eq!(Composition::Correlated(parse("1/4")?).rate(&s, &[&p, &q], End::Lowest), parse("0.17")?);
    /// # Ok::<(), saddlepoint_game::rational::NumberError>(())
    /// ```
    #[must_use]
    pub fn rate(&self, undefended: &Rate, singles: &[&Rate], end: End) -> Rational {
        let least = match singles {
            [] => return undefended.at(end).clone(),
            [single] => return single.at(end).clone(),
            [first, rest @ ..] => rest.iter().fold(first.at(end), |least, single| least.min(single.at(end))),
        };
        let at = |s: &Rational| self.stacked(s, singles.iter().map(|single| single.at(end)), end);
        match end {
            End::Highest => at(least.clamp(&undefended.low, &undefended.high)),
            End::Lowest if undefended.is_exact() => at(&undefended.low),
            End::Lowest => rational::min(at(&undefended.low), at(&undefended.high)),
        }
    }

    /// The rule itself, at exact rates of at least one defence.
    fn stacked<'a>(&self, s: &'a Rational, singles: impl Iterator<Item = &'a Rational> + Clone, end: End) -> Rational {
        let clipped = singles.map(|single| single.min(s));
        let least = || clipped.clone().fold(s.clone(), |least, single| rational::min(least, single.clone()));
        let independent = || {
            if s.is_zero() {
                return Rational::ZERO;
            }
            clipped.clone().fold(s.clone(), |rate, single| if single == s { rate } else { rate * single / s })
        };
        match (self, end) {
            (Self::Independent, _) => independent(),
            (Self::Bounds, End::Highest) => least(),
            (Self::Bounds, End::Lowest) => {
                let left = clipped.clone().fold(s.clone(), |left, single| left - (s - single));
                rational::max(left, Rational::ZERO)
            }
            (Self::Correlated(rho), _) => (Rational::ONE - rho) * independent() + rho * least(),
        }
    }

    pub(super) fn check(&self) -> Result<(), PortfolioError> {
        match self {
            Self::Correlated(rho) => Rate::exact(rho.clone()).check("the correlation"),
            Self::Independent | Self::Bounds => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate() -> impl Strategy<Value = Rate> {
        (0_u32..=20, 0_u32..=20).prop_map(|(a, b)| {
            let at = |k: u32| Rational::from(k) / Rational::from(20);
            Rate::between(at(a.min(b)), at(a.max(b)))
        })
    }

    fn points(rate: &Rate) -> Vec<Rational> {
        (0..=6).map(|k| &rate.low + (&rate.high - &rate.low) * Rational::from(k) / Rational::from(6)).collect()
    }

    proptest! {
        /// Fréchet's bounds contain the other rules, and these are ordered by `ρ`.
        #[test]
        fn bounds_contain_the_rules(s in rate(), p in prop::collection::vec(rate(), 2..5), rho in 0_u32..=8) {
            let singles: Vec<_> = p.iter().collect();
            let rate = |rule: Composition, end| rule.rate(&s, &singles, end);
            let rho = Rational::from(rho) / Rational::from(8);
            let mixed = |end| rate(Composition::Correlated(rho.clone()), end);
            let low = rate(Composition::Bounds, End::Lowest);
            let high = rate(Composition::Bounds, End::Highest);
            let independent = |end| rate(Composition::Independent, end);
            prop_assert!(low <= independent(End::Lowest) && independent(End::Lowest) <= mixed(End::Lowest));
            prop_assert!(independent(End::Highest) <= mixed(End::Highest) && mixed(End::Highest) <= high);
            prop_assert!(Rational::ZERO <= low && high <= Rational::ONE);
        }

        /// Whatever rates the intervals hold, the rule stays within the ends computed from them.
        #[test]
        fn intervals_contain_their_points(s in rate(), p in rate(), q in rate(), rho in 0_u32..=2) {
            for rule in [
                Composition::Independent,
                Composition::Bounds,
                Composition::Correlated(Rational::from(rho) / Rational::from(2)),
            ] {
                let ends = [End::Lowest, End::Highest].map(|end| rule.rate(&s, &[&p, &q], end));
                for (s, p) in points(&s).into_iter().flat_map(|s| points(&p).into_iter().map(move |p| (s.clone(), p))) {
                    let [s, p] = [s, p].map(Rate::exact);
                    for q in points(&q).into_iter().map(Rate::exact) {
                        prop_assert!(ends[0] <= rule.rate(&s, &[&p, &q], End::Lowest));
                        prop_assert!(rule.rate(&s, &[&p, &q], End::Highest) <= ends[1]);
                    }
                }
            }
        }

        /// A further layer never lets more pass than the stack did, from two layers on.
        #[test]
        fn a_layer_never_hurts(s in rate(), p in prop::collection::vec(rate(), 3..5), rho in 0_u32..=2) {
            let singles: Vec<_> = p.iter().collect();
            for end in [End::Lowest, End::Highest] {
                for rule in [
                    Composition::Independent,
                    Composition::Bounds,
                    Composition::Correlated(Rational::from(rho) / Rational::from(2)),
                ] {
                    prop_assert!(rule.rate(&s, &singles, end) <= rule.rate(&s, &singles[1..], end));
                }
            }
        }
    }
}
