//! [`ScheduleGame`]: resources that cover several targets together, and the proof of an answer.
//!
//! Source of the model: Jain, Kardeş, Kiekintveld, Ordóñez, Tambe, "Security games with arbitrary schedules: a branch
//! and price approach", AAAI 2010. Each resource runs one of its schedules or stays idle; a joint schedule `j` covers
//! the union, `P_j`. With `x` the mix over joint schedules, coverage is `c_t = Σ_j x_j [t ∈ P_j]`.
//!
//! *Upper bound.* If `Σ_s p_s A_s(P_j) ≥ L` for all `j` and a mix `p` over targets, the attacker always gets the level
//! `L`, which bounds the coverage of an attacked target, and so the defender's utility there. Further, for each target
//! `t` as the attacked one: every mix under which `t` is a best response has `Σ_j x_j e_sj ≤ 0`,
//! `e_sj = A_s(P_j) - A_t(P_j)`, for all `s`. So for any `λ ≥ 0`
//!
//! ```text
//! D_t(c_t) ≤ max_j ( D_t(P_j) - Σ_s λ_s e_sj )                  and t is never a best response if
//! 0 < min_j Σ_s λ_s e_sj
//! ```
//!
//! All three are linear in the indicators `[s ∈ P_j]`, so a claim about all joint schedules is that none exceeds a
//! number in the sum of its targets' weights. The search below looks for one that does; it cuts off a branch when the
//! best gain of each idle resource by itself could not bring it there.

use crate::rational::{self, Rational};
use crate::security::coverage::rational_sum;
use crate::security::error::SecurityError;
use crate::security::game::{TargetId, Targets, Utility};
use crate::strategy::MixedStrategy;

/// Most branches that the search of one claim may look at, about a minute's work.
const MAX_BRANCHES: usize = 1 << 22;

/// Most resource types and useful resources together that the search accepts: it places one a level, on the stack.
const MAX_LEVELS: usize = 2_048;

/// Identical resources, each of which runs one of its schedules or stays idle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Name in messages.
    pub name: String,
    /// How many there are.
    pub count: u32,
    /// The schedules that each can run, by position.
    pub schedules: Vec<usize>,
}

/// Which schedules run together: pairs of a resource type and one of its schedules, both by position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct JointSchedule {
    /// In any order; a type occurs at most as often as there are resources of it.
    pub runs: Vec<(usize, usize)>,
}

/// Targets, schedules, and the resources that run them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleGame {
    targets: Targets,
    schedules: Vec<Vec<TargetId>>,
    resources: Vec<Resource>,
}

impl ScheduleGame {
    /// Checks positions; utilities may be any, a schedule may cover any set of targets.
    ///
    /// # Errors
    /// [`SecurityError::UnknownTarget`], [`SecurityError::UnknownSchedule`].
    pub fn new(
        targets: Targets,
        schedules: Vec<Vec<TargetId>>,
        resources: Vec<Resource>,
    ) -> Result<Self, SecurityError> {
        for (position, schedule) in schedules.iter().enumerate() {
            if let Some(target) = schedule.iter().find(|t| t.0 >= targets.len()) {
                let what = format!("schedule {position}");
                return Err(SecurityError::UnknownTarget { what, target: target.0, targets: targets.len() });
            }
        }
        for resource in &resources {
            if let Some(&schedule) = resource.schedules.iter().find(|s| **s >= schedules.len()) {
                let (resource, schedules) = (resource.name.clone(), schedules.len());
                return Err(SecurityError::UnknownSchedule { resource, schedule, schedules });
            }
        }
        Ok(Self { targets, schedules, resources })
    }

    /// The targets.
    #[must_use]
    pub fn targets(&self) -> &Targets {
        &self.targets
    }

    /// The targets that each schedule covers.
    #[must_use]
    pub fn schedules(&self) -> &[Vec<TargetId>] {
        &self.schedules
    }

    /// The resource types.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Whether each target is covered by a joint schedule; runs that do not exist cover nothing.
    #[must_use]
    pub fn covered(&self, joint: &JointSchedule) -> Vec<bool> {
        let mut covered = vec![false; self.targets.len()];
        for t in joint.runs.iter().filter_map(|(_, schedule)| self.schedules.get(*schedule)).flatten() {
            covered[t.0] = true;
        }
        covered
    }

    /// The marginals of a mix over joint schedules.
    ///
    /// # Errors
    /// [`SecurityError::Shape`] if there is not one probability per joint schedule, [`SecurityError::JointSchedule`] if
    /// one cannot be run.
    pub fn coverage(&self, mix: &MixedStrategy, joints: &[JointSchedule]) -> Result<Vec<Rational>, SecurityError> {
        if mix.len() != joints.len() {
            let (expected, found) = (joints.len(), mix.len());
            return Err(SecurityError::Shape { what: "probabilities of joint schedules", expected, found });
        }
        let mut coverage = vec![Vec::new(); self.targets.len()];
        for (position, joint) in joints.iter().enumerate() {
            self.check_joint(position, joint)?;
            let probability = mix.probability(position);
            for (sum, _) in coverage.iter_mut().zip(self.covered(joint)).filter(|(_, covered)| *covered) {
                sum.push(probability.clone());
            }
        }
        Ok(coverage.into_iter().map(rational_sum).collect())
    }

