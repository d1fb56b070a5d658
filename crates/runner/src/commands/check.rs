//! `saddlepoint check`: every problem of scenarios, games and tables at once, and what to know of those that are good.
//!
//! As text, one line a file, and its warnings on standard error. As JSON, `saddlepoint.check/1`: for each file its `kind` and
//! size, its `warnings`, or its `problems`. Warnings leave the exit code as it is; those that need an answer are told by
//! `solve`.

use std::path::{Path, PathBuf};

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_solver::{Method, Settings};
use serde_json::{Map, Value, json};

use super::expectation;
use crate::cli::Format;
use crate::failure::Failure;
use crate::input::{self, Input, Loaded};
use crate::session::Session;

/// The version of the form.
const SCHEMA: &str = "saddlepoint.check/1";

/// What there is to say of a good file.
struct Checked {
    /// What it is and how large, in words.
    words: String,
    /// The same as keys.
    keys: Map<String, Value>,
    warnings: Vec<Diagnostic>,
    /// How it differs from what it expects.
    differences: Vec<Diagnostic>,
}

/// Checks files; with `expect`, solves every `[[expect]]` of the scenarios too.
pub(crate) fn run(session: &Session, files: &[PathBuf], expect: bool) -> Result<(), Failure> {
    let mut problems: Vec<Diagnostic> = Vec::new();
    let mut differs = false;
    let mut said = Vec::new();
    let is_json = session.options.format == Format::Json;
    for file in files {
        let name = file.display().to_string();
        match one(session, file, expect) {
            Ok(checked) => {
                differs |= !checked.differences.is_empty();
                if is_json {
                    let mut keys = checked.keys;
                    keys.insert("file".to_owned(), json!(name));
                    keys.insert("warnings".to_owned(), coded(&checked.warnings));
                    keys.insert("problems".to_owned(), coded(&checked.differences));
                    said.push(Value::Object(keys));
                } else {
                    session.printer.data(&format!("{name}: good, {}\n", checked.words))?;
                    for warning in &checked.warnings {
                        session.printer.note(&format!("{name}: {}: {}", warning.code, warning.message));
                    }
                }
                session.printer.problems(&checked.differences);
            }
            Err(Failure::Input(found)) => {
                said.push(json!({ "file": name, "warnings": [], "problems": coded(&found) }));
                // A table that several scenarios read is told once.
                let new: Vec<_> = found.into_iter().filter(|problem| !problems.contains(problem)).collect();
                problems.extend(new);
            }
            Err(other) => return Err(other),
        }
    }
    if is_json {
        let all = json!({ "schema": SCHEMA, "files": said });
        session.printer.data(&(serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"))?;
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    if differs { Err(Failure::No) } else { Ok(()) }
}

fn coded(problems: &[Diagnostic]) -> Value {
    problems.iter().map(|problem| json!({ "code": problem.code, "message": problem.message })).collect()
}

/// Checks one file.
fn one(session: &Session, file: &Path, expect: bool) -> Result<Checked, Failure> {
    let good = |words: String, keys: Value| Checked {
        words,
        keys: if let Value::Object(keys) = keys { keys } else { Map::new() },
        warnings: Vec::new(),
        differences: Vec::new(),
    };
    match input::open(file, &session.options.set, &session.printer)? {
        Input::Game(loss) => {
            let (m, n) = (loss.attacks().len(), loss.defences().len());
            Ok(good(size(m, n), json!({ "kind": "game", "attacks": m, "defences": n })))
        }
        Input::GeneralSum(game) => {
            let (m, n) = (game.rows().len(), game.columns().len());
            let keys = json!({ "kind": "general-sum", "rows": m, "columns": n });
            Ok(good(format!("general-sum, {m} × {n} strategies"), keys))
        }
        Input::Measurements(table) => {
            let count = table.rows.len();
            Ok(good(format!("{count} measurements"), json!({ "kind": "measurements", "measurements": count })))
        }
        Input::Scenario(loaded) => {
            let (words, keys) = scenario(&loaded)?;
            let mut checked = good(words, keys);
            checked.warnings = loaded.template.warnings(loaded.template.parameters());
            if expect {
                expectations(session, &loaded, &mut checked)?;
            }
            Ok(checked)
        }
    }
}

fn size(attacks: usize, defences: usize) -> String {
    format!("{attacks} attacks × {defences} defences")
}

fn scenario(loaded: &Loaded) -> Result<(String, Value), Failure> {
    let (m, n) = (loaded.template.attacks().len(), loaded.template.defences().len());
    // Layouts of a sweep are checked too: one that cannot be laid out is a mistake of the file.
    let points = loaded.file.points();
    crate::sweep::Plan::new(loaded.clone())?;
    let words = if points > 1 { format!("{}, {points} points", size(m, n)) } else { size(m, n) };
    Ok((words, json!({ "kind": "scenario", "attacks": m, "defences": n, "points": points })))
}

/// Solves what the scenario expects.
fn expectations(session: &Session, loaded: &Loaded, checked: &mut Checked) -> Result<(), Failure> {
    let settings = match session.options.solver {
        // Expectations are exact numbers, so they are compared with exact answers whatever the size.
        Method::Auto => Settings { method: Method::Exact, ..session.settings() },
        _ => session.settings(),
    };
    let (held, differences) = expectation::check(loaded, &settings)?;
    let all = loaded.file.scenario.expect.len();
    checked.words = format!("{}, {held} of {all} expectations hold", checked.words);
    checked.keys.insert("expectations".to_owned(), json!({ "held": held, "all": all }));
    checked.differences = differences.into_iter().map(|text| expectation::problem(loaded, text)).collect();
    Ok(())
}
