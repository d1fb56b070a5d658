//! What a coverage guarantees, and what no coverage can: a proof that needs no solver.
//!
//! Target `t` covered with probability `c_t` is worth `A_t(c_t) = Au_t - δ_t c_t` to the attacker, `δ_t = Au_t - Ac_t`,
//! and `D_t(c_t)` to the defender, both linear in `c_t`. A *cut* is a set of resource types; `S` are the targets that
//! no other type reaches, so that `Σ_{s ∈ S} c_s ≤ m`, the number of resources in the cut.
//!
//! *Lower bound.* The coverage itself: among the best responses, computed exactly, the one the defender likes best.
//!
//! *Upper bound.* If the attacker gets `u` at most, then each `c_s` with `δ_s > 0` is at least the demand
//!
//! ```text
//! lo_s(u) = max(0, (Au_s - u) / δ_s)
//! ```
//!
//! 1. The attacker always gets the level `L`: either some target is worth that much at any coverage, or
//!    `Σ_{s ∈ S} lo_s(L) ≥ m` where some `Au_s ≥ L`. Below `L` each of these demands would be larger, their sum above
//!    `m`.
//! 2. So `t` can be attacked only if `A_t(c_t) ≥ L`, which bounds `c_t` from above if `δ_t > 0`, from below if
//!    `δ_t < 0`. If `δ_t = 0` and `Au_t = L` then `c_t` is at most what the others' demands leave of the cut.
//! 3. An [`EndProof`] bounds `c_t` further where `δ_t ≤ 0`. With `t` attacked at coverage `c` the cut must hold
//!    `G(c) = [t ∈ S] c + Σ_{s ∈ S} lo_s(A_t(c))`, a convex function: if `G(e) ≥ m` and `G` rises to the right of `e`
//!    (or `G(e) > m` and it does not fall), no larger `c` is possible; likewise to the left.
//! 4. `D_t` is linear, so its maximum over what is left is at an end; the bound is the largest over all targets.
//!
//! Sums of coverages over 2^53 may have each demand rounded down to 2^-53, which only weakens 1 and 2.

use dashu_int::IBig;

use crate::rational::{self, Rational};
use crate::security::coverage::{Coverage, Marginals, rational_sum};
use crate::security::error::SecurityError;
use crate::security::fast;
use crate::security::game::{SecurityGame, TargetId, Utility};
use crate::strategy::DYADIC_ONE;

/// An end of the interval of coverages at which a target can be the attacked one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// No coverage below is possible.
    Least,
    /// No coverage above is possible.
    Most,
}

/// The claim that a target, if attacked, has no coverage beyond an end; step 3 of the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndProof {
    /// A target that the attacker does not prefer uncovered.
    pub target: TargetId,
    /// Which end.
    pub side: Side,
    /// The end.
    pub coverage: Rational,
    /// Resource types, by position.
    pub cut: Vec<usize>,
}

/// What proves the upper bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Utility that the attacker always gets.
    pub level: Rational,
    /// Resource types, by position, that cannot push the attacker below the level.
    pub cut: Vec<usize>,
    /// Further ends, possibly none, in any order; they are applied in this one.
    pub ends: Vec<EndProof>,
}

/// Bounds on the defender's utility in every strong Stackelberg equilibrium.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityCertificate {
    /// What the coverage guarantees.
    pub lower: Rational,
    /// No coverage gives more.
    pub upper: Rational,
    /// The attacker's response to the coverage.
    pub attacked: TargetId,
    /// The attacker's utility of it.
    pub attacker: Rational,
}

impl SecurityCertificate {
    /// `upper - lower`.
    #[must_use]
    pub fn gap(&self) -> Rational {
        &self.upper - &self.lower
    }
}

/// Proves what a coverage guarantees, and from the evidence what none exceeds.
///
/// # Errors
/// [`SecurityError`] if the game has no mix with this coverage, or the evidence does not prove what it claims.
///
/// # Complexity
/// One pass over the targets, and one for each further end. With fractions of many different denominators the sums
/// are as long as these have digits together; coverages over 2^53 avoid that.
pub fn certify(
    game: &SecurityGame,
    coverage: &Coverage,
    evidence: &Evidence,
) -> Result<SecurityCertificate, SecurityError> {
    coverage.check(game)?;
    if let Some(certificate) = fast::certify(game, coverage, evidence) {
        return certificate;
    }
    let targets = game.targets();
    let probabilities = coverage.probabilities(targets.len());
    let (attacked, lower) = targets.strong_response(&probabilities);
    let attacker = targets.attacker(attacked).at(&probabilities[attacked.0]);
    let rounded = coverage.types().iter().all(|marginals| matches!(marginals, Marginals::Dyadic(_)));
    let upper = Checker::new(game, rounded).upper(evidence)?;
    Ok(SecurityCertificate { lower, upper, attacked, attacker })
}

struct Checker<'a> {
    game: &'a SecurityGame,
    /// The attacker's utilities.
    attacker: Vec<Utility>,
    /// `Au - Ac`.
    deltas: Vec<Rational>,
    reaching: Vec<Vec<usize>>,
    rounded: bool,
}

impl<'a> Checker<'a> {
    fn new(game: &'a SecurityGame, rounded: bool) -> Self {
        let attacker: Vec<_> = game.targets().ids().map(|t| game.targets().attacker(t)).collect();
        let deltas = attacker.iter().map(|utility| &utility.uncovered - &utility.covered).collect();
        Self { game, attacker, deltas, reaching: game.reaching(), rounded }
    }

