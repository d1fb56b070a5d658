//! The table behind a figure, as it is written beside it.

use super::FigureError;

/// Beyond this a number is a mistake, and differences of two such numbers would overflow.
const LARGEST: f64 = 1e100;

/// A probability may miss 0 or 1 by this much: what rounding to doubles leaves.
const PROBABILITY_SLACK: f64 = 1e-6;

/// A table of text cells with a header, rectangular and with distinct column names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Numbers {
    /// A table from its parts.
    ///
    /// # Errors
    /// [`FigureError::Ragged`] where a row is not as long as the header, [`FigureError::DuplicateColumn`] where a name is
    /// used twice.
    pub fn new(header: Vec<String>, rows: Vec<Vec<String>>) -> Result<Self, FigureError> {
        for (j, column) in header.iter().enumerate() {
            if header[..j].contains(column) {
                return Err(FigureError::DuplicateColumn { column: column.clone() });
            }
        }
        for (i, row) in rows.iter().enumerate() {
            if row.len() != header.len() {
                return Err(FigureError::Ragged { row: i + 1, expected: header.len(), found: row.len() });
            }
        }
        Ok(Self { header, rows })
    }

    /// Reads RFC 4180 text whose first row is the header. A byte-order mark is skipped.
    ///
    /// # Errors
    /// [`FigureError::Csv`], and those of [`Numbers::new`].
    pub fn from_csv(text: &str) -> Result<Self, FigureError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| FigureError::Csv { message: error.to_string() })?;
            rows.push(record.iter().map(str::to_owned).collect::<Vec<_>>());
        }
        if rows.is_empty() {
            return Err(FigureError::NoRows);
        }
        let header = rows.remove(0);
        Self::new(header, rows)
    }

    /// Writes what [`Numbers::from_csv`] reads, rows ended by a line feed.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            // Writing to memory has no way to fail.
            let _ = writer.write_record(row);
        }
        writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The column names.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows, each as long as the header.
    #[must_use]
    pub fn rows(&self) -> &[Vec<String>] {
        &self.rows
    }

    /// The position of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, FigureError> {
        self.header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| FigureError::MissingColumn { column: name.to_owned() })
    }

    /// The columns `PREFIX:NAME` with their names, in order.
    pub(super) fn family(&self, prefix: &str) -> Vec<(usize, &str)> {
        let named = |(j, column)| {
            let column: &String = column;
            Some((j, column.strip_prefix(prefix)?.strip_prefix(':')?))
        };
        self.header.iter().enumerate().filter_map(named).collect()
    }

    /// The number in a cell, or nothing where the cell is empty. `row` counts from 0.
    pub(super) fn number(&self, row: usize, column: usize) -> Result<Option<f64>, FigureError> {
        let cell = self.rows[row][column].trim();
        if cell.is_empty() {
            return Ok(None);
        }
        match cell.parse::<f64>() {
            Ok(value) if value.is_finite() && value.abs() <= LARGEST => Ok(Some(value)),
            Ok(value) if value.is_finite() => Err(self.out_of_range(row, column, value, -LARGEST, LARGEST)),
            _ => Err(self.not_a_number(row, column)),
        }
    }

    /// The number in a cell that must not be empty.
    pub(super) fn required(&self, row: usize, column: usize) -> Result<f64, FigureError> {
        self.number(row, column)?.ok_or_else(|| self.not_a_number(row, column))
    }

    /// The number in a cell, 0 or more, or nothing where the cell is empty.
    pub(super) fn non_negative(&self, row: usize, column: usize) -> Result<Option<f64>, FigureError> {
        match self.number(row, column)? {
            Some(value) if value < 0.0 => Err(self.out_of_range(row, column, value, 0.0, LARGEST)),
            other => Ok(other),
        }
    }

    /// The probability in a cell, brought into 0 to 1 where rounding left it, or nothing where the cell is empty.
    pub(super) fn probability(&self, row: usize, column: usize) -> Result<Option<f64>, FigureError> {
        match self.number(row, column)? {
            Some(value) if (-PROBABILITY_SLACK..=1.0 + PROBABILITY_SLACK).contains(&value) => {
                Ok(Some(value.clamp(0.0, 1.0)))
            }
            Some(value) => Err(self.out_of_range(row, column, value, 0.0, 1.0)),
            None => Ok(None),
        }
    }

    pub(super) fn not_a_number(&self, row: usize, column: usize) -> FigureError {
        let cell = self.rows[row][column].clone();
        FigureError::NotANumber { column: self.header[column].clone(), row: row + 1, cell }
    }

    fn out_of_range(&self, row: usize, column: usize, value: f64, least: f64, most: f64) -> FigureError {
        FigureError::OutOfRange { column: self.header[column].clone(), row: row + 1, value, least, most }
    }
}
