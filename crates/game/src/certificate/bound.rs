//! The two bounds on the value of a game in doubles: rigorous, cheap, and a little wide.
//!
//! For batches of games, where an exact proof of each would cost more than its solution. Losses `L`, attacker weights
//! `x ≥ 0` and defender weights `y ≥ 0` are doubles, taken at their exact values; the weights need not sum to 1. With
//! `c` the smallest loss, `S = Σ_j y_j` and `t_i = Σ_j (L[i][j] - c) y_j`, the mix `y / S` proves
//!
//! ```text
//! v ≤ c + max_i t_i / S        and in the same way        v ≥ c + min_j (Σ_i x_i (L[i][j] - c)) / Σ_i x_i
//! ```
//!
//! Every term is at least 0, so rounding errors are relative ones (Higham, "Accuracy and Stability of Numerical
//! Algorithms", 2nd ed., 2002, sections 2.2 and 3.1). Let `u = 2^-53`, `γ_k = k u / (1 - k u)`, and `t~`, `S~` what the
//! doubles give:
//!
//! 1. A difference and a product round once each; no addition or subtraction of doubles underflows, and a product that
//!    does is off by at most `η = 2^-1075`. A sum in which each term passes through at most `h` additions multiplies
//!    the term by `1 + θ`, `abs(θ) ≤ γ_h`. So `(1 - γ_{h+2}) t - nη (1 + γ_h) ≤ t~ ≤ (1 + γ_{h+2}) t + nη (1 + γ_h)`,
//!    and `(1 - γ_h) S ≤ S~ ≤ (1 + γ_h) S`.
//! 2. Hence `(t~ - 2nη) (1 - γ_h) / ((1 + γ_{h+2}) S~) ≤ t / S ≤ (t~ + 2nη) (1 + γ_h) / ((1 - γ_{h+2}) S~)`.
//! 3. These few operations are rounded outwards, one neighbour each.
//!
//! Sums of rows run in eight lanes, `h = ceil(n / 8) + 3`; sums of columns in blocks of rows, `h = 32 + ceil(m / 32)`.
//! Adding 0 is exact, so `h` is at most the number of weights that are not 0: thousands of strategies that nobody plays
//! do not widen the bounds. They are off by about `2 γ_h` of the distance to the smallest loss: 1e-14 of the pay-off
//! range for a hundred strategies a side. Nothing here is fused or reordered: the same bytes on every machine.

// A function that is not inlined into a version of `extreme_sums` is compiled without that version's instructions.
#![allow(clippy::inline_always)]

use multiversion::multiversion;

use crate::extremes::extremes;

/// Unit roundoff of doubles.
const UNIT: f64 = f64::EPSILON / 2.0;

/// `2η`, the smallest positive double.
const TINY: f64 = f64::from_bits(1);

/// Lanes of a sum over a row.
const LANES: usize = 8;

/// Additions that bring the lanes together.
const LANE_ADDITIONS: usize = 3;

/// Columns whose sums are held at once.
const COLUMNS: usize = 64;

/// Rows whose products are added before they join the sum of their column.
const ROWS: usize = 32;

/// Bounds `(lower, upper)` on the value of the game with exactly these losses, row by row.
///
/// `attacker` has one weight per row and `defender` one per column, in any positive scale. `None` if a shape does not
/// fit, a number is not finite, a weight is negative, a side has no weight, or something overflows.
///
/// # Complexity
/// Rows × columns, twice; no memory.
///
/// # Examples
/// ```
/// use saddlepoint_game::certificate::bounds;
///
/// // Matching pennies, with weights that do not sum to 1.
/// let (lower, upper) = bounds(&[1.0, -1.0, -1.0, 1.0], 2, &[0.1, 0.1], &[3.0, 3.0]).expect("finite numbers");
/// assert!(lower <= 0.0 && 0.0 <= upper && upper - lower < 1e-14);
/// ```
#[must_use]
pub fn bounds(losses: &[f64], columns: usize, attacker: &[f64], defender: &[f64]) -> Option<(f64, f64)> {
    if columns == 0 || defender.len() != columns || attacker.len().checked_mul(columns) != Some(losses.len()) {
        return None;
    }
    let are_weights = |weights: &[f64], sum: f64| weights.iter().all(|w| *w >= 0.0) && 0.0 < sum && sum.is_finite();
    let (attacker_sum, defender_sum) = (sum(attacker), sum(defender));
    if !are_weights(attacker, attacker_sum) || !are_weights(defender, defender_sum) {
        return None;
    }
    // From here on, a number is at least 0 or infinite, never NaN, which a maximum would overlook.
    let (smallest, _) = extremes(losses).filter(|(least, most)| (most - least).is_finite())?;
    let (most, least) = extreme_sums(losses, columns, smallest, attacker, defender);
    let upper = {
        let (terms, depth) = (columns, row_depth(defender));
        let numerator = up(up(most + tiny(terms)) * up(1.0 + gamma(depth)));
        let denominator = down(down(1.0 - gamma(depth + 2)) * defender_sum);
        up(smallest + up(numerator / denominator))
    };
    let lower = {
        let terms = attacker.len();
        let numerator = down(down(least - tiny(terms)) * down(1.0 - gamma(row_depth(attacker)))).max(0.0);
        let denominator = up(up(1.0 + gamma(column_depth(attacker) + 2)) * attacker_sum);
        down(smallest + down(numerator / denominator).max(0.0))
    };
    (lower.is_finite() && upper.is_finite()).then_some((lower, upper))
}

