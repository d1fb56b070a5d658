//! Batch: small games in bulk, several side by side in the lanes of one tableau.
//!
//! The method is that of [`crate::simplex`], with the same tolerances and ties and hence the same answers, whatever the
//! order of the games, their number or their neighbours. A game of the usual kind never leaves the lanes:
//!
//! 1. Load the next game into each lane that is free.
//! 2. Pivot all lanes in lockstep until one is at an optimum (`lanes.rs`).
//! 3. Prove its answer; it goes to the place of its game.
//! 4. A lane that gave up, or whose answer proves too little, is left to [`crate::simplex`] alone: its lowest-index
//!    rule, and integers as the last word.
//!
//! [`solve`] takes games with names and exact entries and returns what [`crate::simplex::solve`] returns. [`Batch`]
//! takes matrices of doubles of one shape, one after the other in one slice, and allocates nothing for a game
//! of the usual kind.
//!
//! Guarantee: as for [`crate::simplex`]. Not guaranteed: that it is faster for games of a hundred strategies a side, or
//! for fewer games than there are lanes (eight).

mod lanes;

use std::borrow::Borrow;

use saddlepoint_game::{Game, MatrixError, certificate, extremes};

use self::lanes::{LANES, Lane, Lanes};
use crate::basis::{Basis, Layout};
use crate::dense::{Dense, normalise};
use crate::error::SolveError;
use crate::method::Method;
use crate::numeric::{self, to_unit};
use crate::settings::{Limits, Settings};
use crate::simplex::{self, CERTIFIED_GAP};
use crate::solution::{Answer, Solution, Status};

/// Most cells (attacks × defences) of a game for the lanes: beyond, eight tableaux leave the caches near the core.
const LANE_CELLS: usize = 2_500;

/// Memory that is kept from batch to batch; one for each thread.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    lanes: Lanes,
    unit: Vec<f64>,
    attacker: Vec<f64>,
    defender: Vec<f64>,
    simplex: simplex::Workspace,
}

impl Workspace {
    /// The memory for games one by one.
    pub fn simplex(&mut self) -> &mut simplex::Workspace {
        &mut self.simplex
    }
}

/// Solves games of any shapes; the answers are in the order of the games, each the one of [`simplex::solve`].
///
/// # Errors
/// Each game has its own, as [`simplex::solve`] does.
///
/// # Examples
/// ```
/// use saddlepoint_game::{Game, LossMatrix, numbered, rational::parse};
/// use saddlepoint_solver::batch;
///
/// let game = |losses: [&str; 4]| {
///     let losses = losses.map(|text| parse(text).expect("a number")).to_vec();
///     LossMatrix::new(numbered("a", 2), numbered("d", 2), losses).map(Game::new)
/// };
/// let games = [game(["0.6", "0.1", "0.2", "0.5"])?, game(["1", "0", "0", "1"])?];
/// for answer in batch::solve(&games) {
///     assert!(answer?.certificate.gap() <= parse("1e-12")?);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn solve<G: Borrow<Game>>(games: &[G]) -> Vec<Result<Solution, SolveError>> {
    solve_with(&mut Workspace::default(), games)
}

/// [`solve`] in memory kept from batch to batch.
///
/// # Errors
/// As [`solve`].
pub fn solve_with<G: Borrow<Game>>(workspace: &mut Workspace, games: &[G]) -> Vec<Result<Solution, SolveError>> {
    solve_marked(workspace, games).into_iter().map(|(answer, _)| answer).collect()
}

/// [`solve_with`]; each answer with whether it is seen to be the only one on both sides.
pub(crate) fn solve_marked<G: Borrow<Game>>(
    workspace: &mut Workspace,
    games: &[G],
) -> Vec<(Result<Solution, SolveError>, bool)> {
    let mut answers: Vec<_> = (0..games.len()).map(|_| None).collect();
    // Games of one shape together, in their order.
    let mut order: Vec<_> = (0..games.len()).filter(|k| fits(games[*k].borrow())).collect();
    let layout = |k: usize| Layout::of(games[k].borrow());
    let shape = |k: &usize| (layout(*k).attacks, layout(*k).defences);
    order.sort_by_key(shape);
    for group in order.chunk_by(|k, l| shape(k) == shape(l)) {
        solve_group(workspace, games, group, &mut answers);
    }
    let settings = Settings::default();
    let alone = |(answer, game): (Option<(Solution, bool)>, &G)| match answer {
        Some((solution, is_unique)) => (Ok(solution), is_unique),
        None => (simplex::solve_with(&mut workspace.simplex, game.borrow(), &settings), false),
    };
    answers.into_iter().zip(games).map(alone).collect()
}

