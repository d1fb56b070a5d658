//! Sensitivity: how the value moves when losses do, what a new strategy would change, what each strategy is worth.
//!
//! Source: Mills, "Marginal values of matrix games and linear programs", 1956: with `X*` and `Y*` the optimal mixes,
//!
//! ```text
//! v'(L; D) = lim (v(L + t D) - v(L)) / t, t ↓ 0  =  max over x in X* of  min over y in Y* of  x'D y
//! ```
//!
//! That is a game on the optimal faces. `x'D y` at one optimal pair is the derivative only where both are unique.
//!
//! | symbol | here | meaning |
//! |---|---|---|
//! | `x = x0 + F s` | `Chart` of the attacker | all of `X*`, for `s ≥ 0` with `T s ≤ b` |
//! | `y = y1 + G t` | `Chart` of the defender | all of `Y*`, for `t ≥ 0` with `T1 t ≤ b1` |
//! | `ρ` | columns | dual of `T1 t ≤ b1` |
//!
//! 1. `x0`: the optimal vertex. `y1`: the corner of `Y*` that minimises `x0'D y`.
//! 2. By duality, `min x'D y = x'D y1 - min b1'ρ` over `ρ ≥ 0` with `G'D'x + T1'ρ ≥ 0`. At `x0` this holds for `ρ = 0`,
//!    so the origin is feasible in `maximise (x0 + F s)'D y1 - b1'ρ`.
//! 3. Maximise over `s` and `ρ` together.
//!
//! For one cell, `D = e_i e_j'`, it is a product of two bands: `max x_i · min y_j` on the right, `min x_i · max y_j` on
//! the left.
//!
//! Guarantee: exact.

use std::cmp::Reverse;
use std::collections::HashSet;

use dashu_int::IBig;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{AttackId, Constraint, DefenceId, Game};

use crate::basis::Layout;
use crate::error::SolveError;
use crate::exact::{self, Optimum};
use crate::face::Face;
use crate::method::Method;
use crate::program::integer_row;
use crate::settings::Limits;
use crate::tableau::{End, Tableau};

/// One-sided derivatives; one derivative where they agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slopes {
    /// `lim (v(L) - v(L - t D)) / t`.
    pub left: Rational,
    /// `lim (v(L + t D) - v(L)) / t`.
    pub right: Rational,
}

/// The value of the game without one strategy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ablation {
    /// Without each attack; `None` if it is the only one.
    pub attacks: Vec<Option<Rational>>,
    /// Without each defence; `None` if no mix of the others is admissible.
    pub defences: Vec<Option<Rational>>,
}

/// The one-sided derivatives of the value as the losses move along `direction` (attacks × defences, row by row; what
/// is missing counts as 0).
///
/// # Errors
/// [`SolveError::Failed`] if the arithmetic contradicts itself, which would be a defect.
///
/// # Complexity
/// Two linear programs, with as many rows and columns as both faces have together.
pub fn slopes(optimum: &Optimum, direction: &[Rational]) -> Result<Slopes, SolveError> {
    let turned: Vec<_> = direction.iter().map(|d| -d).collect();
    Ok(Slopes { left: -right_slope(optimum, &turned)?, right: right_slope(optimum, direction)? })
}

/// The one-sided derivatives of the value in one loss; zeros for a cell that the game does not have.
#[must_use]
pub fn cell_slopes(face: &Face, attack: AttackId, defence: DefenceId) -> Slopes {
    match (face.attacker.get(attack.0), face.defender.get(defence.0)) {
        (Some((x_least, x_greatest)), Some((y_least, y_greatest))) => {
            Slopes { left: x_least * y_greatest, right: x_greatest * y_least }
        }
        _ => Slopes { left: Rational::ZERO, right: Rational::ZERO },
    }
}

/// The cells in which the value is steepest, at most `most`, with their derivatives: by the larger of the two, ties in
/// game order; cells that do not move the value are left out.
#[must_use]
pub fn steepest(face: &Face, most: usize) -> Vec<(AttackId, DefenceId, Slopes)> {
    let cells =
        (0..face.attacker.len()).flat_map(|i| (0..face.defender.len()).map(move |j| (AttackId(i), DefenceId(j))));
    let slopes = cells.map(|(i, j)| (i, j, cell_slopes(face, i, j)));
    let steepness = |slopes: &Slopes| rational::max(slopes.left.clone(), slopes.right.clone());
    let mut all: Vec<_> = slopes.filter(|(_, _, slopes)| !steepness(slopes).is_zero()).collect();
    all.sort_by_cached_key(|(_, _, slopes)| Reverse(steepness(slopes)));
    all.truncate(most);
    all
}

