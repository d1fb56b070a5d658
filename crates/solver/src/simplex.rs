//! Simplex: the dense condensed tableau in doubles, for games up to a few hundred strategies a side and for sweeps.
//!
//! Source: the game's linear program after Dantzig 1951; the rule against cycling after Bland, "New finite pivoting
//! rules for the simplex method", 1977.
//! Differs: losses are brought to [1, 2] by an exact shift, so that the origin is feasible and there is no first phase;
//! identity columns are not stored; constraints are rows with right side 0; the answer is rounded to a grid, made
//! admissible exactly and certified.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `A = (L - min L) / range + 1` | `tableau`, first rows | attacks × defences | pay-off range |
//! | `e_k / max abs(e_k)` | `tableau`, next rows | constraints × defences | none |
//! | `u = y / w` | right side | attacks + constraints | 1 / range |
//! | `p = x / w`, `q` | last row | defences | 1 / range |
//!
//! 1. Build: `maximise Σ u` over `A u ≤ 1`, `e_k u ≤ 0`, `u ≥ 0`.
//! 2. Enter the most negative reduced cost; after a run of pivots that do not move the objective, the lowest index.
//! 3. Leave by the smallest ratio.
//! 4. Pivot, repeat.
//! 5. `w = 1 / Σ u`, `y = u w`, `x = p w`; round, make admissible, certify.
//! 6. If the certified gap is too wide: again with the lowest index throughout, then in integers ([`crate::exact`]).
//!
//! Guarantee: the certified interval, whatever rounding did; the same bytes on every machine, as nothing here is fused,
//! reordered or threaded. Not guaranteed: few pivots.

use saddlepoint_game::Game;
use saddlepoint_game::rational::{self, Rational};

use crate::basis::{Basis, Layout, Variable};
use crate::canonical::Player;
use crate::dense::{Dense, Pair};
use crate::error::SolveError;
use crate::exact;
use crate::infeasible;
use crate::kernels::subtract_multiple;
use crate::method::Method;
use crate::nearest::Corner;
use crate::scaled::Scaled;
use crate::settings::{Limits, Settings};
use crate::solution::{Answer, Solution, Status};

/// A reduced cost (per unit of `u`, which is at most 1) counts as negative below minus this. One so small moves the
/// bounds by at most twice as much of the range, a fifth of [`CERTIFIED_GAP`].
pub(crate) const REDUCED_COST: f64 = 1e-13;

/// An entry of the tableau (the first are in [1, 2]) can be a pivot above this; smaller ones are rounding of earlier
/// pivots.
pub(crate) const PIVOT: f64 = 1e-11;

/// Two ratios (values of `u`, which is at most 1) closer than this are a tie, decided by the larger pivot.
pub(crate) const RATIO_TIE: f64 = 1e-14;

/// Largest certified gap, as a fraction of the pay-off range, that is accepted from doubles.
pub(crate) const CERTIFIED_GAP: f64 = 1e-12;

/// What two numbers within three roundings each may err in their difference, relative to the larger, and more.
const DOUBTFUL: f64 = 16.0 * f64::EPSILON;

/// Pivots without progress, per row and column, after which Bland's rule takes over until there is some.
pub(crate) const PATIENCE: usize = 2;

/// Pivots per row and column after which the doubles are taken to run in circles.
pub(crate) const PIVOTS_PER_LINE: u64 = 100;

/// Pivots between two looks at the clock.
const CLOCK_INTERVAL: u64 = 64;

/// Every mix that is admissible loses at most 2 in the program's units, so a feasible program has `Σ u ≥ 1/2` at its
/// optimum and an infeasible one 0; half-way between, it is infeasible as far as doubles can tell.
pub(crate) const FEASIBLE_SUM: f64 = 0.25;

/// A reduced cost or a right side of at most this, per unit of `u`, is 0 as far as doubles can tell: its variable is
/// free on the optimal face. A weight given to it moves a bound by at most as much of the range.
pub(crate) const FREE: f64 = 1e-13;

/// Weight of a multiplier's square in the attacker's norm. It makes the multipliers unique too, and is small enough for
/// the probabilities not to see it.
const MULTIPLIER_WEIGHT: f64 = 1e-6;

