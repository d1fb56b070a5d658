//! Plain tables for a terminal: a header, columns that line up, nothing else.

use comfy_table::{CellAlignment, ContentArrangement, presets};

/// Alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// A table that is built row by row.
pub struct Table(comfy_table::Table);

impl Table {
    /// An empty table with a header.
    #[must_use]
    pub fn new(header: &[(&str, Align)]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(header.iter().map(|(name, _)| *name));
        for (column, (_, align)) in table.column_iter_mut().zip(header) {
            column.set_padding((0, 2));
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        Self(table)
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.add_row(cells);
    }

    /// The text, a line per row, without spaces at line ends.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// A number with six decimals, as far as they say something; very small ones in scientific form.
#[must_use]
pub fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 5e-6 { format!("{value:.2e}") } else { format!("{value:.6}") }
}

/// Rows as comma-separated values.
#[must_use]
pub fn csv(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    // Writing to memory does not fail, and every row has the header's length.
    let _ = writer.write_record(header);
    for row in rows {
        let _ = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