/// What a defence that the game does not have would gain: the fall of the value per unit of probability that is moved
/// to it. Its losses are one per attack, its excesses over the bounds one per constraint.
///
/// Positive exactly if the value falls when the defence is added, so that 0 or less means that it is not worth having.
/// `None` where no amount of it is admissible.
#[must_use]
pub fn new_defence(optimum: &Optimum, losses: &[Rational], excesses: &[Rational]) -> Option<Rational> {
    let Layout { attacks, defences, constraints } = optimum.program.layout;
    let w = optimum.w();
    let per_price = |k: usize| optimum.program.multiplier(k, &Rational::ONE);
    let own = losses.iter().take(attacks).cloned().chain(vec![Rational::ZERO; attacks.saturating_sub(losses.len())]);
    let bounds = excesses.iter().take(constraints).enumerate().map(|(k, excess)| excess * per_price(k));
    let costs: Vec<_> = own.chain(bounds).map(|cost| cost * &w).collect();
    // What the new defence loses at least against some optimal attack mix, with what its excesses cost.
    let greatest = extreme(&optimum.tableau.dual(), defences, &costs)?;
    Some(optimum.value() - greatest)
}

/// What an attack that the game does not have would gain: the rise of the value per unit of probability that is moved to
/// it. Its losses are one per defence. Positive exactly if the value rises when the attack is added.
#[must_use]
pub fn new_attack(optimum: &Optimum, losses: &[Rational]) -> Option<Rational> {
    let w = optimum.w();
    let costs: Vec<_> = losses.iter().take(optimum.program.layout.defences).map(|loss| -(loss * &w)).collect();
    let least = extreme(&optimum.tableau, 0, &costs)?;
    Some(-least - optimum.value())
}

/// Solves the game without each attack and each defence in turn. One that some optimal mix does without needs no
/// solving.
///
/// # Errors
/// As [`exact::optimum`], but for constraints that cannot be met.
///
/// # Complexity
/// An exact solve for each strategy that every optimal mix uses.
pub fn ablation(game: &Game, optimum: &Optimum, face: &Face) -> Result<Ablation, SolveError> {
    let late = || SolveError::Failed { method: Method::Exact, reason: "a run without limits was stopped".to_owned() };
    ablation_within(game, optimum, face, Limits::NONE)?.ok_or_else(late)
}

