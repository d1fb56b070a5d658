//! [`Template`]: a scenario laid out on its measurements, ready to become a game for any values of its numbers.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use super::loss::{Factor, Part, combine};
use super::parameters::Parameters;
use super::reader::Problems;
use super::schema::{GameTable, On, SourceTable};
use super::sources::{Data, Sources, Values};
use super::terms::Terms;
use super::{ScenarioFile, blocks, coverage, graph, layout, stack, stress, victims, warnings};
use crate::constraint::{Constraint, Game, Sense};
use crate::diagnostic::Diagnostic;
use crate::matrix::{DefenceId, LossMatrix, Names, PayoffKind};
use crate::measured::BASELINE;
use crate::payoffs::Payoffs;
use crate::portfolio::{Portfolio, PortfolioGame};
use crate::rational::{Rational, to_text as shown};
use crate::realise::{self, systematic};
use crate::scenario::layout::Input;
use crate::strategy::MixedStrategy;

/// A game to solve: one matrix, or two where cells are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The game; with missing cells, the one where each has its highest possible loss.
    pub game: Game,
    /// With missing cells, the game where each has its lowest possible loss.
    pub lowest: Option<Game>,
    /// Where the defender plays on several channels at once, the channel of each column; else empty. Such a column is
    /// played with `1 / channels` of its marginal probability.
    pub blocks: Arc<[usize]>,
}

impl Instance {
    /// A game without missing cells and channels.
    #[must_use]
    pub fn new(game: Game) -> Self {
        Self { game, lowest: None, blocks: Arc::new([]) }
    }

    /// The number of channels that the defender plays on at once; 1 for an ordinary game.
    #[must_use]
    pub fn channels(&self) -> usize {
        channels(&self.blocks)
    }

    /// One of the instance's games in its own units: losses and metrics of marginals, without the caps on channels. The
    /// game itself for an ordinary one.
    #[must_use]
    pub fn natural(&self, game: &Game) -> Game {
        natural(game, &self.blocks)
    }
}

/// The number of channels of a game whose columns are on these; 1 for an ordinary game.
fn channels(blocks: &[usize]) -> usize {
    blocks.iter().max().map_or(1, |last| last + 1)
}

/// A game laid out over channels, in its own units; see [`Instance::natural`].
fn natural(game: &Game, blocks: &[usize]) -> Game {
    if blocks.is_empty() {
        return game.clone();
    }
    let channels = channels(blocks);
    let count = Rational::from(channels);
    let entries = game.loss.payoffs().to_rationals().iter().map(|entry| entry / &count).collect();
    let loss = &game.loss;
    let (attacks, defences) = (loss.attacks().clone(), loss.defences().clone());
    let loss = LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), loss.kind());
    let limits = game.constraints.len().saturating_sub(channels);
    let unscaled = |constraint: &Constraint| Constraint {
        coefficients: constraint.coefficients.iter().map(|c| c / &count).collect(),
        ..constraint.clone()
    };
    Game {
        loss: loss.unwrap_or_else(|error| unreachable!("the names and the shape are those of a game: {error}")),
        constraints: game.constraints[..limits].iter().map(unscaled).collect(),
    }
}

/// A pure strategy of the defender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The channel that it defends, where the scenario has channels.
    pub channel: Option<String>,
    /// The defences that it deploys.
    pub defences: Vec<String>,
}

impl Column {
    /// Whether a single defence, with its channel, is among those deployed.
    #[must_use]
    pub fn deploys(&self, (channel, name): &(Option<String>, String)) -> bool {
        match (&self.channel, channel) {
            (None, Some(channel)) => self.defences.contains(&format!("{channel}:{name}")),
            (own, channel) => own == channel && self.defences.contains(name),
        }
    }
}

/// Channel and defence of each part of a deployment, with its probability.
pub type WholeDeployment = (Vec<(String, String)>, Rational);

/// The rows of one victim or type of attacker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How probable it is.
    pub prior: Rational,
    /// Its rows.
    pub rows: Range<usize>,
}

/// A metric of the defences beside the loss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secondary {
    /// The metric.
    pub metric: String,
    /// Whether a larger number is better.
    pub is_gain: bool,
    /// The metric of each column.
    pub coefficients: Vec<Rational>,
}

/// A defence as a detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Detector {
    pub(super) name: String,
    /// The most that it can block of an attack: 1 minus its least rate of success.
    pub(super) catches: Rational,
    /// What it blocks of benign traffic.
    pub(super) alarms: Rational,
}

