//! The linear system of a step: one factorisation, and a direction for each right side.

use super::path::Side;
use crate::cholesky::{Symmetric, each};
use crate::dense::Dense;
use crate::kernels::{add_multiple, dot};

/// Rows, or columns, that one product with the game treats at a time.
const BLOCK: usize = 128;

/// See the module documentation of the method for the symbols.
pub(super) struct Normal<'a> {
    game: Dense<'a>,
    threads: usize,
    matrix: Symmetric,
    /// `D^½ (A - 1 a')`, row by row, and rows that make the vector of ones no longer special.
    factors: Vec<f64>,
    /// `x / t`.
    ratios: Vec<f64>,
    /// `1'D 1`.
    total: f64,
    /// `a`.
    centre: Vec<f64>,
    /// `M^-1 1`, and the sum of its entries.
    ones: (Vec<f64>, f64),
    /// `r / t` without the part that is the same for all directions.
    pull: Vec<f64>,
    losses: Vec<f64>,
    right: Vec<f64>,
}

impl<'a> Normal<'a> {
    pub(super) fn new(game: Dense<'a>, threads: usize) -> Self {
        let (matrix, empty) = (Symmetric::new(game.columns, threads), Vec::new);
        let (factors, ratios, centre, ones) = (empty(), empty(), empty(), (empty(), 0.0));
        let (pull, losses, right) = (empty(), empty(), empty());
        Self { game, threads, matrix, factors, ratios, total: 0.0, centre, ones, pull, losses, right }
    }

    /// Factors `M`; `false` if it is not positive definite as far as doubles tell.
    pub(super) fn factor(&mut self, rows: &Side, columns: &Side) -> bool {
        let (game, n) = (self.game, self.game.columns);
        self.ratios.clear();
        self.ratios.extend(rows.weights.iter().zip(&rows.slacks).map(|(x, t)| x / t));
        self.total = self.ratios.iter().sum();
        defence_losses(&game, self.threads, &self.ratios, &mut self.centre);
        self.centre.iter_mut().for_each(|entry| *entry /= self.total);
        self.factors.resize((game.rows + 1) * n, 0.0);
        let (ratios, centre) = (&self.ratios, &self.centre);
        let mut lines: Vec<&mut [f64]> = self.factors[..game.rows * n].chunks_mut(n * BLOCK).collect();
        each(self.threads, &mut lines, |block, lines| {
            for (step, line) in lines.chunks_exact_mut(n).enumerate() {
                let i = block * BLOCK + step;
                let root = ratios[i].sqrt();
                let row = game.row(i).iter().zip(centre);
                line.iter_mut().zip(row).for_each(|(entry, (loss, mean))| *entry = root * (loss - mean));
            }
        });
        // `M` has a tiny eigenvalue along 1, where no direction goes: `ρ 1 1'`, with `ρ` of the order of its entries,
        // takes it away and changes no direction.
        let (used, last) = self.factors.split_at_mut(game.rows * n);
        let trace: f64 = used.chunks_exact(n).map(|line| dot(line, line)).sum();
        last.fill(trace.sqrt() / n as f64);
        self.matrix.gram(&self.factors);
        self.matrix.add_diagonal(|j| columns.slacks[j] / columns.weights[j]);
        if !self.matrix.factor() {
            return false;
        }
        self.ones.0.clear();
        self.ones.0.resize(n, 1.0);
        self.matrix.solve(&mut self.ones.0);
        self.ones.1 = self.ones.0.iter().sum();
        true
    }

    /// The changes that take the products `x t` to `push.0` and `y s` to `push.1`, to first order.
    ///
    /// With `z = push / t`: `M dy = push / y - a - (A - 1 a')'z` up to a multiple of 1, which `1'dy = 0` fixes;
    /// `dt = (1'z - 1) / 1'D 1 - (A - 1 a') dy`, `dx = z - x - D dt`, `ds = push / y - s - (s / y) dy`.
    pub(super) fn direction(&mut self, rows: &mut Side, columns: &mut Side, push: (&[f64], &[f64])) {
        let Self { game, threads, matrix, ratios, total, centre, ones, pull, losses, right, .. } = self;
        pull.clear();
        pull.extend(push.0.iter().zip(&rows.slacks).map(|(push, t)| push / t));
        let sum: f64 = pull.iter().sum();
        defence_losses(game, *threads, pull, losses);
        right.clear();
        let centred = losses.iter().zip(centre.iter()).map(|(loss, a)| loss - sum * a);
        let own = push.1.iter().zip(&columns.weights).map(|(push, y)| push / y);
        right.extend(own.zip(centre.iter()).zip(centred).map(|((own, a), centred)| own - a - centred));
        remove_mean(right);
        matrix.solve(right);
        let level = -right.iter().sum::<f64>() / ones.1;
        add_multiple(right, level, &ones.0);
        remove_mean(right);
        columns.d_weights.copy_from_slice(right);
        attack_losses(game, *threads, &columns.d_weights, losses);
        let shift = (sum - 1.0) / *total + dot(centre, &columns.d_weights);
        for (i, loss) in losses.iter().enumerate() {
            rows.d_slacks[i] = shift - loss;
            rows.d_weights[i] = pull[i] - rows.weights[i] - ratios[i] * rows.d_slacks[i];
        }
        for j in 0..columns.weights.len() {
            let (y, s) = (columns.weights[j], columns.slacks[j]);
            columns.d_slacks[j] = push.1[j] / y - s - s / y * columns.d_weights[j];
        }
    }
}

fn remove_mean(entries: &mut [f64]) {
    let mean = entries.iter().sum::<f64>() / entries.len() as f64;
    for entry in entries {
        *entry -= mean;
    }
}

/// `A y`, by one thread or several: the same sums.
pub(super) fn attack_losses(game: &Dense<'_>, threads: usize, defender: &[f64], losses: &mut Vec<f64>) {
    losses.resize(game.rows, 0.0);
    let mut blocks: Vec<&mut [f64]> = losses.chunks_mut(BLOCK).collect();
    each(threads, &mut blocks, |block, losses| {
        losses.iter_mut().enumerate().for_each(|(step, loss)| *loss = dot(game.row(block * BLOCK + step), defender));
    });
}

/// `A'x`, by one thread or several: the same sums.
pub(super) fn defence_losses(game: &Dense<'_>, threads: usize, attacker: &[f64], losses: &mut Vec<f64>) {
    losses.clear();
    losses.resize(game.columns, 0.0);
    let mut blocks: Vec<&mut [f64]> = losses.chunks_mut(BLOCK).collect();
    each(threads, &mut blocks, |block, losses| {
        for (i, &weight) in attacker.iter().enumerate() {
            if weight != 0.0 {
                add_multiple(losses, weight, &game.row(i)[block * BLOCK..]);
            }
        }
    });
}
