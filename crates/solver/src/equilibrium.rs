//! [`Equilibrium`]: a Nash equilibrium of a game of two players, proved.

use saddlepoint_game::certificate::regrets;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Bimatrix, MixedStrategy};

use crate::error::SolveError;
use crate::method::Method;

/// A pair of mixes from which neither player gains by deviating, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Equilibrium {
    /// Player 1's mix: one probability per row.
    pub row_mix: MixedStrategy,
    /// Player 2's mix: one probability per column.
    pub column_mix: MixedStrategy,
    /// Expected pay-offs of players 1 and 2.
    pub utilities: [Rational; 2],
}

impl Equilibrium {
    /// Normalises weights and proves the pair. A method that hands over anything else has a defect, which is said.
    pub(crate) fn prove(game: &Bimatrix, rows: Vec<Rational>, columns: Vec<Rational>) -> Result<Self, SolveError> {
        let mix = |weights: Vec<Rational>| {
            let sum = weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
            if sum.is_zero() {
                return Err(failed("a mix has no weight"));
            }
            let probabilities = weights.iter().map(|weight| weight / &sum).collect();
            MixedStrategy::exact(probabilities).map_err(|error| failed(&error.to_string()))
        };
        let (row_mix, column_mix) = (mix(rows)?, mix(columns)?);
        match regrets(game, &row_mix, &column_mix) {
            Some(found) if found.is_equilibrium() => Ok(Self { row_mix, column_mix, utilities: found.utilities }),
            _ => Err(failed("a pair of mixes is no equilibrium")),
        }
    }

    /// Both mixes, by which equilibria are told apart and put in order.
    pub(crate) fn key(&self) -> (Vec<Rational>, Vec<Rational>) {
        (self.row_mix.probabilities(), self.column_mix.probabilities())
    }
}

pub(crate) fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::Exact, reason: reason.to_owned() }
}
