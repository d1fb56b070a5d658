//! Seeded games for tests and benchmarks of this workspace. Internal: no stable interface.
//!
//! A game is a function of its family, its largest side and its seed, on every machine: one `ChaCha8` stream per seed,
//! and no number drawn whose width depends on the platform.

use std::cmp::Ordering;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::bimatrix::Bimatrix;
use crate::constraint::{Constraint, Game, Sense};
use crate::matrix::{LossMatrix, PayoffKind, numbered};
use crate::payoffs::Payoffs;
use crate::rational::Rational;

/// A kind of game that some solver finds hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Doubles, uniform in [0, 1).
    Uniform,
    /// Percentages with two digits, as published tables have them.
    Percentages,
    /// Integers from 0 to 2: ties everywhere, many optimal mixes.
    SmallIntegers,
    /// Percentages of which rows and columns occur several times.
    Duplicated,
    /// One attack.
    OneRow,
    /// One defence.
    OneColumn,
    /// The same entry everywhere.
    Constant,
    /// Uniform doubles, each row scaled by a power of ten between 1e-6 and 1e6.
    BadlyScaled,
    /// Doubles 1e8 + uniform in [0, 1).
    Lifted,
    /// Percentages with `L[i][j] = -L[j][i]`: the value is 0. Square, of the smaller side.
    SkewSymmetric,
    /// Signs of the Sylvester matrix, with the signs of whole rows and columns turned at random.
    Hadamard,
    /// Doubles: a matrix of rank 1 and noise of 1e-10.
    NearlySingular,
    /// Four doubles, over and over.
    Tied,
    /// 0 or 1, as likely as not.
    Binary,
    /// One cell in ten is 1, the others are 0.
    SparseBinary,
    /// Defences that cover some of the targets; an attack on another one costs the target's worth.
    Coverage,
    /// Percentages on the diagonal, some of them 0, and 0 elsewhere.
    Diagonal,
    /// Small multiples of the smallest double.
    Subnormal,
    /// Doubles, uniform in [-1e300, 1e300).
    Huge,
    /// Doubles: a matrix of rank 1 to 3 and noise of 1e-2.
    LowRank,
    /// Percentages of which half the rows and columns are worse copies, or copies, of others.
    Dominated,
    /// Percentages; each row is the one above, moved by a column.
    Circulant,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 22] = [
        Self::Uniform,
        Self::Percentages,
        Self::SmallIntegers,
        Self::Duplicated,
        Self::OneRow,
        Self::OneColumn,
        Self::Constant,
        Self::BadlyScaled,
        Self::Lifted,
        Self::SkewSymmetric,
        Self::Hadamard,
        Self::NearlySingular,
        Self::Tied,
        Self::Binary,
        Self::SparseBinary,
        Self::Coverage,
        Self::Diagonal,
        Self::Subnormal,
        Self::Huge,
        Self::LowRank,
        Self::Dominated,
        Self::Circulant,
    ];

    /// A game of this family with at most `largest` strategies a side (at least 1).
    #[must_use]
    pub fn game(self, largest: u32, seed: u64) -> Game {
        let mut draw = Draw::new(seed);
        let (rows, columns) = (1 + draw.below(largest.max(1)) as usize, 1 + draw.below(largest.max(1)) as usize);
        let (rows, columns) = match self {
            Self::OneRow => (1, columns),
            Self::OneColumn => (rows, 1),
            _ => (rows, columns),
        };
        self.sized(rows, columns, draw)
    }

    /// A game of this family and of one shape; one row or column stays one, and a square a square.
    #[must_use]
    pub fn game_of(self, rows: usize, columns: usize, seed: u64) -> Game {
        self.sized(rows, columns, Draw::new(seed))
    }

    fn sized(self, rows: usize, columns: usize, mut draw: Draw) -> Game {
        let cells = rows * columns;
        match self {
            Self::Uniform => from_doubles(rows, columns, (0..cells).map(|_| draw.unit())),
            Self::Percentages | Self::OneRow | Self::OneColumn => {
                from_fractions(rows, columns, (0..cells).map(|_| draw.below(101)), 100)
            }
            Self::SmallIntegers => from_fractions(rows, columns, (0..cells).map(|_| draw.below(3)), 1),
            Self::Constant => {
                let entry = draw.below(101);
                from_fractions(rows, columns, (0..cells).map(|_| entry), 100)
            }
            Self::Duplicated => {
                let base: Vec<u32> = (0..cells).map(|_| draw.below(101)).collect();
                // Each row and column is one of the first half.
                let row: Vec<usize> = (0..rows).map(|_| draw.index(rows.div_ceil(2))).collect();
                let column: Vec<usize> = (0..columns).map(|_| draw.index(columns.div_ceil(2))).collect();
                let entries = row.iter().flat_map(|&i| column.iter().map(move |j| (i, *j)));
                let entries = entries.map(|(i, j)| base[i * columns + j]);
                from_fractions(rows, columns, entries, 100)
            }
            Self::BadlyScaled => {
                let scale: Vec<f64> = (0..rows).map(|_| POWERS[draw.index(POWERS.len())]).collect();
                from_doubles(rows, columns, (0..cells).map(|cell| draw.unit() * scale[cell / columns]))
            }
            Self::Lifted => from_doubles(rows, columns, (0..cells).map(|_| 1e8 + draw.unit())),
            Self::SkewSymmetric => {
                let side = rows.min(columns);
                let base: Vec<i64> = (0..side * side).map(|_| i64::from(draw.below(101))).collect();
                let entries = (0..side * side).map(|cell| (cell / side, cell % side));
                let entries = entries.map(|(i, j)| match i.cmp(&j) {
                    Ordering::Less => base[i * side + j],
                    Ordering::Equal => 0,
                    Ordering::Greater => -base[j * side + i],
                });
                from_integers(side, side, entries, 100)
            }
            Self::Hadamard => {
                let turned: Vec<u32> = (0..rows + columns).map(|_| draw.below(2)).collect();
                let odd = |i: usize, j: usize| (i & j).count_ones() + turned[i] + turned[rows + j];
                let sign = |cell: usize| if odd(cell / columns, cell % columns).is_multiple_of(2) { 1 } else { -1 };
                from_integers(rows, columns, (0..cells).map(sign), 1)
            }
            Self::NearlySingular => from_doubles(rows, columns, low_rank(rows, columns, 1, 1e-10, &mut draw)),
            Self::LowRank => {
                let rank = 1 + draw.index(3);
                from_doubles(rows, columns, low_rank(rows, columns, rank, 1e-2, &mut draw))
            }
            Self::Tied => {
                let values: [f64; 4] = std::array::from_fn(|_| draw.unit());
                from_doubles(rows, columns, (0..cells).map(|_| values[draw.index(4)]))
            }
            Self::Binary => from_fractions(rows, columns, (0..cells).map(|_| draw.below(2)), 1),
            Self::SparseBinary => from_fractions(rows, columns, (0..cells).map(|_| u32::from(draw.below(10) == 0)), 1),
            Self::Coverage => {
                let worth: Vec<u32> = (0..rows).map(|_| 1 + draw.below(100)).collect();
                let loss = |cell: usize| if draw.below(3) == 0 { 0 } else { worth[cell / columns] };
                from_fractions(rows, columns, (0..cells).map(loss), 100)
            }
            Self::Diagonal => {
                let diagonal: Vec<u32> = (0..rows).map(|_| draw.below(101)).collect();
                let loss = |cell: usize| if cell / columns == cell % columns { diagonal[cell / columns] } else { 0 };
                from_fractions(rows, columns, (0..cells).map(loss), 100)
            }
            Self::Subnormal => {
                from_doubles(rows, columns, (0..cells).map(|_| f64::from_bits(u64::from(draw.below(1_000)))))
            }
            Self::Huge => from_doubles(rows, columns, (0..cells).map(|_| (2.0 * draw.unit() - 1.0) * 1e300)),
            Self::Dominated => {
                let mut losses: Vec<i64> = (0..cells).map(|_| i64::from(draw.below(101))).collect();
                for i in rows.div_ceil(2)..rows {
                    let (of, less) = (draw.index(rows.div_ceil(2)), i64::from(draw.below(3)));
                    (0..columns).for_each(|j| losses[i * columns + j] = losses[of * columns + j] - less);
                }
                for j in columns.div_ceil(2)..columns {
                    let (of, more) = (draw.index(columns.div_ceil(2)), i64::from(draw.below(3)));
                    (0..rows).for_each(|i| losses[i * columns + j] = losses[i * columns + of] + more);
                }
                from_integers(rows, columns, losses.into_iter(), 100)
            }
            Self::Circulant => {
                let first: Vec<u32> = (0..columns).map(|_| draw.below(101)).collect();
                let loss = |cell: usize| first[(cell % columns + cell / columns) % columns];
                from_fractions(rows, columns, (0..cells).map(loss), 100)
            }
        }
    }
}

