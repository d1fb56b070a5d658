//! [`Comb`]: pure allocations of identical resources whose mix has given marginals, exactly.
//!
//! Source: systematic sampling (Madow, "On the theory of systematic sampling, II", 1949); in security games the "comb"
//! of Tsai, Yin, Kwak, Kempe, Kiekintveld, Tambe, "Urban security", AAAI 2010.
//!
//! Lay the targets' coverages `c_t` end to end and let a comb of teeth at distance 1 fall on them at an offset `u`
//! uniform in [0, 1): a target is covered if a tooth lands on it. A target no longer than 1 is hit at most once, with
//! probability `c_t`, and there are `⌊Σ c⌋` or `⌈Σ c⌉` teeth. As `u` grows the allocation changes only where a tooth
//! crosses one of the `n` ends, so there are at most `n + 1` allocations.

use std::collections::BTreeSet;

use dashu_int::IBig;

use crate::rational::Rational;
use crate::security::coverage::Marginals;
use crate::security::game::TargetId;

/// The covered targets in ascending order, and the probability of this allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Above 0.
    pub probability: Rational,
    /// No more than the coverages' sum, rounded up.
    pub targets: Vec<TargetId>,
}

/// See the module.
///
/// # Examples
/// ```
/// use saddlepoint_game::rational::parse;
/// use saddlepoint_game::security::{Comb, Marginals, TargetId};
///
/// let half = || parse("1/2").expect("a number");
/// let mix = Comb::new(&Marginals::Exact(vec![half(), half(), half(), half()])).mix();
/// let pairs: Vec<_> = mix.iter().map(|a| (a.probability.clone(), a.targets.clone())).collect();
/// assert_eq!(pairs, [(half(), vec![TargetId(0), TargetId(2)]), (half(), vec![TargetId(1), TargetId(3)])]);
/// ```
#[derive(Clone, Debug)]
pub struct Comb {
    /// `ends[t] = c_0 + … + c_{t-1}`, one more than there are targets.
    ends: Vec<Rational>,
}

impl Comb {
    /// Lays the coverages, each taken into [0, 1], end to end.
    #[must_use]
    pub fn new(marginals: &Marginals) -> Self {
        let mut ends = Vec::with_capacity(marginals.len() + 1);
        let mut end = Rational::ZERO;
        for t in 0..marginals.len() {
            ends.push(end.clone());
            end += marginals.get(TargetId(t)).clamp(Rational::ZERO, Rational::ONE);
        }
        ends.push(end);
        Self { ends }
    }

    /// The allocation at an offset, of which the fractional part counts. A uniform offset draws from the mix.
    ///
    /// # Complexity
    /// `O(k log n)` comparisons for `k` covered targets.
    #[must_use]
    pub fn at(&self, offset: &Rational) -> Vec<TargetId> {
        let mut tooth = fraction(offset);
        let mut targets = Vec::new();
        // The target whose stretch [ends[t], ends[t + 1]) holds the tooth: the last one that begins at or before it.
        while self.ends.last().is_some_and(|end| tooth < *end) {
            targets.push(TargetId(self.ends.partition_point(|end| *end <= tooth) - 1));
            tooth += Rational::ONE;
        }
        targets
    }

    /// All allocations with their probabilities, by rising offset. Their marginals are the coverages, exactly.
    ///
    /// # Complexity
    /// At most `n + 1` allocations of up to `⌈Σ c⌉` targets each, all of them in memory.
    #[must_use]
    pub fn mix(&self) -> Vec<Allocation> {
        let offsets: BTreeSet<Rational> = self.ends.iter().map(fraction).collect();
        let mut mix: Vec<Allocation> = Vec::new();
        let end = Rational::ONE;
        let following = offsets.iter().skip(1).chain([&end]);
        for (offset, next) in offsets.iter().zip(following) {
            mix.push(Allocation { probability: next - offset, targets: self.at(offset) });
        }
        mix
    }
}

fn fraction(number: &Rational) -> Rational {
    let floor: IBig = number.floor();
    number - Rational::from(floor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::strategy::{DYADIC_ONE, dyadic};

    fn marginals_of(mix: &[Allocation], targets: usize) -> Vec<Rational> {
        let mut sums = vec![Rational::ZERO; targets];
        for allocation in mix {
            assert!(allocation.probability > Rational::ZERO);
            assert!(allocation.targets.windows(2).all(|pair| pair[0] < pair[1]), "each target once, in order");
            for t in &allocation.targets {
                sums[t.0] += &allocation.probability;
            }
        }
        sums
    }

    proptest! {
        #[test]
        fn the_mix_has_the_marginals_and_no_allocation_needs_more_resources(
            parts in prop::collection::vec((0_u32..=12, 1_u32..=12), 0..12),
        ) {
            let fractions = parts.iter().map(|&(p, q)| Rational::from_parts(p.min(q).into(), q.into()));
            let coverage = Marginals::Exact(fractions.collect());
            let mix = Comb::new(&coverage).mix();
            prop_assert!(mix.len() <= coverage.len() + 1);
            let mass = mix.iter().fold(Rational::ZERO, |sum, a| sum + &a.probability);
            prop_assert_eq!(mass, Rational::ONE);
            let resources = coverage.sum().ceil();
            prop_assert!(mix.iter().all(|a| IBig::from(a.targets.len()) <= resources));
            let expected: Vec<_> = (0..coverage.len()).map(|t| coverage.get(TargetId(t))).collect();
            prop_assert_eq!(marginals_of(&mix, coverage.len()), expected);
        }
    }

    #[test]
    fn whole_and_dyadic_coverages_are_met() {
        let coverage = Marginals::Dyadic(vec![DYADIC_ONE, 0, DYADIC_ONE - 1, 1]);
        let mix = Comb::new(&coverage).mix();
        assert_eq!(marginals_of(&mix, 4), [Rational::ONE, Rational::ZERO, dyadic(DYADIC_ONE - 1), dyadic(1)]);
        assert!(mix.iter().all(|a| a.targets.len() == 2));
    }
}
