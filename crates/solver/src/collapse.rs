//! Strategies that no player needs, set aside before a solve and given weight 0 after it: copies of others, and those
//! that another one dominates.
//!
//! In a game with entries from a short list most strategies can be copies of others, or copies with something taken
//! away. An attack that never loses the defender more than another one, and a defence that never loses less, can be left
//! out: any equilibrium of the game without them is one of the game with them (Luce and Raiffa, 1957, section 4.8).
//!
//! 1. Keep the first of equal rows and of equal columns, found by hashes.
//! 2. Keep the rows that no row before them, in the order of their sums, dominates; then the columns. Again until none
//!    goes, or until the comparisons run out: most end at the first entry, but a matrix can make all of them long.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::dense::{Dense, Pair};

/// Comparisons of entries for step 2, per entry of the matrix: less than an interior-point step.
const COMPARISONS_PER_ENTRY: usize = 16;

/// The game that is left, and where its rows and columns were.
#[derive(Debug)]
pub(crate) struct Collapsed {
    rows: Vec<usize>,
    columns: Vec<usize>,
    entries: Vec<f64>,
}

/// How many rows and columns are not copies of earlier ones.
pub(crate) fn distinct(game: &Dense<'_>) -> (usize, usize) {
    let (rows, columns) = firsts_of(game);
    (rows.len(), columns.len())
}

/// The game without the strategies that need not be there; `None` if all of them are needed as far as is seen.
pub(crate) fn collapse(game: &Dense<'_>) -> Option<Collapsed> {
    // 1. Copies.
    let (rows, columns) = firsts_of(game);
    let mut left = Collapsed::of(game, rows, columns);
    // 2. Dominated strategies.
    let mut comparisons = COMPARISONS_PER_ENTRY * left.entries.len();
    loop {
        let (m, n) = (left.rows.len(), left.columns.len());
        let rows = undominated(&left.game(), &mut comparisons);
        left = left.kept(&rows, &(0..n).collect::<Vec<_>>());
        // To the defender, a column is the better the less it loses.
        let mut turned = left.game().transposed();
        for loss in &mut turned {
            *loss = -*loss;
        }
        let columns = undominated(&Dense::new(n, rows.len(), &turned), &mut comparisons);
        left = left.kept(&(0..rows.len()).collect::<Vec<_>>(), &columns);
        if (rows.len(), columns.len()) == (m, n) {
            break;
        }
    }
    (left.entries.len() < game.entries.len()).then_some(left)
}

/// The first of equal rows, and of equal columns.
fn firsts_of(game: &Dense<'_>) -> (Vec<usize>, Vec<usize>) {
    let hashes: Vec<u64> =
        (0..game.rows).map(|i| game.row(i).iter().fold(0, |hash, &loss| mixed(hash, loss))).collect();
    let rows = firsts(&hashes, |i, k| game.row(i) == game.row(k));
    let mut hashes = vec![0; game.columns];
    for &i in &rows {
        hashes.iter_mut().zip(game.row(i)).for_each(|(hash, &loss)| *hash = mixed(*hash, loss));
    }
    let cell = |i: usize, j: usize| game.entries[i * game.columns + j];
    #[allow(clippy::float_cmp)] // Copies are meant.
    let columns = firsts(&hashes, |j, k| rows.iter().all(|&i| cell(i, j) == cell(i, k)));
    (rows, columns)
}

/// The rows, in order, that no other one dominates (is at least as large everywhere), as far as the comparisons reach.
fn undominated(game: &Dense<'_>, comparisons: &mut usize) -> Vec<usize> {
    let sums: Vec<f64> = (0..game.rows).map(|i| game.row(i).iter().sum()).collect();
    // A sum of larger terms, rounded in the same order, is not smaller: none is dominated by one behind it.
    let mut order: Vec<usize> = (0..game.rows).collect();
    order.sort_by(|i, k| sums[*k].total_cmp(&sums[*i]));
    let mut kept: Vec<usize> = Vec::new();
    for &k in &order {
        if *comparisons == 0 {
            kept.push(k);
            continue;
        }
        let row = game.row(k);
        // Most rows fail where this one is largest.
        let peak = (0..row.len()).fold(0, |peak, j| if row[j] > row[peak] { j } else { peak });
        let dominates = |i: &usize| {
            let other = game.row(*i);
            *comparisons = comparisons.saturating_sub(1);
            other[peak] >= row[peak] && {
                let agreed = other.iter().zip(row).take_while(|(a, b)| a >= b).count();
                *comparisons = comparisons.saturating_sub(agreed);
                agreed == row.len()
            }
        };
        if !kept.iter().any(dominates) {
            kept.push(k);
        }
    }
    kept.sort_unstable();
    kept
}

/// The indices that no earlier index equals; equal ones have equal hashes.
fn firsts(hashes: &[u64], equal: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    // Only looked up, never walked through: its order has no influence.
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::with_capacity(hashes.len());
    let is_first = |&k: &usize| match seen.entry(hashes[k]) {
        Entry::Vacant(place) => {
            place.insert(vec![k]);
            true
        }
        Entry::Occupied(mut place) => {
            let copied = place.get().iter().any(|&first| equal(first, k));
            if !copied {
                place.get_mut().push(k);
            }
            !copied
        }
    };
    (0..hashes.len()).filter(is_first).collect()
}

