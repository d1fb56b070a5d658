//! Lays a scenario out on its source: which numbers enter the loss and the constraints, and what missing cells mean.

use std::collections::HashSet;

use super::ScenarioFile;
use super::document::Place;
use super::evidence::Benign;
use super::loss::{Factor, Part};
use super::parameters::Parameters;
use super::reader::Problems;
use super::schema::{ConstraintTable, Harm, LossForm, MetricRows, MissingMode, Scenario, SourceTable};
use super::selection::{Cell, Selection, Use, list_cells};
use super::template::{Column, Detector, Secondary, Template};
use super::terms::Terms;
use super::value::Name;
use super::warnings::{self, Seen};
use crate::constraint::{Constraint, Sense};
use crate::diagnostic::{Diagnostic, one_of};
use crate::matrix::{AttackId, DefenceId, LossMatrix, Names, PayoffKind};
use crate::measured::{BASELINE, MeasurementTable};
use crate::payoffs::Payoffs;
use crate::rational::{self, Rational, to_text as shown};

/// A table of measurements with what a scenario takes of it.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    /// The path of the source in the scenario.
    pub(super) path: &'a str,
    pub(super) table: &'a MeasurementTable,
    pub(super) source: &'a SourceTable,
    /// Values in place of the printed ones, by row.
    pub(super) values: Option<&'a [Option<Rational>]>,
}

