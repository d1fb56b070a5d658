//! Games of limits: what the true rates are below, or above, all at once.
//!
//! 1. `N` counted cells; each gets a one-sided limit at error `δ / N`.
//! 2. By the union bound, all true rates are within their limits with probability at least `1 - δ`, however the cells
//!    depend on each other.
//! 3. The value is monotone in every cell and so is the worst loss of a mix. With that probability the value `V+` of the
//!    upper limits is at least the true value, and its mix loses at most `V+` in the true game: the mix was chosen after
//!    seeing the counts, but the event speaks of all cells and hence of all mixes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::count::Count;
use super::error::NoiseError;
use super::interval::check_miss;
use super::tally::Tally;
use crate::rational::Rational;

/// A side on which limits stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Below the true rates: what the attacker can be sure of.
    Lower,
    /// Above them: what the defender can be sure of.
    Upper,
}

impl Tally {
    /// The upper or the lower limits, which no true rate is beyond with probability at least `1 - miss`.
    ///
    /// That holds for one side. Both sides together hold with probability at least `1 - 2 miss`.
    ///
    /// # Errors
    /// [`NoiseError::Miss`] unless `0 < miss < 1`.
    ///
    /// # Complexity
    /// As one limit, for each count that differs.
    pub fn limits(&self, side: Side, miss: f64) -> Result<Vec<Rational>, NoiseError> {
        check_miss(miss)?;
        // Rounded down, so that the parts are at most the whole; never 0.
        let part = (miss / self.counts().len().max(1) as f64).next_down().max(f64::MIN_POSITIVE);
        let limit = |count: Count| match side {
            Side::Lower => count.lower_limit(part),
            Side::Upper => count.upper_limit(part),
        };
        let mut known = BTreeMap::new();
        let of = |count: &Count| match known.entry((count.successes(), count.trials())) {
            Entry::Occupied(found) => Ok(Rational::clone(found.get())),
            Entry::Vacant(place) => Ok(place.insert(limit(*count)?).clone()),
        };
        self.counts().iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::count::Origin;
    use super::*;
    use crate::rational::parse;

    #[test]
    fn the_error_is_shared_by_the_counts() {
        let count = |k| Count::new(k, 40, Origin::Measured).expect("a count");
        let number = |text| parse(text).expect("a number");
        let tally = Tally::new([0, 17, 40].map(|k| (k, count(k))).to_vec());
        let (upper, lower) = (tally.limits(Side::Upper, 0.06), tally.limits(Side::Lower, 0.06));
        for ((k, upper), lower) in [0, 17, 40].into_iter().zip(upper.expect("limits")).zip(lower.expect("limits")) {
            // Three counts share 6 %; the part is rounded down, by less than a step of the grid.
            let near = |limit: &Rational, found: &Rational| (limit - found) <= number("1e-9") && limit <= found;
            assert!(near(&count(k).upper_limit(0.02).expect("a limit"), &upper));
            assert!(near(&lower, &count(k).lower_limit(0.02).expect("a limit")));
        }
        assert_eq!(tally.limits(Side::Upper, 0.0), Err(NoiseError::Miss));
        // An error too small for a double still has limits.
        assert!(tally.limits(Side::Upper, f64::MIN_POSITIVE).is_ok());
    }
}
