//! `saddlepoint solve`: one game, everything about its answer.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use saddlepoint_game::Game;
use saddlepoint_game::scenario::{Concept, Instance};
use saddlepoint_solver::analysis;

use crate::answer::{self, Answer};
use crate::atomic;
use crate::cli::Format;
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::record::{Origin, Record};
use crate::render;
use crate::session::Session;

/// Solves and prints.
pub(crate) fn run(session: &Session, file: &Path) -> Result<(), Failure> {
    let name = file.display().to_string();
    match input::open(file, &session.options.set, &session.printer)? {
        Input::Scenario(loaded) => {
            let (at_point, point) = answer::first_point(&loaded)?;
            let started = Instant::now();
            let answer = answer::solve(&at_point, &session.settings())?;
            let origin = Origin {
                name: &loaded.file.scenario.name,
                file: &name,
                point: &point,
                channel: at_point.template.channel(),
                warnings: at_point.template.warnings(),
            };
            finish(session, &origin, &answer, started)
        }
        Input::Game(loss) => {
            let started = Instant::now();
            let instance = Instance { game: Game::new(loss), lowest: None };
            let analysis = analysis::full(&instance, None, Concept::Mixed, &session.settings());
            let answer = Answer { analysis: analysis.map_err(|error| answer::failure(&error))?, switches: None };
            let stem = file.file_stem().and_then(OsStr::to_str).unwrap_or("game");
            let origin = Origin { name: stem, file: &name, point: &[], channel: None, warnings: &[] };
            finish(session, &origin, &answer, started)
        }
        Input::GeneralSum(_) => Err(Failure::input(input::general_sum(&name))),
        Input::Measurements(_) => Err(Failure::input(input::not_a_game(&name))),
    }
}

fn finish(session: &Session, origin: &Origin<'_>, answer: &Answer, started: Instant) -> Result<(), Failure> {
    let record = Record::new(origin, answer, started.elapsed().as_secs_f64());
    if let Some(out) = &session.options.out {
        let path = out.join("result.json");
        atomic::folder(out)?;
        atomic::write(&path, |file| file.write_all(record.to_text().as_bytes()))?;
        session.printer.note(&format!("wrote {}", path.display()));
    }
    let text = match session.options.format {
        Format::Json => record.to_text(),
        Format::Csv => render::answer_csv(origin, &answer.analysis),
        Format::Text => render::answer(origin, answer),
    };
    session.printer.data(&text)
}
