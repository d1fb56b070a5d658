//! Exact: the simplex method in integers. Slow, simple, and the judge of the other methods.
//!
//! Source: the game's linear program (`program.rs`) after Dantzig, "A proof of the equivalence of the programming
//! problem and the game problem", 1951; integer pivoting (`tableau.rs`) after Edmonds 1967 and Bareiss 1968.
//! Differs: constraints on the defender's mix are further rows with right side 0, so that the origin stays feasible.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `N` | `Program`, first rows | attacks × defences | `unit` of loss, lifted to be positive |
//! | `E` | `Program`, last rows | constraints × defences | the metric's, times a factor per row |
//! | `u = y / w` | right side | defences | per unit of loss |
//! | `p = x / w`, `q` | reduced costs | attacks, constraints | per unit of loss |
//!
//! 1. Write the program in integers. If a fast method found a basis, and its vertex (`rational_basis.rs`) proves itself
//!    optimal, that is the answer.
//! 2. Else pivot onto that basis, if there is one; go back to the origin if it is not feasible.
//! 3. Maximise.
//! 4. Read off both mixes and the multipliers as fractions.
//!
//! Guarantee: finite; gap exactly 0 if it converged. Not guaranteed: speed; the numbers have up to `k (b + log2 k / 2)` bits for
//! supports of `k` strategies and entries of `b` bits, and a tableau of them is slow beyond some sixty strategies.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, MixedStrategy};

use crate::basis::{Basis, Layout};
use crate::error::SolveError;
use crate::infeasible;
use crate::method::Method;
use crate::program::Program;
use crate::rational_basis;
use crate::settings::{Limits, Settings};
use crate::simplex::{self, Workspace};
use crate::solution::{Answer, Solution, Status};
use crate::tableau::{End, Tableau};

/// Strategies a side up to which integers take a game from the origin faster than doubles find a basis for them.
const COLD_STRATEGIES: usize = 24;

/// Rows and columns up to which pivoting onto a basis in integers is faster than lifting its vertex.
const TABLEAU_STRATEGIES: usize = 10;

/// Most cells (rows × columns) of a game that is pivoted in integers after doubles; above, it could take hours.
pub(crate) const PIVOT_CELLS: usize = 10_000;

/// An exactly optimal pair, with the tableau that proves it, for [`crate::face`].
#[derive(Clone, Debug)]
pub struct Optimum {
    pub(crate) program: Program,
    pub(crate) tableau: Tableau,
    attacker: MixedStrategy,
    defender: MixedStrategy,
    multipliers: Vec<Rational>,
    pivots: u64,
}

impl Optimum {
    /// The value of the game.
    #[must_use]
    pub fn value(&self) -> Rational {
        self.program.loss(&self.w())
    }

    /// The attacker's mix: one probability per attack.
    #[must_use]
    pub fn attacker(&self) -> &MixedStrategy {
        &self.attacker
    }

    /// The defender's mix: one probability per defence.
    #[must_use]
    pub fn defender(&self) -> &MixedStrategy {
        &self.defender
    }

    /// One multiplier per constraint, in loss per unit of its metric; at least 0.
    #[must_use]
    pub fn multipliers(&self) -> &[Rational] {
        &self.multipliers
    }

    /// The optimal basis.
    #[must_use]
    pub fn basis(&self) -> Basis {
        Basis { layout: self.program.layout, variables: self.tableau.basic().to_vec() }
    }

    /// Pivots after the start: 0 if the basis handed over was optimal.
    #[must_use]
    pub fn pivots(&self) -> u64 {
        self.pivots
    }

    /// The optimal loss in the program's units, `1 / Σ u`; the optimum of a feasible game is positive.
    pub(crate) fn w(&self) -> Rational {
        let sum = self.tableau.objective_value();
        if sum.is_zero() { Rational::ZERO } else { Rational::ONE / sum }
    }

    fn into_solution(self, game: &Game) -> Result<Solution, SolveError> {
        let basis = Some(self.basis());
        let Self { attacker, defender, multipliers, pivots, .. } = self;
        Answer { attacker, defender, multipliers }.certify(game, Method::Exact, Status::Converged, pivots, basis)
    }
}

