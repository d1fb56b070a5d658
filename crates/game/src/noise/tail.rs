//! Binomial tails in doubles, with a bound on their rounding: what the limits are proved by.
//!
//! `P(X ≤ k)` for `X ~ Binomial(n, p)` and `p ≥ k / n`, where the terms fall from `k` downwards:
//!
//! 1. `t_k = C(n, k) p^k q^(n-k)`. The factors `p (n-k+i) / i` are at least 1, the factors `q` at most 1; taken in turn,
//!    neither overflows nor underflows before the product itself does.
//! 2. `t_(i-1) = t_i r_i`, `r_i = i q / ((n-i+1) p) < 1`, falling with `i`.
//! 3. What is left after `t_i` is below the geometric series `t_i r_i / (1 - r_i)`.

/// A probability below it counts as this much: far above the doubles that lose digits.
const LEAST: f64 = 1e-300;

/// Terms below this fraction of the sum are covered by the geometric series of step 3.
const NEGLIGIBLE: f64 = 1e-18;

/// Roundings per trial of steps 1 and 2, of 2^-53 each: at most 4 per factor, 6 per term, 1 per sum; rounded up.
const ROUNDINGS_PER_TRIAL: f64 = 16.0;

/// Rates are multiples of 1 / `GRID`: limits are decimals of nine digits.
pub(super) const GRID: u64 = 1_000_000_000;

/// A number that `P(X ≤ k)` for `n` trials at rate `step / GRID` does not exceed; 1 where the rate is below `k / n`.
///
/// # Complexity
/// `O(n)`.
pub(super) fn lower_tail(k: u64, n: u64, step: u64) -> f64 {
    if k >= n || step == 0 || u128::from(step) * u128::from(n) < u128::from(k) * u128::from(GRID) {
        return 1.0;
    }
    if step >= GRID {
        return 0.0;
    }
    let (p, q) = (step as f64 / GRID as f64, (GRID - step) as f64 / GRID as f64);
    // 1.
    let (mut term, mut failures) = (1.0_f64, n - k);
    for i in 1..=k {
        term *= p * (n - k + i) as f64 / i as f64;
        while term > 1.0 && failures > 0 {
            term *= q;
            failures -= 1;
        }
    }
    for _ in 0..failures {
        term = (term * q).max(LEAST);
    }
    // 2.
    let (odds, mut sum) = (q / p, term);
    for i in (1..=k).rev() {
        let ratio = i as f64 / (n - i + 1) as f64 * odds;
        if term < NEGLIGIBLE * sum {
            // 3. Twice, for its own rounding.
            sum += 2.0 * term * ratio / (1.0 - ratio);
            break;
        }
        term *= ratio;
        sum += term;
    }
    // Twice the roundings: EPSILON is 2^-52.
    (sum * (1.0 + ROUNDINGS_PER_TRIAL * (n + 1) as f64 * f64::EPSILON)).min(1.0)
}

#[cfg(test)]
pub(super) mod tests {
    use dashu_int::{IBig, UBig};
    use proptest::prelude::*;

    use super::*;
    use crate::rational::{Rational, from_f64};

    /// `P(X ≤ k)` in integers: `Σ C(n, i) a^i b^(n-i) / GRID^n` with `a + b = GRID`.
    pub(in super::super) fn exact_lower_tail(k: u64, n: u64, step: u64) -> Rational {
        let (a, b) = (UBig::from(step), UBig::from(GRID - step));
        let exponent = |power: u64| usize::try_from(power).expect("a small power");
        let (mut choose, mut sum) = (UBig::ONE, UBig::ZERO);
        for i in 0..=k {
            sum += &choose * a.pow(exponent(i)) * b.pow(exponent(n - i));
            choose = choose * UBig::from(n - i) / UBig::from(i + 1);
        }
        Rational::from_parts(IBig::from(sum), UBig::from(GRID).pow(exponent(n)))
    }

    proptest! {
        #[test]
        fn tails_are_above_the_exact_ones_and_close(n in 1_u64..120, part in 0.0..1.0_f64, rate in 0.0..1.0_f64) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let (k, step) = ((part * n as f64) as u64, (rate * GRID as f64) as u64);
            prop_assume!(k < n && u128::from(step) * u128::from(n) >= u128::from(k) * u128::from(GRID) && step > 0);
            let (bound, exact) = (from_f64(lower_tail(k, n, step)).expect("finite"), exact_lower_tail(k, n, step));
            prop_assert!(bound >= exact);
            let slack = from_f64(1.0 + 1e-12).expect("finite");
            let floor = from_f64(1e-299).expect("finite");
            prop_assert!(bound <= exact * slack + floor);
        }
    }

    #[test]
    fn extreme_tails_are_finite_numbers() {
        for (k, n, step) in [(0, 1_000_000, GRID - 1), (999_999, 1_000_000, GRID - 1), (0, 1, 1), (5, 1_000_000, 6_000)]
        {
            let tail = lower_tail(k, n, step);
            assert!((0.0..=1.0).contains(&tail), "{k} of {n} at {step}: {tail}");
        }
        assert!(lower_tail(0, 1_000_000, GRID / 2) <= 1e-299);
        assert_eq!((lower_tail(3, 3, 7), lower_tail(2, 3, GRID), lower_tail(2, 4, GRID / 2 - 1)), (1.0, 0.0, 1.0));
    }
}
