//! The loss matrix and both mixes, read from the long form.

use super::series::interval;
use super::{FigureError, Numbers};

/// The most attacks, and the most defences, of a figure: beyond this a row is thinner than its frame.
pub const MOST: usize = 200;

/// One player's strategies in order of appearance.
#[derive(Debug, Default)]
pub(super) struct Strategies {
    pub(super) names: Vec<String>,
    pub(super) probabilities: Vec<Option<f64>>,
}

/// The loss matrix as drawn: rows and columns on the page.
#[derive(Debug)]
pub(super) struct Matrix {
    pub(super) rows: Strategies,
    pub(super) columns: Strategies,
    /// `cells[row][column]`: the bounds of the loss, equal where it was measured, nothing where it is not known at all.
    pub(super) cells: Vec<Vec<Option<(f64, f64)>>>,
    /// Whether defences are the rows of the page.
    pub(super) turned: bool,
}

impl Strategies {
    /// The place of the strategy named in a row of the table, entered where it is new.
    fn place(&mut self, numbers: &Numbers, row: usize, name: usize, probability: usize) -> Result<usize, FigureError> {
        let found = numbers.probability(row, probability)?;
        let text = &numbers.rows()[row][name];
        let Some(place) = self.names.iter().position(|known| known == text) else {
            self.names.push(text.clone());
            self.probabilities.push(found);
            return Ok(self.names.len() - 1);
        };
        let known = &mut self.probabilities[place];
        match (*known, found) {
            (Some(a), Some(b)) if (a - b).abs() > 1e-9 => {
                let column = numbers.header()[probability].clone();
                return Err(FigureError::Contradiction { column, row: row + 1, name: text.clone() });
            }
            (None, Some(_)) => *known = found,
            _ => {}
        }
        Ok(place)
    }
}

impl Matrix {
    pub(super) fn read(numbers: &Numbers) -> Result<Self, FigureError> {
        let (attack, defence) = (numbers.column("attack")?, numbers.column("defence")?);
        let (lower, upper) = (numbers.column("lower")?, numbers.column("upper")?);
        let attack_probability = numbers.column("attack_probability")?;
        let defence_probability = numbers.column("defence_probability")?;
        let (mut attacks, mut defences) = (Strategies::default(), Strategies::default());
        let mut entries = Vec::new();
        for row in 0..numbers.rows().len() {
            let i = attacks.place(numbers, row, attack, attack_probability)?;
            let j = defences.place(numbers, row, defence, defence_probability)?;
            if attacks.names.len() > MOST || defences.names.len() > MOST {
                return Err(too_large(numbers, attack, defence));
            }
            entries.push((i, j, interval(numbers, row, lower, upper)?));
        }
        let mut cells = vec![vec![None; defences.names.len()]; attacks.names.len()];
        let mut seen = vec![vec![false; defences.names.len()]; attacks.names.len()];
        for (row, (i, j, bounds)) in entries.into_iter().enumerate() {
            if std::mem::replace(&mut seen[i][j], true) {
                let what = format!("attack `{}` against defence `{}`", attacks.names[i], defences.names[j]);
                return Err(FigureError::Repeated { row: row + 1, what });
            }
            cells[i][j] = bounds;
        }
        Ok(Self { rows: attacks, columns: defences, cells, turned: false })
    }

    /// The matrix with rows and columns exchanged.
    pub(super) fn turn(self) -> Self {
        let (high, wide) = (self.rows.names.len(), self.columns.names.len());
        let cells = (0..wide).map(|j| (0..high).map(|i| self.cells[i][j]).collect()).collect();
        Self { rows: self.columns, columns: self.rows, cells, turned: !self.turned }
    }

    /// Every bound of every cell.
    pub(super) fn losses(&self) -> impl Iterator<Item = f64> + '_ {
        self.cells.iter().flatten().flatten().flat_map(|(lower, upper)| [*lower, *upper])
    }

    /// The loss of each cell that was measured.
    pub(super) fn measured(&self) -> impl Iterator<Item = f64> + '_ {
        self.cells.iter().flatten().flatten().filter(|bounds| is_measured(**bounds)).map(|(lower, _)| *lower)
    }
}

/// Whether the bounds are one number.
#[expect(clippy::float_cmp, reason = "a measured cell is written twice in the same digits")]
pub(super) fn is_measured((lower, upper): (f64, f64)) -> bool {
    lower == upper
}

fn too_large(numbers: &Numbers, attack: usize, defence: usize) -> FigureError {
    let distinct = |column: usize| {
        numbers.rows().iter().map(|row| row[column].as_str()).collect::<std::collections::BTreeSet<_>>().len()
    };
    FigureError::TooLarge { attacks: distinct(attack), defences: distinct(defence), limit: MOST }
}
