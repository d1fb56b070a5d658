//! `saddlepoint check`: every problem of scenarios, games and tables at once.

use std::path::{Path, PathBuf};

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_solver::{Method, Settings};

use super::expectation;
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::session::Session;

/// Checks files; with `expect`, solves every `[[expect]]` of the scenarios too.
pub(crate) fn run(session: &Session, files: &[PathBuf], expect: bool) -> Result<(), Failure> {
    let mut problems: Vec<Diagnostic> = Vec::new();
    let mut differs = false;
    for file in files {
        match one(session, file, expect) {
            Ok((line, differences)) => {
                session.printer.data(&format!("{line}\n"))?;
                differs |= !differences.is_empty();
                session.printer.problems(&differences);
            }
            // A table that several scenarios read is told once.
            Err(Failure::Input(found)) => {
                let new: Vec<_> = found.into_iter().filter(|problem| !problems.contains(problem)).collect();
                problems.extend(new);
            }
            Err(other) => return Err(other),
        }
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    if differs { Err(Failure::No) } else { Ok(()) }
}

/// Checks one file; returns what to say of it and how it differs from what it expects.
fn one(session: &Session, file: &Path, expect: bool) -> Result<(String, Vec<Diagnostic>), Failure> {
    let name = file.display();
    let size = |m: usize, n: usize| format!("{m} attacks × {n} defences");
    match input::open(file, &session.options.set, &session.printer)? {
        Input::Game(loss) => {
            Ok((format!("{name}: good, {}", size(loss.attacks().len(), loss.defences().len())), vec![]))
        }
        Input::GeneralSum(game) => Ok((
            format!("{name}: good, general-sum, {} × {} strategies", game.rows().len(), game.columns().len()),
            vec![],
        )),
        Input::Measurements(table) => Ok((format!("{name}: good, {} measurements", table.rows.len()), vec![])),
        Input::Scenario(loaded) => {
            let template = &loaded.template;
            let mut line = format!("{name}: good, {}", size(template.attacks().len(), template.defences().len()));
            // Layouts of a sweep are checked too: one that cannot be laid out is a mistake of the file.
            let points = loaded.file.points();
            crate::sweep::Plan::new((*loaded).clone())?;
            if points > 1 {
                line = format!("{line}, {points} points");
            }
            if !expect {
                return Ok((line, Vec::new()));
            }
            let settings = match session.options.solver {
                // Expectations are exact numbers, so they are compared with exact answers whatever the size.
                Method::Auto => Settings { method: Method::Exact, ..session.settings() },
                _ => session.settings(),
            };
            let (held, differences) = expectation::check(&loaded, &settings)?;
            let all = loaded.file.scenario.expect.len();
            let differences: Vec<_> = differences.into_iter().map(|text| expectation::problem(&loaded, text)).collect();
            Ok((format!("{line}, {held} of {all} expectations hold"), differences))
        }
    }
}
