//! [`Counts`]: attacks × defences, each cell counted or bounded.

use std::sync::Arc;

use super::count::{Count, Origin};
use super::error::NoiseError;
use super::stream::Stream;
use crate::matrix::{AttackId, DefenceId, LossMatrix, Names, PayoffKind};
use crate::payoffs::Payoffs;
use crate::rational::{self, Rational};

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

/// Which end of what is possible stands for a cell without trials: its lower or upper bound, 0 or 1 where it was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum End {
    /// The end that favours the defender: what the attacker can be sure of.
    Low,
    /// The end that favours the attacker: what the defender can be sure of.
    #[default]
    High,
}

/// A table of counts: rows are attacks, columns are defences, the rate of a cell is the defender's loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    attacks: Names,
    defences: Names,
    cells: Vec<Cell>,
    /// Positions by the names of their row and column: draws go in this order, so that they belong to the cells and not
    /// to the order in which a file lists them.
    order: Arc<[usize]>,
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
        let mut order: Vec<usize> = (0..cells.len()).collect();
        order.sort_by_key(|position| (&attacks[position / columns], &defences[position % columns]));
        Ok(Self { order: order.into(), attacks, defences, cells })
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

    /// The counted cells, row by row.
    pub fn counted(&self) -> impl Iterator<Item = Count> + '_ {
        self.cells.iter().filter_map(|cell| match cell {
            Cell::Counted(count) => Some(*count),
            Cell::Bounded { .. } => None,
        })
    }

    /// Number of counted cells whose trials are assumed: what a result must say.
    #[must_use]
    pub fn assumed(&self) -> usize {
        self.counted().filter(|count| count.origin() == Origin::Assumed).count()
    }

    /// The game of the rates `k / n`, exactly.
    #[must_use]
    pub fn observed(&self, unmeasured: End) -> LossMatrix {
        self.game(|cell| match cell {
            Cell::Counted(count) => count.rate().unwrap_or(match unmeasured {
                End::Low => Rational::ZERO,
                End::High => Rational::ONE,
            }),
            Cell::Bounded { low, high } => bound(low, high, unmeasured).clone(),
        })
    }

    /// Writes the rates `k / n` as doubles, row by row, into `rates` (overwritten).
    pub fn observed_rates(&self, unmeasured: End, rates: &mut Vec<f64>) {
        rates.clear();
        rates.extend(self.cells.iter().map(|cell| observed(cell, unmeasured)));
    }

    /// Appends rates drawn from the posterior of each cell ([`Stream::posterior_rate`]), row by row. A bounded cell has no
    /// posterior and stands at an end.
    pub fn posterior_rates(&self, stream: &mut Stream, unmeasured: End, rates: &mut Vec<f64>) {
        let start = rates.len();
        rates.resize(start + self.cells.len(), 0.0);
        for &position in self.order.iter() {
            rates[start + position] = match &self.cells[position] {
                Cell::Counted(count) => stream.posterior_rate(*count),
                bounded @ Cell::Bounded { .. } => observed(bounded, unmeasured),
            };
        }
    }

    /// The table as a repetition of the experiment might find it, if `rates` were the true ones (row by row): the same
    /// trials, with binomial successes. Cells without trials stay as they are.
    ///
    /// # Errors
    /// [`NoiseError::Rates`] unless there is one rate per cell, each in [0, 1].
    pub fn repeated(&self, rates: &[f64], stream: &mut Stream) -> Result<Self, NoiseError> {
        self.check_rates(rates)?;
        let mut cells = self.cells.clone();
        for &position in self.order.iter() {
            if let Cell::Counted(count) = &mut cells[position] {
                let successes = stream.binomial(count.trials(), rates[position]);
                *count = Count::new(successes, count.trials(), count.origin())?;
            }
        }
        Ok(self.with_cells(cells))
    }

    /// Whether these can be the rates of the cells.
    ///
    /// # Errors
    /// [`NoiseError::Rates`] unless there is one rate per cell, each in [0, 1].
    pub fn check_rates(&self, rates: &[f64]) -> Result<(), NoiseError> {
        if rates.len() == self.cells.len() && rates.iter().all(|rate| (0.0..=1.0).contains(rate)) {
            return Ok(());
        }
        Err(NoiseError::Rates { cells: self.cells.len(), found: rates.len() })
    }

    /// Deals the trials of each cell into two halves at random, the second one larger by a trial if they are odd:
    /// `k1 ~ Hypergeometric(n, k, n / 2)`. Bounded cells are in both.
    ///
    /// Given the true rates, the halves are independent, as two tables measured with half the trials each.
    ///
    /// # Errors
    /// [`NoiseError::Halves`] if a counted cell has fewer than 2 trials.
    pub fn halves(&self, stream: &mut Stream) -> Result<(Self, Self), NoiseError> {
        let (mut first, mut second) = (self.cells.clone(), self.cells.clone());
        for &position in self.order.iter() {
            let Cell::Counted(count) = self.cells[position] else { continue };
            let (k, n, columns) = (count.successes(), count.trials(), self.defences.len());
            if n < 2 {
                let (attack, defence) = (position / columns, position % columns);
                return Err(NoiseError::Halves { attack, defence, trials: n });
            }
            let (half, successes) = (n / 2, stream.hypergeometric(n, k, n / 2));
            first[position] = Cell::Counted(Count::new(successes, half, count.origin())?);
            second[position] = Cell::Counted(Count::new(k - successes, n - half, count.origin())?);
        }
        Ok((self.with_cells(first), self.with_cells(second)))
    }

    fn with_cells(&self, cells: Vec<Cell>) -> Self {
        Self { attacks: self.attacks.clone(), defences: self.defences.clone(), cells, order: self.order.clone() }
    }

    /// The game with a loss for each cell.
    pub(super) fn game(&self, loss: impl Fn(&Cell) -> Rational) -> LossMatrix {
        let payoffs = Payoffs::new(self.cells.iter().map(loss).collect());
        LossMatrix::of_checked_shape(self.attacks.clone(), self.defences.clone(), payoffs, PayoffKind::Rational)
    }
}

