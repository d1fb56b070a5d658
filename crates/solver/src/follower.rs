//! A follower's pay-offs in doubles, equal columns collapsed: what the searches for commitments price responses on.

use std::collections::HashMap;
use std::hash::Hash;

use saddlepoint_game::Payoffs;
use saddlepoint_game::rational::{self, Rational};

/// Relative width of the interval in which a fraction is looked for near a double: more than doubles lose on the way, so
/// that a fraction of small numbers is found exactly.
const NEAR: f64 = 1e-9;

/// The exponent bits of a double.
const EXPONENT: u64 = 0x7ff0_0000_0000_0000;

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Follower {
    /// Class of each column: columns with equal pay-offs for the follower are one class.
    pub(crate) class: Vec<usize>,
    /// The first column of each class.
    pub(crate) first: Vec<usize>,
    /// Leader strategies × classes, each pay-off in [0, 1].
    unit: Vec<f64>,
    /// Largest minus smallest pay-off; 1 if they are equal.
    pub(crate) range: f64,
}

impl Follower {
    /// The follower of a game with so many columns (at least 1).
    pub(crate) fn new(payoffs: &Payoffs, columns: usize) -> Self {
        let class = classes(payoffs, columns);
        let mut first = Vec::new();
        for (column, &class) in class.iter().enumerate() {
            if class == first.len() {
                first.push(column);
            }
        }
        let mut all = Vec::new();
        let scale = payoffs.to_unit(&mut all);
        let unit = all.chunks_exact(columns).flat_map(|row| first.iter().map(|&column| row[column])).collect();
        Self { class, first, unit, range: rational::to_f64(&scale.range) }
    }

    /// Pay-offs of every class for one leader strategy.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.unit[row * self.first.len()..(row + 1) * self.first.len()]
    }

    /// Expected pay-offs of every class against weights on the leader's strategies.
    pub(crate) fn utilities(&self, weights: &[f64], sums: &mut Vec<f64>) {
        sums.clear();
        sums.resize(self.first.len(), 0.0);
        for (row, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
            for (sum, utility) in sums.iter_mut().zip(self.row(row)) {
                *sum += weight * utility;
            }
        }
    }

    /// The incentive of a class against another: its pay-offs minus those of the other, per leader strategy.
    pub(crate) fn incentive(&self, class: usize, against: usize, normal: &mut Vec<f64>) {
        normal.clear();
        normal.extend(self.unit.chunks_exact(self.first.len()).map(|row| row[class] - row[against]));
    }
}

/// Numbers the columns such that equal ones share a number, in the order in which they first occur.
pub(crate) fn classes(payoffs: &Payoffs, columns: usize) -> Vec<usize> {
    match payoffs {
        Payoffs::Fixed { numerators, .. } => number(numerators, columns),
        Payoffs::Wide { numerators, .. } => number(numerators, columns),
        Payoffs::Rational(entries) => number(entries, columns),
    }
}

fn number<T: Eq + Hash + Clone>(entries: &[T], columns: usize) -> Vec<usize> {
    let rows = entries.len() / columns;
    let mut turned = Vec::with_capacity(entries.len());
    for column in 0..columns {
        turned.extend(entries.iter().skip(column).step_by(columns).cloned());
    }
    distinct(turned.chunks_exact(rows))
}

/// Numbers equal keys alike, in the order in which they first occur.
pub(crate) fn distinct<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> Vec<usize> {
    let mut seen = HashMap::new();
    keys.map(|key| {
        let next = seen.len();
        *seen.entry(key).or_insert(next)
    })
    .collect()
}

/// A multiplier rounded to a dozen bits of the largest one; `None` if it is not finite.
pub(crate) fn short(weight: f64, largest: f64) -> Option<Rational> {
    // The power of two at or below the largest, from its bits: no logarithm of a platform has a say.
    let step = f64::from_bits(largest.to_bits() & EXPONENT) / 4096.0;
    rational::from_f64((weight / step).round() * step)
}

/// The simplest fraction near a double; `None` if it is not finite.
pub(crate) fn near(weight: f64) -> Option<Rational> {
    let (low, high) = (rational::from_f64(weight * (1.0 - NEAR))?, rational::from_f64(weight * (1.0 + NEAR))?);
    Some(if low < high { Rational::simplest_in(low, high) } else { low })
}
