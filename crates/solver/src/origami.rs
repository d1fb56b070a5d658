//! ORIGAMI: strong Stackelberg equilibria of security games with identical resources, at any size.
//!
//! Source: Kiekintveld, Jain, Tsai, Pita, Ordóñez, Tambe, "Computing Optimal Randomized Resource Allocations for Massive
//! Security Games", AAMAS 2009 (the attack set grows, `O(n²)`); Lerma, Kreinovich, Kiekintveld, "Linear-Time Resource
//! Allocation in Security Games with Identical Fully Protective Resources", AAAI workshop 2011 (`O(n log n)`).
//! Differs: the level at which the attack set stops growing is found by splitting at medians, `O(n)`; the defender may
//! prefer a target attacked uncovered; the result is finished exactly or on a grid, and certified.
//!
//! With `δ_t = Au_t - Ac_t ≥ 0`, to hold the attacker to `u` every target needs the coverage `lo_t(u)`:
//!
//! ```text
//! lo_t(u) = max(0, (Au_t - u) / δ_t)     F(u) = Σ_t lo_t(u)     u* = min { u ≥ max_t Ac_t : F(u) ≤ k }
//! ```
//!
//! Target `t` can be attacked if and only if `Au_t ≥ u*`, at any coverage from 0 to `h_t = (Au_t - u*) / δ_t`; if
//! `δ_t = 0`, from 0 to the smaller of 1 and `k - F(u*)`. All others then need `lo_s(A_t(c_t))`, which the resources
//! allow because it is at most `lo_s(u*)`. The defender's utility is linear in `c_t`, so one end is best.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `Ac`, `Au` | `attacker` | targets × 2 | attacker's utility |
//! | `Dc`, `Du` | `defender` | targets × 2 | defender's utility |
//! | `u*` | `level` | 1 | attacker's utility |
//! | `c` | `coverage` | targets | probability |
//! | `k` | `resources` | 1 | resources |
//!
//! 1. Find `u*` in doubles.
//! 2. Make it exact: Newton's method on the convex `F` in fractions, mostly one step.
//! 3. Choose the attacked target and the end of its coverage; cover the others as much as they need, no more.
//! 4. Certify.
//!
//! Where the exact level is too long a fraction, 2 and 3 work in 128-bit integers on a grid of 2^-53 for coverages:
//! `u*` is enclosed between two levels, one proved too low for the attacker, one at which the coverage is complete.
//!
//! Guarantee: gap 0 where the finish is exact, else about the grid. Not guaranteed: that all resources are used; what
//! cannot help the defender stays idle.

use dashu_int::ops::BitTest;
use saddlepoint_game::Payoffs;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::security::{
    Coverage, Evidence, SecurityCertificate, SecurityError, SecurityGame, Utility, certify,
};

use crate::grid;

/// Most targets of an exact finish; beyond, the fractions of many denominators would fill the time and the memory.
const EXACT_TARGETS: usize = 2_048;

/// Longest denominator of the exact level, in bits, up to which the finish is exact.
const EXACT_BITS: usize = 1_024;

/// A coverage with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageSolution {
    /// The marginals.
    pub coverage: Coverage,
    /// What proves that none is better.
    pub evidence: Evidence,
    /// The interval for the defender's utility, and the attacker's response.
    pub certificate: SecurityCertificate,
}

impl CoverageSolution {
    pub(crate) fn certified(
        game: &SecurityGame,
        coverage: Coverage,
        evidence: Evidence,
    ) -> Result<Self, SecurityError> {
        let certificate = certify(game, &coverage, &evidence)?;
        Ok(Self { coverage, evidence, certificate })
    }
}

