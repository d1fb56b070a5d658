//! Schedules: strong Stackelberg equilibria where one resource covers several targets together, by column generation.
//!
//! Source: Jain, Kardeş, Kiekintveld, Ordóñez, Tambe, "Security games with arbitrary schedules: a branch and price
//! approach", AAAI 2010 (ASPEN).
//! Differs: no integer program; one exact program per attacked target that the bounds leave, all with one pool of joint
//! schedules; pricing is a branch and bound (`pricing.rs`) whose bound also stands when it stops early.
//!
//! A joint schedule `j` covers `P_j`; a mix `x` over them is worth `D_t(c_t)` and `A_t(c_t)`, with
//! `c_t = Σ_j x_j [t ∈ P_j]`. Each step minimises over mixes the largest of some functions that are linear in `x`,
//! under further linear functions that may not be positive: a matrix game with constraints whose columns are the pool.
//! Its multipliers `p` make one weight per target, and the joint schedule of least weight is the next column, or proves
//! that no mix of any joint schedules is below its weight.
//!
//! 1. The level: minimise `max_s A_s`. Multipliers `p` prove that the attacker always gets `u*`, which bounds the
//!    coverage of an attacked target, and excludes targets worth less. In zero-sum games that is the whole answer.
//! 2. Take the targets by falling bound, while the bound is above the best utility found.
//! 3. Can `t` be attacked? Minimise `max_s (A_s - A_t)`: at most 0, or proved positive.
//! 4. If so, minimise `-D_t` under `A_s - A_t ≤ 0` for all `s`.
//! 5. Certify.
//!
//! Guarantee: gap 0 when it converges; at a limit the interval that is proved so far. Not guaranteed: few columns, or a
//! small search; finding the heaviest joint schedule is NP-hard (it contains set packing and maximum coverage).

use std::collections::HashSet;

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::security::{
    JointSchedule, LevelProof, ScheduleEvidence, ScheduleGame, SecurityCertificate, SecurityError, TargetId,
    TargetProof, Targets, Utility, certify_schedules,
};
use saddlepoint_game::{Constraint, Game, LossMatrix, MatrixError, MixedStrategy, Sense, numbered};

use crate::error::SolveError;
use crate::exact;
use crate::pricing;
use crate::settings::{Limits, Settings};
use crate::simplex::{self, Workspace};
use crate::solution::Status;

