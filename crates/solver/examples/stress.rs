//! Plays small games of every family in bulk, checks each answer, and fails on any that is wrong or missing.
//!
//! `stress [--games N] [--shard I/N] [--largest N] [--seed N]`; `scripts/stress` runs it on all cores.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A program.

#[path = "../tests/support/stress.rs"]
mod stress;

use std::process::ExitCode;

use stress::{Options, run, table};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match options(&arguments) {
        Some(options) => {
            let (text, passed) = table(&[run(&options, |fault| eprintln!("{fault}"))]);
            print!("{text}");
            ExitCode::from(u8::from(!passed))
        }
        None => {
            eprintln!("usage: stress [--games N] [--shard I/N (I from 1)] [--largest N] [--seed N]");
            ExitCode::from(2)
        }
    }
}

fn options(arguments: &[String]) -> Option<Options> {
    let mut options = Options { games: 1_000_000, shard: (0, 1), largest: 12, seed: 0 };
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return None };
        match name.as_str() {
            "--games" => options.games = value.parse().ok()?,
            "--largest" => options.largest = value.parse().ok().filter(|largest| *largest > 0)?,
            "--seed" => options.seed = value.parse().ok()?,
            "--shard" => {
                let (shard, shards) = value.split_once('/')?;
                let (shard, shards): (u64, u64) = (shard.parse().ok()?, shards.parse().ok()?);
                options.shard = (shard.checked_sub(1)?, shards);
                if shard > shards {
                    return None;
                }
            }
            _ => return None,
        }
    }
    Some(options)
}