    /// Whether each target is one that no type outside the cut reaches, and the number of resources in the cut.
    fn cut(&self, types: &[usize]) -> (Vec<bool>, Rational) {
        let inside = self.reaching.iter().map(|reaching| reaching.iter().all(|r| types.contains(r))).collect();
        let resources = self.game.resources().iter().enumerate();
        let count: u64 =
            resources.filter(|(r, _)| types.contains(r)).map(|(_, resource)| u64::from(resource.count)).sum();
        (inside, Rational::from(count))
    }

    fn demand(&self, t: usize, level: &Rational) -> Option<Rational> {
        let above = &self.attacker[t].uncovered - level;
        if self.deltas[t] <= Rational::ZERO || above < Rational::ZERO {
            return None;
        }
        let exact = above / &self.deltas[t];
        if !self.rounded {
            return Some(exact);
        }
        let steps: IBig = (exact * Rational::from(DYADIC_ONE)).floor();
        Some(Rational::from_parts(steps, DYADIC_ONE.into()))
    }

    /// The least that the attacker gets from a target at any coverage.
    fn floor(&self, t: usize) -> &Rational {
        let Utility { covered, uncovered } = &self.attacker[t];
        if self.reaching[t].is_empty() || uncovered < covered { uncovered } else { covered }
    }

    fn upper(&self, evidence: &Evidence) -> Result<Rational, SecurityError> {
        let count = self.attacker.len();
        // 1. The level.
        let level = &evidence.level;
        let (inside, resources) = self.cut(&evidence.cut);
        let demands: Vec<_> = (0..count).filter(|t| inside[*t]).filter_map(|t| self.demand(t, level)).collect();
        let demanded = !demands.is_empty();
        let left = resources - rational_sum(demands);
        let proved = (0..count).any(|t| self.floor(t) >= level) || demanded && left <= Rational::ZERO;
        if !proved {
            return Err(SecurityError::Level { level: rational::to_fraction(level) });
        }
        // 2. What it leaves of each target's coverage; `None` if the target cannot be attacked.
        let mut intervals: Vec<Option<(Rational, Rational)>> = (0..count)
            .map(|t| {
                let above = &self.attacker[t].uncovered - level;
                let delta = &self.deltas[t];
                let most = if self.reaching[t].is_empty() { Rational::ZERO } else { Rational::ONE };
                if *delta > Rational::ZERO {
                    (above >= Rational::ZERO).then(|| (Rational::ZERO, rational::min(above / delta, most)))
                } else if *delta < Rational::ZERO {
                    let least = rational::max(above / delta, Rational::ZERO);
                    (least <= most).then_some((least, most))
                } else if above.is_zero() && inside[t] {
                    (left >= Rational::ZERO).then(|| (Rational::ZERO, rational::min(left.clone(), most)))
                } else {
                    (above > Rational::ZERO || above.is_zero()).then_some((Rational::ZERO, most))
                }
            })
            .collect();
        // 3. Further ends.
        for end in &evidence.ends {
            self.apply(end, &mut intervals)?;
        }
        // 4. The largest utility.
        let targets = self.game.targets();
        let best = intervals.into_iter().enumerate().filter_map(|(t, interval)| {
            let (least, most) = interval?;
            let utility = targets.defender(TargetId(t));
            Some(rational::max(utility.at(&least), utility.at(&most)))
        });
        best.reduce(rational::max).ok_or(SecurityError::Contradiction)
    }

    fn apply(&self, end: &EndProof, intervals: &mut [Option<(Rational, Rational)>]) -> Result<(), SecurityError> {
        let t = end.target.0;
        let unproved = || SecurityError::End {
            target: self.game.targets().name(end.target).to_owned(),
            coverage: rational::to_fraction(&end.coverage),
        };
        let Some(delta) = self.deltas.get(t).filter(|delta| **delta <= Rational::ZERO) else { return Err(unproved()) };
        let (inside, resources) = self.cut(&end.cut);
        let level = self.attacker[t].at(&end.coverage);
        let (mut held, mut slope) =
            if inside[t] { (end.coverage.clone(), Rational::ONE) } else { (Rational::ZERO, Rational::ZERO) };
        for s in (0..self.attacker.len()).filter(|s| inside[*s] && self.deltas[*s] > Rational::ZERO) {
            let above = &self.attacker[s].uncovered - &level;
            if above < Rational::ZERO {
                continue;
            }
            // At the kink the demand rises to the left, where the level is lower, and not to the right.
            if above > Rational::ZERO || end.side == Side::Least {
                slope += delta / &self.deltas[s];
            }
            held += above / &self.deltas[s];
        }
        if end.side == Side::Least {
            slope = -slope;
        }
        let beyond = held > resources;
        if !(beyond && slope >= Rational::ZERO || held == resources && slope > Rational::ZERO) {
            return Err(unproved());
        }
        if let Some((least, most)) = &mut intervals[t] {
            let at = &end.coverage;
            let empty = match end.side {
                Side::Least => at > most || beyond && at == most,
                Side::Most => at < least || beyond && at == least,
            };
            if empty {
                intervals[t] = None;
            } else if end.side == Side::Least && at > least {
                least.clone_from(at);
            } else if end.side == Side::Most && at < most {
                most.clone_from(at);
            }
        }
        Ok(())
    }
}