/// Solves a game with identical resources; see the module.
///
/// # Errors
/// [`SecurityError::PrefersCovered`] if the attacker prefers a target covered, [`SecurityError::Shape`] if there is not
/// exactly one type of resource that can go anywhere ([`crate::coverage`] accepts both);
/// [`SecurityError::TooLarge`] if there are more than 2,048 targets and the utilities of a player do not fit 64-bit
/// integers over one denominator.
///
/// # Complexity
/// `O(n)` for `n` targets, and the exact finish of at most 2,048.
///
/// # Examples
/// ```
/// use saddlepoint_game::rational::{Rational, parse};
/// use saddlepoint_game::security::{SecurityGame, Target, TargetId, Utility};
/// use saddlepoint_solver::origami;
///
/// let utility = |covered: i32, uncovered: i32| Utility { covered: covered.into(), uncovered: uncovered.into() };
/// let targets = vec![
///     Target { name: "gateway".into(), defender: utility(0, -4), attacker: utility(0, 4) },
///     Target { name: "archive".into(), defender: utility(0, -1), attacker: utility(0, 2) },
/// ];
/// let solution = origami::solve(&SecurityGame::identical(targets, 1)?)?;
/// assert_eq!(solution.coverage.probabilities(2), [parse("2/3")?, parse("1/3")?]);
/// assert_eq!(solution.certificate.lower, parse("-2/3")?);
/// assert_eq!(solution.certificate.gap(), Rational::ZERO);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(game: &SecurityGame) -> Result<CoverageSolution, SecurityError> {
    let targets = game.targets();
    targets.check_prefers_uncovered()?;
    let Some(resources) = game.identical_resources() else {
        let found = game.resources().len();
        return Err(SecurityError::Shape { what: "types of resources that can go anywhere", expected: 1, found });
    };
    // 1. The level in doubles.
    let fixed = matches!(targets.attacker_payoffs(), Payoffs::Fixed { .. })
        && matches!(targets.defender_payoffs(), Payoffs::Fixed { .. });
    if targets.len() <= EXACT_TARGETS {
        let exact = Exact::new(game, resources);
        // 2. The exact level.
        let level = exact.level();
        if !fixed || level.denominator().bit_len() <= EXACT_BITS {
            // 3. The coverage.
            let coverage = Coverage::exact(exact.coverage(&level));
            // 4. The proof.
            return CoverageSolution::certified(game, coverage, Evidence { level, cut: vec![0], ends: vec![] });
        }
    }
    if !fixed {
        let what = "the number of targets whose utilities do not fit 64-bit integers over one denominator";
        return Err(SecurityError::TooLarge { what, limit: EXACT_TARGETS });
    }
    let (coverage, level) = grid::solve(game, resources);
    CoverageSolution::certified(game, coverage, Evidence { level, cut: vec![0], ends: vec![] })
}

/// The level `u ≥ least` at which `Σ_t max(0, a_t - u) w_t` falls to `resources`, in doubles, `(a_t, w_t)` in any order.
///
/// Each round splits what is left at the median of `a` and keeps the half in which the sum passes `resources`.
pub(crate) fn level(pairs: &mut [(f64, f64)], resources: f64, least: f64) -> f64 {
    let demand = |pairs: &[(f64, f64)], u: f64| -> f64 { pairs.iter().map(|(a, w)| (a - u) * w).sum() };
    let (mut rest, mut weight, mut moment) = (pairs, 0.0, 0.0);
    // Relative to the least level, a large constant on all utilities costs no digits.
    while !rest.is_empty() {
        let middle = rest.len() / 2;
        let (above, &mut (a, w), _) = rest.select_nth_unstable_by(middle, |a, b| b.0.total_cmp(&a.0));
        let held = moment - (a - least) * weight + demand(above, a);
        if a > least && held < resources {
            // The level is below `a`: this half and the median count in full.
            moment += demand(above, least) + (a - least) * w;
            weight += above.iter().map(|pair| pair.1).sum::<f64>() + w;
            rest = &mut rest[middle + 1..];
        } else {
            rest = &mut rest[..middle];
        }
    }
    if weight > 0.0 && moment > resources { least + (moment - resources) / weight } else { least }
}

/// Everything in fractions.
struct Exact {
    attacker: Vec<Utility>,
    defender: Vec<Utility>,
    deltas: Vec<Rational>,
    resources: Rational,
}

impl Exact {
    fn new(game: &SecurityGame, resources: u32) -> Self {
        let targets = game.targets();
        let attacker: Vec<_> = targets.ids().map(|t| targets.attacker(t)).collect();
        let defender = targets.ids().map(|t| targets.defender(t)).collect();
        let deltas = attacker.iter().map(|utility| &utility.uncovered - &utility.covered).collect();
        Self { attacker, defender, deltas, resources: Rational::from(resources) }
    }

