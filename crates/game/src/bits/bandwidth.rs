//! [`Bandwidth`]: the entropy of the actions still allowed, for the attacker and for the user apart.
//!
//! Our reading of bandwidth as an authorised pathway (module docs), not a measurement of the paper. A constraint is
//! good if it takes actions from plans that an attacker controls and leaves those of the user's task; one number cannot
//! say that, two can.

use crate::bits::error::BitsError;
use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// Entropy of an allowed set, `log2` of its size, in bits: what a plan that may choose freely can express.
///
/// # Errors
/// [`BitsError::Empty`] for the empty set. Where only refusing is left, that is the one action: 0 bits.
pub fn allowed_bits(actions: u64) -> Result<f64, BitsError> {
    if actions == 0 {
        return Err(BitsError::Empty { what: "allowed action (refusing is one)" });
    }
    Ok((actions as f64).log2())
}

/// Shannon entropy of a distribution over the allowed actions, in bits, in [0, `log2` of the support's size].
///
/// The absolute error is below 2^-50 per bit and action.
#[must_use]
pub fn entropy_bits(actions: &MixedStrategy) -> f64 {
    let term = |position| {
        let p = actions.probability(position);
        let double = rational::to_f64(&p);
        // Near 1 the complement is the accurate number; what underflows contributes nothing.
        let log = if double > 0.5 { (-rational::to_f64(&(Rational::ONE - p))).ln_1p() } else { double.ln() };
        if double == 0.0 { 0.0 } else { -double * log / std::f64::consts::LN_2 }
    };
    // Folded from +0, since an empty sum of doubles is -0.
    actions.support().into_iter().map(term).fold(0.0, |sum, term| sum + term)
}

/// Bits of allowed actions, for each side; both at least 0.
///
/// # Examples
/// A tool filter leaves 4 of 64 tools to a plan that came with a retrieved document, and 32 to the user's task.
/// ```
/// use saddlepoint_game::bits::Bandwidth;
///
/// let before = Bandwidth::of_sets(64, 64)?;
/// let cut = before.cut_to(&Bandwidth::of_sets(4, 32)?);
/// assert_eq!((cut.attacker, cut.user), (4.0, 1.0));
/// # Ok::<(), saddlepoint_game::bits::BitsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bandwidth {
    /// Of plans that the attacker controls.
    pub attacker: f64,
    /// Of the user's task.
    pub user: f64,
}

impl Bandwidth {
    /// By the number of allowed actions.
    ///
    /// # Errors
    /// [`BitsError::Empty`] as [`allowed_bits`].
    pub fn of_sets(attacker: u64, user: u64) -> Result<Self, BitsError> {
        Ok(Self { attacker: allowed_bits(attacker)?, user: allowed_bits(user)? })
    }

    /// By the distributions over allowed actions.
    #[must_use]
    pub fn of_mixes(attacker: &MixedStrategy, user: &MixedStrategy) -> Self {
        Self { attacker: entropy_bits(attacker), user: entropy_bits(user) }
    }

    /// What a constraint takes from each side, in bits; negative where it adds.
    #[must_use]
    pub fn cut_to(&self, after: &Self) -> Self {
        Self { attacker: self.attacker - after.attacker, user: self.user - after.user }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    fn mix(texts: &[&str]) -> MixedStrategy {
        MixedStrategy::exact(texts.iter().map(|text| parse(text).expect("a number")).collect()).expect("a mix")
    }

    #[test]
    fn sets_and_distributions_agree_where_they_must() {
        assert_eq!(allowed_bits(1), Ok(0.0));
        assert_eq!(allowed_bits(u64::MAX), Ok(64.0));
        assert!(allowed_bits(0).is_err() && Bandwidth::of_sets(0, 1).is_err() && Bandwidth::of_sets(1, 0).is_err());
        assert!((entropy_bits(&mix(&["1/4"; 4])) - 2.0).abs() < 1e-15);
        assert!((entropy_bits(&mix(&["1/2", "1/4", "1/8", "1/8", "0"])) - 1.75).abs() < 1e-15);
        let certain = entropy_bits(&mix(&["0", "1"]));
        assert!(certain == 0.0 && certain.is_sign_positive());
        let sides = Bandwidth::of_mixes(&mix(&["1/2", "1/2"]), &mix(&["1"]));
        assert!((sides.attacker - 1.0).abs() < 1e-15 && sides.user == 0.0, "{sides:?}");
    }

    #[test]
    fn rare_actions_keep_their_digits() {
        // h(p) = p log2(1/p) + p/ln 2 - p²/(2 ln 2) + …
        let tiny = Rational::ONE / Rational::from(1_u64 << 60);
        let entropy = entropy_bits(&MixedStrategy::exact(vec![Rational::ONE - &tiny, tiny]).expect("a mix"));
        let expected = (60.0 + std::f64::consts::LOG2_E) / 2.0_f64.powi(60);
        assert!((entropy / expected - 1.0).abs() < 1e-15, "{entropy}");
    }
}
