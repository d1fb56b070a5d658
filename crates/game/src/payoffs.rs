//! The exact entries of a matrix, and the doubles that solvers work on.
//!
//! Published tables are decimals, so a whole matrix usually fits 64-bit integers over one common denominator:
//!
//! ```text
//! L[i][j] = numerators[i * columns + j] / denominator
//! ```
//!
//! That form makes building, scaling and certifying a game exact *and* fast; everything else is kept as rationals.

use dashu_int::{IBig, UBig, ops::BitTest, ops::Gcd};

use crate::rational::{self, Rational};

/// Exact entries in row-major order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payoffs {
    /// 64-bit numerators over one common denominator.
    Fixed {
        /// One numerator per cell, row by row.
        numerators: Vec<i64>,
        /// The common denominator, at least 1.
        denominator: u64,
    },
    /// Entries whose common denominator would not fit.
    Rational(Vec<Rational>),
}

/// How a matrix was brought to the unit interval: `entry = shift + range * unit_entry`.
///
/// `range` is 1 for a constant matrix, so that scaling back never divides by zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Smallest entry.
    pub shift: Rational,
    /// Largest minus smallest entry; 1 if they are equal.
    pub range: Rational,
}

impl Payoffs {
    /// Takes rationals to the common-denominator form if it fits 64 bits.
    #[must_use]
    pub fn new(entries: Vec<Rational>) -> Self {
        let mut denominator = UBig::ONE;
        for entry in &entries {
            denominator = lcm(&denominator, entry.denominator());
            if denominator.bit_len() > 63 {
                return Self::Rational(entries);
            }
        }
        let mut numerators = Vec::with_capacity(entries.len());
        for entry in &entries {
            let scaled = entry.numerator() * IBig::from(&denominator / entry.denominator());
            match i64::try_from(&scaled) {
                Ok(numerator) => numerators.push(numerator),
                Err(_) => return Self::Rational(entries),
            }
        }
        match u64::try_from(&denominator) {
            Ok(denominator) => Self::Fixed { numerators, denominator },
            Err(_) => Self::Rational(entries),
        }
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Fixed { numerators, .. } => numerators.len(),
            Self::Rational(entries) => entries.len(),
        }
    }

    /// Whether there is no cell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exact entry at a row-major position; `None` past the end.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Rational> {
        match self {
            Self::Fixed { numerators, denominator } => {
                numerators.get(position).map(|&n| Rational::from_parts(IBig::from(n), UBig::from(*denominator)))
            }
            Self::Rational(entries) => entries.get(position).cloned(),
        }
    }

    /// The exact entries, row by row.
    #[must_use]
    pub fn to_rationals(&self) -> Vec<Rational> {
        (0..self.len()).filter_map(|position| self.get(position)).collect()
    }

    /// Writes the entries, shifted by the smallest and divided by the range, into `unit` (each in [0, 1]).
    ///
    /// The subtraction is exact and the division rounds once, so a large constant on all entries costs no digits.
    pub fn to_unit(&self, unit: &mut Vec<f64>) -> Scale {
        unit.clear();
        match self {
            Self::Fixed { numerators, denominator } => {
                let smallest = numerators.iter().copied().min().unwrap_or(0);
                let largest = numerators.iter().copied().max().unwrap_or(0);
                // The difference of two i64 always fits i128.
                let range = i128::from(largest) - i128::from(smallest);
                let divisor = if range == 0 { 1.0 } else { range as f64 };
                unit.extend(numerators.iter().map(|&n| (i128::from(n) - i128::from(smallest)) as f64 / divisor));
                let denominator = UBig::from(*denominator);
                let range = if range == 0 {
                    Rational::ONE
                } else {
                    Rational::from_parts(IBig::from(range), denominator.clone())
                };
                Scale { shift: Rational::from_parts(IBig::from(smallest), denominator), range }
            }
            Self::Rational(entries) => {
                let shift = entries.iter().min().cloned().unwrap_or(Rational::ZERO);
                let largest = entries.iter().max().cloned().unwrap_or(Rational::ZERO);
                let range = if largest == shift { Rational::ONE } else { largest - &shift };
                unit.extend(entries.iter().map(|entry| rational::to_f64(&((entry - &shift) / &range))));
                Scale { shift, range }
            }
        }
    }
}

/// Least common multiple of two positive integers.
pub(crate) fn lcm(a: &UBig, b: &UBig) -> UBig {
    if b.is_one() {
        return a.clone();
    }
    a / a.gcd(b) * b
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rationals(texts: &[&str]) -> Vec<Rational> {
        texts.iter().map(|text| rational::parse(text).expect("a number")).collect()
    }

    #[test]
    fn decimals_share_one_denominator() {
        let payoffs = Payoffs::new(rationals(&["0.92", "0.5", "1/3"]));
        assert_eq!(payoffs, Payoffs::Fixed { numerators: vec![138, 75, 50], denominator: 150 });
        assert_eq!(payoffs.get(2), Some(rational::parse("1/3").expect("a number")));
    }

    #[test]
    fn entries_that_do_not_fit_stay_rational() {
        let entries = rationals(&["1e30", "1e-30"]);
        assert_eq!(Payoffs::new(entries.clone()), Payoffs::Rational(entries));
    }

    #[test]
    fn a_constant_matrix_has_range_one() {
        let mut unit = Vec::new();
        let scale = Payoffs::new(rationals(&["7", "7"])).to_unit(&mut unit);
        assert_eq!((unit, scale.range), (vec![0.0, 0.0], Rational::ONE));
    }

    #[test]
    fn a_large_constant_costs_no_digits() {
        let mut plain = Vec::new();
        let mut lifted = Vec::new();
        Payoffs::new(rationals(&["0.1", "0.25", "0.7"])).to_unit(&mut plain);
        Payoffs::new(rationals(&["100000000.1", "100000000.25", "100000000.7"])).to_unit(&mut lifted);
        assert_eq!(plain, lifted);
    }
}