/// A scenario laid out on its measurements.
#[derive(Clone, Debug)]
pub struct Template {
    pub(super) attacks: Names,
    pub(super) defences: Names,
    pub(super) kind: PayoffKind,
    /// What is played.
    pub(super) game: GameTable,
    /// Parts of the loss, missing cells at their highest.
    pub(super) highest: Vec<Part>,
    /// Parts of the loss, missing cells at their lowest; empty if no cell is missing.
    pub(super) lowest: Vec<Part>,
    pub(super) written: Vec<String>,
    pub(super) constraints: Vec<Constraint>,
    /// How many of the constraints, at the end, only say that each channel has one mix.
    pub(super) structural: usize,
    pub(super) parameters: Parameters,
    /// The modality under attack where the table names one and only one.
    pub(super) channel: Option<String>,
    /// The channel of each attack, where the scenario has channels.
    pub(super) row_channels: Vec<Option<String>>,
    /// What each column deploys.
    pub(super) columns: Vec<Column>,
    /// Every single defence, with its channel: what marginals are of.
    pub(super) base: Vec<(Option<String>, String)>,
    /// As [`Instance::blocks`].
    pub(super) blocks: Arc<[usize]>,
    /// Victims or types, where there are several.
    pub(super) groups: Vec<Group>,
    /// What each cell costs the attacker.
    pub(super) attacker_cost: Vec<Rational>,
    /// Metrics to improve after the value.
    pub(super) then: Vec<Secondary>,
    /// The rate of the bad outcome in benign traffic of each column, where the scenario names a metric of it.
    pub(super) benign: Option<Vec<Rational>>,
    /// How often each column blocks benign traffic, where the scenario names a metric of it.
    pub(super) false_positives: Option<Vec<Rational>>,
    /// Where sets of defences are too many to be columns, the game that they are searched in; there is no matrix then.
    pub(super) portfolios: Option<Arc<PortfolioGame>>,
    /// Where a rule of composition was assumed, the losses at both ends of what needs no assumption.
    pub(super) frechet: Option<[Payoffs; 2]>,
    /// What the loss is made of; `None` where it is not made of measurements.
    pub(super) terms: Option<Terms>,
    /// The limits that hold for every draw, without coefficients: no column that is left breaks one.
    pub(super) every_draw: Vec<Constraint>,
    /// Of each limited metric its amount when every request is refused, by the constraint's name, where that is known.
    pub(super) refused: Vec<(String, Rational)>,
    /// Defences with what they block of attacks and of benign traffic, where the scenario names a metric of it.
    pub(super) detectors: Vec<Detector>,
    /// The fewest trials of a cell, stated or assumed; `None` where neither is known.
    pub(super) trials: Option<u64>,
    /// Whether the losses are rates as they were measured.
    pub(super) has_rates: bool,
    /// Words for the loss axis: the metric or the form.
    pub(super) loss_name: String,
    /// What a reader should know about the inputs.
    pub(super) warnings: Vec<Diagnostic>,
}

impl Template {
    /// A template of nothing but its loss; the caller fills in the rest.
    pub(super) fn of_parts(kind: PayoffKind, highest: Vec<Part>) -> Self {
        Self {
            attacks: Names::from([]),
            defences: Names::from([]),
            kind,
            game: GameTable::default(),
            highest,
            lowest: Vec::new(),
            written: Vec::new(),
            constraints: Vec::new(),
            structural: 0,
            parameters: Parameters::default(),
            channel: None,
            row_channels: Vec::new(),
            columns: Vec::new(),
            base: Vec::new(),
            blocks: Arc::new([]),
            groups: Vec::new(),
            attacker_cost: Vec::new(),
            then: Vec::new(),
            benign: None,
            false_positives: None,
            portfolios: None,
            frechet: None,
            terms: None,
            every_draw: Vec::new(),
            refused: Vec::new(),
            detectors: Vec::new(),
            trials: None,
            has_rates: false,
            loss_name: "loss".to_owned(),
            warnings: Vec::new(),
        }
    }

    /// Lays a scenario out on its files.
    ///
    /// # Errors
    /// Every name that the files do not have, every row that cannot be used, every cell that is missing or given twice.
    pub fn new(file: &ScenarioFile, sources: &Sources) -> Result<Self, Vec<Diagnostic>> {
        Self::with_values(file, sources, &Values::new())
    }

