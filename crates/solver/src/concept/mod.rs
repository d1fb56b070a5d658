//! Solution concepts beside the plain value, and what else can be asked of a table.
//!
//! | question | function | answer |
//! |---|---|---|
//! | One mix for several victims? | [`robust`], [`regret`] | least worst loss, least worst regret |
//! | Attackers who know their type, or their victim? | [`bayesian`] | least expected worst loss over types |
//! | An attacker who sees signals of the draw? | [`signals`], [`visible`], [`erasure`] | least expected worst loss over signals |
//! | An attacker spread over attacks? | [`capped`], [`cvar`] | least loss against the worst admitted spread |
//! | An attacker who errs? | [`quantal`] | least certainty equivalent |
//! | Of all optimal mixes, the cheapest? | [`lexicographic`] | least secondary metrics at the value |
//! | The value over a range of one bound? | [`front`] | every kink, exact |
//! | Several tries? | [`tries`] | sticky and fresh draws |
//! | An attacker with costs of their own? | [`general_sum`] | the best commitment, and whether it deters |
//!
//! | further analysis | function |
//! |---|---|
//! | A mix tuned on one victim, met by another | [`transfer`] |
//! | The least defences that do nearly as well | [`deployments`] |
//! | What mixes of others make superfluous | [`dominated_defences`], [`dominated_attacks`] |
//! | How far one cell can move before the advice changes | [`cell_region`] |
//! | Which missing cell to measure next | [`next_measurement`] |
//! | What further trials of a cell are worth | [`information`] |
//!
//! A concept is reduced to a [`saddlepoint_game::Game`] and solved by [`crate::solve`]; its mixes are mapped back, and
//! the interval is computed from them on the original losses ([`saddlepoint_game::concept`]). So every answer is
//! certified whatever the reduction did; where the reduced game is solved exactly, the interval is a point.

mod answer;
mod blocks;
mod capped;
mod cell;
mod deployment;
mod domination;
mod error;
mod front;
mod general_sum;
mod groups;
mod information;
mod lexicographic;
mod measurement;
mod quantal;
mod signals;
mod transfer;
mod tries;
mod victims;

pub use answer::{Answer, Claim};
pub use capped::{capped, cvar};
pub use cell::{CellPiece, CellRegion, MOST_PIECES, cell_region};
pub use deployment::{Deployment, MOST_SUBSETS, deployments};
pub use domination::{Domination, dominated_attacks, dominated_defences};
pub use error::ConceptError;
pub use front::{Front, Kink, MOST_KINKS, front};
pub use general_sum::{AttackerCost, Deterrence, general_sum};
pub use groups::grouped;
pub use information::{Information, MOST_TRIALS, information, screen};
pub use lexicographic::{Lexicographic, Metric, Stage, lexicographic};
pub use measurement::{NextMeasurement, next_measurement};
pub use quantal::quantal;
pub use signals::{erasure, signals, visible};
pub use transfer::{Transfer, transfer};
pub use tries::{Tries, tries};
pub use victims::{Regret, Type, bayesian, regret, robust};
