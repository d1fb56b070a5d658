//! How many trials a rate rests on: W04.

use super::Seen;
use crate::diagnostic::Diagnostic;

/// Trials per cell below which a rate is too uncertain to pass without a word.
const FEW_TRIALS: u64 = 100;

/// W04: the table does not state the trials of every cell, or some cells rest on fewer than [`FEW_TRIALS`]. An assumed
/// number is said to be one.
pub(super) fn few_trials(seen: &Seen<'_>) -> Option<Diagnostic> {
    let assumed = seen.file.scenario.noise.as_ref().and_then(|noise| noise.n);
    let message = match (seen.trials, assumed) {
        (None, None) => "the table does not state the number of trials of every cell".to_owned(),
        (None, Some(n)) => {
            format!("the table does not state the number of trials of every cell: {n} are assumed where it does not")
        }
        (Some(fewest), _) if fewest < FEW_TRIALS => {
            format!("some cells rest on {fewest} trials, fewer than {FEW_TRIALS}")
        }
        (Some(_), _) => return None,
    };
    Some(Diagnostic::warning("W04", message))
}