/// Whether a game is one for the lanes.
fn fits(game: &Game) -> bool {
    game.constraints.is_empty() && game.loss.payoffs().len() <= LANE_CELLS
}

/// Answers the games of one shape at the positions of `group` as far as the lanes can.
fn solve_group<G: Borrow<Game>>(
    workspace: &mut Workspace,
    games: &[G],
    group: &[usize],
    answers: &mut [Option<(Solution, bool)>],
) {
    let layout = Layout::of(games[group[0]].borrow());
    let Workspace { lanes, unit, attacker, defender, .. } = workspace;
    attacker.resize(layout.attacks, 0.0);
    defender.resize(layout.defences, 0.0);
    lanes.shape(layout.attacks, layout.defences);
    let load = |k: usize, unit: &mut Vec<f64>| games[group[k]].borrow().loss.payoffs().to_unit(unit).range;
    through(lanes, group.len(), unit, load, |k, range, lanes, lane| {
        lanes.read(lane, attacker, defender);
        let game = games[group[k]].borrow();
        let basis = Basis { layout, variables: lanes.basic(lane).to_vec() };
        let answer = Answer::without_prices(attacker, defender);
        let proved = answer.and_then(|answer| {
            answer.certify(game, Method::Simplex, Status::Converged, lanes.pivots(lane), Some(basis)).ok()
        });
        let is_unique = lanes.is_unique(lane);
        answers[group[k]] =
            proved.filter(|solution| simplex::gap_is_small(solution, range)).map(|solution| (solution, is_unique));
    });
}

/// 1-2. Takes `games` games through the lanes: `load` writes the entries of one, in [0, 1], and returns what is to be
/// kept of it; `optimal` is told each game whose lane ended at an optimum.
fn through<Kept>(
    lanes: &mut Lanes,
    games: usize,
    unit: &mut Vec<f64>,
    mut load: impl FnMut(usize, &mut Vec<f64>) -> Kept,
    mut optimal: impl FnMut(usize, &Kept, &Lanes, usize),
) {
    let (mut next, mut held) = (0, [const { None }; LANES]);
    loop {
        for (lane, held) in held.iter_mut().enumerate() {
            match (lanes.state(lane), &held) {
                (Lane::Busy, _) => continue,
                (Lane::Optimal, Some((game, kept))) => optimal(*game, kept, lanes, lane),
                _ => {}
            }
            lanes.empty(lane);
            if next < games {
                *held = Some((next, load(next, unit)));
                lanes.load(lane, unit);
                next += 1;
            }
        }
        if lanes.are_idle() {
            return;
        }
        lanes.run();
    }
}

/// Both mixes of many games of one shape, with an interval for each value that is proved in doubles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Equilibria {
    /// Games × attacks: one probability for each attack, at least 0, with sum 1 up to rounding.
    pub attackers: Vec<f64>,
    /// Games × defences: likewise.
    pub defenders: Vec<f64>,
    /// The value of each game is at least the first and at most the second; empty if no proof was asked for.
    pub bounds: Vec<(f64, f64)>,
    /// How each game ended: [`Status::Converged`], or [`Status::Stalled`] if its mixes are further from an equilibrium
    /// than 1e-12 of the pay-off range.
    pub statuses: Vec<Status>,
}

/// A solver for matrices of doubles of one shape, many in one slice.
///
/// # Examples
/// ```
/// use saddlepoint_solver::batch::{Batch, Equilibria};
///
/// // Two games of two attacks and two defences.
/// let losses = [0.6, 0.1, 0.2, 0.5, 1.0, 0.0, 0.0, 1.0];
/// let (mut batch, mut answers) = (Batch::new(2, 2)?, Equilibria::default());
/// batch.solve(&losses, &mut answers)?;
/// for ((lower, upper), value) in answers.bounds.iter().zip([0.35, 0.5]) {
///     assert!(*lower <= value && value <= *upper && upper - lower < 1e-14);
/// }
/// # Ok::<(), saddlepoint_solver::SolveError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch {
    attacks: usize,
    defences: usize,
    /// The least and the greatest loss of each game.
    ranges: Vec<(f64, f64)>,
    lanes: Lanes,
    unit: Vec<f64>,
    simplex: simplex::Workspace,
}

impl Batch {
    /// A solver for games with so many attacks (rows) and defences (columns).
    ///
    /// # Errors
    /// [`SolveError::Losses`] if one of them is 0.
    pub fn new(attacks: usize, defences: usize) -> Result<Self, SolveError> {
        if attacks == 0 || defences == 0 {
            return Err(SolveError::Losses(MatrixError::Empty { attacks, defences }));
        }
        let (lanes, simplex) = <(Lanes, simplex::Workspace)>::default();
        Ok(Self { attacks, defences, ranges: Vec::new(), lanes, unit: Vec::new(), simplex })
    }

