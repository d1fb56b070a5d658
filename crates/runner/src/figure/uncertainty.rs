//! `uncertainty`: what sampling noise leaves of one game's value, one quantity under the other.
//!
//! Four kinds mean four different promises, and each row says which it is:
//!
//! | `kind` | columns | promise |
//! |---|---|---|
//! | `estimate` | `mid` | none: the value of the measured table |
//! | `posterior` | `low,mid,high` | holds the value with its probability, given the prior |
//! | `bracket` | `low,high` | holds the value on average over splits of the trials |
//! | `certificate` | `low,high`, or `high` alone | holds the value with the confidence it states, whatever was selected |
//!
//! Another kind is drawn as an interval and named by its own word. The axis need not begin at 0: nothing here is a length.

use super::canvas::{Align, Canvas, Face, SMALL, WIDTH};
use super::frame;
use super::palette::{BLACK, BLUE, GREEN, GREY, Ink, PURPLE, VERMILION, WHITE};
use super::rows::{self, Room, Row, Rows};
use super::scale;
use super::text::LEADING;
use super::{FigureError, Labels, Numbers, font};

/// More rows than this do not fit a page.
const MOST: usize = 24;

/// The least height of a row, in points: marks and the numbers under them.
const ROW: f64 = 25.0;

/// One row.
#[derive(Debug)]
struct Quantity {
    kind: String,
    low: Option<f64>,
    mid: Option<f64>,
    high: Option<f64>,
}

impl Quantity {
    fn ink(&self) -> Ink {
        match self.kind.as_str() {
            "estimate" => BLACK,
            "posterior" => BLUE,
            "bracket" => GREEN,
            "certificate" => VERMILION,
            _ => PURPLE,
        }
    }

    /// What the row promises, in words.
    fn promise(&self) -> &str {
        match self.kind.as_str() {
            "estimate" => "of the measured table",
            "posterior" => "interval of the posterior",
            "bracket" => "holds on average only",
            "certificate" => "holds with its confidence",
            other => other,
        }
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.low.into_iter().chain(self.mid).chain(self.high)
    }
}

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let (words, quantities) = read(numbers)?;
    let all: Vec<f64> = quantities.iter().flat_map(Quantity::numbers).collect();
    if all.is_empty() {
        return Err(FigureError::Empty);
    }
    let range = scale::interval_range(all);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let rows = Rows::place(&mut canvas, &words, &labels.x, range, Room { top, beyond: 6.0, least: ROW, headed: false });

    // The estimate goes through all rows, dotted: whether an interval holds it is the first question.
    let estimate = quantities.iter().find(|quantity| quantity.kind == "estimate").and_then(|quantity| quantity.mid);
    if let Some(estimate) = estimate {
        let (x, mut y) = (rows.x.at(estimate), rows.plot.top + 1.0);
        while y < rows.plot.bottom {
            canvas.line((x, y), (x, (y + 1.2).min(rows.plot.bottom)), 0.6, GREY);
            y += 3.0;
        }
    }
    for (quantity, centre) in quantities.iter().zip(&rows.centres) {
        row(&mut canvas, &rows, quantity, *centre);
    }
    let bottom = rows.axis(&mut canvas, &labels.value);
    canvas.finish(&labels.title, bottom)
}

