//! [`Symmetric`]: a positive definite matrix, built as a sum of squares, factored and solved with.
//!
//! Only the lower triangle is kept, in panels of [`PANEL`] columns. The work is cut along these panels whatever the number
//! of threads, and each panel's arithmetic is sequential, so that the bits do not depend on that number.
//!
//! 1. `gram`: `M = Σ_i g_i g_i'`.
//! 2. `factor`: for each panel, its square block `L L'`, the rows below it divided by `L'`, and the product of these taken
//!    from every later panel.
//! 3. `solve`: forwards with `L`, backwards with `L'`.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{LltRegularization, cholesky_in_place, cholesky_in_place_scratch};
use faer::linalg::matmul::{matmul, triangular};
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, Mat, MatMut, MatRef, Par, Spec};
use rayon::prelude::*;
use triangular::BlockStructure::{Rectangular, TriangularLower};

use crate::kernels::{dot, subtract_multiple};

/// Columns of a panel: wide enough for the kernels to run at speed, narrow enough to share the work.
pub(crate) const PANEL: usize = 192;

/// Rows of a panel that are divided by its square block at a time.
const ROWS: usize = 144;

/// The lower triangle of a symmetric matrix, or its factor.
#[derive(Debug, Default)]
pub(crate) struct Symmetric {
    size: usize,
    threads: usize,
    /// Panel `k` holds the rows from `k * PANEL` on of its columns.
    panels: Vec<Mat<f64>>,
}

impl Symmetric {
    /// An empty matrix that will be worked on by so many threads of the current pool.
    pub(crate) fn new(size: usize, threads: usize) -> Self {
        let panel = |first| Mat::zeros(size - first, PANEL.min(size - first));
        Self { size, threads, panels: (0..size).step_by(PANEL).map(panel).collect() }
    }

    /// 1. `Σ_i g_i g_i'` over the rows `g_i` of `factors`, each as long as the matrix.
    pub(crate) fn gram(&mut self, factors: &[f64]) {
        let g = MatRef::from_column_major_slice(factors, self.size, factors.len() / self.size.max(1));
        each(self.threads, &mut self.panels, |k, panel| {
            let (top, bottom) = panel.as_mut().split_at_row_mut(PANEL.min(self.size - k * PANEL));
            let (first, width) = (k * PANEL, top.ncols());
            let (own, below) = g.subrows(first, g.nrows() - first).split_at_row(width);
            let right = own.transpose();
            let full = Rectangular;
            triangular::matmul(top, TriangularLower, Accum::Replace, own, full, right, full, 1.0, Par::Seq);
            matmul(bottom, Accum::Replace, below, right, 1.0, Par::Seq);
        });
    }

    /// Adds to each entry of the diagonal.
    pub(crate) fn add_diagonal(&mut self, mut entry: impl FnMut(usize) -> f64) {
        for (k, panel) in self.panels.iter_mut().enumerate() {
            for c in 0..panel.ncols() {
                panel[(c, c)] += entry(k * PANEL + c);
            }
        }
    }

    /// The largest entry of the diagonal.
    pub(crate) fn largest(&self) -> f64 {
        let entries = self.panels.iter().flat_map(|panel| (0..panel.ncols()).map(|c| panel[(c, c)]));
        entries.fold(0.0, f64::max)
    }

