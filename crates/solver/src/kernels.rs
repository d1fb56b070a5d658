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
    }
}