/// A template on a table of measurements.
pub(super) fn measured(file: &ScenarioFile, input: &Input<'_>, problems: &Problems) -> Option<Template> {
    let Input { table, source, .. } = *input;
    let scenario = &file.scenario;
    let selection = Selection::new(&file.document, input, problems)?;
    let (m, n) = (selection.attacks.len(), selection.defences.len());
    let metric = source.metric.as_ref()?;
    let is_stressed = scenario.stress.as_ref().is_some_and(|stress| stress.adaptive_uplift.is_some());
    let wanted = if scenario.loss.form == LossForm::Single && !is_stressed { Use::Security } else { Use::Rate };
    let security = selection.grid(metric, "source.metric", wanted);
    let (unit, trials) = selection.unit_and_trials(&security);
    let ranges = ranges(scenario, &selection, &security);
    let mut parts = Parts { rows: m, columns: n, ranges: &ranges, highest: Vec::new(), lowest: Vec::new() };
    let loss = &scenario.loss;
    let mut missing: HashSet<usize> = absent(&security);
    match loss.form {
        LossForm::Single => parts.push(Factor::One, &security),
        LossForm::Weighted => {
            parts.push(Factor::Weight, &security);
            if let Some(utility) = &loss.utility {
                parts.push_columns(Factor::Rest, &selection.benign(utility, "loss.utility", Use::Utility));
            }
        }
        LossForm::BaseRate => {
            parts.push(Factor::Harm, &security);
            if let Some(metric) = &loss.utility_under_attack {
                let cells = selection.grid(metric, "loss.utility_under_attack", Use::Utility);
                missing.extend(absent(&cells));
                parts.push(Factor::FailureUnderAttack, &cells);
            }
            for (metric, key, factor, wanted) in [
                (&loss.utility, "loss.utility", Factor::BenignFailure, Use::Utility),
                (&loss.over_refusal, "loss.over_refusal", Factor::Refusal, Use::Burden),
                (&loss.latency, "loss.latency", Factor::Latency, Use::Burden),
                (&loss.cost, "loss.cost", Factor::Cost, Use::Burden),
            ] {
                if let Some(metric) = metric {
                    parts.push_columns(factor, &selection.benign(metric, key, wanted));
                }
            }
        }
    }
    if let Some(uplift) = scenario.stress.as_ref().and_then(|stress| stress.adaptive_uplift.as_ref()) {
        parts.uplift(&uplift.0);
    }
    check_harms(file, &selection.attacks, problems);
    check_bounds(file, &selection, problems);
    let constraints = scenario
        .constraint
        .iter()
        .enumerate()
        .filter(|(_, table)| speaks_of(table, input.path))
        .map(|(position, table)| Constraint {
            name: table.name.clone(),
            metric: table.metric.text.clone(),
            sense: if table.min.is_some() { Sense::Floor } else { Sense::Cap },
            bound: table.min.as_ref().or(table.max.as_ref()).map_or(Rational::ZERO, |bound| bound.0.clone()),
            coefficients: coefficients(&selection, table, position).into(),
        })
        .collect();
    let model = source.model.as_ref()?;
    let modalities: HashSet<_> =
        table.rows.iter().filter(|row| row.model == model.text).map(|row| row.modality.as_str()).collect();
    let complete = missing.is_empty();
    let single = loss.form == LossForm::Single && !is_stressed;
    // Values put in place of printed ones have no text of their own.
    let written = if single && complete && input.values.is_none() {
        security.iter().flatten().map(written_text).collect()
    } else {
        Vec::new()
    };
    let attacker_cost = match &loss.attacker_cost {
        Some(metric) => selection.grid(metric, "loss.attacker_cost", Use::Burden),
        None => Vec::new(),
    };
    if let (Some(metric), true) = (&loss.attacker_cost, attacker_cost.iter().any(Option::is_none)) {
        let unknown = list_cells(&selection.attacks, &selection.defences, &sorted(&absent(&attacker_cost)));
        let problem = Diagnostic::error("missing-cells", "what an attack costs is not known everywhere");
        let problem = problem.found(format!("none for {unknown}"));
        problems.push(file.locate(problem, &metric.place).key("loss.attacker_cost"));
    }
    let then = scenario.game.then.iter().flatten().map(|metric| Secondary {
        metric: metric.text.clone(),
        is_gain: selection.is_benign_gain(metric),
        coefficients: selection.benign(metric, "game.then", Use::Raw),
    });
    let benign = match scenario.bits.as_ref().map(|bits| &bits.benign) {
        Some(Benign::Metric(metric)) if metric.text != "unknown" => {
            Some(selection.benign(metric, "bits.benign", Use::Burden))
        }
        _ => None,
    };
    let false_positives = source.false_positives.as_ref();
    let false_positives = false_positives
        .map(|metric| selection.benign(metric, &format!("{}.false_positives", input.path), Use::Security));
    let alarms = match (&false_positives, &loss.over_refusal) {
        (Some(rates), _) => Some(rates.clone()),
        (None, Some(metric)) if problems.is_empty() && selection.is_benign_share(metric) => {
            Some(selection.benign(metric, "loss.over_refusal", Use::Burden))
        }
        (None, _) => None,
    };
    let seen = Seen { file, source, table, selection: &selection, security: &security, trials };
    let warnings = warnings::of_source(&seen);
    let assumed = scenario.noise.as_ref().and_then(|noise| noise.n);
    let is_rate = unit == "fraction";
    let mut template = Template {
        false_positives,
        lowest: if complete { Vec::new() } else { parts.lowest },
        written,
        constraints,
        parameters: Parameters::of(scenario, &selection.attacks),
        channel: if modalities.len() == 1 { modalities.into_iter().next().map(str::to_owned) } else { None },
        row_channels: vec![None; m],
        columns: singles(&selection.defences),
        base: selection.defences.iter().map(|defence| (None, defence.clone())).collect(),
        attacker_cost: attacker_cost.into_iter().map(|cell| cell.map_or(Rational::ZERO, |cell| cell.loss)).collect(),
        then: then.collect(),
        benign,
        loss_name: loss_name(scenario, metric, &unit),
        terms: Some(Terms::of(scenario, &selection, &unit)),
        refused: refused(scenario, &selection),
        detectors: if is_rate { detectors(&selection, &security, alarms.unwrap_or_default()) } else { Vec::new() },
        trials: trials.or(assumed),
        has_rates: single && is_rate,
        warnings,
        attacks: selection.attacks.clone(),
        defences: selection.defences.clone(),
        ..Template::of_parts(PayoffKind::Rational, parts.highest)
    };
    if !complete && problems.is_empty() {
        treat_missing(file, &mut template, &missing, problems);
    }
    Some(template)
}

/// The rows that the cells of the security metric are read from.
pub(super) fn security_rows(file: &ScenarioFile, input: &Input<'_>, problems: &Problems) -> Option<Vec<usize>> {
    let selection = Selection::new(&file.document, input, problems)?;
    let cells = selection.grid(input.source.metric.as_ref()?, "source.metric", Use::Security);
    Some(cells.into_iter().flatten().map(|cell| cell.row).collect())
}

/// The limited metric of each defence.
fn coefficients(selection: &Selection<'_>, table: &ConstraintTable, position: usize) -> Vec<Rational> {
    let key = format!("constraint[{position}].metric");
    match table.rows {
        None | Some(MetricRows::Benign) => selection.benign(&table.metric, &key, Use::Raw),
        Some(MetricRows::WorstAttack) => selection.worst(&table.metric, &key, table.min.is_some()),
    }
}

