//! [`Session`]: what every command has at hand.

use std::num::NonZero;
use std::path::PathBuf;

use saddlepoint_solver::Settings;

use crate::cli::Options;
use crate::printer::Printer;

/// Options and the printer.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) options: Options,
    pub(crate) printer: Printer,
}

impl Session {
    pub(crate) fn new(options: Options) -> Self {
        Self { printer: Printer::new(&options), options }
    }

    /// How a game is to be solved.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            time_limit: self.options.time_limit,
            threads: self.jobs(),
            ..Settings::with_method(self.options.solver)
        }
    }

    /// Number of threads.
    pub(crate) fn jobs(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
        self.options.jobs.map_or_else(cores, usize::from)
    }

    /// The results folder of a scenario.
    pub(crate) fn out(&self, name: &str) -> PathBuf {
        self.options.out.clone().unwrap_or_else(|| PathBuf::from("results").join(name))
    }
}