/// Entries of a sum of `rank` outer products of uniform vectors, and uniform noise.
fn low_rank(rows: usize, columns: usize, rank: usize, noise: f64, draw: &mut Draw) -> impl Iterator<Item = f64> {
    let mut entries = vec![0.0; rows * columns];
    for _ in 0..rank {
        let (left, right): (Vec<_>, Vec<_>) =
            ((0..rows).map(|_| draw.unit()).collect(), (0..columns).map(|_| draw.unit()).collect());
        entries.iter_mut().enumerate().for_each(|(cell, a)| *a += left[cell / columns] * right[cell % columns]);
    }
    for entry in &mut entries {
        *entry += noise * draw.unit();
    }
    entries.into_iter()
}

/// Written out, so that no power function of a platform has a say.
const POWERS: [f64; 13] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

/// The game with one to three random limits on its defender, which no mix may be able to meet.
#[must_use]
pub fn constrained(mut game: Game, seed: u64) -> Game {
    // Another stream than the game's own.
    let mut draw = Draw::new(seed ^ 0x9e37_79b9_7f4a_7c15);
    let defences = game.loss.defences().len();
    for k in 0..=draw.below(3) {
        let coefficients = (0..defences).map(|_| fraction(draw.below(101), 100)).collect();
        let sense = if draw.below(2) == 0 { Sense::Cap } else { Sense::Floor };
        // Towards the side that leaves room, so that most games have an admissible mix.
        let bound = match sense {
            Sense::Cap => 20 + draw.below(70),
            Sense::Floor => 10 + draw.below(70),
        };
        let (name, metric) = (format!("limit {}", k + 1), format!("metric {}", k + 1));
        game.constraints.push(Constraint { name, metric, sense, bound: fraction(bound, 100), coefficients });
    }
    game
}

