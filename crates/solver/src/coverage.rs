//! Coverage: strong Stackelberg equilibria with resources of several types and any utilities, exactly.
//!
//! Source: the compact game of ERASER (Kiekintveld et al., "Computing Optimal Randomized Resource Allocations for
//! Massive Security Games", AAMAS 2009) and one program per attacked target (Conitzer, Sandholm, "Computing the Optimal
//! Strategy to Commit to", EC 2006).
//! Differs: neither an integer program nor linear programs. The programs have one free parameter each, and what binds
//! it are cuts of a small flow network, which also prove the answer.
//!
//! If the attacker is to get `u` at most, target `s` needs coverage `lo_s(u) = max(0, (Au_s - u) / δ_s)` where
//! `δ_s = Au_s - Ac_s > 0`, and none otherwise; lower coverage never hurts there, since resources may stay idle. The
//! resources can cover demands `d` if and only if for every set of types, `Σ d_s ≤ m` over the targets `S` that only
//! these types reach (max-flow min-cut; targets reached by the same types are one node).
//!
//! 1. The least level `u*` that any coverage holds the attacker to: raise `u` to the root of each violated cut.
//! 2. Bound each attacked target by the level alone, and take the targets by falling bound.
//! 3. Target `t` with `δ_t > 0`: any coverage from 0 to `(Au_t - u*) / δ_t`. Otherwise `c_t = c` sets the level
//!    `A_t(c)`, and a cut holds `G(c) = [t ∈ S] c + Σ_{s ∈ S} lo_s(A_t(c))`, a convex function of `c`: from the end
//!    that the defender likes, move to the root of each violated cut until none is, or nothing is left.
//! 4. Stop when the next bound is no larger than the best utility found. Certify.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `Ac`, `Au`, `Dc`, `Du` | `attacker`, `defender` | targets | utility |
//! | `d` | `demands` | targets | probability |
//! | `m` | `Cut::resources` | 1 | resources |
//!
//! Guarantee: gap exactly 0. Not guaranteed: speed on utilities of many different long denominators, whose sums have
//! as many digits as these together.

use std::collections::{BTreeMap, VecDeque};

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::security::{
    Coverage, EndProof, Evidence, Marginals, SecurityError, SecurityGame, Side, TargetId, Utility,
};

use crate::origami::{CoverageSolution, sum};

/// Solves a game; see the module.
///
/// # Errors
/// [`SecurityError`] if the certificate fails, which is a defect.
///
/// # Complexity
/// With `g` sets of types that reach some target: a flow on `g` nodes for each violated cut, of which there are few;
/// targets with `δ_t ≤ 0` that step 2 does not exclude cost up to `O(n²)` each.
///
/// # Examples
/// ```
/// use saddlepoint_game::rational::{Rational, parse};
/// use saddlepoint_game::security::{Reach, Resource, SecurityGame, Target, TargetId, Targets, Utility};
/// use saddlepoint_solver::coverage;
///
/// let target = |name: &str, worth: i32| Target {
///     name: name.into(),
///     defender: Utility { covered: 0.into(), uncovered: (-worth).into() },
///     attacker: Utility { covered: 0.into(), uncovered: worth.into() },
/// };
/// let targets = Targets::new(vec![target("web", 4), target("mail", 2), target("tape", 3)])?;
/// // The guard can go to the first two, the dog anywhere.
/// let guard = Resource { name: "guard".into(), count: 1, reach: Reach::Only(vec![TargetId(0), TargetId(1)]) };
/// let dog = Resource { name: "dog".into(), count: 1, reach: Reach::All };
/// let solution = coverage::solve(&SecurityGame::new(targets, vec![guard, dog])?)?;
/// assert_eq!(solution.certificate.lower, parse("-12/13")?);
/// assert_eq!(solution.certificate.gap(), Rational::ZERO);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(game: &SecurityGame) -> Result<CoverageSolution, SecurityError> {
    let network = Network::new(game);
    // 1. The level.
    let (level, cut) = network.level();
    // 2. The targets by falling bound.
    let count = network.deltas.len();
    let mut intervals: Vec<_> =
        (0..count).filter_map(|t| network.interval(t, &level).map(|interval| (t, interval))).collect();
    let bound = |(t, (least, most)): &(usize, (Rational, Rational))| {
        rational::max(network.defender[*t].at(least), network.defender[*t].at(most))
    };
    // The sort is stable: equal bounds stay in the order of the targets.
    intervals.sort_by_cached_key(|candidate| std::cmp::Reverse(bound(candidate)));
    let (mut ends, mut best) = (Vec::new(), None::<(Rational, usize, Rational)>);
    for candidate in &intervals {
        // 4. No better one follows.
        if best.as_ref().is_some_and(|(utility, ..)| bound(candidate) <= *utility) {
            break;
        }
        // 3. The best coverage of this target.
        let (t, interval) = candidate;
        let Some(coverage) = network.attacked(*t, interval, &mut ends) else { continue };
        let utility = network.defender[*t].at(&coverage);
        if best.as_ref().is_none_or(|(most, ..)| utility > *most) {
            best = Some((utility, *t, coverage));
        }
    }
    let Some((_, t, at)) = best else { return Err(SecurityError::Contradiction) };
    let Ok(flow) = network.flow(&network.demands(t, &at)) else { return Err(SecurityError::Contradiction) };
    CoverageSolution::certified(game, flow, Evidence { level, cut, ends })
}

