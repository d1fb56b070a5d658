//! The figures of a results folder: their numbers from written rows, their pictures from those numbers.
//!
//! A figure's numbers lie beside it as `figures/<name>.csv`, and the picture is drawn from that file alone.

use std::collections::BTreeMap;
use std::path::Path;

use csv::StringRecord;
use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::rational::to_text;
use saddlepoint_game::scenario::{FigureKind, FigureTable, Name, Place, Scenario, Sweep, SweepMode, split_path};

use super::plan::Plan;
use crate::atomic;
use crate::failure::Failure;
use crate::figure::{self, Labels, Numbers};
use crate::input::Loaded;

/// Most points along a figure's horizontal axis; more cannot be told apart at column width.
const POINTS_MOST: u64 = 1_000;

/// Width of the PNG beside each SVG, in pixels: 8.5 cm at 600 dots per inch.
const PNG_WIDTH: u32 = 2008;

/// The scenario's figures with every default filled in, and default ones where it names none.
///
/// What cannot be drawn is left out: along the sweep if no swept key is numeric, the pay-offs if they fit no page.
pub(crate) fn resolve(loaded: &Loaded) -> Vec<FigureTable> {
    let (scenario, template) = (&loaded.file.scenario, &loaded.template);
    let axis = scenario.sweep.axes.iter().find(|axis| axis.is_numeric()).map(|axis| axis.path.clone());
    let fits = template.attacks().len().max(template.defences().len()) <= figure::MATRIX_MOST;
    let bounded = axis.as_ref().is_some_and(|path| path.starts_with("constraint."));
    let kinds = match (&axis, bounded) {
        (None, _) => vec![FigureKind::Payoffs],
        (Some(_), false) => vec![FigureKind::Allocation, FigureKind::AttackMix],
        (Some(_), true) => vec![FigureKind::Frontier, FigureKind::Allocation, FigureKind::AttackMix],
    };
    let defaults = kinds.into_iter().map(|kind| FigureTable { kind, x: None, y: None, title: None });
    // Where nothing is swept, as after `--set` on the swept key, there is no axis to draw along.
    let drawable = |figure: &FigureTable| match figure.kind {
        FigureKind::Payoffs => fits,
        _ => figure.x.is_some() || axis.is_some(),
    };
    let named: Vec<_> = scenario.figure.iter().filter(|figure| drawable(figure)).cloned().collect();
    let named: Vec<_> = if named.is_empty() { defaults.filter(drawable).collect() } else { named };
    let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    let complete = |figure: FigureTable| FigureTable {
        x: match figure.kind {
            FigureKind::Payoffs => None,
            _ => figure.x.or_else(|| axis.clone().map(|text| Name { text, place: Place::default() })),
        },
        y: Some(figure.y.unwrap_or_else(|| template.loss_name().to_owned())),
        title: Some(figure.title.unwrap_or_else(|| title.clone())),
        kind: figure.kind,
    };
    named.into_iter().map(complete).collect()
}

/// File names of the figures, without ending: the kind, numbered from the second of a kind on.
fn names(figures: &[FigureTable]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    figures
        .iter()
        .map(|figure| {
            let count = seen.entry(figure.kind).and_modify(|count| *count += 1).or_insert(1);
            if *count == 1 { figure.kind.as_str().to_owned() } else { format!("{}-{count}", figure.kind.as_str()) }
        })
        .collect()
}

/// Writes the numbers of every figure that is drawn along the sweep, from `points.csv`.
///
/// # Errors
/// [`Failure::Input`] if a figure asks for an axis that is not numeric; else what prevents reading or writing.
pub(crate) fn write_numbers(scenario: &Scenario, out: &Path) -> Result<(), Failure> {
    let figures = &scenario.figure;
    let path = out.join("points.csv");
    let mut points = None;
    for (figure, name) in figures.iter().zip(names(figures)) {
        let Some(x) = &figure.x else { continue };
        let points = match &points {
            Some(points) => points,
            None => points.insert(Points::open(&path)?),
        };
        let numbers = points.along(&scenario.sweep, &x.text, figure.kind)?;
        write_figure(out, &name, "csv", numbers.to_csv().as_bytes())?;
    }
    Ok(())
}

/// Writes the numbers of the pay-off figures: the game of the first point with its mixes, as written.
pub(crate) fn write_payoffs(plan: &Plan, scenario: &Scenario, out: &Path) -> Result<(), Failure> {
    let figures = &scenario.figure;
    for (figure, name) in figures.iter().zip(names(figures)) {
        if figure.kind == FigureKind::Payoffs {
            let path = out.join("points.csv");
            write_figure(out, &name, "csv", payoffs(plan, &Points::open(&path)?)?.to_csv().as_bytes())?;
        }
    }
    Ok(())
}

