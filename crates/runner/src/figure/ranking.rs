//! `ranking`: a ranked list as bars, the largest score on top: what an ablation costs, what a measurement is worth.
//!
//! The table may be in any order. What has no room, and the zeros at the end, are counted, with the largest score among
//! them.

use super::canvas::{Align, Canvas, EDGE, Face, SMALL};
use super::frame;
use super::palette::{BLACK, BLUE};
use super::rows::{self, GAP, LEAST, Room, Row, Rows};
use super::scale;
use super::{FigureError, Labels, Numbers, font};

/// The most rows; the rest is counted.
const MOST: usize = 12;

/// Half the thickness of a bar, in points.
const HALF: f64 = 3.0;

/// One line of the list.
#[derive(Debug)]
struct Entry {
    name: String,
    score: f64,
    /// One standard error, where the score is an estimate.
    error: Option<f64>,
}

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let mut entries = read(numbers)?;
    // Zeros at the end of the list are one fact, not rows.
    let counts = |entry: &Entry| entry.score != 0.0 || entry.error.is_some_and(|error| error > 0.0);
    let shown = entries.iter().rposition(counts).map_or(1, |last| last + 1).min(MOST);
    let rest = entries.split_off(shown.min(entries.len()));
    let reach = |entry: &Entry| {
        let error = entry.error.unwrap_or(0.0);
        [entry.score - error, entry.score + error]
    };
    let range = scale::value_range(entries.iter().flat_map(reach));
    let unit = scale::ticks(range, 5);
    let number = |entry: &Entry| match entry.error {
        Some(error) if error > 0.0 => unit.with_error(entry.score, error),
        _ => unit.short(entry.score),
    };
    let texts: Vec<String> = entries.iter().map(number).collect();

    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let words: Vec<Row> = entries.iter().map(|e| Row { name: e.name.clone(), ..Row::default() }).collect();
    let beyond = rows::numbers_room(&texts) + 1.0;
    let rows =
        Rows::place(&mut canvas, &words, &labels.x, range, Room { top, beyond, least: LEAST + 1.0, headed: false });
    let zero = rows.x.at(0.0);
    for ((entry, text), y) in entries.iter().zip(&texts).zip(&rows.centres) {
        let y = *y;
        let [low, high] = reach(entry);
        canvas.rect((zero, y - HALF), (rows.x.at(entry.score), y + HALF), BLUE.faded(0.55));
        if entry.error.is_some_and(|error| error > 0.0) {
            frame::whisker(&mut canvas, (rows.x.at(low), rows.x.at(high)), y, BLACK);
        }
        canvas.text(text, (rows.x.at(high.max(0.0)) + GAP, y), Face::new(SMALL, BLACK, Align::Start));
    }
    canvas.line((zero, rows.plot.top), (zero, rows.plot.bottom), 0.5, BLACK);
    let bottom = rows.axis(&mut canvas, &labels.value);
    let mut remarks = Vec::new();
    if entries.iter().any(|entry| entry.error.is_some_and(|error| error > 0.0)) {
        remarks.push("Whiskers: one standard error either way.".to_owned());
    }
    if let (Some(next), Some(last)) = (rest.first(), rest.last()) {
        let score = rows.text(next.score);
        let bound = if next.score > last.score { "each at most" } else { "at" };
        remarks.push(format!("{} more, {bound} {score}.", rest.len()));
    }
    let bottom = if remarks.is_empty() {
        bottom
    } else {
        frame::paragraph(&mut canvas, &in_unit(&remarks, &unit), bottom) + EDGE
    };
    canvas.finish(&labels.title, bottom)
}

/// The remarks, with the unit of the axis where numbers are in one.
fn in_unit(remarks: &[String], unit: &scale::Ticks) -> String {
    let text = remarks.join(" ");
    match &unit.factor {
        Some(factor) => format!("{text} Numbers are {factor}."),
        None => text,
    }
}

/// The entries by falling score; ties keep the order of the table.
fn read(numbers: &Numbers) -> Result<Vec<Entry>, FigureError> {
    let [label, score, error] = [numbers.column("label")?, numbers.column("score")?, numbers.column("standard_error")?];
    let mut entries: Vec<Entry> = Vec::new();
    for (row, cells) in numbers.rows().iter().enumerate() {
        let name = cells[label].clone();
        if entries.iter().any(|entry| entry.name == name) {
            return Err(FigureError::Repeated { row: row + 1, what: format!("`{name}`") });
        }
        let error = numbers.non_negative(row, error)?;
        entries.push(Entry { name, score: numbers.required(row, score)?, error });
    }
    entries.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(entries)
}
