//! Polish: from a pair near an equilibrium to the equilibrium itself.
//!
//! Source: finite termination of interior-point methods, Ye, "On the finite convergence of interior-point algorithms for
//! linear programming", 1992, and Mehrotra and Ye, "Finding an interior point in the optimal face of linear programs",
//! 1993.
//! Differs: both players' faces at once; no proof is attempted here, the result counts only by its gap on the whole game.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `x`, `y` | `attacker`, `defender` | attacks; defences | probability |
//! | `t = w 1 - L y`, `s = L'x - v 1` | regrets | attacks; defences | loss |
//! | `B` | rows and columns of the partition | rows × columns | loss |
//! | `K = [B -1; 1' 0]` | `bordered` | (rows + 1) × (columns + 1) | loss |
//!
//! 1. Partition: the attacks with `x_i > t_i`, the defences with `y_j > s_j`, each on its own scale. Near the middle of
//!    the set of equilibria these are the strategies that some equilibrium plays; elsewhere it is a guess.
//! 2. If it is square, or nearly so with the next in line: `K (y, w) = (0, 1)` and `K' (x, -v) = (0, -1)` by one factorisation, with refinement.
//! 3. If not, or if `K` is singular: for each player the nearest solution of its equations, distances weighted by the
//!    probabilities, so that no weight crosses 0 before the others.
//! 4. The gap on the whole game decides.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::{factor, solve};
use faer::{MatMut, Par, Spec};

use crate::cholesky::Symmetric;
use crate::dense::{Dense, Pair};

/// Most corrections of one solution; each takes the residual down by several digits until rounding stops it.
const REFINEMENTS: usize = 8;

/// A correction must take the residual down to this share, or it is the last.
const PROGRESS: f64 = 0.5;

/// By how many strategies a partition may miss being square to be made so: near the end of the path, the last ones to join
/// tell themselves apart from the rest long before they count as played.
const NEARLY_SQUARE: usize = 3;

/// Ridge of the normal equations, as a share of their largest diagonal entry; refinement undoes its effect.
const RIDGE: f64 = 1e-14;

/// The strategies that an equilibrium near a pair may play, in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Partition {
    rows: Vec<usize>,
    columns: Vec<usize>,
    /// The strategies next in line on the smaller side, as many as would make it square; none if that is far away.
    next: Vec<usize>,
}

impl Partition {
    /// 1. Of attacks and defences, each as weights and regrets.
    pub(crate) fn new(attacks: (&[f64], &[f64]), defences: (&[f64], &[f64])) -> Self {
        let (attacks, defences) = (activities(attacks.0, attacks.1), activities(defences.0, defences.1));
        let positive = |values: &[f64]| -> Vec<usize> { (0..values.len()).filter(|&k| values[k] > 0.0).collect() };
        let (rows, columns) = (positive(&attacks), positive(&defences));
        let missing = rows.len().abs_diff(columns.len());
        let smaller = if rows.len() < columns.len() { &attacks } else { &defences };
        let mut next: Vec<usize> = if missing > NEARLY_SQUARE {
            Vec::new()
        } else {
            (0..smaller.len()).filter(|&k| smaller[k] <= 0.0).collect()
        };
        next.sort_by(|j, k| smaller[*k].total_cmp(&smaller[*j]));
        next.truncate(missing);
        Self { rows, columns, next }
    }

    /// The partition made square; `None` if it is not nearly so.
    fn squared(&self) -> Option<(Vec<usize>, Vec<usize>)> {
        let (mut rows, mut columns) = (self.rows.clone(), self.columns.clone());
        let smaller = if rows.len() < columns.len() { &mut rows } else { &mut columns };
        smaller.extend(&self.next);
        (rows.len() == columns.len()).then_some((rows, columns))
    }
}

/// By how much each weight exceeds the regret, where regrets that are large beside the weights are brought to their scale.
/// A scale is the mean weighted by itself, so that the weights' is theirs where they are large.
fn activities(weights: &[f64], regrets: &[f64]) -> Vec<f64> {
    let scale = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>() / values.iter().sum::<f64>();
    // Where every strategy is played, all regrets are small and their scale means nothing; without any it is no number.
    let ratio = (scale(regrets) / scale(weights)).max(1.0);
    weights.iter().zip(regrets).map(|(weight, regret)| weight * ratio - regret).collect()
}

/// A better pair than the given one, from the partition that it suggests; `None` if there is none.
///
/// # Complexity
/// The cube of the smaller side of the partition, and two products with the whole matrix.
pub(crate) fn polish(game: &Dense<'_>, pair: &Pair) -> Option<Pair> {
    let (mut attack, mut defence) = (Vec::new(), Vec::new());
    game.attack_losses(&pair.defender, &mut attack);
    game.defence_losses(&pair.attacker, &mut defence);
    let upper = attack.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let lower = defence.iter().copied().fold(f64::INFINITY, f64::min);
    for loss in &mut attack {
        *loss = upper - *loss;
    }
    for loss in &mut defence {
        *loss -= lower;
    }
    let partition = Partition::new((&pair.attacker, &attack), (&pair.defender, &defence));
    vertex(game, &partition, pair).or_else(|| face(game, &partition, pair))
}

