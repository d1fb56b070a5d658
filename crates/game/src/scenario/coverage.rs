//! The coverage game: which stages of an attack's flow to watch.
//!
//! The defender watches k of the stages, drawn at random; the attacker picks a threat. A threat is caught if a watched
//! stage is on its flow, so the loss is 1 for a threat that passes none of the drawn stages, else 0, and the value is
//! the probability that the worst threat goes unseen. The sets of k stages are the columns.

use super::ScenarioFile;
use super::loss::{Factor, Part};
use super::parameters::Parameters;
use super::reader::Problems;
use super::schema::Concept;
use super::template::{Column, Template};
use crate::diagnostic::{Diagnostic, Source, one_of};
use crate::matrix::PayoffKind;
use crate::payoffs::Payoffs;
use crate::rational::Rational;

/// Most sets of stages that are laid out.
const SETS_MOST: usize = 4_096;

/// Threats, each with the stages that it passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreatTable {
    /// The file as the user named it.
    pub file: String,
    /// Its stages: the names of the columns `flow_STAGE`.
    pub stages: Vec<String>,
    /// Its threats, in order.
    pub threats: Vec<Threat>,
}

/// One threat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threat {
    /// Its name.
    pub name: String,
    /// Whether it passes each stage.
    pub passes: Vec<bool>,
    /// Every column of the table with the row's text, for a reader who wants more.
    pub columns: Vec<(String, String)>,
}

impl ThreatTable {
    /// Whether a text is a table of threats.
    #[must_use]
    pub fn is_threats(bytes: &[u8]) -> bool {
        let header = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let header = String::from_utf8_lossy(header);
        let cells: Vec<_> = header.trim_start_matches('\u{feff}').split(',').map(str::trim).collect();
        cells.contains(&"threat") && cells.iter().any(|cell| cell.starts_with("flow_"))
    }

    /// Reads a table: a column `threat`, and a 0/1 column `flow_STAGE` for each stage; an empty cell is 0.
    ///
    /// # Errors
    /// Every row that cannot be used, each with its line.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, Vec<Diagnostic>> {
        let source = Source::decode(file, bytes).map_err(|problem| vec![*problem])?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source.text.as_bytes());
        let broken = |error: &csv::Error| Diagnostic::error("bad-csv", error.to_string()).in_file(file);
        let header = reader.headers().map_err(|error| vec![broken(&error)])?.clone();
        let column = |wanted: &str| header.iter().position(|name| name.trim() == wanted);
        let Some(name_column) = column("threat") else {
            let problem = Diagnostic::error("missing-column", "no column is named `threat`").in_file(file);
            return Err(vec![problem]);
        };
        let flows: Vec<_> =
            header.iter().enumerate().filter_map(|(k, name)| Some((k, name.trim().strip_prefix("flow_")?))).collect();
        let mut problems = Vec::new();
        let mut threats: Vec<Threat> = Vec::new();
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    problems.push(broken(&error));
                    continue;
                }
            };
            let line = record.position().map_or(0, csv::Position::line);
            let at = |problem: Diagnostic| problem.in_file(&format!("{file}, line {line}"));
            let name = record.get(name_column).unwrap_or_default().trim().to_owned();
            if name.is_empty() {
                problems.push(at(Diagnostic::error("empty-cell", "the threat has no name")));
            }
            // Several threats may share a name, from different sources: the row's first column tells them apart.
            let id = record.get(0).unwrap_or_default().trim();
            let name = if threats.iter().any(|other| other.name == name) { format!("{name} ({id})") } else { name };
            if threats.iter().any(|other| other.name == name) {
                problems.push(at(Diagnostic::error("duplicate-name", format!("two threats are `{name}`"))));
            }
            let mut passes = Vec::new();
            for (k, stage) in &flows {
                match record.get(*k).unwrap_or_default().trim() {
                    "1" => passes.push(true),
                    "0" | "" => passes.push(false),
                    other => {
                        let problem = Diagnostic::error("not-a-flag", format!("`flow_{stage}` is no flag"));
                        problems.push(at(problem.expected("0, 1 or nothing").found(format!("`{other}`"))));
                    }
                }
            }
            let columns = header.iter().zip(&record).map(|(name, cell)| (name.trim().to_owned(), cell.to_owned()));
            threats.push(Threat { name, passes, columns: columns.collect() });
        }
        if threats.is_empty() && problems.is_empty() {
            problems.push(Diagnostic::error("empty-file", "the table has no threats").in_file(file));
        }
        let stages = flows.into_iter().map(|(_, stage)| stage.to_owned()).collect();
        if problems.is_empty() { Ok(Self { file: file.to_owned(), stages, threats }) } else { Err(problems) }
    }
}

