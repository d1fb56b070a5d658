//! Plain games as tables: comma- or tab-separated text, RFC 4180.
//!
//! ```text
//! ,none,filter
//! replay,0.92,0.31
//! adaptive,0.95,1/2
//! ```
//!
//! The first row is a header if a cell after its first is not a number; the first column holds names if a cell below
//! the first row is not a number. What looks like a number but cannot be a loss (`nan`, `1/0`) counts as a number here,
//! so that it is reported as a bad loss instead of silently turning a row into a header. A blank cell decides nothing.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::problems::Problems;
use crate::diagnostic::{Diagnostic, Source};
use crate::matrix::{LossMatrix, Names, numbered};
use crate::rational::{self, NumberError};

/// Why a matrix cannot be written as a table that reads back the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// Every name of one player is a number, so a reader would take the names for losses.
    #[error("every {player} name is a number (`{name}`, …), which a table cannot tell from losses")]
    NumericNames {
        /// `attack` or `defence`.
        player: &'static str,
        /// The first name.
        name: String,
    },
    /// A name is empty or white space, which a table cannot tell from a forgotten one.
    #[error("{player} {position} has a blank name, which a table cannot tell from a missing one")]
    BlankName {
        /// `attack` or `defence`.
        player: &'static str,
        /// Position of the strategy, from 1.
        position: usize,
    },
}

/// Reads a table; `file` is its name in messages, and the ending `.tsv` prefers tabs.
///
/// Where both commas and tabs occur, the delimiter that gives a valid game counts.
///
/// # Errors
/// Every problem of the file, each with its line and column.
///
/// # Examples
/// ```
/// let game = saddlepoint_game::plain::csv::read("pennies.csv", b"1,-1\n-1,1\n").expect("a game");
/// assert_eq!(game.attacks().as_ref(), ["a1", "a2"]);
/// ```
pub fn read(file: &str, bytes: &[u8]) -> Result<LossMatrix, Vec<Diagnostic>> {
    let source = Source::decode(file, bytes).map_err(|problem| vec![*problem])?;
    let mut fewest: Option<Vec<Diagnostic>> = None;
    for delimiter in delimiters(source) {
        match Table::new(source, delimiter).and_then(Table::into_game) {
            Ok(game) => return Ok(game),
            Err(problems) if fewest.as_ref().is_none_or(|fewest| problems.len() < fewest.len()) => {
                fewest = Some(problems);
            }
            Err(_) => {}
        }
    }
    let mut problems = fewest.unwrap_or_default();
    let first_line = source.text.lines().next().unwrap_or_default();
    if let Some(at) = first_line.find(';') {
        let wrong = Diagnostic::error("wrong-delimiter", "the cells seem to be separated by semicolons");
        problems.insert(0, wrong.expected("commas or tabs").at(&source, at..at + 1));
    }
    Err(problems)
}

/// The matrix as a comma-separated table with a header and a column of names; cells as written, lines end in `\n`.
///
/// # Errors
/// [`WriteError`] if the names could not be told from losses when the table is read.
pub fn write(matrix: &LossMatrix) -> Result<String, WriteError> {
    write_with(matrix, b',')
}

/// The same as [`write()`], separated by tabs.
///
/// # Errors
/// [`WriteError`] as for [`write()`].
pub fn write_tsv(matrix: &LossMatrix) -> Result<String, WriteError> {
    write_with(matrix, b'\t')
}

