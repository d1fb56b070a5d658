//! What else can be said of a small game once it is solved: with how few defences, which strategies nobody needs, how far
//! the cell that matters most may be off, what to measure next.
//!
//! Everything here is exact. What would take long is left out, not approximated: the limits are stated below.

use saddlepoint_game::inspection::InspectionGame;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::scenario::{Concept, Group, Instance};
use saddlepoint_game::{AttackId, LossMatrix};

use crate::analysis::Analysis;
use crate::concept::{self, CellRegion, ConceptError, Deployment, Domination, NextMeasurement, Transfer, Tries};
use crate::interdiction::{self, InspectionSolution};
use crate::sensitivity;
use crate::settings::Settings;

/// Most cells of a game that is looked at so closely.
const CELLS_MOST: usize = 1_100;

/// Most defences of a game whose best deployments by size are searched.
const DEPLOYMENT_DEFENCES: usize = 24;

/// Largest size of a deployment that is searched.
const DEPLOYMENT_SIZE: usize = 5;

/// Most missing cells that are ranked.
const MISSING_MOST: usize = 64;

/// Further answers; empty or `None` where a question does not arise or would take long.
#[derive(Clone, Debug, Default)]
pub struct Further {
    /// The best mix over few defences, by their number, up to the one that does as well as all.
    pub deployments: Vec<Deployment>,
    /// Defences that a mix of others makes superfluous on this loss. They may be needed under a limit.
    pub dominated_defences: Vec<Domination>,
    /// Attacks that a mix of others makes superfluous.
    pub dominated_attacks: Vec<Domination>,
    /// The cell in which the value is steepest, moved through all that it may be.
    pub region: Option<CellRegion>,
    /// Missing cells, the best to measure first.
    pub next: Vec<NextMeasurement>,
    /// Mixes tuned on one victim, met by the others.
    pub transfer: Option<Transfer>,
    /// Several tries of one session.
    pub tries: Option<Tries>,
    /// Choke points of a stage graph.
    pub interdiction: Option<InspectionSolution>,
}

/// What a scenario asks further.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Victims, as rows of the game.
    pub groups: &'a [Group],
    /// Tries of one session, against a fresh draw each.
    pub tries: Option<u32>,
    /// Whether columns are sets of defences, whose missing cells are not measured one by one.
    pub sets: bool,
    /// The stage graph that the game was made from.
    pub graph: Option<&'a InspectionGame>,
}

/// Answers what arises for the game.
///
/// # Errors
/// [`ConceptError`] if a computation fails; reaching a time limit leaves the rest out.
pub fn of(
    instance: &Instance,
    analysis: &Analysis,
    wanted: Wanted<'_>,
    settings: &Settings,
) -> Result<Further, ConceptError> {
    let mut further = Further::default();
    let game = &instance.game;
    let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
    if let Some(graph) = wanted.graph {
        further.interdiction = interdiction::solve(graph).ok();
    }
    if wanted.groups.len() > 1 && m * n <= 4 * CELLS_MOST {
        let all: Vec<_> = game.loss.defence_ids().collect();
        let rows = |group: &Group| group.rows.clone().map(AttackId).collect::<Vec<_>>();
        let victims: Option<Vec<LossMatrix>> =
            wanted.groups.iter().map(|group| game.loss.restricted(&rows(group), &all)).collect();
        if let Some(victims) = victims {
            further.transfer = in_time(concept::transfer(&victims, &game.constraints, settings))?;
        }
    }
    let is_plain = analysis.concept == Concept::Mixed && instance.blocks.is_empty() && wanted.groups.is_empty();
    if !is_plain || m * n > CELLS_MOST {
        return Ok(further);
    }
    if let Some(lowest) = &instance.lowest {
        let is_open = |i, j| lowest.loss.loss(i, j) != game.loss.loss(i, j);
        let open = game.loss.attack_ids().flat_map(|i| game.loss.defence_ids().map(move |j| (i, j)));
        if !wanted.sets && open.filter(|(i, j)| is_open(*i, *j)).count() <= MISSING_MOST {
            let found = concept::next_measurement(&lowest.loss, &game.loss, &game.constraints, settings);
            further.next = in_time(found)?.unwrap_or_default();
        }
        return Ok(further);
    }
    let support = analysis.highest.solution.defender.support().len();
    if n <= DEPLOYMENT_DEFENCES {
        let most = support.min(DEPLOYMENT_SIZE);
        further.deployments = in_time(concept::deployments(game, most, settings))?.unwrap_or_default();
    }
    further.dominated_defences = in_time(concept::dominated_defences(&game.loss, settings))?.unwrap_or_default();
    further.dominated_attacks = in_time(concept::dominated_attacks(&game.loss, settings))?.unwrap_or_default();
    let steepest = analysis.highest.face.as_ref().map(|face| sensitivity::steepest(face, 1));
    if let Some((attack, defence, _)) = steepest.and_then(|cells| cells.into_iter().next()) {
        let (low, high) = range(&game.loss);
        if low < high {
            further.region = in_time(concept::cell_region(game, attack, defence, &low, &high, settings))?;
        }
    }
    if let Some(tries) = wanted.tries.filter(|tries| *tries > 1) {
        further.tries = Some(concept::tries(game, tries, settings)?);
    }
    Ok(further)
}

/// What a cell may be: a share, if all cells are shares, else anything between the least and the greatest.
fn range(loss: &LossMatrix) -> (Rational, Rational) {
    let entries = loss.payoffs().to_rationals();
    if entries.iter().all(rational::is_share) {
        return (Rational::ZERO, Rational::ONE);
    }
    let least = entries.iter().min().cloned().unwrap_or(Rational::ZERO);
    let greatest = entries.into_iter().max().unwrap_or(Rational::ZERO);
    (least, greatest)
}

/// An answer that a limit stopped is none.
fn in_time<T>(found: Result<T, ConceptError>) -> Result<Option<T>, ConceptError> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(ConceptError::Solve(crate::SolveError::Stopped { .. }) | ConceptError::TooLarge { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
