//! Partition: which strategies some optimal mix uses, and how many dimensions the optimal mixes have.
//!
//! Source: Goldman, Tucker, "Theory of linear programming", 1956 (strict complementarity); Bohnenblust, Karlin, Shapley,
//! "Solutions of discrete, two-person games", 1950 (dimensions).
//!
//! Either some optimal mix uses a strategy, or some optimal mix of the other side leaves it worse than the value. With
//! `S` those that are used (and, of the constraints, those with a price), the optimal `u = y / w` are the nonnegative
//! solutions of `N_SS u = 1`, `E_SS u = 0` in the program's integers, and the optimal `(p, q)` those of the transpose. So
//!
//! ```text
//! dim Y* = |S_y| - rank [N; E]        dim X* = |S_x| - rank [N; E] + rank E
//! ```
//!
//! and a mix is unique exactly if its dimension is 0. A square matrix is not needed for that, and does not suffice.
//!
//! 1. The variables that are positive at a corner of a face; for each other one, the corner where it is greatest, and all
//!    that is positive there.
//! 2. Ranks in integers, by elimination without fractions (Bareiss 1968).
//!
//! Guarantee: exact.

use std::cmp::Ordering;

use dashu_int::IBig;
use saddlepoint_game::Game;

use crate::exact::Optimum;
use crate::program::Program;
use crate::tableau::{Tableau, is_positive};

/// What all optimal mixes have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    /// For each attack, whether some optimal mix uses it; if not, it loses against some optimal mix of the defender.
    pub attacks: Vec<bool>,
    /// For each defence, whether some optimal mix uses it; if not, it loses against some optimal mix of the attacker.
    pub defences: Vec<bool>,
    /// For each constraint, whether it has a positive price in some optimum; if not, some optimal mix leaves it slack.
    pub constraints: Vec<bool>,
    /// Dimension of the attacker's optimal mixes; 0 if there is one.
    pub attacker_dimension: usize,
    /// Dimension of the defender's optimal mixes; 0 if there is one.
    pub defender_dimension: usize,
}

/// Finds the partition and both dimensions.
///
/// # Complexity
/// At most one linear program on a face for each of its variables, usually far fewer; an elimination on the strategies
/// that are used.
#[must_use]
pub fn analyse(game: &Game, optimum: &Optimum) -> Partition {
    let layout = optimum.program.layout;
    let (n, m) = (layout.defences, layout.attacks);
    // 1. What is positive.
    let count = n + layout.rows();
    let (defender, attacker) = (positive(&optimum.tableau, count), positive(&optimum.tableau.dual(), count));
    let [defences, attacks, constraints] =
        [&defender[..n], &attacker[n..n + m], &attacker[n + m..]].map(<[bool]>::to_vec);
    // 2. Ranks on it.
    let (_, origin) = Program::new(game);
    let entries = |rows: std::ops::Range<usize>, used: &[bool]| -> Vec<Vec<IBig>> {
        let rows = rows.zip(used).filter(|(_, used)| **used);
        let columns = || (0..n).filter(|j| defences[*j]);
        rows.map(|(r, _)| columns().map(|j| origin.at(r, j).clone()).collect()).collect()
    };
    let priced = entries(m..layout.rows(), &constraints);
    let mut all = entries(0..m, &attacks);
    all.extend(priced.iter().cloned());
    let (rank, rank_priced) = (rank(all), rank(priced));
    let used = |side: &[bool]| side.iter().filter(|used| **used).count();
    Partition {
        attacker_dimension: (used(&attacks) + rank_priced).saturating_sub(rank),
        defender_dimension: used(&defences).saturating_sub(rank),
        attacks,
        defences,
        constraints,
    }
}

