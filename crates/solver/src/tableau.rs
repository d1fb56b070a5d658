//! A simplex tableau of integers: pivoting without fractions and without rounding.
//!
//! Source: Edmonds, "Systems of distinct representatives and linear algebra", 1967; Bareiss, "Sylvester's identity and
//! multistep integer-preserving Gaussian elimination", 1968.
//!
//! The tableau stands for a linear program solved for its basic variables,
//!
//! ```text
//! x_B = (b - T x_N) / D        z = (z0 - d x_N) / D        maximise z over x ≥ 0
//! ```
//!
//! with integers `T` (rows × columns), `b` (right side, last column), `d` (reduced costs, last row), `z0` (the corner)
//! and one common denominator `D > 0`. A pivot on `p = T[r][c] > 0` exchanges `x_B[r]` and `x_N[c]`:
//!
//! ```text
//! T'[i][j] = (p T[i][j] - T[i][c] T[r][j]) / D        T'[r][j] = T[r][j]
//! T'[i][c] = -T[i][c]                                 T'[r][c] = D                D' = p
//! ```
//!
//! Every number is a minor of the first tableau, so the division leaves no remainder and the numbers grow no faster
//! than Hadamard's bound. For `p < 0` all signs are turned, so that `D` stays positive.
//!
//! Pivot rule: largest coefficient; lowest index (Bland) from a pivot that does not raise `z` until one does. Since `z`
//! never falls, and Bland's rule does not cycle, the program ends.

use std::cmp::Ordering;

use dashu_int::{IBig, Sign};
use saddlepoint_game::rational::Rational;

/// How a maximisation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// No reduced cost is negative.
    Optimal,
    /// The objective grows without bound.
    Unbounded,
    /// The caller's limit was reached.
    Stopped,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Tableau {
    rows: usize,
    columns: usize,
    /// (rows + 1) × (columns + 1), row by row.
    entries: Vec<IBig>,
    denominator: IBig,
    /// Number of the basic variable of each row.
    basic: Vec<usize>,
    /// Number of the nonbasic variable of each column.
    nonbasic: Vec<usize>,
}

pub(crate) fn is_positive(number: &IBig) -> bool {
    !number.is_zero() && number.sign() == Sign::Positive
}

pub(crate) fn is_negative(number: &IBig) -> bool {
    number.sign() == Sign::Negative
}

impl Tableau {
    /// A tableau whose rows have the slacks as basic variables. `entries` is (rows + 1) × (columns + 1), row by row,
    /// with the right side as last column and the reduced costs as last row; variables are numbered columns first.
    pub(crate) fn new(rows: usize, columns: usize, entries: Vec<IBig>) -> Self {
        debug_assert_eq!(entries.len(), (rows + 1) * (columns + 1));
        let (basic, nonbasic) = ((columns..columns + rows).collect(), (0..columns).collect());
        Self { rows, columns, entries, denominator: IBig::ONE, basic, nonbasic }
    }

    /// Numerator over the common denominator of an entry.
    pub(crate) fn at(&self, row: usize, column: usize) -> &IBig {
        &self.entries[row * (self.columns + 1) + column]
    }

    /// The basic variable of each row.
    pub(crate) fn basic(&self) -> &[usize] {
        &self.basic
    }

    /// The nonbasic variable of each column.
    pub(crate) fn nonbasic(&self) -> &[usize] {
        &self.nonbasic
    }

    /// The common denominator, positive.
    pub(crate) fn denominator(&self) -> &IBig {
        &self.denominator
    }

    /// Numerator over the common denominator of the basic variable of a row.
    pub(crate) fn right_side(&self, row: usize) -> &IBig {
        self.at(row, self.columns)
    }

    /// The value of the basic variable of a row.
    pub(crate) fn basic_value(&self, row: usize) -> Rational {
        Rational::from_parts_signed(self.right_side(row).clone(), self.denominator.clone())
    }

    /// Whether a variable is of this program.
    pub(crate) fn has(&self, variable: usize) -> bool {
        self.basic.contains(&variable) || self.nonbasic.contains(&variable)
    }