    /// [`Template::new`] with other values in place of printed ones.
    ///
    /// # Errors
    /// As [`Template::new`].
    pub fn with_values(file: &ScenarioFile, sources: &Sources, values: &Values) -> Result<Self, Vec<Diagnostic>> {
        let problems = Problems::default();
        let tables = Tables { file, sources, values, problems: &problems };
        let scenario = &file.scenario;
        let template = if scenario.coverage.is_some() {
            tables.coverage()
        } else if let Some(graph) = &scenario.graph {
            graph::lay_out(file, graph, &problems)
        } else if scenario.channels.is_empty() {
            victims::lay_out(&tables)
        } else {
            blocks::lay_out(&tables)
        };
        let template = template.and_then(|template| stress::several_tries(&tables, template)).map(|mut template| {
            template.warnings.extend(warnings::of_scenario(file));
            template
        });
        let problems = problems.into_inner();
        match template {
            Some(template) if problems.is_empty() => {
                Self { game: scenario.game.clone(), ..template }.within_every_draw(file)
            }
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

    /// What is played.
    #[must_use]
    pub fn game(&self) -> &GameTable {
        &self.game
    }

    /// The scenario's prior over the attacks, uniform unless it gives one; `None` if that names no attack of the game or
    /// is no distribution.
    #[must_use]
    pub fn attack_prior(&self) -> Option<MixedStrategy> {
        let count = self.attacks.len();
        let Some(prior) = &self.game.prior else {
            return MixedStrategy::exact(vec![Rational::ONE / Rational::from(count.max(1)); count]).ok();
        };
        if prior.keys().any(|name| !self.attacks.contains(name)) {
            return None;
        }
        let of = |name: &String| prior.get(name).map_or(Rational::ZERO, |number| number.0.clone());
        MixedStrategy::exact(self.attacks.iter().map(of).collect()).ok()
    }

    /// What an attacker of `cvar` can put on each attack at most: `prior / (1 - beta)`, 1 for `beta = 1`.
    #[must_use]
    pub fn attack_caps(&self) -> Option<Vec<Rational>> {
        let rest = Rational::ONE - &self.game.beta.as_ref()?.0;
        let cap = |p: Rational| if rest.is_zero() { Rational::ONE } else { p / &rest };
        Some(self.attack_prior()?.probabilities().into_iter().map(cap).collect())
    }

    /// The channel of each attack, where the scenario has channels.
    #[must_use]
    pub fn row_channels(&self) -> &[Option<String>] {
        &self.row_channels
    }

    /// What each column deploys.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Every single defence, with its channel: what marginals are of.
    #[must_use]
    pub fn base(&self) -> &[(Option<String>, String)] {
        &self.base
    }

    /// How many constraints limit the defender; those behind them only say that each channel has one mix.
    #[must_use]
    pub fn limits(&self) -> usize {
        self.constraints.len() - self.structural
    }

    /// Victims or types of attacker, where there are several.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What each cell costs the attacker, row by row; empty unless the scenario says.
    #[must_use]
    pub fn attacker_cost(&self) -> &[Rational] {
        &self.attacker_cost
    }

    /// Metrics to improve after the value, in order.
    #[must_use]
    pub fn then(&self) -> &[Secondary] {
        &self.then
    }

    /// The rate of the bad outcome in benign traffic of each column, where the scenario names a metric of it.
    #[must_use]
    pub fn benign(&self) -> Option<&[Rational]> {
        self.benign.as_deref()
    }

    /// The probability of each single defence of [`Template::base`] under a mix over the columns.
    #[must_use]
    pub fn marginals(&self, mix: &MixedStrategy) -> Vec<Rational> {
        let channels = Rational::from(channels(&self.blocks));
        self.marginals_of(&self.columns, mix).into_iter().map(|marginal| marginal * &channels).collect()
    }

    /// [`Template::marginals`] of a mix over other columns, such as the sets that a search found.
    #[must_use]
    pub fn marginals_of(&self, columns: &[Column], mix: &MixedStrategy) -> Vec<Rational> {
        let mut marginals = vec![Rational::ZERO; self.base.len()];
        for j in mix.support() {
            let Some(column) = columns.get(j) else { continue };
            let probability = mix.probability(j);
            for (marginal, single) in marginals.iter_mut().zip(&self.base) {
                if column.deploys(single) {
                    *marginal += &probability;
                }
            }
        }
        marginals
    }

    /// The channel of each column where the defender plays on several at once, as [`Instance::blocks`]; else empty.
    #[must_use]
    pub fn blocks(&self) -> &[usize] {
        &self.blocks
    }

    /// A game of this template in its own units, as [`Instance::natural`].
    #[must_use]
    pub fn natural(&self, game: &Game) -> Game {
        natural(game, &self.blocks)
    }

    /// A mix over whole deployments, channel and defence, that has the marginals of a mix over the columns; `None` where
    /// the defender does not play on several channels at once. By [`systematic`] sampling, so that no more defences are
    /// active than their expected number, rounded up.
    #[must_use]
    pub fn deployments(&self, mix: &MixedStrategy) -> Option<Vec<WholeDeployment>> {
        if self.blocks.is_empty() {
            return None;
        }
        let channels = channels(&self.blocks);
        let mut active: Vec<Vec<Rational>> = vec![Vec::new(); channels];
        let mut chosen: Vec<Vec<usize>> = vec![Vec::new(); channels];
        let mut idle: Vec<Option<usize>> = vec![None; channels];
        for (j, (block, column)) in self.blocks.iter().zip(&self.columns).enumerate() {
            if column.defences.iter().all(|defence| defence == BASELINE) {
                idle[*block] = Some(j);
            } else {
                active[*block].push(mix.probability(j) * Rational::from(channels));
                chosen[*block].push(j);
            }
        }
        let named = |j: usize| {
            let column = &self.columns[j];
            (column.channel.clone().unwrap_or_default(), column.defences.join(" + "))
        };
        let whole = |deployment: realise::Deployment| {
            let column = |(block, choice): (usize, Option<usize>)| match choice {
                Some(choice) => chosen[block].get(choice).copied(),
                None => idle[block],
            };
            let columns = deployment.active.into_iter().enumerate().filter_map(column);
            (columns.map(named).collect(), deployment.probability)
        };
        Some(systematic(&active)?.into_iter().map(whole).collect())
    }

    /// Where sets of defences are too many to be columns, the game that they are searched in.
    #[must_use]
    pub fn portfolios(&self) -> Option<&PortfolioGame> {
        self.portfolios.as_deref()
    }

    /// Where a rule of composition was assumed, the game at both ends of what needs no assumption.
    #[must_use]
    pub fn frechet(&self) -> Option<Instance> {
        let [low, high] = self.frechet.as_ref()?;
        let of = |payoffs: &Payoffs| Self {
            highest: vec![Part { factor: Factor::One, payoffs: payoffs.clone() }],
            lowest: Vec::new(),
            written: Vec::new(),
            ..self.clone()
        };
        let [low, high] = [low, high].map(|payoffs| of(payoffs).instance(&self.parameters).game);
        Some(Instance { lowest: Some(low), ..Instance::new(high) })
    }

    /// Whether cells or the composition leave both ends of the losses apart.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match &self.portfolios {
            Some(game) => game.is_open(),
            None => !self.lowest.is_empty(),
        }
    }

