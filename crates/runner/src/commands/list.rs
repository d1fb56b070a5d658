//! `saddlepoint list`: the scenarios of a folder.

use std::path::{Path, PathBuf};

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::scenario::ScenarioFile;
use serde_json::json;

use crate::cli::Format;
use crate::failure::Failure;
use crate::input::{self, Loaded};
use crate::render::{self, Align, Table};
use crate::session::Session;

/// Longest question in the table, in characters.
const QUESTION_MOST: usize = 60;

/// Prints a line per scenario; one that cannot be read is listed with its first problem.
pub(crate) fn run(session: &Session, dir: &Path) -> Result<(), Failure> {
    let mut paths = Vec::new();
    collect(dir, &mut paths)?;
    paths.sort();
    if paths.is_empty() {
        let problem = Diagnostic::error("no-scenario", format!("there is no scenario in `{}`", dir.display()));
        return Err(Failure::input(problem.expected("files that end in .toml")));
    }
    let rows: Vec<_> = paths.iter().map(|path| (path, input::scenario(path, &[], &session.printer))).collect();
    let header = ["name", "question", "size", "points", "concept", "source"];
    let text = match session.options.format {
        Format::Json => {
            let entries: Vec<_> = rows.iter().map(|(path, row)| json_entry(path, row.as_ref())).collect();
            format!("{:#}\n", json!({ "schema": "saddlepoint.list/1", "scenarios": entries }))
        }
        Format::Csv => render::csv(&header, rows.iter().map(|(path, row)| cells(path, row.as_ref()).to_vec())),
        Format::Text => {
            let mut table = Table::new(&header.map(|name| match name {
                "size" | "points" => (name, Align::Right),
                _ => (name, Align::Left),
            }));
            for (path, row) in &rows {
                let mut cells = cells(path, row.as_ref());
                cells[1] = shortened(&cells[1]);
                table.row(cells);
            }
            table.text()
        }
    };
    session.printer.data(&text)
}

fn collect(dir: &Path, paths: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let entries = std::fs::read_dir(dir).map_err(|error| {
        Failure::input(Diagnostic::error("unreadable", format!("cannot read the folder `{}`: {error}", dir.display())))
    })?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
    Ok(())
}

/// The files of a scenario, each once, and the system under attack where there is one.
fn source(file: &ScenarioFile) -> String {
    let mut files: Vec<_> = file.files().into_iter().map(|(_, file)| file.to_owned()).collect();
    files.dedup();
    let mut sources = file.scenario.source.values();
    match (sources.next().and_then(|source| source.model.as_ref()), sources.next()) {
        (Some(model), None) => format!("{}, {}", files.join(", "), model.text),
        _ => files.join(", "),
    }
}

fn cells(path: &Path, row: Result<&Loaded, &Failure>) -> [String; 6] {
    match row {
        Ok(loaded) => {
            let scenario = &loaded.file.scenario;
            [
                scenario.name.clone(),
                if scenario.question.is_empty() { scenario.title.clone() } else { scenario.question.clone() },
                format!("{} × {}", loaded.template.attacks().len(), loaded.template.defences().len()),
                loaded.file.points().to_string(),
                scenario.game.concept.as_str().to_owned(),
                source(&loaded.file),
            ]
        }
        Err(failure) => {
            let blank = String::new;
            [path.display().to_string(), format!("error: {failure}"), blank(), blank(), blank(), blank()]
        }
    }
}

fn json_entry(path: &Path, row: Result<&Loaded, &Failure>) -> serde_json::Value {
    match row {
        Ok(loaded) => {
            let scenario = &loaded.file.scenario;
            json!({
                "name": scenario.name,
                "file": path.display().to_string(),
                "title": scenario.title,
                "question": scenario.question,
                "attacks": loaded.template.attacks().len(),
                "defences": loaded.template.defences().len(),
                "points": loaded.file.points(),
                "concept": scenario.game.concept.as_str(),
                "source": source(&loaded.file),
            })
        }
        Err(failure) => json!({ "file": path.display().to_string(), "error": failure.to_string() }),
    }
}

/// A question cut at a word, so that the table keeps to a terminal.
fn shortened(text: &str) -> String {
    if text.chars().count() <= QUESTION_MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(QUESTION_MOST).collect();
    format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head))
}