    /// 2. Replaces the matrix by its factor; `false` if it is not positive definite as far as doubles tell.
    pub(crate) fn factor(&mut self) -> bool {
        let mut memory = MemBuffer::new(cholesky_in_place_scratch::<f64>(PANEL, Par::Seq, Spec::default()));
        for k in 0..self.panels.len() {
            let (done, later) = self.panels.split_at_mut(k + 1);
            let panel = &mut done[k];
            let width = panel.ncols();
            let (mut top, below) = panel.as_mut().split_at_row_mut(width);
            let stack = MemStack::new(&mut memory);
            let regular = LltRegularization::default();
            if cholesky_in_place(top.as_mut(), regular, Par::Seq, stack, Spec::default()).is_err() {
                return false;
            }
            divide(top.as_ref(), below, self.threads);
            let panel = &done[k];
            each(self.threads, later, |step, target| {
                let rows = panel.as_ref().subrows((step + 1) * PANEL, target.nrows());
                let (own, rest) = rows.split_at_row(target.ncols());
                let (right, full) = (own.transpose(), Rectangular);
                let (top, bottom) = target.as_mut().split_at_row_mut(own.nrows());
                triangular::matmul(top, TriangularLower, Accum::Add, own, full, right, full, -1.0, Par::Seq);
                matmul(bottom, Accum::Add, rest, right, -1.0, Par::Seq);
            });
        }
        true
    }

    /// 3. Replaces `right` by the solution of `L L' z = right`.
    pub(crate) fn solve(&self, right: &mut [f64]) {
        for (k, panel) in self.panels.iter().enumerate() {
            let right = &mut right[k * PANEL..];
            for (c, column) in columns(panel).enumerate() {
                right[c] /= column[c];
                let z = right[c];
                subtract_multiple(&mut right[c + 1..], z, &column[c + 1..]);
            }
        }
        for (k, panel) in self.panels.iter().enumerate().rev() {
            let right = &mut right[k * PANEL..];
            for (c, column) in columns(panel).enumerate().rev() {
                right[c] = (right[c] - dot(&column[c + 1..], &right[c + 1..])) / column[c];
            }
        }
    }
}

fn columns(panel: &Mat<f64>) -> impl DoubleEndedIterator<Item = &[f64]> + ExactSizeIterator {
    (0..panel.ncols()).map(|c| panel.col_as_slice(c))
}

/// `rows <- rows · L'^-1`, in blocks of rows.
fn divide(lower: MatRef<'_, f64>, rows: MatMut<'_, f64>, threads: usize) {
    if rows.nrows() <= ROWS {
        solve_lower_triangular_in_place(lower, rows.transpose_mut(), Par::Seq);
        return;
    }
    let (top, bottom) = rows.split_at_row_mut(ROWS);
    if threads > 1 {
        rayon::join(|| divide(lower, top, threads), || divide(lower, bottom, threads));
    } else {
        divide(lower, top, threads);
        divide(lower, bottom, threads);
    }
}

/// Does the same work on each item, on one thread or several.
pub(crate) fn each<T: Send>(threads: usize, items: &mut [T], work: impl Fn(usize, &mut T) + Send + Sync) {
    if threads > 1 {
        items.par_iter_mut().enumerate().for_each(|(k, item)| work(k, item));
    } else {
        items.iter_mut().enumerate().for_each(|(k, item)| work(k, item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_solves_what_it_was_built_from() {
        // Sizes within one panel, at its edge and over several; small integers, so that the products are exact.
        for size in [1, 5, PANEL, PANEL + 1, 2 * PANEL + 30] {
            let rows = size + 3;
            let factors: Vec<f64> = (0..rows * size).map(|k| ((k * 7919) % 11) as f64 - 5.0).collect();
            let expected: Vec<f64> = (0..size).map(|k| (k % 7) as f64).collect();
            let mut right: Vec<f64> = expected.iter().map(|entry| 100.0 * entry).collect();
            for row in factors.chunks_exact(size) {
                let product = dot(row, &expected);
                right.iter_mut().zip(row).for_each(|(entry, factor)| *entry += product * factor);
            }
            let mut matrix = Symmetric::new(size, 1);
            matrix.gram(&factors);
            matrix.add_diagonal(|_| 100.0);
            assert!(matrix.factor());
            matrix.solve(&mut right);
            assert!(right.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 1e-9), "{size}");
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        let mut matrix = Symmetric::new(2, 1);
        matrix.gram(&[1.0, 1.0]);
        matrix.add_diagonal(|_| -0.5);
        assert!(!matrix.factor());
    }
}