    fn check_joint(&self, position: usize, joint: &JointSchedule) -> Result<(), SecurityError> {
        let refuse = |reason: String| Err(SecurityError::JointSchedule { position, reason });
        for (r, resource) in self.resources.iter().enumerate() {
            let used = joint.runs.iter().filter(|(kind, _)| *kind == r).count();
            if used > resource.count as usize {
                return refuse(format!("it uses {used} of {} resources `{}`", resource.count, resource.name));
            }
        }
        for (r, schedule) in &joint.runs {
            match self.resources.get(*r) {
                None => return refuse(format!("there is no resource type {r}")),
                Some(resource) if !resource.schedules.contains(schedule) => {
                    return refuse(format!("resource `{}` has no schedule {schedule}", resource.name));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Why the defender gets no more than a bound if one target is attacked. Lists hold one number per target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetProof {
    /// What the level leaves; the larger of its two utilities where there is none.
    Level,
    /// The target is never a best response.
    Never {
        /// `λ`, each at least 0.
        multipliers: Vec<Rational>,
        /// A positive number that `Σ_s λ_s e_sj` does not fall below.
        margin: Rational,
    },
    /// The bound holds for every joint schedule.
    Bound {
        /// `λ`, each at least 0.
        multipliers: Vec<Rational>,
        /// The bound.
        bound: Rational,
    },
}

/// The claim that the attacker always gets a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelProof {
    /// The mix `p` over targets.
    pub multipliers: Vec<Rational>,
    /// The level.
    pub level: Rational,
}

/// What proves the upper bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleEvidence {
    /// What the attacker always gets.
    pub level: Option<LevelProof>,
    /// One proof per target, in order.
    pub targets: Vec<TargetProof>,
}

/// Proves what a mix over joint schedules guarantees, and from the evidence what none exceeds.
///
/// # Errors
/// [`SecurityError`] if the mix cannot be run, the evidence does not prove what it claims, or its claims are beyond the
/// search's bound.
pub fn certify_schedules(
    game: &ScheduleGame,
    mix: &MixedStrategy,
    joints: &[JointSchedule],
    evidence: &ScheduleEvidence,
) -> Result<super::SecurityCertificate, SecurityError> {
    let targets = &game.targets;
    let coverage = game.coverage(mix, joints)?;
    let (attacked, lower) = targets.strong_response(&coverage);
    let attacker = targets.attacker(attacked).at(&coverage[attacked.0]);
    if evidence.targets.len() != targets.len() {
        let (expected, found) = (targets.len(), evidence.targets.len());
        return Err(SecurityError::Shape { what: "proofs", expected, found });
    }
    if let Some(LevelProof { multipliers, level }) = &evidence.level {
        let mut claim = Claim::new(game);
        for (s, p) in targets.ids().zip(multipliers) {
            claim.add(s, &targets.attacker(s), &-p.clone());
        }
        let is_mix = multipliers.len() == targets.len()
            && multipliers.iter().all(|p| *p >= Rational::ZERO)
            && rational_sum(multipliers.clone()) == Rational::ONE;
        if !is_mix || !claim.holds(&-level.clone())? {
            return Err(SecurityError::Level { level: rational::to_fraction(level) });
        }
    }
    let mut upper: Option<Rational> = None;
    for (t, proof) in targets.ids().zip(&evidence.targets) {
        let bound = match (proof, &evidence.level) {
            (TargetProof::Level, Some(proof)) => targets.most_if_attacked(t, &proof.level),
            (TargetProof::Level, None) => {
                let utility = targets.defender(t);
                Some(rational::max(utility.covered, utility.uncovered))
            }
            (TargetProof::Never { multipliers, margin }, _) => {
                let claim = Claim::envy(game, t, multipliers)?;
                if *margin <= Rational::ZERO || !claim.holds(&-margin.clone())? {
                    return Err(unproved(targets, t, margin));
                }
                None
            }
            (TargetProof::Bound { multipliers, bound }, _) => {
                let mut claim = Claim::envy(game, t, multipliers)?;
                claim.add(t, &targets.defender(t), &Rational::ONE);
                if !claim.holds(bound)? {
                    return Err(unproved(targets, t, bound));
                }
                Some(bound.clone())
            }
        };
        upper = upper.into_iter().chain(bound).reduce(rational::max);
    }
    let upper = upper.ok_or(SecurityError::Contradiction)?;
    Ok(super::SecurityCertificate { lower, upper, attacked, attacker })
}

fn unproved(targets: &Targets, target: TargetId, number: &Rational) -> SecurityError {
    SecurityError::End { target: targets.name(target).to_owned(), coverage: rational::to_fraction(number) }
}

/// A claim about all joint schedules: `constant + Σ weights[s] [s ∈ P_j]` does not exceed some number.
struct Claim<'a> {
    game: &'a ScheduleGame,
    constant: Rational,
    weights: Vec<Rational>,
}

impl<'a> Claim<'a> {
    fn new(game: &'a ScheduleGame) -> Self {
        Self { game, constant: Rational::ZERO, weights: vec![Rational::ZERO; game.targets.len()] }
    }

    /// `-Σ_s λ_s e_sj`; with `s = t`, `e` is 0.
    fn envy(game: &'a ScheduleGame, t: TargetId, multipliers: &[Rational]) -> Result<Self, SecurityError> {
        let targets = &game.targets;
        if multipliers.len() != targets.len() {
            let (expected, found) = (targets.len(), multipliers.len());
            return Err(SecurityError::Shape { what: "multipliers", expected, found });
        }
        if let Some(negative) = multipliers.iter().find(|lambda| **lambda < Rational::ZERO) {
            return Err(unproved(targets, t, negative));
        }
        let mut claim = Self::new(game);
        for (s, lambda) in targets.ids().zip(multipliers).filter(|(_, lambda)| !lambda.is_zero()) {
            claim.add(s, &targets.attacker(s), &-lambda.clone());
            claim.add(t, &targets.attacker(t), lambda);
        }
        Ok(claim)
    }

    fn add(&mut self, t: TargetId, utility: &Utility, factor: &Rational) {
        self.constant += factor * &utility.uncovered;
        self.weights[t.0] += factor * (&utility.covered - &utility.uncovered);
    }

    fn holds(self, most: &Rational) -> Result<bool, SecurityError> {
        let Self { game, constant, weights } = self;
        let levels = game.resources.iter().map(|resource| 1 + useful(resource)).fold(0, usize::saturating_add);
        if levels > MAX_LEVELS {
            return Err(SecurityError::TooLarge { what: "the number of useful resources", limit: MAX_LEVELS });
        }
        let mut covers = vec![0; weights.len()];
        let mut search = Search { game, weights, most: most - constant, branches: 0 };
        Ok(!search.exceeds(0, 0, 0, &mut covers, &Rational::ZERO)?)
    }
}

/// Resources of a type that can run different schedules; two on one cover no more than one.
fn useful(resource: &Resource) -> usize {
    (resource.count as usize).min(resource.schedules.len())
}

struct Search<'a> {
    game: &'a ScheduleGame,
    weights: Vec<Rational>,
    most: Rational,
    branches: usize,
}

impl Search<'_> {
    /// Whether a joint schedule weighs more than `most`: resources of the types before `r`, and `used` of type `r`, are
    /// placed, schedules of that type are free from `from` on. `covers` counts the schedules on each target.
    fn exceeds(
        &mut self,
        r: usize,
        used: usize,
        from: usize,
        covers: &mut [u32],
        weight: &Rational,
    ) -> Result<bool, SecurityError> {
        self.branches += 1;
        if self.branches > MAX_BRANCHES {
            return Err(SecurityError::TooLarge { what: "the search of joint schedules", limit: MAX_BRANCHES });
        }
        if *weight > self.most {
            return Ok(true);
        }
        let game = self.game;
        // The idle resources on the schedules that gain most, each as if it were alone.
        let mut possible = weight.clone();
        for (k, resource) in game.resources.iter().enumerate().skip(r) {
            let idle = useful(resource) - if k == r { used } else { 0 };
            let free = resource.schedules.iter().skip(if k == r { from } else { 0 });
            let mut gains: Vec<_> = free.map(|s| self.gain(*s, covers)).collect();
            gains.sort_unstable_by(|a, b| b.cmp(a));
            possible += rational_sum(gains.into_iter().take(idle).collect());
        }
        if possible <= self.most {
            return Ok(false);
        }
        let Some(resource) = game.resources.get(r) else { return Ok(false) };
        // One more of this type; identical resources take schedules in rising order.
        if used < useful(resource) {
            for (position, schedule) in resource.schedules.iter().enumerate().skip(from) {
                let mut heavier = weight.clone();
                for t in &game.schedules[*schedule] {
                    if covers[t.0] == 0 {
                        heavier += &self.weights[t.0];
                    }
                    covers[t.0] += 1;
                }
                let exceeded = self.exceeds(r, used + 1, position + 1, covers, &heavier);
                for t in &game.schedules[*schedule] {
                    covers[t.0] -= 1;
                }
                if exceeded? {
                    return Ok(true);
                }
            }
        }
        // The rest of this type stays idle.
        self.exceeds(r + 1, 0, 0, covers, weight)
    }
    /// What a schedule's fresh targets of positive weight add.
    fn gain(&self, schedule: usize, covers: &[u32]) -> Rational {
        let mut fresh = self.game.schedules[schedule].clone();
        fresh.sort_unstable();
        fresh.dedup();
        let weights = fresh.into_iter().filter(|t| covers[t.0] == 0).map(|t| &self.weights[t.0]);
        weights.filter(|weight| **weight > Rational::ZERO).fold(Rational::ZERO, |sum, weight| sum + weight)
    }
}