/// Of each limited metric its amount when every request is refused, where that is known.
fn refused(scenario: &Scenario, selection: &Selection<'_>) -> Vec<(String, Rational)> {
    let of = |table: &ConstraintTable| {
        let is_benign = table.rows.is_none_or(|rows| rows == MetricRows::Benign);
        Some((table.name.clone(), selection.refused(&table.metric, is_benign)?))
    };
    scenario.constraint.iter().filter_map(of).collect()
}

/// What each defence blocks, at most of attacks, and of benign traffic.
fn detectors(selection: &Selection<'_>, security: &[Option<Cell>], alarms: Vec<Rational>) -> Vec<Detector> {
    let of = |(j, alarms): (usize, Rational)| {
        let losses = security.iter().skip(j).step_by(selection.defences.len()).flatten().map(|cell| &cell.loss);
        Some(Detector { name: selection.defences[j].clone(), catches: Rational::ONE - losses.min()?, alarms })
    };
    let all = alarms.into_iter().enumerate().filter_map(of);
    all.filter(|detector| detector.name != BASELINE).collect()
}

/// Whether a constraint speaks of the defences of a source or channel.
fn speaks_of(constraint: &ConstraintTable, path: &str) -> bool {
    constraint.channel.as_ref().is_none_or(|channel| path.strip_prefix("channels.") == Some(channel.text.as_str()))
}

/// Columns that deploy one defence each.
fn singles(defences: &[String]) -> Vec<Column> {
    defences.iter().map(|defence| Column { channel: None, defences: vec![defence.clone()] }).collect()
}

fn sorted(positions: &HashSet<usize>) -> Vec<usize> {
    let mut positions: Vec<_> = positions.iter().copied().collect();
    positions.sort_unstable();
    positions
}

fn written_text(cell: &Cell) -> String {
    cell.written.clone().unwrap_or_else(|| shown(&cell.loss))
}

fn absent(cells: &[Option<Cell>]) -> HashSet<usize> {
    (0..cells.len()).filter(|position| cells[*position].is_none()).collect()
}

fn loss_name(scenario: &Scenario, metric: &Name, unit: &str) -> String {
    match scenario.loss.form {
        LossForm::Single if metric.text == "asr" => "attack success rate".to_owned(),
        LossForm::Single if unit == "fraction" || unit.is_empty() => format!("loss ({})", metric.text),
        LossForm::Single => format!("loss ({}, {unit})", metric.text),
        LossForm::Weighted => "weighted loss".to_owned(),
        LossForm::BaseRate => "expected loss per request".to_owned(),
    }
}

/// Matrices of the loss while they are laid out.
struct Parts<'a> {
    rows: usize,
    columns: usize,
    /// What each cell may be if it is missing, lowest and highest.
    ranges: &'a [[Rational; 2]],
    highest: Vec<Part>,
    lowest: Vec<Part>,
}

impl Parts<'_> {
    /// Adds one number per cell.
    fn push(&mut self, factor: Factor, cells: &[Option<Cell>]) {
        let with = |end: usize| {
            let known = |(cell, range): (&Option<Cell>, &[Rational; 2])| {
                cell.as_ref().map_or_else(|| range[end].clone(), |cell| cell.loss.clone())
            };
            Payoffs::new(cells.iter().zip(self.ranges).map(known).collect())
        };
        self.lowest.push(Part { factor, payoffs: with(0) });
        self.highest.push(Part { factor, payoffs: with(1) });
    }

    /// The security metric, which is the first part, under an attacker who adapts: `m + u(1 - m)`.
    fn uplift(&mut self, uplift: &Rational) {
        for part in self.highest.first_mut().into_iter().chain(self.lowest.first_mut()) {
            let entries = part.payoffs.to_rationals();
            let raised = entries.iter().map(|m| m + uplift * (Rational::ONE - m));
            part.payoffs = Payoffs::new(raised.collect());
        }
    }

    /// Adds one number per defence, the same for every attack.
    fn push_columns(&mut self, factor: Factor, column: &[Rational]) {
        let entries = (0..self.rows * self.columns).map(|p| column[p % self.columns].clone()).collect();
        let part = Part { factor, payoffs: Payoffs::new(entries) };
        self.lowest.push(part.clone());
        self.highest.push(part);
    }
}