/// Memory that is kept from game to game; one for each thread of a sweep.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    game: Scaled,
    /// (attacks + constraints + 1) × (defences + 1): right side last column, reduced costs last row.
    tableau: Vec<f64>,
    pivot_row: Vec<f64>,
    basic: Vec<usize>,
    nonbasic: Vec<usize>,
    attacker: Vec<f64>,
    defender: Vec<f64>,
    prices: Vec<f64>,
}

impl Workspace {
    /// Takes in a game of doubles without constraints.
    pub(crate) fn load_dense(&mut self, game: &Dense<'_>) {
        self.game.load_dense(game);
    }

    fn dense(&self) -> Dense<'_> {
        Dense::new(self.game.layout.attacks, self.game.layout.defences, &self.game.losses)
    }

    /// One player's optimal face around the vertex of a solution; `None` if it is not the last one found here.
    pub(crate) fn face(&self, solution: &Solution, player: Player) -> Option<Corner> {
        let is_last = |basis: &Basis| basis.layout == self.game.layout && basis.variables == self.basic;
        if solution.method != Method::Simplex
            || solution.status != Status::Converged
            || !solution.basis.as_ref().is_some_and(is_last)
        {
            return None;
        }
        let layout = self.game.layout;
        let (rows, columns, width) = (layout.rows(), layout.defences, layout.defences + 1);
        let (costs, right) = (|c: usize| self.tableau[rows * width + c], |r: usize| self.tableau[r * width + columns]);
        let weight = |number: usize| match (player, layout.variable(number)) {
            (Player::Defender, Variable::Defence(_)) | (Player::Attacker, Variable::Attack(_)) => 1.0,
            (Player::Attacker, Variable::Constraint(_)) => MULTIPLIER_WEIGHT,
            _ => 0.0,
        };
        let (basic, free, matrix, right): (Vec<usize>, Vec<usize>, Vec<f64>, Vec<f64>) = match player {
            Player::Defender => {
                let free: Vec<_> = (0..columns).filter(|c| costs(*c) <= FREE).collect();
                let matrix = (0..rows).flat_map(|r| free.iter().map(move |c| self.tableau[r * width + c])).collect();
                let numbers = free.iter().map(|c| self.nonbasic[*c]).collect();
                (self.basic.clone(), numbers, matrix, (0..rows).map(|r| right(r).max(0.0)).collect())
            }
            // The dual program's tableau is the negated transpose.
            Player::Attacker => {
                let free: Vec<_> = (0..rows).filter(|r| right(*r) <= FREE).collect();
                let matrix =
                    (0..columns).flat_map(|c| free.iter().map(move |r| -self.tableau[r * width + c])).collect();
                let numbers = free.iter().map(|r| self.basic[*r]).collect();
                (self.nonbasic.clone(), numbers, matrix, (0..columns).map(|c| costs(c).max(0.0)).collect())
            }
        };
        let basic_weights = basic.iter().map(|number| weight(*number)).collect();
        let free_weights = free.iter().map(|number| weight(*number)).collect();
        Some(Corner { basic, free, matrix, right, basic_weights, free_weights })
    }

    /// The pair of mixes at points of both players' faces, rounded and admissible.
    pub(crate) fn answer(&self, game: &Game, defender: &[(usize, f64)], attacker: &[(usize, f64)]) -> Option<Answer> {
        let Layout { attacks, defences, constraints } = self.game.layout;
        let (mut x, mut y, mut prices) = (vec![0.0; attacks], vec![0.0; defences], vec![0.0; constraints]);
        for &(number, value) in defender {
            if let Variable::Defence(j) = self.game.layout.variable(number) {
                y[j] = value.max(0.0);
            }
        }
        for &(number, value) in attacker {
            match self.game.layout.variable(number) {
                Variable::Attack(i) => x[i] = value.max(0.0),
                Variable::Constraint(k) => prices[k] = value.max(0.0),
                Variable::Defence(_) => {}
            }
        }
        self.game.answer(game, &x, &y, &prices)
    }

    /// Whether the gap of a solution of the last game is one that this method accepts.
    pub(crate) fn gap_is_small(&self, solution: &Solution) -> bool {
        gap_is_small(solution, &self.game.range)
    }
}

