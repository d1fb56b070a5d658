//! `saddlepoint convert`: between plain game formats.

use std::ffi::OsStr;
use std::path::Path;

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::plain::{self, Format};

use crate::atomic;
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::session::Session;

/// Reads one format and writes another; `-` prints JSON.
pub(crate) fn run(session: &Session, from: &Path, to: &Path) -> Result<(), Failure> {
    let name = from.display().to_string();
    let loss = match input::open(from, &session.options.set, &session.printer)? {
        Input::Game(loss) => loss,
        // A scenario becomes the plain game of its own settings, so that other tools can read it.
        Input::Scenario(loaded) => {
            let instance = loaded.template.instance(loaded.template.parameters());
            if instance.lowest.is_some() {
                let problem = Diagnostic::error("missing-cells", "a game with missing cells has no plain form");
                return Err(Failure::input(problem.in_file(&name)));
            }
            if let Some(constraint) = instance.game.constraints.first() {
                let message = format!("a plain game cannot carry the constraint `{}`", constraint.name);
                return Err(Failure::input(Diagnostic::error("constrained", message).in_file(&name)));
            }
            instance.game.loss
        }
        Input::GeneralSum(_) => return Err(Failure::input(input::general_sum(&name))),
        Input::Measurements(_) => return Err(Failure::input(input::not_a_game(&name))),
    };
    if to.as_os_str() == OsStr::new("-") {
        return session.printer.data(&(plain::json::to_text(&loss) + "\n"));
    }
    let target = to.display().to_string();
    let Some(format) = Format::of(&target) else {
        let problem =
            Diagnostic::error("unknown-format", format!("the format of `{target}` is not known from its name"));
        return Err(Failure::input(problem.expected("a name that ends in .csv, .tsv, .json or .nfg")));
    };
    let title = from.file_stem().and_then(OsStr::to_str).unwrap_or("game");
    let text = match format {
        Format::Json => plain::json::to_text(&loss) + "\n",
        Format::Nfg => plain::nfg::write(&loss, title),
        Format::Csv => {
            let tabs = target.to_ascii_lowercase().ends_with(".tsv");
            let text = if tabs { plain::csv::write_tsv(&loss) } else { plain::csv::write(&loss) };
            text.map_err(|error| Failure::input(Diagnostic::error("unwritable", error.to_string()).in_file(&name)))?
        }
    };
    atomic::write(to, |file| file.write_all(text.as_bytes()))?;
    session.printer.note(&format!("wrote {target}"));
    Ok(())
}
