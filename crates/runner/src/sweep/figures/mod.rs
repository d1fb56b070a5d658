//! The figures of a results folder: their numbers from written rows, their pictures from those numbers.
//!
//! A figure's numbers lie beside it as `figures/<name>.csv`, and the picture is drawn from that file alone.
//!
//! | numbers from | kinds |
//! |---|---|
//! | `points.csv`, so that `plot` makes them anew | allocation, attack-mix, frontier, lines, bars |
//! | the games, when the sweep is written | payoffs, transfer, ranking, uncertainty, allocation of sets of defences |

mod points;
mod solved;
mod words;

use std::collections::BTreeMap;
use std::path::Path;

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::scenario::{Axis, FigureKind, FigureTable, Name, Place, Ranked, Scenario, Strategy, SweepMode};
use saddlepoint_solver::{Method, Settings};

use self::points::Points;
use super::plan::Plan;
use crate::atomic;
use crate::failure::Failure;
use crate::figure::{self, Labels, Numbers};
use crate::input::Loaded;

/// Width of the PNG beside each SVG, in pixels: 8.5 cm at 600 dots per inch.
const PNG_WIDTH: u32 = 2008;

/// Fewest values of a swept key that a line is drawn along by itself.
const LINE_LEAST: u128 = 4;

/// Most cells of a game whose strategies are left out one by one.
const RANKED_MOST: usize = 4_096;

/// The scenario's figures with every default filled in, and default ones where it names none.
///
/// What cannot be drawn is left out: along the sweep if no swept key is numeric, the pay-offs if they fit no page.
pub(crate) fn resolve(loaded: &Loaded) -> Vec<FigureTable> {
    let (scenario, template) = (&loaded.file.scenario, &loaded.template);
    let axis = numeric_axis(scenario);
    let drawable = |figure: &FigureTable| can_be_drawn(loaded, figure);
    let defaults = default_kinds(loaded).into_iter();
    let defaults = defaults.map(|kind| FigureTable { kind, x: None, x_label: None, y: None, of: None, title: None });
    let named: Vec<_> = scenario.figure.iter().filter(|figure| drawable(figure)).cloned().collect();
    let named: Vec<_> = if named.is_empty() { defaults.filter(drawable).collect() } else { named };
    let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
    let complete = |figure: FigureTable| {
        let of = (figure.kind == FigureKind::Ranking).then(|| ranked(loaded, &figure));
        let loss = template.loss_name();
        let measured = match of {
            Some(Ranked::Defences) => format!("rise of the {loss} without it"),
            Some(Ranked::Attacks) => format!("fall of the {loss} without it"),
            Some(Ranked::Measurements) => format!("the interval of the {loss} narrows by at least"),
            None => loss.to_owned(),
        };
        FigureTable {
            x: if is_along(figure.kind) {
                figure.x.or_else(|| axis.map(|axis| Name { text: axis.path.clone(), place: Place::default() }))
            } else {
                None
            },
            x_label: figure.x_label,
            y: Some(figure.y.unwrap_or(measured)),
            of,
            title: Some(figure.title.unwrap_or_else(|| title.clone())),
            kind: figure.kind,
        }
    };
    named.into_iter().map(complete).collect()
}

/// The first swept key with numbers.
fn numeric_axis(scenario: &Scenario) -> Option<&Axis> {
    scenario.sweep.axes.iter().find(|axis| axis.is_numeric())
}

/// The figures of a scenario that asks for none, the most telling first.
fn default_kinds(loaded: &Loaded) -> Vec<FigureKind> {
    let (scenario, sweep) = (&loaded.file.scenario, &loaded.file.scenario.sweep);
    let several = loaded.template.groups().len() > 1;
    let is_bounded = |axis: &Axis| axis.path.starts_with("constraint.") || axis.path.starts_with("budget.");
    let mut kinds = match numeric_axis(scenario) {
        None if sweep.is_empty() => vec![FigureKind::Payoffs],
        None => vec![FigureKind::Bars],
        Some(axis) if sweep.axes.len() > 1 && axis.len() < LINE_LEAST => vec![FigureKind::Bars],
        Some(_) if sweep.mode == SweepMode::Grid && sweep.axes.len() > 1 => {
            vec![FigureKind::Lines, FigureKind::Allocation]
        }
        Some(axis) if is_bounded(axis) => {
            vec![FigureKind::Frontier, FigureKind::Allocation, FigureKind::AttackMix]
        }
        Some(_) => vec![FigureKind::Allocation, FigureKind::AttackMix],
    };
    if several {
        kinds.insert(0, FigureKind::Transfer);
    }
    if scenario.noise.is_some() {
        kinds.push(FigureKind::Uncertainty);
    }
    if sweep.is_empty() && !fits_a_page(loaded) {
        kinds.extend([FigureKind::Ranking, FigureKind::Bars]);
    }
    kinds
}

fn fits_a_page(loaded: &Loaded) -> bool {
    loaded.template.attacks().len().max(loaded.template.defences().len()) <= figure::MATRIX_MOST
}

