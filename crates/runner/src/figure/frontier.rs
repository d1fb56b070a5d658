//! `frontier`: what the defender loses with one defence, with a mix whose draw is seen, and with a hidden mix.
//!
//! Only the sampled points are known. The best single defence is drawn in steps where its points form plateaus and never
//! turn, as they do when the swept key is a bound; a step then takes the larger of both ends, so that the curve never
//! promises less loss than was computed. Otherwise, and for both mixes, points are joined by straight lines.

use super::canvas::{Align, Canvas, EDGE, Face, SMALL, WIDTH};
use super::frame::{self, Beside, Plot, Sample};
use super::palette::{BLUE, GREEN, Ink, VERMILION};
use super::scale::{self, Scale};
use super::series::{Sweep, runs};
use super::text::{LEADING, spread};
use super::{FigureError, Labels, Numbers, font};

/// The height of the plot, in points.
const HEIGHT: f64 = 136.0;

/// Up to this many points each gets a marker.
const MOST_MARKERS: usize = 40;

const CONVEXIFICATION: Ink = VERMILION.faded(0.13);
const HIDING: Ink = GREEN.faded(0.18);
const BAND: Ink = BLUE.faded(0.30);

#[derive(Debug, Clone, Copy)]
enum Mark {
    Square,
    Diamond,
    Disc,
}

/// One of the three curves.
struct Curve {
    name: [&'static str; 2],
    ink: Ink,
    width: f64,
    mark: Mark,
    steps: bool,
    points: Vec<Option<f64>>,
}

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let sweep = Sweep::read(numbers)?;
    let column = |name: &str| {
        let column = numbers.column(name)?;
        sweep.rows.iter().map(|row| numbers.number(*row, column)).collect::<Result<Vec<_>, _>>()
    };
    let (pure, visible) = (column("pure")?, column("visible")?);
    let curves = [
        Curve {
            name: ["best single", "defence"],
            ink: VERMILION,
            width: 0.8,
            mark: Mark::Square,
            steps: is_staircase(&pure),
            points: pure,
        },
        Curve { name: ["visible", "mix"], ink: GREEN, width: 0.9, mark: Mark::Diamond, steps: false, points: visible },
        Curve {
            name: ["hidden", "mix"],
            ink: BLUE,
            width: 1.4,
            mark: Mark::Disc,
            steps: false,
            points: sweep.value.clone(),
        },
    ];
    let drawn = curves.iter().flat_map(|curve| curve.points.iter().flatten().copied());
    let losses: Vec<f64> = sweep.losses().chain(drawn).collect();
    if losses.is_empty() {
        return Err(FigureError::Empty);
    }
    let range = scale::value_range(losses);

    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let marks = scale::ticks(range, 5);
    let top = frame::key(&mut canvas, &key(&curves), top) + 5.0 + if marks.factor.is_some() { 8.0 } else { 0.0 };
    let label = frame::vertical_label(&labels.value, HEIGHT);
    let names = curves.iter().flat_map(|curve| curve.name).map(|line| font::width(line, SMALL, true));
    let plot = Plot {
        left: frame::vertical_room(&marks, label.len()),
        right: WIDTH - EDGE - names.fold(0.0, f64::max) - LEADER - 2.0,
        top,
        bottom: top + HEIGHT,
    };
    let y = Scale::new(range, plot.bottom, plot.top);
    let x_range = scale::key_range(&sweep.x);
    let x = Scale::new(x_range, plot.left + 3.0, plot.right - 3.0);
    frame::vertical_axis(&mut canvas, plot, Beside::Left, &marks, y, &label, true);

    let [pure, visible, hidden] = &curves;
    shade(&mut canvas, &sweep.x, pure, visible, CONVEXIFICATION, (x, y));
    shade(&mut canvas, &sweep.x, visible, hidden, HIDING, (x, y));
    band(&mut canvas, &sweep, (x, y));
    for curve in &curves {
        line(&mut canvas, &sweep.x, curve, (x, y));
    }
    name_ends(&mut canvas, &sweep.x, &curves, plot, (x, y));
    let marks = frame::key_ticks(&sweep.x, x_range, plot.right - plot.left);
    let bottom = frame::horizontal_axis(&mut canvas, plot, &marks, x, &labels.x);
    canvas.finish(&labels.title, bottom)
}