    /// Numerator over the common denominator of the reduced cost of a column.
    pub(crate) fn reduced_cost(&self, column: usize) -> &IBig {
        self.at(self.rows, column)
    }

    /// Numerator over the common denominator of the objective.
    pub(crate) fn objective(&self) -> &IBig {
        self.at(self.rows, self.columns)
    }

    /// The objective as a number.
    pub(crate) fn objective_value(&self) -> Rational {
        Rational::from_parts_signed(self.objective().clone(), self.denominator.clone())
    }

    /// Exchanges the basic variable of a row and the nonbasic variable of a column; their entry must not be zero.
    fn pivot(&mut self, r: usize, c: usize) {
        let width = self.columns + 1;
        let mut pivot_row: Vec<IBig> =
            self.entries[r * width..(r + 1) * width].iter_mut().map(std::mem::take).collect();
        let turned = is_negative(&pivot_row[c]);
        if turned {
            for entry in &mut pivot_row {
                *entry = -std::mem::take(entry);
            }
        }
        // With the signs turned where needed, `p` is positive and so is the denominator that it becomes.
        let p = std::mem::replace(&mut pivot_row[c], IBig::ZERO);
        let d = std::mem::replace(&mut self.denominator, p.clone());
        for (i, row) in self.entries.chunks_exact_mut(width).enumerate() {
            if i == r {
                continue;
            }
            let factor = std::mem::take(&mut row[c]);
            for (j, (entry, pivot_entry)) in row.iter_mut().zip(&pivot_row).enumerate() {
                if j == c {
                    continue;
                }
                let product = if factor.is_zero() || pivot_entry.is_zero() {
                    if entry.is_zero() {
                        continue;
                    }
                    &*entry * &p
                } else {
                    &*entry * &p - &factor * pivot_entry
                };
                *entry = if d.is_one() { product } else { product / &d };
            }
            row[c] = if turned { factor } else { -factor };
        }
        pivot_row[c] = if turned { -d } else { d };
        for (entry, new) in self.entries[r * width..].iter_mut().zip(pivot_row) {
            *entry = new;
        }
        std::mem::swap(&mut self.basic[r], &mut self.nonbasic[c]);
    }

    /// Whether every basic variable is at least 0.
    pub(crate) fn is_feasible(&self) -> bool {
        (0..self.rows).all(|row| !is_negative(self.right_side(row)))
    }

    /// Pivots onto a basis; `false`, with some of it basic, if it is not a basis of this program, or if `stop`, asked
    /// before every pivot, says so.
    pub(crate) fn move_to(&mut self, basis: &[usize], mut stop: impl FnMut() -> bool) -> bool {
        let mut wanted = vec![false; self.rows + self.columns];
        for &variable in basis {
            let Some(slot) = wanted.get_mut(variable) else { return false };
            *slot = true;
        }
        // A column that finds no row now may find one after another column has entered.
        loop {
            let entering: Vec<_> = (0..self.columns).filter(|c| wanted[self.nonbasic[*c]]).collect();
            if entering.is_empty() {
                return true;
            }
            let mut moved = false;
            for c in entering {
                let row = (0..self.rows).find(|r| !wanted[self.basic[*r]] && !self.at(*r, c).is_zero());
                if let Some(r) = row {
                    if stop() {
                        return false;
                    }
                    self.pivot(r, c);
                    moved = true;
                }
            }
            if !moved {
                return false;
            }
        }
    }

    /// Raises the objective to its maximum from a feasible tableau. `stop` is asked before every pivot.
    pub(crate) fn maximise(&mut self, mut stop: impl FnMut() -> bool) -> End {
        debug_assert!(self.is_feasible());
        let mut degenerate = false;
        loop {
            let Some(c) = self.entering(degenerate) else { return End::Optimal };
            let Some(r) = self.leaving(c) else { return End::Unbounded };
            if stop() {
                return End::Stopped;
            }
            degenerate = self.right_side(r).is_zero();
            self.pivot(r, c);
        }
    }