/// Draws every figure of a scenario whose figures are complete from its numbers; returns the names of all files.
///
/// # Errors
/// What prevents reading the numbers, drawing, or writing.
pub(crate) fn draw_all(scenario: &Scenario, out: &Path) -> Result<Vec<String>, Failure> {
    let mut written = Vec::new();
    for (table, name) in scenario.figure.iter().zip(names(&scenario.figure)) {
        let path = out.join("figures").join(format!("{name}.csv"));
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let problem = Diagnostic::error("no-such-file", format!("cannot read `{}`: {error}", path.display()));
            Failure::input(problem.hint("the numbers of a figure are written by `sweep`"))
        })?;
        let labels = Labels {
            title: table.title.clone().unwrap_or_default(),
            x: table.x.as_ref().map(|x| axis_label(scenario, &x.text)).unwrap_or_default(),
            value: table.y.clone().unwrap_or_default(),
            note: (table.kind == FigureKind::Payoffs).then(|| first_point(scenario)).flatten(),
        };
        let drawn = Numbers::from_csv(&text).and_then(|numbers| {
            let svg = figure::draw(table.kind, &numbers, &labels)?;
            let png = figure::rasterise(&svg, PNG_WIDTH)?;
            Ok((svg, png))
        });
        let (svg, png) = drawn.map_err(|error| Failure::Computation(format!("failed to draw `{name}`: {error}")))?;
        write_figure(out, &name, "svg", svg.as_bytes())?;
        write_figure(out, &name, "png", &png)?;
        written.extend(["csv", "svg", "png"].map(|ending| format!("{name}.{ending}")));
    }
    Ok(written)
}

/// The point that a pay-off figure shows, in words; `None` where nothing is swept.
fn first_point(scenario: &Scenario) -> Option<String> {
    let settings: Vec<_> =
        scenario.sweep.axes.iter().map(|axis| format!("{} = {}", axis.path, axis.at(0).text())).collect();
    (!settings.is_empty()).then(|| format!("at {}", settings.join(", ")))
}

fn write_figure(out: &Path, name: &str, ending: &str, bytes: &[u8]) -> Result<(), Failure> {
    let folder = out.join("figures");
    atomic::folder(&folder)?;
    atomic::write(&folder.join(format!("{name}.{ending}")), |file| file.write_all(bytes))
}

/// What a swept key is, in words.
fn axis_label(scenario: &Scenario, path: &str) -> String {
    let parts = split_path(path);
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["constraint", name, bound] => {
            let metric = scenario.constraint.iter().find(|constraint| constraint.name == *name);
            let metric = metric.map_or(*name, |constraint| constraint.metric.text.as_str()).replace('_', " ");
            format!("{metric}, at {}", if *bound == "min" { "least" } else { "most" })
        }
        ["game", "attacker_sees", "probe"] => "probability that the attacker sees the draw".to_owned(),
        ["loss", "w"] => "weight w of the security metric".to_owned(),
        ["loss", "pi"] => "share of requests that are attacks".to_owned(),
        ["loss", "h"] => "harm of one successful attack".to_owned(),
        _ => path.to_owned(),
    }
}

/// The written rows of a sweep, read as a stream: a sweep may have more rows than memory.
struct Points<'a> {
    path: &'a Path,
    header: Vec<String>,
}

impl<'a> Points<'a> {
    fn open(path: &'a Path) -> Result<Self, Failure> {
        let mut reader = csv::Reader::from_path(path).map_err(|error| unreadable(path, &error))?;
        let header = reader.headers().map_err(|error| unreadable(path, &error))?;
        Ok(Self { path, header: header.iter().map(str::to_owned).collect() })
    }

    /// The rows of the points that are wanted.
    fn rows(&self, wanted: impl Fn(u64) -> bool) -> Result<Vec<StringRecord>, Failure> {
        let mut reader = csv::Reader::from_path(self.path).map_err(|error| unreadable(self.path, &error))?;
        let mut rows = Vec::new();
        let mut row = StringRecord::new();
        let mut point = 0;
        while reader.read_record(&mut row).map_err(|error| unreadable(self.path, &error))? {
            if wanted(point) {
                rows.push(row.clone());
            }
            point += 1;
        }
        Ok(rows)
    }

    fn column(&self, name: &str) -> Result<usize, Failure> {
        self.header.iter().position(|column| column == name).ok_or_else(|| {
            Failure::input(Diagnostic::error("missing-column", format!("`points.csv` has no column `{name}`")))
        })
    }

