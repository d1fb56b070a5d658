//! Arguments of the command line, and nothing else.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use saddlepoint_solver::Method;

/// Solve attacker-defender games on published security measurements, with certificates.
///
/// FILE is a scenario (.toml) or a plain game (.csv, .tsv, .json, .nfg). Data goes to standard output, everything else
/// to standard error. Exit codes: 0 done, 1 the answer is no, 2 the input is wrong, 3 the computation failed,
/// 130 stopped with Ctrl-C after saving.
#[derive(Debug, Parser)]
#[command(name = "saddlepoint", version, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub options: Options,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Form of what is printed on standard output.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, value_name = "FORM")]
    pub format: Format,
    /// Seed of everything random; the same seed gives the same bytes.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Number of threads [default: one per core].
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Method.
    #[arg(long, global = true, default_value = "auto", value_name = "NAME", value_parser = method, help = methods())]
    pub solver: Method,
    /// Stop after this time with the best answer so far and its certified interval.
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub time_limit: Option<Duration>,
    /// Folder for results [default: results/NAME].
    #[arg(long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Override a key of the scenario by its dotted path, as in `--set constraint.refusals.max=0.2`; may be repeated.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = assignment)]
    pub set: Vec<(String, String)>,
    /// Say nothing but errors on standard error.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more on standard error.
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The help on `--solver`: every method there is.
fn methods() -> String {
    format!("Method: {}; minilp is read as microlp, its fork", Method::ALL.map(Method::as_str).join(", "))
}

/// Form of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Tables to read.
    Text,
    /// Versioned JSON.
    Json,
    /// Comma-separated values.
    Csv,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Solve one game (the first point of a sweep) and print the answer.
    ///
    /// Example: saddlepoint solve scenarios/text-jailbreak-mix.toml --format json
    Solve {
        /// Scenario or plain game.
        file: PathBuf,
        /// Also say on standard error by which method, and why.
        #[arg(long)]
        explain: bool,
    },
    /// Solve every point of a scenario's sweep into a results folder, with figures.
    ///
    /// Stopped at any moment it can be started again and goes on. Example: saddlepoint sweep
    /// scenarios/over-refusal-frontier.toml
    Sweep {
        /// Scenario.
        file: PathBuf,
    },
    /// Redraw the figures of a results folder, without solving again.
    ///
    /// Example: saddlepoint plot results/over-refusal-frontier
    Plot {
        /// Results folder.
        dir: PathBuf,
    },
    /// Re-check certificates with exact arithmetic; exit code 1 if one fails.
    ///
    /// Example: saddlepoint verify results/over-refusal-frontier
    Verify {
        /// Result files (JSON) or results folders.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Also rebuild the game of a result from its scenario and compare; always done where a result is too large to
        /// carry its losses.
        #[arg(long)]
        rebuild: bool,
    },
    /// Find every problem of scenarios, games and measurement tables.
    ///
    /// Example: saddlepoint check --expect scenarios/*.toml
    Check {
        /// Scenarios, plain games or measurement tables.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Also solve every `[[expect]]`; exit code 1 on a difference.
        #[arg(long)]
        expect: bool,
    },
    /// Convert between plain game formats: .csv, .tsv, .json, .nfg.
    ///
    /// Example: saddlepoint convert game.nfg game.csv
    Convert {
        /// File to read.
        input: PathBuf,
        /// File to write; `-` prints.
        output: PathBuf,
    },
    /// List the scenarios of a folder: name, question, size, concept, source.
    List {
        /// Folder to look in.
        #[arg(default_value = "scenarios")]
        dir: PathBuf,
    },
    /// Print the JSON Schema of scenario files, for editors.
    ///
    /// Example: saddlepoint schema > scenario.schema.json
    Schema,
    /// Print completions for a shell.
    ///
    /// Example: `saddlepoint completions bash > saddlepoint.bash`
    Completions {
        /// The shell.
        shell: Shell,
    },
}

fn method(text: &str) -> Result<Method, String> {
    text.parse::<Method>().map_err(|error| error.to_string())
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
        Some(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("expected a positive number of seconds".to_owned()),
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected KEY=VALUE, as in loss.w=0.5".to_owned()),
    }
}
