//! Expected losses of a player's pure strategies against a mix of the other player, exact.
//!
//! With entries `a / d` and a mix `k / D`, both over common denominators, an expected loss is `Σ a k / (d D)`: a sum of
//! integers, and one fraction at the end, of the extreme sum alone. Three widths of integers:
//!
//! | entries `a` | weights `k` | sum in | why it cannot overflow |
//! |---|---|---|---|
//! | 64 bits and a sign bit less | `D ≤ 2^63` | one `i128` | `Σ abs(a) k ≤ max abs(a) · D ≤ 2^63 · 2^63` |
//! | up to 125 bits | `D ≤ 2^63` | two `i128`, of `a = high · 2^62 + low` | `abs(high) < 2^63` and `abs(low) < 2^62` |
//! | any | any | big integers | |
//!
//! Rounded mixes have `D = 2^53`. Entries without a common denominator are added as fractions.

use std::borrow::Cow;

use dashu_int::{IBig, UBig};

use crate::payoffs::{self, Payoffs, short_numerator};
use crate::rational::Rational;
use crate::strategy::{DYADIC_ONE, MixedStrategy};

/// Whose pure strategies the expected losses are taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Expected loss of each attack against a defender mix.
    Rows,
    /// Expected loss of each defence against an attacker mix.
    Columns,
}

/// Exact numbers, one for each pure strategy of a side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sums {
    /// Numerators over one positive denominator.
    Short(Vec<i128>, u128),
    /// The same, longer.
    Long(Vec<IBig>, UBig),
    Rational(Vec<Rational>),
}

impl Sums {
    /// The smallest; 0 if there is none.
    pub(crate) fn min(self) -> Rational {
        match self {
            Self::Short(sums, denominator) => short(sums.into_iter().min().unwrap_or(0), denominator),
            Self::Long(sums, denominator) => long(sums.into_iter().min().unwrap_or_default(), denominator),
            Self::Rational(sums) => sums.into_iter().min().unwrap_or(Rational::ZERO),
        }
    }

    /// The largest; 0 if there is none.
    pub(crate) fn max(self) -> Rational {
        match self {
            Self::Short(sums, denominator) => short(sums.into_iter().max().unwrap_or(0), denominator),
            Self::Long(sums, denominator) => long(sums.into_iter().max().unwrap_or_default(), denominator),
            Self::Rational(sums) => sums.into_iter().max().unwrap_or(Rational::ZERO),
        }
    }

    pub(crate) fn into_rationals(self) -> Vec<Rational> {
        match self {
            Self::Short(sums, denominator) => sums.into_iter().map(|sum| short(sum, denominator)).collect(),
            Self::Long(sums, denominator) => sums.into_iter().map(|sum| long(sum, denominator.clone())).collect(),
            Self::Rational(sums) => sums,
        }
    }
}

fn short(numerator: i128, denominator: u128) -> Rational {
    Rational::from_parts(IBig::from(numerator), UBig::from(denominator))
}

fn long(numerator: IBig, denominator: UBig) -> Rational {
    Rational::from_parts(numerator, denominator)
}

/// A mix as integers over one denominator, which is their sum.
enum Weights<'a> {
    /// The denominator is at most 2^63.
    Short(Cow<'a, [u64]>, u64),
    Long(Vec<IBig>, UBig),
}

impl<'a> Weights<'a> {
    fn of(mix: &'a MixedStrategy) -> Self {
        let probabilities = match (mix.numerators(), mix.rationals()) {
            (Some(numerators), _) => return Self::Short(Cow::Borrowed(numerators), DYADIC_ONE),
            (None, probabilities) => probabilities.unwrap_or(&[]),
        };
        let denominator = payoffs::common_denominator(probabilities, usize::MAX).unwrap_or(UBig::ONE);
        if let Some(short) = u64::try_from(&denominator).ok().filter(|short| *short <= 1 << 63)
            && let Some(numerators) = probabilities.iter().map(|p| short_weight(p, short)).collect()
        {
            return Self::Short(Cow::Owned(numerators), short);
        }
        Self::Long(probabilities.iter().map(|p| payoffs::over(p, &denominator)).collect(), denominator)
    }
}

fn short_weight(probability: &Rational, denominator: u64) -> Option<u64> {
    if denominator == 1 << 63 {
        return u64::try_from(&payoffs::over(probability, &UBig::from(denominator))).ok();
    }
    short_numerator(probability, denominator).and_then(|numerator| u64::try_from(numerator).ok())
}

