//! The answer of a game over sets of defences that are too many to write down, in the form of any other answer: the
//! columns are the sets that the mixes play.
//!
//! The bounds are those of [`crate::portfolio_oracle`]: they hold against every admissible set, listed or not.

use std::collections::BTreeSet;

use saddlepoint_game::certificate::Certificate;
use saddlepoint_game::portfolio::{End, Portfolio, PortfolioError, PortfolioGame};
use saddlepoint_game::scenario::Concept;
use saddlepoint_game::{Game, MixedStrategy, PayoffKind};

use saddlepoint_game::rational::Rational;

use crate::analysis::{Analysis, Solved};
use crate::error::SolveError;
use crate::method::Method;
use crate::portfolio_oracle::{self, PortfolioSolution};
use crate::selection::Selected;
use crate::settings::Settings;
use crate::solution::Solution;

/// Solves both ends of a portfolio game, or its one end where both are the same; returns the sets that are the columns.
///
/// # Errors
/// As [`portfolio_oracle::solve`].
pub fn analyse(
    game: &PortfolioGame,
    is_open: bool,
    settings: &Settings,
) -> Result<(Analysis, Vec<Portfolio>), SolveError> {
    let highest = portfolio_oracle::solve(game, End::Highest, settings)?;
    let lowest = if is_open { Some(portfolio_oracle::solve(game, End::Lowest, settings)?) } else { None };
    let seen: BTreeSet<_> = highest.portfolios.iter().chain(lowest.iter().flat_map(|l| &l.portfolios)).collect();
    let seen: Vec<Portfolio> = seen.into_iter().cloned().collect();
    let analysis = Analysis {
        concept: Concept::Mixed,
        beside: None,
        highest: solved(game, &seen, highest, End::Highest)?,
        lowest: lowest.map(|lowest| solved(game, &seen, lowest, End::Lowest)).transpose()?,
        randomisation: None,
        deployment: None,
    };
    Ok((analysis, seen))
}

/// An answer as one of the game whose columns are the sets seen; the others have probability 0.
fn solved(game: &PortfolioGame, seen: &[Portfolio], found: PortfolioSolution, end: End) -> Result<Solved, SolveError> {
    let failed = |reason: String| SolveError::Failed { method: Method::DoubleOracle, reason };
    let told = |error: PortfolioError| failed(error.to_string());
    let probability = |portfolio: &Portfolio| {
        let position = found.portfolios.iter().position(|other| other == portfolio);
        position.map_or(Rational::ZERO, |position| found.defender.probability(position))
    };
    let defender = MixedStrategy::exact(seen.iter().map(probability).collect());
    Ok(Solved {
        game: Game::new(game.matrix(seen, end).map_err(told)?),
        solution: Solution {
            attacker: found.attacker,
            defender: defender.map_err(|error| failed(error.to_string()))?,
            multipliers: Vec::new(),
            certificate: Certificate {
                lower: found.certificate.lower,
                upper: found.certificate.upper,
                payoffs: PayoffKind::Rational,
            },
            method: Method::DoubleOracle,
            status: found.status,
            iterations: found.rounds,
            basis: None,
        },
        face: None,
        selected: Selected::Vertex,
        ablation: None,
    })
}