/// Solves a game exactly, from the origin.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint.
pub fn optimum(game: &Game) -> Result<Optimum, SolveError> {
    unlimited(game, None)
}

/// Solves a game exactly, from a basis that another method found for a game of this shape.
///
/// The basis saves pivots and decides nothing: if it does not fit the game, or is not feasible there, the run starts
/// from the origin.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint.
pub fn optimum_from(game: &Game, basis: &Basis) -> Result<Optimum, SolveError> {
    unlimited(game, Some(basis))
}

/// The exact optimum, from a basis where there is one; `None` if the clock runs out first.
pub(crate) fn optimum_within(
    game: &Game,
    basis: Option<&Basis>,
    limits: Limits,
) -> Result<Option<Optimum>, SolveError> {
    let (program, origin) = Program::new(game);
    match run(program, origin, basis, Limits { max_iterations: None, ..limits })? {
        Run::Optimal(optimum) => Ok(Some(*optimum)),
        Run::Infeasible => Err(infeasible(game)),
        Run::Stopped(..) => Ok(None),
    }
}

fn unlimited(game: &Game, basis: Option<&Basis>) -> Result<Optimum, SolveError> {
    optimum_within(game, basis, Limits::NONE)?.ok_or_else(|| failed("a run without limits was stopped"))
}

/// The exact value; `None` if no mix is admissible, without the search for the reason.
pub(crate) fn value(game: &Game) -> Result<Option<Rational>, SolveError> {
    let (program, origin) = Program::new(game);
    match run(program, origin, None, Limits::NONE)? {
        Run::Optimal(optimum) => Ok(Some(optimum.value())),
        Run::Infeasible => Ok(None),
        Run::Stopped(..) => Err(failed("a run without limits was stopped")),
    }
}

/// A solution with a gap of 0, found by the fastest way; `None` if the clock runs out first.
pub(crate) fn certified(game: &Game, limits: Limits) -> Result<Option<Solution>, SolveError> {
    let limits = Limits { max_iterations: None, ..limits };
    let found = simplex::solve_within(&mut Workspace::default(), game, limits)?;
    if found.certificate.gap().is_zero() {
        return Ok(Some(found));
    }
    if let Some(finished) = finish(game, &found, limits)? {
        return Ok(Some(finished));
    }
    let optimum = optimum_within(game, found.basis.as_ref(), limits)?;
    optimum.map(|optimum| optimum.into_solution(game)).transpose()
}

/// The exact optimum, from the basis that is found the fastest way; `None` if the clock runs out first.
pub(crate) fn certified_optimum(game: &Game, limits: Limits) -> Result<Option<Optimum>, SolveError> {
    let Some(solution) = certified(game, limits)? else { return Ok(None) };
    optimum_within(game, solution.basis.as_ref(), limits)
}

/// Solves a game exactly within the limits of the settings.
///
/// Games of more than 24 strategies a side start from the basis that the simplex method finds in doubles. If that is
/// not optimal and the game is too large to go on in integers, or a limit is reached, the interval that doubles prove
/// is the answer, with a status that says so.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint; [`SolveError::Stopped`] if a limit is reached
/// before any admissible mix was found.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    let limits = settings.limits();
    if game.loss.attacks().len().max(game.loss.defences().len()) <= COLD_STRATEGIES {
        return solve_within(game, None, limits);
    }
    let found = simplex::solve_within(&mut Workspace::default(), game, limits)?;
    match finish(game, &found, limits)? {
        Some(finished) => Ok(finished),
        None if found.status == Status::Converged && found.method == Method::Simplex => {
            let status = limits.reached(found.iterations).unwrap_or(Status::Stalled);
            Ok(Solution { status, ..found })
        }
        None => Ok(found),
    }
}