    /// What a set of the searched game deploys.
    #[must_use]
    pub fn column_of(game: &PortfolioGame, portfolio: &Portfolio) -> Column {
        stack::column(game, portfolio)
    }

    /// What the loss measures, in words.
    #[must_use]
    pub fn loss_name(&self) -> &str {
        &self.loss_name
    }

    /// What a reader should know about the inputs, each with its code, for the given numbers of the loss; see
    /// `warnings/mod.rs` for when each fires.
    #[must_use]
    pub fn warnings(&self, parameters: &Parameters) -> Vec<Diagnostic> {
        warnings::of_loss(self, parameters).into_iter().chain(self.warnings.iter().cloned()).collect()
    }

    /// The codes of [`Template::warnings`], some more than once.
    pub fn warning_codes(&self, parameters: &Parameters) -> impl Iterator<Item = &'static str> {
        let of_loss = warnings::of_loss(self, parameters).map(|warning| warning.code);
        of_loss.into_iter().chain(self.warnings.iter().map(|warning| warning.code))
    }

    /// The fewest trials that a cell rests on, stated or assumed; `None` where neither is known.
    #[must_use]
    pub fn trials(&self) -> Option<u64> {
        self.trials
    }

    /// Whether the losses are rates as they were measured, without further terms.
    #[must_use]
    pub fn has_rates(&self) -> bool {
        self.has_rates
    }

    /// Whether the loss is made of measurements, rather than a plain game, threats or stages.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.terms.is_some()
    }

    /// The game for the given numbers.
    #[must_use]
    pub fn instance(&self, parameters: &Parameters) -> Instance {
        let constraints: Vec<_> = self
            .constraints
            .iter()
            .enumerate()
            .map(|(k, constraint)| match parameters.bounds.get(k) {
                Some(bound) => Constraint { bound: bound.clone(), ..constraint.clone() },
                None => constraint.clone(),
            })
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
        Instance { game: game(&self.highest), lowest, blocks: self.blocks.clone() }
    }

    /// Leaves out the defences that break a limit on every draw.
    fn within_every_draw(mut self, file: &ScenarioFile) -> Result<Self, Vec<Diagnostic>> {
        let mut dropped = HashSet::new();
        for (position, table) in file.scenario.constraint.iter().enumerate().filter(|(_, c)| c.on == On::EveryDraw) {
            let Some(constraint) = self.constraints.iter().find(|c| c.name == table.name).cloned() else { continue };
            // On several channels, columns carry their metric times the number of channels.
            let channels = Rational::from(channels(&self.blocks));
            let alone = Constraint { bound: &constraint.bound * channels, ..constraint.clone() };
            let is_meant = |j: usize| match (&table.channel, self.columns.get(j)) {
                (Some(channel), Some(column)) => column.channel.as_ref() == Some(&channel.text),
                _ => true,
            };
            let breaking = |j: &usize| is_meant(*j) && alone.excess(*j) > Rational::ZERO;
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
        let is_every_draw = |constraint: &&Constraint| every_draw.iter().any(|table| table.name == constraint.name);
        let bare = |constraint: &Constraint| Constraint { coefficients: [].into(), ..constraint.clone() };
        self.every_draw = self.constraints.iter().filter(is_every_draw).map(bare).collect();
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
        self.row_channels = rows.iter().filter_map(|i| self.row_channels.get(*i).cloned()).collect();
        self.columns = columns.iter().filter_map(|j| self.columns.get(*j).cloned()).collect();
        self.blocks = columns.iter().filter_map(|j| self.blocks.get(*j).copied()).collect();
        self.attacker_cost = positions.iter().filter_map(|p| self.attacker_cost.get(*p).cloned()).collect();
        self.false_positives =
            self.false_positives.take().map(|rates| columns.iter().map(|j| rates[*j].clone()).collect());
        self.benign = self.benign.take().map(|rates| columns.iter().map(|j| rates[*j].clone()).collect());
        for secondary in &mut self.then {
            secondary.coefficients = columns.iter().map(|j| secondary.coefficients[*j].clone()).collect();
        }
        let is_left = |single: &(Option<String>, String)| self.columns.iter().any(|column| column.deploys(single));
        self.base = std::mem::take(&mut self.base).into_iter().filter(|single| is_left(single)).collect();
    }
}

