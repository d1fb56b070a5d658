//! [`NoisyScenario`]: a scenario whose security metric is known from counts only.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::affine::AffineInstance;
use super::layout::{self, Input};
use super::parameters::Parameters;
use super::reader::Problems;
use super::schema::{Concept, SourceTable};
use super::template::{Column, Tables, Template};
use super::{Data, ScenarioFile, Sources, Strategy, Values, victims};
use crate::diagnostic::Diagnostic;
use crate::measured::{Direction, MeasurementTable};
use crate::noise::{Count, NoiseError, Noisy, Origin, Tally};
use crate::rational::Rational;
use crate::scenario::Instance;

/// Most rows without trials that are listed.
const LIST_MOST: usize = 5;

/// A scenario laid out on rates in place of the printed numbers of its security metric, whatever its constraints,
/// budgets, channels, weights and missing cells.
///
/// Counted is the attacker's success: for a metric that is the defender's utility, the trials that it leaves out. The
/// trials of a row are those that it states, else `[noise] n`, which is marked as assumed. Cells that a limit on every
/// draw or a missing neighbour takes out of the game are counted with the rest: they were looked at.
///
/// Metrics that constraints limit are not drawn.
pub struct NoisyScenario<'a> {
    file: &'a ScenarioFile,
    /// The rows of the played models alone: they are laid out again and again.
    sources: Sources,
    parameters: Parameters,
    tally: Tally,
    cells: Vec<Cell>,
    /// What each column deploys, each single defence, and the number of channels: as in the template.
    columns: Vec<Column>,
    base: Vec<(Option<String>, String)>,
    channels: usize,
    /// The game as functions of the rates, where it has that form.
    affine: Option<AffineInstance>,
}

/// A counted row.
struct Cell {
    /// Where its value goes: key of the sources and row.
    targets: Vec<(String, usize)>,
    /// Its model, attack and defence.
    label: [String; 3],
    is_utility: bool,
    /// The attacker's rate as printed.
    printed: Rational,
}

impl<'a> NoisyScenario<'a> {
    /// The counts of a scenario that was laid out as `template`, to be played with `parameters`.
    ///
    /// # Errors
    /// Rows without trials where none are assumed, metrics that are no shares, sources that are no measurements, and
    /// concepts that are not one matrix game.
    pub fn new(
        file: &'a ScenarioFile,
        sources: &Sources,
        template: &Template,
        parameters: &Parameters,
    ) -> Result<Self, Vec<Diagnostic>> {
        let problems = Problems::default();
        let (counts, cells, sources) = match read(file, sources, &problems) {
            Some(found) if problems.is_empty() => found,
            _ => return Err(problems.into_inner()),
        };
        let mut found = Self {
            affine: None,
            file,
            sources,
            parameters: parameters.clone(),
            tally: Tally::new(counts),
            cells,
            columns: template.columns().to_vec(),
            base: template.base().to_vec(),
            channels: template.blocks().iter().max().map_or(1, |last| last + 1),
        };
        found.affine = AffineInstance::find(found.cells.len(), |rates| found.laid_out(rates).ok());
        Ok(found)
    }

    /// The game at some rates, laid out anew.
    fn laid_out(&self, rates: &[Rational]) -> Result<Instance, NoiseError> {
        let mut values = Values::new();
        for (key, data) in &self.sources {
            if let Data::Measured(table) = data {
                values.insert(key.clone(), vec![None; table.rows.len()]);
            }
        }
        for (cell, rate) in self.cells.iter().zip(rates) {
            for (key, row) in &cell.targets {
                if let Some(slot) = values.get_mut(key).and_then(|rows| rows.get_mut(*row)) {
                    *slot = Some(if cell.is_utility { Rational::ONE - rate } else { rate.clone() });
                }
            }
        }
        let laid_out = Template::with_values(self.file, &self.sources, &values);
        let template = laid_out.map_err(|problems| NoiseError::Game {
            reason: problems.first().map(|problem| problem.message.clone()).unwrap_or_default(),
        })?;
        Ok(template.instance(&self.parameters))
    }

    /// Whether a draw is a product a cell; else each draw is laid out anew.
    #[must_use]
    pub fn is_affine(&self) -> bool {
        self.affine.is_some()
    }

    /// Model, attack and defence of a count.
    #[must_use]
    pub fn label(&self, count: usize) -> Option<&[String; 3]> {
        self.cells.get(count).map(|cell| &cell.label)
    }

    /// The names of the columns' single defences, as marginals are listed: channel and defence.
    #[must_use]
    pub fn base(&self) -> &[(Option<String>, String)] {
        &self.base
    }
}

impl Noisy for NoisyScenario<'_> {
    fn tally(&self) -> &Tally {
        &self.tally
    }

    fn printed(&self) -> Vec<Rational> {
        self.cells.iter().map(|cell| cell.printed.clone()).collect()
    }

    fn instance(&self, rates: &[Rational]) -> Result<Instance, NoiseError> {
        if rates.len() != self.cells.len() {
            return Err(NoiseError::Rates { cells: self.cells.len(), found: rates.len() });
        }
        match &self.affine {
            Some(affine) => Ok(affine.at(rates)),
            None => self.laid_out(rates),
        }
    }

    /// Rates of stacks are composed from those of their parts, and may fall as one of them rises.
    fn is_monotone(&self) -> bool {
        self.file.scenario.game.strategy != Some(Strategy::Portfolios)
    }

    fn is_pure(&self) -> bool {
        self.file.scenario.game.concept == Concept::Pure
    }

    fn marginals(&self, mix: &[f64]) -> Vec<f64> {
        let mut marginals = vec![0.0; self.base.len()];
        for (column, probability) in self.columns.iter().zip(mix).filter(|(_, probability)| **probability > 0.0) {
            for (single, marginal) in self.base.iter().zip(&mut marginals) {
                if column.deploys(single) {
                    *marginal += probability * self.channels as f64;
                }
            }
        }
        marginals
    }
}