/// [`ablation`]; `None` if the clock runs out first.
pub(crate) fn ablation_within(
    game: &Game,
    optimum: &Optimum,
    face: &Face,
    limits: Limits,
) -> Result<Option<Ablation>, SolveError> {
    let value = optimum.value();
    // Outer `None`: too late. Inner `None`: there is no such game.
    let solved = |least: &Rational, reduced: &dyn Fn() -> Option<Game>| {
        if least.is_zero() {
            return Ok(Some(Some(value.clone())));
        }
        let Some(game) = reduced() else { return Ok(Some(None)) };
        match exact::certified(&game, limits) {
            Ok(found) => Ok(found.map(|solution| Some(solution.certificate.value()))),
            Err(SolveError::Infeasible { .. }) => Ok(Some(None)),
            Err(SolveError::Stopped { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let attacks: Result<Option<_>, _> = (face.attacker.iter().enumerate())
        .map(|(i, (least, _))| solved(least, &|| without_attack(game, AttackId(i))))
        .collect();
    let Some(attacks) = attacks? else { return Ok(None) };
    let defences: Result<Option<_>, _> = (face.defender.iter().enumerate())
        .map(|(j, (least, _))| solved(least, &|| without_defence(game, DefenceId(j))))
        .collect();
    Ok(defences?.map(|defences| Ablation { attacks, defences }))
}

fn without_attack(game: &Game, attack: AttackId) -> Option<Game> {
    let rows: Vec<_> = game.loss.attack_ids().filter(|i| *i != attack).collect();
    let columns: Vec<_> = game.loss.defence_ids().collect();
    Some(Game { loss: game.loss.restricted(&rows, &columns)?, constraints: game.constraints.clone() })
}

fn without_defence(game: &Game, defence: DefenceId) -> Option<Game> {
    let loss = game.loss.without_defences(&HashSet::from([defence]))?;
    let kept = |constraint: &Constraint| {
        let coefficients = constraint.coefficients.iter().enumerate().filter(|(j, _)| *j != defence.0);
        Constraint { coefficients: coefficients.map(|(_, c)| c.clone()).collect(), ..constraint.clone() }
    };
    Some(Game { loss, constraints: game.constraints.iter().map(kept).collect() })
}

/// The greatest `Σ costs[k] v[first + k]` over the optimal face of a tableau; `None` if there is none.
fn extreme(tableau: &Tableau, first: usize, costs: &[Rational]) -> Option<Rational> {
    let (row, factor) = integer_row(costs);
    let cost = |number: usize| {
        let own = number.checked_sub(first).and_then(|own| row.get(own));
        own.cloned().unwrap_or(IBig::ZERO)
    };
    let mut face = tableau.optimal_face().unwrap_or_else(|| tableau.without_columns());
    face.set_objective(cost);
    (face.maximise(|| false) == End::Optimal).then(|| face.objective_value() / factor)
}

/// A player's optimal face around one of its corners.
struct Chart {
    /// Probabilities at the corner.
    corner: Vec<Rational>,
    /// How they change with each free variable.
    moves: Vec<Vec<Rational>>,
    face: Tableau,
}

impl Chart {
    /// Of the variables from `first`, `count` in number and times `w`.
    fn of(face: Tableau, first: usize, count: usize, w: &Rational) -> Self {
        let columns = face.nonbasic().len();
        let own = |number: &usize| number.checked_sub(first).filter(|own| *own < count);
        let mut corner = vec![Rational::ZERO; count];
        let mut moves = vec![vec![Rational::ZERO; count]; columns];
        for (r, number) in face.basic().iter().enumerate() {
            let Some(k) = own(number) else { continue };
            corner[k] = face.basic_value(r) * w;
            for (c, direction) in moves.iter_mut().enumerate() {
                direction[k] = Rational::from_parts_signed(-face.at(r, c), face.denominator().clone()) * w;
            }
        }
        for (direction, number) in moves.iter_mut().zip(face.nonbasic()) {
            if let Some(k) = own(number) {
                direction[k].clone_from(w);
            }
        }
        Self { corner, moves, face }
    }
}

/// `v'(L; D)`.
fn right_slope(optimum: &Optimum, direction: &[Rational]) -> Result<Rational, SolveError> {
    let Layout { attacks: m, defences: n, .. } = optimum.program.layout;
    let w = optimum.w();
    let failed = || SolveError::Failed { method: Method::Exact, reason: "the optimal faces are unbounded".to_owned() };
    let face = |tableau: &Tableau| tableau.optimal_face().unwrap_or_else(|| tableau.without_columns());
    // `D'x`, one number per defence.
    let against = |x: &[Rational]| -> Vec<Rational> {
        let mut costs = vec![Rational::ZERO; n];
        for (row, p) in direction.chunks(n).zip(x).filter(|(_, p)| !p.is_zero()) {
            costs.iter_mut().zip(row).filter(|(_, d)| !d.is_zero()).for_each(|(cost, d)| *cost += p * d);
        }
        costs
    };
    // 1. Both corners.
    let attacker = Chart::of(face(&optimum.tableau.dual()), n, m, &w);
    let costs = against(&attacker.corner);
    let mut defending = face(&optimum.tableau);
    let (row, _) = integer_row(&costs);
    defending.set_objective(|number| row.get(number).map_or(IBig::ZERO, |cost| -cost));
    if defending.maximise(|| false) != End::Optimal {
        return Err(failed());
    }
    let defender = Chart::of(defending, 0, n, &w);
    // 2. The program in `s` and `ρ`, each row in integers.
    let moved: Vec<_> = attacker.moves.iter().map(|direction| against(direction)).collect();
    let (x_face, y_face) = (&attacker.face, &defender.face);
    let (s, rho) = (attacker.moves.len(), y_face.basic().len());
    let mut entries = Vec::new();
    for r in 0..x_face.basic().len() {
        entries.extend((0..s).map(|c| x_face.at(r, c).clone()).chain(vec![IBig::ZERO; rho]));
        entries.push(x_face.right_side(r).clone());
    }
    for (c, direction) in defender.moves.iter().enumerate() {
        let by_s = moved.iter().map(|costs| -dot(costs, direction));
        let by_rho = (0..rho).map(|r| Rational::from(-y_face.at(r, c)));
        let row: Vec<_> = by_s.chain(by_rho).chain([dot(&costs, direction)]).collect();
        entries.extend(integer_row(&row).0);
    }
    let by_s = moved.iter().map(|costs| -dot(costs, &defender.corner));
    let by_rho = (0..rho).map(|r| Rational::from(y_face.right_side(r).clone()));
    let (objective, factor) = integer_row(&by_s.chain(by_rho).collect::<Vec<_>>());
    entries.extend(objective);
    entries.push(IBig::ZERO);
    // 3. Maximise.
    let mut program = Tableau::new(x_face.basic().len() + defender.moves.len(), s + rho, entries);
    if !program.is_feasible() || program.maximise(|| false) != End::Optimal {
        return Err(failed());
    }
    Ok(dot(&costs, &defender.corner) + program.objective_value() / factor)
}

fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    let terms = a.iter().zip(b).filter(|(a, b)| !a.is_zero() && !b.is_zero());
    terms.fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}
