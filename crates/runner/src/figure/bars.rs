//! `bars`: one row for each setting or baseline, with the value, its interval and the best that does without mixing.
//!
//! For what is swept but has no order: a rule, a victim, with and without an attack. Rows keep the order of the table; where
//! there is a `group`, it is written once above its rows. A row without a value shows the interval alone, a row without
//! either says that it has no answer.

use super::canvas::{Align, Canvas, EDGE, Face, SMALL, WIDTH};
use super::frame::{self, Mark, Sample};
use super::palette::{BLACK, BLUE, VERMILION, WHITE};
use super::rows::{self, GAP, LEAST, Room, Row, Rows};
use super::scale;
use super::series::interval;
use super::{FigureError, Labels, Numbers, font};

/// More rows than this do not fit a page.
const MOST: usize = 60;

/// Half the thickness of a bar, in points.
const HALF: f64 = 2.6;

/// What one row shows.
#[derive(Debug)]
struct Bar {
    value: Option<f64>,
    interval: Option<(f64, f64)>,
    pure: Option<f64>,
}

impl Bar {
    fn losses(&self) -> impl Iterator<Item = f64> {
        let ends = self.interval.into_iter().flat_map(|(lower, upper)| [lower, upper]);
        self.value.into_iter().chain(self.pure).chain(ends)
    }

    /// Whether the interval is more than the value alone.
    fn is_open(&self, width: f64) -> bool {
        self.interval.is_some_and(|(lower, upper)| self.value.is_none() || upper - lower > 1e-6 * width)
    }
}

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let (words, bars) = read(numbers)?;
    let losses: Vec<f64> = bars.iter().flat_map(Bar::losses).collect();
    if losses.is_empty() {
        return Err(FigureError::Empty);
    }
    let range = scale::value_range(losses.iter().copied());
    let width = range.1 - range.0;
    let unit = scale::ticks(range, 5);
    let number = |bar: &Bar| match (bar.value, bar.interval) {
        (Some(value), _) => unit.short(value),
        (None, Some((lower, upper))) => format!("{} to {}", unit.short(lower), unit.short(upper)),
        _ => "no answer".to_owned(),
    };
    // Two columns of numbers at the right: beside the marks it would not be clear which mark a number belongs to.
    let mut values: Vec<String> = bars.iter().map(number).collect();
    let mut singles: Vec<String> =
        bars.iter().map(|bar| bar.pure.map(|pure| unit.short(pure)).unwrap_or_default()).collect();
    let has_pure = bars.iter().any(|bar| bar.pure.is_some());
    values.push(unit.factor.as_ref().map_or_else(|| "value".to_owned(), |factor| format!("value {factor}")));
    if has_pure {
        singles.push("unmixed".to_owned());
    }
    let singles_wide = if has_pure { rows::numbers_room(&singles) + GAP } else { 0.0 };
    let beyond = rows::numbers_room(&values) + singles_wide + GAP;

    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let mut key = Vec::new();
    if bars.iter().any(|bar| bar.value.is_some()) {
        key.push((Sample::Mark { mark: Mark::Disc, ink: BLUE }, "value of the game".to_owned()));
    }
    if bars.iter().any(|bar| bar.is_open(width)) {
        key.push((Sample::Mark { mark: Mark::Whisker, ink: BLACK }, "bounds".to_owned()));
    }
    if has_pure {
        key.push((Sample::Mark { mark: Mark::Square, ink: VERMILION }, "best without mixing".to_owned()));
    }
    let top = frame::key(&mut canvas, &key, top) + 3.0;
    let rows =
        Rows::place(&mut canvas, &words, &labels.x, range, Room { top, beyond, least: LEAST + 1.0, headed: true });
    let zero = rows.x.at(0.0_f64.clamp(range.0, range.1));
    for (bar, y) in bars.iter().zip(&rows.centres) {
        let y = *y;
        if let Some(value) = bar.value {
            canvas.rect((zero, y - HALF), (rows.x.at(value), y + HALF), BLUE.faded(0.28));
        }
        if let Some(pure) = bar.pure {
            let at = rows.x.at(pure);
            canvas.rect((at - 2.6, y - 2.6), (at + 2.6, y + 2.6), WHITE);
            canvas.rect((at - 2.1, y - 2.1), (at + 2.1, y + 2.1), VERMILION);
        }
        if let (true, Some((lower, upper))) = (bar.is_open(width), bar.interval) {
            frame::whisker(&mut canvas, (rows.x.at(lower), rows.x.at(upper)), y, BLACK);
        }
        if let Some(value) = bar.value {
            // The disc is smaller than the square and on top: where both are one number, both show.
            canvas.dot((rows.x.at(value), y), 2.0, WHITE);
            canvas.dot((rows.x.at(value), y), 1.6, BLUE);
        }
    }
    let places: Vec<f64> = rows.centres.iter().copied().chain([rows.header]).collect();
    for (texts, end, ink) in [(&values, WIDTH - EDGE - singles_wide, BLUE), (&singles, WIDTH - EDGE, VERMILION)] {
        for (text, y) in texts.iter().zip(&places) {
            canvas.text(text, (end, *y), Face::new(SMALL, ink.for_text(), Align::End));
        }
    }
    let bottom = rows.axis(&mut canvas, &labels.value);
    canvas.finish(&labels.title, bottom)
}

fn read(numbers: &Numbers) -> Result<(Vec<Row>, Vec<Bar>), FigureError> {
    let [label, value, lower, upper, pure] = [
        numbers.column("label")?,
        numbers.column("value")?,
        numbers.column("lower")?,
        numbers.column("upper")?,
        numbers.column("pure")?,
    ];
    let group = numbers.column("group").ok();
    if numbers.rows().len() > MOST {
        return Err(FigureError::TooManyRows { rows: numbers.rows().len(), limit: MOST });
    }
    let (mut words, mut bars): (Vec<Row>, Vec<Bar>) = (Vec::new(), Vec::new());
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut current = "";
    for (row, cells) in numbers.rows().iter().enumerate() {
        let of = group.map_or("", |group| cells[group].as_str());
        let key = (of, cells[label].as_str());
        if seen.contains(&key) {
            return Err(FigureError::Repeated { row: row + 1, what: format!("`{}`", cells[label]) });
        }
        seen.push(key);
        let begins = of != current;
        current = of;
        let heading = (begins && !of.trim().is_empty()).then(|| of.to_owned());
        words.push(Row { name: cells[label].clone(), about: String::new(), heading });
        bars.push(Bar {
            value: numbers.number(row, value)?,
            interval: interval(numbers, row, lower, upper)?,
            pure: numbers.number(row, pure)?,
        });
    }
    Ok((words, bars))
}