/// Solves a game; see the module.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint; [`SolveError::Stopped`] if a limit is reached
/// before any admissible mix was found.
///
/// # Complexity
/// Attacks × defences per pivot; the pivots of a random game are a small multiple of its smaller side.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_with(&mut Workspace::default(), game, settings)
}

/// [`solve`] in memory kept from game to game.
///
/// # Errors
/// As [`solve`].
pub fn solve_with(workspace: &mut Workspace, game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_within(workspace, game, settings.limits())
}

/// [`solve_with`] within limits whose clock runs already.
pub(crate) fn solve_within(workspace: &mut Workspace, game: &Game, limits: Limits) -> Result<Solution, SolveError> {
    let (mut spent, mut best, mut basis) = (0, None, None);
    for rule in [Rule::LargestCoefficient, Rule::LowestIndex] {
        // 1-4. A vertex.
        workspace.game.load(game);
        let mut run = Run::build(workspace);
        let end = run.maximise(rule, limits.after(spent));
        spent += run.pivots;
        if end == End::Optimal && run.objective() < FEASIBLE_SUM {
            match infeasible::diagnose(game) {
                Some(error) => return Err(error),
                None => break,
            }
        }
        // 5. What it proves.
        let found = Some(run.basis());
        basis.clone_from(&found);
        match (run.answer(game), end) {
            (None, End::Limit(status)) => return Err(exact::stopped(Method::Simplex, status)),
            (None, _) => {}
            (Some(answer), End::Limit(status)) => return answer.certify(game, Method::Simplex, status, spent, found),
            (Some(answer), End::Optimal) => {
                let solution = answer.certify(game, Method::Simplex, Status::Converged, spent, found)?;
                if gap_is_small(&solution, &workspace.game.range) {
                    return Ok(solution);
                }
                best = Some(narrower(best, solution));
            }
            (Some(answer), End::Stalled) => {
                let solution = answer.certify(game, Method::Simplex, Status::Stalled, spent, found)?;
                best = Some(narrower(best, solution));
            }
        }
    }
    // 6. The repair.
    match (exact::last_word(game, basis.as_ref(), limits.after(spent), Method::Simplex), best) {
        (Ok(exact), _) => Ok(Solution { iterations: spent + exact.iterations, ..exact }),
        (Err(SolveError::Failed { .. } | SolveError::Stopped { .. }), Some(solution)) => {
            Ok(Solution { status: Status::Stalled, iterations: spent, ..solution })
        }
        (Err(error), _) => Err(error),
    }
}

/// The pair of a game without constraints in doubles, in [0, 1], row by row: both mixes in the workspace's memory.
///
/// Steps 1 to 5 without the proof, for callers that bound the answer themselves.
pub(crate) fn pair(workspace: &mut Workspace, limits: Limits) -> (Pair, Status, u64) {
    let (mut spent, mut best) = (0, None::<(Pair, Status)>);
    for rule in [Rule::LargestCoefficient, Rule::LowestIndex] {
        let mut run = Run::build(workspace);
        let end = run.maximise(rule, limits.after(spent));
        spent += run.pivots;
        run.read();
        let found = Pair::measured(&workspace.dense(), workspace.attacker.clone(), workspace.defender.clone());
        let status = match end {
            End::Optimal if found.gap <= CERTIFIED_GAP => Status::Converged,
            End::Limit(status) => status,
            End::Optimal | End::Stalled => Status::Stalled,
        };
        if best.as_ref().is_none_or(|(pair, _)| found.gap < pair.gap) {
            best = Some((found, status));
        }
        if status != Status::Stalled {
            break;
        }
    }
    let (pair, status) = best.unwrap_or_else(|| (Pair::uniform(&workspace.dense()), Status::Stalled));
    (pair, status, spent)
}

/// Both mixes of a game with constraints in doubles, attacker and defender, off by roundings and without any proof; `None`
/// if steps 1 to 4 do not end at a vertex that is optimal by the first rule.
///
/// For replicates of a simulation, whose own error is far larger than a rounding.
pub(crate) fn estimate(workspace: &mut Workspace, game: &Game) -> Option<[Vec<f64>; 2]> {
    workspace.game.load(game);
    let mut run = Run::build(workspace);
    if run.maximise(Rule::LargestCoefficient, Limits::NONE) != End::Optimal || run.objective() < FEASIBLE_SUM {
        return None;
    }
    run.read();
    let share = |weights: &[f64]| {
        let mass: f64 = weights.iter().sum();
        (mass > 0.0).then(|| weights.iter().map(|weight| weight / mass).collect())
    };
    Some([share(&workspace.attacker)?, share(&workspace.defender)?])
}

