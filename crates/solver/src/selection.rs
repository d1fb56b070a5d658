//! [`Selection`]: which of several optimal mixes is reported.

use saddlepoint_game::Game;
use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_game::scenario::{self, GameTable};

use crate::canonical::{self, Choice, Marginals, Player};
use crate::error::SolveError;
use crate::exact::{self, Optimum};
use crate::method::Method;
use crate::nearest;
use crate::select::is_small;
use crate::settings::Settings;
use crate::simplex::Workspace;
use crate::smooth;
use crate::solution::{Answer, Solution, Status};

/// Curvature of a smooth selection that does not give one, as a fraction of the pay-off range.
pub const DEFAULT_EPSILON: f64 = 0.01;

/// Which of several optimal mixes [`crate::analysis`] reports.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Selection {
    /// The one that the method ends at.
    Vertex,
    /// The one of least norm ([`crate::canonical`]), in games of at most 64 strategies a side whose optimum the exact or
    /// the simplex method found.
    #[default]
    Canonical,
    /// The saddle point of the game with a little curvature ([`crate::smooth`]): approximate.
    Smooth {
        /// Curvature as a fraction of the pay-off range, in (0, 1].
        epsilon: f64,
    },
}

impl Selection {
    /// What a scenario asks for.
    #[must_use]
    pub fn of(game: &GameTable) -> Self {
        match game.selection {
            None => Self::default(),
            Some(scenario::Selection::Vertex) => Self::Vertex,
            Some(scenario::Selection::Canonical) => Self::Canonical,
            Some(scenario::Selection::Smooth) => {
                Self::Smooth { epsilon: game.epsilon.as_ref().map_or(DEFAULT_EPSILON, |epsilon| to_f64(&epsilon.0)) }
            }
        }
    }
}

/// What the mixes of an answer are.
#[derive(Clone, Debug, PartialEq)]
pub enum Selected {
    /// Where the method ended.
    Vertex,
    /// Those of least norm.
    Canonical,
    /// Those of the game with curvature.
    Smooth {
        /// Curvature as a fraction of the pay-off range.
        epsilon: f64,
        /// What the exploitability is at most by construction, in the unit of loss.
        exploitability_most: Rational,
    },
}

impl Selected {
    /// The name in results.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Vertex => "vertex",
            Self::Canonical => "canonical",
            Self::Smooth { .. } => "smooth",
        }
    }
}

/// The solution with the mixes that the settings ask for. `workspace` is the one it was found in, where there is one;
/// `optimum` spares finding it again.
pub(crate) fn select(
    workspace: &Workspace,
    game: &Game,
    optimum: Option<&Optimum>,
    solution: Solution,
    settings: &Settings,
) -> Result<(Solution, Selected), SolveError> {
    match settings.selection {
        Selection::Smooth { epsilon } => {
            let found = smooth::solve(game, epsilon, settings)?;
            let Solution { method, basis, iterations, .. } = solution;
            let selected =
                Selected::Smooth { epsilon, exploitability_most: smooth::exploitability_most(game, epsilon) };
            Ok((Solution { method, basis, iterations: iterations + found.iterations, ..found }, selected))
        }
        Selection::Canonical if has_choice(game, &solution) => {
            let chosen = match (solution.method, optimum) {
                (Method::Simplex, _) => in_doubles(workspace, game, &solution)?,
                (_, Some(optimum)) => of_optimum(game, optimum, &solution, settings)?,
                (_, None) => match exact::optimum_within(game, solution.basis.as_ref(), settings.limits())? {
                    Some(optimum) => of_optimum(game, &optimum, &solution, settings)?,
                    None => None,
                },
            };
            Ok(chosen.map_or((solution, Selected::Vertex), |chosen| (chosen, Selected::Canonical)))
        }
        Selection::Vertex | Selection::Canonical => Ok((solution, Selected::Vertex)),
    }
}

/// Whether the canonical selection is one for this answer.
pub(crate) fn has_choice(game: &Game, solution: &Solution) -> bool {
    is_small(game) && solution.status == Status::Converged && matches!(solution.method, Method::Exact | Method::Simplex)
}

/// The canonical mixes of an exact optimum; `None` where a limit is reached.
fn of_optimum(
    game: &Game,
    optimum: &Optimum,
    solution: &Solution,
    settings: &Settings,
) -> Result<Option<Solution>, SolveError> {
    let choose = |player| canonical::choose(optimum, player, &Marginals::Same, settings);
    let (Ok(defender), Ok(attacker)) = (choose(Player::Defender), choose(Player::Attacker)) else { return Ok(None) };
    let Choice { mix, multipliers, .. } = attacker;
    let answer = Answer { attacker: mix, defender: defender.mix, multipliers };
    let Solution { method, status, iterations, ref basis, .. } = *solution;
    answer.certify(game, method, status, iterations, basis.clone()).map(Some)
}

/// The canonical mixes of a solution of the simplex method, in doubles; the workspace must be the one it was found in.
///
/// `None` where rounding fails the search, or where the certified gap would be wider than that method accepts.
fn in_doubles(workspace: &Workspace, game: &Game, solution: &Solution) -> Result<Option<Solution>, SolveError> {
    let face = |player| workspace.face(solution, player);
    let (Some(defender), Some(attacker)) = (face(Player::Defender), face(Player::Attacker)) else { return Ok(None) };
    // Unique as far as doubles can tell: the vertex is the choice.
    if defender.is_point() && attacker.is_point() {
        return Ok(Some(solution.clone()));
    }
    let (Some(u), Some(p)) = (nearest::least_norm(&defender), nearest::least_norm(&attacker)) else { return Ok(None) };
    let Some(answer) = workspace.answer(game, &u, &p) else { return Ok(None) };
    let Solution { method, status, iterations, ref basis, .. } = *solution;
    let chosen = answer.certify(game, method, status, iterations, basis.clone())?;
    Ok(Some(chosen).filter(|chosen| workspace.gap_is_small(chosen)))
}
