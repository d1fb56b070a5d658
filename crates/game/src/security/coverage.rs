//! [`Coverage`]: with what probability each target is covered, and by which type of resource.

use crate::rational::{self, Rational};
use crate::security::error::SecurityError;
use crate::security::game::{SecurityGame, TargetId};
use crate::strategy::{DYADIC_ONE, dyadic};

/// One probability per target, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marginals {
    /// Numerators over 2^53.
    Dyadic(Vec<u64>),
    /// Any fractions.
    Exact(Vec<Rational>),
}

impl Marginals {
    /// Number of targets.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Dyadic(numerators) => numerators.len(),
            Self::Exact(probabilities) => probabilities.len(),
        }
    }

    /// Whether there is no target.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The probability of one target; 0 past the end.
    #[must_use]
    pub fn get(&self, target: TargetId) -> Rational {
        match self {
            Self::Dyadic(numerators) => numerators.get(target.0).map_or(Rational::ZERO, |&k| dyadic(k)),
            Self::Exact(probabilities) => probabilities.get(target.0).cloned().unwrap_or(Rational::ZERO),
        }
    }

    /// The expected number of covered targets.
    #[must_use]
    pub fn sum(&self) -> Rational {
        match self {
            Self::Dyadic(numerators) => {
                let sum: u128 = numerators.iter().map(|&k| u128::from(k)).sum();
                Rational::from_parts(sum.into(), DYADIC_ONE.into())
            }
            Self::Exact(probabilities) => rational_sum(probabilities.clone()),
        }
    }
}

/// Sum by halves, so that the denominators of the parts stay short as long as they can.
pub(crate) fn rational_sum(mut terms: Vec<Rational>) -> Rational {
    while terms.len() > 1 {
        terms = terms.chunks(2).map(|pair| if let [a, b] = pair { a + b } else { pair[0].clone() }).collect();
    }
    terms.pop().unwrap_or(Rational::ZERO)
}

/// The marginals of a mix over allocations: one vector per type of resource.
///
/// A resource covers one target, and a target needs one resource; so vectors are the marginals of some mix if and only
/// if no type covers more targets than it has resources, and no target is covered more than once in expectation
/// (a transportation polytope has integral corners).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    by_type: Vec<Marginals>,
}

impl Coverage {
    /// The coverage by one type of resource.
    #[must_use]
    pub fn exact(probabilities: Vec<Rational>) -> Self {
        Self { by_type: vec![Marginals::Exact(probabilities)] }
    }

    /// The coverage by one type of resource, in numerators over 2^53.
    #[must_use]
    pub fn dyadic(numerators: Vec<u64>) -> Self {
        Self { by_type: vec![Marginals::Dyadic(numerators)] }
    }

    /// The coverage by each type of resource.
    #[must_use]
    pub fn by_types(by_type: Vec<Marginals>) -> Self {
        Self { by_type }
    }

    /// The marginals of each type of resource.
    #[must_use]
    pub fn types(&self) -> &[Marginals] {
        &self.by_type
    }

    /// The probability that a target is covered; 0 past the end.
    #[must_use]
    pub fn get(&self, target: TargetId) -> Rational {
        match self.by_type.as_slice() {
            [only] => only.get(target),
            types => types.iter().fold(Rational::ZERO, |sum, marginals| sum + marginals.get(target)),
        }
    }

    /// The probability of each of so many targets.
    #[must_use]
    pub fn probabilities(&self, targets: usize) -> Vec<Rational> {
        (0..targets).map(|t| self.get(TargetId(t))).collect()
    }

