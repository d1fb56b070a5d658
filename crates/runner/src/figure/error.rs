//! What can be wrong with a figure's numbers.

/// Why a figure could not be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// The text is not CSV.
    #[error("the numbers are not CSV: {message}")]
    Csv {
        /// The reader's words.
        message: String,
    },
    /// A row has more or fewer cells than the header.
    #[error("row {row} has {found} cells, the header has {expected}")]
    Ragged {
        /// The row, counted from 1 below the header.
        row: usize,
        /// The number of columns.
        expected: usize,
        /// The number of cells of this row.
        found: usize,
    },
    /// Two columns have one name.
    #[error("column `{column}` appears twice")]
    DuplicateColumn {
        /// The name.
        column: String,
    },
    /// There is a header but nothing below it.
    #[error("there are no rows to draw")]
    NoRows,
    /// A column that the kind needs is missing.
    #[error("column `{column}` is missing")]
    MissingColumn {
        /// The name, or its prefix where any name would do.
        column: String,
    },
    /// A cell that must be a finite number is something else.
    #[error("column `{column}`, row {row}: `{cell}` is not a finite number")]
    NotANumber {
        /// The column.
        column: String,
        /// The row, counted from 1 below the header.
        row: usize,
        /// The cell as written.
        cell: String,
    },
    /// A number lies outside what its column allows.
    #[error("column `{column}`, row {row}: {value} lies outside {least} to {most}")]
    OutOfRange {
        /// The column.
        column: String,
        /// The row, counted from 1 below the header.
        row: usize,
        /// The number.
        value: f64,
        /// The least allowed.
        least: f64,
        /// The most allowed.
        most: f64,
    },
    /// The lower end of an interval lies above the upper end.
    #[error("row {row}: `lower` {lower} is above `upper` {upper}")]
    Reversed {
        /// The row, counted from 1 below the header.
        row: usize,
        /// The lower end.
        lower: f64,
        /// The upper end.
        upper: f64,
    },
    /// Two rows are about the same thing.
    #[error("row {row} repeats {what}")]
    Repeated {
        /// The later row, counted from 1 below the header.
        row: usize,
        /// What it repeats.
        what: String,
    },
    /// A strategy has two different probabilities.
    #[error("column `{column}`, row {row}: `{name}` has another probability in an earlier row")]
    Contradiction {
        /// The column.
        column: String,
        /// The later row, counted from 1 below the header.
        row: usize,
        /// The strategy.
        name: String,
    },
    /// No row says anything that could be drawn.
    #[error("every cell to draw is empty")]
    Empty,
    /// The matrix is larger than a page can show.
    #[error("{attacks} attacks by {defences} defences do not fit a page: at most {limit} of each can be drawn")]
    TooLarge {
        /// The number of attacks.
        attacks: usize,
        /// The number of defences.
        defences: usize,
        /// The most of each.
        limit: usize,
    },
    /// There are more rows than a page can show.
    #[error("{rows} rows do not fit a page: at most {limit} can be drawn")]
    TooManyRows {
        /// The number of rows.
        rows: usize,
        /// The most.
        limit: usize,
    },
    /// The width of a picture is zero or beyond the limit.
    #[error("a picture {pixels_wide} pixels wide cannot be made: expected 1 to {limit}")]
    Size {
        /// The width asked for.
        pixels_wide: u32,
        /// The most.
        limit: u32,
    },
    /// The font that the figures carry could not be read.
    #[error("the built-in font cannot be read")]
    Font,
    /// The drawing library refused.
    #[error("the figure could not be drawn: {message}")]
    Drawing {
        /// The library's words.
        message: String,
    },
    /// The text to rasterise is not an SVG.
    #[error("the text is not an SVG: {message}")]
    Svg {
        /// The reader's words.
        message: String,
    },
    /// The picture could not be encoded.
    #[error("the picture could not be encoded: {message}")]
    Png {
        /// The encoder's words.
        message: String,
    },
}
