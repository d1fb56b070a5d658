//! [`Counts`]: attacks × defences, each cell counted or bounded.

use super::count::Count;
use super::error::NoiseError;
use super::stream::Stream;
use super::tally::{Noisy, Tally};
use crate::constraint::Game;
use crate::matrix::{AttackId, DefenceId, LossMatrix, Names, PayoffKind};
use crate::payoffs::Payoffs;
use crate::rational::Rational;
use crate::scenario::Instance;

/// What is known of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Successes of the attack in trials.
    Counted(Count),
    /// Nobody measured it; the caller states what the rate cannot leave.
    Bounded {
        /// Lowest rate, at least 0.
        low: Rational,
        /// Highest rate, at most 1.
        high: Rational,
    },
}

/// A table of counts: rows are attacks, columns are defences, the rate of a cell is the defender's loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    attacks: Names,
    defences: Names,
    cells: Vec<Cell>,
    /// The counted cells, drawn in the order of the names of their row and column.
    tally: Tally,
}

impl Counts {
    /// A table from its cells, row by row.
    ///
    /// # Errors
    /// [`NoiseError::Matrix`] if a side is empty, a name repeats or the number of cells is wrong;
    /// [`NoiseError::Bounds`] unless `0 ≤ low ≤ high ≤ 1`.
    pub fn new(attacks: Names, defences: Names, cells: Vec<Cell>) -> Result<Self, NoiseError> {
        // Names and shape are what a matrix checks.
        LossMatrix::new(attacks.clone(), defences.clone(), vec![Rational::ZERO; cells.len()])?;
        let columns = defences.len();
        let is_wrong = |cell: &Cell| match cell {
            Cell::Counted(_) => false,
            Cell::Bounded { low, high } => *low < Rational::ZERO || low > high || *high > Rational::ONE,
        };
        if let Some(position) = cells.iter().position(is_wrong) {
            return Err(NoiseError::Bounds { attack: position / columns, defence: position % columns });
        }
        let counted = cells.iter().enumerate().filter_map(|(position, cell)| match cell {
            Cell::Counted(count) => Some(((&attacks[position / columns], &defences[position % columns]), *count)),
            Cell::Bounded { .. } => None,
        });
        let tally = Tally::new(counted.collect());
        Ok(Self { attacks, defences, cells, tally })
    }

    /// Names of the attacks, in row order.
    #[must_use]
    pub fn attacks(&self) -> &Names {
        &self.attacks
    }

    /// Names of the defences, in column order.
    #[must_use]
    pub fn defences(&self) -> &Names {
        &self.defences
    }

    /// The cells, row by row.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// One cell; `None` outside the table.
    #[must_use]
    pub fn cell(&self, attack: AttackId, defence: DefenceId) -> Option<&Cell> {
        if defence.0 >= self.defences.len() {
            return None;
        }
        self.cells.get(attack.0.checked_mul(self.defences.len())?.checked_add(defence.0)?)
    }

    /// The table as a repetition of the experiment might find it, if `truth` were the true rates of the counted cells; see
    /// [`Tally::repeated`].
    ///
    /// # Errors
    /// As [`Tally::repeated`].
    pub fn repeated(&self, truth: &[f64], stream: &mut Stream) -> Result<Self, NoiseError> {
        let tally = self.tally.repeated(truth, stream)?;
        let mut counts = tally.counts().iter();
        let repeated = |cell: &Cell| match cell {
            Cell::Counted(_) => counts.next().map_or_else(|| cell.clone(), |count| Cell::Counted(*count)),
            Cell::Bounded { .. } => cell.clone(),
        };
        let cells = self.cells.iter().map(repeated).collect();
        Ok(Self { attacks: self.attacks.clone(), defences: self.defences.clone(), cells, tally })
    }
}

impl Noisy for Counts {
    fn tally(&self) -> &Tally {
        &self.tally
    }

    fn instance(&self, rates: &[Rational]) -> Result<Instance, NoiseError> {
        let expected = self.tally.counts().len();
        if rates.len() != expected {
            return Err(NoiseError::Rates { cells: expected, found: rates.len() });
        }
        let game = |end: fn(&Cell) -> Option<&Rational>| {
            let mut rates = rates.iter();
            let entries = self.cells.iter().filter_map(|cell| end(cell).or_else(|| rates.next()).cloned()).collect();
            Game::new(LossMatrix::of_checked_shape(
                self.attacks.clone(),
                self.defences.clone(),
                Payoffs::new(entries),
                PayoffKind::Rational,
            ))
        };
        let highest = game(|cell| match cell {
            Cell::Counted(_) => None,
            Cell::Bounded { high, .. } => Some(high),
        });
        let lowest = (self.cells.len() > expected).then(|| {
            game(|cell| match cell {
                Cell::Counted(_) => None,
                Cell::Bounded { low, .. } => Some(low),
            })
        });
        Ok(Instance { lowest, ..Instance::new(highest) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::count::Origin;
    use super::*;
    use crate::matrix::{MatrixError, numbered};
    use crate::rational;

    fn counted(successes: u64, trials: u64) -> Cell {
        Cell::Counted(Count::new(successes, trials, Origin::Assumed).expect("a count"))
    }

    fn bounded(low: &str, high: &str) -> Cell {
        let number = |text| rational::parse(text).expect("a number");
        Cell::Bounded { low: number(low), high: number(high) }
    }

    fn table(cells: Vec<Cell>) -> Result<Counts, NoiseError> {
        Counts::new(numbered("a", 2), numbered("d", 2), cells)
    }

    #[test]
    fn shape_and_bounds_are_checked() {
        assert!(matches!(table(vec![counted(1, 2)]), Err(NoiseError::Matrix(MatrixError::Shape { .. }))));
        for (low, high) in [("0.5", "0.4"), ("-0.1", "1"), ("0", "1.1")] {
            let cells = vec![counted(0, 1), counted(0, 1), bounded(low, high), counted(0, 1)];
            assert_eq!(table(cells), Err(NoiseError::Bounds { attack: 1, defence: 0 }));
        }
    }

    #[test]
    fn unmeasured_cells_stand_at_both_ends() {
        let counts = table(vec![counted(1, 4), counted(0, 0), bounded("0.2", "0.7"), counted(3, 3)]).expect("a table");
        let numbers = |texts: [&str; 4]| texts.map(|text| rational::parse(text).expect("a number"));
        let found = counts.instance(&counts.tally().rates()).expect("a game");
        assert_eq!(found.game.loss.payoffs().to_rationals(), numbers(["1/4", "1", "0.7", "1"]));
        let lowest = found.lowest.expect("a cell is bounded");
        assert_eq!(lowest.loss.payoffs().to_rationals(), numbers(["1/4", "1", "0.2", "1"]));
        assert_eq!(counts.instance(&[]).map(|_| ()), Err(NoiseError::Rates { cells: 3, found: 0 }));
        assert_eq!(counts.cell(AttackId(1), DefenceId(1)), Some(&counted(3, 3)));
        assert_eq!(
            (counts.cell(AttackId(0), DefenceId(2)), counts.cell(AttackId(usize::MAX), DefenceId(0))),
            (None, None)
        );
        let certain = counts.repeated(&[1.0, 0.0, 0.0], &mut Stream::new(0, 0)).expect("rates");
        assert_eq!(certain.cells(), [counted(4, 4), counted(0, 0), bounded("0.2", "0.7"), counted(0, 3)]);
    }
}
