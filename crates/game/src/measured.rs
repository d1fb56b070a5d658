//! [`MeasurementTable`]: published attack × defence measurements, read exactly.
//!
//! One row is one measured number with everything needed to trust it: where it was printed, of which system, against
//! which attack, under which defence, in which unit and direction. Numbers stay decimals until a game is built. The
//! column `defense` of the published tables becomes `defence` here, once.

use csv::{ByteRecord, ReaderBuilder};

use crate::diagnostic::{Diagnostic, Source, one_of};
use crate::rational::{self, Rational};

/// Columns that a measurement table must have, in any order; others are refused.
pub const COLUMNS: [&str; 16] = [
    "source",
    "venue_year",
    "model",
    "modality",
    "level",
    "flow",
    "attack",
    "attack_axis",
    "defense",
    "defense_kind",
    "metric",
    "value",
    "unit",
    "n",
    "direction",
    "where",
];

/// Attacks whose name starts so are benign traffic: constants of a defence, never attack rows of a game.
pub const BENIGN_PREFIX: &str = "none";

/// The defence that is none: the undefended system.
pub const BASELINE: &str = "no_defense";

/// Who is better off when a number grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The attacker: the number is the loss.
    AttackerGain,
    /// The defender: the loss is 1 minus the number, which must be a share.
    DefenderUtility,
    /// Nobody: a cost to the defender, in its own unit.
    Cost,
}

impl Direction {
    const ALL: [(&'static str, Self); 3] =
        [("attacker_gain", Self::AttackerGain), ("defender_utility", Self::DefenderUtility), ("cost", Self::Cost)];

    /// The word in the tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AttackerGain => "attacker_gain",
            Self::DefenderUtility => "defender_utility",
            Self::Cost => "cost",
        }
    }
}

/// One published number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// Line of the file, from 1.
    pub line: usize,
    /// Citation key.
    pub source: String,
    /// The system under attack.
    pub model: String,
    /// Where the attack arrives: text, image, audio, …
    pub modality: String,
    /// The attack, or a name starting with `none` for benign traffic.
    pub attack: String,
    /// The defence; `no_defense` is the undefended system.
    pub defence: String,
    /// What was measured.
    pub metric: String,
    /// The number, exactly.
    pub value: Rational,
    /// The number as printed.
    pub written: String,
    /// Its unit; `fraction` is a share in [0, 1].
    pub unit: String,
    /// Number of trials, where the source prints it.
    pub trials: Option<u64>,
    /// Who is better off when it grows.
    pub direction: Direction,
    /// Table, figure or file in which it was printed.
    pub place: String,
}

impl Measurement {
    /// Whether this is benign traffic.
    #[must_use]
    pub fn is_benign(&self) -> bool {
        self.attack.starts_with(BENIGN_PREFIX)
    }

    /// Whether the unit is a share in [0, 1].
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.unit == "fraction"
    }
}

/// The rows of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasurementTable {
    /// The file as the user named it.
    pub file: String,
    /// Its text, for messages.
    pub text: String,
    /// Its rows, in order.
    pub rows: Vec<Measurement>,
}

impl MeasurementTable {
    /// Whether a text starts with the header of a measurement table, rather than being a plain game.
    #[must_use]
    pub fn is_measurements(bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let header = bytes.split(|b| *b == b'\n' || *b == b'\r').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let cells: Vec<_> = header.split(',').map(|cell| cell.trim().trim_matches('"')).collect();
        ["metric", "direction"].iter().all(|column| cells.contains(column))
    }

    /// Reads a table.
    ///
    /// # Errors
    /// Every row that cannot be used, each with its line and column.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let source = Source::decode(file, bytes).map_err(|problem| vec![*problem])?;
        let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source.text.as_bytes());
        let mut records = reader.byte_records();
        let header = match records.next() {
            None => {
                let problem = Diagnostic::error("empty-file", "the file is empty").in_file(file);
                return Err(vec![problem.expected("a measurement table with a header")]);
            }
            Some(Err(error)) => return Err(vec![csv_problem(&source, &error)]),
            Some(Ok(record)) => record,
        };
        let columns = locate_columns(&source, &header)?;
        let mut problems = Vec::new();
        let mut rows = Vec::new();
        for record in records {
            match record {
                Ok(record) => match read_row(&source, &columns, &record) {
                    Ok(row) => rows.push(row),
                    Err(found) => problems.extend(found),
                },
                Err(error) => problems.push(csv_problem(&source, &error)),
            }
        }
        if rows.is_empty() && problems.is_empty() {
            problems.push(Diagnostic::error("empty-file", "the table has a header but no rows").in_file(file));
        }
        if problems.is_empty() {
            Ok(Self { file: file.to_owned(), text: source.text.to_owned(), rows })
        } else {
            Err(problems)
        }
    }

    /// A problem with one row, shown at its line.
    #[must_use]
    pub fn at_row(&self, row: &Measurement, column: &str, problem: Diagnostic) -> Diagnostic {
        let source = Source::new(&self.file, &self.text);
        let start = line_start(&self.text, row.line);
        problem.at(&source, start..line_end(&self.text, start)).key(column)
    }

    /// The distinct texts of one property of the rows, in order of appearance.
    pub fn distinct<'a>(&'a self, of: impl Fn(&'a Measurement) -> &'a str) -> Vec<&'a str> {
        let mut seen = std::collections::HashSet::new();
        self.rows.iter().map(of).filter(|text| seen.insert(*text)).collect()
    }
}

