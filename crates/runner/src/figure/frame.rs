//! What figures have in common around their data: headings, axes, keys.

use super::canvas::{Align, BODY, Canvas, EDGE, Face, SMALL, TITLE, WIDTH};
use super::palette::{BLACK, GREY, Ink, PALE_GREY};
use super::scale::{Scale, Ticks, ticks};
use super::text::{LEADING, shorten, widest, wrap};
use super::{Labels, font};

/// Axis lines and ticks, in points.
const THIN: f64 = 0.5;
const TICK: f64 = 2.5;

/// The place of a plot on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

/// Writes title and note, and returns the place below them.
pub(super) fn heading(canvas: &mut Canvas, labels: &Labels) -> f64 {
    let room = WIDTH - 2.0 * EDGE;
    let mut y = EDGE;
    if !labels.title.trim().is_empty() {
        // Bold is wider than the regular face that lines are measured in; at most by an eighth in DejaVu Sans.
        for line in wrap(&labels.title, room / 1.14, TITLE, 3) {
            canvas.text(&line, (EDGE, y + TITLE * LEADING / 2.0), Face::new(TITLE, BLACK, Align::Start).bold());
            y += TITLE * LEADING;
        }
    }
    if let Some(note) = &labels.note {
        y = paragraph(canvas, note, y);
    }
    if y > EDGE { y + 3.0 } else { y }
}

/// Writes small grey text over the full width from `y` down, and returns the place below it.
pub(super) fn paragraph(canvas: &mut Canvas, text: &str, mut y: f64) -> f64 {
    for line in wrap(text, WIDTH - 2.0 * EDGE, SMALL, 4) {
        canvas.text(&line, (EDGE, y + SMALL * LEADING / 2.0), Face::new(SMALL, GREY, Align::Start));
        y += SMALL * LEADING;
    }
    y
}

/// The room that a vertical axis needs beside its plot: label, tick texts, ticks.
pub(super) fn vertical_room(marks: &Ticks, label_lines: usize) -> f64 {
    let texts = widest(marks.marks.iter().map(|(_, text)| text.as_str()), SMALL);
    EDGE + label_lines as f64 * BODY * LEADING + 2.0 + texts + 1.5 + TICK
}

/// On which side of the plot an axis stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Left,
    Right,
}

/// The label of a vertical axis, in one line or two along the plot.
pub(super) fn vertical_label(label: &str, plot_height: f64) -> Vec<String> {
    wrap(label, plot_height + 8.0, BODY, 2)
}

/// Draws a vertical axis; `label` comes from [`vertical_label`].
pub(super) fn vertical_axis(
    canvas: &mut Canvas,
    plot: Plot,
    side: Beside,
    marks: &Ticks,
    scale: Scale,
    label: &[String],
    grid: bool,
) {
    let (edge, out, align) = match side {
        Beside::Left => (plot.left, -1.0, Align::End),
        Beside::Right => (plot.right, 1.0, Align::Start),
    };
    for (number, text) in &marks.marks {
        let y = scale.at(*number);
        if grid {
            canvas.line((plot.left, y), (plot.right, y), THIN, PALE_GREY);
        }
        canvas.line((edge, y), (edge + out * TICK, y), THIN, BLACK);
        canvas.text(text, (edge + out * (TICK + 1.5), y), Face::new(SMALL, BLACK, align));
    }
    canvas.line((edge, plot.top), (edge, plot.bottom), THIN, BLACK);
    if let Some(factor) = &marks.factor {
        let align = if side == Beside::Left { Align::Start } else { Align::End };
        canvas.text(factor, (edge, plot.top - 7.0), Face::new(SMALL, BLACK, align));
    }
    let line = BODY * LEADING;
    let first = match side {
        Beside::Left => EDGE + line / 2.0,
        Beside::Right => WIDTH - EDGE - line / 2.0 - line * (label.len().max(1) - 1) as f64,
    };
    let middle = f64::midpoint(plot.top, plot.bottom);
    for (k, text) in label.iter().enumerate() {
        let half = font::width(text, BODY, false) / 2.0;
        // A label longer than the plot is pushed down from the upper border rather than cut by it.
        let y = middle.max(EDGE + half);
        canvas.text(text, (first + line * k as f64, y), Face::new(BODY, BLACK, Align::Middle).upward());
    }
}

/// Ticks for a horizontal axis: as many as have room.
pub(super) fn horizontal_ticks(range: (f64, f64), room: f64) -> Ticks {
    let mut most = 6;
    loop {
        let found = ticks(range, most);
        let texts = found.marks.iter().map(|(_, text)| font::width(text, SMALL, false) + 6.0).fold(0.0, f64::max);
        if most <= 2 || texts * (found.marks.len().max(2) - 1) as f64 <= room {
            return found;
        }
        most -= 1;
    }
}

