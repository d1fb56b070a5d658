//! Realising marginals: a mix over pure deployments that has given marginals, by systematic sampling.
//!
//! Source: Madow, "On the theory of systematic sampling, II", Annals of Mathematical Statistics 20 (1949); for security
//! games Tsai, Yin, Kwak, Kempe, Kiekintveld, Tambe, "Urban security: game-theoretic resource allocation in networked
//! physical domains", AAAI 2010 (comb sampling).
//!
//! Lay the probabilities of all *active* choices end to end, channel after channel, as intervals on a line of length
//! `S`. Draw `u` uniform in [0, 1); the choices hit by `u, u+1, u+2, …` are deployed. A choice of probability `p ≤ 1` is
//! hit with probability `p`; a channel's intervals are at most 1 long together, so at most one of them is hit; and the
//! number of active choices is `⌊S⌋` or `⌈S⌉`, so a whole cardinality budget holds in every draw, not only on average.
//! As `u` runs through [0, 1), the deployment changes only where an interval ends, so there are finitely many.

use crate::rational::Rational;

/// A pure deployment: for each channel the choice that is active, if one is, with the probability of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Position of the active choice of each channel; `None` where all are idle.
    pub active: Vec<Option<usize>>,
    /// Probability of this deployment, above 0.
    pub probability: Rational,
}

/// Deployments whose marginals are `active`: one list of probabilities for each channel, each at least 0, together at
/// most 1; what is missing to 1 is the probability that the channel is idle.
///
/// The deployments are in order of the draw and sum to exactly 1. At most one more than there are positive probabilities.
/// `None` if a list is no part of a distribution.
#[must_use]
pub fn systematic(active: &[Vec<Rational>]) -> Option<Vec<Deployment>> {
    // Each choice's interval [from, to) on the line.
    let mut intervals = Vec::new();
    let mut end = Rational::ZERO;
    for (channel, choices) in active.iter().enumerate() {
        let start = end.clone();
        for (choice, probability) in choices.iter().enumerate() {
            if *probability < Rational::ZERO {
                return None;
            }
            if !probability.is_zero() {
                let from = end.clone();
                end += probability;
                intervals.push((channel, choice, from, end.clone()));
            }
        }
        if &end - start > Rational::ONE {
            return None;
        }
    }
    let fraction = |number: &Rational| number - Rational::from(number.floor());
    let mut cuts: Vec<_> = intervals.iter().map(|(.., to)| fraction(to)).collect();
    cuts.extend([Rational::ZERO, Rational::ONE]);
    cuts.sort();
    cuts.dedup();
    let deployment = |u: &Rational, probability: Rational| {
        let mut deployed = vec![None; active.len()];
        for (channel, choice, from, to) in &intervals {
            // The first point of u, u+1, … that is not before the interval.
            let point = u + Rational::from((from - u).ceil());
            if point < *to {
                deployed[*channel] = Some(*choice);
            }
        }
        Deployment { active: deployed, probability }
    };
    Some(cuts.windows(2).map(|pair| deployment(&pair[0], &pair[1] - &pair[0])).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rational::parse;

    fn check(active: &[Vec<Rational>]) {
        let deployments = systematic(active).expect("parts of distributions");
        let total = deployments.iter().fold(Rational::ZERO, |sum, d| sum + &d.probability);
        assert_eq!(total, Rational::ONE);
        let sum = active.iter().flatten().fold(Rational::ZERO, |sum, p| sum + p);
        for (channel, choices) in active.iter().enumerate() {
            for (choice, probability) in choices.iter().enumerate() {
                let hit = deployments.iter().filter(|d| d.active[channel] == Some(choice));
                assert_eq!(hit.fold(Rational::ZERO, |sum, d| sum + &d.probability), *probability);
            }
        }
        for deployment in &deployments {
            let count = Rational::from(deployment.active.iter().flatten().count());
            assert!(count >= sum.floor().into() && count <= sum.ceil().into());
        }
    }

    proptest! {
        #[test]
        fn marginals_and_counts_are_those_asked_for(
            weights in prop::collection::vec(prop::collection::vec(0_u32..10, 1..5), 1..6),
            idle in prop::collection::vec(0_u32..10, 6),
        ) {
            let active: Vec<Vec<Rational>> = weights
                .iter()
                .zip(&idle)
                .map(|(weights, idle)| {
                    let total = (weights.iter().sum::<u32>() + idle).max(1);
                    weights.iter().map(|w| Rational::from(*w) / Rational::from(total)).collect()
                })
                .collect();
            check(&active);
        }
    }

    #[test]
    fn what_is_no_distribution_is_refused() {
        let number = |text: &str| parse(text).expect("a number");
        assert!(systematic(&[vec![number("0.7"), number("0.4")]]).is_none());
        assert!(systematic(&[vec![number("-0.1")]]).is_none());
        check(&[]);
        check(&[vec![number("1")], vec![number("0")], vec![number("0.3"), number("0.7")]]);
    }
}
