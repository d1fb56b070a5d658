//! [`Failure`]: the ways in which a command does not end well.

use std::io;
use std::path::Path;

use saddlepoint_game::diagnostic::Diagnostic;

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user's input is wrong; all problems at once.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Input(Vec<Diagnostic>),
    /// The answer is no; the command has said what.
    #[error("the answer is no")]
    No,
    /// The computation failed.
    #[error("{0}")]
    Computation(String),
    /// A result could not be written.
    #[error("cannot write `{path}`: {error}")]
    Write {
        /// The file or folder.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// Stopped with Ctrl-C; the text says what was saved and how to go on.
    #[error("{0}")]
    Interrupted(String),
    /// The reader of our output closed it.
    #[error("the output was closed")]
    Closed,
}

impl Failure {
    /// One problem with the input.
    #[must_use]
    pub fn input(problem: Diagnostic) -> Self {
        Self::Input(vec![problem])
    }

    /// A result that could not be written.
    #[must_use]
    pub fn write(path: &Path, error: io::Error) -> Self {
        Self::Write { path: path.display().to_string(), error }
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(problems: Vec<Diagnostic>) -> Self {
        Self::Input(problems)
    }
}