/// A scenario's files while it is laid out.
pub(super) struct Tables<'a> {
    pub(super) file: &'a ScenarioFile,
    pub(super) sources: &'a Sources,
    pub(super) values: &'a Values,
    pub(super) problems: &'a Problems,
}

impl Tables<'_> {
    /// A template on one source, which has the given path in the scenario.
    pub(super) fn one(&self, path: &str, source: &SourceTable) -> Option<Template> {
        match self.sources.get(path) {
            Some(Data::Measured(table)) => {
                let values = self.values.get(path).map(Vec::as_slice);
                layout::measured(self.file, &Input { path, table, source, values }, self.problems)
            }
            Some(Data::Plain(matrix)) => layout::plain(self.file, matrix, source, self.problems),
            Some(Data::Threats(_)) | None => {
                let place = self.file.document.place_of(path).unwrap_or_default();
                let problem = Diagnostic::error("no-game", "the file holds no measurements and no game");
                self.problems.push(self.file.locate(problem, &place).key(path));
                None
            }
        }
    }

    fn coverage(&self) -> Option<Template> {
        match self.sources.get("coverage") {
            Some(Data::Threats(table)) => coverage::lay_out(self.file, table, self.problems),
            _ => {
                let place = self.file.document.place_of("coverage.file").unwrap_or_default();
                let problem = Diagnostic::error("no-threats", "the file is no table of threats");
                let problem = problem.expected("a column `threat`, and a column `flow_STAGE` for each stage");
                self.problems.push(self.file.locate(problem, &place).key("coverage.file"));
                None
            }
        }
    }
}
