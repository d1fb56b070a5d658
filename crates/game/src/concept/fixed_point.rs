//! Bounds on logarithms and exponentials in rationals, by series with a bound on what is left out.
//!
//! Every step is a rational rounded outward to a multiple of `2^-128`; no library function and no double is trusted.

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use crate::rational::Rational;

/// Binary places of intermediate results.
const PLACES: usize = 128;

/// Terms of a series. The logarithm's ratio is at most 1/9, and `9^-44 < 2^-139`; that of the exponential falls faster.
const TERMS: u32 = 44;

/// Beyond this, `exp(-x)` is bounded by `exp(-DEEPEST)`, below `2^-288`.
const DEEPEST: i32 = 200;

/// A pair of bounds.
pub(super) type Bounds = (Rational, Rational);

fn step() -> Rational {
    Rational::from_parts(IBig::ONE, UBig::ONE << PLACES)
}

fn below(x: &Rational) -> Rational {
    let scaled = (x * Rational::from(IBig::ONE << PLACES)).floor();
    Rational::from_parts(scaled, UBig::ONE << PLACES)
}

fn above(x: &Rational) -> Rational {
    -below(&-x)
}

/// `2 artanh(z)` for `z` in [0, 1/3]: `2 (z + z³/3 + z⁵/5 + …)`, the rest below the last term.
fn twice_artanh(z: &Rational) -> Bounds {
    let (square_low, square_high) = (below(&(z * z)), above(&(z * z)));
    let (mut low, mut high) = (Rational::ZERO, Rational::ZERO);
    let (mut power_low, mut power_high) = (below(z), above(z));
    for k in 0..TERMS {
        let odd = Rational::from(2 * k + 1);
        low += below(&(&power_low / &odd));
        high += above(&(&power_high / &odd));
        power_low = below(&(&power_low * &square_low));
        power_high = above(&(&power_high * &square_high));
    }
    // Terms fall by at least 9 from here on, so their sum is below twice the next power.
    (Rational::from(2) * low, Rational::from(2) * (high + Rational::from(2) * power_high))
}

/// Bounds on `ln x`; `None` unless `x` is positive.
pub(super) fn ln(x: &Rational) -> Option<Bounds> {
    if *x <= Rational::ZERO {
        return None;
    }
    // x = 2^e f with f in (1/2, 2); if f < 1, the logarithm of 1/f with its sign turned.
    let (_, numerator) = x.numerator().clone().into_parts();
    let e = i64::try_from(numerator.bit_len()).ok()? - i64::try_from(x.denominator().bit_len()).ok()?;
    let power = Rational::from(IBig::ONE << usize::try_from(e.unsigned_abs()).ok()?);
    let f = if e >= 0 { x / &power } else { x * &power };
    let artanh = |f: Rational| twice_artanh(&((&f - Rational::ONE) / (f + Rational::ONE)));
    let (low, high) = if f >= Rational::ONE {
        artanh(f)
    } else {
        let (low, high) = artanh(Rational::ONE / f);
        (-high, -low)
    };
    let (two_low, two_high) = twice_artanh(&(Rational::ONE / Rational::from(3)));
    let times = Rational::from(e);
    let (shift_low, shift_high) =
        if e >= 0 { (&times * two_low, &times * two_high) } else { (&times * two_high, &times * two_low) };
    Some((low + shift_low, high + shift_high))
}

/// A bound above `exp(-x)` for `x` at least 0.
pub(super) fn exp_minus_above(x: &Rational) -> Rational {
    let x = if *x > Rational::from(DEEPEST) { Rational::from(DEEPEST) } else { x.clone() };
    // exp(-x) = exp(-x / 2^h)^(2^h) with x / 2^h at most 1, where the series alternates and its terms fall.
    let halvings = 8;
    let small = below(&(x / Rational::from(1 << halvings)));
    let (mut sum, mut term) = (Rational::ZERO, Rational::ONE);
    for k in 1..=TERMS {
        sum = if k % 2 == 1 { sum + above(&term) } else { sum - below(&term) };
        // Too large by a step at most, which the last step below makes up for.
        term = above(&(&term * &small / Rational::from(k)));
    }
    let mut power = sum + &term + Rational::from(4 * TERMS) * step();
    for _ in 0..halvings {
        power = above(&(&power * &power));
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::{from_f64, parse, to_f64};

    #[test]
    fn logarithms_are_enclosed() {
        for text in ["1", "2", "3", "1/3", "0.7", "1.4", "1e-30", "123456.789", "0.999999999", "1e300"] {
            let x = parse(text).expect("a number");
            let (low, high) = ln(&x).expect("positive");
            assert!(low <= high && to_f64(&(&high - &low)) < 1e-33, "{text}");
            let expected = to_f64(&x).ln();
            // The double nearest to x is off by up to half an epsilon of it, and so is its logarithm.
            let error = f64::EPSILON * (4.0 * expected.abs() + 0.5);
            assert!((to_f64(&low) - expected).abs() <= error, "{text}");
        }
        assert_eq!(ln(&Rational::ZERO), None);
    }

    #[test]
    fn exponentials_are_above_and_invert_logarithms() {
        for x in [0.0, 1e-20, 0.3, 1.0, 2.5, 40.0, 199.0] {
            let exact = from_f64(x).expect("finite");
            let bound = exp_minus_above(&exact);
            // ln of the bound is at least -x, by no more than rounding.
            let (low, high) = ln(&bound).expect("positive");
            assert!(high >= -&exact, "{x}");
            let excess = to_f64(&(low + exact)) * (-x).exp();
            assert!(excess < 1e-30, "{x}: {excess:e}");
        }
        assert_eq!(exp_minus_above(&Rational::from(10_000)), exp_minus_above(&Rational::from(200)));
    }
}