/// A mix over joint schedules with its proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleSolution {
    /// Those with positive probability.
    pub joints: Vec<JointSchedule>,
    /// One probability for each.
    pub mix: MixedStrategy,
    /// What proves that no mix is better.
    pub evidence: ScheduleEvidence,
    /// The interval for the defender's utility, and the attacker's response.
    pub certificate: SecurityCertificate,
    /// Why it stopped; [`Status::Stalled`] if a search ran out of branches.
    pub status: Status,
    /// Programs solved.
    pub iterations: u64,
    /// Joint schedules in the pool at the end.
    pub columns: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// A setting is out of range, or a program failed, which is a defect.
    #[error(transparent)]
    Solve(#[from] SolveError),
    /// The certificate failed, which is a defect.
    #[error(transparent)]
    Security(#[from] SecurityError),
    /// A program could not be written, which is a defect.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}

/// Solves a game; see the module. Of the settings, `time_limit` and `max_iterations` (programs solved) are read.
///
/// # Errors
/// [`ScheduleError`]; a limit is not an error.
///
/// # Examples
/// ```
/// use saddlepoint_game::rational::{Rational, parse};
/// use saddlepoint_game::security::{ScheduleGame, ScheduleResource, Target, TargetId, Targets, Utility};
/// use saddlepoint_solver::{Settings, schedules};
///
/// let target = |name: &str| Target {
///     name: name.into(),
///     defender: Utility { covered: 0.into(), uncovered: (-1).into() },
///     attacker: Utility { covered: 0.into(), uncovered: 1.into() },
/// };
/// let targets = Targets::new(["a", "b", "c"].map(target).to_vec())?;
/// // One patrol, which passes two of the three: each target is covered two times in three.
/// let pairs = [[0, 1], [1, 2], [2, 0]].map(|pair| pair.map(TargetId).to_vec());
/// let patrol = ScheduleResource { name: "patrol".into(), count: 1, schedules: vec![0, 1, 2] };
/// let game = ScheduleGame::new(targets, pairs.to_vec(), vec![patrol])?;
/// let solution = schedules::solve(&game, &Settings::default())?;
/// assert_eq!(solution.certificate.lower, parse("-1/3")?);
/// assert_eq!(solution.certificate.gap(), Rational::ZERO);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve(game: &ScheduleGame, settings: &Settings) -> Result<ScheduleSolution, ScheduleError> {
    settings.validate()?;
    let targets = game.targets();
    let mut pool = Pool::new(game, settings.limits());
    let mut best = Best::new(game, &pool)?;
    let mut bounds = Bounds::new(targets);

    // 1. The level.
    let attacker: Vec<_> = targets.ids().map(|t| Linear::attacker(targets, t)).collect();
    if let Some(level) = pool.minimise(&attacker, &[], |_, _| false)? {
        best.offer(game, &pool, &level.mix)?;
        if let Some((multipliers, level)) = level.proof {
            bounds.raise(multipliers, level);
        }
    }
    // 2. The other targets by falling bound; the order is that of step 1, which is what costs least.
    let mut order: Vec<usize> = (0..targets.len()).collect();
    order.sort_by(|a, b| bounds.numbers[*b].cmp(&bounds.numbers[*a]));
    for t in order {
        let open = |bounds: &Bounds<'_>, best: &Best| bounds.numbers[t].as_ref().is_some_and(|b| *b > best.utility);
        if pool.reached.is_some() || !open(&bounds, &best) {
            continue;
        }
        let envy = Linear::envy(targets, TargetId(t));
        // 3. Can it be attacked?
        let mut can = envy.is_empty();
        if !can
            && let Some(found) = pool.minimise(&envy, &[], |lower, upper| {
                *upper <= Rational::ZERO || lower.is_some_and(|lower| *lower > Rational::ZERO)
            })?
        {
            can = found.upper <= Rational::ZERO;
            if let Some((multipliers, margin)) = found.proof.filter(|(_, margin)| *margin > Rational::ZERO) {
                bounds.set(t, None, TargetProof::Never { multipliers: spread(t, multipliers), margin });
            }
        }
        // 4. The best mix under which it is.
        if can {
            let defender = [Linear::defender(targets, TargetId(t))];
            let utility = -best.utility.clone();
            let found = pool.minimise(&defender, &envy, |lower, _| lower.is_some_and(|lower| *lower >= utility))?;
            if let Some(found) = found {
                best.offer(game, &pool, &found.mix)?;
                if let Some((multipliers, least)) = found.proof {
                    // The first multiplier is that of the only row, which is 1.
                    let multipliers = spread(t, multipliers.into_iter().skip(1).collect());
                    let bound = -least;
                    if bounds.numbers[t].as_ref().is_some_and(|known| bound < *known) {
                        bounds.set(t, Some(bound.clone()), TargetProof::Bound { multipliers, bound });
                    }
                }
            }
        }
    }
    // 5. The proof.
    let evidence = ScheduleEvidence { level: bounds.level, targets: bounds.proofs };
    let certificate = certify_schedules(game, &best.mix, &best.joints, &evidence)?;
    let status = match pool.reached {
        Some(status) => status,
        None if certificate.gap().is_zero() => Status::Converged,
        None => Status::Stalled,
    };
    let (iterations, columns) = (pool.iterations, pool.joints.len());
    Ok(ScheduleSolution { joints: best.joints, mix: best.mix, evidence, certificate, status, iterations, columns })
}

/// One multiplier per target from one for every other target.
fn spread(t: usize, mut multipliers: Vec<Rational>) -> Vec<Rational> {
    multipliers.insert(t.min(multipliers.len()), Rational::ZERO);
    multipliers
}

/// `constant + Σ weight [target ∈ P]`.
struct Linear {
    constant: Rational,
    weights: Vec<(usize, Rational)>,
}

impl Linear {
    fn of(t: TargetId, utility: Utility) -> Self {
        let Utility { covered, uncovered } = utility;
        Self { weights: vec![(t.0, covered - &uncovered)], constant: uncovered }
    }

    fn attacker(targets: &Targets, t: TargetId) -> Self {
        Self::of(t, targets.attacker(t))
    }

    /// The defender's loss.
    fn defender(targets: &Targets, t: TargetId) -> Self {
        let Utility { covered, uncovered } = targets.defender(t);
        Self::of(t, Utility { covered: -covered, uncovered: -uncovered })
    }

    /// `A_s - A_t` for every other target `s`, in order.
    fn envy(targets: &Targets, t: TargetId) -> Vec<Self> {
        let own = Self::attacker(targets, t);
        let other = |s| {
            let mut linear = Self::attacker(targets, s);
            linear.constant -= &own.constant;
            linear.weights.extend(own.weights.iter().map(|(t, weight)| (*t, -weight.clone())));
            linear
        };
        targets.ids().filter(|s| *s != t).map(other).collect()
    }

    fn at(&self, covered: &[bool]) -> Rational {
        let weights = self.weights.iter().filter(|(t, _)| covered[*t]);
        weights.fold(self.constant.clone(), |sum, (_, weight)| sum + weight)
    }
}

/// What is proved of each target as the attacked one; `None` if it never is.
struct Bounds<'a> {
    targets: &'a Targets,
    numbers: Vec<Option<Rational>>,
    level: Option<LevelProof>,
    proofs: Vec<TargetProof>,
}

