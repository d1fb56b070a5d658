//! The restricted game of double oracle: a tableau that keeps its basis while rows and columns are added.
//!
//! The program is that of [`crate::simplex`], `maximise Σ u` over `A u ≤ 1`, `e_k u ≤ 0`, `u ≥ 0` with `A` in [1, 2],
//! and so is its condensed tableau: basic variables are `right - entries · nonbasic`. Its slack columns are the inverse
//! of the basis, so a new column or row is expressed in the current basis without solving anything:
//!
//! - a column `a`: `Σ a_r T_r` over the rows `r` whose slack is nonbasic, with `T_r` the slack's column, and `a_r` itself
//!   where the slack is basic; the tableau stays primal feasible, and [`Restricted::primal`] goes on from there;
//! - a row `a`: `a_j` where the defence `j` is nonbasic, less `a_j` times the row of `j` where it is basic; the tableau
//!   stays dual feasible, and [`Restricted::dual`] goes on from there.
//!
//! Rounding adds up over hundreds of pivots, so [`Restricted::refresh`] builds the tableau anew at its basis. There are
//! always mixes at `u = 0`, so the program is feasible, and bounded by the rows of attacks.

use crate::kernels::{add_multiple, subtract_multiple};
use crate::settings::Limits;
use crate::solution::Status;

/// A reduced cost (per unit of `u`, which is at most 1) or a right side (a value of `u` or of a slack) counts as negative
/// below minus this; a fifth of the gap that double oracle aims at.
const NEGATIVE: f64 = 2e-14;

/// An entry of the tableau (the first are in [1, 2]) can be a pivot above this; smaller ones are rounding of earlier
/// pivots.
const PIVOT: f64 = 1e-11;

/// Two ratios closer than this are a tie, decided by the larger pivot.
const RATIO_TIE: f64 = 1e-14;

/// Pivots without progress, per row and column, after which the lowest index enters and leaves until there is some.
const PATIENCE: usize = 2;

/// Pivots per row and column of one call after which the doubles are taken to run in circles.
const PIVOTS_PER_LINE: u64 = 50;

/// Pivots between two looks at the clock.
const CLOCK_INTERVAL: u64 = 64;

/// Room for columns is made in multiples of this.
const COLUMN_BLOCK: usize = 64;

/// A variable of the program, with its position among those of its kind; in the order of the rule against cycling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Variable {
    /// Weight of a defence.
    Defence(usize),
    /// Slack of a row: constraints first, then attacks.
    Slack(usize),
}

/// How a run of pivots ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Optimal,
    Limit(Status),
    /// No pivot is large enough, or there were far too many.
    Stalled,
}

/// The program, its tableau and its basis.
#[derive(Clone, Debug)]
pub(crate) struct Restricted {
    /// The first rows.
    constraints: usize,
    /// The program itself, column by column: each has one coefficient per row.
    columns: Vec<Vec<f64>>,
    /// Rows × `stride`, of which the first `columns` are in use.
    entries: Vec<f64>,
    stride: usize,
    /// One for each row.
    right: Vec<f64>,
    /// Reduced costs, one for each column.
    costs: Vec<f64>,
    /// `Σ u`.
    objective: f64,
    basic: Vec<Variable>,
    nonbasic: Vec<Variable>,
    pivot_row: Vec<f64>,
    pub(crate) pivots: u64,
}

impl Restricted {
    /// No attacks and no defences yet, and so many constraints.
    pub(crate) fn new(constraints: usize) -> Self {
        Self {
            constraints,
            columns: Vec::new(),
            entries: vec![0.0; constraints * COLUMN_BLOCK],
            stride: COLUMN_BLOCK,
            right: vec![0.0; constraints],
            costs: Vec::new(),
            objective: 0.0,
            basic: (0..constraints).map(Variable::Slack).collect(),
            nonbasic: Vec::new(),
            pivot_row: Vec::new(),
            pivots: 0,
        }
    }

    /// Rows and columns.
    pub(crate) fn lines(&self) -> usize {
        self.right.len() + self.costs.len()
    }

    /// `Σ u`: 1 over the value of the restricted game on losses in [1, 2]; 0 if its defences cannot meet the constraints.
    pub(crate) fn objective(&self) -> f64 {
        self.objective
    }

