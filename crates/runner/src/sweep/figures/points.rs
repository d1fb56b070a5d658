//! [`Points`]: the written rows of a sweep, and the numbers that figures take from them.

use std::path::Path;

use csv::StringRecord;
use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::scenario::{FigureKind, Scenario, Sweep, SweepMode};

use super::words;
use crate::failure::Failure;
use crate::figure::Numbers;
use crate::sweep::plan::Plan;

/// Most points along a figure's horizontal axis; more cannot be told apart at column width.
const POINTS_MOST: u64 = 1_000;

/// Most rows of bars; more do not fit a page.
pub(super) const BARS_MOST: u128 = 60;

/// Most lines of one figure; more cannot be told apart.
pub(super) const LINES_MOST: u128 = 6;

/// The written rows of a sweep, read as a stream: a sweep may have more rows than memory.
pub(super) struct Points<'a> {
    path: &'a Path,
    header: Vec<String>,
}

impl<'a> Points<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, Failure> {
        let mut reader = csv::Reader::from_path(path).map_err(|error| unreadable(path, &error))?;
        let header = reader.headers().map_err(|error| unreadable(path, &error))?;
        Ok(Self { path, header: header.iter().map(str::to_owned).collect() })
    }

    /// The rows of the points that are wanted, with their numbers.
    pub(super) fn rows(&self, wanted: impl Fn(u64) -> bool) -> Result<Vec<(u64, StringRecord)>, Failure> {
        let mut reader = csv::Reader::from_path(self.path).map_err(|error| unreadable(self.path, &error))?;
        let mut rows = Vec::new();
        let mut row = StringRecord::new();
        let mut point = 0;
        while reader.read_record(&mut row).map_err(|error| unreadable(self.path, &error))? {
            if wanted(point) {
                rows.push((point, row.clone()));
            }
            point += 1;
        }
        Ok(rows)
    }

    pub(super) fn column(&self, name: &str) -> Result<usize, Failure> {
        self.header.iter().position(|column| column == name).ok_or_else(|| {
            Failure::input(Diagnostic::error("missing-column", format!("`points.csv` has no column `{name}`")))
        })
    }

    fn columns<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], Failure> {
        let mut columns = [0; N];
        for (column, name) in columns.iter_mut().zip(names) {
            *column = self.column(name)?;
        }
        Ok(columns)
    }

    /// The numbers of a figure along one key, with the other keys at their first values.
    pub(super) fn along(&self, sweep: &Sweep, x: &str, kind: FigureKind) -> Result<Numbers, Failure> {
        let names = match kind {
            FigureKind::Frontier => vec!["pure".to_owned(), "visible".to_owned()],
            FigureKind::AttackMix => self.starting_with("attack:"),
            _ => self.starting_with("defence:"),
        };
        let [x_column, value, lower, upper] = self.columns([x, "value", "lower", "upper"])?;
        let columns = names.iter().map(|name| self.column(name)).collect::<Result<Vec<_>, _>>()?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (_, row) in self.rows(on_axis(sweep, x))? {
            let cell = |column: usize| row.get(column).unwrap_or_default().to_owned();
            // Missing cells leave an interval instead of a value: the line is what the defender can guarantee.
            let line = Some(cell(value)).filter(|value| !value.is_empty()).unwrap_or_else(|| cell(upper));
            let answered = !cell(upper).is_empty();
            let mut cells = vec![numeric(x, cell(x_column))?, line, cell(lower), cell(upper)];
            cells.extend(columns.iter().map(|column| match cell(*column) {
                // A name that this point's game does not have is not played; a point without an answer is a gap.
                empty if empty.is_empty() && answered && kind != FigureKind::Frontier => "0".to_owned(),
                other => other,
            }));
            rows.push(cells);
        }
        sort_by_key(&mut rows);
        let header = ["x", "value", "lower", "upper"].map(str::to_owned).into_iter().chain(names).collect();
        Numbers::new(header, rows).map_err(|error| Failure::Computation(error.to_string()))
    }

    /// The numbers of an allocation where a column of the sweep deploys several defences: how probably each one runs.
    pub(super) fn deployed(&self, plan: &Plan, x: &str) -> Result<Numbers, Failure> {
        let sets = self.along(&plan.loaded.file.scenario.sweep, x, FigureKind::Allocation)?;
        let (singles, parts) = plan.parts();
        let fixed = sets.header().iter().take_while(|name| !name.starts_with("defence:")).count();
        let of = |name: &String| name.strip_prefix("defence:").and_then(|name| parts.get(name));
        let rows = sets.rows().iter().map(|row| {
            let mut totals = vec![0.0; singles.len()];
            for (name, cell) in sets.header().iter().zip(row).skip(fixed) {
                let probability: f64 = cell.parse().unwrap_or(0.0);
                of(name).into_iter().flatten().for_each(|single| totals[*single] += probability);
            }
            // Sums of probabilities that were rounded one by one.
            let text = |total: &f64| if row[fixed].is_empty() { String::new() } else { total.min(1.0).to_string() };
            row[..fixed].iter().cloned().chain(totals.iter().map(text)).collect()
        });
        let names = singles.iter().map(|name| format!("defence:{name}"));
        let header = sets.header()[..fixed].iter().cloned().chain(names).collect();
        Numbers::new(header, rows.collect()).map_err(|error| Failure::Computation(error.to_string()))
    }

    /// The value along one key, in three columns for each setting of the other keys.
    pub(super) fn lines(&self, scenario: &Scenario, x: &str) -> Result<Numbers, Failure> {
        let sweep = &scenario.sweep;
        let [x_column, value, lower, upper] = self.columns([x, "value", "lower", "upper"])?;
        let mut names: Vec<String> = Vec::new();
        let mut rows: Vec<Vec<String>> = Vec::new();
        let shown = along(sweep, x);
        for (point, row) in self.rows(|point| shown(&sweep.positions(point)))? {
            let cell = |column: usize| row.get(column).unwrap_or_default().to_owned();
            let place = numeric(x, cell(x_column))?;
            let name = words::others(scenario, x, &sweep.positions(point));
            let name = if name.is_empty() { "value".to_owned() } else { name };
            let line = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            let at = rows.iter().position(|known| known[0] == place).unwrap_or_else(|| {
                rows.push(vec![place]);
                rows.len() - 1
            });
            let width = rows[at].len().max(1 + 3 * names.len());
            rows[at].resize(width, String::new());
            rows[at][1 + 3 * line..4 + 3 * line].clone_from_slice(&[cell(value), cell(lower), cell(upper)]);
        }
        let width = 1 + 3 * names.len();
        for row in &mut rows {
            row.resize(width, String::new());
        }
        sort_by_key(&mut rows);
        let columns = names.iter().flat_map(|name| ["value", "lower", "upper"].map(|what| format!("{what}:{name}")));
        let header = std::iter::once("x".to_owned()).chain(columns).collect();
        Numbers::new(header, rows).map_err(|error| Failure::Computation(error.to_string()))
    }

    /// One row for each point: its settings in words, and the value.
    pub(super) fn bars(&self, scenario: &Scenario) -> Result<Numbers, Failure> {
        let cells = self.columns(["value", "lower", "upper", "pure"])?;
        let rows = self.rows(|point| u128::from(point) < BARS_MOST)?.into_iter().map(|(point, row)| {
            let [group, label] = words::row(scenario, &scenario.sweep.positions(point));
            let numbers = cells.iter().map(|column| row.get(*column).unwrap_or_default().to_owned());
            [group, label].into_iter().chain(numbers).collect()
        });
        let header = ["group", "label", "value", "lower", "upper", "pure"].map(str::to_owned).to_vec();
        Numbers::new(header, rows.collect()).map_err(|error| Failure::Computation(error.to_string()))
    }

    fn starting_with(&self, prefix: &str) -> Vec<String> {
        self.header.iter().filter(|name| name.starts_with(prefix)).cloned().collect()
    }
}

