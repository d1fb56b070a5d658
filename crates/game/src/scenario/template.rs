//! [`Template`]: a scenario laid out on its measurements, ready to become a game for any values of its numbers.

use std::collections::HashSet;
use std::sync::Arc;

use super::ScenarioFile;
use super::layout;
use super::loss::{Factor, Part, combine};
use super::parameters::Parameters;
use super::reader::Problems;
use super::schema::On;
use crate::constraint::{Constraint, Game, Sense};
use crate::diagnostic::Diagnostic;
use crate::matrix::{DefenceId, LossMatrix, Names, PayoffKind};
use crate::measured::MeasurementTable;
use crate::payoffs::Payoffs;
use crate::rational::{Rational, to_text as shown};

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
    pub(super) attacks: Names,
    pub(super) defences: Names,
    pub(super) kind: PayoffKind,
    /// Parts of the loss, missing cells at their highest.
    pub(super) highest: Vec<Part>,
    /// Parts of the loss, missing cells at their lowest; empty if no cell is missing.
    pub(super) lowest: Vec<Part>,
    pub(super) written: Vec<String>,
    pub(super) constraints: Vec<Constraint>,
    pub(super) parameters: Parameters,
    /// Where the attack and defence names come from: channel in results.
    pub(super) channel: Option<String>,
    /// Words for the loss axis: the metric or the form.
    pub(super) loss_name: String,
    /// What a reader should know about the inputs.
    pub(super) warnings: Vec<Diagnostic>,
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
            Data::Measured(table) => layout::measured(file, table, source, &problems),
            Data::Plain(matrix) => layout::plain(file, matrix, source, &problems),
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
    pub(super) fn keep(&mut self, rows: &[usize], columns: &[usize]) {
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