/// The expected losses of a matrix with so many columns, at least 1; the mix is the other side's.
pub(crate) fn expected(payoffs: &Payoffs, columns: usize, side: Side, mix: &MixedStrategy) -> Sums {
    match (payoffs, Weights::of(mix)) {
        (Payoffs::Fixed { numerators, denominator }, Weights::Short(weights, one)) => {
            let sums = one_word(numerators, columns, side, &weights);
            Sums::Short(sums, u128::from(*denominator) * u128::from(one))
        }
        (Payoffs::Fixed { numerators, denominator }, Weights::Long(weights, one)) => {
            let mut sums = zeros(numerators.len(), columns, side);
            for_each_cell(numerators, columns, side, &weights, |position, a, k| sums[position] += k * *a);
            Sums::Long(sums, UBig::from(*denominator) * one)
        }
        (Payoffs::Wide { numerators, denominator }, Weights::Short(weights, one)) => {
            let sums = two_words(numerators, columns, side, &weights).unwrap_or_else(|| {
                let mut sums = zeros(numerators.len(), columns, side);
                for_each_cell(numerators, columns, side, &weights, |position, a, k| sums[position] += a * *k);
                sums
            });
            Sums::Long(sums, denominator * UBig::from(one))
        }
        (Payoffs::Wide { numerators, denominator }, Weights::Long(weights, one)) => {
            let mut sums = zeros(numerators.len(), columns, side);
            for_each_cell(numerators, columns, side, &weights, |position, a, k| sums[position] += a * k);
            Sums::Long(sums, denominator * one)
        }
        (Payoffs::Rational(entries), _) => {
            let mut sums = zeros(entries.len(), columns, side);
            let weights = mix.probabilities();
            for_each_cell(entries, columns, side, &weights, |position, a, k: &Rational| sums[position] += a * k);
            Sums::Rational(sums)
        }
    }
}

fn zeros<T: Clone + Default>(cells: usize, columns: usize, side: Side) -> Vec<T> {
    vec![T::default(); if side == Side::Rows { cells / columns } else { columns }]
}

/// Calls `add(position, entry, weight)` for every cell whose weight is not zero, row by row; the position is that of
/// the pure strategy whose sum the product belongs to.
fn for_each_cell<A, K: Default + PartialEq>(
    entries: &[A],
    columns: usize,
    side: Side,
    weights: &[K],
    mut add: impl FnMut(usize, &A, &K),
) {
    let zero = K::default();
    let rows = entries.chunks_exact(columns);
    match side {
        Side::Rows => {
            let support: Vec<_> = weights.iter().enumerate().filter(|(_, k)| **k != zero).collect();
            for (i, row) in rows.enumerate() {
                for (j, k) in &support {
                    add(i, &row[*j], k);
                }
            }
        }
        Side::Columns => {
            for (row, k) in rows.zip(weights).filter(|(_, k)| **k != zero) {
                for (j, a) in row.iter().enumerate() {
                    add(j, a, k);
                }
            }
        }
    }
}

/// First line of the table in the module's header.
fn one_word(numerators: &[i64], columns: usize, side: Side, weights: &[u64]) -> Vec<i128> {
    let product = |a: i64, k: u64| i128::from(a) * i128::from(k);
    let rows = numerators.chunks_exact(columns);
    match side {
        Side::Rows => {
            let dot = |row: &[i64]| row.iter().zip(weights).map(|(&a, &k)| product(a, k)).sum();
            rows.map(dot).collect()
        }
        Side::Columns => {
            let mut sums = vec![0_i128; columns];
            for (row, &k) in rows.zip(weights).filter(|(_, k)| **k > 0) {
                sums.iter_mut().zip(row).for_each(|(sum, &a)| *sum += product(a, k));
            }
            sums
        }
    }
}

/// Bits of the lower word of an entry in two words.
const LOW_BITS: usize = 62;

/// Second line of the table in the module's header; `None` if an entry is too long for it.
fn two_words(numerators: &[IBig], columns: usize, side: Side, weights: &[u64]) -> Option<Vec<IBig>> {
    let mut sums: Vec<(i128, i128)> = zeros(numerators.len(), columns, side);
    let mut fits = true;
    for_each_cell(numerators, columns, side, weights, |position, a, &k| {
        let Some((high, low)) = halves(a) else { return fits = false };
        let (high_sum, low_sum) = &mut sums[position];
        *high_sum += i128::from(high) * i128::from(k);
        *low_sum += i128::from(low) * i128::from(k);
    });
    let whole = |(high, low)| (IBig::from(high) << LOW_BITS) + IBig::from(low);
    fits.then(|| sums.into_iter().map(whole).collect())
}