pub(super) fn bound<'a>(low: &'a Rational, high: &'a Rational, end: End) -> &'a Rational {
    match end {
        End::Low => low,
        End::High => high,
    }
}

fn observed(cell: &Cell, unmeasured: End) -> f64 {
    match cell {
        Cell::Counted(count) => count.rate_f64().unwrap_or(match unmeasured {
            End::Low => 0.0,
            End::High => 1.0,
        }),
        Cell::Bounded { low, high } => rational::to_f64(bound(low, high, unmeasured)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{MatrixError, numbered};

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
    fn unmeasured_cells_stand_at_the_end_asked_for() {
        let counts = table(vec![counted(1, 4), counted(0, 0), bounded("0.2", "0.7"), counted(3, 3)]).expect("a table");
        for (end, expected) in [(End::Low, ["1/4", "0", "0.2", "1"]), (End::High, ["1/4", "1", "0.7", "1"])] {
            let expected = expected.map(|text| rational::parse(text).expect("a number"));
            assert_eq!(counts.observed(end).payoffs().to_rationals(), expected);
            let mut rates = vec![9.0];
            counts.observed_rates(end, &mut rates);
            assert_eq!(rates, expected.map(|rate| rational::to_f64(&rate)));
        }
        assert_eq!((counts.assumed(), counts.counted().count()), (3, 3));
        assert_eq!(counts.cell(AttackId(1), DefenceId(1)), Some(&counted(3, 3)));
        assert_eq!(
            (counts.cell(AttackId(0), DefenceId(2)), counts.cell(AttackId(usize::MAX), DefenceId(0))),
            (None, None)
        );
    }

    #[test]
    fn rates_of_another_shape_are_refused() {
        let counts = table(vec![counted(1, 4), counted(0, 0), bounded("0.2", "0.7"), counted(3, 3)]).expect("a table");
        for rates in [&[0.5; 3][..], &[0.5, 0.5, 0.5, 1.5], &[f64::NAN; 4]] {
            let found = rates.len();
            let refused = counts.repeated(rates, &mut Stream::new(0, 0));
            assert_eq!(refused, Err(NoiseError::Rates { cells: 4, found }));
        }
        let certain = counts.repeated(&[1.0, 0.0, 0.5, 0.0], &mut Stream::new(0, 0)).expect("rates");
        assert_eq!(certain.cells(), [counted(4, 4), counted(0, 0), bounded("0.2", "0.7"), counted(0, 3)]);
    }

    #[test]
    fn halves_add_up_and_need_two_trials() {
        let counts = table(vec![counted(5, 11), counted(0, 2), bounded("0", "1"), counted(7, 7)]).expect("a table");
        for replicate in 0..50 {
            let (first, second) = counts.halves(&mut Stream::new(3, replicate)).expect("halves");
            for ((whole, first), second) in counts.counted().zip(first.counted()).zip(second.counted()) {
                assert_eq!(first.successes() + second.successes(), whole.successes());
                assert_eq!((first.trials(), first.trials() + second.trials()), (whole.trials() / 2, whole.trials()));
            }
        }
        let single = table(vec![counted(5, 11), counted(1, 1), counted(0, 2), counted(7, 7)]).expect("a table");
        let refused = single.halves(&mut Stream::new(3, 0));
        assert_eq!(refused, Err(NoiseError::Halves { attack: 0, defence: 1, trials: 1 }));
    }

    #[test]
    fn draws_belong_to_the_cells_and_not_to_their_order() {
        let names = |prefix: &str, order: [usize; 3]| order.iter().map(|k| format!("{prefix}{k}")).collect::<Names>();
        let cell = |i: usize, j: usize| counted((3 * i + j) as u64, 10 + j as u64);
        let rates = |rows: [usize; 3], columns: [usize; 3]| {
            let cells = rows.iter().flat_map(|i| columns.iter().map(move |j| cell(*i, *j))).collect();
            let counts = Counts::new(names("a", rows), names("d", columns), cells).expect("a table");
            let (mut stream, mut rates) = (Stream::new(5, 8), Vec::new());
            counts.posterior_rates(&mut stream, End::High, &mut rates);
            let truth = vec![0.5; counts.cells().len()];
            let repeated = counts.repeated(&truth, &mut stream).expect("rates");
            (rates, repeated.counted().map(Count::successes).collect::<Vec<_>>())
        };
        let (plain, repeated) = rates([0, 1, 2], [0, 1, 2]);
        let (moved, moved_repeated) = rates([2, 0, 1], [1, 2, 0]);
        for (i, row) in [2, 0, 1].into_iter().enumerate() {
            for (j, column) in [1, 2, 0].into_iter().enumerate() {
                assert_eq!(moved[3 * i + j].to_bits(), plain[3 * row + column].to_bits());
                assert_eq!(moved_repeated[3 * i + j], repeated[3 * row + column]);
            }
        }
    }
}