/// A game of two independent pay-off matrices of one family.
///
/// # Panics
/// If a side is 0.
#[must_use]
pub fn general_sum(family: Family, rows: usize, columns: usize, seed: u64) -> Bimatrix {
    let [first, second] = [2 * seed, 2 * seed + 1].map(|seed| family.game_of(rows, columns, seed).loss);
    let (rows, columns) = (first.attacks().clone(), first.defences().clone());
    let game = Bimatrix::new(rows, columns, first.payoffs().to_rationals(), second.payoffs().to_rationals());
    game.expect("as many pay-offs as profiles")
}

/// Patrols that each cover a third of the targets, against attackers who pick a target and a slot; slots pay alike, so that
/// most columns are equal and few pay-offs differ.
///
/// # Panics
/// If a side is 0.
#[must_use]
pub fn patrols(rows: usize, targets: usize, slots: usize, seed: u64) -> Bimatrix {
    let mut draw = Draw::new(seed);
    let covers: Vec<Vec<bool>> = (0..rows).map(|_| (0..targets).map(|_| draw.below(3) == 0).collect()).collect();
    let stakes: Vec<[u32; 4]> = (0..targets).map(|_| [0; 4].map(|_| 1 + draw.below(10))).collect();
    let cell = |row: usize, target: usize| {
        let [reward, penalty, gain, loss] = stakes[target].map(i64::from);
        let (leader, follower) = if covers[row][target] { (reward, -penalty) } else { (-loss, gain) };
        (Rational::from(leader), Rational::from(follower))
    };
    let cells = (0..rows).flat_map(|row| (0..targets * slots).map(move |column| (row, column % targets)));
    let (first, second) = cells.map(|(row, target)| cell(row, target)).unzip();
    let game = Bimatrix::new(numbered("p", rows), numbered("t", targets * slots), first, second);
    game.expect("as many pay-offs as profiles")
}

