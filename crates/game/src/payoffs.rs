//! The exact entries of a matrix, and the doubles that solvers work on.
//!
//! A matrix is kept as integers over one common denominator, the least there is:
//!
//! ```text
//! L[i][j] = numerators[i * columns + j] / denominator
//! ```
//!
//! Published tables are decimals, so the numerators usually fit 64 bits, and building, scaling and certifying a game is
//! exact *and* fast. Doubles of different sizes need longer numerators: `x = m 2^e` with odd `m` is an integer over
//! `2^max(0, -e)`, so the denominator is a power of two that the exponents alone determine, and no fraction is ever
//! reduced. Only entries whose common denominator would be absurdly long stay fractions of their own.

use dashu_int::{IBig, UBig, ops::BitTest, ops::Gcd};

use crate::rational::{self, Rational};

/// Longest common denominator in bits; that of all doubles has 1,075, that of all decimals with 400 places 1,329.
/// Beyond it, a common denominator may cost more memory than the entries themselves.
const LONGEST_DENOMINATOR: usize = 2_048;

/// Longest denominator in bits of the form in 64-bit integers.
const FIXED_DENOMINATOR: usize = 63;

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
    /// Longer numerators over one common denominator.
    Wide {
        /// One numerator per cell, row by row.
        numerators: Vec<IBig>,
        /// The common denominator, at least 1.
        denominator: UBig,
    },
    /// Entries whose common denominator would be too long.
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
    /// Brings rationals to the shortest form that holds them.
    #[must_use]
    pub fn new(entries: Vec<Rational>) -> Self {
        let Some(denominator) = common_denominator(&entries, LONGEST_DENOMINATOR) else {
            return Self::Rational(entries);
        };
        if denominator.bit_len() <= FIXED_DENOMINATOR
            && let Ok(short) = u64::try_from(&denominator)
            && let Some(numerators) = entries.iter().map(|entry| short_numerator(entry, short)).collect()
        {
            return Self::Fixed { numerators, denominator: short };
        }
        Self::Wide { numerators: entries.iter().map(|entry| over(entry, &denominator)).collect(), denominator }
    }

    /// Matrices, each with its number of columns, along the diagonal of one, times a factor; 0 elsewhere.
    #[must_use]
    pub(crate) fn block_diagonal(blocks: &[(&Self, usize)], factor: u32) -> Self {
        Self::short_blocks(blocks, factor).unwrap_or_else(|| {
            let factor = Rational::from(factor);
            let scaled = |payoffs: &Self| payoffs.to_rationals().iter().map(|entry| entry * &factor).collect();
            Self::new(on_diagonal(blocks, Rational::ZERO, scaled))
        })
    }

    /// The same in 64-bit integers; `None` if they are too short for it.
    fn short_blocks(blocks: &[(&Self, usize)], factor: u32) -> Option<Self> {
        let mut common = 1_u64;
        for (payoffs, _) in blocks {
            let Self::Fixed { denominator, .. } = payoffs else { return None };
            let shared = short_gcd(common.into(), (*denominator).into());
            common = u64::try_from(u128::from(common) / shared * u128::from(*denominator)).ok()?;
        }
        i64::try_from(common).ok()?;
        let mut fits = true;
        let scaled = |payoffs: &Self| match payoffs {
            Self::Fixed { numerators, denominator } => {
                let scale = i64::try_from(common / denominator).ok().and_then(|s| s.checked_mul(i64::from(factor)));
                let scaled = |n: &i64| scale.and_then(|scale| n.checked_mul(scale));
                numerators.iter().map(scaled).collect::<Option<Vec<_>>>().unwrap_or_else(|| {
                    fits = false;
                    vec![0; numerators.len()]
                })
            }
            _ => Vec::new(),
        };
        let mut numerators = on_diagonal(blocks, 0_i64, scaled);
        if !fits {
            return None;
        }
        // The least denominator, as everywhere.
        let mut shared = u128::from(common);
        for numerator in &numerators {
            if shared == 1 {
                break;
            }
            shared = short_gcd(shared, numerator.unsigned_abs().into());
        }
        let shared = i64::try_from(shared).ok()?;
        for numerator in &mut numerators {
            *numerator /= shared;
        }
        Some(Self::Fixed { numerators, denominator: common / shared.unsigned_abs() })
    }

    /// Takes doubles at their exact binary values, to the same form as [`Payoffs::new`] would; `None` if one is not
    /// finite.
    ///
    /// # Complexity
    /// Two passes without a division; a 1000 × 1000 matrix takes milliseconds.
    #[must_use]
    pub fn from_f64(entries: &[f64]) -> Option<Self> {
        let places = entries.iter().try_fold(0, |most, entry| entry.is_finite().then(|| most.max(places(*entry))))?;
        let scale = power_of_two(places);
        // A product with a power of two is exact unless it overflows, and then it does not fit either.
        let fits = |entry: &f64| (-TWO_TO_63..TWO_TO_63).contains(&(entry * scale));
        if (places as usize) < FIXED_DENOMINATOR && entries.iter().all(fits) {
            // Each product is an integer of at most 63 bits and a sign.
            #[allow(clippy::cast_possible_truncation)]
            let numerators = entries.iter().map(|entry| (entry * scale) as i64).collect();
            return Some(Self::Fixed { numerators, denominator: 1 << places });
        }
        let numerator = |entry: &f64| {
            let (mantissa, exponent) = parts(*entry);
            // The exponent of a zero, and of a mantissa that ends in zeros, may lie below the common one.
            match exponent + places.cast_signed() {
                shift @ ..=-1 => IBig::from(mantissa >> shift.unsigned_abs().min(63)),
                shift @ 0..=DOUBLE_WORD_SHIFT => IBig::from(i128::from(mantissa) << shift),
                shift => IBig::from(mantissa) << shift.unsigned_abs() as usize,
            }
        };
        let denominator = UBig::ONE << places as usize;
        Some(Self::Wide { numerators: entries.iter().map(numerator).collect(), denominator })
    }

    /// Number of cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Fixed { numerators, .. } => numerators.len(),
            Self::Wide { numerators, .. } => numerators.len(),
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
            Self::Wide { numerators, denominator } => {
                numerators.get(position).map(|n| Rational::from_parts(n.clone(), denominator.clone()))
            }
            Self::Rational(entries) => entries.get(position).cloned(),
        }
    }

    /// The exact entries, row by row.
    #[must_use]
    pub fn to_rationals(&self) -> Vec<Rational> {
        (0..self.len()).filter_map(|position| self.get(position)).collect()
    }

    /// The doubles nearest to the entries, row by row; over a denominator of more than 53 bits, within a rounding of them.
    #[must_use]
    pub fn to_f64(&self) -> Vec<f64> {
        match self {
            Self::Fixed { numerators, denominator } => {
                let denominator = *denominator as f64;
                numerators.iter().map(|numerator| *numerator as f64 / denominator).collect()
            }
            _ => self.to_rationals().iter().map(rational::to_f64).collect(),
        }
    }

    /// Writes the entries, shifted by the smallest and divided by the range, into `unit` (each in [0, 1]).
    ///
    /// The subtraction is exact and the division rounds at most three times, so a large constant on all entries costs
    /// no digits.
    pub fn to_unit(&self, unit: &mut Vec<f64>) -> Scale {
        unit.clear();
        match self {
            Self::Fixed { numerators, denominator } => {
                let smallest = numerators.iter().copied().min().unwrap_or(0);
                let largest = numerators.iter().copied().max().unwrap_or(0);
                let range = largest.abs_diff(smallest);
                let divisor = if range == 0 { 1.0 } else { range as f64 };
                unit.extend(numerators.iter().map(|&n| n.abs_diff(smallest) as f64 / divisor));
                let denominator = UBig::from(*denominator);
                let range = if range == 0 {
                    Rational::ONE
                } else {
                    Rational::from_parts(IBig::from(range), denominator.clone())
                };
                Scale { shift: Rational::from_parts(IBig::from(smallest), denominator), range }
            }
            Self::Wide { numerators, denominator } => {
                let smallest = numerators.iter().min().cloned().unwrap_or(IBig::ZERO);
                let range = numerators.iter().max().map_or(IBig::ZERO, |largest| largest - &smallest);
                let range = if range.is_zero() { IBig::from(denominator.clone()) } else { range };
                // A range beyond the doubles is shortened; what that cuts off an entry is below the smallest double.
                let excess = range.bit_len().saturating_sub(LONGEST_RANGE);
                let divisor = (&range >> excess).to_f64().value();
                unit.extend(numerators.iter().map(|n| {
                    let above = n - &smallest;
                    let above = if excess == 0 { above } else { above >> excess };
                    above.to_f64().value() / divisor
                }));
                let exact = |numerator| Rational::from_parts(numerator, denominator.clone());
                Scale { shift: exact(smallest), range: exact(range) }
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

/// 2^63 as a double.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// Largest shift of a 53-bit mantissa that stays within 127 bits.
const DOUBLE_WORD_SHIFT: i32 = 73;

/// Longest range in bits that a double holds with room for the next power of two.
const LONGEST_RANGE: usize = 1_023;

/// A finite double as `mantissa · 2^exponent`.
fn parts(value: f64) -> (i64, i32) {
    let bits = value.to_bits();
    let (fraction, biased) = ((bits & ((1 << 52) - 1)).cast_signed(), (bits >> 52 & 0x7ff) as i32);
    let mantissa = if biased == 0 { fraction } else { fraction | 1 << 52 };
    (if value.is_sign_negative() { -mantissa } else { mantissa }, biased.max(1) - 1075)
}

/// Binary digits after the point of a finite double.
fn places(value: f64) -> u32 {
    let (mantissa, exponent) = parts(value);
    let digits = if mantissa == 0 { 0 } else { -exponent - mantissa.trailing_zeros().cast_signed() };
    digits.max(0).cast_unsigned()
}

/// `2^exponent` for exponents up to 1023; infinite above.
fn power_of_two(exponent: u32) -> f64 {
    f64::from_bits(u64::from((1023 + exponent).min(0x7ff)) << 52)
}

/// The least common denominator, if it has at most so many bits.
/// The entries of blocks along a diagonal, row by row.
fn on_diagonal<T: Clone>(blocks: &[(&Payoffs, usize)], zero: T, mut entries: impl FnMut(&Payoffs) -> Vec<T>) -> Vec<T> {
    let width: usize = blocks.iter().map(|(_, columns)| columns).sum();
    let mut all = Vec::new();
    let mut before = 0;
    for (payoffs, columns) in blocks {
        for row in entries(payoffs).chunks((*columns).max(1)) {
            all.extend(std::iter::repeat_n(zero.clone(), before));
            all.extend_from_slice(row);
            all.extend(std::iter::repeat_n(zero.clone(), width - before - columns));
        }
        before += columns;
    }
    all
}

pub(crate) fn common_denominator(entries: &[Rational], longest: usize) -> Option<UBig> {
    entries.iter().try_fold(UBig::ONE, |common, entry| {
        let common = lcm(common, entry.denominator());
        (common.bit_len() <= longest).then_some(common)
    })
}

/// The numerator of an entry over a multiple of its denominator.
pub(crate) fn over(entry: &Rational, denominator: &UBig) -> IBig {
    if entry.denominator() == denominator {
        return entry.numerator().clone();
    }
    entry.numerator() * IBig::from(denominator / entry.denominator())
}

/// [`over`] in 64 bits; `None` if it does not fit.
pub(crate) fn short_numerator(entry: &Rational, denominator: u64) -> Option<i64> {
    let factor = i64::try_from(denominator / u64::try_from(entry.denominator()).ok()?).ok()?;
    i64::try_from(entry.numerator()).ok()?.checked_mul(factor)
}

/// Greatest common divisor of two positive integers, by halving and subtracting: 128-bit divisions are slow.
pub(crate) fn short_gcd(a: u128, b: u128) -> u128 {
    let twos = (a | b).trailing_zeros().min(127);
    let odd = |n: u128| n >> n.trailing_zeros().min(127);
    let (mut a, mut b) = (odd(a), odd(b));
    while a != b {
        if a > b {
            std::mem::swap(&mut a, &mut b);
        }
        if a == 0 {
            return b << twos;
        }
        b = odd(b - a);
    }
    a << twos
}

/// Least common multiple of two positive integers.
pub(crate) fn lcm(a: UBig, b: &UBig) -> UBig {
    // Most entries of a table share their denominators.
    if (&a % b).is_zero() {
        return a;
    }
    let shared = (&a).gcd(b);
    a / shared * b
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        // 2^1200 and 3^800 have no common denominator of 2,048 bits.
        let entry = |base: u32, power| Rational::from_parts(IBig::ONE, UBig::from(base).pow(power));
        let entries = vec![entry(2, 1_200), entry(3, 800)];
        assert_eq!(Payoffs::new(entries.clone()), Payoffs::Rational(entries));
    }

    #[test]
    fn long_entries_share_one_denominator_too() {
        let entries = rationals(&["1e30", "-1e-30", "0"]);
        let payoffs = Payoffs::new(entries.clone());
        assert!(matches!(&payoffs, Payoffs::Wide { numerators, .. } if numerators[1] == IBig::NEG_ONE));
        assert_eq!(payoffs.to_rationals(), entries);
        let mut unit = Vec::new();
        let scale = payoffs.to_unit(&mut unit);
        assert_eq!((unit[0], unit[1], scale.shift), (1.0, 0.0, entries[1].clone()));
        assert!((unit[2] / 1e-60 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn extreme_doubles_have_unit_entries() {
        let mut unit = Vec::new();
        let scale = Payoffs::from_f64(&[f64::MIN, 0.0, f64::MAX, 5e-324]).expect("finite").to_unit(&mut unit);
        assert_eq!(unit, [0.0, 0.5, 1.0, 0.5]);
        assert_eq!(scale.range / Rational::from(2), rational::from_f64(f64::MAX).expect("finite"));
        Payoffs::from_f64(&[5e-324, 5e-324]).expect("finite").to_unit(&mut unit);
        assert_eq!(unit, [0.0, 0.0]);
    }

    proptest! {
        /// Doubles of any bits, of similar size, and integers of any size take the form that their rationals take.
        #[test]
        fn doubles_are_taken_as_their_rationals(
            bits in prop::collection::vec(any::<u64>(), 0..6),
            similar in prop::collection::vec(-1.0..1.0_f64, 0..6),
            integers in prop::collection::vec(any::<i64>(), 0..6),
            power in -1074..1000_i32,
        ) {
            let any: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
            let shifted = integers.iter().map(|&n| n as f64 * 2f64.powi(power)).collect();
            for entries in [any, similar, integers.iter().map(|&n| n as f64).collect(), shifted] {
                let exact: Option<Vec<_>> = entries.iter().map(|entry| rational::from_f64(*entry)).collect();
                prop_assert_eq!(Payoffs::from_f64(&entries), exact.map(Payoffs::new));
            }
        }
    }

    #[test]
    fn a_short_divisor_is_the_long_one() {
        for (a, b) in [(1, 1), (12, 18), (100 << 53, 100 << 55), (u128::MAX, 3), (7, 0), (0, 8), (97, 89)] {
            let expected = if a == 0 || b == 0 { UBig::from(a | b) } else { UBig::from(a).gcd(UBig::from(b)) };
            assert_eq!(UBig::from(short_gcd(a, b)), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_ends_of_64_bits_fit() {
        for (entries, fits) in [
            (vec![-TWO_TO_63, 1.0], true),
            (vec![TWO_TO_63, 1.0], false),
            (vec![2f64.powi(-62)], true),
            (vec![2f64.powi(-63)], false),
            (vec![0.0, -0.0], true),
        ] {
            let payoffs = Payoffs::from_f64(&entries).expect("finite");
            assert_eq!(matches!(payoffs, Payoffs::Fixed { .. }), fits, "{entries:?}");
            let exact = entries.iter().filter_map(|entry| rational::from_f64(*entry)).collect();
            assert_eq!(payoffs, Payoffs::new(exact));
        }
        assert_eq!(Payoffs::from_f64(&[1.0, f64::NAN]), None);
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

    #[test]
    fn blocks_along_a_diagonal_are_the_same_in_integers_and_in_fractions() {
        let numbers =
            |texts: &[&str]| Payoffs::new(texts.iter().map(|t| rational::parse(t).expect("a number")).collect());
        let (a, b) = (numbers(&["0.5", "0.25", "1/3", "0"]), numbers(&["0.7", "0.1"]));
        let blocks = [(&a, 2), (&b, 1)];
        let short = Payoffs::short_blocks(&blocks, 3).expect("short numbers");
        let long: Vec<_> = ["1.5", "0.75", "0", "1", "0", "0", "0", "0", "2.1", "0", "0", "0.3"].to_vec();
        assert_eq!(short, numbers(&long));
        let wide = numbers(&["1e-40", "1", "1", "1"]);
        assert!(Payoffs::short_blocks(&[(&wide, 2), (&b, 1)], 3).is_none());
        assert_eq!(Payoffs::block_diagonal(&[(&wide, 2), (&b, 1)], 1).get(0), wide.get(0));
    }
}
