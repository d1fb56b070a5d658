//! [`Dense`]: a matrix of doubles, as the methods that work in doubles see it.
//!
//! Rows are attacks, columns are defences. Expected losses are `L y` for the attacks and `x'L` for the defences; for any
//! two mixes `max_i (L y)_i - min_j (x'L)_j` is the sum of both regrets.

use crate::kernels::{add_four_multiples, add_multiple, dot};

/// A mix with at most one strategy of so many in its support is multiplied entry by entry: a cache line has eight.
const SPARSE: usize = 16;

/// Attacks × defences, row by row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dense<'a> {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) entries: &'a [f64],
}

impl<'a> Dense<'a> {
    /// A view of `entries`, whose length must be `rows * columns`, both at least 1.
    pub(crate) fn new(rows: usize, columns: usize, entries: &'a [f64]) -> Self {
        debug_assert!(rows > 0 && columns > 0 && entries.len() == rows * columns);
        Self { rows, columns, entries }
    }

    pub(crate) fn row(&self, i: usize) -> &'a [f64] {
        &self.entries[i * self.columns..(i + 1) * self.columns]
    }

    /// `L y` into `losses`, which is overwritten.
    pub(crate) fn attack_losses(&self, defender: &[f64], losses: &mut Vec<f64>) {
        losses.clear();
        // A few entries of each row, where there are few, rather than all of them.
        let support: Vec<usize> = (0..self.columns).filter(|j| defender[*j] != 0.0).collect();
        if support.len() * SPARSE <= self.columns {
            let product = |row: &[f64]| support.iter().map(|j| row[*j] * defender[*j]).sum::<f64>();
            losses.extend(self.entries.chunks_exact(self.columns).map(product));
            return;
        }
        losses.extend(self.entries.chunks_exact(self.columns).map(|row| dot(row, defender)));
    }

    /// `x'L` into `losses`, which is overwritten.
    pub(crate) fn defence_losses(&self, attacker: &[f64], losses: &mut Vec<f64>) {
        losses.clear();
        losses.resize(self.columns, 0.0);
        let rows = self.entries.chunks_exact(self.columns).zip(attacker);
        let mut weighted = rows.filter(|(_, weight)| **weight != 0.0);
        loop {
            let four = [weighted.next(), weighted.next(), weighted.next(), weighted.next()];
            if let [Some((a, p)), Some((b, q)), Some((c, r)), Some((d, s))] = four {
                add_four_multiples(losses, [*p, *q, *r, *s], [a, b, c, d]);
                continue;
            }
            for (row, weight) in four.into_iter().flatten() {
                add_multiple(losses, *weight, row);
            }
            return;
        }
    }

    /// The sum of both regrets of a pair of mixes, as far as doubles tell.
    pub(crate) fn gap(&self, attacker: &[f64], defender: &[f64]) -> f64 {
        let mut losses = Vec::with_capacity(self.rows.max(self.columns));
        self.attack_losses(defender, &mut losses);
        let upper = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        self.defence_losses(attacker, &mut losses);
        upper - losses.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The matrix with rows and columns exchanged, row by row; in tiles, so that both sides stay in the cache.
    pub(crate) fn transposed(&self) -> Vec<f64> {
        const TILE: usize = 32;
        let mut out = vec![0.0; self.entries.len()];
        for top in (0..self.rows).step_by(TILE) {
            for left in (0..self.columns).step_by(TILE) {
                for i in top..(top + TILE).min(self.rows) {
                    for j in left..(left + TILE).min(self.columns) {
                        out[j * self.rows + i] = self.entries[i * self.columns + j];
                    }
                }
            }
        }
        out
    }
}

/// Both players' mixes in doubles, and how far they are from an equilibrium.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    /// One weight per attack, at least 0, with sum 1 up to rounding.
    pub(crate) attacker: Vec<f64>,
    /// One weight per defence, likewise.
    pub(crate) defender: Vec<f64>,
    /// The sum of both regrets in the matrix's unit, as far as doubles tell.
    pub(crate) gap: f64,
}

impl Pair {
    /// The pair of two vectors of weights in any positive scale, with its gap; a side without weight plays uniformly.
    pub(crate) fn measured(game: &Dense<'_>, mut attacker: Vec<f64>, mut defender: Vec<f64>) -> Self {
        for weights in [&mut attacker, &mut defender] {
            for weight in weights.iter_mut() {
                *weight = weight.max(0.0);
            }
            if !normalise(weights) {
                let share = 1.0 / weights.len() as f64;
                weights.fill(share);
            }
        }
        let gap = game.gap(&attacker, &defender);
        Self { attacker, defender, gap }
    }

    /// Both sides uniform.
    pub(crate) fn uniform(game: &Dense<'_>) -> Self {
        Self::measured(game, vec![1.0; game.rows], vec![1.0; game.columns])
    }
}

/// Weights of at least 0 brought to the sum 1; `false`, and nothing changed, if they have no finite positive sum.
pub(crate) fn normalise(weights: &mut [f64]) -> bool {
    let sum: f64 = weights.iter().sum();
    if !(sum > 0.0 && sum.is_finite()) {
        return false;
    }
    for weight in weights {
        *weight /= sum;
    }
    true
}

/// The nearest mix (in Euclidean distance) to any weights: all less one threshold, no less than 0.
///
/// Weights below the threshold leave until none is left below (Michelot, 1986); at most as many passes as weights, in
/// practice a handful.
pub(crate) fn project(weights: &mut [f64]) {
    let mut threshold = f64::NEG_INFINITY;
    loop {
        let (mut sum, mut count) = (0.0, 0_usize);
        for &weight in weights.iter() {
            if weight > threshold {
                sum += weight;
                count += 1;
            }
        }
        let next = (sum - 1.0) / count.max(1) as f64;
        if count == 0 || next <= threshold {
            break;
        }
        threshold = next;
    }
    for weight in weights {
        *weight = (*weight - threshold).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_and_gap_of_a_known_pair() {
        let entries = [0.6, 0.1, 0.2, 0.5];
        let game = Dense::new(2, 2, &entries);
        let mut losses = Vec::new();
        game.attack_losses(&[0.5, 0.5], &mut losses);
        assert_eq!(losses, [0.35, 0.35]);
        assert!(game.gap(&[0.375, 0.625], &[0.5, 0.5]).abs() < 1e-15);
        assert!((game.gap(&[1.0, 0.0], &[1.0, 0.0]) - 0.5).abs() < 1e-15);
    }

    #[test]
    fn transposing_twice_changes_nothing() {
        let entries: Vec<f64> = (0..70 * 45).map(f64::from).collect();
        let game = Dense::new(70, 45, &entries);
        let once = game.transposed();
        assert_eq!(once[3 * 70 + 2].to_bits(), entries[2 * 45 + 3].to_bits());
        assert_eq!(Dense::new(45, 70, &once).transposed(), entries);
    }

    #[test]
    fn the_projection_is_a_mix_and_the_nearest() {
        let mut weights = vec![0.9, 0.6, -3.0, 0.2];
        project(&mut weights);
        // The threshold is 0.25: 0.65 and 0.35 are left.
        assert!(weights.iter().zip([0.65, 0.35, 0.0, 0.0]).all(|(w, e)| (w - e).abs() < 1e-15), "{weights:?}");
        let mut vertex = vec![0.0, 5.0];
        project(&mut vertex);
        assert_eq!(vertex, [0.0, 1.0]);
    }
}
