//! The best-response polytopes of a game of two players, as integer tableaus that tell every basis apart.
//!
//! Source: von Stengel, "Computing equilibria for two-person games", Handbook of Game Theory 3, 2002, sections 2.2 to 2.6;
//! lexicographic rule of Dantzig, Orden and Wolfe, 1955; integer pivoting as in `tableau.rs`.
//!
//! With pay-offs made positive, `A` of player 1 and `B` of player 2 (neither changes a best response):
//!
//! ```text
//! P = { x ≥ 0 : B'x ≤ 1 }        Q = { y ≥ 0 : A y ≤ 1 }
//! ```
//!
//! A point has the label `i` where `x_i = 0` or `(A y)_i = 1`, and `m + j` where `y_j = 0` or `(B'x)_j = 1`. A pair that has
//! all `m + n` labels, other than the origins, is an equilibrium up to its scale: every strategy is unused or a best one.
//!
//! ```text
//! x_B = (b - T x_N) / D        rows: inequalities; columns: variables, slacks, right side
//! ```
//!
//! Ties in the ratio test go to the lexicographically least row of `(b, slack columns) / entry`. That is the rule of the
//! game with each right side raised by its own power of a small number, in which no vertex is degenerate, so nothing can
//! cycle and every vertex of the polytope is that of some basis.

use std::cmp::Ordering;

use dashu_int::{IBig, UBig, ops::Gcd};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Bimatrix, Payoffs};

use crate::tableau::{is_negative, is_positive};

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Labelled {
    rows: usize,
    variables: usize,
    /// rows × (variables + rows + 1).
    entries: Vec<IBig>,
    denominator: IBig,
    basic: Vec<usize>,
    /// The label of each variable and slack.
    labels: Vec<usize>,
}

/// Both polytopes of a game, at the origin: `P` and `Q`.
pub(crate) fn polytopes(game: &Bimatrix) -> [Labelled; 2] {
    let (m, n) = (game.rows().len(), game.columns().len());
    let (first, second) = (positive(game.first()), positive(game.second()));
    let row_labels: Vec<usize> = (0..m).collect();
    let column_labels: Vec<usize> = (m..m + n).collect();
    let turned = (0..n).flat_map(|j| second.iter().skip(j).step_by(n).cloned()).collect();
    [Labelled::new(turned, &row_labels, &column_labels), Labelled::new(first, &column_labels, &row_labels)]
}

/// Pay-offs as positive integers, by a positive factor and a shift.
fn positive(payoffs: &Payoffs) -> Vec<IBig> {
    let entries = payoffs.to_rationals();
    let whole = entries.iter().fold(UBig::ONE, |whole, entry| {
        let denominator = entry.denominator();
        &whole / (&whole).gcd(denominator) * denominator
    });
    let integers: Vec<_> =
        entries.iter().map(|entry| entry.numerator() * IBig::from(&whole / entry.denominator())).collect();
    let least = integers.iter().min().cloned().unwrap_or(IBig::ZERO);
    integers.into_iter().map(|entry| entry - &least + IBig::ONE).collect()
}

impl Labelled {
    fn new(matrix: Vec<IBig>, variable_labels: &[usize], slack_labels: &[usize]) -> Self {
        let (rows, variables) = (slack_labels.len(), variable_labels.len());
        let mut entries = Vec::with_capacity(rows * (variables + rows + 1));
        let mut cells = matrix.into_iter();
        for row in 0..rows {
            entries.extend(cells.by_ref().take(variables));
            entries.extend((0..rows).map(|slack| if slack == row { IBig::ONE } else { IBig::ZERO }));
            entries.push(IBig::ONE);
        }
        let labels = variable_labels.iter().chain(slack_labels).copied().collect();
        Self {
            rows,
            variables,
            entries,
            denominator: IBig::ONE,
            basic: (variables..variables + rows).collect(),
            labels,
        }
    }

    fn width(&self) -> usize {
        self.variables + self.rows + 1
    }

    fn row(&self, row: usize) -> &[IBig] {
        &self.entries[row * self.width()..(row + 1) * self.width()]
    }

    /// The basic variables, in order: what tells bases apart.
    pub(crate) fn basis(&self) -> Vec<usize> {
        let mut basis = self.basic.clone();
        basis.sort_unstable();
        basis
    }

    /// Every variable and slack that is not basic.
    pub(crate) fn nonbasic(&self) -> Vec<usize> {
        (0..self.variables + self.rows).filter(|variable| !self.basic.contains(variable)).collect()
    }

    /// The variable or slack of a label; each polytope has every label once.
    pub(crate) fn labelled(&self, label: usize) -> Option<usize> {
        self.labels.iter().position(|known| *known == label)
    }

    /// Brings a nonbasic variable in; the label of the one that leaves. `None` if none does, which positive pay-offs
    /// exclude.
    pub(crate) fn enter(&mut self, variable: usize) -> Option<usize> {
        let row = (0..self.rows)
            .filter(|row| is_positive(&self.row(*row)[variable]))
            .min_by(|a, b| self.compare(*a, *b, variable))?;
        let left = self.basic[row];
        self.pivot(row, variable);
        Some(self.labels[left])
    }

    /// The order of two rows by right side, then slack columns, each over the row's entry in a column.
    fn compare(&self, a: usize, b: usize, column: usize) -> Ordering {
        let (first, second) = (self.row(a), self.row(b));
        let last = self.width() - 1;
        std::iter::once(last)
            .chain(self.variables..last)
            .map(|k| (&first[k] * &second[column]).cmp(&(&second[k] * &first[column])))
            .find(|order| *order != Ordering::Equal)
            .unwrap_or(Ordering::Equal)
    }

    fn pivot(&mut self, pivot_row: usize, column: usize) {
        let width = self.width();
        let chosen = self.row(pivot_row).to_vec();
        let pivot = chosen[column].clone();
        for (row, entries) in self.entries.chunks_exact_mut(width).enumerate() {
            if row == pivot_row {
                continue;
            }
            let factor = entries[column].clone();
            for (entry, other) in entries.iter_mut().zip(&chosen) {
                *entry = (&*entry * &pivot - &factor * other) / &self.denominator;
            }
        }
        self.denominator = pivot;
        self.basic[pivot_row] = column;
    }

    /// The values of the variables.
    pub(crate) fn point(&self) -> Vec<Rational> {
        let mut point = vec![Rational::ZERO; self.variables];
        for (row, &variable) in self.basic.iter().enumerate().filter(|(_, variable)| **variable < self.variables) {
            let value = &self.row(row)[self.width() - 1];
            debug_assert!(!is_negative(value));
            point[variable] = Rational::from_parts_signed(value.clone(), self.denominator.clone());
        }
        point
    }

    /// The labels of the point: those of every variable and slack that is 0, basic or not.
    pub(crate) fn labels_of_point(&self) -> Vec<bool> {
        let mut labels = vec![true; self.variables + self.rows];
        for (row, &variable) in self.basic.iter().enumerate() {
            labels[self.labels[variable]] = self.row(row)[self.width() - 1].is_zero();
        }
        labels
    }
}