/// Whether the sweep and the game have what a figure shows. After `--set` on the swept key, for one, there is no axis.
fn can_be_drawn(loaded: &Loaded, figure: &FigureTable) -> bool {
    let (sweep, template) = (&loaded.file.scenario.sweep, &loaded.template);
    let axis = match &figure.x {
        Some(x) => sweep.axes.iter().find(|axis| axis.path == x.text),
        None => numeric_axis(&loaded.file.scenario),
    };
    match figure.kind {
        FigureKind::Payoffs => fits_a_page(loaded),
        FigureKind::Transfer => template.groups().len() > 1,
        FigureKind::Bars => sweep.points() <= points::BARS_MOST,
        FigureKind::Ranking => {
            let is_small = template.attacks().len() * template.columns().len() <= RANKED_MOST;
            let is_plain = template.blocks().is_empty() && template.portfolios().is_none();
            is_small && is_plain && (ranked(loaded, figure) != Ranked::Measurements || template.is_open())
        }
        FigureKind::Uncertainty => loaded.file.scenario.noise.is_some(),
        FigureKind::Lines => {
            let lines = axis.map_or(0, |axis| sweep.points() / axis.len().max(1));
            axis.is_some() && (sweep.mode == SweepMode::Zip || lines <= points::LINES_MOST)
        }
        FigureKind::Allocation | FigureKind::AttackMix | FigureKind::Frontier => axis.is_some(),
    }
}

/// What a ranking ranks.
fn ranked(loaded: &Loaded, figure: &FigureTable) -> Ranked {
    figure.of.unwrap_or(if loaded.template.is_open() { Ranked::Measurements } else { Ranked::Defences })
}

/// Whether a figure has a swept key as its axis.
fn is_along(kind: FigureKind) -> bool {
    matches!(kind, FigureKind::Allocation | FigureKind::AttackMix | FigureKind::Frontier | FigureKind::Lines)
}

/// Whether the allocation of a figure is of defences that are deployed in sets.
fn is_of_sets(scenario: &Scenario, kind: FigureKind) -> bool {
    let sets = scenario.coverage.is_some() || scenario.game.strategy == Some(Strategy::Portfolios);
    sets && kind == FigureKind::Allocation
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

/// Writes the numbers of every figure that `points.csv` holds.
///
/// # Errors
/// [`Failure::Input`] if a figure asks for an axis that is not numeric; else what prevents reading or writing.
pub(crate) fn write_numbers(scenario: &Scenario, out: &Path) -> Result<(), Failure> {
    let path = out.join("points.csv");
    let mut points = None;
    for (figure, name) in scenario.figure.iter().zip(names(&scenario.figure)) {
        let is_written = is_along(figure.kind) || figure.kind == FigureKind::Bars;
        if !is_written || is_of_sets(scenario, figure.kind) {
            continue;
        }
        let points = match &points {
            Some(points) => points,
            None => points.insert(Points::open(&path)?),
        };
        let numbers = match (&figure.x, figure.kind) {
            (_, FigureKind::Bars) => points.bars(scenario)?,
            (Some(x), FigureKind::Lines) => points.lines(scenario, &x.text)?,
            (Some(x), kind) => points.along(&scenario.sweep, &x.text, kind)?,
            (None, _) => continue,
        };
        write_figure(out, &name, "csv", numbers.to_csv().as_bytes())?;
    }
    Ok(())
}

/// Writes the numbers of the figures that show the game of the first point, not its written row.
///
/// # Errors
/// What prevents solving or writing.
pub(crate) fn write_solved(plan: &Plan, scenario: &Scenario, settings: &Settings, out: &Path) -> Result<(), Failure> {
    let path = out.join("points.csv");
    let settings = Settings { method: Method::Exact, ..settings.clone() };
    for (figure, name) in scenario.figure.iter().zip(names(&scenario.figure)) {
        let numbers = match (figure.kind, &figure.x) {
            (kind, Some(x)) if is_of_sets(scenario, kind) => Points::open(&path)?.deployed(plan, &x.text)?,
            (FigureKind::Payoffs, _) => solved::payoffs(plan, &Points::open(&path)?)?,
            (FigureKind::Uncertainty, _) => solved::uncertainty(plan, &Points::open(&path)?, &settings)?,
            (FigureKind::Transfer, _) => solved::transfers(plan, &settings)?,
            (FigureKind::Ranking, _) => solved::ranking(plan, figure.of.unwrap_or(Ranked::Defences), &settings)?,
            _ => continue,
        };
        write_figure(out, &name, "csv", numbers.to_csv().as_bytes())?;
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
        let labels = labels(scenario, table);
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

/// The words on a figure.
fn labels(scenario: &Scenario, table: &FigureTable) -> Labels {
    let x = match (table.kind, &table.x) {
        _ if table.x_label.is_some() => table.x_label.clone().unwrap_or_default(),
        (FigureKind::Bars, _) => words::rows_key(scenario),
        (FigureKind::Uncertainty, _) => "what is known of the value".to_owned(),
        (FigureKind::Ranking, _) => match table.of {
            Some(Ranked::Attacks) => "attack",
            Some(Ranked::Measurements) => "cell to measure next",
            Some(Ranked::Defences) | None => "defence",
        }
        .to_owned(),
        (_, Some(x)) => words::key(scenario, &x.text),
        (_, None) => String::new(),
    };
    // Where a figure shows part of the sweep it says which; a transfer is the same wherever its concept stands.
    let first = vec![0; scenario.sweep.axes.len()];
    let note = match (table.kind, &table.x) {
        (FigureKind::Bars | FigureKind::Lines | FigureKind::Transfer, _) => String::new(),
        (_, Some(x)) => words::others(scenario, &x.text, &first),
        (_, None) => words::others(scenario, "", &first),
    };
    Labels {
        title: table.title.clone().unwrap_or_default(),
        x,
        value: table.y.clone().unwrap_or_default(),
        note: (!note.is_empty()).then_some(note),
    }
}

fn write_figure(out: &Path, name: &str, ending: &str, bytes: &[u8]) -> Result<(), Failure> {
    let folder = out.join("figures");
    atomic::folder(&folder)?;
    atomic::write(&folder.join(format!("{name}.{ending}")), |file| file.write_all(bytes))
}