    /// Whether some mix over allocations of a game has these marginals.
    ///
    /// # Errors
    /// [`SecurityError`] says which rule they break.
    pub fn check(&self, game: &SecurityGame) -> Result<(), SecurityError> {
        let (targets, resources) = (game.targets(), game.resources());
        if self.by_type.len() != resources.len() {
            let (expected, found) = (resources.len(), self.by_type.len());
            return Err(SecurityError::Shape { what: "types of resources", expected, found });
        }
        let identical = game.identical_resources().is_some();
        let reaching = if identical { Vec::new() } else { game.reaching() };
        for (r, (marginals, resource)) in self.by_type.iter().zip(resources).enumerate() {
            if marginals.len() != targets.len() {
                let (expected, found) = (targets.len(), marginals.len());
                return Err(SecurityError::Shape { what: "probabilities of coverage", expected, found });
            }
            let bad = match marginals {
                Marginals::Dyadic(numerators) => numerators.iter().position(|&k| k > DYADIC_ONE),
                Marginals::Exact(probabilities) => {
                    probabilities.iter().position(|p| *p < Rational::ZERO || *p > Rational::ONE)
                }
            };
            if let Some(t) = bad {
                return Err(range(game, TargetId(t), &marginals.get(TargetId(t))));
            }
            if !identical && resource.count > 0 {
                let out = |t: &TargetId| !reaching[t.0].contains(&r) && !marginals.get(*t).is_zero();
                if let Some(t) = targets.ids().find(out) {
                    let (resource, target) = (resource.name.clone(), targets.name(t).to_owned());
                    return Err(SecurityError::OutOfReach { resource, target });
                }
            }
            let sum = marginals.sum();
            if sum > Rational::from(resource.count) {
                let (resource, count) = (resource.name.clone(), resource.count);
                return Err(SecurityError::TooMuch { resource, found: rational::to_fraction(&sum), count });
            }
        }
        if !identical && let Some(t) = targets.ids().find(|t| self.get(*t) > Rational::ONE) {
            return Err(range(game, t, &self.get(t)));
        }
        Ok(())
    }
}

fn range(game: &SecurityGame, target: TargetId, found: &Rational) -> SecurityError {
    SecurityError::Range { target: game.targets().name(target).to_owned(), found: rational::to_fraction(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;
    use crate::security::{Reach, Resource, Target, Targets, Utility};

    fn game(resources: Vec<Resource>) -> SecurityGame {
        let utility = || Utility { covered: Rational::ZERO, uncovered: Rational::ONE };
        let target = |name: &str| Target { name: name.to_owned(), defender: utility(), attacker: utility() };
        SecurityGame::new(Targets::new(vec![target("a"), target("b")]).expect("targets"), resources).expect("a game")
    }

    fn fractions(texts: &[&str]) -> Vec<Rational> {
        texts.iter().map(|text| parse(text).expect("a number")).collect()
    }

    #[test]
    fn each_rule_is_checked() {
        let all = || vec![Resource { name: "r".into(), count: 1, reach: Reach::All }];
        let refused = |texts: &[&str]| Coverage::exact(fractions(texts)).check(&game(all())).expect_err("no coverage");
        assert!(matches!(refused(&["1/2"]), SecurityError::Shape { expected: 2, found: 1, .. }));
        assert!(matches!(refused(&["-1/2", "1"]), SecurityError::Range { .. }));
        assert!(matches!(refused(&["3/2", "0"]), SecurityError::Range { .. }));
        assert!(matches!(refused(&["1/2", "2/3"]), SecurityError::TooMuch { .. }));
        assert_eq!(Coverage::exact(fractions(&["1/3", "2/3"])).check(&game(all())), Ok(()));
        assert!(Coverage::dyadic(vec![DYADIC_ONE, 1]).check(&game(all())).is_err());
        let first = || Resource { name: "r".into(), count: 1, reach: Reach::Only(vec![TargetId(0)]) };
        let out = Coverage::exact(fractions(&["0", "1/2"]));
        assert!(matches!(out.check(&game(vec![first()])), Err(SecurityError::OutOfReach { .. })));
        let doubled = Coverage::by_types(vec![Marginals::Exact(fractions(&["2/3", "0"])); 2]);
        assert!(matches!(doubled.check(&game(vec![first(), first()])), Err(SecurityError::Range { .. })));
    }
}
