//! The columns that all sweeps share: the key, and the value with its interval.

use std::ops::Range;

use super::{FigureError, Numbers};

/// The points of a sweep, in order of the swept key.
#[derive(Debug)]
pub(super) struct Sweep {
    /// The row of the table that each point comes from.
    pub(super) rows: Vec<usize>,
    pub(super) x: Vec<f64>,
    pub(super) value: Vec<Option<f64>>,
    /// The interval that is proved to hold the value.
    pub(super) interval: Vec<Option<(f64, f64)>>,
}

impl Sweep {
    pub(super) fn read(numbers: &Numbers) -> Result<Self, FigureError> {
        let [x, value, lower, upper] =
            [numbers.column("x")?, numbers.column("value")?, numbers.column("lower")?, numbers.column("upper")?];
        let mut points = Vec::new();
        for row in 0..numbers.rows().len() {
            points.push((numbers.required(row, x)?, row));
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for pair in points.windows(2) {
            // Both are finite, and -0 and 0 are one place on the axis.
            if pair[0].0 >= pair[1].0 {
                let what = format!("`x` = {}", pair[1].0);
                return Err(FigureError::Repeated { row: pair[0].1.max(pair[1].1) + 1, what });
            }
        }
        let mut sweep = Self { rows: Vec::new(), x: Vec::new(), value: Vec::new(), interval: Vec::new() };
        for (place, row) in points {
            sweep.rows.push(row);
            sweep.x.push(place);
            sweep.value.push(numbers.number(row, value)?);
            sweep.interval.push(interval(numbers, row, lower, upper)?);
        }
        Ok(sweep)
    }

    /// Every number on the value axis.
    pub(super) fn losses(&self) -> impl Iterator<Item = f64> + '_ {
        let ends = self.interval.iter().flatten().flat_map(|(lower, upper)| [*lower, *upper]);
        self.value.iter().flatten().copied().chain(ends)
    }
}

/// The interval of a row; one end alone stands for both.
pub(super) fn interval(
    numbers: &Numbers,
    row: usize,
    lower: usize,
    upper: usize,
) -> Result<Option<(f64, f64)>, FigureError> {
    let (low, high) = (numbers.number(row, lower)?, numbers.number(row, upper)?);
    match (low.or(high), high.or(low)) {
        (Some(lower), Some(upper)) if lower > upper => Err(FigureError::Reversed { row: row + 1, lower, upper }),
        (Some(lower), Some(upper)) => Ok(Some((lower, upper))),
        _ => Ok(None),
    }
}

/// The longest stretches of points where `present` holds.
pub(super) fn runs(count: usize, present: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for i in (0..count).filter(|i| present(*i)) {
        match found.last_mut() {
            Some(run) if run.end == i => run.end = i + 1,
            _ => found.push(i..i + 1),
        }
    }
    found
}

/// The height of a curve through the points of one run at `x`, straight between points.
pub(super) fn between(xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let after = xs.partition_point(|p| *p < x);
    if after == 0 {
        return ys.first().copied().unwrap_or(0.0);
    }
    if after == xs.len() {
        return ys.last().copied().unwrap_or(0.0);
    }
    let share = (x - xs[after - 1]) / (xs[after] - xs[after - 1]);
    ys[after - 1] + share * (ys[after] - ys[after - 1])
}