/// One step of a multiplicative hash. The rotation keeps the low bits, which short decimals leave empty, in play.
fn mixed(hash: u64, loss: f64) -> u64 {
    (hash.rotate_left(29) ^ loss.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Collapsed {
    fn of(game: &Dense<'_>, rows: Vec<usize>, columns: Vec<usize>) -> Self {
        let entries = rows.iter().flat_map(|&i| columns.iter().map(move |&j| game.row(i)[j])).collect();
        Self { rows, columns, entries }
    }

    /// With these of its rows and columns only.
    fn kept(self, rows: &[usize], columns: &[usize]) -> Self {
        if (rows.len(), columns.len()) == (self.rows.len(), self.columns.len()) {
            return self;
        }
        let Self { entries, .. } = Self::of(&self.game(), rows.to_vec(), columns.to_vec());
        let at = |places: &[usize], kept: &[usize]| kept.iter().map(|k| places[*k]).collect();
        Self { rows: at(&self.rows, rows), columns: at(&self.columns, columns), entries }
    }

    pub(crate) fn game(&self) -> Dense<'_> {
        Dense::new(self.rows.len(), self.columns.len(), &self.entries)
    }

    /// The same mixes on the whole game, measured there.
    pub(crate) fn restore(&self, game: &Dense<'_>, pair: &Pair) -> Pair {
        let attacker = spread(&self.rows, &pair.attacker, game.rows);
        let defender = spread(&self.columns, &pair.defender, game.columns);
        let gap = game.gap(&attacker, &defender);
        Pair { attacker, defender, gap }
    }
}

/// `weights` at `places` among `count`, 0 elsewhere.
fn spread(places: &[usize], weights: &[f64], count: usize) -> Vec<f64> {
    let mut out = vec![0.0; count];
    places.iter().zip(weights).for_each(|(&place, &weight)| out[place] = weight);
    out
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::Family;

    use super::*;
    use crate::interior_point;
    use crate::scaled::Scaled;
    use crate::settings::{Limits, Settings};

    #[test]
    fn copies_go_and_come_back_with_weight_0() {
        // Rows 0 and 2 are equal, and columns 0 and 3.
        let entries = [0.0, 1.0, 0.5, 0.0, 1.0, 0.0, 0.25, 1.0, 0.0, 1.0, 0.5, 0.0];
        let game = Dense::new(3, 4, &entries);
        let collapsed = collapse(&game).expect("copies");
        assert_eq!(
            (collapsed.rows.as_slice(), collapsed.columns.as_slice()),
            ([0, 1].as_slice(), [0, 1, 2].as_slice())
        );
        assert_eq!(collapsed.game().entries, [0.0, 1.0, 0.5, 1.0, 0.0, 0.25]);
        let small = Pair::measured(&collapsed.game(), vec![0.25, 0.75], vec![0.5, 0.25, 0.25]);
        let whole = collapsed.restore(&game, &small);
        assert_eq!((whole.attacker, whole.defender), (vec![0.25, 0.75, 0.0], vec![0.5, 0.25, 0.25, 0.0]));
        // Quarters and halves are exact in doubles.
        assert_eq!(whole.gap.to_bits(), small.gap.to_bits());
    }

    #[test]
    fn equal_hashes_are_not_equal_rows() {
        let found = firsts(&[7, 7, 7, 7], |i, k| i % 2 == k % 2);
        assert_eq!(found, [0, 1]);
    }

    #[test]
    fn dominated_strategies_go_in_turn() {
        // Column 2 never loses less than column 1. Row 2 is then never above row 0, and without it all columns differ.
        let entries = [0.5, 0.25, 0.25, 0.25, 0.5, 0.75, 0.25, 0.25, 1.0];
        let game = Dense::new(3, 3, &entries);
        let collapsed = collapse(&game).expect("dominated strategies");
        assert_eq!((collapsed.rows.as_slice(), collapsed.columns.as_slice()), ([0, 1].as_slice(), [0, 1].as_slice()));
        let half = vec![0.5, 0.5];
        let whole = collapsed.restore(&game, &Pair::measured(&collapsed.game(), half.clone(), half));
        assert!(whole.gap.abs() < 1e-15, "{}", whole.gap);
    }

    #[test]
    fn what_is_left_has_the_same_value() {
        let mut left = 0;
        for seed in 0..200 {
            let game = Family::Dominated.game(12, seed);
            let mut scaled = Scaled::default();
            scaled.load(&game);
            let dense = Dense::new(scaled.layout.attacks, scaled.layout.defences, &scaled.losses);
            let Some(collapsed) = collapse(&dense) else { continue };
            left += 1;
            let pair = interior_point::pair(&collapsed.game(), &Settings::default(), Limits::NONE).0;
            assert!(collapsed.restore(&dense, &pair).gap < 1e-12, "{seed}");
        }
        assert!(left > 150, "{left}");
    }

    #[test]
    fn a_game_that_needs_all_is_left_alone() {
        assert!(collapse(&Dense::new(2, 2, &[0.0, 1.0, 1.0, 0.0])).is_none());
    }
}