/// What a count is of: file, model, metric, attack, defence, place. Draws go in this order.
type Key = [String; 6];

/// The counts with their keys, their cells, and the rows that matter.
type Counted = (Vec<(Key, Count)>, Vec<Cell>, Sources);

/// Reads what a scenario counts.
fn read(file: &ScenarioFile, sources: &Sources, problems: &Problems) -> Option<Counted> {
    let scenario = &file.scenario;
    let place = || file.document.place_of("noise").unwrap_or_default();
    let refuse = |problem: Diagnostic, key: &str| problems.push(file.locate(problem, &place()).key(key.to_owned()));
    if !matches!(scenario.game.concept, Concept::Mixed | Concept::Pure | Concept::Robust) {
        let problem = Diagnostic::error("unused-key", "sampling noise is drawn for concepts that are one matrix game");
        refuse(problem.expected("`mixed`, `pure` or `robust`"), "noise");
        return None;
    }
    let values = Values::new();
    let tables = Tables { file, sources, values: &values, problems };
    let wanted: Vec<(String, SourceTable)> = if scenario.channels.is_empty() {
        victims::wanted(&tables)?.into_iter().map(|(_, _, path, source)| (path, source)).collect()
    } else {
        let of =
            |(name, channel): (&String, &super::ChannelTable)| (format!("channels.{name}"), channel.source.clone());
        scenario.channels.iter().map(of).collect()
    };
    let played = pruned(sources, &wanted);
    let assumed = scenario.noise.as_ref().and_then(|noise| noise.n);
    let mut cells: BTreeMap<Key, (Count, Cell)> = BTreeMap::new();
    let mut without = Vec::new();
    for (path, source) in &wanted {
        let Some(Data::Measured(table)) = played.get(path) else {
            let problem = Diagnostic::error("plain-game", "a plain game has no trials to be noisy");
            refuse(problem.expected("a table of measurements"), "noise");
            return None;
        };
        for row_index in layout::security_rows(file, &Input { path, table, source, values: None }, problems)? {
            let row = &table.rows[row_index];
            if !row.is_share() {
                let problem = Diagnostic::error("mixed-units", "only shares are counts of successes in trials")
                    .expected("unit `fraction`, with numbers from 0 to 1")
                    .found(format!("unit `{}`", row.unit));
                problems.push(table.at_row(row, "unit", problem));
                return None;
            }
            let (trials, origin) = match (row.trials.filter(|n| *n > 0), assumed) {
                (Some(trials), _) => (trials, Origin::Measured),
                (None, Some(trials)) => (trials, Origin::Assumed),
                (None, None) => {
                    without.push(format!("{} × {}", row.attack, row.defence));
                    continue;
                }
            };
            let is_utility = row.direction == Direction::DefenderUtility;
            let printed = if is_utility { Rational::ONE - &row.value } else { row.value.clone() };
            let count = match Count::from_rate(&printed, trials, origin) {
                Ok(count) => count,
                Err(error) => {
                    problems.push(table.at_row(row, "n", Diagnostic::error("bad-count", error.to_string())));
                    return None;
                }
            };
            let names = [&table.file, &row.model, &row.metric, &row.attack, &row.defence, &row.place];
            let label = [row.model.clone(), row.attack.clone(), row.defence.clone()];
            let (_, cell) = cells
                .entry(names.map(String::clone))
                .or_insert_with(|| (count, Cell { targets: Vec::new(), label, is_utility, printed }));
            // Channels and types of attacker may share a row: it is one count.
            let target = (path.clone(), row_index);
            if !cell.targets.contains(&target) {
                cell.targets.push(target);
            }
        }
    }
    if !without.is_empty() {
        let rest = without.len().saturating_sub(LIST_MOST);
        let listed = without[..without.len() - rest].join(", ");
        let listed = if rest > 0 { format!("{listed} and {rest} more") } else { listed };
        let problem = Diagnostic::error("no-trials", format!("{} cells do not state their trials", without.len()))
            .expected("a number in the column `n` of every row, or `[noise] n`, the number to assume")
            .found(format!("none for {listed}"));
        refuse(problem, "noise.n");
        return None;
    }
    let (counts, cells) = cells.into_iter().map(|(key, (count, cell))| ((key, count), cell)).unzip();
    Some((counts, cells, played))
}

/// The sources with the rows of the played models alone.
fn pruned(sources: &Sources, wanted: &[(String, SourceTable)]) -> Sources {
    let mut played = Sources::new();
    for (key, data) in sources {
        let models: HashSet<_> = wanted
            .iter()
            .filter(|(path, _)| path == key)
            .filter_map(|(_, source)| source.model.as_ref().map(|name| name.text.as_str()))
            .collect();
        let data = match data {
            Data::Measured(table) => {
                let rows = table.rows.iter().filter(|row| models.contains(row.model.as_str())).cloned().collect();
                // The text is for messages, with the lines of the rows; there are none to come.
                Data::Measured(Arc::new(MeasurementTable { file: table.file.clone(), text: table.text.clone(), rows }))
            }
            other => other.clone(),
        };
        played.insert(key.clone(), data);
    }
    played
}
