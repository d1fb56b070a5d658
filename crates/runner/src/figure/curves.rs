//! Curves over a swept key: what [`super::frontier`] and [`super::lines`] have in common.

use super::canvas::{Align, Canvas, Face, SMALL};
use super::frame::Plot;
use super::palette::{Ink, WHITE};
use super::scale::Scale;
use super::series::runs;
use super::text::{LEADING, spread};

/// The height of the plot, in points.
pub(super) const HEIGHT: f64 = 136.0;

/// Up to this many points each gets a marker.
pub(super) const MOST_MARKERS: usize = 40;

#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Square,
    Diamond,
    Disc,
    /// Triangle, point up.
    Triangle,
    /// Triangle, point down.
    Wedge,
    Ring,
}

/// One curve.
pub(super) struct Curve {
    /// Its name, line by line.
    pub(super) name: Vec<String>,
    pub(super) ink: Ink,
    pub(super) width: f64,
    pub(super) mark: Mark,
    pub(super) steps: bool,
    pub(super) points: Vec<Option<f64>>,
}

/// The room for the lines that lead from curves to their names, in points.
pub(super) const LEADER: f64 = 9.0;

/// The corners of a curve over one run of points.
pub(super) fn corners(
    xs: &[f64],
    curve: &Curve,
    run: std::ops::Range<usize>,
    (x, y): (Scale, Scale),
) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for i in run {
        let Some(loss) = curve.points[i] else { continue };
        if let (true, Some((x0, loss0))) = (curve.steps, before) {
            // Up at the left end, down at the right end: the worse of both in between.
            let corner = if loss > loss0 { (x0, loss) } else { (xs[i], loss0) };
            corners.push((x.at(corner.0), y.at(corner.1)));
        }
        corners.push((x.at(xs[i]), y.at(loss)));
        before = Some((xs[i], loss));
    }
    corners
}

/// How much of a band's ink is seen.
const BAND: f64 = 0.30;

/// The intervals around a curve: a band, and whiskers at single points.
pub(super) fn band(
    canvas: &mut Canvas,
    xs: &[f64],
    intervals: &[Option<(f64, f64)>],
    ink: Ink,
    (x, y): (Scale, Scale),
) {
    let ends = |i: usize| intervals[i].map(|(low, high)| (x.at(xs[i]), y.at(low), y.at(high)));
    for run in runs(xs.len(), |i| intervals[i].is_some()) {
        let known: Vec<(f64, f64, f64)> = run.filter_map(ends).collect();
        if known.iter().all(|(_, low, high)| low - high <= 0.1) {
            continue;
        }
        if known.len() > 1 {
            let upper = known.iter().map(|(x, _, high)| (*x, *high));
            let lower = known.iter().rev().map(|(x, low, _)| (*x, *low));
            canvas.polygon(upper.chain(lower).collect(), ink.faded(BAND));
        }
        for (x, low, high) in known.iter().filter(|_| known.len() <= MOST_MARKERS) {
            canvas.line((*x, *low), (*x, *high), 0.6, ink);
            for end in [*low, *high] {
                canvas.line((x - 1.8, end), (x + 1.8, end), 0.6, ink);
            }
        }
    }
}

/// The curve, with its marks where they are few.
pub(super) fn line(canvas: &mut Canvas, xs: &[f64], curve: &Curve, (x, y): (Scale, Scale)) {
    for run in runs(xs.len(), |i| curve.points[i].is_some()) {
        if run.len() > 1 {
            canvas.path(corners(xs, curve, run.clone(), (x, y)), curve.width, curve.ink);
        }
        for i in run.clone().filter(|_| xs.len() <= MOST_MARKERS || run.len() == 1) {
            if let Some(loss) = curve.points[i] {
                mark(canvas, curve, (x.at(xs[i]), y.at(loss)));
            }
        }
    }
}

fn mark(canvas: &mut Canvas, curve: &Curve, (x, y): (f64, f64)) {
    match curve.mark {
        // The squares are the largest and below, the discs the smallest and on top: where curves meet, all show.
        Mark::Square => canvas.rect((x - 2.1, y - 2.1), (x + 2.1, y + 2.1), curve.ink),
        Mark::Diamond => {
            let half = 2.3;
            canvas.polygon(vec![(x - half, y), (x, y - half), (x + half, y), (x, y + half)], curve.ink);
        }
        Mark::Disc => canvas.dot((x, y), 1.4, curve.ink),
        Mark::Triangle => canvas.polygon(vec![(x - 2.3, y + 1.7), (x, y - 2.3), (x + 2.3, y + 1.7)], curve.ink),
        Mark::Wedge => canvas.polygon(vec![(x - 2.3, y - 1.7), (x, y + 2.3), (x + 2.3, y - 1.7)], curve.ink),
        Mark::Ring => {
            canvas.dot((x, y), 2.2, curve.ink);
            canvas.dot((x, y), 1.2, WHITE);
        }
    }
}

/// Writes each curve's name beside its last point, kept apart from the others.
pub(super) fn name_ends(canvas: &mut Canvas, xs: &[f64], curves: &[Curve], plot: Plot, (x, y): (Scale, Scale)) {
    let ends: Vec<(&Curve, (f64, f64))> = curves
        .iter()
        .filter_map(|curve| {
            let last = curve.points.iter().rposition(Option::is_some)?;
            Some((curve, (x.at(xs[last]), y.at(curve.points[last]?))))
        })
        .collect();
    let line = SMALL * LEADING;
    let heights: Vec<f64> = ends.iter().map(|(curve, _)| curve.name.len() as f64 * line + 1.5).collect();
    // Where ends coincide the order of the curves decides, from pure above to hidden below.
    // Ends that differ by rounding alone coincide.
    let wanted: Vec<f64> = ends.iter().map(|(_, (_, y))| (y * 16.0).round() / 16.0).collect();
    let centres = spread(&wanted, &heights, plot.top - 4.0, plot.bottom + 4.0);
    for ((curve, (end_x, end_y)), centre) in ends.into_iter().zip(centres) {
        let from = end_x + 3.0;
        let to = plot.right + LEADER;
        // A leader across the plot is dotted, so that it is not taken for the curve.
        let mut at = from;
        while at < plot.right - 3.0 {
            canvas.line((at, end_y), (at + 1.0, end_y), 0.4, curve.ink);
            at += 3.0;
        }
        canvas.path(vec![(at, end_y), (plot.right + 2.0, end_y), (to - 1.5, centre)], 0.4, curve.ink);
        let top = centre - curve.name.len() as f64 * line / 2.0;
        for (k, text) in curve.name.iter().enumerate() {
            let at = (to, top + line * (k as f64 + 0.5));
            canvas.text(text, at, Face::new(SMALL, curve.ink.for_text(), Align::Start).bold());
        }
    }
}