    /// The column to enter: the most negative reduced cost, or by Bland the lowest variable with a negative one.
    fn entering(&self, bland: bool) -> Option<usize> {
        let negative = (0..self.columns).filter(|c| is_negative(self.reduced_cost(*c)));
        if bland {
            negative.min_by_key(|c| self.nonbasic[*c])
        } else {
            negative.min_by(|a, b| {
                self.reduced_cost(*a).cmp(self.reduced_cost(*b)).then(self.nonbasic[*a].cmp(&self.nonbasic[*b]))
            })
        }
    }

    /// The row to leave: the smallest ratio of right side to entry over positive entries, ties to the lowest variable.
    fn leaving(&self, c: usize) -> Option<usize> {
        (0..self.rows).filter(|r| is_positive(self.at(*r, c))).min_by(|a, b| {
            let (left, right) = (self.right_side(*a) * self.at(*b, c), self.right_side(*b) * self.at(*a, c));
            left.cmp(&right).then(self.basic[*a].cmp(&self.basic[*b]))
        })
    }

    /// The columns that can change without moving the objective: reduced cost 0.
    fn free_columns(&self) -> Vec<usize> {
        (0..self.columns).filter(|c| self.reduced_cost(*c).is_zero()).collect()
    }

    /// The optimal face of an optimal tableau: nonbasic variables with a reduced cost are fixed at 0 by leaving their
    /// columns out. `None` if nothing is free, so that the optimal vertex is the whole face.
    pub(crate) fn optimal_face(&self) -> Option<Self> {
        let free = self.free_columns();
        if free.is_empty() { None } else { Some(self.with_columns(&free)) }
    }

    /// The vertex by itself: no column is left to change it.
    pub(crate) fn without_columns(&self) -> Self {
        self.with_columns(&[])
    }

    fn with_columns(&self, free: &[usize]) -> Self {
        let kept: Vec<_> = free.iter().copied().chain([self.columns]).collect();
        let entries = (0..=self.rows).flat_map(|r| kept.iter().map(move |c| self.at(r, *c).clone())).collect();
        Self {
            rows: self.rows,
            columns: free.len(),
            entries,
            denominator: self.denominator.clone(),
            basic: self.basic.clone(),
            nonbasic: free.iter().map(|c| self.nonbasic[*c]).collect(),
        }
    }

    /// The dual program's tableau at the same basis: the negated transpose, basic and nonbasic exchanged.
    ///
    /// `min z0 + b'y_B` over `y_N = d + T'y_B ≥ 0` becomes a maximisation of `-z` with matrix `-T'`, right side `d` and
    /// reduced costs `b`. The dual variable of a variable keeps its number.
    pub(crate) fn dual(&self) -> Self {
        let mut entries = Vec::with_capacity(self.entries.len());
        for c in 0..self.columns {
            entries.extend((0..self.rows).map(|r| -self.at(r, c)));
            entries.push(self.reduced_cost(c).clone());
        }
        entries.extend((0..self.rows).map(|r| self.right_side(r).clone()));
        entries.push(-self.objective());
        Self {
            rows: self.columns,
            columns: self.rows,
            entries,
            denominator: self.denominator.clone(),
            basic: self.nonbasic.clone(),
            nonbasic: self.basic.clone(),
        }
    }

    /// Replaces the objective by `Σ cost(v) x_v`, and leaves the basis as it is.
    ///
    /// With `x_B = (b - T x_N) / D` the reduced costs are `c_B T - D c_N`, and the corner is `c_B b`.
    pub(crate) fn set_objective(&mut self, cost: impl Fn(usize) -> IBig) {
        let width = self.columns + 1;
        let mut reduced: Vec<IBig> = self.nonbasic.iter().map(|v| -(cost(*v) * &self.denominator)).collect();
        reduced.push(IBig::ZERO);
        for (row, &variable) in self.entries.chunks_exact(width).zip(&self.basic) {
            let weight = cost(variable);
            if !weight.is_zero() {
                reduced.iter_mut().zip(row).for_each(|(sum, entry)| *sum += &weight * entry);
            }
        }
        self.entries.truncate(self.rows * width);
        self.entries.extend(reduced);
    }

