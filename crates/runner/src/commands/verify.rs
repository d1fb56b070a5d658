//! `saddlepoint verify`: certificates re-checked in exact arithmetic, by code that shares nothing with the solvers.

use std::path::{Path, PathBuf};

use saddlepoint_game::Bimatrix;
use saddlepoint_game::certificate::{Claim, GameInput, verify, verify_commitment, verify_searched};
use saddlepoint_game::diagnostic::{Diagnostic, Source};
use saddlepoint_game::rational::to_fraction;

use crate::failure::Failure;
use crate::input::{self, Input, Loaded};
use crate::session::Session;
use crate::sweep;

/// Checks result files and results folders; says of each whether it is believed, and why not.
pub(crate) fn run(session: &Session, files: &[PathBuf], rebuild: bool) -> Result<(), Failure> {
    let mut believed = true;
    for file in files {
        let (proved, rejections) =
            if file.is_dir() { sweep::verify::folder(session, file)? } else { result(session, file, rebuild)? };
        let name = file.display();
        if rejections.is_empty() {
            session.printer.data(&format!("{name}: verified, {proved}\n"))?;
        } else {
            believed = false;
            for rejection in rejections {
                session.printer.data(&format!("{name}: rejected: {rejection}\n"))?;
            }
        }
    }
    if believed { Ok(()) } else { Err(Failure::No) }
}

/// Checks one result; returns what it proves and why it is not believed.
fn result(session: &Session, file: &Path, rebuild: bool) -> Result<(String, Vec<String>), Failure> {
    let name = file.display().to_string();
    let bytes = input::read(file, &session.printer)?;
    let source = Source::decode(&name, &bytes).map_err(|problem| Failure::input(*problem))?;
    let claim = Claim::from_json(&name, source.text)?;
    let rebuilds = rebuild || !claim.has_losses();
    let rejections = if claim.is_commitment() {
        let game = if rebuilds { Some(rebuilt_general_sum(session, &name, &claim)?) } else { None };
        verify_commitment(&claim, game.as_ref())
    } else if claim.is_searched() {
        let loaded = scenario(session, &name, &claim)?;
        let game = loaded.template.portfolios();
        let none =
            || Failure::input(Diagnostic::error("no-scenario", "its sets of defences are not searched").in_file(&name));
        verify_searched(&claim, game.ok_or_else(none)?)
    } else {
        let game = if rebuilds { Some(rebuilt(session, &name, &claim)?) } else { None };
        verify(&claim, game.as_ref())
    };
    let rejections = rejections.iter().map(ToString::to_string).collect();
    let (lower, upper) = claim.bounds();
    let proved = if lower == upper {
        format!("value {}", to_fraction(lower))
    } else {
        format!("value in [{}, {}]", to_fraction(lower), to_fraction(upper))
    };
    Ok((proved, rejections))
}

/// The general-sum game of a result, read again from the file that the result names.
fn rebuilt_general_sum(session: &Session, name: &str, claim: &Claim) -> Result<Bimatrix, Failure> {
    let refuse = |message: &str| Failure::input(Diagnostic::error("no-scenario", message).in_file(name));
    let Some(file) = claim.scenario_file() else {
        return Err(refuse("the result names no file to rebuild its game from"));
    };
    match input::open(Path::new(file), &[], &session.printer)? {
        Input::GeneralSum(game) => Ok(game),
        _ => Err(refuse("what the result names as its scenario is no general-sum game")),
    }
}

/// The game of a result, built anew from the scenario and the point that the result names.
fn rebuilt(session: &Session, name: &str, claim: &Claim) -> Result<GameInput, Failure> {
    let refuse = |message: &str| Failure::input(Diagnostic::error("no-scenario", message).in_file(name));
    let Some(scenario) = claim.scenario_file() else {
        return Err(refuse("the result names no scenario to rebuild its game from"));
    };
    match input::open(Path::new(scenario), &point(claim), &session.printer)? {
        Input::Scenario(loaded) => {
            let instance = loaded.template.instance(loaded.template.parameters());
            let highest = instance.natural(&instance.game);
            let lower =
                instance.lowest.as_ref().map_or_else(|| highest.loss.clone(), |game| instance.natural(game).loss);
            Ok(GameInput { lower, upper: highest.loss, constraints: highest.constraints })
        }
        Input::Game(loss) => Ok(GameInput { lower: loss.clone(), upper: loss, constraints: Vec::new() }),
        _ => Err(refuse("what the result names as its scenario is no zero-sum game")),
    }
}

/// The scenario of a result, at its point.
fn scenario(session: &Session, name: &str, claim: &Claim) -> Result<Box<Loaded>, Failure> {
    let refuse = |message: &str| Failure::input(Diagnostic::error("no-scenario", message).in_file(name));
    let Some(scenario) = claim.scenario_file() else {
        return Err(refuse("the result names no scenario to rebuild its game from"));
    };
    match input::open(Path::new(scenario), &point(claim), &session.printer)? {
        Input::Scenario(loaded) => Ok(loaded),
        _ => Err(refuse("what the result names as its scenario is none")),
    }
}

/// What was set for the result, and the settings of its point, as overrides.
fn point(claim: &Claim) -> Vec<(String, String)> {
    let object = |text: Option<&str>| -> serde_json::Map<String, serde_json::Value> {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    // What was set is text as on the command line; a point's values are values.
    let set = object(claim.set()).into_iter().map(|(path, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (path, text)
    });
    set.chain(object(claim.point()).into_iter().map(|(path, value)| (path, value.to_string()))).collect()
}
