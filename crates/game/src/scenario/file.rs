//! [`ScenarioFile`]: a document and the scenario it says, with values set over it.

use std::collections::HashSet;

use super::document::{Document, Node, Place, Value, split_path};
use super::read::{read, read_leniently, same_path};
use super::schema::Scenario;
use super::sweep::{AxisValues, Sweep};
use super::value::Setting;
use crate::diagnostic::{Diagnostic, Source, one_of};

/// How the source of a value set on the command line begins.
pub const OPTION: &str = "--set ";

/// A scenario with the text that it was read from.
#[derive(Clone, Debug)]
pub struct ScenarioFile {
    /// The text as a tree.
    pub document: Document,
    /// What it means.
    pub scenario: Scenario,
}

impl ScenarioFile {
    /// Reads a scenario file; `overrides` are key paths and values set over it, as on the command line.
    ///
    /// A key that is set is taken out of the sweep.
    ///
    /// # Errors
    /// Every problem of the file and of the values set over it.
    pub fn read(source: &Source<'_>, overrides: &[(String, String)]) -> Result<Self, Vec<Diagnostic>> {
        let mut document = Document::parse(source)?;
        let mut problems = Vec::new();
        for (path, value) in overrides {
            if let Err(problem) = document.set(path, value, &format!("{OPTION}{path}={value}")) {
                problems.push(*problem);
            }
            document.remove_from_sweep(path);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let scenario = read(&document)?;
        let file = Self { document, scenario };
        let problems = file.check_paths();
        if problems.is_empty() { Ok(file) } else { Err(problems) }
    }

    /// What can be read of a file that has problems, so that its names can be looked up in its source too.
    ///
    /// `None` if the text itself is broken. The scenario is for finding further problems only.
    #[must_use]
    pub fn read_leniently(source: &Source<'_>, overrides: &[(String, String)]) -> Option<Self> {
        let mut document = Document::parse(source).ok()?;
        for (path, value) in overrides {
            document.set(path, value, OPTION).ok()?;
        }
        let (scenario, _) = read_leniently(&document);
        Some(Self { document, scenario })
    }

    /// The name of the file, as the user gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.document.file().file
    }

    /// Shows a problem at a place of the file.
    #[must_use]
    pub fn locate(&self, problem: Diagnostic, place: &Place) -> Diagnostic {
        self.document.locate(problem, place)
    }

