//! `frontier`: what the defender loses with one defence, with a mix whose draw is seen, and with a hidden mix.
//!
//! Only the sampled points are known. The best single defence is drawn in steps where its points form plateaus and never
//! turn, as they do when the swept key is a bound; a step then takes the larger of both ends, so that the curve never
//! promises less loss than was computed. Otherwise, and for both mixes, points are joined by straight lines.

use super::canvas::{Canvas, EDGE, SMALL, WIDTH};
use super::curves::{Curve, HEIGHT, LEADER, Mark, band, corners, line, name_ends};
use super::frame::{self, Beside, Plot, Sample};
use super::palette::{BLUE, GREEN, Ink, VERMILION};
use super::scale::{self, Scale};
use super::series::{Sweep, runs};
use super::{FigureError, Labels, Numbers, font};

const CONVEXIFICATION: Ink = VERMILION.faded(0.13);
const HIDING: Ink = GREEN.faded(0.18);

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let sweep = Sweep::read(numbers)?;
    let column = |name: &str| {
        let column = numbers.column(name)?;
        sweep.rows.iter().map(|row| numbers.number(*row, column)).collect::<Result<Vec<_>, _>>()
    };
    let (pure, visible) = (column("pure")?, column("visible")?);
    let words = |words: [&str; 2]| words.map(str::to_owned).to_vec();
    let curves = [
        Curve {
            name: words(["best single", "defence"]),
            ink: VERMILION,
            width: 0.8,
            mark: Mark::Square,
            steps: is_staircase(&pure),
            points: pure,
        },
        Curve {
            name: words(["visible", "mix"]),
            ink: GREEN,
            width: 0.9,
            mark: Mark::Diamond,
            steps: false,
            points: visible,
        },
        Curve {
            name: words(["hidden", "mix"]),
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
    let names = curves.iter().flat_map(|curve| &curve.name).map(|line| font::width(line, SMALL, true));
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
    band(&mut canvas, &sweep.x, &sweep.interval, BLUE, (x, y));
    for curve in &curves {
        line(&mut canvas, &sweep.x, curve, (x, y));
    }
    name_ends(&mut canvas, &sweep.x, &curves, plot, (x, y));
    let marks = frame::key_ticks(&sweep.x, x_range, plot.right - plot.left);
    let bottom = frame::horizontal_axis(&mut canvas, plot, &marks, x, &labels.x);
    canvas.finish(&labels.title, bottom)
}

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
