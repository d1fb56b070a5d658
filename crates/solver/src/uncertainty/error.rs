//! [`UncertaintyError`]: why there is no answer.

use saddlepoint_game::noise::NoiseError;

use crate::error::SolveError;

/// Why the effect of noise is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UncertaintyError {
    /// The counts do not allow what was asked.
    #[error(transparent)]
    Noise(#[from] NoiseError),
    /// The loss falls where a rate rises, so that limits of the rates are no limits of the loss.
    #[error("the loss does not rise with every rate, so limits of the rates do not limit the loss")]
    NotMonotone,
    /// A game was not solved, or a setting is out of range.
    #[error(transparent)]
    Solve(#[from] SolveError),
}
