//! What a mix over portfolios guarantees, and what no such mix can: a proof that needs no solver.
//!
//! *Upper bound.* `max_a Σ_S y_S L(a, S)`, over the portfolios that the mix plays, each checked against the limits;
//! exact. *Lower bound.* A claim `l`, proved if no admissible portfolio has `Σ_a x_a L(a, S) < l`. The search
//! (`search.rs`) enumerates implicitly; it needs no list of portfolios and trusts none.

use crate::matrix::AttackId;
use crate::portfolio::composition::End;
use crate::portfolio::error::PortfolioError;
use crate::portfolio::game::{Portfolio, PortfolioGame};
use crate::portfolio::search::Search;
use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// Bounds on the value of a portfolio game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortfolioCertificate {
    /// The attacker's mix gains at least this against every admissible portfolio.
    pub lower: Rational,
    /// The defender's mix loses at most this against every attack.
    pub upper: Rational,
    /// Nodes of the search that proved the lower bound.
    pub nodes: u64,
}

impl PortfolioCertificate {
    /// `upper - lower`.
    #[must_use]
    pub fn gap(&self) -> Rational {
        &self.upper - &self.lower
    }
}

/// Proves both bounds: `attacker` has a probability per attack, `defender` one for each of `portfolios`, and
/// `claim` is the lower bound to be proved, if need be within `most_nodes` nodes.
///
/// # Errors
/// [`PortfolioError::NotLower`] if the claim is false, [`PortfolioError::GaveUp`] if the search is too long, and other
/// variants if the mixes are none of this game, an undefended rate that is played is not exact, or the game is too large.
///
/// # Complexity
/// Exponential in the number of defences at worst; a claim a little below the truth is proved much faster.
pub fn certify(
    game: &PortfolioGame,
    end: End,
    attacker: &MixedStrategy,
    portfolios: &[Portfolio],
    defender: &MixedStrategy,
    claim: &Rational,
    most_nodes: u64,
) -> Result<PortfolioCertificate, PortfolioError> {
    let lengths = [
        ("attack probabilities", game.attacks().len(), attacker.len()),
        ("portfolio probabilities", portfolios.len(), defender.len()),
    ];
    if let Some(&(what, expected, found)) = lengths.iter().find(|(_, expected, found)| expected != found) {
        return Err(PortfolioError::Shape { what, expected, found });
    }
    let played: Vec<_> = portfolios.iter().zip(defender.probabilities()).filter(|(_, y)| !y.is_zero()).collect();
    if let Some((portfolio, _)) = played.iter().find(|(portfolio, _)| !game.is_admissible(portfolio)) {
        return Err(PortfolioError::Inadmissible { name: game.name(portfolio) });
    }
    let against =
        |a| played.iter().fold(Rational::ZERO, |sum, (portfolio, y)| sum + y * game.loss(AttackId(a), portfolio, end));
    let upper = (0..attacker.len()).map(against).reduce(rational::max).unwrap_or(Rational::ZERO);
    let nodes = Search::new(game, &attacker.probabilities(), end, claim, most_nodes)?.prove()?;
    Ok(PortfolioCertificate { lower: rational::max(claim.clone(), Rational::ZERO), upper, nodes })
}