/// The room for the lines that lead from curves to their names, in points.
const LEADER: f64 = 9.0;

/// Smallest gap between two curves that gets an entry in the key, as a fraction of the larger loss.
const VISIBLE_GAP: f64 = 1e-6;

/// Whether the points have plateaus and go one way only.
fn is_staircase(points: &[Option<f64>]) -> bool {
    let known: Vec<f64> = points.iter().flatten().copied().collect();
    let pairs = || known.windows(2).map(|pair| (pair[0], pair[1]));
    #[expect(clippy::float_cmp, reason = "the same defence gives the same number")]
    let flat = pairs().any(|(a, b)| a == b);
    flat && (pairs().all(|(a, b)| a >= b) || pairs().all(|(a, b)| a <= b))
}

/// The shaded gaps that this figure has.
fn key(curves: &[Curve; 3]) -> Vec<(Sample, String)> {
    let [pure, visible, hidden] = curves;
    // A gap that is only the rounding of two programs is none that a reader could see.
    let seen = |(a, b): (&Option<f64>, &Option<f64>)| matches!((a, b), (Some(a), Some(b)) if a - b > VISIBLE_GAP * a.abs().max(b.abs()));
    let gap = |upper: &Curve, lower: &Curve| upper.points.iter().zip(&lower.points).any(seen);
    let mut entries = Vec::new();
    if gap(pure, visible) {
        entries.push((Sample::Patch { ink: CONVEXIFICATION, striped: false }, "gained by averaging".to_owned()));
    }
    if gap(visible, hidden) {
        entries.push((Sample::Patch { ink: HIDING, striped: false }, "gained by hiding the draw".to_owned()));
    }
    entries
}

/// The corners of a curve over one run of points.
fn corners(xs: &[f64], curve: &Curve, run: std::ops::Range<usize>, (x, y): (Scale, Scale)) -> Vec<(f64, f64)> {
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

/// Shades between two curves wherever both are known.
fn shade(canvas: &mut Canvas, xs: &[f64], upper: &Curve, lower: &Curve, ink: Ink, scales: (Scale, Scale)) {
    for run in runs(xs.len(), |i| upper.points[i].is_some() && lower.points[i].is_some()) {
        if run.len() > 1 {
            let mut outline = corners(xs, upper, run.clone(), scales);
            outline.extend(corners(xs, lower, run, scales).into_iter().rev());
            canvas.polygon(outline, ink);
        }
    }
}

/// The interval of the hidden mix: a band, and whiskers at single points.
fn band(canvas: &mut Canvas, sweep: &Sweep, (x, y): (Scale, Scale)) {
    let ends = |i: usize| sweep.interval[i].map(|(low, high)| (x.at(sweep.x[i]), y.at(low), y.at(high)));
    for run in runs(sweep.x.len(), |i| sweep.interval[i].is_some()) {
        let known: Vec<(f64, f64, f64)> = run.filter_map(ends).collect();
        if known.iter().all(|(_, low, high)| low - high <= 0.1) {
            continue;
        }
        if known.len() > 1 {
            let upper = known.iter().map(|(x, _, high)| (*x, *high));
            let lower = known.iter().rev().map(|(x, low, _)| (*x, *low));
            canvas.polygon(upper.chain(lower).collect(), BAND);
        }
        for (x, low, high) in known.iter().filter(|_| known.len() <= MOST_MARKERS) {
            canvas.line((*x, *low), (*x, *high), 0.6, BLUE);
            for end in [*low, *high] {
                canvas.line((x - 1.8, end), (x + 1.8, end), 0.6, BLUE);
            }
        }
    }
}

fn line(canvas: &mut Canvas, xs: &[f64], curve: &Curve, (x, y): (Scale, Scale)) {
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
    }
}

/// Writes each curve's name beside its last point, kept apart from the others.
fn name_ends(canvas: &mut Canvas, xs: &[f64], curves: &[Curve; 3], plot: Plot, (x, y): (Scale, Scale)) {
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
    let wanted: Vec<f64> = ends.iter().map(|(_, (_, y))| *y).collect();
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
