//! Repeated rows and columns, set aside before a solve and given weight 0 after it.
//!
//! In a game with entries from a short list most strategies can be copies of others. A copy never changes the value, and
//! any equilibrium of the game without copies is one of the game with them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::dense::{Dense, Pair};

/// The game that is left, and where its rows and columns were.
#[derive(Debug)]
pub(super) struct Collapsed {
    rows: Vec<usize>,
    columns: Vec<usize>,
    entries: Vec<f64>,
}

/// The game with the first of equal rows and of equal columns; `None` if there are no equal ones.
pub(super) fn collapse(game: &Dense<'_>) -> Option<Collapsed> {
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
    if rows.len() == game.rows && columns.len() == game.columns {
        return None;
    }
    let entries = rows.iter().flat_map(|&i| columns.iter().map(move |&j| cell(i, j))).collect();
    Some(Collapsed { rows, columns, entries })
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
    pub(super) fn game(&self) -> Dense<'_> {
        Dense::new(self.rows.len(), self.columns.len(), &self.entries)
    }

    /// The same mixes on the whole game, measured there.
    pub(super) fn restore(&self, game: &Dense<'_>, pair: &Pair) -> Pair {
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
    use super::*;

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
    fn a_game_without_copies_is_left_alone() {
        assert!(collapse(&Dense::new(2, 2, &[0.0, 1.0, 1.0, 0.0])).is_none());
    }
}
