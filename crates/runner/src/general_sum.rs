//! [`GeneralAnswer`]: a general-sum game, solved.

use saddlepoint_game::Bimatrix;
use saddlepoint_game::rational::Rational;
use saddlepoint_solver::stackelberg::{self, Commitment};
use saddlepoint_solver::{Equilibrium, Method, Settings, SolveError, vertex_enumeration};

/// Most strategies of both players together for which Nash equilibria are listed.
const NASH_STRATEGIES: usize = 14;

/// Most bases of a best-response polytope that are looked at for them.
const NASH_BASES: usize = 4_000;

/// Player 1's best commitment and, where the game is small, the Nash equilibria.
#[derive(Clone, Debug)]
pub struct GeneralAnswer {
    /// The game.
    pub game: Bimatrix,
    /// The strong Stackelberg equilibrium.
    pub commitment: Commitment,
    /// All extreme Nash equilibria; `None` if the game is too large to list them.
    pub equilibria: Option<Vec<Equilibrium>>,
    /// Whether the defender's utility is a loss with its sign turned, as in a scenario.
    pub is_loss: bool,
}

impl GeneralAnswer {
    /// The bounds on what the defender loses.
    #[must_use]
    pub fn losses(&self) -> [Rational; 2] {
        [-&self.commitment.upper, -&self.commitment.lower]
    }
}

/// Solves a general-sum game.
///
/// # Errors
/// [`SolveError::Unsupported`] if a method is asked for that is for zero-sum games only; else what the solver says.
pub fn solve(game: Bimatrix, settings: &Settings) -> Result<GeneralAnswer, SolveError> {
    if !matches!(settings.method, Method::Auto | Method::Simplex | Method::Exact) {
        return Err(SolveError::Unsupported { method: settings.method, what: "a general-sum game" });
    }
    let commitment = stackelberg::solve(&game, settings)?;
    let small = game.rows().len() + game.columns().len() <= NASH_STRATEGIES;
    let equilibria = if small { vertex_enumeration::solve(&game, NASH_BASES)? } else { None };
    Ok(GeneralAnswer { game, commitment, equilibria, is_loss: false })
}
