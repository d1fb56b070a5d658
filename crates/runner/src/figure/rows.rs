//! The page of a figure with one row for each name: names at the left, marks beside them, one axis below.

use super::canvas::{Align, BODY, Canvas, EDGE, Face, SMALL, WIDTH};
use super::font;
use super::frame::{self, Plot};
use super::palette::{BLACK, GREY, LIGHT_GREY, PALE_GREY};
use super::payoffs::{fit, is_shortened};
use super::scale::{Scale, Ticks};
use super::text::{LEADING, shorten, widest, wrap};

/// The most and the least room for names, in points.
const NAMES: (f64, f64) = (34.0, 94.0);

/// The air between two rows, in points.
const AIR: f64 = 4.0;

/// The distance of a number from the marks that it belongs to, in points.
pub(super) const GAP: f64 = 3.5;

/// The words of one row.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) name: String,
    /// Small grey words under the name.
    pub(super) about: String,
    /// The heading of the group that begins with this row.
    pub(super) heading: Option<String>,
}

/// The room that the rows are given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Where they begin.
    pub(super) top: f64,
    /// What is kept free right of the plot, for numbers.
    pub(super) beyond: f64,
    /// The least height of a row.
    pub(super) least: f64,
    /// Whether columns of numbers share the line of the header.
    pub(super) headed: bool,
}

/// How the rows lie on the page.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) plot: Plot,
    pub(super) x: Scale,
    pub(super) marks: Ticks,
    /// The middle of each row.
    pub(super) centres: Vec<f64>,
    /// The middle of the line above the first row.
    pub(super) header: f64,
}

impl Rows {
    /// Writes the names, under a header that says what they are, and the grid of an axis over `range`.
    pub(super) fn place(canvas: &mut Canvas, rows: &[Row], header: &str, range: (f64, f64), room: Room) -> Self {
        let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
        let words = || rows.iter().flat_map(|row| [row.name.as_str(), row.about.as_str()]);
        let wide = widest(words(), SMALL).clamp(NAMES.0, NAMES.1);
        let shown = fit(&names, wide, 3);
        let line = SMALL * LEADING;

        let mut y = room.top;
        if room.headed || !header.trim().is_empty() {
            let free = if room.headed { room.beyond } else { 0.0 };
            let text = shorten(header, WIDTH - 2.0 * EDGE - free, SMALL);
            canvas.text(&text, (EDGE, y + line / 2.0), Face::new(SMALL, GREY, Align::Start));
            y += line + 1.0;
        }
        let plot_top = y;
        let mut centres = Vec::new();
        // Where rows of marks are: the grid stays out of headings.
        let mut spans: Vec<(f64, f64)> = Vec::new();
        for (row, lines) in rows.iter().zip(&shown) {
            if let Some(heading) = &row.heading {
                // Bold is wider than the regular face that texts are measured in; at most by an eighth in DejaVu Sans.
                let text = shorten(heading, (WIDTH - 2.0 * EDGE) / 1.14, SMALL);
                canvas.stands_for(&text, heading);
                let at = (EDGE, y + 2.0 + line / 2.0);
                canvas.text(&text, at, Face::new(SMALL, BLACK, Align::Start).bold());
                y += line + 3.0;
            }
            let about = if row.about.is_empty() { Vec::new() } else { wrap(&row.about, wide, SMALL, 3) };
            let words_high = (lines.len() + about.len()) as f64 * line;
            let high = (words_high + AIR).max(room.least);
            let mut text_y = y + (high - words_high) / 2.0 + line / 2.0;
            for (text, ink) in lines.iter().map(|text| (text, BLACK)).chain(about.iter().map(|text| (text, GREY))) {
                canvas.text(text, (EDGE, text_y), Face::new(SMALL, ink, Align::Start));
                text_y += line;
            }
            if is_shortened(lines, &row.name) {
                canvas.stands_for(&lines.join(" "), &row.name);
            }
            centres.push(y + high / 2.0);
            match spans.last_mut() {
                Some(span) if row.heading.is_none() => span.1 = y + high,
                _ => spans.push((y, y + high)),
            }
            y += high;
        }
        if let Some(last) = spans.last_mut() {
            last.1 = y + 2.0;
        }
        let plot = Plot { left: EDGE + wide + 5.0, right: WIDTH - EDGE - room.beyond, top: plot_top, bottom: y + 2.0 };
        let marks = frame::horizontal_ticks(range, plot.right - plot.left);
        let x = Scale::new(range, plot.left, plot.right);
        for (number, _) in &marks.marks {
            let ink = if *number == 0.0 { LIGHT_GREY } else { PALE_GREY };
            for (from, to) in &spans {
                canvas.line((x.at(*number), *from), (x.at(*number), *to), 0.5, ink);
            }
        }
        Self { plot, x, marks, centres, header: room.top + line / 2.0 }
    }

    /// Draws the axis, and returns the place below it.
    pub(super) fn axis(&self, canvas: &mut Canvas, label: &str) -> f64 {
        frame::horizontal_axis(canvas, self.plot, &self.marks, self.x, label)
    }

    /// A number in the unit of the axis, to three digits.
    pub(super) fn text(&self, number: f64) -> String {
        self.marks.short(number)
    }
}

/// The room that these numbers need beside the plot, in points.
pub(super) fn numbers_room(texts: &[String]) -> f64 {
    widest(texts.iter().map(String::as_str), SMALL) + GAP
}

/// The least height of a row with one line of text, in points.
pub(super) const LEAST: f64 = BODY + AIR;

/// Half of a text's width at the small size.
pub(super) fn half(text: &str) -> f64 {
    font::width(text, SMALL, false) / 2.0
}
