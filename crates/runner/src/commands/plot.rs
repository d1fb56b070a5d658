//! `saddlepoint plot`: the figures of a results folder, redrawn from what was written.

use std::path::Path;

use saddlepoint_game::diagnostic::Source;
use saddlepoint_game::scenario::ScenarioFile;

use crate::failure::Failure;
use crate::input;
use crate::manifest::Manifest;
use crate::session::Session;
use crate::sweep;

/// Redraws; nothing is solved.
pub(crate) fn run(session: &Session, dir: &Path) -> Result<(), Failure> {
    let mut manifest = Manifest::read(dir)?;
    let path = dir.join("scenario.toml");
    let name = path.display().to_string();
    let bytes = input::read(&path, &session.printer)?;
    let source = Source::decode(&name, &bytes).map_err(|problem| Failure::input(*problem))?;
    let file = ScenarioFile::read(&source, &session.options.set)?;
    sweep::figures::write_numbers(&file.scenario, dir)?;
    let figures = sweep::figures::draw_all(&file.scenario, dir)?;
    manifest.refresh(dir, &figures)?;
    for figure in figures.iter().filter(|figure| figure.ends_with(".svg")) {
        session.printer.data(&format!("figure  {}\n", dir.join("figures").join(figure).display()))?;
    }
    Ok(())
}