fn write_with(matrix: &LossMatrix, delimiter: u8) -> Result<String, WriteError> {
    check_names("attack", matrix.attacks())?;
    check_names("defence", matrix.defences())?;
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    let corner = std::iter::once(String::new());
    let header: Vec<_> = corner.chain(matrix.defences().iter().cloned()).collect();
    // Rows of one length, written into memory: nothing here can fail.
    let _ = writer.write_record(&header);
    for (i, name) in matrix.attack_ids().zip(matrix.attacks().iter()) {
        let cells = matrix.defence_ids().map(|j| matrix.written(i, j));
        let row: Vec<_> = std::iter::once(name.clone()).chain(cells).collect();
        let _ = writer.write_record(&row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

fn check_names(player: &'static str, names: &Names) -> Result<(), WriteError> {
    if let Some(k) = names.iter().position(|name| name.trim().is_empty()) {
        return Err(WriteError::BlankName { player, position: k + 1 });
    }
    match names.first() {
        Some(first) if !names.iter().any(|name| is_name(name)) => {
            Err(WriteError::NumericNames { player, name: first.clone() })
        }
        _ => Ok(()),
    }
}

/// The delimiters to try, the likelier first.
fn delimiters(source: Source<'_>) -> Vec<u8> {
    let prefers_tabs = source.file.to_ascii_lowercase().ends_with(".tsv");
    match (source.text.contains(','), source.text.contains('\t')) {
        (_, false) => vec![b','],
        (false, true) => vec![b'\t'],
        (true, true) if prefers_tabs => vec![b'\t', b','],
        (true, true) => vec![b',', b'\t'],
    }
}

/// Whether a cell can only be a name.
fn is_name(cell: &str) -> bool {
    !cell.trim().is_empty() && matches!(rational::parse(cell), Err(NumberError::NotANumber(_)))
}

/// The records of a file, and what its first row and column are.
struct Table<'a> {
    source: Source<'a>,
    delimiter: u8,
    records: Vec<StringRecord>,
    has_header: bool,
    has_names: bool,
}

impl<'a> Table<'a> {
    fn new(source: Source<'a>, delimiter: u8) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(source.text.as_bytes());
        let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|error| {
            vec![Diagnostic::error("bad-table", format!("the table cannot be read: {error}")).in_file(source.file)]
        })?;
        let Some(first) = records.first() else {
            return Err(vec![
                Diagnostic::error("empty-file", "the file is empty").expected("a table of losses").at(&source, 0..0),
            ]);
        };
        let has_header = first.iter().skip(1).any(is_name);
        let has_names = records.iter().skip(1).filter_map(|record| record.get(0)).any(is_name);
        let table = Self { source, delimiter, records, has_header, has_names };
        match table.unclosed_quote() {
            None => Ok(table),
            Some(span) => Err(vec![
                Diagnostic::error("unclosed-quote", "a quoted cell is never closed")
                    .at(&source, span)
                    .hint("a quote inside a quoted cell is written twice"),
            ]),
        }
    }

    fn into_game(self) -> Result<LossMatrix, Vec<Diagnostic>> {
        let mut problems = Problems::new(self.source);
        let body = &self.records[usize::from(self.has_header)..];
        let named = usize::from(self.has_names);
        let width = self.records.first().map_or(0, StringRecord::len);
        let nothing = if body.is_empty() {
            Some(
                Diagnostic::error("only-a-header", "the file has a header and no losses")
                    .expected("one row per attack"),
            )
        } else if width <= named {
            Some(Diagnostic::error("no-losses", "the rows have names and no losses").expected("one column per defence"))
        } else {
            None
        };
        if let Some(nothing) = nothing {
            return Err(vec![nothing.at(&self.source, self.record_span(0))]);
        }
        let defences = self.defences(width, named, &mut problems);
        let attacks = self.attacks(body, &mut problems);
        let mut entries = Vec::with_capacity(body.len() * defences.len());
        let mut written = Vec::with_capacity(entries.capacity());
        for (row, record) in body.iter().enumerate() {
            let row = row + usize::from(self.has_header);
            self.check_width(row, width, &mut problems);
            for (column, cell) in record.iter().enumerate().skip(named) {
                let key = || defences.get(column - named).cloned().unwrap_or_default();
                if cell.trim().is_empty() {
                    problems.add(
                        || self.cell_span(row, column),
                        || {
                            Diagnostic::error("empty-cell", "a loss is missing")
                                .key(key())
                                .expected("a decimal or a fraction")
                                .hint("a scenario can bound missing losses; a plain game cannot")
                        },
                    );
                } else {
                    entries.push(problems.number(cell, key, || self.cell_span(row, column)));
                    written.push(cell.trim().to_owned());
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems.into_list());
        }
        match LossMatrix::new(attacks, defences, entries) {
            Ok(matrix) => Ok(matrix.with_written(written)),
            Err(error) => Err(vec![Diagnostic::error("no-game", error.to_string()).in_file(self.source.file)]),
        }
    }

    fn defences(&self, width: usize, named: usize, problems: &mut Problems<'_>) -> Names {
        match self.records.first() {
            Some(header) if self.has_header => {
                let names: Vec<_> = header.iter().skip(named).map(str::to_owned).collect();
                problems.names("defence", &names, |k| self.cell_span(0, k + named));
                names.into()
            }
            _ => numbered("d", width.saturating_sub(named)),
        }
    }

    fn attacks(&self, body: &[StringRecord], problems: &mut Problems<'_>) -> Names {
        if !self.has_names {
            return numbered("a", body.len());
        }
        let names: Vec<_> = body.iter().map(|record| record.get(0).unwrap_or_default().to_owned()).collect();
        problems.names("attack", &names, |k| self.cell_span(k + usize::from(self.has_header), 0));
        names.into()
    }

    fn check_width(&self, row: usize, width: usize, problems: &mut Problems<'_>) {
        let found = self.records[row].len();
        if found == width {
            return;
        }
        problems.add(
            || self.record_span(row),
            || {
                let ragged =
                    Diagnostic::error("ragged-row", format!("row {} is not as long as the first row", row + 1))
                        .expected(format!("{width} cells"))
                        .found(found.to_string());
                if self.has_header && self.has_names && found == width + 1 {
                    ragged.hint("the header needs an empty first cell above the names")
                } else {
                    ragged
                }
            },
        );
    }

    /// Where the first cell of a record starts.
    fn start(&self, row: usize) -> usize {
        let start = self.records.get(row).and_then(StringRecord::position).map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(self.source.text.len());
        // The position of a record is before the blank lines that the reader skips.
        let blank = self.source.text.bytes().skip(start).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        start + blank
    }

    fn record_span(&self, row: usize) -> Range<usize> {
        let columns = self.records.get(row).map_or(0, StringRecord::len);
        self.start(row)..self.cell_span(row, columns.saturating_sub(1)).end
    }

    fn cell_span(&self, row: usize, column: usize) -> Range<usize> {
        self.cell(row, column).0
    }

    /// The bytes of one cell, quotes included, and whether its quote is closed.
    fn cell(&self, row: usize, column: usize) -> (Range<usize>, bool) {
        let mut cell = scan_cell(self.source.text, self.start(row), self.delimiter);
        for _ in 0..column {
            cell = scan_cell(self.source.text, cell.0.end + 1, self.delimiter);
        }
        cell
    }

    /// Only the last cell of a file can lack its closing quote, since everything after the opening one belongs to it.
    fn unclosed_quote(&self) -> Option<Range<usize>> {
        let row = self.records.len().checked_sub(1)?;
        let (span, closed) = self.cell(row, self.records[row].len().saturating_sub(1));
        if closed { None } else { Some(span) }
    }
}

/// The cell that starts at a byte: where it ends, by the rules of the table reader, and whether its quote is closed.
fn scan_cell(text: &str, start: usize, delimiter: u8) -> (Range<usize>, bool) {
    let bytes = text.as_bytes();
    let start = start.min(bytes.len());
    let mut at = start;
    let mut quoted = bytes.get(at) == Some(&b'"');
    if quoted {
        at += 1;
    }
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' if quoted && bytes.get(at + 1) == Some(&b'"') => at += 1,
            b'"' if quoted => quoted = false,
            _ if quoted => {}
            _ if byte == delimiter || byte == b'\n' || byte == b'\r' => break,
            _ => {}
        }
        at += 1;
    }
    (start..at, !quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{AttackId, DefenceId};

    fn game(text: &str) -> LossMatrix {
        read("x.csv", text.as_bytes()).unwrap_or_else(|problems| panic!("{text:?}: {problems:#?}"))
    }

    /// Code, line and column of every problem.
    fn problems(text: &str) -> Vec<(&'static str, usize, usize)> {
        let problems = read("x.csv", text.as_bytes()).expect_err("problems");
        problems
            .iter()
            .map(|problem| {
                let (line, column) = problem.position.unwrap_or_default();
                (problem.code, line, column)
            })
            .collect()
    }

    fn names(matrix: &LossMatrix) -> (Vec<&str>, Vec<&str>) {
        (matrix.attacks().iter().map(String::as_str).collect(), matrix.defences().iter().map(String::as_str).collect())
    }

    #[test]
    fn a_header_and_names_are_found_where_they_are() {
        assert_eq!(names(&game(",x,y\np,1,2\nq,3,4\n")), (vec!["p", "q"], vec!["x", "y"]));
        assert_eq!(names(&game("x,y\n1,2\n3,4\n")), (vec!["a1", "a2"], vec!["x", "y"]));
        assert_eq!(names(&game("p,1,2\nq,3,4\n")), (vec!["p", "q"], vec!["d1", "d2"]));
        assert_eq!(names(&game("1,2\n3,4\n")), (vec!["a1", "a2"], vec!["d1", "d2"]));
        assert_eq!(names(&game("0,1,on\n1,2,3")), (vec!["a1"], vec!["0", "1", "on"]), "one name makes a header");
        assert_eq!(names(&game("5")), (vec!["a1"], vec!["d1"]));
    }

    #[test]
    fn cells_are_exact_and_kept_as_written() {
        let matrix = game("0.50, 1/3\n-2e-3,7\n");
        assert_eq!(matrix.loss(AttackId(0), DefenceId(1)), rational::parse("1/3").expect("a number"));
        assert_eq!(matrix.written(AttackId(0), DefenceId(0)), "0.50");
        assert_eq!(matrix.written(AttackId(0), DefenceId(1)), "1/3");
        assert_eq!(matrix.written(AttackId(1), DefenceId(0)), "-2e-3");
    }

    #[test]
    fn quotes_line_ends_and_a_byte_order_mark_are_accepted() {
        let matrix = game("\u{feff},\"a, \"\"b\"\"\",\"two\r\nlines\"\r\np,1,2\r\n\r\n");
        assert_eq!(names(&matrix).1, vec!["a, \"b\"", "two\r\nlines"]);
    }

    #[test]
    fn tabs_and_commas_are_told_apart() {
        assert_eq!(game("\tx\ty\np\t1\t2\n"), game(",x,y\np,1,2\n"));
        assert_eq!(names(&game("\tx, z\ty\np, r\t1\t2\n")), (vec!["p, r"], vec!["x, z", "y"]));
        assert_eq!(names(&game(",x\tz,y\np,1,2\n")).1, vec!["x\tz", "y"]);
        let tabs = read("x.TSV", b"x\ty,z\n1\t2\n").expect("a game");
        assert_eq!(names(&tabs).1, vec!["x", "y,z"]);
    }

    #[test]
    fn each_problem_has_its_code_and_place() {
        assert_eq!(problems(""), [("empty-file", 1, 1)]);
        assert_eq!(problems("\r\n\n"), [("empty-file", 1, 1)]);
        assert_eq!(problems(",x,y\n"), [("only-a-header", 1, 1)]);
        assert_eq!(problems("p\nq\n"), [("no-losses", 1, 1)]);
        assert_eq!(problems("1,2\n3\n"), [("ragged-row", 2, 1)]);
        assert_eq!(problems("1,2\n3,,4\n"), [("ragged-row", 2, 1), ("empty-cell", 2, 3)]);
        assert_eq!(problems("1,,3\n4,5,6\n"), [("empty-cell", 1, 3)], "a gap does not make a header");
        assert_eq!(problems("1,nan\n-inf,4\n"), [("not-finite", 1, 3), ("not-finite", 2, 1)]);
        assert_eq!(problems("1,2\n3,4x\n"), [("not-a-number", 2, 3)]);
        assert_eq!(problems("1,2\n3,1/0\n"), [("zero-denominator", 2, 3)]);
        assert_eq!(problems("1,2\n3,1e999\n"), [("number-too-large", 2, 3)]);
        assert_eq!(problems(",x,x\np,1,2\np,3,4\n"), [("duplicate-name", 1, 4), ("duplicate-name", 3, 1)]);
        assert_eq!(problems(",x,\np,1,2\n"), [("blank-name", 1, 4)]);
        assert_eq!(problems("1,\"2\n3,4\n"), [("unclosed-quote", 1, 3)]);
        assert_eq!(problems("1;2\n3;4\n")[0], ("wrong-delimiter", 1, 2));
    }

    #[test]
    fn places_are_right_after_blank_and_quoted_lines() {
        assert_eq!(problems("\n\n,\"a\nb\",y\n\np,1,é\n"), [("not-a-number", 6, 5)]);
    }

    #[test]
    fn messages_say_what_to_do() {
        let shown = |text: &str| read("x.csv", text.as_bytes()).expect_err("problems")[0].to_string();
        assert_eq!(
            shown("x,y\np,1,2\nq,3,4\n"),
            "x.csv:2:1: row 2 is not as long as the first row (expected 2 cells; found 3); \
             the header needs an empty first cell above the names"
        );
        assert_eq!(
            shown(",x,x\np,1,2\n"),
            "x.csv:1:4: the defence name `x` occurs twice; it stands first at line 1, column 2; \
             give one of them another name"
        );
        assert!(read("x.csv", b"\xff").expect_err("problems")[0].code == "not-utf-8");
    }

    #[test]
    fn names_that_are_all_numbers_are_not_written() {
        let matrix = |attack: &str, defence: &str| {
            let names = |name: &str| -> Names { [name.to_owned()].into() };
            LossMatrix::new(names(attack), names(defence), vec![rational::Rational::ONE]).expect("a matrix")
        };
        assert!(matches!(write(&matrix("1", "x")), Err(WriteError::NumericNames { player: "attack", .. })));
        assert!(matches!(write(&matrix("x", "nan")), Err(WriteError::NumericNames { player: "defence", .. })));
        assert!(matches!(write(&matrix("x", " ")), Err(WriteError::BlankName { position: 1, .. })));
        assert_eq!(write(&matrix("x", "y")).expect("a table"), ",y\nx,1\n");
    }
}