/// 2, 4. A better pair than the given one from a partition that is square or nearly so; `None` if there is none.
pub(crate) fn vertex(game: &Dense<'_>, partition: &Partition, pair: &Pair) -> Option<Pair> {
    let (rows, columns) = partition.squared()?;
    let size = rows.len() + 1;
    let entries = bordered(game, &rows, &columns);
    let defending = Dense::new(size, size, &entries);
    let turned = defending.transposed();
    let weights = square(&Dense::new(size, size, &turned), &defending)?;
    better(game, (&rows, &columns), &weights, pair)
}

/// 3, 4. A better pair than the given one that equalises a partition of any shape; `None` if there is none.
pub(crate) fn face(game: &Dense<'_>, partition: &Partition, pair: &Pair) -> Option<Pair> {
    let Partition { rows, columns, .. } = partition;
    if rows.is_empty() || columns.is_empty() {
        return None;
    }
    let size = (rows.len() + 1, columns.len() + 1);
    let entries = bordered(game, rows, columns);
    let defending = Dense::new(size.0, size.1, &entries);
    let turned = defending.transposed();
    let attacking = Dense::new(size.1, size.0, &turned);
    let weights = |places: &[usize], weights: &[f64]| places.iter().map(|&place| weights[place]).collect();
    let attacker = nearest(&attacking, &defending, weights(rows, &pair.attacker), -1.0)?;
    let defender = nearest(&defending, &attacking, weights(columns, &pair.defender), 1.0)?;
    better(game, (rows, columns), &(attacker, defender), pair)
}

/// 4. The weights at their places in the whole game, if that pair is better than the given one.
fn better(game: &Dense<'_>, places: (&[usize], &[usize]), weights: &(Vec<f64>, Vec<f64>), pair: &Pair) -> Option<Pair> {
    let spread = |places: &[usize], weights: &[f64], count| {
        let mut out = vec![0.0; count];
        places.iter().zip(weights).for_each(|(&place, &weight)| out[place] = weight);
        out
    };
    let attacker = spread(places.0, &weights.0, game.rows);
    let found = Pair::measured(game, attacker, spread(places.1, &weights.1, game.columns));
    (found.gap < pair.gap).then_some(found)
}

/// `K` of a partition, row by row.
fn bordered(game: &Dense<'_>, rows: &[usize], columns: &[usize]) -> Vec<f64> {
    let mut entries = Vec::with_capacity((rows.len() + 1) * (columns.len() + 1));
    for &i in rows {
        let row = game.row(i);
        entries.extend(columns.iter().map(|&j| row[j]));
        entries.push(-1.0);
    }
    entries.extend(std::iter::repeat_n(1.0, columns.len()));
    entries.push(0.0);
    entries
}

/// 2. Both players' weights from `K'` and `K`, which are square; `None` if they are singular.
fn square(attacking: &Dense<'_>, defending: &Dense<'_>) -> Option<(Vec<f64>, Vec<f64>)> {
    let size = attacking.rows;
    // The rows of `K'` are the columns of `K`.
    let (mut lu, mut forward, mut backward) = (attacking.entries.to_vec(), vec![0_usize; size], vec![0_usize; size]);
    let needed = factor::lu_in_place_scratch::<usize, f64>(size, size, Par::Seq, Spec::default())
        .or(solve::solve_in_place_scratch::<usize, f64>(size, 1, Par::Seq))
        .or(solve::solve_transpose_in_place_scratch::<usize, f64>(size, 1, Par::Seq));
    let mut memory = MemBuffer::try_new(needed).ok()?;
    let stack = MemStack::new(&mut memory);
    let mut lu = MatMut::from_column_major_slice_mut(&mut lu, size, size);
    let (_, order) = factor::lu_in_place(lu.as_mut(), &mut forward, &mut backward, Par::Seq, stack, Spec::default());
    let lu = lu.as_ref();
    let attacker = refined(attacking, vec![0.0; size], -1.0, |residual| {
        let stack = MemStack::new(&mut memory);
        let right = MatMut::from_column_major_slice_mut(residual, size, 1);
        solve::solve_transpose_in_place(lu, lu, order, right, Par::Seq, stack);
    })?;
    let defender = refined(defending, vec![0.0; size], 1.0, |residual| {
        let stack = MemStack::new(&mut memory);
        let right = MatMut::from_column_major_slice_mut(residual, size, 1);
        solve::solve_in_place(lu, lu, order, right, Par::Seq, stack);
    })?;
    Some((attacker, defender))
}

