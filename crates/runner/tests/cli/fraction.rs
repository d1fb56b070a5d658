//! Exact fractions in a few lines, so that certificates are recomputed without the program's own arithmetic.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// A fraction in lowest terms with a positive denominator; an overflow panics rather than wraps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fraction {
    over: i128,
    under: i128,
}

impl Fraction {
    pub(crate) const ZERO: Self = Self { over: 0, under: 1 };
    pub(crate) const ONE: Self = Self { over: 1, under: 1 };

    fn new(over: i128, under: i128) -> Self {
        let (mut a, mut b) = (over.abs(), under.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let sign = under.signum();
        Self { over: sign * over / a, under: sign * under / a }
    }

    /// Reads `p/q` or a decimal such as `-0.25` or `1e-9`.
    pub(crate) fn read(text: &str) -> Self {
        let whole = |text: &str| text.parse::<i128>().unwrap_or_else(|_| panic!("`{text}` is no whole number"));
        if let Some((over, under)) = text.split_once('/') {
            return Self::new(whole(over), whole(under));
        }
        if let Some((digits, power)) = text.split_once("e-") {
            let power = 10_i128.pow(power.parse().expect("a small power"));
            return Self::read(digits) * Self::new(1, power);
        }
        let (digits, places) = match text.split_once('.') {
            Some((before, after)) => (format!("{before}{after}"), after.len()),
            None => (text.to_owned(), 0),
        };
        Self::new(whole(&digits), 10_i128.pow(u32::try_from(places).expect("few places")))
    }

    pub(crate) fn to_f64(self) -> f64 {
        self.over as f64 / self.under as f64
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let left = self.over.checked_mul(other.under).expect("no overflow");
        let right = other.over.checked_mul(self.under).expect("no overflow");
        Self::new(
            left.checked_add(right).expect("no overflow"),
            self.under.checked_mul(other.under).expect("no overflow"),
        )
    }
}

impl Neg for Fraction {
    type Output = Self;
    fn neg(self) -> Self {
        Self { over: -self.over, under: self.under }
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let over = self.over.checked_mul(other.over).expect("no overflow");
        Self::new(over, self.under.checked_mul(other.under).expect("no overflow"))
    }
}

impl std::iter::Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, Add::add)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (*self - *other).over.cmp(&0)
    }
}

#[test]
fn fractions_are_fractions() {
    let f = Fraction::read;
    assert_eq!(f("0.25") + f("1/12"), f("1/3"));
    assert_eq!(f("-0.5") * f("2/3") - f("2/3"), f("-1"));
    assert_eq!(f("2.5e-3"), f("1/400"));
    assert!(f("19/55") < f("0.3455") && f("-1/3") < Fraction::ZERO);
    assert_eq!([f("1/2"), f("0.5")].into_iter().sum::<Fraction>(), Fraction::ONE);
    assert!((f("651/2750").to_f64() - 0.236_727_272_727).abs() < 1e-12);
}