/// Targets that the same types reach.
struct Group {
    types: Vec<usize>,
    members: Vec<usize>,
}

struct Network {
    attacker: Vec<Utility>,
    defender: Vec<Utility>,
    deltas: Vec<Rational>,
    /// Resources of each type.
    counts: Vec<Rational>,
    groups: Vec<Group>,
    /// Group of each target.
    group: Vec<usize>,
}

/// A set of types, and the targets that only these reach.
struct Cut {
    types: Vec<usize>,
    inside: Vec<bool>,
    resources: Rational,
}

impl Network {
    fn new(game: &SecurityGame) -> Self {
        let targets = game.targets();
        let attacker: Vec<_> = targets.ids().map(|t| targets.attacker(t)).collect();
        let mut sets: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (t, types) in game.reaching().into_iter().enumerate() {
            sets.entry(types).or_default().push(t);
        }
        let groups: Vec<_> = sets.into_iter().map(|(types, members)| Group { types, members }).collect();
        let mut group = vec![0; targets.len()];
        for (g, set) in groups.iter().enumerate() {
            set.members.iter().for_each(|t| group[*t] = g);
        }
        Self {
            deltas: attacker.iter().map(|utility| &utility.uncovered - &utility.covered).collect(),
            defender: targets.ids().map(|t| targets.defender(t)).collect(),
            attacker,
            counts: game.resources().iter().map(|resource| Rational::from(resource.count)).collect(),
            groups,
            group,
        }
    }

    fn is_reached(&self, t: usize) -> bool {
        !self.groups[self.group[t]].types.is_empty()
    }

    /// `lo_t(u)`.
    fn demand(&self, t: usize, level: &Rational) -> Rational {
        let above = &self.attacker[t].uncovered - level;
        if above <= Rational::ZERO || self.deltas[t] <= Rational::ZERO {
            Rational::ZERO
        } else {
            above / &self.deltas[t]
        }
    }

    /// What each target needs if `t` is attacked at a coverage.
    fn demands(&self, t: usize, coverage: &Rational) -> Vec<Rational> {
        let level = self.attacker[t].at(coverage);
        let need = |s: usize| if s == t { coverage.clone() } else { self.demand(s, &level) };
        (0..self.deltas.len()).map(need).collect()
    }

    /// Covers the demands, or finds a cut that they exceed.
    fn flow(&self, demands: &[Rational]) -> Result<Coverage, Cut> {
        let wanted: Vec<Rational> =
            self.groups.iter().map(|group| sum(group.members.iter().map(|t| demands[*t].clone()).collect())).collect();
        let mut idle = self.counts.clone();
        // given[g][r]: what type r gives to group g.
        let mut given = vec![vec![Rational::ZERO; self.counts.len()]; self.groups.len()];
        for (g, amount) in wanted.iter().enumerate() {
            let mut missing = amount.clone();
            while !missing.is_zero() {
                let amount = self.augment(g, &missing, &mut idle, &mut given)?;
                missing -= amount;
            }
        }
        let share = |t: usize, r: usize| {
            let g = self.group[t];
            if wanted[g].is_zero() { Rational::ZERO } else { &given[g][r] * &demands[t] / &wanted[g] }
        };
        let targets = demands.len();
        let of_type = |r: usize| Marginals::Exact((0..targets).map(|t| share(t, r)).collect());
        Ok(Coverage::by_types((0..self.counts.len()).map(of_type).collect()))
    }

