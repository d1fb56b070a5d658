//! [`Axes`]: attack and defence as moves on bandwidth, signal and noise, `C = B log2(1 + S/N)`.
//!
//! Our reading of the picture (module docs), not a measurement of the paper, and no statement about a Gaussian channel.
//! For one attempt it is exact: with `S/N = J` and `B` uses, `C` is the Bayes capacity of those uses.

use crate::bits::advantage::Advantage;
use crate::bits::error::{BitsError, not_negative, positive};
use crate::bits::logarithm::{elasticity, log2_1p};

/// Which term of the capacity is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// `B`. A defence lowers the attacker's: rate limits, fewer tools, agents, turns, retrieved passages.
    Bandwidth,
    /// `S`. A defence lowers the success of attacks.
    Signal,
    /// `N`. A defence perturbs or randomises what an attacker learns; an attack perturbs what the system sees.
    Noise,
}

/// A change of one term by a factor: below 1 lowers it, above 1 raises it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// The term.
    pub axis: Axis,
    /// What it is multiplied by: finite, at least 0, for noise positive.
    pub factor: f64,
}

/// A point of the three axes. Whose channel it is, the attacker's or the user's, is the caller's to say.
///
/// # Examples
/// ```
/// use saddlepoint_game::bits::{Axes, Axis, Move};
///
/// let open = Axes::new(16.0, 3.0, 1.0)?;
/// assert_eq!(open.capacity_bits(), 32.0);
/// // A rate limit halves the uses; then noise is raised threefold.
/// let moves = [Move { axis: Axis::Bandwidth, factor: 0.5 }, Move { axis: Axis::Noise, factor: 3.0 }];
/// assert_eq!(open.after(&moves)?.capacity_bits(), 8.0);
/// # Ok::<(), saddlepoint_game::bits::BitsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    bandwidth: f64,
    signal: f64,
    noise: f64,
}

impl Axes {
    /// A point: bandwidth in uses, at least 0; signal at least 0 and noise positive, in one unit.
    ///
    /// # Errors
    /// [`BitsError::OutOfRange`] outside those ranges, or if a number is not finite.
    pub fn new(bandwidth: f64, signal: f64, noise: f64) -> Result<Self, BitsError> {
        let (bandwidth, signal) = (not_negative("bandwidth", bandwidth)?, not_negative("signal", signal)?);
        Ok(Self { bandwidth, signal, noise: positive("noise", noise)? })
    }

    /// The point at which the capacity is that of `uses` attempts: `S = J`, `N = 1`.
    ///
    /// # Errors
    /// [`BitsError::OutOfRange`] unless `uses` is finite and at least 0.
    pub fn of_attempts(advantage: &Advantage, uses: f64) -> Result<Self, BitsError> {
        Self::new(uses, advantage.to_f64(), 1.0)
    }

    /// The number on an axis.
    #[must_use]
    pub fn get(&self, axis: Axis) -> f64 {
        match axis {
            Axis::Bandwidth => self.bandwidth,
            Axis::Signal => self.signal,
            Axis::Noise => self.noise,
        }
    }

    /// `B log2(1 + S/N)`, in bits, at least 0; infinite only where the product exceeds the range of doubles.
    #[must_use]
    pub fn capacity_bits(&self) -> f64 {
        let ratio = self.signal / self.noise;
        let bits = if ratio.is_finite() { log2_1p(ratio) } else { self.signal.log2() - self.noise.log2() };
        self.bandwidth * bits
    }

    /// The point after some moves; their order does not matter, except to the last digits.
    ///
    /// # Errors
    /// [`BitsError::OutOfRange`] if a factor, or what it leads to, is outside its range.
    pub fn after(&self, moves: &[Move]) -> Result<Self, BitsError> {
        moves.iter().try_fold(*self, |point, Move { axis, factor }| {
            let on = |this: Axis| if this == *axis { point.get(this) * factor } else { point.get(this) };
            not_negative("the factor of a move", *factor)?;
            Self::new(on(Axis::Bandwidth), on(Axis::Signal), on(Axis::Noise))
        })
    }

    /// Percent of capacity per percent of a term: 1 for bandwidth, `x / ((1+x) ln(1+x))` with `x = S/N` for signal,
    /// minus that for noise. So bandwidth is the strongest axis; the others come near it only where `S/N` is small.
    #[must_use]
    pub fn elasticity(&self, axis: Axis) -> f64 {
        match axis {
            Axis::Bandwidth => 1.0,
            Axis::Signal => elasticity(self.signal / self.noise),
            Axis::Noise => -elasticity(self.signal / self.noise),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    #[test]
    fn attempts_are_a_point() {
        let advantage = Advantage::new(parse("0.2645").expect("a number")).expect("an advantage");
        let point = Axes::of_attempts(&advantage, 16.0).expect("a point");
        assert_eq!(Ok(point.capacity_bits()), advantage.bits_over(16.0));
        assert_eq!(Some(point.elasticity(Axis::Signal)), Some(advantage.elasticity()));
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
            assert!(Axes::new(bad, 1.0, 1.0).is_err(), "{bad}");
            assert!(Axes::new(1.0, bad, 1.0).is_err(), "{bad}");
            assert!(Axes::new(1.0, 1.0, bad).is_err(), "{bad}");
            let point = Axes::new(1.0, 1.0, 1.0).expect("a point");
            for axis in [Axis::Bandwidth, Axis::Signal, Axis::Noise] {
                assert!(point.after(&[Move { axis, factor: bad }]).is_err(), "{bad} {axis:?}");
            }
        }
        let point = Axes::new(1.0, 1.0, 1.0).expect("a point");
        assert!(Axes::new(1.0, 1.0, 0.0).is_err());
        assert!(point.after(&[Move { axis: Axis::Noise, factor: 0.0 }]).is_err());
        assert!(point.after(&[Move { axis: Axis::Signal, factor: f64::MAX }; 2]).is_err());
    }

    #[test]
    fn no_point_gives_a_number_that_is_none() {
        for bandwidth in [0.0, 1.0, f64::MAX] {
            for signal in [0.0, f64::MIN_POSITIVE, f64::MAX] {
                for noise in [f64::MIN_POSITIVE, 1.0, f64::MAX] {
                    let point = Axes::new(bandwidth, signal, noise).expect("a point");
                    assert!(point.capacity_bits() >= 0.0, "{point:?}");
                    assert!((0.0..=1.0).contains(&point.elasticity(Axis::Signal)), "{point:?}");
                }
            }
        }
        let far = Axes::new(1.0, f64::MAX, f64::MIN_POSITIVE).expect("a point");
        assert!((far.capacity_bits() - (1024.0 + 1022.0)).abs() < 1e-9, "{far:?}");
    }
}
