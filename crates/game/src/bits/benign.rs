//! [`BenignRate`]: what is known of how often the bad outcome occurs without attack.

use crate::bits::error::{BitsError, probability};
use crate::rational::{self, Rational};

/// The benign rate `f` as a state of knowledge. There is no default: what is unknown stays unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BenignRate {
    /// Measured, or 0 because the bad outcome cannot occur benignly.
    Known(Rational),
    /// Assumed to be in an interval.
    Between {
        /// Lower end.
        lowest: Rational,
        /// Upper end.
        highest: Rational,
    },
    /// Neither measured nor assumed: nothing can be said in bits.
    Unknown,
}

/// A quantity at both ends of what is assumed of the benign rate; equal if the rate is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends<T> {
    /// At the lowest benign rate.
    pub at_lowest: T,
    /// At the highest benign rate.
    pub at_highest: T,
}

impl BenignRate {
    /// The usual assumption where nothing was measured: between 0 and half the success, `f` in [0, s/2].
    ///
    /// # Errors
    /// [`BitsError::NotAProbability`] if `success` is none.
    pub fn up_to_half(success: &Rational) -> Result<Self, BitsError> {
        probability("a success", success)?;
        Ok(Self::Between { lowest: Rational::ZERO, highest: success / Rational::from(2) })
    }

    /// A quantity at both ends.
    ///
    /// The quantity lies between the two wherever it is monotone in `f`. Everything here is: the advantage, its bits
    /// over any uses, the Shannon capacity and a game's value in bits fall with `f`, the elasticity rises.
    ///
    /// # Errors
    /// [`BitsError`] if the rate is unknown, an end is no probability, the ends are exchanged, or the quantity refuses
    /// an end (such as one above the success).
    pub fn ends<T>(&self, quantity: impl Fn(&Rational) -> Result<T, BitsError>) -> Result<Ends<T>, BitsError> {
        let (lowest, highest) = match self {
            Self::Known(rate) => (rate, rate),
            Self::Between { lowest, highest } => (lowest, highest),
            Self::Unknown => return Err(BitsError::UnknownBenignRate),
        };
        for end in [lowest, highest] {
            probability("a benign rate", end)?;
        }
        if lowest > highest {
            let [lowest, highest] = [lowest, highest].map(rational::to_text);
            return Err(BitsError::EmptyInterval { lowest, highest });
        }
        Ok(Ends { at_lowest: quantity(lowest)?, at_highest: quantity(highest)? })
    }
}

impl<T: PartialOrd> Ends<T> {
    /// The smaller and the larger end.
    #[must_use]
    pub fn range(self) -> (T, T) {
        if self.at_highest < self.at_lowest {
            (self.at_highest, self.at_lowest)
        } else {
            (self.at_lowest, self.at_highest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits::Advantage;
    use crate::rational::parse;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    #[test]
    fn nothing_is_said_without_an_assumption() {
        let exact = |benign: &Rational| Ok(Advantage::of(&[number("0.3")], benign)?.exact().clone());
        let between = |lowest, highest| BenignRate::Between { lowest: number(lowest), highest: number(highest) };
        assert_eq!(BenignRate::Unknown.ends(exact), Err(BitsError::UnknownBenignRate));
        let known = Ends { at_lowest: number("0.2"), at_highest: number("0.2") };
        assert_eq!(BenignRate::Known(number("0.1")).ends(exact), Ok(known));
        let assumed = BenignRate::up_to_half(&number("0.3")).expect("a success").ends(exact).expect("both ends");
        assert_eq!(assumed.range(), (number("0.15"), number("0.3")));
        assert!(matches!(between("0.2", "0.1").ends(exact), Err(BitsError::EmptyInterval { .. })));
        assert!(matches!(between("-0.2", "0.1").ends(exact), Err(BitsError::NotAProbability { .. })));
        assert!(matches!(between("0", "0.4").ends(exact), Err(BitsError::BelowBenign { .. })));
        assert!(BenignRate::up_to_half(&number("1.2")).is_err());
    }
}
