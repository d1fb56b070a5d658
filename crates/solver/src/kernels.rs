//! The inner loops over doubles, compiled for several instruction sets.
//!
//! Nothing here is fused, and every sum has the same fixed order of eight partial sums, so a result has the same bits on
//! every machine and in every version of a loop; wider registers only make it sooner.

use multiversion::multiversion;

/// Partial sums of a sum.
const LANES: usize = 8;

/// `y -= factor · x`, up to the shorter length.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn subtract_multiple(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y -= factor * x;
    }
}

/// `y += factor · x`, up to the shorter length.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_multiple(y: &mut [f64], factor: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += factor * x;
    }
}

/// `y += Σ_k factors[k] · x[k]`, added in this order; each `x[k]` as long as `y`. One pass over `y` for four rows.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn add_four_multiples(y: &mut [f64], factors: [f64; 4], x: [&[f64]; 4]) {
    let [a, b, c, d] = x.map(|row| &row[..y.len()]);
    for (k, y) in y.iter_mut().enumerate() {
        *y = (((*y + factors[0] * a[k]) + factors[1] * b[k]) + factors[2] * c[k]) + factors[3] * d[k];
    }
}

/// `Σ a b`, up to the shorter length.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let length = a.len().min(b.len());
    let (a, b) = (&a[..length], &b[..length]);
    let mut sums = [0.0; LANES];
    let (left, right) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f64 = left.remainder().iter().zip(right.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in left.zip(right) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    (((a + b) + (c + d)) + ((e + f) + (g + h))) + tail
}

/// The least and the greatest number; both NaN if any is not finite. At least one number is needed.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn extremes(a: &[f64]) -> (f64, f64) {
    let (mut least, mut most, mut spoilt) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES], [0.0; LANES]);
    let blocks = a.chunks_exact(LANES);
    let tail = blocks.remainder();
    // Comparisons, not `min` and `max`, which have a rule for NaN that costs instructions.
    for block in blocks {
        for lane in 0..LANES {
            let entry = block[lane];
            least[lane] = if entry < least[lane] { entry } else { least[lane] };
            most[lane] = if entry > most[lane] { entry } else { most[lane] };
            // 0 unless the entry is infinite or NaN.
            spoilt[lane] += entry * 0.0;
        }
    }
    let all = |lanes: [f64; LANES], start: f64, f: fn(f64, f64) -> f64| {
        lanes.into_iter().chain(tail.iter().copied()).fold(start, f)
    };
    let spoilt = spoilt.iter().sum::<f64>() + tail.iter().map(|entry| entry * 0.0).sum::<f64>();
    (all(least, f64::INFINITY, f64::min) + spoilt, all(most, f64::NEG_INFINITY, f64::max) + spoilt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loops_are_the_formulas() {
        // Small integers, so that every order of a sum gives the same number.
        let a: Vec<f64> = (0..21).map(f64::from).collect();
        let b: Vec<f64> = (0..21).map(|k| f64::from(k % 5)).collect();
        let sum: f64 = (0..21).map(|k| f64::from(k * (k % 5))).sum();
        assert_eq!(dot(&a, &b).to_bits(), sum.to_bits());
        let mut y = a.clone();
        subtract_multiple(&mut y, 2.0, &b);
        add_multiple(&mut y, 2.0, &b);
        assert_eq!(y, a);
        let (mut four, mut single) = (a.clone(), a.clone());
        add_four_multiples(&mut four, [0.1, 0.2, -0.3, 0.7], [&a, &b, &b, &a]);
        for (factor, row) in [(0.1, &a), (0.2, &b), (-0.3, &b), (0.7, &a)] {
            add_multiple(&mut single, factor, row);
        }
        assert!(four.iter().zip(&single).all(|(f, s)| f.to_bits() == s.to_bits()), "the same bits");
        assert_eq!(extremes(&a), (0.0, 20.0));
    }

    #[test]
    fn extremes_see_what_is_not_finite() {
        for spoilt in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for position in [0, 9, 20] {
                let mut a = vec![1.0; 21];
                a[position] = spoilt;
                assert!(extremes(&a).0.is_nan() && extremes(&a).1.is_nan());
            }
        }
    }
}