/// The exact answer from the basis of an answer in doubles, all iterations counted; `None` if there is no such basis, a
/// limit is reached, or the basis is not optimal and the game too large to go on in integers.
pub(crate) fn finish(game: &Game, found: &Solution, limits: Limits) -> Result<Option<Solution>, SolveError> {
    let Some(basis) = found.basis.as_ref().filter(|_| found.method == Method::Simplex) else { return Ok(None) };
    let (spent, layout) = (found.iterations, basis.layout);
    let finished = if layout.rows() * layout.defences <= PIVOT_CELLS {
        match solve_within(game, Some(basis), limits.after(spent)) {
            Err(SolveError::Stopped { .. }) => None,
            // What integers stopped at has a wider interval than what doubles converged to.
            finished => Some(finished?).filter(|finished| finished.status == Status::Converged),
        }
    } else {
        let (program, origin) = Program::new(game);
        at_basis(game, &program, &origin, basis, limits)
    };
    Ok(finished.map(|finished| Solution { iterations: spent + finished.iterations, ..finished }))
}

/// [`solve`] from a basis, or from the origin, within limits whose clock runs already.
pub(crate) fn solve_within(game: &Game, basis: Option<&Basis>, limits: Limits) -> Result<Solution, SolveError> {
    let (program, origin) = Program::new(game);
    let (m, n) = (program.layout.rows(), program.layout.defences);
    let lifted = basis.filter(|_| m.max(n) > TABLEAU_STRATEGIES);
    if let Some(solution) = lifted.and_then(|basis| at_basis(game, &program, &origin, basis, limits)) {
        return Ok(solution);
    }
    match run(program, origin, basis, limits)? {
        Run::Optimal(optimum) => optimum.into_solution(game),
        Run::Infeasible => Err(infeasible(game)),
        Run::Stopped(answer, status, pivots, basis) => match answer {
            Some(answer) => answer.certify(game, Method::Exact, status, pivots, Some(basis)),
            None => Err(stopped(Method::Exact, status)),
        },
    }
}

/// The exact answer where another method's doubles gave no admissible mix, or none that is good enough.
///
/// # Errors
/// As [`solve`]; [`SolveError::Failed`] of that method if the game is too large to be pivoted in integers.
pub(crate) fn last_word(
    game: &Game,
    basis: Option<&Basis>,
    limits: Limits,
    method: Method,
) -> Result<Solution, SolveError> {
    let layout = Layout::of(game);
    if layout.rows().saturating_mul(layout.defences) > PIVOT_CELLS {
        let reason = "rounding left no admissible mix, and the game is too large to be solved exactly";
        return Err(SolveError::Failed { method, reason: reason.to_owned() });
    }
    solve_within(game, basis, limits)
}

/// The answer at a basis, if the basis is optimal: the certificate is the judge.
fn at_basis(game: &Game, program: &Program, origin: &Tableau, basis: &Basis, limits: Limits) -> Option<Solution> {
    // No pivot is made, so only the clock counts.
    let answer = rational_basis::answer(program, origin, basis, || limits.is_late())?;
    let solution = answer.certify(game, Method::Exact, Status::Converged, 0, Some(basis.clone())).ok()?;
    solution.certificate.gap().is_zero().then_some(solution)
}

/// The error of a method that a limit stopped too early.
pub(crate) fn stopped(method: Method, status: Status) -> SolveError {
    let limit = if status == Status::TimeLimit { "time limit" } else { "iteration limit" };
    SolveError::Stopped { method, limit }
}

enum Run {
    Optimal(Box<Optimum>),
    Infeasible,
    Stopped(Option<Answer>, Status, u64, Basis),
}

fn run(program: Program, origin: Tableau, basis: Option<&Basis>, limits: Limits) -> Result<Run, SolveError> {
    // 2. The start.
    let mut tableau = start(&program, origin, basis, limits);
    // 3. Maximise.
    let (mut pivots, mut reached) = (0, None);
    let end = tableau.maximise(|| {
        reached = limits.reached(pivots);
        pivots += u64::from(reached.is_none());
        reached.is_some()
    });
    if end == End::Optimal && tableau.objective().is_zero() {
        return Ok(Run::Infeasible);
    }
    // 4. The answer.
    let answer = program.answer(&tableau);
    match (end, answer) {
        (End::Optimal, Some(Answer { attacker, defender, multipliers })) => {
            let optimum = Optimum { program, tableau, attacker, defender, multipliers, pivots };
            Ok(Run::Optimal(Box::new(optimum)))
        }
        (End::Stopped, answer) => {
            let basis = Basis { layout: program.layout, variables: tableau.basic().to_vec() };
            Ok(Run::Stopped(answer, reached.unwrap_or(Status::Stalled), pivots, basis))
        }
        // Every attack's row is positive, so the program is bounded and a positive optimum has weights.
        (End::Optimal | End::Unbounded, _) => Err(failed("the integer tableau is inconsistent")),
    }
}