    /// Gives a group more along a shortest path: an idle type, or one whose resources another group can replace.
    fn augment(
        &self,
        group: usize,
        missing: &Rational,
        idle: &mut [Rational],
        given: &mut [Vec<Rational>],
    ) -> Result<Rational, Cut> {
        // For each type the group that asked for it, for each other group the type that it would give up.
        let mut asked: Vec<Option<usize>> = vec![None; idle.len()];
        let mut yields: Vec<Option<usize>> = vec![None; given.len()];
        let mut queue = VecDeque::from([group]);
        while let Some(g) = queue.pop_front() {
            for &r in &self.groups[g].types {
                if asked[r].is_some() {
                    continue;
                }
                asked[r] = Some(g);
                if idle[r] > Rational::ZERO {
                    return Ok(shift(group, r, missing, &asked, &yields, idle, given));
                }
                for (other, gifts) in given.iter().enumerate() {
                    if other != group && yields[other].is_none() && gifts[r] > Rational::ZERO {
                        yields[other] = Some(r);
                        queue.push_back(other);
                    }
                }
            }
        }
        Err(self.cut((0..idle.len()).filter(|r| asked[*r].is_some()).collect()))
    }

    fn cut(&self, types: Vec<usize>) -> Cut {
        let within = |group: &Group| group.types.iter().all(|r| types.contains(r));
        let inside = self.group.iter().map(|g| within(&self.groups[*g])).collect();
        let resources = types.iter().map(|r| self.counts[*r].clone()).fold(Rational::ZERO, |sum, count| sum + count);
        Cut { types, inside, resources }
    }

    /// `u*` and the last cut that raised it; the empty one if none did.
    fn level(&self) -> (Rational, Vec<usize>) {
        let floor = |t: usize| {
            let Utility { covered, uncovered } = &self.attacker[t];
            if !self.is_reached(t) || uncovered < covered { uncovered.clone() } else { covered.clone() }
        };
        let mut level = (0..self.deltas.len()).map(floor).reduce(rational::max).unwrap_or(Rational::ZERO);
        let mut types = Vec::new();
        loop {
            let demands: Vec<_> = (0..self.deltas.len()).map(|t| self.demand(t, &level)).collect();
            let Err(cut) = self.flow(&demands) else { return (level, types) };
            // Newton's method on a convex falling function from the left: rises, and ends when the attack set is kept.
            let active = |level: &Rational| -> Vec<usize> {
                (0..self.deltas.len()).filter(|t| cut.inside[*t] && !self.demand(*t, level).is_zero()).collect()
            };
            let mut attacked = active(&level);
            loop {
                let weight = sum(attacked.iter().map(|t| Rational::ONE / &self.deltas[*t]).collect());
                let moment = sum(attacked.iter().map(|t| &self.attacker[*t].uncovered / &self.deltas[*t]).collect());
                if weight.is_zero() {
                    break;
                }
                level = (moment - &cut.resources) / weight;
                let next = active(&level);
                if next.len() == attacked.len() {
                    break;
                }
                attacked = next;
            }
            types = cut.types;
        }
    }

    /// The coverages that the level leaves to an attacked target.
    fn interval(&self, t: usize, level: &Rational) -> Option<(Rational, Rational)> {
        let above = &self.attacker[t].uncovered - level;
        let most = if self.is_reached(t) { Rational::ONE } else { Rational::ZERO };
        let delta = &self.deltas[t];
        if *delta < Rational::ZERO {
            let least = rational::max(above / delta, Rational::ZERO);
            return (least <= most).then_some((least, most));
        }
        if above < Rational::ZERO {
            return None;
        }
        let most = if delta.is_zero() { most } else { rational::min(above / delta, most) };
        Some((Rational::ZERO, most))
    }

