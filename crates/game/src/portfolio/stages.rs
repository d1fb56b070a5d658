//! A path of several stages: the attack must pass all of them, and a guard can stand at each.
//!
//! A path is a portfolio game: the guards are the defences, a guard placed is a member of the portfolio, and what passes
//! several stages is composed as what passes a stack. Each stage takes at most one guard, which is a limit of 1 on the
//! count of its guards; at most `k` guards in all is the size of the portfolio.

use crate::matrix::DefenceId;
use crate::portfolio::error::PortfolioError;
use crate::portfolio::game::PortfolioGame;
use crate::portfolio::limit::{Burden, Limit};
use crate::rational::Rational;

/// A stage and the guards that can stand there, of which one does at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Name, for messages.
    pub name: String,
    /// The guards: defences of the game.
    pub guards: Vec<DefenceId>,
}

/// The game of a path: at most one guard a stage, at most `guards` in all.
///
/// # Errors
/// [`PortfolioError::Unknown`] if a stage names a guard that does not exist.
pub fn staged(game: PortfolioGame, stages: &[Stage], guards: usize) -> Result<PortfolioGame, PortfolioError> {
    let count = game.defences().len();
    let place = |game: PortfolioGame, stage: &Stage| {
        let mut burdens = vec![Rational::ZERO; count];
        for &DefenceId(position) in &stage.guards {
            let unknown = PortfolioError::Unknown { what: "guard", position, count };
            *burdens.get_mut(position).ok_or(unknown)? = Rational::ONE;
        }
        let (name, most) = (stage.name.clone(), Rational::ONE);
        game.with_limit(Limit { name, burden: Burden::Sum, burdens, most })
    };
    // A stage with a single guard limits nothing.
    let crowded = stages.iter().filter(|stage| stage.guards.len() != 1 || stage.guards[0].0 >= count);
    Ok(crowded.into_iter().try_fold(game, place)?.with_max_size(guards))
}
