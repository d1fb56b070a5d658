//! Exit codes: what a script learns without reading a word.

use crate::failure::Failure;

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done; a limit that was reached with a certified interval is still done.
    Done = 0,
    /// The answer is no: a verification, an expectation or a reproduction differs.
    No = 1,
    /// The input is wrong, an infeasible constraint included.
    Input = 2,
    /// The computation failed or stopped without a certified answer, or a result could not be written.
    Computation = 3,
    /// Stopped with Ctrl-C, after saving.
    Interrupted = 130,
}

impl From<&Failure> for ExitCode {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Input(_) => Self::Input,
            Failure::No => Self::No,
            Failure::Computation(_) | Failure::Write { .. } => Self::Computation,
            Failure::Interrupted(_) => Self::Interrupted,
            // Whoever reads our output has seen enough: `saddlepoint solve … | head`.
            Failure::Closed => Self::Done,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
