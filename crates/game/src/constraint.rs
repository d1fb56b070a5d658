//! [`Game`]: a loss matrix together with the limits that bind the defender's mix in expectation.

use std::sync::Arc;

use crate::matrix::LossMatrix;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// Whether the expected metric may not exceed its bound, or may not fall below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// `Σ_j y_j c_j ≤ B`, written `max` in scenarios.
    Cap,
    /// `Σ_j y_j c_j ≥ B`, written `min` in scenarios.
    Floor,
}

impl Sense {
    /// The key in scenarios and results: `max` or `min`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cap => "max",
            Self::Floor => "min",
        }
    }
}

/// A limit on an expected metric of the defender's mix, such as over-refusal ≤ 0.2 or utility ≥ 0.55.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Name in results and messages.
    pub name: String,
    /// The metric that is limited.
    pub metric: String,
    /// Cap or floor.
    pub sense: Sense,
    /// The bound, in the metric's unit.
    pub bound: Rational,
    /// The metric of each defence, in column order and in the metric's unit.
    pub coefficients: Arc<[Rational]>,
}

impl Constraint {
    /// How far one defence lies past the bound: `c_j - B` for a cap, `B - c_j` for a floor; positive breaks it.
    ///
    /// A defence without a coefficient counts as exactly at the bound.
    #[must_use]
    pub fn excess(&self, defence: usize) -> Rational {
        let Some(coefficient) = self.coefficients.get(defence) else { return Rational::ZERO };
        self.signed(coefficient - &self.bound)
    }

    /// The expected metric of a mix.
    #[must_use]
    pub fn attained(&self, defender: &MixedStrategy) -> Rational {
        defender.expectation(&self.coefficients)
    }

    /// Whether a mix satisfies the limit exactly.
    #[must_use]
    pub fn allows(&self, defender: &MixedStrategy) -> bool {
        self.signed(self.attained(defender) - &self.bound) <= Rational::ZERO
    }

    fn signed(&self, difference: Rational) -> Rational {
        match self.sense {
            Sense::Cap => difference,
            Sense::Floor => -difference,
        }
    }
}

/// What is solved: `min_y max_i Σ_j L[i][j] y_j` over mixes `y` that satisfy every constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Game {
    /// The defender's loss.
    pub loss: LossMatrix,
    /// Limits on the defender's mix, possibly none.
    pub constraints: Vec<Constraint>,
}

impl Game {
    /// A game without constraints.
    #[must_use]
    pub fn new(loss: LossMatrix) -> Self {
        Self { loss, constraints: Vec::new() }
    }

    /// Whether a single defence satisfies every constraint by itself.
    #[must_use]
    pub fn allows_defence(&self, defence: usize) -> bool {
        self.constraints.iter().all(|constraint| constraint.excess(defence) <= Rational::ZERO)
    }
}
