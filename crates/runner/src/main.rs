//! `saddlepoint`: solve and simulate attacker-defender games from the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    saddlepoint::run(std::env::args_os()).into()
}