/// Draws one row: its interval, its middle, and its numbers beneath.
fn row(canvas: &mut Canvas, rows: &Rows, quantity: &Quantity, centre: f64) {
    let ink = quantity.ink();
    let y = centre - SMALL * LEADING / 2.0;
    match (quantity.low, quantity.high) {
        (Some(low), Some(high)) => {
            let (from, to) = (rows.x.at(low), rows.x.at(high));
            canvas.rect((from, y - 2.0), (to, y + 2.0), ink.faded(0.22));
            frame::whisker(canvas, (from, to), y, ink);
        }
        // One end alone is a bound: the line is open towards the side that nothing is known of.
        (Some(end), None) | (None, Some(end)) => {
            let open = if quantity.low.is_some() { rows.plot.right } else { rows.plot.left };
            let (at, towards) = (rows.x.at(end), if quantity.low.is_some() { -3.0 } else { 3.0 });
            canvas.rect((open, y - 2.0), (at, y + 2.0), ink.faded(0.22));
            canvas.line((open, y), (at, y), 0.8, ink);
            canvas.line((at, y - 3.0), (at, y + 3.0), 0.8, ink);
            canvas.polygon(vec![(open, y), (open + towards, y - 2.4), (open + towards, y + 2.4)], ink);
        }
        (None, None) => {}
    }
    if let Some(mid) = quantity.mid {
        canvas.dot((rows.x.at(mid), y), 2.5, WHITE);
        canvas.dot((rows.x.at(mid), y), 2.0, ink);
    }
    let number = |number: f64| rows.text(number);
    let text = match (quantity.low, quantity.mid, quantity.high) {
        (Some(low), Some(mid), Some(high)) => format!("{} ({} to {})", number(mid), number(low), number(high)),
        (Some(low), None, Some(high)) => format!("{} to {}", number(low), number(high)),
        (None, Some(mid), None) => number(mid),
        (None, mid, Some(high)) => format!("{}at most {}", before(mid.map(number)), number(high)),
        (Some(low), mid, None) => format!("{}at least {}", before(mid.map(number)), number(low)),
        (None, None, None) => "no answer".to_owned(),
    };
    let ends: Vec<f64> = quantity.numbers().collect();
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let middle = if ends.is_empty() {
        f64::midpoint(rows.plot.left, rows.plot.right)
    } else {
        rows.x.at(quantity.mid.unwrap_or(f64::midpoint(low, high)))
    };
    let half = rows::half(&text);
    let at = middle.clamp(rows.plot.left + half, (WIDTH - 3.0 - half).max(rows.plot.left + half));
    let ground = (at - half - 1.0, at + half + 1.0);
    let below = centre + SMALL * LEADING / 2.0 + 0.5;
    // White behind the numbers, so that the grid does not run through them.
    canvas.rect((ground.0, below - SMALL / 2.0), (ground.1, below + SMALL / 2.0), WHITE);
    canvas.text(&text, (at, below), Face::new(SMALL, BLACK, Align::Middle));
}

fn before(mid: Option<String>) -> String {
    mid.map_or_else(String::new, |mid| format!("{mid}, "))
}

fn read(numbers: &Numbers) -> Result<(Vec<Row>, Vec<Quantity>), FigureError> {
    let [name, kind] = [numbers.column("quantity")?, numbers.column("kind")?];
    let [low, mid, high] = [numbers.column("low")?, numbers.column("mid")?, numbers.column("high")?];
    if numbers.rows().len() > MOST {
        return Err(FigureError::TooManyRows { rows: numbers.rows().len(), limit: MOST });
    }
    let (mut words, mut quantities): (Vec<Row>, Vec<Quantity>) = (Vec::new(), Vec::new());
    for (row, cells) in numbers.rows().iter().enumerate() {
        if words.iter().zip(&quantities).any(|(word, known)| word.name == cells[name] && known.kind == cells[kind]) {
            return Err(FigureError::Repeated { row: row + 1, what: format!("`{}`", cells[name]) });
        }
        let [low, mid, high] = [numbers.number(row, low)?, numbers.number(row, mid)?, numbers.number(row, high)?];
        let known: Vec<f64> = [low, mid, high].into_iter().flatten().collect();
        if let Some(pair) = known.windows(2).find(|pair| pair[0] > pair[1]) {
            return Err(FigureError::Reversed { row: row + 1, lower: pair[0], upper: pair[1] });
        }
        let quantity = Quantity { kind: cells[kind].clone(), low, mid, high };
        words.push(Row { name: cells[name].clone(), about: quantity.promise().to_owned(), heading: None });
        quantities.push(quantity);
    }
    Ok((words, quantities))
}