/// 3. The weights nearest to `start` that satisfy one player's equations `matrix (weights, level) = (0, last)`.
fn nearest(matrix: &Dense<'_>, turned: &Dense<'_>, start: Vec<f64>, last: f64) -> Option<Vec<f64>> {
    let mut scale = start.clone();
    // The level is as free as a weight of 1.
    scale.push(1.0);
    let scaled = |entries: &[f64]| -> Vec<f64> {
        let rows = entries.chunks_exact(scale.len());
        rows.flat_map(|row| row.iter().zip(&scale).map(|(entry, scale)| entry * scale)).collect()
    };
    // With `S = K · scale`: `S'(S S')^-1 = (S'S)^-1 S'`, whichever is smaller.
    let by_rows = scaled(matrix.entries);
    let wide = matrix.rows <= matrix.columns;
    let by_columns = Dense::new(matrix.rows, matrix.columns, &by_rows).transposed();
    let mut normal = Symmetric::new(matrix.rows.min(matrix.columns), 1);
    normal.gram(if wide { &by_columns } else { &by_rows });
    let ridge = RIDGE * normal.largest();
    normal.add_diagonal(|_| ridge);
    if !normal.factor() {
        return None;
    }
    let turned_scaled = Dense::new(turned.rows, turned.columns, &by_columns);
    let (mut solution, mut product) = (start, Vec::new());
    solution.push(0.0);
    matrix.attack_losses(&solution, &mut product);
    product.pop();
    let level = product.iter().sum::<f64>() / product.len() as f64;
    *solution.last_mut()? = last * level;
    refined(matrix, solution, last, |residual| {
        if wide {
            normal.solve(residual);
        }
        turned_scaled.attack_losses(residual, &mut product);
        if !wide {
            normal.solve(&mut product);
        }
        product.iter_mut().zip(&scale).for_each(|(step, scale)| *step *= scale);
        residual.clone_from(&product);
    })
}

/// Weights with `matrix (weights, level) = (0, last)`: `start` plus corrections, each of which `correct` makes of the
/// residual, until rounding stops them. `None` if the numbers overflow.
fn refined(matrix: &Dense<'_>, start: Vec<f64>, last: f64, mut correct: impl FnMut(&mut Vec<f64>)) -> Option<Vec<f64>> {
    let mut best = (f64::INFINITY, Vec::new());
    let (mut solution, mut residual) = (start, Vec::new());
    for _ in 0..=REFINEMENTS {
        matrix.attack_losses(&solution, &mut residual);
        for entry in &mut residual {
            *entry = -*entry;
        }
        *residual.last_mut()? += last;
        let size: f64 = residual.iter().map(|entry| entry.abs()).sum();
        let before = best.0;
        if size < before {
            best = (size, solution.clone());
        }
        // A residual that is not a number counts as no progress.
        if !(size < PROGRESS * before && size > 0.0) {
            break;
        }
        correct(&mut residual);
        solution.iter_mut().zip(&residual).for_each(|(entry, step)| *entry += step);
    }
    best.1.pop()?;
    Some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_near_an_equilibrium_becomes_it() {
        // Rows (3/8, 5/8), columns (1/2, 1/2), value 0.35.
        let game = Dense::new(2, 2, &[0.6, 0.1, 0.2, 0.5]);
        let near = Pair::measured(&game, vec![0.37, 0.63], vec![0.51, 0.49]);
        let found = polish(&game, &near).expect("better");
        assert!(found.gap < 1e-15 && (found.attacker[0] - 0.375).abs() < 1e-15, "{found:?}");
    }

    #[test]
    fn strategies_that_should_not_be_played_are_dropped() {
        // The third row and column are dominated.
        let game = Dense::new(3, 3, &[0.6, 0.1, 0.9, 0.2, 0.5, 0.9, 0.0, 0.0, 0.9]);
        let near = Pair::measured(&game, vec![0.37, 0.62, 0.01], vec![0.51, 0.48, 0.01]);
        let found = polish(&game, &near).expect("better");
        assert!(found.gap < 1e-15 && found.attacker[2] == 0.0 && found.defender[2] == 0.0, "{found:?}");
    }

    #[test]
    fn a_face_is_reached_at_its_nearest_point() {
        // Two equal columns: any split of their half is optimal, and the split stays as it was.
        let game = Dense::new(2, 3, &[0.6, 0.1, 0.1, 0.2, 0.5, 0.5]);
        let near = Pair::measured(&game, vec![0.37, 0.63], vec![0.51, 0.36, 0.13]);
        let found = polish(&game, &near).expect("better");
        assert!(found.gap < 1e-15, "{found:?}");
        assert!(found.defender[1] > 0.3 && found.defender[2] > 0.1, "{found:?}");
    }

    #[test]
    fn what_is_not_better_is_not_taken() {
        let game = Dense::new(2, 2, &[0.6, 0.1, 0.2, 0.5]);
        let exact = Pair::measured(&game, vec![0.375, 0.625], vec![0.5, 0.5]);
        let wrong = Partition { rows: vec![0], columns: vec![0], next: Vec::new() };
        assert_eq!((vertex(&game, &wrong, &exact), face(&game, &wrong, &exact)), (None, None));
        let none = Partition { rows: Vec::new(), columns: vec![0], next: Vec::new() };
        assert_eq!((vertex(&game, &none, &exact), face(&game, &none, &exact)), (None, None));
    }
}