    /// 3. The best coverage of an attacked target; `None` if it cannot be attacked. The ends that were met are kept.
    fn attacked(&self, t: usize, interval: &(Rational, Rational), ends: &mut Vec<EndProof>) -> Option<Rational> {
        let (least, most) = interval;
        let rising = self.defender[t].covered >= self.defender[t].uncovered;
        if self.deltas[t] > Rational::ZERO {
            return Some(if rising { most.clone() } else { least.clone() });
        }
        // From the liked end inwards.
        let (mut at, beyond, side) =
            if rising { (most.clone(), least, Side::Most) } else { (least.clone(), most, Side::Least) };
        loop {
            let Err(cut) = self.flow(&self.demands(t, &at)) else { return Some(at) };
            let proof = |side, coverage: &Rational| EndProof {
                target: TargetId(t),
                side,
                coverage: coverage.clone(),
                cut: cut.types.clone(),
            };
            match self.root(t, &cut, &at, side) {
                Ok(root) => {
                    ends.push(proof(side, &root));
                    if if rising { root < *beyond } else { root > *beyond } {
                        return None;
                    }
                    at = root;
                }
                Err(lowest) => {
                    // Nowhere is room in this cut: it holds least here, and that is too much.
                    if lowest != at {
                        ends.push(proof(side, &lowest));
                    }
                    ends.push(proof(if rising { Side::Least } else { Side::Most }, &lowest));
                    return None;
                }
            }
        }
    }

    /// `G(c)` of the module.
    fn held(&self, t: usize, cut: &Cut, coverage: &Rational) -> Rational {
        let level = self.attacker[t].at(coverage);
        let others = (0..self.deltas.len()).filter(|s| cut.inside[*s]).map(|s| self.demand(s, &level));
        let own = if cut.inside[t] { coverage.clone() } else { Rational::ZERO };
        own + sum(others.collect())
    }

    /// The first coverage, from one at which the cut is exceeded away from a side, at which it is not; else the one at
    /// which it is exceeded least.
    fn root(&self, t: usize, cut: &Cut, from: &Rational, side: Side) -> Result<Rational, Rational> {
        let falling = side == Side::Most;
        // The demands have kinks where another target joins or leaves the attack set.
        let mut kinks: Vec<Rational> = Vec::new();
        if !self.deltas[t].is_zero() {
            let others = (0..self.deltas.len()).filter(|s| cut.inside[*s] && self.deltas[*s] > Rational::ZERO);
            let meets = |s: usize| (&self.attacker[t].uncovered - &self.attacker[s].uncovered) / &self.deltas[t];
            kinks = others.map(meets).filter(|kink| if falling { kink < from } else { kink > from }).collect();
            kinks.sort_unstable();
            kinks.dedup();
            if falling {
                kinks.reverse();
            }
        }
        // Beyond the last kink the function is linear.
        let last = kinks.last().unwrap_or(from);
        kinks.push(if falling { last - Rational::ONE } else { last + Rational::ONE });
        let last = kinks.len() - 1;
        let (mut at, mut held) = (from.clone(), self.held(t, cut, from));
        for (position, kink) in kinks.into_iter().enumerate() {
            let there = self.held(t, cut, &kink);
            if there >= held {
                return Err(at);
            }
            if there <= cut.resources || position == last {
                let share = (&held - &cut.resources) / (&held - there);
                return Ok(&at + share * (kink - &at));
            }
            (at, held) = (kink, there);
        }
        Err(at)
    }
}

/// Moves as much as fits along a path from an idle type to the group, and says how much.
fn shift(
    group: usize,
    idle_type: usize,
    missing: &Rational,
    asked: &[Option<usize>],
    yields: &[Option<usize>],
    idle: &mut [Rational],
    given: &mut [Vec<Rational>],
) -> Rational {
    // The path: this type to that group, which gives up the type of the next pair.
    let mut path = Vec::new();
    let mut r = idle_type;
    let mut amount = rational::min(missing.clone(), idle[r].clone());
    while let Some(g) = asked[r] {
        path.push((r, g));
        if g == group {
            break;
        }
        let Some(next) = yields[g] else { break };
        amount = rational::min(amount, given[g][next].clone());
        r = next;
    }
    idle[idle_type] -= &amount;
    for (r, g) in path {
        given[g][r] += &amount;
        if g != group
            && let Some(next) = yields[g]
        {
            given[g][next] -= &amount;
        }
    }
    amount
}