/// Whether the certified gap is at most [`CERTIFIED_GAP`] of the range.
pub(crate) fn gap_is_small(solution: &Solution, range: &Rational) -> bool {
    // Fractions only where doubles, each within a few roundings, leave a doubt.
    let [upper, lower, unit] = [&solution.certificate.upper, &solution.certificate.lower, range].map(nearly);
    let rounding = DOUBTFUL * upper.abs().max(lower.abs());
    if upper - lower + rounding <= CERTIFIED_GAP / 2.0 * unit {
        return true;
    }
    rational::from_f64(CERTIFIED_GAP).is_some_and(|fraction| solution.certificate.gap() <= fraction * range)
}

/// The number within three roundings, sooner than the nearest double; NaN if its denominator is beyond the doubles.
fn nearly(number: &Rational) -> f64 {
    let [numerator, denominator] = [number.numerator().to_f64().value(), number.denominator().to_f64().value()];
    if denominator.is_finite() { numerator / denominator } else { f64::NAN }
}

fn narrower(best: Option<Solution>, solution: Solution) -> Solution {
    match best {
        Some(best) if best.certificate.gap() <= solution.certificate.gap() => best,
        _ => solution,
    }
}

/// How the entering column is chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    LargestCoefficient,
    LowestIndex,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Optimal,
    Limit(Status),
    /// No pivot is large enough, or there were far too many.
    Stalled,
}

/// One run on one game.
struct Run<'a> {
    memory: &'a mut Workspace,
    layout: Layout,
    pivots: u64,
}

impl<'a> Run<'a> {
    /// 1. The tableau at the origin.
    fn build(memory: &'a mut Workspace) -> Self {
        let layout = memory.game.layout;
        let n = layout.defences;
        memory.tableau.clear();
        for row in memory.game.losses.chunks_exact(n) {
            memory.tableau.extend(row.iter().map(|loss| loss + 1.0));
            memory.tableau.push(1.0);
        }
        for row in memory.game.excesses.chunks_exact(n) {
            memory.tableau.extend_from_slice(row);
            memory.tableau.push(0.0);
        }
        memory.tableau.extend(std::iter::repeat_n(-1.0, n));
        memory.tableau.push(0.0);
        memory.nonbasic.clear();
        memory.nonbasic.extend(0..n);
        memory.basic.clear();
        memory.basic.extend(n..n + layout.rows());
        Self { memory, layout, pivots: 0 }
    }

    /// 2-4. Pivots until no reduced cost is negative.
    fn maximise(&mut self, rule: Rule, limits: Limits) -> End {
        let lines = self.layout.rows() + self.layout.defences;
        let mut idle = 0;
        loop {
            let rule = if idle > PATIENCE * lines { Rule::LowestIndex } else { rule };
            let Some(column) = self.entering(rule) else { return End::Optimal };
            let Some((row, step)) = self.leaving(column, rule) else { return End::Stalled };
            if self.pivots >= PIVOTS_PER_LINE * lines as u64 {
                return End::Stalled;
            }
            if let Some(status) = self.limit(limits) {
                return End::Limit(status);
            }
            idle = if step > RATIO_TIE { 0 } else { idle + 1 };
            self.pivot(row, column);
        }
    }

    fn limit(&self, limits: Limits) -> Option<Status> {
        let clock_is_due = self.pivots.is_multiple_of(CLOCK_INTERVAL);
        let deadline = limits.deadline.filter(|_| clock_is_due);
        Limits { deadline, ..limits }.reached(self.pivots)
    }

    fn width(&self) -> usize {
        self.layout.defences + 1
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.memory.tableau[row * self.width()..(row + 1) * self.width()]
    }

    /// `Σ u`.
    fn objective(&self) -> f64 {
        self.row(self.layout.rows())[self.layout.defences]
    }