/// One reproducible stream of numbers.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `bound` (at least 1); the bias of the remainder is below 1e-6 for the bounds in use.
    pub fn below(&mut self, bound: u32) -> u32 {
        self.0.next_u32() % bound
    }

    /// An index below `bound`, which must be at least 1.
    pub fn index(&mut self, bound: usize) -> usize {
        self.below(u32::try_from(bound).unwrap_or(u32::MAX)) as usize
    }

    /// A double in [0, 1), a multiple of 2^-53.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn fraction(numerator: u32, denominator: u32) -> Rational {
    Rational::from_parts(numerator.into(), denominator.into())
}

fn from_fractions(rows: usize, columns: usize, numerators: impl Iterator<Item = u32>, denominator: u32) -> Game {
    let entries = numerators.map(|numerator| fraction(numerator, denominator)).collect();
    matrix(rows, columns, Payoffs::new(entries), PayoffKind::Rational)
}

fn from_integers(rows: usize, columns: usize, numerators: impl Iterator<Item = i64>, denominator: i64) -> Game {
    let fraction = |numerator: i64| Rational::from_parts_signed(numerator.into(), denominator.into());
    matrix(rows, columns, Payoffs::new(numerators.map(fraction).collect()), PayoffKind::Rational)
}

fn from_doubles(rows: usize, columns: usize, entries: impl Iterator<Item = f64>) -> Game {
    let payoffs = Payoffs::from_f64(&entries.collect::<Vec<_>>()).expect("finite");
    matrix(rows, columns, payoffs, PayoffKind::Binary64)
}

fn matrix(rows: usize, columns: usize, payoffs: Payoffs, kind: PayoffKind) -> Game {
    let loss = LossMatrix::from_checked(numbered("a", rows), numbered("d", columns), payoffs, kind);
    Game::new(loss.expect("as many entries as cells, and at least one of each side"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_same_everywhere() {
        let mut draw = Draw::new(1);
        let drawn: Vec<u32> = (0..4).map(|_| draw.below(1_000_000)).collect();
        assert_eq!(drawn, GOLDEN, "recorded once; a change makes every seeded test another test");
    }

    const GOLDEN: [u32; 4] = [561_649, 662_762, 812_395, 245_400];

    #[test]
    fn families_are_what_they_say() {
        for family in Family::ALL {
            for seed in 0..20 {
                let game = family.game(6, seed);
                let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
                assert!((1..=6).contains(&m) && (1..=6).contains(&n), "{family:?} has {m} × {n}");
                assert_eq!(family.game(6, seed), game, "a seed names one game");
            }
        }
        assert_eq!(Family::OneRow.game(6, 3).loss.attacks().len(), 1);
        assert_eq!(Family::OneColumn.game(6, 3).loss.defences().len(), 1);
        let skew = Family::SkewSymmetric.game_of(4, 3, 5).loss;
        assert_eq!(skew.exchanged().payoffs(), skew.payoffs());
        assert_eq!(Family::Uniform.game_of(13, 16, 0).loss.defences().len(), 16);
    }
}
