//! `allocation` and `attack-mix`: probabilities stacked along a sweep, the value in front of them.
//!
//! A strategy gets an area if its probability ever exceeds [`VISIBLE`], and at most [`MOST_AREAS`] do: seven hues, then the
//! same seven striped. Beyond that, and below `VISIBLE`, probabilities add up in a grey "others". Fourteen areas are what
//! can be told apart in a column; a lightness per area would be lost in grey printing and clash with the text inside.
//! The name stands inside its area where it fits, else in the key above.

use std::ops::Range;

use super::canvas::{Align, Canvas, Face, SMALL, WIDTH};
use super::frame::{self, Beside, Plot, STRIPE, Sample};
use super::inside::{name_inside, place_names};
use super::palette::{BLACK, Ink, LIGHT_GREY, SERIES, WHITE};
use super::scale::{self, Scale, Ticks};
use super::series::{Sweep, between, runs};
use super::text::{LEADING, abbreviate, spread, widest};
use super::{FigureError, Labels, Numbers, font};

/// A strategy that never exceeds this probability gets no area of its own.
const VISIBLE: f64 = 0.005;

/// The most areas with a name.
const MOST_AREAS: usize = 2 * SERIES.len();

/// The height of the plot, in points.
const HEIGHT: f64 = 128.0;

/// Up to this many points each gets a marker on the value line.
const MOST_MARKERS: usize = 30;

/// Half the width of the bar that stands for a point without neighbours, in points.
const LONE: f64 = 1.5;

/// The distance of stripes, in points.
const STRIPES: f64 = 3.0;

/// Whose mix is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Defender,
    Attacker,
}

impl Side {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Defender => "defence",
            Self::Attacker => "attack",
        }
    }

    const fn axis(self, several: bool) -> &'static str {
        match (self, several) {
            (Self::Defender, false) => "probability of deployment",
            // Where defences combine, probabilities of deployment add up to how many run at once.
            (Self::Defender, true) => "expected number of defences deployed",
            (Self::Attacker, false) => "probability of attack",
            (Self::Attacker, true) => "expected number of attacks",
        }
    }
}

/// One area of the stack.
#[derive(Debug)]
pub(super) struct Area {
    pub(super) name: String,
    pub(super) ink: Ink,
    pub(super) striped: bool,
    /// Lower and upper edge at each point; meaningless where the point is a gap.
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
}

impl Area {
    pub(super) fn peak(&self, present: &[bool]) -> f64 {
        let thickness = |i: usize| if present[i] { self.upper[i] - self.lower[i] } else { 0.0 };
        (0..present.len()).map(thickness).fold(0.0, f64::max)
    }
}

/// The probabilities of one side at the points of a sweep.
pub(super) struct Stack {
    pub(super) areas: Vec<Area>,
    pub(super) present: Vec<bool>,
    highest: f64,
}

impl Stack {
    fn read(numbers: &Numbers, sweep: &Sweep, side: Side) -> Result<Self, FigureError> {
        let family = numbers.family(side.prefix());
        if family.is_empty() {
            return Err(FigureError::MissingColumn { column: format!("{}:", side.prefix()) });
        }
        let count = sweep.x.len();
        let mut present = vec![false; count];
        let mut probabilities = vec![vec![0.0; count]; family.len()];
        for (i, &row) in sweep.rows.iter().enumerate() {
            let mut missing = None;
            for (k, &(column, _)) in family.iter().enumerate() {
                match numbers.probability(row, column)? {
                    Some(probability) => {
                        probabilities[k][i] = probability;
                        present[i] = true;
                    }
                    None => missing = missing.or(Some(column)),
                }
            }
            if let (true, Some(column)) = (present[i], missing) {
                return Err(numbers.not_a_number(row, column));
            }
        }
        if !present.contains(&true) {
            return Err(FigureError::Empty);
        }
        let names: Vec<&str> = family.iter().map(|(_, name)| *name).collect();
        let areas = pile(&names, &probabilities);
        let tops = areas.last().map(|area| area.upper.clone()).unwrap_or_default();
        let highest = tops.iter().copied().fold(0.0, f64::max);
        Ok(Self { areas, present, highest })
    }
}

