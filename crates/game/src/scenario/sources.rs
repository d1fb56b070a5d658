//! What a scenario's files hold, and values to play in place of the printed ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ScenarioFile;
use super::coverage::ThreatTable;
use crate::matrix::LossMatrix;
use crate::measured::MeasurementTable;
use crate::rational::Rational;

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Data {
    /// A table of measurements.
    Measured(Arc<MeasurementTable>),
    /// A plain game.
    Plain(LossMatrix),
    /// A table of threats.
    Threats(Arc<ThreatTable>),
}

/// The contents of every file, by the path of the key that names it without `.file`: `source.main`, `channels.text`,
/// `coverage`.
pub type Sources = BTreeMap<String, Data>;

/// Values to play in place of those of a table: of each key of [`Sources`], by row of its table; `None` leaves a row as
/// it is. Each must be possible for its row.
pub type Values = BTreeMap<String, Vec<Option<Rational>>>;

impl ScenarioFile {
    /// The files that the scenario names, relative to its folder, each with its key in [`Sources`].
    #[must_use]
    pub fn files(&self) -> Vec<(String, &str)> {
        let scenario = &self.scenario;
        let sources = scenario.source.iter().map(|(name, source)| (format!("source.{name}"), source.file.as_str()));
        let channels = scenario.channels.iter();
        let channels = channels.map(|(name, channel)| (format!("channels.{name}"), channel.source.file.as_str()));
        let coverage = scenario.coverage.iter().map(|coverage| ("coverage".to_owned(), coverage.file.as_str()));
        sources.chain(channels).chain(coverage).collect()
    }
}