    /// 2. The column to enter; ties to the lowest column. `None` at an optimum.
    fn entering(&self, rule: Rule) -> Option<usize> {
        let costs = &self.row(self.layout.rows())[..self.layout.defences];
        match rule {
            Rule::LargestCoefficient => {
                let (mut least, mut column) = (-REDUCED_COST, None);
                for (c, &cost) in costs.iter().enumerate() {
                    if cost < least {
                        (least, column) = (cost, Some(c));
                    }
                }
                column
            }
            Rule::LowestIndex => {
                let negative = (0..costs.len()).filter(|c| costs[*c] < -REDUCED_COST);
                negative.min_by_key(|c| self.memory.nonbasic[*c])
            }
        }
    }

    /// 3. The row to leave, and how far the entering variable can rise. `None` if every entry is too small.
    fn leaving(&self, column: usize, rule: Rule) -> Option<(usize, f64)> {
        let mut best: Option<(usize, f64, f64)> = None;
        for (r, row) in self.memory.tableau.chunks_exact(self.width()).take(self.layout.rows()).enumerate() {
            let pivot = row[column];
            if pivot <= PIVOT {
                continue;
            }
            // Rounding can leave a right side a hair below 0.
            let ratio = row[self.layout.defences].max(0.0) / pivot;
            let better = match best {
                None => true,
                Some((_, least, _)) if (ratio - least).abs() > RATIO_TIE => ratio < least,
                Some((other, _, largest)) => match rule {
                    Rule::LargestCoefficient => pivot > largest,
                    Rule::LowestIndex => self.memory.basic[r] < self.memory.basic[other],
                },
            };
            if better {
                best = Some((r, ratio, pivot));
            }
        }
        best.map(|(row, ratio, _)| (row, ratio))
    }

    /// 4. Exchanges the basic variable of a row and the nonbasic variable of a column.
    fn pivot(&mut self, r: usize, c: usize) {
        let width = self.width();
        let Workspace { tableau, pivot_row, basic, nonbasic, .. } = &mut *self.memory;
        let inverse = 1.0 / tableau[r * width + c];
        pivot_row.clear();
        pivot_row.extend(tableau[r * width..(r + 1) * width].iter().map(|entry| entry * inverse));
        pivot_row[c] = inverse;
        for (i, row) in tableau.chunks_exact_mut(width).enumerate() {
            let factor = row[c];
            if i == r || factor == 0.0 {
                continue;
            }
            row[c] = 0.0;
            subtract_multiple(row, factor, pivot_row);
        }
        tableau[r * width..(r + 1) * width].copy_from_slice(pivot_row);
        std::mem::swap(&mut basic[r], &mut nonbasic[c]);
        self.pivots += 1;
    }

    fn basis(&self) -> Basis {
        Basis { layout: self.layout, variables: self.memory.basic.clone() }
    }

    /// 5. Both mixes, rounded and admissible. `None` if no defence has weight, or rounding cannot be undone.
    fn answer(&mut self, game: &Game) -> Option<Answer> {
        self.read();
        self.memory.game.answer(game, &self.memory.attacker, &self.memory.defender, &self.memory.prices)
    }

    /// Both mixes and the prices in the program's scale, into the memory.
    fn read(&mut self) {
        let Layout { attacks, defences, constraints } = self.layout;
        let width = self.width();
        let Workspace { tableau, basic, nonbasic, attacker, defender, prices, .. } = &mut *self.memory;
        for (weights, count) in [(&mut *attacker, attacks), (&mut *defender, defences), (&mut *prices, constraints)] {
            weights.clear();
            weights.resize(count, 0.0);
        }
        for (row, &number) in tableau.chunks_exact(width).zip(&*basic) {
            if let Variable::Defence(j) = self.layout.variable(number) {
                defender[j] = row[defences].max(0.0);
            }
        }
        let costs = &tableau[self.layout.rows() * width..];
        for (&cost, &number) in costs.iter().zip(&*nonbasic) {
            match self.layout.variable(number) {
                Variable::Attack(i) => attacker[i] = cost.max(0.0),
                Variable::Constraint(k) => prices[k] = cost.max(0.0),
                Variable::Defence(_) => {}
            }
        }
    }
}
