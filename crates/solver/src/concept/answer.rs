//! [`Answer`]: mixes of both sides, and what they prove about a concept.

use saddlepoint_game::certificate::Certificate;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy};

use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::settings::Settings;
use crate::solution::{Solution, Status};

/// What an interval speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Worst loss over attacks and victims.
    Robust,
    /// Worst regret over attacks and victims.
    Regret,
    /// Expected worst loss over attacker types.
    Bayesian,
    /// Expected worst loss over signals of the draw.
    Signals,
    /// Sum of the worst losses of groups.
    Groups,
    /// Loss against the worst admitted spread of attacks.
    Capped,
    /// Certainty equivalent of a quantal attacker.
    Quantal,
}

impl Claim {
    /// The quantity, as in "no admissible mix has a lower …".
    #[must_use]
    pub fn quantity(self) -> &'static str {
        match self {
            Self::Robust => "worst loss over all attacks and victims",
            Self::Regret => "worst regret over all attacks and victims",
            Self::Bayesian => "expected loss against attackers who know their type",
            Self::Signals => "expected loss against an attacker who sees the signals",
            Self::Groups => "sum of the worst losses of the groups",
            Self::Capped => "loss against any mix of attacks within the caps",
            Self::Quantal => "certainty equivalent against the quantal attacker",
        }
    }
}

/// A certified answer of a concept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the interval speaks of.
    pub claim: Claim,
    /// The defender's mix: one probability per defence; it satisfies every constraint exactly.
    pub defender: MixedStrategy,
    /// The attacker's mixes: one per group (type, signal), over the rows of that group; a single one elsewhere.
    pub attackers: Vec<MixedStrategy>,
    /// One multiplier `λ_k ≥ 0` per constraint, in loss per unit of its metric.
    pub multipliers: Vec<Rational>,
    /// The interval, computed on the original losses.
    pub certificate: Certificate,
    /// Why the method stopped.
    pub status: Status,
    /// Iterations of the method.
    pub iterations: u64,
}

impl Answer {
    /// The midpoint of the interval.
    #[must_use]
    pub fn value(&self) -> Rational {
        self.certificate.value()
    }

    /// What is proved, in one sentence.
    #[must_use]
    pub fn proves(&self) -> String {
        let Certificate { lower, upper, .. } = &self.certificate;
        let quantity = self.claim.quantity();
        if lower == upper {
            let value = rational::to_fraction(upper);
            return format!("the {quantity} of this mix is {value}, and no admissible mix has a lower one");
        }
        let (lower, upper) = (rational::to_f64_below(lower), rational::to_f64_above(upper));
        format!("the {quantity} of this mix is at most {upper}, and no admissible mix has one below {lower}")
    }

    /// Of the solution of a game that is the concept, row for row and column for column.
    pub(super) fn of(solution: Solution, claim: Claim) -> Self {
        let Solution { attacker, defender, multipliers, certificate, status, iterations, .. } = solution;
        Self { claim, defender, attackers: vec![attacker], multipliers, certificate, status, iterations }
    }
}

/// Solves a game that a concept is reduced to. Where the method is left open, exactly, if it is of a size that integers
/// can always be taken to.
pub(super) fn solved(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    let cells = game.loss.payoffs().len();
    if settings.method == Method::Auto && cells <= exact::PIVOT_CELLS {
        return crate::solve(game, &Settings { method: Method::Exact, ..settings.clone() });
    }
    crate::solve(game, settings)
}