/// Whether each variable, by number, is positive somewhere on the optimal face of a tableau.
fn positive(tableau: &Tableau, count: usize) -> Vec<bool> {
    let mut found = vec![false; count];
    let mark = |found: &mut Vec<bool>, tableau: &Tableau| {
        for (row, &number) in tableau.basic().iter().enumerate() {
            found[number] |= is_positive(tableau.right_side(row));
        }
    };
    mark(&mut found, tableau);
    let Some(mut face) = tableau.optimal_face() else { return found };
    for number in 0..count {
        if !found[number] && face.has(number) {
            // Without a greatest value it grows without bound.
            found[number] = face.extreme(number, Ordering::Greater).is_none_or(|greatest| !greatest.is_zero());
            mark(&mut found, &face);
        }
    }
    found
}

fn rank(mut rows: Vec<Vec<IBig>>) -> usize {
    let columns = rows.first().map_or(0, Vec::len);
    let (mut rank, mut divisor) = (0, IBig::ONE);
    for c in 0..columns {
        let Some(pivot) = (rank..rows.len()).find(|r| !rows[*r][c].is_zero()) else { continue };
        rows.swap(rank, pivot);
        let (above, below) = rows.split_at_mut(rank + 1);
        let pivot = &above[rank];
        for row in below {
            let factor = row[c].clone();
            for (entry, other) in row.iter_mut().zip(pivot) {
                // Every entry is a minor of the first matrix, so nothing remains of the division.
                *entry = (&*entry * &pivot[c] - &factor * other) / &divisor;
            }
        }
        divisor.clone_from(&rows[rank][c]);
        rank += 1;
    }
    rank
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Family, constrained};

    use super::*;
    use crate::{exact, face};

    #[test]
    fn ranks_of_integers() {
        let matrix = |rows: &[&[i64]]| rows.iter().map(|row| row.iter().map(|&e| IBig::from(e)).collect()).collect();
        assert_eq!(rank(matrix(&[&[0, 2, 4], &[0, 1, 2], &[3, 0, 1]])), 2);
        assert_eq!(rank(matrix(&[&[1, 2], &[3, 4], &[5, 6]])), 2);
        assert_eq!((rank(matrix(&[&[0, 0]])), rank(Vec::new())), (0, 0));
    }

    #[test]
    fn everything_is_used_in_a_constant_game() {
        let game = Family::Constant.game_of(3, 4, 1);
        let found = analyse(&game, &exact::optimum(&game).expect("no constraints"));
        assert_eq!((found.attacker_dimension, found.defender_dimension), (2, 3));
        assert!(found.attacks.iter().chain(&found.defences).all(|used| *used));
    }

    #[test]
    fn the_rank_test_says_what_the_bands_say() {
        let (mut unique, mut many) = (0, 0);
        for seed in 0..60 {
            for family in [Family::SmallIntegers, Family::Duplicated, Family::Percentages, Family::OneRow] {
                let plain = family.game(8, 8_000_000 + seed);
                for game in [plain.clone(), constrained(plain, seed)] {
                    let Ok(optimum) = exact::optimum(&game) else { continue };
                    let (found, bands) = (analyse(&game, &optimum), face::analyse(&optimum));
                    let used = |bands: &[(_, saddlepoint_game::rational::Rational)]| -> Vec<bool> {
                        bands.iter().map(|(_, greatest)| !greatest.is_zero()).collect()
                    };
                    assert_eq!((found.attacks, found.defences), (used(&bands.attacker), used(&bands.defender)));
                    let priced = |price: &face::Price| price.left.as_ref().is_none_or(|left| !left.is_zero());
                    assert_eq!(found.constraints, bands.prices.iter().map(priced).collect::<Vec<_>>());
                    assert_eq!(found.attacker_dimension == 0, bands.unique_attacker, "{family:?} {seed}");
                    assert_eq!(found.defender_dimension == 0, bands.unique_defender, "{family:?} {seed}");
                    if bands.unique_defender { unique += 1 } else { many += 1 }
                }
            }
        }
        assert!(unique > 50 && many > 50, "{unique} unique, {many} not");
    }
}