    /// Adds defences, each a coefficient per row in the order constraints, attacks; in `A`'s scale.
    pub(crate) fn add_columns(&mut self, new: Vec<Vec<f64>>) {
        let (old, rows) = (self.costs.len(), self.right.len());
        let width = old + new.len();
        if width > self.stride {
            let stride = (width + width / 2).next_multiple_of(COLUMN_BLOCK);
            let mut entries = vec![0.0; rows * stride];
            for (to, from) in entries.chunks_exact_mut(stride).zip(self.entries.chunks_exact(self.stride)) {
                to[..old].copy_from_slice(&from[..old]);
            }
            (self.entries, self.stride) = (entries, stride);
        }
        let coefficients = |r: usize| new.iter().map(|column| column[r]).collect::<Vec<f64>>();
        let inverse: Vec<(usize, Vec<f64>)> = (self.nonbasic.iter().enumerate())
            .filter_map(|(c, variable)| match variable {
                Variable::Slack(r) => Some((c, coefficients(*r))),
                Variable::Defence(_) => None,
            })
            .collect();
        for (row, variable) in self.entries.chunks_exact_mut(self.stride).zip(&self.basic) {
            let (known, added) = row[..width].split_at_mut(old);
            match variable {
                Variable::Slack(r) => added.copy_from_slice(&coefficients(*r)),
                Variable::Defence(_) => added.fill(0.0),
            }
            for (c, coefficients) in &inverse {
                add_multiple(added, known[*c], coefficients);
            }
        }
        self.costs.resize(width, -1.0);
        let (known, added) = self.costs.split_at_mut(old);
        for (c, coefficients) in &inverse {
            add_multiple(added, known[*c], coefficients);
        }
        self.nonbasic.extend((self.columns.len()..).map(Variable::Defence).take(new.len()));
        self.columns.extend(new);
    }

    /// Adds attacks, each a coefficient per defence in the order in which they were added; in `A`'s scale.
    pub(crate) fn add_rows(&mut self, new: &[Vec<f64>]) {
        let width = self.costs.len();
        for coefficients in new {
            let mut row = vec![0.0; self.stride];
            for (entry, variable) in row.iter_mut().zip(&self.nonbasic) {
                if let Variable::Defence(j) = variable {
                    *entry = coefficients[*j];
                }
            }
            let mut right = 1.0;
            let basic = self.entries.chunks_exact(self.stride).zip(&self.basic).zip(&self.right);
            for ((known, variable), value) in basic {
                if let Variable::Defence(j) = variable {
                    subtract_multiple(&mut row[..width], coefficients[*j], known);
                    right -= coefficients[*j] * value;
                }
            }
            self.basic.push(Variable::Slack(self.right.len()));
            self.entries.extend_from_slice(&row);
            self.right.push(right);
            for (column, coefficient) in self.columns.iter_mut().zip(coefficients) {
                column.push(*coefficient);
            }
        }
    }

    /// Raises the objective to its maximum while right sides stay at 0 or above.
    pub(crate) fn primal(&mut self, limits: Limits) -> End {
        let start = self.pivots;
        let mut idle = 0;
        loop {
            let careful = idle > PATIENCE * self.lines();
            let Some(column) = self.most_negative_cost(careful) else { return End::Optimal };
            let Some((row, step)) = self.smallest_row_ratio(column, careful) else { return End::Stalled };
            if let Some(end) = self.limit(start, limits) {
                return end;
            }
            idle = if step > RATIO_TIE { 0 } else { idle + 1 };
            self.pivot(row, column);
        }
    }

    /// Brings right sides to 0 or above while reduced costs stay there.
    pub(crate) fn dual(&mut self, limits: Limits) -> End {
        let start = self.pivots;
        let mut idle = 0;
        loop {
            let careful = idle > PATIENCE * self.lines();
            let Some(row) = self.most_negative_side(careful) else { return End::Optimal };
            let Some((column, step)) = self.smallest_column_ratio(row, careful) else { return End::Stalled };
            if let Some(end) = self.limit(start, limits) {
                return end;
            }
            idle = if step > RATIO_TIE { 0 } else { idle + 1 };
            self.pivot(row, column);
        }
    }

    fn limit(&self, start: u64, limits: Limits) -> Option<End> {
        if self.pivots - start >= PIVOTS_PER_LINE * self.lines() as u64 {
            return Some(End::Stalled);
        }
        let deadline = limits.deadline.filter(|_| self.pivots.is_multiple_of(CLOCK_INTERVAL));
        Limits { deadline, ..limits }.reached(self.pivots).map(End::Limit)
    }

