//! [`Template`]: a scenario laid out on its measurements, ready to become a game for any values of its numbers.

use std::collections::HashSet;
use std::sync::Arc;

use super::ScenarioFile;
use super::document::Place;
use super::loss::{Factor, Part, combine};
use super::parameters::Parameters;
use super::reader::Problems;
use super::schema::{Harm, LossForm, MissingMode, On, Scenario, SourceTable};
use super::selection::{Cell, Selection, Use, list_cells};
use super::value::Name;
use crate::constraint::{Constraint, Game, Sense};
use crate::diagnostic::Diagnostic;
use crate::matrix::{AttackId, DefenceId, LossMatrix, Names, PayoffKind};
use crate::measured::MeasurementTable;
use crate::payoffs::Payoffs;
use crate::rational::{Rational, to_text as shown};

/// Trials per cell below which a rate is too uncertain to pass without a word.
const FEW_TRIALS: u64 = 100;

/// What a scenario's source file holds.
#[derive(Clone, Debug)]
pub enum Data {
    /// A table of measurements.
    Measured(Arc<MeasurementTable>),
    /// A plain game.
    Plain(LossMatrix),
}

/// A game to solve: one matrix, or two where cells are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The game; with missing cells, the one where each has its highest possible loss.
    pub game: Game,
    /// With missing cells, the game where each has its lowest possible loss.
    pub lowest: Option<Game>,
}

/// A scenario laid out on its measurements.
#[derive(Clone, Debug)]
pub struct Template {
    attacks: Names,
    defences: Names,
    kind: PayoffKind,
    /// Parts of the loss, missing cells at their highest.
    highest: Vec<Part>,
    /// Parts of the loss, missing cells at their lowest; empty if no cell is missing.
    lowest: Vec<Part>,
    written: Vec<String>,
    constraints: Vec<Constraint>,
    parameters: Parameters,
    /// Where the attack and defence names come from: channel in results.
    channel: Option<String>,
    /// Words for the loss axis: the metric or the form.
    loss_name: String,
    /// What a reader should know about the inputs.
    warnings: Vec<Diagnostic>,
}

impl Template {
    /// Lays a scenario out on its source.
    ///
    /// # Errors
    /// Every name that the source does not have, every row that cannot be used, every cell that is missing or given
    /// twice.
    pub fn new(file: &ScenarioFile, data: &Data) -> Result<Self, Vec<Diagnostic>> {
        let problems = Problems::default();
        let Some(source) = file.scenario.source.values().next() else {
            return Err(vec![Diagnostic::error("missing-key", "the scenario has no source").in_file(file.name())]);
        };
        let template = match data {
            Data::Measured(table) => measured(file, table, source, &problems),
            Data::Plain(matrix) => plain(file, matrix, source, &problems),
        };
        let problems = problems.into_inner();
        match template {
            Some(template) if problems.is_empty() => template.within_every_draw(file),
            _ => Err(problems),
        }
    }

    /// Names of the attacks, in row order.
    #[must_use]
    pub fn attacks(&self) -> &Names {
        &self.attacks
    }

    /// Names of the defences, in column order.
    #[must_use]
    pub fn defences(&self) -> &Names {
        &self.defences
    }

    /// The limits that hold in expectation, with the scenario's own bounds.
    #[must_use]
    pub fn constraints(&self) -> &[Constraint] {
        &self.constraints
    }

    /// The scenario's own numbers.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The modality under attack where the table names one and only one.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// What the loss measures, in words.
    #[must_use]
    pub fn loss_name(&self) -> &str {
        &self.loss_name
    }

    /// What a reader should know about the inputs, each with its code.
    #[must_use]
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The game for the given numbers.
    #[must_use]
    pub fn instance(&self, parameters: &Parameters) -> Instance {
        let constraints: Vec<_> = self
            .constraints
            .iter()
            .zip(&parameters.bounds)
            .map(|(constraint, bound)| Constraint { bound: bound.clone(), ..constraint.clone() })
            .collect();
        let game = |parts: &[Part]| {
            let payoffs = match parts {
                [Part { factor: Factor::One, payoffs }] => payoffs.clone(),
                parts => combine(parts, parameters, self.attacks.len(), self.defences.len()),
            };
            let loss = LossMatrix::from_checked(self.attacks.clone(), self.defences.clone(), payoffs, self.kind)
                .unwrap_or_else(|error| unreachable!("a template's sides are not empty and its parts fit: {error}"));
            let loss = if parameters.probe.is_zero() {
                loss.with_written(self.written.clone())
            } else {
                loss.blended(&parameters.probe)
            };
            Game { loss, constraints: constraints.clone() }
        };
        let lowest = (!self.lowest.is_empty()).then(|| game(&self.lowest));
        Instance { game: game(&self.highest), lowest }
    }

