//! Names inside the areas of a stack: where there is room, clear of the value line.

use std::ops::Range;

use super::canvas::{Align, Canvas, Face, SMALL};
use super::frame::Plot;
use super::scale::{self, Scale};
use super::series::{Sweep, between, runs};
use super::stack::{Area, Stack, edges};
use super::text::{LEADING, widest, wrap};

/// The lines of a name and the centre of their block.
pub(super) type NamePlace = (Vec<String>, (f64, f64));

/// For each area the place of its name inside, with the plot's top at 0; nothing where it does not fit.
pub(super) fn place_names(
    sweep: &Sweep,
    stack: &Stack,
    plot: Plot,
    x: Scale,
    reach: (f64, f64),
) -> Vec<Option<NamePlace>> {
    let y = Scale::new(reach, plot.bottom, plot.top);
    let value = Scale::new(scale::value_range(sweep.losses()), plot.bottom, plot.top);
    let present = runs(sweep.x.len(), |i| stack.present[i]);
    let barrier = Barrier::new(sweep, x, value);
    let place = |area: &Area| {
        for most in [1_u8, 2] {
            let lines = wrap(&area.name, 70.0 / f64::from(most) + 20.0, SMALL, usize::from(most));
            // A name that is cut at its end is told apart from others in the key only.
            if lines.iter().any(|line| line.ends_with('…')) {
                continue;
            }
            let block = (widest(lines.iter().map(String::as_str), SMALL) + 6.0, lines.len() as f64 * SMALL * LEADING);
            let found = present
                .iter()
                .filter(|run| run.len() > 1)
                .filter_map(|run| roomiest(area, sweep, run.clone(), block, (x, y), &barrier))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, at)) = found {
                return Some((lines, at));
            }
        }
        None
    };
    let names: Vec<Option<NamePlace>> = stack.areas.iter().map(place).collect();
    let peaks: Vec<f64> = stack.areas.iter().map(|area| area.peak(&stack.present)).collect();
    names.into_iter().zip(peaks).map(|(name, peak)| if peak > 0.0 { name } else { None }).collect()
}

/// What the value line and its band cover, so that names keep clear of them.
struct Barrier {
    x: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
}

impl Barrier {
    fn new(sweep: &Sweep, x: Scale, y: Scale) -> Self {
        let mut barrier = Self { x: Vec::new(), high: Vec::new(), low: Vec::new() };
        for i in 0..sweep.x.len() {
            let covered: Vec<f64> =
                sweep.value[i].into_iter().chain(sweep.interval[i].into_iter().flat_map(|(l, u)| [l, u])).collect();
            if !covered.is_empty() {
                barrier.x.push(x.at(sweep.x[i]));
                barrier.high.push(covered.iter().map(|v| y.at(*v)).fold(f64::INFINITY, f64::min));
                barrier.low.push(covered.iter().map(|v| y.at(*v)).fold(f64::NEG_INFINITY, f64::max));
            }
        }
        barrier
    }

    /// The highest and lowest place covered between two places across.
    fn over(&self, from: f64, to: f64) -> Option<(f64, f64)> {
        let (first, last) = (self.x.first()?, self.x.last()?);
        if to < *first || from > *last {
            return None;
        }
        let high = extreme(&self.x, &self.high, from, to, f64::min);
        let low = extreme(&self.x, &self.low, from, to, f64::max);
        Some((high - 3.0, low + 3.0))
    }
}

/// The least or greatest height of a curve between two places across.
fn extreme(xs: &[f64], ys: &[f64], from: f64, to: f64, pick: fn(f64, f64) -> f64) -> f64 {
    let ends = pick(between(xs, ys, from), between(xs, ys, to));
    xs.iter().zip(ys).filter(|(x, _)| (from..=to).contains(*x)).fold(ends, |found, (_, y)| pick(found, *y))
}

/// The merit of the best place for a name's block, and its centre: where the area is roomiest over a run.
fn roomiest(
    area: &Area,
    sweep: &Sweep,
    run: Range<usize>,
    (wide, high): (f64, f64),
    (x, y): (Scale, Scale),
    barrier: &Barrier,
) -> Option<(f64, (f64, f64))> {
    const TRIES: u32 = 60;
    let (places, lower, upper) = edges(area, &sweep.x, run, x);
    let floor: Vec<f64> = lower.iter().map(|p| y.at(*p)).collect();
    let roof: Vec<f64> = upper.iter().map(|p| y.at(*p)).collect();
    let (first, last) = (places.first()? + wide / 2.0, places.last()? - wide / 2.0);
    if first > last {
        return None;
    }
    let centre = f64::midpoint(first, last);
    let mut best: Option<(f64, (f64, f64))> = None;
    for k in 0..=TRIES {
        let middle = first + (last - first) * f64::from(k) / f64::from(TRIES);
        let (from, to) = (middle - wide / 2.0, middle + wide / 2.0);
        let top = extreme(&places, &roof, from, to, f64::max);
        let bottom = extreme(&places, &floor, from, to, f64::min);
        let gaps = match barrier.over(from, to) {
            Some((above, below)) => vec![(top, bottom.min(above)), (top.max(below), bottom)],
            None => vec![(top, bottom)],
        };
        for (top, bottom) in gaps {
            // Three times the height is room enough; then the middle of the run is the better place.
            let aside = (middle - centre).abs() / (last - first).max(1.0);
            let merit = (bottom - top).min(3.0 * high) - 0.7 * high * aside;
            if bottom - top >= high && best.is_none_or(|(found, _)| merit > found + 1e-9) {
                best = Some((merit, (middle, f64::midpoint(top, bottom))));
            }
        }
    }
    best
}

/// Writes a name inside its area; on stripes it gets a ground of the area's colour.
pub(super) fn name_inside(canvas: &mut Canvas, area: &Area, lines: &[String], (x, y): (f64, f64)) {
    let line = SMALL * LEADING;
    let high = line * lines.len() as f64;
    if area.striped {
        let half = widest(lines.iter().map(String::as_str), SMALL) / 2.0 + 1.0;
        canvas.rect((x - half, y - high / 2.0), (x + half, y + high / 2.0), area.ink);
    }
    for (k, text) in lines.iter().enumerate() {
        let at = (x, y - high / 2.0 + line * (k as f64 + 0.5));
        canvas.text(text, at, Face::new(SMALL, area.ink.text_on(), Align::Middle));
    }
}