    /// `u*`.
    fn level(&self) -> Rational {
        let covered = self.attacker.iter().map(|utility| utility.covered.clone());
        let uncovered = self.attacker.iter().map(|utility| utility.uncovered.clone());
        // Without resources nothing is covered.
        let floors =
            if self.resources.is_zero() { uncovered.reduce(rational::max) } else { covered.reduce(rational::max) };
        let floor = floors.unwrap_or(Rational::ZERO);
        let mut pairs: Vec<_> = self
            .active(&floor)
            .map(|t| {
                let above = rational::to_f64(&(&self.attacker[t].uncovered - &floor));
                (above, 1.0 / rational::to_f64(&self.deltas[t]))
            })
            .collect();
        let guess = level(&mut pairs, rational::to_f64(&self.resources), 0.0);
        let guess = &floor + rational::from_f64(guess).unwrap_or(Rational::ZERO);
        // From any start the first step of Newton's method ends at or below the root of a convex falling function, and
        // from there it only rises; each step but the last makes the attack set smaller.
        let mut active: Vec<_> = self.active(&guess).collect();
        let mut from_guess = true;
        loop {
            let root = self.root(&active).filter(|root| *root > floor).unwrap_or_else(|| floor.clone());
            let next: Vec<_> = self.active(&root).collect();
            if next == active || !from_guess && next.len() >= active.len() {
                return root;
            }
            (active, from_guess) = (next, false);
        }
    }

    /// Targets that need coverage to hold the attacker to a level.
    fn active(&self, level: &Rational) -> impl Iterator<Item = usize> {
        (0..self.deltas.len()).filter(|t| self.attacker[*t].uncovered > *level && !self.deltas[*t].is_zero())
    }

    /// Where `Σ (Au_t - u) / δ_t` over some targets is the number of resources.
    fn root(&self, active: &[usize]) -> Option<Rational> {
        let weights = active.iter().map(|t| Rational::ONE / &self.deltas[*t]);
        let moments = active.iter().map(|t| &self.attacker[*t].uncovered / &self.deltas[*t]);
        let weight = sum(weights.collect());
        if weight.is_zero() { None } else { Some((sum(moments.collect()) - &self.resources) / weight) }
    }

    fn demand(&self, t: usize, level: &Rational) -> Rational {
        let above = &self.attacker[t].uncovered - level;
        if above <= Rational::ZERO || self.deltas[t].is_zero() { Rational::ZERO } else { above / &self.deltas[t] }
    }

    /// The best coverage of an attacked target, `None` if it cannot be attacked at this least level.
    fn attacked(&self, t: usize, level: &Rational, left: &Rational) -> Option<Rational> {
        let above = &self.attacker[t].uncovered - level;
        if above < Rational::ZERO {
            return None;
        }
        let utility = &self.defender[t];
        Some(if utility.covered <= utility.uncovered {
            Rational::ZERO
        } else if self.deltas[t].is_zero() {
            rational::min(left.clone(), Rational::ONE)
        } else {
            above / &self.deltas[t]
        })
    }

    fn coverage(&self, level: &Rational) -> Vec<Rational> {
        let targets = self.deltas.len();
        let left = &self.resources - sum((0..targets).map(|t| self.demand(t, level)).collect());
        let mut best: Option<(usize, Rational, Rational)> = None;
        for t in 0..targets {
            let Some(coverage) = self.attacked(t, level, &left) else { continue };
            let utility = self.defender[t].at(&coverage);
            if best.as_ref().is_none_or(|(_, _, most)| utility > *most) {
                best = Some((t, coverage, utility));
            }
        }
        // The target of the largest uncovered utility can always be attacked.
        let Some((attacked, at, _)) = best else { return vec![Rational::ZERO; targets] };
        let reached = self.attacker[attacked].at(&at);
        (0..targets).map(|t| if t == attacked { at.clone() } else { self.demand(t, &reached) }).collect()
    }
}

/// Sum by halves, so that the denominators of the parts stay short as long as they can.
pub(crate) fn sum(mut terms: Vec<Rational>) -> Rational {
    while terms.len() > 1 {
        terms = terms.chunks(2).map(|pair| if let [a, b] = pair { a + b } else { pair[0].clone() }).collect();
    }
    terms.pop().unwrap_or(Rational::ZERO)
}