fn up(number: f64) -> f64 {
    number.next_up()
}

fn down(number: f64) -> f64 {
    number.next_down()
}

/// `2nη`, exact.
fn tiny(terms: usize) -> f64 {
    terms as f64 * TINY
}

/// A number not below `γ_k`; NaN where `γ_k` is not defined.
fn gamma(k: usize) -> f64 {
    let error = k as f64 * UNIT;
    if error < 0.5 { up(error / down(1.0 - error)) } else { f64::NAN }
}

/// Additions that a term of a sum over a row passes through, other than additions of 0.
fn row_depth(weights: &[f64]) -> usize {
    (weights.len().div_ceil(LANES) + LANE_ADDITIONS).min(in_use(weights))
}

/// Likewise for a sum over a column.
fn column_depth(weights: &[f64]) -> usize {
    (ROWS + weights.len().div_ceil(ROWS)).min(in_use(weights))
}

fn in_use(weights: &[f64]) -> usize {
    weights.iter().filter(|weight| **weight != 0.0).count()
}

/// Adds in lanes what `term` gives for each position below `count`: [`row_depth`] additions a term.
#[inline(always)]
fn in_lanes(left: &[f64], right: &[f64], term: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (whole_left, rest_left) = left.as_chunks::<LANES>();
    let (whole_right, rest_right) = right.as_chunks::<LANES>();
    for (a, b) in whole_left.iter().zip(whole_right) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += term(*a, *b);
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(rest_left).zip(rest_right) {
        *lane += term(*a, *b);
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

fn sum(weights: &[f64]) -> f64 {
    in_lanes(weights, weights, |weight, _| weight)
}

/// The largest sum of a row (at least 0) and the least sum of a column.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn extreme_sums(losses: &[f64], columns: usize, smallest: f64, attacker: &[f64], defender: &[f64]) -> (f64, f64) {
    let mut most = 0.0;
    for row in losses.chunks_exact(columns) {
        let sum = row_sum(row, smallest, defender);
        most = if sum > most { sum } else { most };
    }
    (most, least_column_sum(losses, columns, smallest, attacker))
}

#[inline(always)]
fn row_sum(row: &[f64], smallest: f64, weights: &[f64]) -> f64 {
    in_lanes(row, weights, |loss, weight| (loss - smallest) * weight)
}

/// The least sum of a column, [`column_depth`] additions a term, a block of columns at a time.
#[inline(always)]
fn least_column_sum(losses: &[f64], columns: usize, smallest: f64, weights: &[f64]) -> f64 {
    let mut least = f64::INFINITY;
    for first in (0..columns).step_by(COLUMNS) {
        let width = COLUMNS.min(columns - first);
        let mut sums = [0.0; COLUMNS];
        let sums = &mut sums[..width];
        for (rows, weights) in losses.chunks(ROWS * columns).zip(weights.chunks(ROWS)) {
            let mut block = [0.0; COLUMNS];
            let block = &mut block[..width];
            for (row, weight) in rows.chunks_exact(columns).zip(weights) {
                for (sum, loss) in block.iter_mut().zip(&row[first..first + width]) {
                    *sum += (loss - smallest) * weight;
                }
            }
            sums.iter_mut().zip(&*block).for_each(|(sum, block)| *sum += block);
        }
        for &sum in &*sums {
            least = if sum < least { sum } else { least };
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::certificate::certify;
    use crate::constraint::Game;
    use crate::matrix::{LossMatrix, numbered};
    use crate::rational::{self, Rational};
    use crate::strategy::MixedStrategy;

    /// The interval of the normalised weights, in rationals.
    fn exact(losses: &[f64], attacker: &[f64], defender: &[f64]) -> (Rational, Rational) {
        let names = |prefix, weights: &[f64]| numbered(prefix, weights.len());
        let loss = LossMatrix::from_f64(names("a", attacker), names("d", defender), losses).expect("a matrix");
        let mix = |weights: &[f64]| {
            let weights: Vec<_> = weights.iter().filter_map(|weight| rational::from_f64(*weight)).collect();
            let mass = weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
            MixedStrategy::exact(weights.into_iter().map(|weight| weight / &mass).collect()).expect("a mix")
        };
        let proof = certify(&Game::new(loss), &mix(attacker), &mix(defender), &[]).expect("a certificate");
        (proof.lower, proof.upper)
    }

    /// The distances by which the bounds lie outside the exact interval, as a fraction of the range.
    fn slack(losses: &[f64], attacker: &[f64], defender: &[f64]) -> Option<[f64; 2]> {
        let (lower, upper) = bounds(losses, defender.len(), attacker, defender)?;
        let (least, most) = exact(losses, attacker, defender);
        let outside = [least - rational::from_f64(lower)?, rational::from_f64(upper)? - most];
        assert!(outside.iter().all(|distance| *distance >= Rational::ZERO), "[{lower}, {upper}] is too narrow");
        let range = losses.iter().copied().fold(f64::MIN, f64::max) - losses.iter().copied().fold(f64::MAX, f64::min);
        Some(outside.map(|distance| rational::to_f64(&distance) / if range > 0.0 { range } else { 1.0 }))
    }

    fn games(numbers: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = [Vec<f64>; 3]> {
        (1..70_usize, 1..70_usize).prop_flat_map(move |(m, n)| {
            let weight = prop_oneof![Just(0.0), 0.0..1.0_f64, 0.0..1e-15_f64];
            let weights = |count| prop::collection::vec(weight.clone(), count);
            (prop::collection::vec(numbers.clone(), m * n), weights(m), weights(n))
                .prop_filter("no weight", |(_, x, y)| [x, y].iter().all(|w| w.iter().any(|w| *w > 0.0)))
                .prop_map(|(losses, x, y)| [losses, x, y])
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn bounds_of_uniform_games_contain_and_are_tight([losses, x, y] in games(0.0..1.0_f64)) {
            let slack = slack(&losses, &x, &y).expect("bounds");
            prop_assert!(slack.iter().all(|slack| *slack < 1e-13), "{slack:?}");
        }

        #[test]
        fn a_large_constant_costs_one_rounding([losses, x, y] in games(1e8..1e8 + 1.0_f64)) {
            prop_assert!(slack(&losses, &x, &y).expect("bounds").iter().all(|slack| *slack < 1e-6));
        }

        /// Both signs, and sizes from subnormals to those whose products overflow.
        #[test]
        fn bounds_of_any_doubles_contain(
            [losses, x, y] in games(prop_oneof![-1e-310..1e-310_f64, -1.0..1.0_f64, -1e300..1e300_f64]),
            exponent in prop_oneof![Just(0), -1060..1000_i32],
        ) {
            let scaled = |weights: &[f64]| weights.iter().map(|w| w * 2f64.powi(exponent)).collect::<Vec<_>>();
            let (x, y) = (scaled(&x), scaled(&y));
            prop_assume!(x.iter().any(|x| *x > 0.0) && y.iter().any(|y| *y > 0.0));
            let _ = slack(&losses, &x, &y);
        }

        /// Tiny numbers throughout, where products underflow.
        #[test]
        fn underflow_is_accounted_for([losses, x, y] in games(0.0..1e-160_f64)) {
            let small = |weights: &[f64]| weights.iter().map(|w| w * 1e-150).collect::<Vec<_>>();
            let (x, y) = (small(&x), small(&y));
            prop_assert!(slack(&losses, &x, &y).is_some());
        }
    }

    #[test]
    fn what_proves_nothing_is_refused() {
        let one = [1.0];
        assert_eq!(bounds(&[], 0, &[], &[]), None);
        assert_eq!(bounds(&one, 1, &one, &[1.0, 1.0]), None);
        assert_eq!(bounds(&[1.0, 2.0], 1, &one, &one), None);
        assert_eq!(bounds(&[f64::NAN], 1, &one, &one), None);
        assert_eq!(bounds(&one, 1, &[-1.0], &one), None);
        assert_eq!(bounds(&one, 1, &[f64::NAN], &one), None);
        assert_eq!(bounds(&one, 1, &[0.0], &one), None);
        assert_eq!(bounds(&one, 1, &one, &[0.0]), None);
        assert_eq!(bounds(&[f64::MAX, f64::MIN], 2, &one, &[1.0, 1.0]), None);
        let (lower, upper) = bounds(&[0.1], 1, &[0.3], &[7.0]).expect("bounds");
        assert!(lower <= 0.1 && 0.1 <= upper && upper - lower < 1e-16);
    }
}