/// What each cell may be if it is missing.
fn ranges(scenario: &Scenario, selection: &Selection<'_>, security: &[Option<Cell>]) -> Vec<[Rational; 2]> {
    let n = selection.defences.len();
    let baseline = selection.defences.iter().position(|defence| defence == BASELINE);
    let [low, high] = &scenario.missing.range;
    (0..security.len())
        .map(|position| {
            let undefended = baseline.and_then(|j| security[position / n * n + j].as_ref()).map(|cell| &cell.loss);
            let mut range = [low.0.clone(), high.0.clone()];
            if let Some(undefended) = undefended.filter(|_| scenario.missing.monotone) {
                range[1] = rational::min(range[1].clone(), undefended.clone());
                range[0] = rational::min(range[0].clone(), range[1].clone());
            }
            range
        })
        .collect()
}

/// A bound on a share that no share can reach is a slip of the pen: a percentage for a fraction.
fn check_bounds(file: &ScenarioFile, selection: &Selection<'_>, problems: &Problems) {
    for constraint in &file.scenario.constraint {
        let (key, bound) = match (&constraint.min, &constraint.max) {
            (Some(bound), _) => ("min", bound),
            (None, Some(bound)) => ("max", bound),
            (None, None) => continue,
        };
        let possible = bound.0 >= Rational::ZERO && bound.0 <= Rational::ONE;
        if !possible && selection.is_benign_share(&constraint.metric) {
            let path = format!("constraint.{}.{key}", constraint.name);
            let place = file.document.place_of(&path).unwrap_or_default();
            let problem =
                Diagnostic::error("out-of-range", format!("`{}` is measured in shares", constraint.metric.text))
                    .expected("a bound from 0 to 1")
                    .found(format!("`{}`", shown(&bound.0)))
                    .hint("write 0.18 for 18 %");
            problems.push(file.locate(problem, &place).key(path));
        }
    }
}

fn check_harms(file: &ScenarioFile, attacks: &[String], problems: &Problems) {
    let Some(Harm::PerAttack(harms)) = &file.scenario.loss.h else { return };
    let place = file.document.place_of("loss.h").unwrap_or_default();
    let unknown: Vec<_> = harms.keys().filter(|name| !attacks.contains(name)).collect();
    let unnamed: Vec<_> = attacks.iter().filter(|name| !harms.contains_key(*name)).map(String::as_str).collect();
    for name in unknown {
        let problem = Diagnostic::error("unknown-name", format!("unknown attack `{name}`"))
            .suggest(name, attacks.iter().map(String::as_str));
        problems.push(file.locate(problem, &place).key("loss.h"));
    }
    if !unnamed.is_empty() {
        let problem = Diagnostic::error("missing-key", "`h` does not name every attack")
            .expected("a harm for each attack")
            .found(format!("none for {}", unnamed.join(", ")));
        problems.push(file.locate(problem, &place).key("loss.h"));
    }
}

/// Does what `missing.mode` says.
fn treat_missing(file: &ScenarioFile, template: &mut Template, missing: &HashSet<usize>, problems: &Problems) {
    let (m, n) = (template.attacks.len(), template.defences.len());
    let positions = sorted(missing);
    let listed = list_cells(&template.attacks, &template.defences, &positions);
    let rows: Vec<_> = (0..m).collect();
    let columns: Vec<_> = (0..n).collect();
    let place =
        || file.document.place_of("missing.mode").or_else(|| file.document.place_of("source")).unwrap_or_default();
    match file.scenario.missing.mode {
        MissingMode::Error => {
            let problem =
                Diagnostic::error("missing-cells", format!("{} of {} cells were not measured", positions.len(), m * n))
                    .expected("a measurement for every attack and defence")
                    .found(format!("none for {listed}"))
                    .hint("choose `missing.mode`: `bounds` solves for the interval they leave open");
            problems.push(file.locate(problem, &place()).key("missing.mode"));
            return;
        }
        MissingMode::Bounds => {
            let is_monotone = file.scenario.missing.monotone;
            template.warnings.push(warnings::open_cells(positions.len(), m * n, &listed, is_monotone));
            return;
        }
        MissingMode::DropDefences => {
            let kept: Vec<_> = columns.into_iter().filter(|j| !positions.iter().any(|p| p % n == *j)).collect();
            if !kept.is_empty() {
                template.keep(&rows, &kept);
            }
        }
        MissingMode::DropAttacks => {
            let (kept, dropped): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|i| !positions.iter().any(|p| p / n == *i));
            let names: Vec<_> = dropped.iter().map(|i| template.attacks[*i].as_str()).collect();
            template.warnings.push(warnings::dropped_attacks(&names));
            if !kept.is_empty() {
                template.keep(&kept, &columns);
            }
        }
    }
    if (template.attacks.len(), template.defences.len()) == (m, n) {
        let problem = Diagnostic::error("empty-selection", "leaving out what has a missing cell leaves nothing")
            .found(format!("missing: {listed}"))
            .hint("choose another `missing.mode`");
        problems.push(file.locate(problem, &place()).key("missing.mode"));
        return;
    }
    // What is left is complete, so its two ends are the same.
    template.lowest = Vec::new();
}

