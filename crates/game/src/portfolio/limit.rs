//! [`Limit`]: what a portfolio may cost.

use crate::matrix::DefenceId;
use crate::portfolio::error::PortfolioError;
use crate::rational::{self, Rational};

/// How the burdens of several defences add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Burden {
    /// `Σ b_d`: money, latency, a count.
    Sum,
    /// `1 - Π (1 - b_d)`, the share of requests that at least one of several independent defences burdens:
    /// over-refusal, false alarms. Each `b_d` is in [0, 1].
    Compound,
}

/// A budget of one resource, which every portfolio must keep by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Name, for messages.
    pub name: String,
    /// How burdens add up.
    pub burden: Burden,
    /// Burden of each defence, at least 0.
    pub burdens: Vec<Rational>,
    /// Greatest burden of a portfolio, at least 0.
    pub most: Rational,
}

impl Limit {
    /// The burden of several defences.
    ///
    /// # Panics
    /// If a defence is outside the game, as indexing a slice does.
    #[must_use]
    pub fn burden(&self, members: &[DefenceId]) -> Rational {
        let burdens = members.iter().map(|d| &self.burdens[d.0]);
        match self.burden {
            Burden::Sum => burdens.fold(Rational::ZERO, |sum, burden| sum + burden),
            Burden::Compound => {
                Rational::ONE - burdens.fold(Rational::ONE, |rest, burden| rest * (Rational::ONE - burden))
            }
        }
    }

    pub(super) fn check(&self, defences: usize) -> Result<(), PortfolioError> {
        if self.burdens.len() != defences {
            let found = self.burdens.len();
            return Err(PortfolioError::Shape { what: "burdens", expected: defences, found });
        }
        if let Some(number) = self.burdens.iter().chain([&self.most]).find(|number| **number < Rational::ZERO) {
            return Err(PortfolioError::Negative { limit: self.name.clone(), found: rational::to_text(number) });
        }
        match self.burdens.iter().find(|burden| self.burden == Burden::Compound && **burden > Rational::ONE) {
            Some(burden) => Err(PortfolioError::Range { what: "a burden", found: rational::to_text(burden) }),
            None => Ok(()),
        }
    }
}