/// Ticks for a swept key: the one point where there is but one.
pub(super) fn key_ticks(points: &[f64], range: (f64, f64), room: f64) -> Ticks {
    match points {
        [point] => ticks((*point, *point), 1),
        _ => horizontal_ticks(range, room),
    }
}

/// Draws a horizontal axis with its label below the plot, and returns the place below both.
pub(super) fn horizontal_axis(canvas: &mut Canvas, plot: Plot, marks: &Ticks, scale: Scale, label: &str) -> f64 {
    canvas.line((plot.left, plot.bottom), (plot.right, plot.bottom), THIN, BLACK);
    let mut y = plot.bottom + TICK + 1.5 + SMALL / 2.0;
    for (number, text) in &marks.marks {
        let x = scale.at(*number);
        canvas.line((x, plot.bottom), (x, plot.bottom + TICK), THIN, BLACK);
        let half = font::width(text, SMALL, false) / 2.0;
        let x = x.clamp(EDGE + half, (WIDTH - EDGE - half).max(EDGE + half));
        canvas.text(text, (x, y), Face::new(SMALL, BLACK, Align::Middle));
    }
    y += SMALL / 2.0 + 1.5;
    let label = match &marks.factor {
        Some(factor) => format!("{label} ({factor})"),
        None => label.to_owned(),
    };
    for line in wrap(&label, WIDTH - 2.0 * EDGE, BODY, 2) {
        let half = font::width(&line, BODY, false) / 2.0;
        let x = f64::midpoint(plot.left, plot.right).clamp(EDGE + half, (WIDTH - EDGE - half).max(EDGE + half));
        canvas.text(&line, (x, y + BODY * LEADING / 2.0), Face::new(BODY, BLACK, Align::Middle));
        y += BODY * LEADING;
    }
    y + EDGE
}

/// What stands before a text in a key.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample {
    /// A patch, with white stripes or without.
    Patch { ink: Ink, striped: bool },
    /// A line on its band.
    Line { ink: Ink },
    /// A mark as it stands on a row.
    Mark { mark: Mark, ink: Ink },
}

/// What marks a number on a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Disc,
    Square,
    Whisker,
}

/// A horizontal whisker with caps.
pub(super) fn whisker(canvas: &mut Canvas, (from, to): (f64, f64), y: f64, ink: Ink) {
    canvas.line((from, y), (to, y), 0.7, ink);
    for end in [from, to] {
        canvas.line((end, y - 2.6), (end, y + 2.6), 0.7, ink);
    }
}

/// Writes samples with their texts in rows over the full width from `y` down, and returns the place below them.
pub(super) fn key(canvas: &mut Canvas, entries: &[(Sample, String)], mut y: f64) -> f64 {
    const SAMPLE: f64 = 8.0;
    const GAP: f64 = 2.5;
    if entries.is_empty() {
        return y;
    }
    let line = SMALL * 1.45;
    let mut x = EDGE;
    for (sample, text) in entries {
        let shown = shorten(text, WIDTH - 2.0 * EDGE - SAMPLE - GAP, SMALL);
        canvas.stands_for(&shown, text);
        let wide = SAMPLE + GAP + font::width(&shown, SMALL, false);
        if x > EDGE && x + wide > WIDTH - EDGE {
            x = EDGE;
            y += line;
        }
        let middle = y + line / 2.0;
        match *sample {
            Sample::Patch { ink, striped } => {
                canvas.rect((x, middle - 3.0), (x + SAMPLE, middle + 3.0), ink);
                if striped {
                    for k in 1..4 {
                        let at = x + 2.0 * f64::from(k);
                        canvas.line((at, middle - 3.0), (at, middle + 3.0), STRIPE, BLACK);
                    }
                }
            }
            Sample::Line { ink } => canvas.line((x, middle), (x + SAMPLE, middle), 1.2, ink),
            Sample::Mark { mark: Mark::Disc, ink } => canvas.dot((x + SAMPLE / 2.0, middle), 1.8, ink),
            Sample::Mark { mark: Mark::Square, ink } => {
                let centre = x + SAMPLE / 2.0;
                canvas.rect((centre - 2.1, middle - 2.1), (centre + 2.1, middle + 2.1), ink);
            }
            Sample::Mark { mark: Mark::Whisker, ink } => whisker(canvas, (x, x + SAMPLE), middle, ink),
        }
        canvas.text(&shown, (x + SAMPLE + GAP, middle), Face::new(SMALL, BLACK, Align::Start));
        x += wide + 8.0;
    }
    y + line
}

/// The width of a stripe, in points.
pub(super) const STRIPE: f64 = 0.4;