    /// Leaves out the defences that break a limit on every draw.
    fn within_every_draw(mut self, file: &ScenarioFile) -> Result<Self, Vec<Diagnostic>> {
        let mut dropped = HashSet::new();
        for (position, table) in file.scenario.constraint.iter().enumerate().filter(|(_, c)| c.on == On::EveryDraw) {
            let Some(constraint) = self.constraints.iter().find(|c| c.name == table.name).cloned() else { continue };
            let breaking = |j: &usize| constraint.excess(*j) > Rational::ZERO;
            dropped.extend((0..self.defences.len()).filter(breaking).map(DefenceId));
            if dropped.len() == self.defences.len() {
                let best = match constraint.sense {
                    Sense::Cap => constraint.coefficients.iter().min(),
                    Sense::Floor => constraint.coefficients.iter().max(),
                };
                let problem = Diagnostic::error("infeasible", format!("no defence satisfies `{}`", constraint.name))
                    .expected(best.map(|best| format!("a bound of {} or looser", shown(best))).unwrap_or_default())
                    .found(format!("`{} = {}`", constraint.sense.as_str(), shown(&constraint.bound)));
                let key = format!("constraint[{position}].{}", constraint.sense.as_str());
                return Err(vec![file.locate(problem, &table.metric.place).key(key)]);
            }
        }
        let every_draw: Vec<_> = file.scenario.constraint.iter().filter(|c| c.on == On::EveryDraw).collect();
        self.constraints.retain(|constraint| every_draw.iter().all(|table| table.name != constraint.name));
        if !dropped.is_empty() {
            let kept: Vec<_> = (0..self.defences.len()).filter(|j| !dropped.contains(&DefenceId(*j))).collect();
            let rows: Vec<_> = (0..self.attacks.len()).collect();
            self.keep(&rows, &kept);
        }
        Ok(self)
    }

    /// Keeps the given rows and columns.
    fn keep(&mut self, rows: &[usize], columns: &[usize]) {
        let width = self.defences.len();
        let positions: Vec<_> = rows.iter().flat_map(|i| columns.iter().map(move |j| i * width + j)).collect();
        for part in self.highest.iter_mut().chain(&mut self.lowest) {
            part.payoffs = Payoffs::new(positions.iter().filter_map(|p| part.payoffs.get(*p)).collect());
        }
        if !self.written.is_empty() {
            self.written = positions.iter().map(|p| self.written[*p].clone()).collect();
        }
        for constraint in &mut self.constraints {
            constraint.coefficients = columns.iter().map(|j| constraint.coefficients[*j].clone()).collect();
        }
        self.parameters.harm = rows.iter().map(|i| self.parameters.harm[*i].clone()).collect();
        self.attacks = rows.iter().map(|i| self.attacks[*i].clone()).collect();
        self.defences = columns.iter().map(|j| self.defences[*j].clone()).collect();
    }
}

/// A template on a table of measurements.
fn measured(
    file: &ScenarioFile,
    table: &MeasurementTable,
    source: &SourceTable,
    problems: &Problems,
) -> Option<Template> {
    let scenario = &file.scenario;
    let selection = Selection::new(&file.document, table, source, problems)?;
    let (m, n) = (selection.attacks.len(), selection.defences.len());
    let metric = source.metric.as_ref()?;
    let security = selection.grid(metric, "source.metric", Use::Security);
    let (unit, trials) = selection.unit_and_trials(&security);
    let mut parts =
        Parts { rows: m, columns: n, range: &scenario.missing.range, highest: Vec::new(), lowest: Vec::new() };
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
    check_harms(file, &selection.attacks, problems);
    let constraints = scenario
        .constraint
        .iter()
        .enumerate()
        .map(|(position, table)| Constraint {
            name: table.name.clone(),
            metric: table.metric.text.clone(),
            sense: if table.min.is_some() { Sense::Floor } else { Sense::Cap },
            bound: table.min.as_ref().or(table.max.as_ref()).map_or(Rational::ZERO, |bound| bound.0.clone()),
            coefficients: selection.benign(&table.metric, &format!("constraint[{position}].metric"), Use::Raw).into(),
        })
        .collect();
    let model = source.model.as_ref()?;
    let modalities: HashSet<_> =
        table.rows.iter().filter(|row| row.model == model.text).map(|row| row.modality.as_str()).collect();
    let mut warnings = selection.warnings.take();
    warn_of_inputs(&selection, &security, trials, &mut warnings);
    let complete = missing.is_empty();
    let single = loss.form == LossForm::Single;
    let written = if single && complete { security.iter().flatten().map(written_text).collect() } else { Vec::new() };
    let mut template = Template {
        kind: PayoffKind::Rational,
        highest: parts.highest,
        lowest: if complete { Vec::new() } else { parts.lowest },
        written,
        constraints,
        parameters: Parameters::of(scenario, &selection.attacks),
        channel: if modalities.len() == 1 { modalities.into_iter().next().map(str::to_owned) } else { None },
        loss_name: loss_name(scenario, metric, &unit),
        warnings,
        attacks: selection.attacks.clone(),
        defences: selection.defences.clone(),
    };
    if !complete && problems.is_empty() {
        treat_missing(file, &mut template, &missing, problems);
    }
    Some(template)
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
    range: &'a [super::value::Number; 2],
    highest: Vec<Part>,
    lowest: Vec<Part>,
}

