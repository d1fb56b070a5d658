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

/// `min(1, (scale · x - shift) / range)` into `unit`, which is overwritten.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"))]
pub(crate) fn shifted_and_divided(x: &[f64], scale: f64, shift: f64, range: f64, unit: &mut Vec<f64>) {
    unit.clear();
    unit.extend(x.iter().map(|x| {
        let share = (x * scale - shift) / range;
        if share < 1.0 { share } else { 1.0 }
    }));
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
        let (mut four, mut single) = (a.clone(), a.clone());
        add_four_multiples(&mut four, [0.1, 0.2, -0.3, 0.7], [&a, &b, &b, &a]);
        for (factor, row) in [(0.1, &a), (0.2, &b), (-0.3, &b), (0.7, &a)] {
            add_multiple(&mut single, factor, row);
        }
        assert!(four.iter().zip(&single).all(|(f, s)| f.to_bits() == s.to_bits()), "the same bits");
    }
}