fn start(program: &Program, origin: Tableau, basis: Option<&Basis>, limits: Limits) -> Tableau {
    if let Some(basis) = basis.filter(|basis| basis.layout == program.layout) {
        let mut tableau = origin.clone();
        // On the way to a basis, only the clock counts.
        let clock = Limits { max_iterations: None, ..limits };
        if tableau.move_to(&basis.variables, || clock.reached(0).is_some()) && tableau.is_feasible() {
            return tableau;
        }
    }
    origin
}

fn infeasible(game: &Game) -> SolveError {
    infeasible::diagnose(game).unwrap_or_else(|| failed("no mix is admissible, yet no constraint is broken"))
}

fn failed(reason: &str) -> SolveError {
    SolveError::Failed { method: Method::Exact, reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::testing::{Family, constrained};
    use saddlepoint_game::{LossMatrix, numbered};

    use super::*;

    /// Solves from the origin in integers, then takes the vertex of that basis, which must be the same pair.
    fn agree(game: &Game) {
        let Ok(optimum) = optimum(game) else { return };
        let (program, origin) = Program::new(game);
        let vertex = at_basis(game, &program, &origin, &optimum.basis(), Limits::NONE).expect("an optimal basis");
        assert_eq!(vertex.attacker, optimum.attacker);
        assert_eq!(vertex.defender, optimum.defender);
        assert_eq!(vertex.multipliers, optimum.multipliers);
        assert_eq!(vertex.certificate.lower, optimum.value());
    }

    #[test]
    fn the_vertex_of_a_basis_is_the_tableau_s() {
        for family in Family::ALL {
            for seed in 0..100 {
                agree(&family.game(14, seed));
                agree(&constrained(family.game(10, seed), seed));
            }
        }
    }

    #[test]
    fn extreme_doubles_take_one_way_or_the_other() {
        let game = |entries: [f64; 4]| {
            let loss = LossMatrix::from_f64(numbered("a", 2), numbered("d", 2), &entries).expect("a matrix");
            Game::new(loss)
        };
        // The first has numerators of 1,050 bits, too long for lifting; the last has a short one after scaling.
        for entries in [[1e300, -1e300, -1.0, 1.0], [5e-324, 0.0, 0.0, 1e-323], [1e300, -1e300, -1e300, 1e300]] {
            let game = game(entries);
            let cold = optimum(&game).expect("no constraints");
            let warm = solve_within(&game, Some(&cold.basis()), Limits::NONE).expect("no constraints");
            assert_eq!((warm.certificate.lower, warm.certificate.upper), (cold.value(), cold.value()));
        }
        agree(&game([5e-324, 0.0, 0.0, 1e-323]));
        agree(&game([1e300, -1e300, -1e300, 1e300]));
    }

    #[test]
    fn a_basis_that_is_not_optimal_is_not_believed() {
        let game = Family::Percentages.game_of(8, 8, 3);
        let (program, origin) = Program::new(&game);
        // One defence against one attack: a vertex, rarely the best.
        let layout = program.layout;
        let variables: Vec<_> = (0..1).chain(layout.defences + 1..layout.defences + layout.rows()).collect();
        let basis = Basis { layout, variables };
        assert!(at_basis(&game, &program, &origin, &basis, Limits::NONE).is_none());
        let value = optimum(&game).expect("no constraints").value();
        assert_eq!(solve_within(&game, Some(&basis), Limits::NONE).expect("no constraints").certificate.upper, value);
    }
}