/// A template on a plain game, whose entries are the loss itself.
pub(super) fn plain(
    file: &ScenarioFile,
    matrix: &LossMatrix,
    source: &SourceTable,
    problems: &Problems,
) -> Option<Template> {
    if let Some(stress) = file.scenario.stress.as_ref().filter(|stress| stress.adaptive_uplift.is_some()) {
        let _ = stress;
        let place = file.document.place_of("stress.adaptive_uplift").unwrap_or_default();
        let problem = Diagnostic::error("plain-game", "an uplift is of a success rate");
        problems.push(file.locate(problem, &place).key("stress.adaptive_uplift"));
    }
    let refuse = |place: &Place, key: &str, message: &str| {
        let problem = Diagnostic::error("plain-game", message.to_owned())
            .hint(format!("`{}` is a plain game: its entries are the loss itself", source.file));
        problems.push(file.locate(problem, place).key(key));
    };
    for (key, name) in [("source.model", &source.model), ("source.metric", &source.metric)] {
        if let Some(name) = name {
            refuse(&name.place, key, "a plain game has no models and metrics to choose from");
        }
    }
    if let Some(first) = source.places.iter().flatten().next() {
        refuse(&first.place, "source.where", "a plain game has no `where` column");
    }
    if file.scenario.loss.form != LossForm::Single {
        let place = file.document.place_of("loss.form").unwrap_or_default();
        refuse(&place, "loss.form", "a plain game has only one metric");
    }
    for (position, constraint) in file.scenario.constraint.iter().enumerate() {
        refuse(&constraint.metric.place, &format!("constraint[{position}].metric"), "a plain game has no benign rows");
    }
    let rows =
        choose(file, matrix.attacks(), source.attacks.as_deref(), source.drop_attacks.as_deref(), "attack", problems);
    let columns = choose(
        file,
        matrix.defences(),
        source.defences.as_deref(),
        source.drop_defences.as_deref(),
        "defence",
        problems,
    );
    let rows: Vec<_> = rows.into_iter().map(AttackId).collect();
    let columns: Vec<_> = columns.into_iter().map(DefenceId).collect();
    let Some(kept) = matrix.restricted(&rows, &columns) else {
        let problem = Diagnostic::error("empty-selection", "the selection leaves no game to play");
        problems.push(file.locate(problem, &file.document.place_of("source").unwrap_or_default()).key("source"));
        return None;
    };
    let written = kept
        .attack_ids()
        .flat_map(|i| kept.defence_ids().map(move |j| (i, j)))
        .map(|(i, j)| kept.written(i, j))
        .collect();
    Some(Template {
        attacks: kept.attacks().clone(),
        defences: kept.defences().clone(),
        written,
        parameters: Parameters::of(&file.scenario, kept.attacks()),
        row_channels: vec![None; kept.attacks().len()],
        columns: singles(kept.defences()),
        base: kept.defences().iter().map(|defence| (None, defence.clone())).collect(),
        ..Template::of_parts(kept.kind(), vec![Part { factor: Factor::One, payoffs: kept.payoffs().clone() }])
    })
}

/// Positions of the names that a plain game is restricted to.
fn choose(
    file: &ScenarioFile,
    known: &Names,
    listed: Option<&[Name]>,
    dropped: Option<&[Name]>,
    player: &str,
    problems: &Problems,
) -> Vec<usize> {
    for name in listed.into_iter().chain(dropped).flatten().filter(|name| !known.contains(&name.text)) {
        let problem = Diagnostic::error("unknown-name", format!("unknown {player} `{}`", name.text))
            .expected(one_of(known.iter().map(String::as_str)))
            .suggest(&name.text, known.iter().map(String::as_str));
        problems.push(file.locate(problem, &name.place).key(format!("source.{player}s")));
    }
    let kept = |position: &usize| !dropped.into_iter().flatten().any(|name| name.text == known[*position]);
    match listed {
        Some(names) => {
            names.iter().filter_map(|name| known.iter().position(|k| *k == name.text)).filter(kept).collect()
        }
        None => (0..known.len()).filter(kept).collect(),
    }
}