impl<'a> Bounds<'a> {
    fn new(targets: &'a Targets) -> Self {
        let largest = |t| {
            let Utility { covered, uncovered } = targets.defender(t);
            Some(rational::max(covered, uncovered))
        };
        let proofs = vec![TargetProof::Level; targets.len()];
        Self { targets, numbers: targets.ids().map(largest).collect(), level: None, proofs }
    }

    fn set(&mut self, t: usize, number: Option<Rational>, proof: TargetProof) {
        self.numbers[t] = number;
        self.proofs[t] = proof;
    }

    /// What a proved level leaves.
    fn raise(&mut self, multipliers: Vec<Rational>, level: Rational) {
        self.numbers = self.targets.ids().map(|t| self.targets.most_if_attacked(t, &level)).collect();
        self.level = Some(LevelProof { multipliers, level });
    }
}

/// The best mix so far.
struct Best {
    utility: Rational,
    joints: Vec<JointSchedule>,
    mix: MixedStrategy,
}

impl Best {
    /// Everything idle.
    fn new(game: &ScheduleGame, pool: &Pool<'_>) -> Result<Self, ScheduleError> {
        let mix = MixedStrategy::exact(vec![Rational::ONE]).map_err(|error| failed(&error.to_string()))?;
        let joints = vec![pool.joints[0].clone()];
        let (_, utility) = game.targets().strong_response(&game.coverage(&mix, &joints)?);
        Ok(Self { utility, joints, mix })
    }

    /// Takes a mix over the pool if it is better.
    fn offer(&mut self, game: &ScheduleGame, pool: &Pool<'_>, mix: &MixedStrategy) -> Result<(), ScheduleError> {
        let support = mix.support();
        let joints: Vec<_> = support.iter().map(|j| pool.joints[*j].clone()).collect();
        let mix = MixedStrategy::exact(support.into_iter().map(|j| mix.probability(j)).collect());
        let mix = mix.map_err(|error| failed(&error.to_string()))?;
        let (_, utility) = game.targets().strong_response(&game.coverage(&mix, &joints)?);
        if utility > self.utility {
            *self = Self { utility, joints, mix };
        }
        Ok(())
    }
}

fn failed(reason: &str) -> ScheduleError {
    SolveError::Failed { method: crate::Method::Exact, reason: reason.to_owned() }.into()
}

/// What a minimisation ended with.
struct Found {
    /// Over the first joint schedules of the pool.
    mix: MixedStrategy,
    /// What the mix attains.
    upper: Rational,
    /// Multipliers, rows before constraints, and what they prove that no mix is below.
    proof: Option<(Vec<Rational>, Rational)>,
}

/// The joint schedules found so far.
struct Pool<'a> {
    game: &'a ScheduleGame,
    limits: Limits,
    joints: Vec<JointSchedule>,
    covered: Vec<Vec<bool>>,
    known: HashSet<Vec<bool>>,
    workspace: Workspace,
    iterations: u64,
    reached: Option<Status>,
}