/// Stacks the probabilities in the order given, merging the small into "others" on top.
fn pile(names: &[&str], probabilities: &[Vec<f64>]) -> Vec<Area> {
    let peak = |k: usize| probabilities[k].iter().copied().fold(0.0, f64::max);
    let mut shown: Vec<usize> = (0..names.len()).filter(|k| peak(*k) > VISIBLE).collect();
    if shown.len() > MOST_AREAS {
        shown.sort_by(|&a, &b| peak(b).total_cmp(&peak(a)).then(a.cmp(&b)));
        shown.truncate(MOST_AREAS);
        shown.sort_unstable();
    }
    let count = probabilities.first().map_or(0, Vec::len);
    let mut lower = vec![0.0; count];
    let mut areas = Vec::new();
    let mut put = |name: String, ink, striped, heights: &[f64]| {
        let upper: Vec<f64> = lower.iter().zip(heights).map(|(low, height)| low + height).collect();
        areas.push(Area { name, ink, striped, lower: lower.clone(), upper: upper.clone() });
        lower = upper;
    };
    for (order, &k) in shown.iter().enumerate() {
        put(names[k].to_owned(), SERIES[order % SERIES.len()], order >= SERIES.len(), &probabilities[k]);
    }
    let rest: Vec<usize> = (0..names.len()).filter(|k| !shown.contains(k)).collect();
    let others: Vec<f64> = (0..count).map(|i| rest.iter().map(|k| probabilities[*k][i]).sum()).collect();
    if others.iter().any(|sum| *sum > VISIBLE) {
        let played = rest.iter().filter(|k| peak(**k) > 0.0).count();
        put(format!("others ({played})"), LIGHT_GREY, false, &others);
    }
    areas
}

/// Draws the figure of one side's mix.
pub(super) fn draw(numbers: &Numbers, labels: &Labels, side: Side) -> Result<String, FigureError> {
    font::register()?;
    let sweep = Sweep::read(numbers)?;
    let stack = Stack::read(numbers, &sweep, side)?;
    let several = stack.highest > 1.0 + VISIBLE;
    let reach = if several { scale::value_range([stack.highest]) } else { (0.0, 1.0) };
    let axis = side.axis(several);
    if sweep.x.len() == 1 {
        bar(&sweep, &stack, labels, axis, reach)
    } else {
        areas(&sweep, &stack, labels, axis, reach)
    }
}

/// The figure of two points or more.
fn areas(sweep: &Sweep, stack: &Stack, labels: &Labels, axis: &str, reach: (f64, f64)) -> Result<String, FigureError> {
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let left_ticks = scale::ticks(reach, 5);
    let right_ticks = scale::ticks(scale::value_range(sweep.losses()), 5);
    let (left_label, right_label) = (frame::vertical_label(axis, HEIGHT), frame::vertical_label(&labels.value, HEIGHT));
    let x_range = scale::key_range(&sweep.x);
    let left = frame::vertical_room(&left_ticks, left_label.len());
    let right = WIDTH - frame::vertical_room(&right_ticks, right_label.len());

    // Where names fit depends on the plot alone, not on how far down the page it is.
    let at_zero = Plot { left, right, top: 0.0, bottom: HEIGHT };
    let x = Scale::new(x_range, left, right);
    let inside = place_names(sweep, stack, at_zero, x, reach);
    let mut entries = vec![(Sample::Line { ink: BLACK }, format!("{} (right axis)", labels.value))];
    // Downwards, as the areas lie.
    for (area, _) in stack.areas.iter().zip(&inside).rev().filter(|(_, place)| place.is_none()) {
        entries.push((Sample::Patch { ink: area.ink, striped: area.striped }, area.name.clone()));
    }
    let top = frame::key(&mut canvas, &entries, top) + 5.0 + if right_ticks.factor.is_some() { 8.0 } else { 0.0 };

    let plot = Plot { left, right, top, bottom: top + HEIGHT };
    let y = Scale::new(reach, plot.bottom, plot.top);
    let value = Scale::new(scale::value_range(sweep.losses()), plot.bottom, plot.top);
    let present = runs(sweep.x.len(), |i| stack.present[i]);
    for area in &stack.areas {
        for run in &present {
            fill(&mut canvas, area, &sweep.x, run.clone(), x, y);
        }
    }
    separate(&mut canvas, stack, &sweep.x, &present, x, y);
    value_line(&mut canvas, sweep, x, value);
    for (area, place) in stack.areas.iter().zip(&inside) {
        if let Some((lines, (cx, cy))) = place {
            name_inside(&mut canvas, area, lines, (*cx, cy + top));
        }
    }
    frame::vertical_axis(&mut canvas, plot, Beside::Left, &left_ticks, y, &left_label, false);
    frame::vertical_axis(&mut canvas, plot, Beside::Right, &right_ticks, value, &right_label, false);
    let marks = frame::horizontal_ticks(x_range, right - left);
    let bottom = frame::horizontal_axis(&mut canvas, plot, &marks, x, &labels.x);
    canvas.finish(&labels.title, bottom)
}

