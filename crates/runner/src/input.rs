//! Opens the user's files: scenarios with their tables, plain games, measurement tables.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use saddlepoint_game::diagnostic::{Diagnostic, Source, suggestion};
use saddlepoint_game::measured::MeasurementTable;
use saddlepoint_game::plain::{self, Plain};
use saddlepoint_game::scenario::{Data, ScenarioFile, Sources, Template, ThreatTable};
use saddlepoint_game::{Bimatrix, LossMatrix, digest_bytes};

use crate::failure::Failure;
use crate::printer::Printer;

/// A file that can be solved.
#[derive(Debug)]
pub enum Input {
    /// A scenario on its measurements.
    Scenario(Box<Loaded>),
    /// A zero-sum plain game.
    Game(LossMatrix),
    /// A plain game whose players do not want the opposite.
    GeneralSum(Bimatrix),
    /// A table of measurements, which is no game yet.
    Measurements(Arc<MeasurementTable>),
}

/// A scenario with everything it names.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scenario.
    pub file: ScenarioFile,
    /// What its files hold.
    pub sources: Arc<Sources>,
    /// The scenario laid out on its files.
    pub template: Template,
    /// The inputs that were read, for the manifest.
    pub inputs: Vec<InputFile>,
}

/// An input that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name: as the scenario gives it, or the scenario's own file name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Loaded {
    /// Lays the scenario out anew with some keys set.
    ///
    /// # Errors
    /// Every problem that the new values cause.
    pub fn rebuilt(&self, file: ScenarioFile) -> Result<Self, Vec<Diagnostic>> {
        let template = Template::new(&file, &self.sources)?;
        Ok(Self { file, sources: self.sources.clone(), template, inputs: self.inputs.clone() })
    }
}

/// Reads a file of any kind; `set` are overrides for a scenario.
///
/// # Errors
/// [`Failure::Input`] with every problem found.
pub fn open(path: &Path, set: &[(String, String)], printer: &Printer) -> Result<Input, Failure> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(Failure::input(folder(&name)));
    }
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    if extension.as_deref() == Some("toml") {
        return scenario(path, set, printer).map(|loaded| Input::Scenario(Box::new(loaded)));
    }
    if let Some((key, _)) = set.first() {
        let problem = Diagnostic::error("no-scenario", format!("`--set {key}` needs a scenario, and this is none"));
        return Err(Failure::input(problem.in_file(&name)));
    }
    let Some(format) = plain::Format::of(&name) else {
        return Err(Failure::input(
            Diagnostic::error("unknown-format", "the kind of file is not known from its name")
                .in_file(&name)
                .expected("a scenario (.toml) or a plain game (.csv, .tsv, .json, .nfg)"),
        ));
    };
    let bytes = read(path, printer)?;
    if format == plain::Format::Csv && MeasurementTable::is_measurements(&bytes) {
        return Ok(Input::Measurements(Arc::new(MeasurementTable::read(&name, &bytes)?)));
    }
    Ok(match plain::read(format, &name, &bytes)? {
        Plain::Loss(game) => Input::Game(game),
        Plain::GeneralSum(game) => Input::GeneralSum(game),
    })
}

/// Reads a scenario and the table or game it plays on.
///
/// # Errors
/// [`Failure::Input`] with every problem found.
pub fn scenario(path: &Path, set: &[(String, String)], printer: &Printer) -> Result<Loaded, Failure> {
    let name = path.display().to_string();
    let bytes = read(path, printer)?;
    let source = Source::decode(&name, &bytes).map_err(|problem| Failure::input(*problem))?;
    let file =
        ScenarioFile::read(&source, set).map_err(|problems| with_names(problems, &source, set, path, printer))?;
    let own_name = path.file_name().map_or_else(|| name.clone(), |name| name.to_string_lossy().into_owned());
    let inputs = vec![InputFile { name: own_name, sha256: digest_bytes(&bytes) }];
    load(file, path.parent().unwrap_or(Path::new("")), inputs, printer)
}

/// Adds to the problems of a file the names in it that its source does not have, so that all are mended at once.
fn with_names(
    mut problems: Vec<Diagnostic>,
    source: &Source<'_>,
    set: &[(String, String)],
    path: &Path,
    printer: &Printer,
) -> Failure {
    let lenient = ScenarioFile::read_leniently(source, set);
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(Err(Failure::Input(more))) = lenient.map(|file| load(file, folder, Vec::new(), printer)) {
        // Other kinds of problems may only follow from those that are told already.
        let named = |problem: &Diagnostic| problem.code == "unknown-name" && !problem.message.contains("``");
        problems.extend(more.into_iter().filter(named));
    }
    Failure::Input(problems)
}

