//! `saddlepoint completions`: shell completions.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::cli::Cli;
use crate::failure::Failure;
use crate::session::Session;

/// Prints the completions of a shell.
pub(crate) fn run(session: &Session, shell: Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "saddlepoint", &mut script);
    session.printer.data(&String::from_utf8_lossy(&script))
}
