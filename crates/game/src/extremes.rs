//! The least and the greatest of many doubles, compiled for several instruction sets.

use multiversion::multiversion;

/// Numbers looked at side by side.
const LANES: usize = 8;

/// The least and the greatest number; `None` if there is none, or one is not finite.
///
/// # Examples
/// ```
/// assert_eq!(saddlepoint_game::extremes(&[0.5, -1.0, 2.0]), Some((-1.0, 2.0)));
/// assert_eq!(saddlepoint_game::extremes(&[0.5, f64::NAN]), None);
/// ```
#[must_use]
pub fn extremes(numbers: &[f64]) -> Option<(f64, f64)> {
    let (least, most, spoilt) = all(numbers);
    (!numbers.is_empty() && spoilt.is_finite()).then_some((least, most))
}

/// The least, the greatest, and 0 if all are finite (0 times anything else is NaN). One loop for each stays in registers;
/// comparisons, since `min` and `max` have a rule for NaN that costs instructions.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
fn all(numbers: &[f64]) -> (f64, f64, f64) {
    let less = |a: f64, b: f64| if b < a { b } else { a };
    let more = |a: f64, b: f64| if b > a { b } else { a };
    let least = in_lanes(numbers, f64::INFINITY, less);
    let most = in_lanes(numbers, f64::NEG_INFINITY, more);
    let spoilt = in_lanes(numbers, 0.0, |spoilt, number| spoilt + number * 0.0);
    (halved(least, less), halved(most, more), halved(spoilt, |a, b| a + b))
}

/// Folds every eighth number into a lane.
fn in_lanes(numbers: &[f64], start: f64, fold: impl Fn(f64, f64) -> f64) -> [f64; LANES] {
    let mut lanes = [start; LANES];
    let (blocks, rest) = numbers.as_chunks::<LANES>();
    for block in blocks {
        for (lane, number) in lanes.iter_mut().zip(block) {
            *lane = fold(*lane, *number);
        }
    }
    for (lane, number) in lanes.iter_mut().zip(rest) {
        *lane = fold(*lane, *number);
    }
    lanes
}

/// One number from all lanes, halves first.
fn halved([a, b, c, d, e, f, g, h]: [f64; LANES], of: impl Fn(f64, f64) -> f64) -> f64 {
    of(of(of(a, e), of(c, g)), of(of(b, f), of(d, h)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_looked_at() {
        for length in 1..40 {
            for place in 0..length {
                let with = |number: f64| {
                    let mut numbers = vec![0.25; length];
                    numbers[place] = number;
                    extremes(&numbers)
                };
                let other = if length == 1 { -3.0 } else { 0.25 };
                assert_eq!(with(-3.0), Some((-3.0, other)), "{length} {place}");
                for spoilt in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    assert_eq!(with(spoilt), None, "{length} {place}");
                }
            }
        }
        assert_eq!(extremes(&[]), None);
    }
}
