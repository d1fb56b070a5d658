//! [`Solution`]: both mixes, what they prove, and how they were found.

use saddlepoint_game::certificate::{Certificate, certify};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, MixedStrategy};

use crate::basis::Basis;
use crate::error::SolveError;
use crate::method::Method;

/// Why a method stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The method's own goal: an optimal basis, or the target gap.
    Converged,
    /// The time limit; the certificate is of the best answer so far.
    TimeLimit,
    /// The iteration limit; the certificate is of the best answer so far.
    IterationLimit,
    /// The method could not improve further, but its answer misses its goal.
    Stalled,
}

impl Status {
    /// The name in results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Converged => "converged",
            Self::TimeLimit => "time-limit",
            Self::IterationLimit => "iteration-limit",
            Self::Stalled => "stalled",
        }
    }
}

/// A certified answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The attacker's mix: one probability per attack.
    pub attacker: MixedStrategy,
    /// The defender's mix: one probability per defence; it satisfies every constraint exactly.
    pub defender: MixedStrategy,
    /// One multiplier `λ_k ≥ 0` per constraint, in loss per unit of its metric: an optimal one is the fall of the
    /// value per unit of relaxation, where that is unique (see [`crate::face`]).
    pub multipliers: Vec<Rational>,
    /// The interval that the mixes and multipliers prove.
    pub certificate: Certificate,
    /// The method that produced the mixes, after any fallback.
    pub method: Method,
    /// Why it stopped.
    pub status: Status,
    /// Pivots of a simplex method and of double oracle, steps of the interior-point method, rounds of a learning one (all
    /// attempts together); 0 where a library hides them.
    pub iterations: u64,
    /// The last basis of a simplex method, from which [`crate::exact`] can go on.
    pub basis: Option<Basis>,
}

/// What a method ends with, before the proof.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) attacker: MixedStrategy,
    pub(crate) defender: MixedStrategy,
    pub(crate) multipliers: Vec<Rational>,
}

impl Answer {
    /// An answer of a game without constraints, from weights in any positive scale: the mixes rounded to k/2^53.
    ///
    /// `None` if the defender has no weight. An attacker without weight plays its first attack.
    pub(crate) fn without_prices(attacker: &[f64], defender: &[f64]) -> Option<Self> {
        let attacker = if attacker.iter().any(|weight| *weight > 0.0) {
            MixedStrategy::rounded(attacker).ok()?
        } else {
            MixedStrategy::pure(attacker.len(), 0).ok()?
        };
        Some(Self { attacker, defender: MixedStrategy::rounded(defender).ok()?, multipliers: Vec::new() })
    }

    /// Proves the answer. A method that hands over an inadmissible one has a defect, which is said, not hidden.
    pub(crate) fn certify(
        self,
        game: &Game,
        method: Method,
        status: Status,
        iterations: u64,
        basis: Option<Basis>,
    ) -> Result<Solution, SolveError> {
        let certificate = certify(game, &self.attacker, &self.defender, &self.multipliers)
            .map_err(|error| SolveError::Failed { method, reason: error.to_string() })?;
        let Self { attacker, defender, multipliers } = self;
        Ok(Solution { attacker, defender, multipliers, certificate, method, status, iterations, basis })
    }
}