    /// Solves the games of a slice, each row by row, one after the other, and proves the answers. `answers` is
    /// overwritten, in the order of the games.
    ///
    /// # Errors
    /// [`SolveError::Losses`] if the slice ends within a game or an entry is not finite; the attack that is named there
    /// counts the rows of the whole slice.
    pub fn solve(&mut self, losses: &[f64], answers: &mut Equilibria) -> Result<(), SolveError> {
        self.run(losses, answers, true)
    }

    /// [`Batch::solve`] without proofs, as far as that goes: the mixes are the same unless a proof would have been too
    /// weak.
    ///
    /// # Errors
    /// As [`Batch::solve`].
    pub fn mixes(&mut self, losses: &[f64], answers: &mut Equilibria) -> Result<(), SolveError> {
        self.run(losses, answers, false)
    }

    fn run(&mut self, losses: &[f64], answers: &mut Equilibria, prove: bool) -> Result<(), SolveError> {
        let (m, n) = (self.attacks, self.defences);
        let cells = m.saturating_mul(n);
        if !losses.len().is_multiple_of(cells) {
            let (expected, found) = (losses.len() / cells * cells + cells, losses.len());
            return Err(SolveError::Losses(MatrixError::Shape { attacks: m, defences: n, expected, found }));
        }
        self.ranges.clear();
        self.ranges.extend(losses.chunks_exact(cells).map_while(extremes));
        let games = losses.len() / cells;
        if self.ranges.len() < games {
            let position = losses.iter().position(|loss| !loss.is_finite()).unwrap_or_default();
            return Err(SolveError::Losses(MatrixError::NotFinite { attack: position / n, defence: position % n }));
        }
        let Equilibria { attackers, defenders, bounds, statuses } = answers;
        refill(attackers, games * m, 0.0);
        refill(defenders, games * n, 0.0);
        refill(bounds, if prove { games } else { 0 }, (f64::NEG_INFINITY, f64::INFINITY));
        // Stalled until solved.
        refill(statuses, games, Status::Stalled);
        let game = |k: usize| &losses[k * cells..(k + 1) * cells];
        let Self { ranges, lanes, unit, simplex, .. } = self;
        if cells <= LANE_CELLS {
            lanes.shape(m, n);
            let load = |k: usize, unit: &mut Vec<f64>| {
                to_unit(game(k), ranges[k], unit);
                ranges[k]
            };
            through(lanes, games, unit, load, |k, range, lanes, lane| {
                let (attacker, defender) = (&mut attackers[k * m..(k + 1) * m], &mut defenders[k * n..(k + 1) * n]);
                lanes.read(lane, attacker, defender);
                let mut is_solved = normalise(attacker) && normalise(defender);
                if prove && is_solved {
                    if let Some((lower, upper)) = certificate::bounds(game(k), n, attacker, defender) {
                        // No mix is needed to see that the value lies between the entries.
                        bounds[k] = (lower.max(range.0), upper.min(range.1));
                    }
                    is_solved = is_narrow(game(k), *range, bounds[k], attacker, defender);
                }
                if is_solved {
                    statuses[k] = Status::Converged;
                }
            });
        }
        // 4. What is left: one by one, and whatever doubles cannot prove through fractions.
        for (k, status) in statuses.iter_mut().enumerate().filter(|(_, status)| **status != Status::Converged) {
            let (pair, found, _) = numeric::by_simplex(simplex, game(k), ranges[k], (m, n), unit, Limits::NONE);
            attackers[k * m..(k + 1) * m].copy_from_slice(&pair.attacker);
            defenders[k * n..(k + 1) * n].copy_from_slice(&pair.defender);
            *status = found;
            if prove {
                bounds[k] = numeric::prove(game(k), n, Method::Simplex, &pair)?;
            }
        }
        Ok(())
    }
}

fn refill<T: Clone>(values: &mut Vec<T>, count: usize, value: T) {
    values.clear();
    values.resize(count, value);
}

/// Whether a pair is near enough to an equilibrium: by its proof, or where the unit of the losses is too coarse for
/// that (a range far below the entries), by its gap in units of the range.
fn is_narrow(losses: &[f64], range: (f64, f64), proved: (f64, f64), attacker: &[f64], defender: &[f64]) -> bool {
    let (gap, range_in_losses) = (proved.1 - proved.0, range.1 - range.0);
    if gap <= CERTIFIED_GAP * range_in_losses {
        return true;
    }
    let mut unit = Vec::new();
    to_unit(losses, range, &mut unit);
    gap.is_finite() && Dense::new(attacker.len(), defender.len(), &unit).gap(attacker, defender) <= CERTIFIED_GAP
}