/// A template on a table of threats.
pub(super) fn lay_out(file: &ScenarioFile, table: &ThreatTable, problems: &Problems) -> Option<Template> {
    let coverage = file.scenario.coverage.as_ref()?;
    let mut watched = Vec::new();
    for stage in &coverage.stages {
        match table.stages.iter().position(|known| *known == stage.text) {
            Some(position) => watched.push((stage.text.clone(), position)),
            None => {
                let known = || table.stages.iter().map(String::as_str);
                let problem = Diagnostic::error("unknown-name", format!("unknown stage `{}`", stage.text));
                let problem = problem.expected(one_of(known())).suggest(&stage.text, known());
                problems.push(file.locate(problem, &stage.place).key("coverage.stages"));
            }
        }
    }
    let Some(sets) = subsets(watched.len(), coverage.monitors) else {
        let place = file.document.place_of("coverage.monitors").unwrap_or_default();
        let problem = Diagnostic::error("too-many", format!("more than {SETS_MOST} sets of stages"));
        problems.push(file.locate(problem, &place).key("coverage.monitors"));
        return None;
    };
    if sets.is_empty() {
        return None;
    }
    let loss = |threat: &Threat, set: &Vec<usize>| {
        let is_caught = set.iter().any(|stage| threat.passes.get(watched[*stage].1).copied().unwrap_or(false));
        if is_caught { Rational::ZERO } else { Rational::ONE }
    };
    let entries = table.threats.iter().flat_map(|threat| sets.iter().map(move |set| loss(threat, set))).collect();
    let columns: Vec<_> = sets
        .iter()
        .map(|set| Column { channel: None, defences: set.iter().map(|stage| watched[*stage].0.clone()).collect() })
        .collect();
    let attacks: Vec<_> = table.threats.iter().map(|threat| threat.name.clone()).collect();
    debug_assert_eq!(file.scenario.game.concept, Concept::Coverage);
    Some(Template {
        parameters: Parameters::of(&file.scenario, &attacks),
        row_channels: vec![None; attacks.len()],
        defences: columns.iter().map(|column| column.defences.join(" + ")).collect(),
        base: watched.iter().map(|(name, _)| (None, name.clone())).collect(),
        columns,
        attacks: attacks.into(),
        loss_name: "probability that the worst threat passes unseen".to_owned(),
        ..Template::of_parts(PayoffKind::Rational, vec![Part { factor: Factor::One, payoffs: Payoffs::new(entries) }])
    })
}

/// Every set of so many of the first `n` numbers, in lexicographic order; `None` if they are too many.
fn subsets(n: usize, size: usize) -> Option<Vec<Vec<usize>>> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for position in 0..size {
        let mut longer = Vec::new();
        for set in &sets {
            let from = set.last().map_or(0, |last| last + 1);
            for next in from..=(n + position).checked_sub(size)? {
                longer.push([set.as_slice(), &[next]].concat());
            }
            if longer.len() > SETS_MOST {
                return None;
            }
        }
        sets = longer;
    }
    Some(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_counted_by_the_binomial() {
        assert_eq!(subsets(6, 2).expect("few").len(), 15);
        assert_eq!(subsets(3, 3).expect("few"), [[0, 1, 2]]);
        assert!(subsets(40, 20).is_none());
    }

    #[test]
    fn threats_are_read_with_their_stages() {
        let text = "id,threat,flow_input,flow_memory\na,A,1,\nb,B,0,1\n";
        assert!(ThreatTable::is_threats(text.as_bytes()));
        let table = ThreatTable::read("t.csv", text.as_bytes()).expect("a table");
        assert_eq!(table.stages, ["input", "memory"]);
        assert_eq!(table.threats[0].passes, [true, false]);
        let bad = ThreatTable::read("t.csv", b"id,threat,flow_input\na,A,x\n").expect_err("no flag");
        assert_eq!(bad[0].code, "not-a-flag");
    }
}