/// Fills one area over one run of points.
fn fill(canvas: &mut Canvas, area: &Area, xs: &[f64], run: Range<usize>, x: Scale, y: Scale) {
    if !run.clone().any(|i| area.upper[i] > area.lower[i]) {
        return;
    }
    let (places, lower, upper) = edges(area, xs, run, x);
    let forth = places.iter().zip(&upper).map(|(px, p)| (*px, y.at(*p)));
    let back = places.iter().zip(&lower).rev().map(|(px, p)| (*px, y.at(*p)));
    canvas.polygon(forth.chain(back).collect(), area.ink);
    if let (true, Some(first), Some(last)) = (area.striped, places.first(), places.last()) {
        let mut at = first + STRIPES / 2.0;
        while at < *last {
            let (low, high) = (y.at(between(&places, &lower, at)), y.at(between(&places, &upper, at)));
            if low - high > 0.2 {
                canvas.line((at, low), (at, high), STRIPE, BLACK);
            }
            at += STRIPES;
        }
    }
}

/// The edges of an area over a run, on the page across and as probabilities up; a lone point becomes a narrow bar.
pub(super) fn edges(area: &Area, xs: &[f64], run: Range<usize>, x: Scale) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let places: Vec<f64> = xs[run.clone()].iter().map(|v| x.at(*v)).collect();
    let (lower, upper) = (area.lower[run.clone()].to_vec(), area.upper[run].to_vec());
    match (places.as_slice(), lower.as_slice(), upper.as_slice()) {
        ([at], [low], [high]) => (vec![at - LONE, at + LONE], vec![*low; 2], vec![*high; 2]),
        _ => (places, lower, upper),
    }
}

/// White lines between areas, so that neighbours of like lightness stay apart in grey.
fn separate(canvas: &mut Canvas, stack: &Stack, xs: &[f64], present: &[Range<usize>], x: Scale, y: Scale) {
    for area in stack.areas.iter().take(stack.areas.len().saturating_sub(1)) {
        for run in present.iter().filter(|run| run.len() > 1) {
            let line = run.clone().map(|i| (x.at(xs[i]), y.at(area.upper[i]))).collect();
            canvas.path(line, 0.5, WHITE);
        }
    }
}

/// The value as a line, its interval as a band with whiskers, each on a white halo.
fn value_line(canvas: &mut Canvas, sweep: &Sweep, x: Scale, y: Scale) {
    let count = sweep.x.len();
    let interval = |i: usize| sweep.interval[i].unwrap_or((0.0, 0.0));
    for run in runs(count, |i| sweep.interval[i].is_some()) {
        let at = |i: usize, end: f64| (x.at(sweep.x[i]), y.at(end));
        let upper: Vec<_> = run.clone().map(|i| at(i, interval(i).1)).collect();
        let lower: Vec<_> = run.clone().map(|i| at(i, interval(i).0)).collect();
        if run.clone().any(|i| (y.at(interval(i).0) - y.at(interval(i).1)).abs() > 0.1) {
            if run.len() > 1 {
                canvas.polygon(upper.iter().chain(lower.iter().rev()).copied().collect(), WHITE.faded(0.55));
            }
            for edge in [upper, lower] {
                canvas.path(edge, 0.4, BLACK);
            }
        }
    }
    for i in (0..count).filter(|_| count <= MOST_MARKERS) {
        if let Some((low, high)) = sweep.interval[i] {
            whisker(canvas, x.at(sweep.x[i]), y.at(low), y.at(high));
        }
    }
    let value = |i: usize| (x.at(sweep.x[i]), y.at(sweep.value[i].unwrap_or(0.0)));
    let lines = runs(count, |i| sweep.value[i].is_some());
    let radius = if count <= 12 { 1.6 } else { 1.2 };
    for (width, ink) in [(2.6, WHITE), (1.1, BLACK)] {
        for run in lines.iter().filter(|run| run.len() > 1) {
            canvas.path(run.clone().map(value).collect(), width, ink);
        }
    }
    for run in lines {
        for i in run.clone().filter(|_| count <= MOST_MARKERS || run.len() == 1) {
            canvas.dot(value(i), radius + 0.5, WHITE);
            canvas.dot(value(i), radius, BLACK);
        }
    }
}

/// A vertical whisker with caps, left out where it would be a dot.
fn whisker(canvas: &mut Canvas, x: f64, low: f64, high: f64) {
    if (low - high).abs() > 0.3 {
        for (width, ink) in [(1.8, WHITE), (0.6, BLACK)] {
            canvas.line((x, low), (x, high), width, ink);
            for end in [low, high] {
                canvas.line((x - 1.8, end), (x + 1.8, end), width, ink);
            }
        }
    }
}