fn line_start(text: &str, line: usize) -> usize {
    if line <= 1 {
        return 0;
    }
    text.match_indices('\n').nth(line - 2).map_or(text.len(), |(newline, _)| newline + 1)
}

fn line_end(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    start + rest.find(['\r', '\n']).unwrap_or(rest.len())
}

fn csv_problem(source: &Source<'_>, error: &csv::Error) -> Diagnostic {
    let offset = error.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    Diagnostic::error("bad-csv", format!("not a comma-separated row: {error}")).at(source, offset..offset)
}

/// Positions of [`COLUMNS`] in the header.
fn locate_columns(source: &Source<'_>, header: &ByteRecord) -> Result<[usize; 16], Vec<Diagnostic>> {
    let names: Vec<_> = header.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    let mut problems = Vec::new();
    for (position, name) in names.iter().enumerate() {
        let span = field_span(source.text, 0, position);
        if !COLUMNS.contains(&name.as_str()) {
            problems.push(
                Diagnostic::error("unknown-column", format!("unknown column `{name}`"))
                    .at(source, span)
                    .expected(one_of(COLUMNS))
                    .suggest(name, COLUMNS),
            );
        } else if names[..position].contains(name) {
            problems.push(
                Diagnostic::error("duplicate-column", format!("two columns are named `{name}`")).at(source, span),
            );
        }
    }
    let mut columns = [0; 16];
    for (slot, column) in columns.iter_mut().zip(COLUMNS) {
        match names.iter().position(|name| name == column) {
            Some(position) => *slot = position,
            None => problems.push(
                Diagnostic::error("missing-column", format!("no column is named `{column}`"))
                    .at(source, 0..line_end(source.text, 0))
                    .suggest(column, names.iter().map(String::as_str)),
            ),
        }
    }
    if problems.is_empty() { Ok(columns) } else { Err(problems) }
}

fn read_row(source: &Source<'_>, columns: &[usize; 16], record: &ByteRecord) -> Result<Measurement, Vec<Diagnostic>> {
    let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    // After a line end of two characters, the reader's position is before the second one.
    let start = start + source.text[start..].bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let line = source.position(start).0;
    if record.len() != COLUMNS.len() {
        return Err(vec![
            Diagnostic::error("ragged-row", "the row has the wrong number of cells")
                .at(source, start..line_end(source.text, start))
                .expected(format!("{} cells, as in the header", COLUMNS.len()))
                .found(format!("{} cells", record.len())),
        ]);
    }
    let mut problems = Vec::new();
    let cell = |column: &str| {
        let position = COLUMNS.iter().position(|known| *known == column).map_or(0, |k| columns[k]);
        // The whole text is UTF-8, so every cell is.
        (std::str::from_utf8(record.get(position).unwrap_or_default()).unwrap_or_default().trim(), position)
    };
    let mut reject = |column: &str, problem: Diagnostic| {
        let (text, position) = cell(column);
        let span = field_span(source.text, start, position);
        problems.push(problem.at(source, span).key(column).found(format!("`{text}`")));
    };
    for column in ["model", "attack", "defense", "metric", "unit"] {
        if cell(column).0.is_empty() {
            reject(
                column,
                Diagnostic::error("empty-cell", format!("the cell of `{column}` is empty")).expected("a name"),
            );
        }
    }
    let written = cell("value").0;
    let value = rational::parse(written).unwrap_or_else(|error| {
        let code = if rational::is_not_finite(written) { "not-finite" } else { "not-a-number" };
        let problem = Diagnostic::error(code, error.to_string()).expected("a decimal number");
        reject("value", problem.hint("leave the row out if it was not measured: nothing is imputed"));
        Rational::ZERO
    });
    let direction = Direction::ALL.iter().find(|(word, _)| *word == cell("direction").0).map(|(_, d)| *d);
    if direction.is_none() {
        let words = Direction::ALL.map(|(word, _)| word);
        let problem = Diagnostic::error("unknown-direction", "the direction is unknown").expected(one_of(words));
        reject("direction", problem.suggest(cell("direction").0, words));
    }
    let trials = match cell("n").0 {
        "" => None,
        text => match text.parse::<u64>() {
            Ok(trials) if trials > 0 => Some(trials),
            _ => {
                let problem = Diagnostic::error("bad-trials", "the number of trials is not a positive integer");
                reject("n", problem.expected("a positive integer, or nothing"));
                None
            }
        },
    };
    let text = |column: &str| cell(column).0.to_owned();
    let row = Measurement {
        line,
        source: text("source"),
        model: text("model"),
        modality: text("modality"),
        attack: text("attack"),
        defence: text("defense"),
        metric: text("metric"),
        value,
        written: written.to_owned(),
        unit: text("unit"),
        trials,
        direction: direction.unwrap_or(Direction::Cost),
        place: text("where"),
    };
    if problems.is_empty() { Ok(row) } else { Err(problems) }
}