impl<'a> Pool<'a> {
    fn new(game: &'a ScheduleGame, limits: Limits) -> Self {
        let (joints, workspace) = (Vec::new(), Workspace::default());
        let (covered, known) = (Vec::new(), HashSet::new());
        let mut pool = Self { game, limits, joints, covered, known, workspace, iterations: 0, reached: None };
        pool.add(JointSchedule::default());
        pool
    }

    /// `false` if one that covers the same targets is there already.
    fn add(&mut self, joint: JointSchedule) -> bool {
        let covered = self.game.covered(&joint);
        let new = self.known.insert(covered.clone());
        if new {
            self.covered.push(covered);
            self.joints.push(joint);
        }
        new
    }

    /// Minimises the largest of the rows over mixes for which no constraint is positive. `enough` is asked with the
    /// proved lower bound and the upper bound. `None` if a limit is reached, or no mix of the pool meets the constraints.
    fn minimise(
        &mut self,
        rows: &[Linear],
        constraints: &[Linear],
        enough: impl Fn(Option<&Rational>, &Rational) -> bool,
    ) -> Result<Option<Found>, ScheduleError> {
        let mut found: Option<Found> = None;
        loop {
            self.reached = self.reached.or(self.limits.reached(self.iterations));
            if self.reached.is_some() {
                return Ok(found);
            }
            let program = self.program(rows, constraints)?;
            let Some((mix, upper, multipliers)) = self.program_optimum(&program)? else { return Ok(found) };
            // The weights that the multipliers give the targets; the heaviest is the least with all signs turned.
            let (mut constant, mut weights) = (Rational::ZERO, vec![Rational::ZERO; self.game.targets().len()]);
            let used = rows.iter().chain(constraints).zip(&multipliers).filter(|(_, p)| !p.is_zero());
            for (linear, multiplier) in used {
                constant += multiplier * &linear.constant;
                linear.weights.iter().for_each(|(t, weight)| weights[*t] -= multiplier * weight);
            }
            let priced = pricing::heaviest(self.game, &weights, self.limits.deadline);
            let (lower, reduced) = (&constant - priced.bound, constant - priced.weight);
            let earlier = found.and_then(|found| found.proof).filter(|(_, earlier)| *earlier >= lower);
            let proof = earlier.or(Some((multipliers, lower)));
            let done = enough(proof.as_ref().map(|proof| &proof.1), &upper);
            let improves = reduced < upper;
            found = Some(Found { mix, upper, proof });
            if done || !improves || !self.add(priced.joint) {
                return Ok(found);
            }
        }
    }

    fn program(&self, rows: &[Linear], constraints: &[Linear]) -> Result<Game, ScheduleError> {
        let value =
            |linear: &Linear| -> Vec<Rational> { self.covered.iter().map(|covered| linear.at(covered)).collect() };
        let losses = rows.iter().flat_map(value).collect();
        let loss = LossMatrix::new(numbered("a", rows.len()), numbered("d", self.joints.len()), losses)?;
        let constraint = |(k, linear): (usize, &Linear)| Constraint {
            name: format!("c{k}"),
            metric: "excess".to_owned(),
            sense: Sense::Cap,
            bound: Rational::ZERO,
            coefficients: value(linear).into(),
        };
        let constraints = constraints.iter().enumerate().map(constraint).collect();
        Ok(Game { loss, constraints })
    }

    /// The exact optimum of a program: mix, value, multipliers of rows and constraints.
    fn program_optimum(
        &mut self,
        program: &Game,
    ) -> Result<Option<(MixedStrategy, Rational, Vec<Rational>)>, ScheduleError> {
        self.iterations += 1;
        let limits = Limits { max_iterations: None, ..self.limits };
        // Doubles find the basis, integers finish on it.
        let basis = simplex::solve_within(&mut self.workspace, program, limits).ok().and_then(|found| found.basis);
        match exact::solve_within(program, basis.as_ref(), limits) {
            Ok(solution) => {
                if solution.status != Status::Converged {
                    self.reached = Some(solution.status);
                }
                let mut multipliers = solution.attacker.probabilities();
                multipliers.extend(solution.multipliers);
                Ok(Some((solution.defender, solution.certificate.upper, multipliers)))
            }
            Err(SolveError::Infeasible { .. }) => Ok(None),
            Err(SolveError::Stopped { .. }) => {
                self.reached = Some(Status::TimeLimit);
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}
