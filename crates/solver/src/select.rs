//! `auto`: which method for which game.

use saddlepoint_game::Game;

use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::settings::Settings;
use crate::simplex::{self, Workspace};
use crate::solution::{Solution, Status};

/// Strategies a side up to which an answer is finished exactly: the integers then stay short enough for the finish to
/// take well under a second on published decimals, and seconds on arbitrary doubles.
const EXACT_FINISH_STRATEGIES: usize = 64;

/// Whether both sides have so few strategies that exact answers and analyses are a matter of course.
pub(crate) fn is_small(game: &Game) -> bool {
    game.loss.attacks().len().max(game.loss.defences().len()) <= EXACT_FINISH_STRATEGIES
}

/// The method for a matrix of doubles of so many rows and columns.
pub(crate) fn for_doubles(_rows: usize, _columns: usize) -> Method {
    Method::Simplex
}

/// Solves by [`simplex`], and finishes exactly on its basis where both sides have at most 64 strategies.
pub(crate) fn auto(workspace: &mut Workspace, game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    let limits = settings.limits();
    let found = simplex::solve_within(workspace, game, limits)?;
    if found.method != Method::Simplex || found.status != Status::Converged || !is_small(game) {
        return Ok(found);
    }
    // A limit during the finish leaves the answer in doubles, which has the smaller gap.
    Ok(exact::finish(game, &found, limits)?.unwrap_or(found))
}
