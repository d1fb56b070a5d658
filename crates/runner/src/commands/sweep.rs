//! `saddlepoint sweep`: every point of a scenario into a results folder.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use saddlepoint_game::diagnostic::Diagnostic;
use serde_json::json;

use crate::cli::Format;
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::session::Session;
use crate::sweep::{self, Outcome, Request};

/// Sweeps and says where the results are.
pub(crate) fn run(session: &Session, file: &Path) -> Result<(), Failure> {
    let name = file.display().to_string();
    let Input::Scenario(loaded) = input::open(file, &session.options.set, &session.printer)? else {
        let problem = Diagnostic::error("no-scenario", format!("`{name}` is no scenario")).expected("a .toml file");
        return Err(Failure::input(problem.hint("`solve` takes plain games")));
    };
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // A second Ctrl-C does not wait for the batches under way: what is stored is safe at any moment.
    let handler = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    if let Err(error) = handler {
        session.printer.detail(&format!("Ctrl-C will not be waited for: {error}"));
    }
    let out = session.out(&loaded.file.scenario.name);
    let request = Request {
        loaded: *loaded,
        out: out.clone(),
        settings: session.settings(),
        seed: session.options.seed,
        jobs: session.jobs(),
        stop: &stop,
    };
    let Outcome { manifest, figures } = sweep::run(request, &session.printer)?;
    if manifest.infeasible > 0 {
        let (some, all) = (manifest.infeasible, manifest.points);
        session
            .printer
            .note(&format!("{some} of {all} points are infeasible: no mix of defences satisfies the constraints"));
    }
    if manifest.open > 0 {
        let (some, all) = (manifest.open, manifest.points);
        session
            .printer
            .note(&format!("{some} of {all} points have an interval for a value: missing cells leave it open"));
    }
    let figures: Vec<_> = figures.iter().map(|figure| figure.display().to_string()).collect();
    let text = match session.options.format {
        Format::Text | Format::Csv => {
            let mut text = format!(
                "{}: {} points in {:.2} s, largest certified gap {:.1e}\n",
                manifest.scenario, manifest.points, manifest.timing.seconds, manifest.worst_gap
            );
            text.push_str(&format!("results in {}\n", out.display()));
            figures.iter().filter(|figure| figure.ends_with(".svg")).for_each(|figure| {
                text.push_str(&format!("figure  {figure}\n"));
            });
            text
        }
        Format::Json => {
            format!("{:#}\n", json!({ "out": out.display().to_string(), "figures": figures, "manifest": manifest }))
        }
    };
    session.printer.data(&text)
}
