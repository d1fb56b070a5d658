//! [`BayesianGame`]: one leader against a follower of unknown type.

use crate::bimatrix::Bimatrix;
use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// A follower that the leader may meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerType {
    /// What it is called.
    pub name: String,
    /// How probable it is, in (0, 1].
    pub prior: Rational,
    /// Pay-offs against it: rows are the leader's strategies, columns those of this type.
    pub game: Bimatrix,
}

/// Why types do not make a game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BayesianError {
    /// No type.
    #[error("a Bayesian game needs at least one type of follower")]
    NoType,
    /// The leader has other strategies against one type than against the first.
    #[error("the leader's strategies against type `{name}` are not those against the first type")]
    OtherLeader {
        /// The type.
        name: String,
    },
    /// A type that cannot occur.
    #[error("the prior of type `{name}` must be positive; found {prior}")]
    Prior {
        /// The type.
        name: String,
        /// The prior, exact.
        prior: String,
    },
    /// The priors do not sum to exactly 1.
    #[error("the priors sum to {sum}, not to 1")]
    Sum {
        /// The exact sum.
        sum: String,
    },
}

/// A leader who commits to a mix, and a follower who knows it and their own type; the leader knows the prior only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BayesianGame {
    types: Vec<FollowerType>,
}

impl BayesianGame {
    /// A game of at least one type.
    ///
    /// # Errors
    /// [`BayesianError`] if there is no type, the leader's strategies differ, or the priors are no distribution.
    pub fn new(types: Vec<FollowerType>) -> Result<Self, BayesianError> {
        let first = types.first().ok_or(BayesianError::NoType)?;
        if let Some(other) = types.iter().find(|other| other.game.rows() != first.game.rows()) {
            return Err(BayesianError::OtherLeader { name: other.name.clone() });
        }
        if let Some(other) = types.iter().find(|other| other.prior <= Rational::ZERO) {
            return Err(BayesianError::Prior { name: other.name.clone(), prior: rational::to_text(&other.prior) });
        }
        let sum = types.iter().fold(Rational::ZERO, |sum, one| sum + &one.prior);
        if sum != Rational::ONE {
            return Err(BayesianError::Sum { sum: rational::to_text(&sum) });
        }
        Ok(Self { types })
    }

    /// The types; at least one.
    #[must_use]
    pub fn types(&self) -> &[FollowerType] {
        &self.types
    }

    /// Number of the leader's pure strategies.
    #[must_use]
    pub fn leader_strategies(&self) -> usize {
        self.types[0].game.rows().len()
    }

    /// The leader's expected pay-off when each type answers with one column; `None` unless there is one per type.
    #[must_use]
    pub fn leader_utility(&self, mix: &MixedStrategy, responses: &[usize]) -> Option<Rational> {
        let met = self.types.iter().zip(responses);
        let sum =
            met.fold(Rational::ZERO, |sum, (one, &column)| sum + &one.prior * one.game.leader_utility(mix, column));
        (responses.len() == self.types.len()).then_some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::numbered;

    fn one(name: &str, prior: (i32, u32), rows: usize) -> FollowerType {
        let numbers = vec![Rational::ONE; rows];
        let game = Bimatrix::new(numbered("d", rows), numbered("a", 1), numbers.clone(), numbers).expect("a game");
        FollowerType { name: name.to_owned(), prior: Rational::from_parts(prior.0.into(), prior.1.into()), game }
    }

    #[test]
    fn types_are_checked() {
        assert_eq!(BayesianGame::new(vec![]), Err(BayesianError::NoType));
        let half = (1, 2);
        assert!(BayesianGame::new(vec![one("a", half, 2), one("b", half, 2)]).is_ok());
        let other = BayesianGame::new(vec![one("a", half, 2), one("b", half, 3)]);
        assert_eq!(other, Err(BayesianError::OtherLeader { name: "b".to_owned() }));
        let never = BayesianGame::new(vec![one("a", (1, 1), 2), one("b", (0, 1), 2)]);
        assert!(matches!(never, Err(BayesianError::Prior { name, .. }) if name == "b"));
        let sum = BayesianGame::new(vec![one("a", half, 2), one("b", (1, 3), 2)]);
        assert_eq!(sum, Err(BayesianError::Sum { sum: "5/6".to_owned() }));
    }
}
