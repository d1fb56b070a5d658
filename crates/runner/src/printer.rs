//! [`Printer`]: the one place where output is decided. Data on standard output, the rest on standard error.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};

use saddlepoint_game::diagnostic::Diagnostic;

use crate::cli::Options;
use crate::failure::Failure;
use crate::render;

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Loudness {
    Quiet,
    Normal,
    Verbose,
}

/// Writes data, notes and diagnostics.
#[derive(Debug)]
pub struct Printer {
    loudness: Loudness,
    /// Texts of the files that were read, by name, so that a problem can be shown in place.
    sources: RefCell<BTreeMap<String, String>>,
}

impl Printer {
    /// A printer as loud as the options say.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let loudness = match (options.quiet, options.verbose) {
            (true, _) => Loudness::Quiet,
            (false, true) => Loudness::Verbose,
            (false, false) => Loudness::Normal,
        };
        Self { loudness, sources: RefCell::default() }
    }

    /// Whether a progress bar may be drawn.
    #[must_use]
    pub fn shows_progress(&self) -> bool {
        self.loudness > Loudness::Quiet && io::stderr().is_terminal()
    }

    /// Remembers the text of a file for messages about it.
    pub fn remember(&self, file: &str, text: &str) {
        self.sources.borrow_mut().insert(file.to_owned(), text.to_owned());
    }

    /// Writes data to standard output.
    ///
    /// # Errors
    /// [`Failure::Closed`] if nobody reads it any more; [`Failure::Write`] on another error.
    pub fn data(&self, text: &str) -> Result<(), Failure> {
        let mut out = anstream::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::Closed,
            _ => Failure::Write { path: "standard output".to_owned(), error },
        })
    }

    /// Says a line on standard error, unless quiet.
    pub fn note(&self, line: &str) {
        if self.loudness > Loudness::Quiet {
            stderr_line(line);
        }
    }

    /// Says a line on standard error if verbose.
    pub fn detail(&self, line: &str) {
        if self.loudness == Loudness::Verbose {
            stderr_line(line);
        }
    }

    /// Draws problems of the input, each in its place.
    pub fn problems(&self, problems: &[Diagnostic]) {
        for (position, problem) in problems.iter().enumerate() {
            if position > 0 {
                stderr_line("");
            }
            let sources = self.sources.borrow();
            stderr_line(&render::diagnostic(problem, sources.get(&problem.file).map(String::as_str)));
        }
    }

    /// Says how a command failed.
    pub fn failure(&self, failure: &Failure) {
        match failure {
            Failure::Input(problems) => {
                self.problems(problems);
                if problems.len() > 1 {
                    stderr_line(&format!("\n{} problems", problems.len()));
                }
            }
            Failure::No | Failure::Closed => {}
            Failure::Computation(_) | Failure::Write { .. } => stderr_line(&render::error_line(&failure.to_string())),
            Failure::Interrupted(said) => stderr_line(said),
        }
    }
}

/// Writes a line to standard error; an error there has nowhere to go.
fn stderr_line(line: &str) {
    let mut out = anstream::stderr().lock();
    let _ = writeln!(out, "{line}");
}