    fn most_negative_cost(&self, careful: bool) -> Option<usize> {
        most_negative(&self.costs, &self.nonbasic, careful)
    }

    fn most_negative_side(&self, careful: bool) -> Option<usize> {
        most_negative(&self.right, &self.basic, careful)
    }

    /// The row to leave for a column, and how far the column's variable can rise.
    fn smallest_row_ratio(&self, column: usize, careful: bool) -> Option<(usize, f64)> {
        let entries = self.entries.chunks_exact(self.stride).map(|row| row[column]);
        smallest_ratio(self.right.iter().copied().zip(entries), &self.basic, careful)
    }

    /// The column to enter for a row, and how far the row's price can rise.
    fn smallest_column_ratio(&self, row: usize, careful: bool) -> Option<(usize, f64)> {
        let entries = self.entries[row * self.stride..].iter().map(|entry| -entry);
        smallest_ratio(self.costs.iter().copied().zip(entries), &self.nonbasic, careful)
    }

    /// Exchanges the basic variable of a row and the nonbasic variable of a column.
    fn pivot(&mut self, r: usize, c: usize) {
        let width = self.costs.len();
        let Self { entries, stride, right, costs, pivot_row, .. } = self;
        let inverse = 1.0 / entries[r * *stride + c];
        pivot_row.clear();
        pivot_row.extend(entries[r * *stride..][..width].iter().map(|entry| entry * inverse));
        pivot_row[c] = inverse;
        let value = right[r] * inverse;
        for (i, (row, side)) in entries.chunks_exact_mut(*stride).zip(right.iter_mut()).enumerate() {
            let factor = row[c];
            if i == r || factor == 0.0 {
                continue;
            }
            row[c] = 0.0;
            subtract_multiple(&mut row[..width], factor, pivot_row);
            *side -= factor * value;
        }
        let factor = costs[c];
        costs[c] = 0.0;
        subtract_multiple(costs, factor, pivot_row);
        self.objective -= factor * value;
        entries[r * *stride..][..width].copy_from_slice(pivot_row);
        right[r] = value;
        std::mem::swap(&mut self.basic[r], &mut self.nonbasic[c]);
        self.pivots += 1;
    }

    /// Builds the tableau anew at its basis, as far as pivots of a good size lead there. Returns whether it is there.
    pub(crate) fn refresh(&mut self) -> bool {
        let (width, stride) = (self.costs.len(), self.stride);
        let mut wanted = vec![false; self.right.len()];
        let defences: Vec<usize> = (self.basic.iter())
            .filter_map(|variable| match variable {
                Variable::Defence(j) => Some(*j),
                Variable::Slack(_) => None,
            })
            .collect();
        // Rows whose slack is basic keep it.
        for variable in &self.basic {
            if let Variable::Slack(r) = variable {
                wanted[*r] = true;
            }
        }
        for (r, row) in self.entries.chunks_exact_mut(stride).enumerate() {
            row.iter_mut().zip(&self.columns).for_each(|(entry, column)| *entry = column[r]);
            self.right[r] = if r < self.constraints { 0.0 } else { 1.0 };
        }
        self.costs.fill(-1.0);
        self.objective = 0.0;
        self.basic = (0..self.right.len()).map(Variable::Slack).collect();
        self.nonbasic = (0..width).map(Variable::Defence).collect();
        for j in defences {
            // The column of a defence that is not basic yet is still where it was.
            let free = (0..self.right.len()).filter(|r| !wanted[*r]);
            let size = |r: &usize| self.entries[r * stride + j].abs();
            let Some(row) = free.max_by(|a, b| size(a).total_cmp(&size(b))) else { return false };
            if self.entries[row * stride + j].abs() <= PIVOT {
                return false;
            }
            wanted[row] = true;
            self.pivot(row, j);
        }
        true
    }