impl Parts<'_> {
    /// Adds one number per cell.
    fn push(&mut self, factor: Factor, cells: &[Option<Cell>]) {
        let with = |unknown: &Rational| {
            Payoffs::new(cells.iter().map(|c| c.as_ref().map_or_else(|| unknown.clone(), |c| c.loss.clone())).collect())
        };
        self.lowest.push(Part { factor, payoffs: with(&self.range[0].0) });
        self.highest.push(Part { factor, payoffs: with(&self.range[1].0) });
    }

    /// Adds one number per defence, the same for every attack.
    fn push_columns(&mut self, factor: Factor, column: &[Rational]) {
        let entries = (0..self.rows * self.columns).map(|p| column[p % self.columns].clone()).collect();
        let part = Part { factor, payoffs: Payoffs::new(entries) };
        self.lowest.push(part.clone());
        self.highest.push(part);
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
    let mut positions: Vec<_> = missing.iter().copied().collect();
    positions.sort_unstable();
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
            let message = format!("{} of {} cells were not measured: {listed}", positions.len(), m * n);
            template.warnings.push(Diagnostic::warning("W03", message));
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
            let message = format!(
                "attacks left out for want of a measurement: {}; the value speaks only of the others, which is optimistic",
                names.join(", ")
            );
            template.warnings.push(Diagnostic::warning("W03", message));
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

/// Warnings that the rows themselves call for.
fn warn_of_inputs(
    selection: &Selection<'_>,
    security: &[Option<Cell>],
    trials: Option<u64>,
    warnings: &mut Vec<Diagnostic>,
) {
    match trials {
        None => {
            warnings.push(Diagnostic::warning("W04", "the table does not state the number of trials of every cell"));
        }
        Some(fewest) if fewest < FEW_TRIALS => warnings
            .push(Diagnostic::warning("W04", format!("some cells rest on {fewest} trials, fewer than {FEW_TRIALS}"))),
        Some(_) => {}
    }
    let n = selection.defences.len();
    for (j, defence) in selection.defences.iter().enumerate() {
        let mut column = security.iter().skip(j).step_by(n);
        if column.all(|cell| cell.as_ref().is_some_and(|cell| cell.loss.is_zero())) {
            let message = format!("`{defence}` has loss 0 against every attack: did anyone attack it adaptively?");
            warnings.push(Diagnostic::warning("W05", message));
        }
    }
    if !selection.defences.iter().any(|defence| defence == "no_defense") {
        warnings.push(Diagnostic::warning("W12", "the undefended system `no_defense` is not among the defences"));
    }
}

/// A template on a plain game, whose entries are the loss itself.
fn plain(file: &ScenarioFile, matrix: &LossMatrix, source: &SourceTable, problems: &Problems) -> Option<Template> {
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
        kind: kept.kind(),
        highest: vec![Part { factor: Factor::One, payoffs: kept.payoffs().clone() }],
        lowest: Vec::new(),
        written,
        constraints: Vec::new(),
        parameters: Parameters::of(&file.scenario, kept.attacks()),
        channel: None,
        loss_name: "loss".to_owned(),
        warnings: Vec::new(),
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
            .expected(crate::diagnostic::one_of(known.iter().map(String::as_str)))
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
