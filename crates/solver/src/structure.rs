//! What a matrix looks like before it is solved: how many rows and columns differ, and whether its rank is low.
//!
//! Duplicates play no part in an equilibrium, and a game of rank `r` has one whose supports have at most `r + 1`
//! strategies each, since such a support solves the game for the `r`-dimensional images of the mixes (Karlin, 1959,
//! section 2.4, for the kernel of an extreme pair). So both decide which method is fast.
//!
//! The rank is looked for by cross approximation with partial pivoting (Bebendorf, "Approximation of boundary element
//! matrices", 2000): take a row of what is left over, divide it by its largest entry, subtract its product with that
//! entry's column, and go on from the largest entry of the column.
//!
//! ```text
//! R_0 = A        u = R e_j        v = e_i' R / R[i][j]        R_(k+1) = R_k - u v'
//! ```
//!
//! Only the rows and columns used are formed, (rows + columns) × rank² operations in all. It can miss a part of the
//! matrix that no row of the sample shows, which makes a choice slower, never an answer wrong.

use saddlepoint_game::extremes;

use crate::dense::Dense;
use crate::kernels::subtract_multiple;

/// Ranks above this are not low: double oracle would need supports too large for it to pay.
pub(crate) const LARGEST_LOW_RANK: usize = 12;

/// What is left over, as a part of the range of the entries, counts as nothing below this.
const NOTHING: f64 = 1e-10;

/// Rows looked at before what is left over is taken to be nothing.
const SAMPLE: usize = 16;

/// The rank of a matrix, without its least entry in all cells, if it is at most [`LARGEST_LOW_RANK`], as far as a sample
/// of its rows shows. `None` also if the range is not finite.
pub(crate) fn low_rank(game: &Dense<'_>) -> Option<usize> {
    let (least, most) = extremes(game.entries)?;
    let small = NOTHING * (most - least);
    if !small.is_finite() {
        return None;
    }
    let (mut left, mut right): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    let residual_row = |i: usize, left: &[Vec<f64>], right: &[Vec<f64>]| {
        let mut row: Vec<f64> = game.row(i).iter().map(|entry| entry - least).collect();
        left.iter().zip(right).for_each(|(u, v)| subtract_multiple(&mut row, u[i], v));
        row
    };
    loop {
        // The first row of an even sample that has something left over.
        let step = game.rows.div_ceil(SAMPLE);
        let found = (0..game.rows).step_by(step).find_map(|i| {
            let row = residual_row(i, &left, &right);
            let j = largest_position(&row);
            (row[j].abs() > small).then_some((row, j))
        });
        let Some((mut row, j)) = found else { return Some(left.len()) };
        if left.len() == LARGEST_LOW_RANK {
            return None;
        }
        let mut column: Vec<f64> = (0..game.rows).map(|i| game.entries[i * game.columns + j] - least).collect();
        left.iter().zip(&right).for_each(|(u, v)| subtract_multiple(&mut column, v[j], u));
        // The row of the column's largest entry divides best.
        let i = largest_position(&column);
        row = if column[i].abs() > row[j].abs() { residual_row(i, &left, &right) } else { row };
        let pivot = row[j];
        for entry in &mut row {
            *entry /= pivot;
        }
        left.push(column);
        right.push(row);
    }
}

/// Position of the entry that is largest without its sign; 0 in an empty slice.
fn largest_position(entries: &[f64]) -> usize {
    let mut best = 0;
    for (position, entry) in entries.iter().enumerate() {
        if entry.abs() > entries[best].abs() {
            best = position;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::Draw;

    use super::*;

    fn product(rows: usize, columns: usize, rank: usize, noise: f64) -> Vec<f64> {
        let mut draw = Draw::new(7);
        let mut factor = |length: usize| (0..length * rank).map(|_| draw.unit() - 0.5).collect::<Vec<_>>();
        let (u, v) = (factor(rows), factor(columns));
        let mut noisy = Draw::new(8);
        let cell = |i: usize, j: usize| (0..rank).map(|k| u[i * rank + k] * v[j * rank + k]).sum::<f64>();
        (0..rows * columns).map(|cell_| cell(cell_ / columns, cell_ % columns) + noise * noisy.unit()).collect()
    }

    #[test]
    fn the_rank_of_a_product_is_found() {
        for rank in [1, 3, 5, LARGEST_LOW_RANK] {
            let entries = product(60, 90, rank, 0.0);
            // A constant in all cells counts as one more.
            let found = low_rank(&Dense::new(60, 90, &entries));
            let expected = if rank < LARGEST_LOW_RANK { Some(rank + 1) } else { None };
            assert_eq!(found, expected);
        }
        assert_eq!(low_rank(&Dense::new(2, 2, &[0.0; 4])), Some(0));
    }

    #[test]
    fn noise_has_full_rank_whatever_is_added() {
        let entries = product(60, 90, 5, 0.01);
        for constant in [0.0, 1e11] {
            let lifted: Vec<f64> = entries.iter().map(|entry| entry + constant).collect();
            assert_eq!(low_rank(&Dense::new(60, 90, &lifted)), None, "{constant}");
        }
    }
}