/// The figure of one point: a bar with names beside it, and the value with its interval on the right.
fn bar(sweep: &Sweep, stack: &Stack, labels: &Labels, axis: &str, reach: (f64, f64)) -> Result<String, FigureError> {
    const BAR: f64 = 34.0;
    const VALUE: f64 = 30.0;
    let mut canvas = Canvas::default();
    let value_range = scale::value_range(sweep.losses());
    let left_ticks = scale::ticks(reach, 5);
    let right_ticks = scale::ticks(value_range, 5);
    let top = frame::heading(&mut canvas, labels) + 5.0 + if right_ticks.factor.is_some() { 8.0 } else { 0.0 };
    let parts: Vec<&Area> = stack.areas.iter().filter(|area| area.upper[0] > area.lower[0]).collect();
    let height = HEIGHT.max(parts.len() as f64 * SMALL * LEADING + 1.5);
    let (left_label, right_label) = (frame::vertical_label(axis, height), frame::vertical_label(&labels.value, height));
    let left = frame::vertical_room(&left_ticks, left_label.len());
    let right = WIDTH - frame::vertical_room(&right_ticks, right_label.len());
    let plot = Plot { left, right, top, bottom: top + height };
    let y = Scale::new(reach, plot.bottom, plot.top);
    let (from, to) = (left + 8.0, left + 8.0 + BAR);

    let heights = vec![SMALL * LEADING; parts.len()];
    let wanted: Vec<f64> = parts.iter().map(|area| y.at(f64::midpoint(area.lower[0], area.upper[0]))).collect();
    let centres = spread(&wanted, &heights, plot.top, plot.bottom - 1.5);
    let text_left = to + 10.0;
    let percent = |area: &Area| share(area.upper[0] - area.lower[0]);
    let shares = widest(parts.iter().map(|area| percent(area)).collect::<Vec<_>>().iter().map(String::as_str), SMALL);
    let room = right - VALUE - text_left - shares - 4.0;
    let names: Vec<&str> = parts.iter().map(|area| area.name.as_str()).collect();
    for (k, (area, shown)) in parts.iter().zip(abbreviate(&names, room, SMALL)).enumerate() {
        canvas.rect((from, y.at(area.lower[0])), (to, y.at(area.upper[0])), area.ink);
        if area.striped {
            let mut at = from + STRIPES / 2.0;
            while at < to {
                canvas.line((at, y.at(area.lower[0])), (at, y.at(area.upper[0])), STRIPE, BLACK);
                at += STRIPES;
            }
        }
        canvas.line((from, y.at(area.upper[0])), (to, y.at(area.upper[0])), 0.5, WHITE);
        canvas.path(vec![(to, wanted[k]), (to + 3.0, wanted[k]), (to + 8.0, centres[k])], 0.4, BLACK);
        canvas.stands_for(&shown, &area.name);
        canvas.text(&shown, (text_left, centres[k]), Face::new(SMALL, BLACK, Align::Start));
        let at = text_left + font::width(&shown, SMALL, false) + 4.0;
        canvas.text(&percent(area), (at, centres[k]), Face::new(SMALL, BLACK, Align::Start));
    }

    let value = Scale::new(value_range, plot.bottom, plot.top);
    let at = right - VALUE / 2.0;
    let (mut above, mut below) = (plot.bottom, plot.top);
    if let Some((low, high)) = sweep.interval[0] {
        whisker(&mut canvas, at, value.at(low), value.at(high));
        (above, below) = (value.at(high), value.at(low));
    }
    if let Some(number) = sweep.value[0] {
        canvas.dot((at, value.at(number)), 2.0, BLACK);
        (above, below) = (above.min(value.at(number)), below.max(value.at(number)));
        let y = if above - plot.top > 2.0 * SMALL { above - 3.0 - SMALL / 2.0 } else { below + 3.0 + SMALL / 2.0 };
        canvas.text(&right_ticks.short(number), (at, y), Face::new(SMALL, BLACK, Align::Middle));
    }
    frame::vertical_axis(&mut canvas, plot, Beside::Left, &left_ticks, y, &left_label, false);
    frame::vertical_axis(&mut canvas, plot, Beside::Right, &right_ticks, value, &right_label, false);
    // The bar and the value share the one tick of the key.
    let across = Scale::new((0.0, 0.0), left, right);
    let marks = Ticks { marks: vec![(0.0, scale::plain(sweep.x[0]))], factor: None, unit: 1.0 };
    let bottom = frame::horizontal_axis(&mut canvas, plot, &marks, across, &labels.x);
    canvas.finish(&labels.title, bottom)
}

/// A probability as a percentage for reading.
fn share(probability: f64) -> String {
    let percent = probability * 100.0;
    if percent < 1.0 { "<1 %".to_owned() } else { format!("{percent:.0} %") }
}