/// Reads the files of a scenario, relative to a folder, and lays the scenario out on them.
///
/// # Errors
/// [`Failure::Input`] with every problem found.
pub fn load(
    file: ScenarioFile,
    folder: &Path,
    mut inputs: Vec<InputFile>,
    printer: &Printer,
) -> Result<Loaded, Failure> {
    let mut sources = Sources::new();
    let mut read_before: BTreeMap<&str, Data> = BTreeMap::new();
    let mut problems = Vec::new();
    for (key, path) in file.files() {
        // Channels and victims may share a file; it is one input.
        if let Some(data) = read_before.get(path) {
            sources.insert(key, data.clone());
            continue;
        }
        match source(&file, &key, path, folder, printer) {
            Ok((data, input)) => {
                inputs.push(input);
                read_before.insert(path, data.clone());
                sources.insert(key, data);
            }
            Err(Failure::Input(found)) => problems.extend(found),
            Err(failure) => return Err(failure),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    let template = Template::new(&file, &sources)?;
    Ok(Loaded { file, sources: Arc::new(sources), template, inputs })
}

/// Reads one file of a scenario.
fn source(
    file: &ScenarioFile,
    key: &str,
    written: &str,
    folder: &Path,
    printer: &Printer,
) -> Result<(Data, InputFile), Failure> {
    let path = folder.join(written);
    let name = path.display().to_string();
    let bytes = read(&path, printer).map_err(|failure| at_source(failure, file, key))?;
    let input = InputFile { name: written.to_owned(), sha256: digest_bytes(&bytes) };
    if MeasurementTable::is_measurements(&bytes) {
        return Ok((Data::Measured(Arc::new(MeasurementTable::read(&name, &bytes)?)), input));
    }
    if ThreatTable::is_threats(&bytes) {
        return Ok((Data::Threats(Arc::new(ThreatTable::read(&name, &bytes)?)), input));
    }
    match plain::Format::of(&name).map(|format| plain::read(format, &name, &bytes)) {
        Some(game) => match game? {
            Plain::Loss(game) => Ok((Data::Plain(game), input)),
            Plain::GeneralSum(_) => Err(Failure::input(general_sum(&name))),
        },
        None => {
            let problem = Diagnostic::error("unknown-format", "the source is no table or plain game")
                .expected("a measurement table or a plain game (.csv, .tsv, .json, .nfg)")
                .found(format!("`{written}`"));
            let place = file.document.place_of(key).unwrap_or_default();
            Err(Failure::input(file.locate(problem, &place).key(format!("{key}.file"))))
        }
    }
}

/// Says that a general-sum game has no place where one loss per cell is needed.
#[must_use]
pub fn general_sum(file: &str) -> Diagnostic {
    Diagnostic::error("general-sum", "the game is general-sum: the players' pay-offs do not add up to a constant")
        .in_file(file)
        .expected("a zero-sum or constant-sum game")
        .hint("`solve` and `check` take a general-sum .nfg as it is")
}

/// Says that a measurement table is not a game yet.
#[must_use]
pub fn not_a_game(file: &str) -> Diagnostic {
    Diagnostic::error("no-game", "a table of measurements is not a game yet")
        .in_file(file)
        .expected("a scenario (.toml) that says which model, metric and defences to play")
        .hint("`check` reads a table on its own; the README shows how to write a scenario for it")
}

/// The bytes of a file; a text is remembered for messages.
///
/// # Errors
/// [`Failure::Input`] if the file is not there, is a folder, or cannot be read.
pub fn read(path: &Path, printer: &Printer) -> Result<Vec<u8>, Failure> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(Failure::input(folder(&name)));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::input(unreadable(path, &error)))?;
    if let Ok(source) = Source::decode(&name, &bytes) {
        printer.remember(&name, source.text);
    }
    Ok(bytes)
}

fn folder(name: &str) -> Diagnostic {
    Diagnostic::error("is-a-folder", format!("`{name}` is a folder")).expected("a file")
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let name = path.display().to_string();
    if error.kind() != io::ErrorKind::NotFound {
        return Diagnostic::error("unreadable", format!("cannot read `{name}`: {error}"));
    }
    let problem = Diagnostic::error("no-such-file", format!("there is no file `{name}`"));
    match neighbour(path) {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

/// "did you mean" among the files beside the one that is not there.
fn neighbour(path: &Path) -> Option<String> {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let wanted = path.file_name()?.to_string_lossy().into_owned();
    let mut names: Vec<_> =
        std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    suggestion(&wanted, names.iter().map(String::as_str))
}

/// A source that cannot be read is a mistake in the scenario, so it is shown there.
fn at_source(failure: Failure, file: &ScenarioFile, key: &str) -> Failure {
    let Failure::Input(problems) = failure else { return failure };
    let key = format!("{key}.file");
    let place = file.document.place_of(&key).unwrap_or_default();
    Failure::Input(problems.into_iter().map(|problem| file.locate(problem, &place).key(key.clone())).collect())
}
