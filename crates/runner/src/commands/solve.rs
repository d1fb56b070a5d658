//! `saddlepoint solve`: one game, everything about its answer.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use saddlepoint_game::Game;
use saddlepoint_game::scenario::{Concept, Instance};
use saddlepoint_solver::further::{self, Wanted};
use saddlepoint_solver::{Method, Question, analysis, choose};

use crate::answer::{self, Answer, Answered};
use crate::atomic;
use crate::cli::Format;
use crate::failure::Failure;
use crate::general_sum::{self, GeneralAnswer};
use crate::input::{self, Input};
use crate::record::{Origin, Record};
use crate::render;
use crate::session::Session;
use crate::warnings;

/// Solves and prints.
pub(crate) fn run(session: &Session, file: &Path, explain: bool) -> Result<(), Failure> {
    let name = file.display().to_string();
    match input::open(file, &session.options.set, &session.printer)? {
        Input::Scenario(loaded) => {
            let (at_point, point) = answer::first_point(&loaded)?;
            let started = Started { at: Instant::now(), explain };
            let mut answered = answer::solve(&at_point, &session.settings())?;
            if let Answered::ZeroSum(answer) = &mut answered {
                let parameters = at_point.template.parameters();
                answer.noise = answer::noise(&at_point, parameters, session.options.seed, &session.settings())?;
                answer.bits = answer::bits(&at_point, &answer.analysis, &session.settings())?;
            }
            let warnings = warnings::of(&answered, &at_point);
            let origin = |columns| Origin {
                name: &loaded.file.scenario.name,
                file: &name,
                point: &point,
                set: &session.options.set,
                template: Some(&at_point.template),
                columns,
                warnings: &warnings,
            };
            match answered {
                Answered::ZeroSum(answer) => {
                    let origin = origin(answer.columns.as_deref());
                    finish(session, &Solved::ZeroSum(&answer), &origin, started)
                }
                Answered::GeneralSum(answer) => finish(session, &Solved::GeneralSum(&answer), &origin(None), started),
            }
        }
        Input::Game(loss) => {
            let started = Started { at: Instant::now(), explain };
            let instance = Instance::new(Game::new(loss));
            let analysis = analysis::full(&instance, None, &Question::plain(Concept::Mixed), &session.settings());
            let analysis = analysis.map_err(|error| answer::unsolved(&error))?;
            let wanted = Wanted::default();
            let further = further::of(&instance, &analysis, wanted, &session.settings());
            let further = further.map_err(|error| answer::unsolved(&error))?;
            let answer = Answer { further, ..Answer::plain(analysis) };
            finish(session, &Solved::ZeroSum(&answer), &plain(file, &name), started)
        }
        Input::GeneralSum(game) => {
            let started = Started { at: Instant::now(), explain };
            let answer = general_sum::solve(game, &session.settings()).map_err(|error| answer::failure(&error))?;
            finish(session, &Solved::GeneralSum(&answer), &plain(file, &name), started)
        }
        Input::Measurements(_) => Err(Failure::input(input::not_a_game(&name))),
    }
}

/// The origin of a plain game.
fn plain<'a>(file: &'a Path, name: &'a str) -> Origin<'a> {
    let stem = file.file_stem().and_then(OsStr::to_str).unwrap_or("game");
    Origin { name: stem, file: name, point: &[], set: &[], template: None, columns: None, warnings: &[] }
}

/// A run under way.
#[derive(Clone, Copy)]
struct Started {
    at: Instant,
    explain: bool,
}

/// Which method solved it, and why that one.
fn explanation(asked: Method, solved: &Solved<'_>) -> String {
    match solved {
        Solved::GeneralSum(answer) => {
            let nash = if answer.equilibria.is_some() { ", and vertex enumeration for the equilibria" } else { "" };
            format!("one linear program for each answer to the commitment{nash}: the pay-offs are those of two players")
        }
        Solved::ZeroSum(answer) if answer.analysis.concept == Concept::Pure => {
            "every single defence is tried: the concept is `pure`".to_owned()
        }
        Solved::ZeroSum(answer) => {
            let solved = &answer.analysis.highest;
            let (chosen, why) = if asked == Method::Auto {
                let choice = choose(&solved.game);
                (choice.method, choice.to_string())
            } else {
                (asked, format!("{asked}: as asked for"))
            };
            let found = solved.solution.method;
            // The exact finish is part of the choice for small games.
            if found == chosen || found == Method::Exact { why } else { format!("{why}; the answer is from {found}") }
        }
    }
}

/// What there is to print.
enum Solved<'a> {
    ZeroSum(&'a Answer),
    GeneralSum(&'a GeneralAnswer),
}

fn finish(session: &Session, solved: &Solved<'_>, origin: &Origin<'_>, started: Started) -> Result<(), Failure> {
    let seconds = started.at.elapsed().as_secs_f64();
    if started.explain {
        session.printer.note(&explanation(session.options.solver, solved));
    }
    let record = match solved {
        Solved::ZeroSum(answer) => Record::new(origin, answer, seconds),
        Solved::GeneralSum(answer) => Record::general_sum(origin, answer, seconds),
    };
    if let Some(out) = &session.options.out {
        let path = out.join("result.json");
        atomic::folder(out)?;
        atomic::write(&path, |file| file.write_all(record.to_text().as_bytes()))?;
        session.printer.note(&format!("wrote {}", path.display()));
    }
    let text = match session.options.format {
        Format::Json => record.to_text(),
        Format::Csv => match solved {
            Solved::ZeroSum(answer) => render::answer_csv(origin, &answer.analysis),
            Solved::GeneralSum(answer) => render::general_sum_csv(answer),
        },
        Format::Text => match solved {
            Solved::ZeroSum(answer) => render::answer(origin, answer),
            Solved::GeneralSum(answer) => render::general_sum(origin, answer),
        },
    };
    session.printer.data(&text)
}