    /// The scenario with some keys set, and without its sweep.
    ///
    /// # Errors
    /// Every problem that the new values cause, shown where they are written.
    pub fn with<'a>(
        &self,
        settings: impl IntoIterator<Item = (&'a str, &'a Setting)>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut document = self.document.clone();
        for (path, setting) in settings {
            let node = Node { value: setting.0.value.clone(), place: setting.0.place.clone() };
            document.put(path, node).map_err(|problem| vec![*problem])?;
        }
        document.remove("sweep");
        let scenario = read(&document)?;
        Ok(Self { document, scenario })
    }

    /// Every key that a sweep, an expectation or a figure names must exist and take the values given for it.
    fn check_paths(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        let mut try_setting = |path: &str, setting: &Setting| {
            if let Err(found) = self.with([(path, setting)]) {
                problems.extend(found);
            }
        };
        let sweep = &self.scenario.sweep;
        let fixed = |path: &str, place: &Place| {
            is_fixed(path).then(|| {
                let problem = Diagnostic::error("fixed-key", format!("`{path}` cannot be varied"));
                self.locate(problem.hint("write one scenario for each, or use --set"), place).key(path)
            })
        };
        let swept = sweep.axes.iter().filter_map(|axis| fixed(&axis.path, &axis.place));
        let expected = self.scenario.expect.iter().flat_map(|expect| &expect.at);
        let mut refused: Vec<_> =
            swept.chain(expected.filter_map(|(path, setting)| fixed(path, &setting.0.place))).collect();
        if !refused.is_empty() {
            refused.dedup();
            return refused;
        }
        for axis in &sweep.axes {
            match &axis.values {
                AxisValues::List(values) => values.iter().for_each(|value| try_setting(&axis.path, value)),
                AxisValues::Range { .. } => {
                    let last = u64::try_from(axis.len().saturating_sub(1)).unwrap_or(0);
                    for position in [0, last] {
                        try_setting(&axis.path, &axis.at(position));
                    }
                }
            }
        }
        for expect in &self.scenario.expect {
            let settings = expect.at.iter().map(|(path, setting)| (path.as_str(), setting));
            if let Err(found) = self.with(settings) {
                problems.extend(found);
            }
        }
        for figure in &self.scenario.figure {
            let Some(x) = &figure.x else { continue };
            let paths = || sweep.axes.iter().map(|axis| axis.path.as_str());
            if sweep.axes.iter().any(|axis| same_path(&axis.path, &x.text) && !axis.is_numeric()) {
                let problem =
                    Diagnostic::error("not-a-number", format!("`{}` takes values that are no numbers", x.text));
                problems.push(self.locate(problem.expected("a numeric axis"), &x.place).key("figure.x"));
            }
            if !paths().any(|path| same_path(path, &x.text)) {
                let problem = Diagnostic::error("unknown-name", format!("`{}` is not swept", x.text))
                    .expected(one_of(paths()))
                    .suggest(&x.text, paths());
                problems.push(self.locate(problem, &x.place).key("figure.x"));
            }
        }
        // A path that does not exist fails in the same way for each of its values.
        let mut seen = HashSet::new();
        problems.retain(|problem| seen.insert((problem.code, problem.key.clone(), problem.message.clone())));
        problems
    }

    /// The settings of one point of the sweep, in the order of its keys.
    #[must_use]
    pub fn point(&self, index: u64) -> Vec<(&str, Setting)> {
        let sweep = &self.scenario.sweep;
        let positions = sweep.positions(index);
        sweep.axes.iter().zip(positions).map(|(axis, position)| (axis.path.as_str(), axis.at(position))).collect()
    }

    /// Number of points; 1 where nothing is swept.
    #[must_use]
    pub fn points(&self) -> u64 {
        u64::try_from(self.scenario.sweep.points()).unwrap_or(u64::MAX)
    }

    /// The scenario as TOML with every default written out: what was run, on its own.
    ///
    /// # Errors
    /// A diagnostic if the scenario cannot be written, which no scenario that was read should cause.
    pub fn to_toml(&self) -> Result<String, Box<Diagnostic>> {
        // The order of swept keys is the order of the points, and TOML wants tables, such as a range, behind everything
        // else: the sweep is written line by line, ranges in place.
        let sweep = Sweep::default();
        let rest = toml::to_string(&Scenario { sweep, ..self.scenario.clone() });
        let text = rest.and_then(|rest| Ok(rest + &self.scenario.sweep.to_toml()?));
        text.map_err(|error| Box::new(Diagnostic::error("unwritable", error.to_string()).in_file(self.name())))
    }
}

/// Whether a key says what a scenario is, rather than how it is played: it is the same at every point.
fn is_fixed(path: &str) -> bool {
    let parts = split_path(path);
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["source" | "channels", _, key] | ["coverage", key] => *key == "file",
        // An unknown key is told as such where it is set.
        [first, ..] => {
            ["schema", "name", "title", "question", "notes", "assembled", "sweep", "expect", "figure"].contains(first)
        }
        [] => true,
    }
}

impl Document {
    /// Where the value at a dotted path stands; array tables are addressed by their `name`.
    #[must_use]
    pub fn place_of(&self, path: &str) -> Option<Place> {
        let parts = split_path(path);
        let mut table = &self.root;
        let mut node = None;
        let mut parts = parts.iter();
        while let Some(part) = parts.next() {
            let mut found = table.get(part)?;
            if let Value::List(entries) = &found.value
                && let Some(name) = parts.next()
            {
                found = entries.iter().find(|entry| match &entry.value {
                    Value::Table(inner) => {
                        matches!(inner.get("name").map(|n| &n.value), Some(Value::Text(text)) if text == name)
                    }
                    _ => false,
                })?;
            }
            node = Some(found);
            if let Value::Table(inner) = &found.value {
                table = inner;
            }
        }
        node.map(|node| node.place.clone())
    }
}