/// `high · 2^62 + low` with `0 ≤ low < 2^62`; `None` for a number of more than 125 bits.
fn halves(number: &IBig) -> Option<(i64, i64)> {
    let number = i128::try_from(number).ok()?;
    let low = i64::try_from(number & ((1 << LOW_BITS) - 1)).ok()?;
    Some((i64::try_from(number >> LOW_BITS).ok()?, low))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rational::parse;

    /// The definition, in fractions.
    fn slow(entries: &[Rational], columns: usize, side: Side, mix: &MixedStrategy) -> Vec<Rational> {
        let mix = mix.probabilities();
        let rows: Vec<_> = entries.chunks_exact(columns).collect();
        let sum = |terms: Vec<Rational>| terms.into_iter().fold(Rational::ZERO, |sum, term| sum + term);
        match side {
            Side::Rows => rows.iter().map(|row| sum(row.iter().zip(&mix).map(|(a, p)| a * p).collect())).collect(),
            Side::Columns => {
                (0..columns).map(|j| sum(rows.iter().zip(&mix).map(|(row, p)| &row[j] * p).collect())).collect()
            }
        }
    }

    fn check(payoffs: &Payoffs, rows: usize, columns: usize, weights: &[f64]) {
        for (side, count) in [(Side::Rows, columns), (Side::Columns, rows)] {
            let rounded = MixedStrategy::rounded(&weights[..count]).expect("mass");
            // The same mix as fractions; one in small fractions; one in fractions too long for 64 bits.
            let integers: Vec<_> = rounded.probabilities().iter().map(|p| (p * Rational::from(1_000)).ceil()).collect();
            let fractions = |unit: &Rational| {
                let weights: Vec<_> = integers.iter().map(|k| Rational::from(k.clone()) + unit).collect();
                let mass = weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
                MixedStrategy::exact(weights.iter().map(|weight| weight / &mass).collect()).expect("a mix")
            };
            let same = MixedStrategy::exact(rounded.probabilities()).expect("a mix");
            let pure = MixedStrategy::pure(count, 0).expect("a strategy");
            let long = fractions(&parse("1e-30").expect("a number"));
            for mix in [rounded, same, pure, fractions(&Rational::ZERO), long] {
                let sums = expected(payoffs, columns, side, &mix);
                let slow = slow(&payoffs.to_rationals(), columns, side, &mix);
                assert_eq!(sums.clone().max(), slow.iter().max().expect("one").clone());
                assert_eq!(sums.clone().min(), slow.iter().min().expect("one").clone());
                assert_eq!(sums.into_rationals(), slow);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Every width of integers gives what fractions give.
        #[test]
        fn integers_and_fractions_agree(
            doubles in prop::collection::vec(-1.0..1.0_f64, 12),
            any in prop::collection::vec(any::<f64>().prop_filter("finite", |a| a.is_finite()), 12),
            integers in prop::collection::vec(any::<i64>(), 12),
            weights in prop::collection::vec(prop_oneof![Just(0.0), 0.001..1.0_f64], 4),
            rows in prop::sample::select(vec![1_usize, 3, 4, 12]),
        ) {
            prop_assume!(weights[0] > 0.0);
            let weights: Vec<_> = weights.into_iter().cycle().take(12).collect();
            let primes = [1_200, 800, 700].iter().zip([2_u32, 3, 5]).cycle();
            let apart = primes.zip(&integers).map(|((power, base), a)| Rational::from_parts((*a).into(), UBig::from(base).pow(*power)));
            for payoffs in [
                Payoffs::Fixed { numerators: integers.clone(), denominator: 7 },
                Payoffs::from_f64(&doubles).expect("finite"),
                Payoffs::from_f64(&any).expect("finite"),
                Payoffs::new(apart.collect()),
            ] {
                check(&payoffs, rows, 12 / rows, &weights);
            }
        }
    }

    #[test]
    fn the_widest_numbers_of_each_width_do_not_overflow() {
        let ends = |n: i64| Payoffs::Fixed { numerators: vec![n; 12], denominator: u64::MAX };
        let words = |n: IBig| Payoffs::Wide { numerators: vec![n; 12], denominator: UBig::ONE };
        let longest = (IBig::ONE << 125) - IBig::ONE;
        for payoffs in
            [ends(i64::MIN), ends(i64::MAX), words(longest.clone()), words(-longest.clone()), words(longest + 1)]
        {
            check(&payoffs, 3, 4, &[0.3, 0.2, 0.1, 0.4]);
        }
        // Weights over 2^63, the largest denominator of the short ones.
        let step = Rational::from_parts(IBig::ONE, UBig::ONE << 63);
        let mix = MixedStrategy::exact(vec![&Rational::ONE - &step, step]).expect("a mix");
        assert!(matches!(Weights::of(&mix), Weights::Short(..)));
        for n in [i64::MIN, i64::MAX] {
            let payoffs = Payoffs::Fixed { numerators: vec![n; 2], denominator: 1 };
            assert_eq!(expected(&payoffs, 2, Side::Rows, &mix).max(), Rational::from(n));
        }
    }
}
