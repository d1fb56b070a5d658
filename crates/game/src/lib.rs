//! What is played: the game model of Saddlepoint.
//!
//! Rows are attacks, columns are defences, an entry is the defender's loss (= the attacker's gain). The attacker
//! maximises, the defender minimises. Numbers are exact; nothing here solves, prints or opens a file.
//!
//! The certificate checker lives in this crate, so that it cannot see the solvers it judges.

pub mod bits;
pub mod certificate;
pub mod concept;
pub mod diagnostic;
pub mod inspection;
pub mod noise;
pub mod plain;
pub mod portfolio;
pub mod rational;
pub mod realise;
pub mod scenario;
pub mod security;
#[cfg(feature = "testing")]
pub mod testing;

mod bayesian;
mod bimatrix;
mod constraint;
mod digest;
mod expected;
mod extremes;
mod located_json;
mod matrix;
pub mod measured;
mod payoffs;
mod strategy;

pub use bayesian::{BayesianError, BayesianGame, FollowerType};
pub use bimatrix::Bimatrix;
pub use constraint::{Constraint, Game, Sense};
pub use digest::{digest_bytes, digest_reader};
pub use extremes::extremes;
pub use matrix::{AttackId, DefenceId, LossMatrix, MatrixError, Names, PayoffKind, numbered};
pub use payoffs::{Payoffs, Scale};
pub use strategy::{DYADIC_ONE, MixedStrategy, StrategyError, dyadic};