    /// The weights `u` of the defences and `p` of the attacks, and the prices of the constraints, into the arguments.
    pub(crate) fn read(&self, defender: &mut Vec<f64>, attacker: &mut Vec<f64>, prices: &mut Vec<f64>) {
        for (weights, count) in [
            (&mut *defender, self.costs.len()),
            (&mut *attacker, self.right.len() - self.constraints),
            (&mut *prices, self.constraints),
        ] {
            weights.clear();
            weights.resize(count, 0.0);
        }
        for (variable, side) in self.basic.iter().zip(&self.right) {
            if let Variable::Defence(j) = variable {
                defender[*j] = side.max(0.0);
            }
        }
        for (variable, cost) in self.nonbasic.iter().zip(&self.costs) {
            if let Variable::Slack(r) = variable {
                match r.checked_sub(self.constraints) {
                    Some(i) => attacker[i] = cost.max(0.0),
                    None => prices[*r] = cost.max(0.0),
                }
            }
        }
    }
}

/// The most negative number, ties to the lowest position; if `careful`, the lowest variable with a negative one.
fn most_negative(numbers: &[f64], variables: &[Variable], careful: bool) -> Option<usize> {
    if careful {
        return (0..numbers.len()).filter(|k| numbers[*k] < -NEGATIVE).min_by_key(|k| variables[*k]);
    }
    let (mut least, mut position) = (-NEGATIVE, None);
    for (k, &number) in numbers.iter().enumerate() {
        if number < least {
            (least, position) = (number, Some(k));
        }
    }
    position
}

/// The smallest ratio of a number (taken as at least 0) to a positive entry; ties to the larger entry or, if `careful`,
/// to the lowest variable. `None` if every entry is too small.
fn smallest_ratio(
    pairs: impl Iterator<Item = (f64, f64)>,
    variables: &[Variable],
    careful: bool,
) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64, f64)> = None;
    for (k, (number, entry)) in pairs.enumerate() {
        if entry <= PIVOT {
            continue;
        }
        // Rounding can leave a number a hair below 0.
        let ratio = number.max(0.0) / entry;
        let better = match best {
            None => true,
            Some((_, least, _)) if (ratio - least).abs() > RATIO_TIE => ratio < least,
            Some((other, _, largest)) => {
                if careful {
                    variables[k] < variables[other]
                } else {
                    entry > largest
                }
            }
        };
        if better {
            best = Some((k, ratio, entry));
        }
    }
    best.map(|(position, ratio, _)| (position, ratio))
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::Draw;

    use super::*;

    /// The optimum of the program of a matrix (in [1, 2]) that is there from the start.
    fn cold(rows: usize, columns: usize, entry: impl Fn(usize, usize) -> f64) -> f64 {
        let mut game = Restricted::new(0);
        game.add_rows(&vec![Vec::new(); rows]);
        game.add_columns((0..columns).map(|j| (0..rows).map(|i| entry(i, j)).collect()).collect());
        assert_eq!(game.primal(Limits::NONE), End::Optimal);
        game.objective()
    }

    #[test]
    fn growing_by_rows_and_columns_is_solving_anew() {
        for seed in 0..20 {
            let mut draw = Draw::new(seed);
            let matrix: Vec<f64> = (0..40 * 90).map(|_| 1.0 + f64::from(draw.below(101)) / 100.0).collect();
            let entry = |i: usize, j: usize| matrix[i * 90 + j];
            let mut game = Restricted::new(0);
            let (mut rows, mut columns) = (0, 0);
            while rows < 40 || columns < 90 {
                let (more_rows, more_columns) = (draw.index(8).min(40 - rows), draw.index(30).min(90 - columns));
                let added = (rows..rows + more_rows).map(|i| (0..columns).map(|j| entry(i, j)).collect());
                game.add_rows(&added.collect::<Vec<_>>());
                rows += more_rows;
                assert_eq!(game.dual(Limits::NONE), End::Optimal);
                if rows == 0 {
                    continue;
                }
                let added = (columns..columns + more_columns).map(|j| (0..rows).map(|i| entry(i, j)).collect());
                game.add_columns(added.collect());
                columns += more_columns;
                assert_eq!(game.primal(Limits::NONE), End::Optimal);
                if columns == 0 {
                    continue;
                }
                let (warm, anew) = (game.objective(), cold(rows, columns, entry));
                assert!((warm - anew).abs() < 1e-12, "{seed}: {warm} at {rows} x {columns}, not {anew}");
                assert!(game.refresh());
                assert!((game.objective() - anew).abs() < 1e-13, "{seed}: {} after a refresh", game.objective());
            }
        }
    }
}
