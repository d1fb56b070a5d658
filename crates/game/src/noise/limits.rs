//! Games of limits: what the true rates are below, or above, all at once.
//!
//! 1. `N` counted cells; each gets a one-sided limit at error `δ / N`.
//! 2. By the union bound, all true rates are within their limits with probability at least `1 - δ`, however the cells
//!    depend on each other.
//! 3. The value is monotone in every cell and so is the worst loss of a mix. With that probability the value `V+` of the
//!    upper limits is at least the true value, and its mix loses at most `V+` in the true game: the mix was chosen after
//!    seeing the counts, but the event speaks of all cells and hence of all mixes.

use super::count::Count;
use super::counts::{Cell, Counts, End, bound};
use super::error::NoiseError;
use super::interval::check_miss;
use crate::matrix::LossMatrix;
use crate::rational::Rational;

impl Counts {
    /// The game of the upper ([`End::High`]) or lower limits, which no true rate is beyond with probability at least
    /// `1 - miss`. Bounded cells have the bound of that end, and no part of the error.
    ///
    /// That holds for one side. Both sides together hold with probability at least `1 - 2 miss`.
    ///
    /// # Errors
    /// [`NoiseError::Miss`] unless `0 < miss < 1`.
    ///
    /// # Complexity
    /// As one limit, for each count that differs.
    pub fn limits(&self, side: End, miss: f64) -> Result<LossMatrix, NoiseError> {
        check_miss(miss)?;
        // Rounded down, so that the parts are at most the whole; never 0.
        let part = (miss / self.counted().count().max(1) as f64).next_down().max(f64::MIN_POSITIVE);
        let limit = |count: Count| match side {
            End::Low => count.lower_limit(part),
            End::High => count.upper_limit(part),
        };
        let mut distinct: Vec<(u64, u64)> = self.counted().map(|count| (count.successes(), count.trials())).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let mut known: Vec<Option<Rational>> = vec![None; distinct.len()];
        for count in self.counted() {
            if let Ok(place) = distinct.binary_search(&(count.successes(), count.trials()))
                && known[place].is_none()
            {
                known[place] = Some(limit(count)?);
            }
        }
        Ok(self.game(|cell| match cell {
            Cell::Bounded { low, high } => bound(low, high, side).clone(),
            Cell::Counted(count) => {
                let place = distinct.binary_search(&(count.successes(), count.trials())).ok();
                let found = place.and_then(|place| known[place].clone());
                found.unwrap_or(if side == End::Low { Rational::ZERO } else { Rational::ONE })
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::count::Origin;
    use super::*;
    use crate::matrix::numbered;
    use crate::rational::parse;

    #[test]
    fn the_error_is_shared_by_the_counted_cells() {
        let count = |k| Count::new(k, 40, Origin::Measured).expect("a count");
        let number = |text| parse(text).expect("a number");
        let unknown = Cell::Bounded { low: number("0.1"), high: number("0.9") };
        let cells = vec![Cell::Counted(count(0)), unknown, Cell::Counted(count(17)), Cell::Counted(count(40))];
        let counts = Counts::new(numbered("a", 2), numbered("d", 2), cells).expect("a table");
        let upper = counts.limits(End::High, 0.06).expect("limits").payoffs().to_rationals();
        let lower = counts.limits(End::Low, 0.06).expect("limits").payoffs().to_rationals();
        assert_eq!((&upper[1], &lower[1]), (&number("0.9"), &number("0.1")));
        for (position, k) in [(0, 0), (2, 17), (3, 40)] {
            // Three cells share 6 %; the part is rounded down, by less than a step of the grid.
            let near = |limit: &Rational, found: &Rational| (limit - found) <= number("1e-9") && limit <= found;
            assert!(near(&count(k).upper_limit(0.02).expect("a limit"), &upper[position]));
            assert!(near(&lower[position], &count(k).lower_limit(0.02).expect("a limit")));
        }
        assert_eq!(counts.limits(End::High, 0.0), Err(NoiseError::Miss));
        // An error too small for a double still has limits.
        assert!(counts.limits(End::High, f64::MIN_POSITIVE).is_ok());
    }
}