    /// The least or the greatest value of one variable over the feasible set; `None` if it has none (or the variable
    /// is not of this program). The tableau stays feasible, at the vertex where the extreme is attained.
    pub(crate) fn extreme(&mut self, variable: usize, direction: Ordering) -> Option<Rational> {
        if !self.has(variable) {
            return None;
        }
        let turned = direction == Ordering::Less;
        let unit = if turned { IBig::NEG_ONE } else { IBig::ONE };
        self.set_objective(|v| if v == variable { unit.clone() } else { IBig::ZERO });
        match self.maximise(|| false) {
            End::Optimal if turned => Some(-self.objective_value()),
            End::Optimal => Some(self.objective_value()),
            End::Unbounded | End::Stopped => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tableau(rows: usize, columns: usize, entries: &[i64]) -> Tableau {
        Tableau::new(rows, columns, entries.iter().map(|&e| IBig::from(e)).collect())
    }

    fn fraction(p: i64, q: i64) -> Rational {
        Rational::from_parts_signed(IBig::from(p), IBig::from(q))
    }

    #[test]
    fn a_small_program_is_solved_exactly() {
        // maximise 3x + 2y over x + y ≤ 4, x + 3y ≤ 6, x ≤ 3: the vertex x = 3, y = 1.
        let mut program = tableau(3, 2, &[1, 1, 4, 1, 3, 6, 1, 0, 3, -3, -2, 0]);
        assert_eq!(program.maximise(|| false), End::Optimal);
        assert_eq!(program.objective_value(), fraction(11, 1));
        // Its dual has the same value, at the same basis.
        assert_eq!(program.dual().objective_value(), fraction(-11, 1));
        assert!(program.dual().is_feasible());
    }

    #[test]
    fn any_route_to_a_basis_gives_the_same_numbers() {
        let entries = [1, 1, 4, 1, 3, 6, 1, 0, 3, -3, -2, 0];
        let mut solved = tableau(3, 2, &entries);
        solved.maximise(|| false);
        let mut moved = tableau(3, 2, &entries);
        assert!(moved.move_to(solved.basic(), || false));
        assert!(moved.is_feasible());
        assert_eq!(moved.objective_value(), solved.objective_value());
        assert!(!tableau(3, 2, &entries).move_to(&[0, 1, 99], || false), "99 is not a variable");
    }

    #[test]
    fn beale_s_cycle_ends() {
        // Beale 1955: the largest coefficient with ties to the lowest index returns to its start after six pivots.
        // Each row and the objective are scaled to integers: 1/4 x1 - 60 x2 - 1/25 x3 + 9 x4 ≤ 0 and so on.
        let mut program =
            tableau(3, 4, &[25, -6000, -4, 900, 0, 25, -4500, -1, 150, 0, 0, 0, 1, 0, 1, -75, 15000, -2, 600, 0]);
        assert_eq!(program.maximise(|| false), End::Optimal);
        assert_eq!(program.objective_value(), fraction(5, 1), "1/20 in Beale's scale");
    }

    #[test]
    fn unbounded_and_stopped_are_told_apart() {
        assert_eq!(tableau(1, 1, &[-1, 1, -1, 0]).maximise(|| false), End::Unbounded);
        assert_eq!(tableau(1, 1, &[1, 1, -1, 0]).maximise(|| true), End::Stopped);
    }

    #[test]
    fn extremes_over_a_square() {
        // x ≤ 2, y ≤ 3, nothing to maximise: the whole box is optimal.
        let mut face = tableau(2, 2, &[1, 0, 2, 0, 1, 3, 0, 0, 0]).optimal_face().expect("both columns are free");
        assert_eq!(face.extreme(0, Ordering::Greater), Some(fraction(2, 1)));
        assert_eq!(face.extreme(1, Ordering::Greater), Some(fraction(3, 1)));
        assert_eq!(face.extreme(0, Ordering::Less), Some(fraction(0, 1)));
        assert_eq!(face.extreme(9, Ordering::Less), None);
    }
}
