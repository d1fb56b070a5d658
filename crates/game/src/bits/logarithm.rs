//! Logarithms and relative entropy without cancellation.

use std::f64::consts::LN_2;

use dashu_int::ops::BitTest;

use crate::rational::{self, Rational};

/// Below this modulus of `x`, `x - ln(1 + x)` is summed as a series; above, the difference loses at most a digit.
const SERIES_BELOW: f64 = 0.5;

/// Terms of that series: the next is below 2^-58 of the sum where `|x|` is 1/2.
const SERIES_TERMS: u32 = 18;

/// `log2(1 + x)` for `x` at least 0.
pub(super) fn log2_1p(x: f64) -> f64 {
    x.ln_1p() / LN_2
}

/// `log2(x)` for `x` positive, of any length.
pub(super) fn log2(x: &Rational) -> f64 {
    let above_one = x - Rational::ONE;
    let near_one = rational::to_f64(&above_one);
    if near_one.abs() < SERIES_BELOW {
        return log2_1p(near_one);
    }
    // `x` divided by a power of two near it is between 1/2 and 2, whatever the exponents of doubles.
    let (numerator, denominator) = (x.numerator(), x.denominator());
    let (upper, lower) = (numerator.bit_len(), denominator.bit_len());
    let scaled = if upper >= lower {
        Rational::from_parts(numerator.clone(), denominator << (upper - lower))
    } else {
        Rational::from_parts(numerator << (lower - upper), denominator.clone())
    };
    rational::to_f64(&scaled).log2() + (upper as f64 - lower as f64)
}

/// `x / ((1 + x) ln(1 + x))`, the elasticity of `ln(1 + x)` to `x`, for `x` at least 0; 1 at 0, 0 at infinity.
pub(super) fn elasticity(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    // x / (1 + x) is 1 / (1 + 1/x), which has no quotient of infinities.
    1.0 / ((1.0 + x.recip()) * x.ln_1p())
}

/// Relative entropy `D(p || q)` of two biased coins, in nats: at least 0, infinite where `q` excludes what `p` allows.
///
/// Written as a sum of two terms that are each at least 0, so that coins of nearly the same bias lose no digits.
/// Arguments are both probabilities, both complements and `q - p`, each as accurate as it is known.
pub(super) fn relative_entropy(p: [f64; 2], q: [f64; 2], shift: f64) -> f64 {
    relative_entropy_term(p[0], q[0], shift) + relative_entropy_term(p[1], q[1], -shift)
}

/// `p ln(p/q) + (q - p) = p φ((q - p) / p)` with `φ(x) = x - ln(1 + x)`; `q - p` where `p` is 0.
fn relative_entropy_term(p: f64, q: f64, shift: f64) -> f64 {
    if p == 0.0 {
        return shift;
    }
    let x = shift / p;
    if x.abs() > SERIES_BELOW {
        return shift - p * (q.ln() - p.ln());
    }
    // With r = x / (2 + x): ln(1 + x) = 2 (r + r³/3 + r⁵/5 + …), and x - 2 r = r x.
    let r = x / (2.0 + x);
    let square = r * r;
    let tail = (0..SERIES_TERMS).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 3));
    p * (r * x - 2.0 * r * square * tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    #[test]
    fn long_numbers_have_logarithms() {
        let number = |text| parse(text).expect("a number");
        let tiny = number("1e-400");
        for (x, expected) in [
            (number("8"), 3.0),
            (number("1/1024"), -10.0),
            (number("3/2"), 1.5_f64.log2()),
            (number("1.49"), 1.49_f64.log2()),
            (tiny.clone(), -400.0 * 10.0_f64.log2()),
            (Rational::ONE / tiny.clone(), 400.0 * 10.0_f64.log2()),
            (Rational::ONE + tiny, 0.0),
        ] {
            assert!((log2(&x) - expected).abs() <= 4.0 * f64::EPSILON * expected.abs(), "{x} {}", log2(&x));
        }
    }

    #[test]
    fn series_and_difference_meet() {
        // Across the switch, the term is smooth: both ways agree with d/dx (x - ln(1+x)) = x / (1+x).
        for x in [SERIES_BELOW, -SERIES_BELOW] {
            let step = 1e-9_f64.copysign(x);
            let term = |x: f64| relative_entropy_term(1.0, 1.0 + x, x);
            let slope = (term(x + step) - term(x - step)) / (2.0 * step);
            assert!((slope - x / (1.0 + x)).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn elasticities_have_limits() {
        let ends = [0.0, f64::MIN_POSITIVE / 4.0, f64::INFINITY, f64::MAX].map(elasticity);
        assert_eq!(ends.first(), Some(&1.0));
        assert!((0.0..=1.0).contains(&ends[1]) && ends[2] == 0.0 && ends[3] < 1e-2, "{ends:?}");
    }
}