    /// The numbers of a figure along one key, with the other keys at their first values.
    fn along(&self, sweep: &Sweep, x: &str, kind: FigureKind) -> Result<Numbers, Failure> {
        let names = match kind {
            FigureKind::Frontier => vec!["pure".to_owned(), "visible".to_owned()],
            FigureKind::AttackMix => self.starting_with("attack:"),
            FigureKind::Allocation | FigureKind::Payoffs => self.starting_with("defence:"),
            FigureKind::Bars | FigureKind::Transfer | FigureKind::Uncertainty | FigureKind::Ranking => {
                let message = format!("`{}` cannot be drawn along a sweep", kind.as_str());
                return Err(Failure::input(Diagnostic::error("no-such-figure", message)));
            }
        };
        let x_column = self.column(x)?;
        let [value, lower, upper] = [self.column("value")?, self.column("lower")?, self.column("upper")?];
        let columns = names.iter().map(|name| self.column(name)).collect::<Result<Vec<_>, _>>()?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in self.rows(on_axis(sweep, x))? {
            let cell = |column: usize| row.get(column).unwrap_or_default().to_owned();
            if cell(x_column).parse::<f64>().is_err() {
                let message = format!("`{x}` is not numeric, so no figure has it as its axis");
                let problem = Diagnostic::error("not-a-number", message).found(format!("`{}`", cell(x_column)));
                return Err(Failure::input(problem));
            }
            // Missing cells leave an interval instead of a value: the line is what the defender can guarantee.
            let line = Some(cell(value)).filter(|value| !value.is_empty()).unwrap_or_else(|| cell(upper));
            let answered = !cell(upper).is_empty();
            let mut cells = vec![cell(x_column), line, cell(lower), cell(upper)];
            cells.extend(columns.iter().map(|column| match cell(*column) {
                // A name that this point's game does not have is not played; a point without an answer is a gap.
                empty if empty.is_empty() && answered && kind != FigureKind::Frontier => "0".to_owned(),
                other => other,
            }));
            rows.push(cells);
        }
        rows.sort_by(|a, b| a[0].parse::<f64>().unwrap_or(0.0).total_cmp(&b[0].parse::<f64>().unwrap_or(0.0)));
        let header = ["x", "value", "lower", "upper"].map(str::to_owned).into_iter().chain(names).collect();
        Numbers::new(header, rows).map_err(|error| Failure::Computation(error.to_string()))
    }

    fn starting_with(&self, prefix: &str) -> Vec<String> {
        self.header.iter().filter(|name| name.starts_with(prefix)).cloned().collect()
    }
}

fn unreadable(path: &Path, error: &csv::Error) -> Failure {
    Failure::input(Diagnostic::error("unreadable", format!("cannot read `{}`: {error}", path.display())))
}

/// Which points lie on an axis: the other keys of a grid at their first values, thinned to what a figure can show.
fn on_axis(sweep: &Sweep, x: &str) -> impl Fn(u64) -> bool {
    let axis = sweep.axes.iter().position(|axis| axis.path == x);
    let length = axis.map_or(1, |axis| u64::try_from(sweep.axes[axis].len()).unwrap_or(u64::MAX));
    let step = length.div_ceil(POINTS_MOST).max(1);
    move |point| {
        let positions = sweep.positions(point);
        let zip = sweep.mode == SweepMode::Zip;
        let others_first = positions.iter().enumerate().all(|(k, position)| zip || Some(k) == axis || *position == 0);
        let along = axis.map_or(0, |axis| positions[axis]);
        others_first && (along % step == 0 || along + 1 == length)
    }
}

/// The loss of every cell at the first point, with both probabilities.
fn payoffs(plan: &Plan, points: &Points<'_>) -> Result<Numbers, Failure> {
    let point = plan.point(0)?;
    let highest = &point.instance.game.loss;
    let lowest = point.instance.lowest.as_ref().map_or(highest, |game| &game.loss);
    let row = points.rows(|point| point == 0)?.into_iter().next();
    let probability = |prefix: &str, name: &str| -> Result<String, Failure> {
        let column = points.column(&format!("{prefix}:{name}"))?;
        let cell = row.as_ref().and_then(|row| row.get(column)).filter(|cell| !cell.is_empty());
        Ok(cell.unwrap_or("0").to_owned())
    };
    let header = ["attack", "defence", "lower", "upper", "attack_probability", "defence_probability"];
    let mut rows = Vec::new();
    for i in highest.attack_ids() {
        for j in highest.defence_ids() {
            let (attack, defence) = (&highest.attacks()[i.0], &highest.defences()[j.0]);
            rows.push(vec![
                attack.clone(),
                defence.clone(),
                decimal(&lowest.loss(i, j)),
                decimal(&highest.loss(i, j)),
                probability("attack", attack)?,
                probability("defence", defence)?,
            ]);
        }
    }
    Numbers::new(header.map(str::to_owned).to_vec(), rows).map_err(|error| Failure::Computation(error.to_string()))
}

/// A number as a decimal that reads back to its nearest double.
fn decimal(value: &saddlepoint_game::rational::Rational) -> String {
    let text = to_text(value);
    if text.contains('/') { saddlepoint_game::rational::to_f64(value).to_string() } else { text }
}
