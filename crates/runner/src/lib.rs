//! The command line of Saddlepoint as a library, so that tests can call its parts.

pub mod answer;
pub mod baselines;
pub mod cli;
pub mod exit_code;
pub mod failure;
pub mod figure;
pub mod front;
pub mod general_sum;
pub mod input;
pub mod manifest;
pub mod printer;
pub mod record;
pub mod render;
pub mod warnings;

mod atomic;
mod commands;
mod session;
mod sweep;

use std::ffi::OsString;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::exit_code::ExitCode;
use crate::session::Session;

/// Runs the program on its arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let Cli { command, options } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, printed on standard output; the rest is wrong input.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::Input } else { ExitCode::Done };
        }
    };
    let session = Session::new(options);
    let result = match command {
        Command::Solve { file, explain } => commands::solve::run(&session, &file, explain),
        Command::Sweep { file } => commands::sweep::run(&session, &file),
        Command::Plot { dir } => commands::plot::run(&session, &dir),
        Command::Verify { files, rebuild } => commands::verify::run(&session, &files, rebuild),
        Command::Check { files, expect } => commands::check::run(&session, &files, expect),
        Command::Convert { input, output } => commands::convert::run(&session, &input, &output),
        Command::List { dir } => commands::list::run(&session, &dir),
        Command::Schema => commands::schema::run(&session),
        Command::Completions { shell } => commands::completions::run(&session, shell),
    };
    match result {
        Ok(()) => ExitCode::Done,
        Err(failure) => {
            session.printer.failure(&failure);
            ExitCode::from(&failure)
        }
    }
}
