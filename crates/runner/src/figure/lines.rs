//! `lines`: the value along a swept key, one line for each setting of the other keys.
//!
//! Where missing cells or bounds leave an interval, the line is its upper end, what the defender can guarantee, and the
//! band below it is what is open. Only the sampled points are known; they are joined by straight lines.

use super::canvas::{Canvas, EDGE, SMALL, WIDTH};
use super::curves::{Curve, HEIGHT, LEADER, Mark, band, line, name_ends};
use super::frame::{self, Beside, Plot};
use super::palette::{BLACK, BLUE, GREEN, Ink, ORANGE, PURPLE, VERMILION};
use super::payoffs::{fit, is_shortened};
use super::scale::{self, Scale};
use super::series::interval;
use super::text::LEADING;
use super::{FigureError, Labels, Numbers, font};

/// How each line looks, in order; more cannot be told apart. Hue, mark and name say the same.
const LOOKS: [(Ink, Mark); 6] = [
    (BLUE, Mark::Disc),
    (VERMILION, Mark::Square),
    (GREEN, Mark::Diamond),
    (PURPLE, Mark::Triangle),
    (ORANGE, Mark::Wedge),
    (BLACK, Mark::Ring),
];

/// The most room for the names of lines, in points.
const NAMES: f64 = 58.0;

/// A line of the table: its intervals beside its curve.
struct Line {
    curve: Curve,
    intervals: Vec<Option<(f64, f64)>>,
}

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let (xs, lines) = read(numbers)?;
    let losses: Vec<f64> = lines.iter().flat_map(Line::losses).collect();
    if losses.is_empty() {
        return Err(FigureError::Empty);
    }
    let range = scale::value_range(losses);
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let marks = scale::ticks(range, 5);
    let top = top + 5.0 + if marks.factor.is_some() { 8.0 } else { 0.0 };
    let label = frame::vertical_label(&labels.value, HEIGHT);
    let names = lines.iter().flat_map(|line| &line.curve.name).map(|text| font::width(text, SMALL, true));
    let plot = Plot {
        left: frame::vertical_room(&marks, label.len()),
        right: WIDTH - EDGE - names.fold(0.0, f64::max) - LEADER - 2.0,
        top,
        bottom: top + HEIGHT,
    };
    let y = Scale::new(range, plot.bottom, plot.top);
    let x_range = scale::key_range(&xs);
    let x = Scale::new(x_range, plot.left + 3.0, plot.right - 3.0);
    frame::vertical_axis(&mut canvas, plot, Beside::Left, &marks, y, &label, true);
    let marks = frame::key_ticks(&xs, x_range, plot.right - plot.left);
    // Before the lines: one at 0 lies on the axis.
    let bottom = frame::horizontal_axis(&mut canvas, plot, &marks, x, &labels.x);
    for Line { curve, intervals } in &lines {
        band(&mut canvas, &xs, intervals, curve.ink, (x, y));
    }
    for Line { curve, .. } in &lines {
        line(&mut canvas, &xs, curve, (x, y));
    }
    let curves: Vec<Curve> = lines.into_iter().map(|line| line.curve).collect();
    name_ends(&mut canvas, &xs, &curves, plot, (x, y));
    for (curve, (_, name)) in curves.iter().zip(numbers.family("value")) {
        if is_shortened(&curve.name, name) {
            canvas.stands_for(&curve.name.join(" "), name);
        }
    }
    canvas.finish(&labels.title, bottom)
}

impl Line {
    fn losses(&self) -> impl Iterator<Item = f64> + '_ {
        let ends = self.intervals.iter().flatten().flat_map(|(lower, upper)| [*lower, *upper]);
        self.curve.points.iter().flatten().copied().chain(ends)
    }
}

/// The keys in order, and the lines over them.
fn read(numbers: &Numbers) -> Result<(Vec<f64>, Vec<Line>), FigureError> {
    let key = numbers.column("x")?;
    let mut places = Vec::new();
    for row in 0..numbers.rows().len() {
        places.push((numbers.required(row, key)?, row));
    }
    places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    if let Some(pair) = places.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
        let what = format!("`x` = {}", pair[1].0);
        return Err(FigureError::Repeated { row: pair[0].1.max(pair[1].1) + 1, what });
    }
    let family = numbers.family("value");
    if family.is_empty() {
        return Err(FigureError::MissingColumn { column: "value:".to_owned() });
    }
    if family.len() > LOOKS.len() {
        return Err(FigureError::TooManyRows { rows: family.len(), limit: LOOKS.len() });
    }
    let names: Vec<&str> = family.iter().map(|(_, name)| *name).collect();
    // As many lines for each name as fit beside the plot together.
    let each = (HEIGHT / names.len() as f64 - 1.5) / (SMALL * LEADING);
    let most = [4.0, 3.0, 2.0].iter().position(|most| *most <= each).map_or(1, |place| 4 - place);
    // Bold is wider than the regular face that names are measured in; at most by an eighth in DejaVu Sans.
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let shown = fit(&names, NAMES / 1.14, most);
    let mut lines = Vec::new();
    for (((column, name), (ink, mark)), shown) in family.into_iter().zip(LOOKS).zip(shown) {
        let [lower, upper] = [numbers.column(&format!("lower:{name}"))?, numbers.column(&format!("upper:{name}"))?];
        let (mut points, mut intervals) = (Vec::new(), Vec::new());
        for (_, row) in &places {
            let found = interval(numbers, *row, lower, upper)?;
            points.push(numbers.number(*row, column)?.or(found.map(|(_, upper)| upper)));
            intervals.push(found);
        }
        let curve = Curve { name: shown, ink, width: 1.2, mark, steps: false, points };
        lines.push(Line { curve, intervals });
    }
    Ok((places.into_iter().map(|(x, _)| x).collect(), lines))
}