/// The cell of a numeric axis.
fn numeric(x: &str, cell: String) -> Result<String, Failure> {
    if cell.parse::<f64>().is_ok() {
        return Ok(cell);
    }
    let message = format!("`{x}` is not numeric, so no figure has it as its axis");
    Err(Failure::input(Diagnostic::error("not-a-number", message).found(format!("`{cell}`"))))
}

fn sort_by_key(rows: &mut [Vec<String>]) {
    let key = |row: &Vec<String>| row[0].parse::<f64>().unwrap_or(0.0);
    rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
}

fn unreadable(path: &Path, error: &csv::Error) -> Failure {
    Failure::input(Diagnostic::error("unreadable", format!("cannot read `{}`: {error}", path.display())))
}

/// Which points lie on an axis, with the other keys of a grid at their first values.
fn on_axis(sweep: &Sweep, x: &str) -> impl Fn(u64) -> bool {
    let axis = sweep.axes.iter().position(|axis| axis.path == x);
    let shown = along(sweep, x);
    move |point| {
        let positions = sweep.positions(point);
        let zip = sweep.mode == SweepMode::Zip;
        let others_first = positions.iter().enumerate().all(|(k, position)| zip || Some(k) == axis || *position == 0);
        others_first && shown(&positions)
    }
}

/// Which positions are shown along an axis: all, thinned to what a figure can show.
fn along(sweep: &Sweep, x: &str) -> impl Fn(&[u64]) -> bool + use<> {
    let axis = sweep.axes.iter().position(|axis| axis.path == x);
    let length = axis.map_or(1, |axis| u64::try_from(sweep.axes[axis].len()).unwrap_or(u64::MAX));
    let step = length.div_ceil(POINTS_MOST).max(1);
    move |positions| {
        let along = axis.map_or(0, |axis| positions[axis]);
        along % step == 0 || along + 1 == length
    }
}