/// The bytes of the cell at `position` in the row that starts at `start`.
fn field_span(text: &str, start: usize, position: usize) -> std::ops::Range<usize> {
    let (mut field, mut from, mut quoted) = (0, start, false);
    for (offset, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b',' | b'\n' | b'\r' if !quoted => {
                if field == position || byte != b',' {
                    return from..offset;
                }
                field += 1;
                from = offset + 1;
            }
            _ => {}
        }
    }
    from..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "source,venue_year,model,modality,level,flow,attack,attack_axis,defense,defense_kind,metric,value,unit,n,direction,where";

    fn read(rows: &[&str]) -> Result<MeasurementTable, Vec<Diagnostic>> {
        let text = format!("{HEADER}\n{}\n", rows.join("\n"));
        MeasurementTable::read("table.csv", text.as_bytes())
    }

    fn row(value: &str, n: &str, direction: &str) -> String {
        format!(
            "key,\"A, B\",m,text,model,prediction,GCG,noise,no_defense,none,asr,{value},fraction,{n},{direction},Table 1"
        )
    }

    #[test]
    fn rows_are_read_exactly() {
        let table = read(&[&row("0.920", "50", "attacker_gain")]).expect("a table");
        let measurement = &table.rows[0];
        assert_eq!(measurement.value, rational::parse("23/25").expect("a number"));
        assert_eq!((measurement.written.as_str(), measurement.trials, measurement.line), ("0.920", Some(50), 2));
    }

    #[test]
    fn every_bad_row_is_reported_with_its_place() {
        let rows = [row("x", "", "cost"), row("nan", "0", "upwards"), "a,b".to_owned()];
        let problems = read(&rows.each_ref().map(String::as_str)).expect_err("bad rows");
        let found: Vec<_> = problems.iter().map(|p| (p.code, p.position.map(|(line, _)| line))).collect();
        assert_eq!(
            found,
            [
                ("not-a-number", Some(2)),
                ("not-finite", Some(3)),
                ("unknown-direction", Some(3)),
                ("bad-trials", Some(3)),
                ("ragged-row", Some(4)),
            ]
        );
        // The quoted cell before it holds a comma: the column is counted in characters of the line.
        let column = rows[0].find(",x,").expect("the bad cell") + 2;
        assert_eq!(problems[0].position, Some((2, column)));
    }

    #[test]
    fn a_mark_and_line_ends_of_windows_are_accepted() {
        let text = format!("\u{feff}{HEADER}\r\n{}\r\n", row("0.5", "", "cost"));
        let table = MeasurementTable::read("t", text.as_bytes()).expect("a table");
        assert_eq!((table.rows.len(), table.rows[0].line), (1, 2));
        let text = format!("{HEADER}\r\n{}\r\n{}\r\n", row("0.5", "", "cost"), row("x", "", "cost"));
        let problems = MeasurementTable::read("t", text.as_bytes()).expect_err("a bad row");
        assert_eq!(problems[0].position.map(|(line, _)| line), Some(3));
    }

    #[test]
    fn an_empty_file_a_missing_and_an_unknown_column_are_told_apart() {
        let code = |text: &str| MeasurementTable::read("t", text.as_bytes()).expect_err("a problem")[0].code;
        assert_eq!(code(""), "empty-file");
        assert_eq!(code(&format!("{HEADER}\n")), "empty-file");
        assert_eq!(code(&HEADER.replace("metric", "metrik")), "unknown-column");
        assert_eq!(code(&HEADER.replace(",n,", ",")), "missing-column");
    }
}
