//! How it is solved: one file per method, every answer certified.
//!
//! | method | source | accepts | guarantee | status |
//! |---|---|---|---|---|
//! | [`simplex`] | Dantzig 1951, Bland 1977 | any game, constraints too | certified interval, at most 1e-12 of the range wide or `stalled` | cross-checked |
//! | [`exact`] | Edmonds 1967, Bareiss 1968, Dixon 1982 | any game, constraints too | gap exactly 0 if converged | cross-checked |
//! | [`interior_point`] | Mehrotra 1992, Gondzio 1996, Ye 1992 | games without constraints | certified interval, at most 1e-12 of the range wide or `stalled` | cross-checked |
//! | [`double_oracle`] | `McMahan`, Gordon, Blum 2003 | any game, constraints too; games given by best responses | certified interval, at most 1e-12 of the range wide or `stalled` | cross-checked |
//! | [`fictitious_play`] | Brown 1951, Robinson 1951 | games without constraints | certified interval that shrinks, slowly | cross-checked |
//! | [`regret_matching`] | Hart, Mas-Colell 2000; Farina, Kroer, Sandholm 2021 | games without constraints | certified interval, to 1e-6 by default | cross-checked |
//! | [`extragradient`] | Chambolle, Pock 2011; Lu, Yang 2024 | games without constraints | certified interval, to 1e-9 by default or `stalled` | cross-checked |
//! | [`good_lp`] | crate `good_lp` on `microlp` 0.6 | any game, constraints too | certified interval | cross-checked |
//! | [`microlp`] | crate `microlp` 0.7 | any game, constraints too | certified interval | cross-checked |
//! | [`clarabel`] | crate `clarabel` 0.11 | any game, constraints too | certified interval | cross-checked |
//!
//! `auto` chooses by size, shape and structure, and [`choose`] says what and why; where both sides have at most 64
//! strategies it is [`simplex`] finished by [`exact`] on its basis. [`numeric`] takes doubles and gives doubles, [`batch`]
//! many small games at once. Cross-checked means: against the exact method on generated games of 22 families, which is
//! itself checked against the enumeration of square kernels. None of that establishes anything about games of more than a few hundred strategies a side.
//!
//! Security games, with utilities in place of losses ([`saddlepoint_game::security`]), each with its own certificate:
//!
//! | method | source | accepts | guarantee | status |
//! |---|---|---|---|---|
//! | [`origami`] | Kiekintveld et al. 2009, Lerma et al. 2011 | identical resources | gap 0, beyond 2,048 targets about 2^-53 | cross-checked |
//! | [`coverage`] | ERASER, Kiekintveld et al. 2009 | resource types, any utilities | gap exactly 0 | cross-checked |
//! | [`schedules`] | ASPEN, Jain et al. 2010 | resources that cover several targets | certified interval, 0 wide if converged | cross-checked |
//!
//! Games of two players whose pay-offs need not sum to a constant ([`saddlepoint_game::Bimatrix`]):
//!
//! | method | source | finds | guarantee | status |
//! |---|---|---|---|---|
//! | [`stackelberg`] | Conitzer and Sandholm 2006 | the best mix to commit to | gap exactly 0 | cross-checked |
//! | [`bayesian_stackelberg`] | problem of Paruchuri et al. 2008 | the same, against an unknown type | gap exactly 0 | cross-checked, small games |
//! | [`lemke_howson`] | Lemke and Howson 1964 | a Nash equilibrium per label | regrets exactly 0 | cross-checked |
//! | [`vertex_enumeration`] | Mangasarian 1964, Avis et al. 2010 | all extreme Nash equilibria | regrets exactly 0 | cross-checked, small games |
//!
//! Portfolios and routes, too many to write down ([`saddlepoint_game::portfolio`], [`saddlepoint_game::inspection`]):
//!
//! | method | source | accepts | guarantee | status |
//! |---|---|---|---|---|
//! | [`portfolio_oracle`] | double oracle; branch and bound on tangents | budgets, caps, composition rules | certified interval, to 1e-9 by default | cross-checked, small games |
//! | [`interdiction`] | Washburn and Wood 1995 | one inspection on a graph of stages | gap exactly 0 | cross-checked |
//!
//! From an exact optimum: [`face`] (all optimal mixes, one-sided prices), [`partition`] (which strategies are used, and the
//! rank test for uniqueness), [`canonical`] (the optimal mix of least norm), [`sensitivity`] (how the value moves with the
//! losses and the strategies), [`randomisation`] (what mixing is worth, and how secret the draw must be). Beside it:
//! [`smooth`] (a nearly optimal mix that never jumps), [`baselines`] (what trivial defenders lose). From two matrices: [`switches`] (where the best single defence
//! changes between them). From a table of counts: [`uncertainty`] (what sampling noise does to value, mixes and promises).
//! Other solution concepts, and further analyses of one or several tables: [`concept`].
//!
//! # Examples
//! ```
//! use saddlepoint_game::{Game, LossMatrix, numbered, rational::parse};
//! use saddlepoint_solver::{Settings, solve};
//!
//! let losses = ["0.6", "0.1", "0.2", "0.5"].map(|text| parse(text).expect("a number"));
//! let game = Game::new(LossMatrix::new(numbered("a", 2), numbered("d", 2), losses.to_vec())?);
//! let solution = solve(&game, &Settings::default())?;
//! assert_eq!(solution.certificate.value(), parse("0.35").expect("a number"));
//! assert!(solution.certificate.gap().is_zero());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod admissible;
mod basis;
mod cholesky;
mod collapse;
mod commitment;
mod dense;
mod equilibrium;
mod error;
mod first_order;
mod follower;
mod grid;
mod infeasible;
mod kernels;
mod labelled;
mod library;
mod lifting;
mod method;
mod nearest;
mod piecewise;
mod polish;
mod pricing;
mod program;
mod progress;
#[cfg(test)]
mod published;
mod rational_basis;
mod restricted;
mod scaled;
mod select;
mod selection;
mod settings;
mod solution;
mod structure;
mod tableau;

pub mod analysis;
pub mod baselines;
pub mod batch;
pub mod bayesian_stackelberg;
pub mod canonical;
pub mod clarabel;
pub mod concept;
pub mod coverage;
pub mod deployment;
pub mod double_oracle;
pub mod exact;
pub mod extragradient;
pub mod face;
pub mod fictitious_play;
pub mod further;
pub mod good_lp;
pub mod interdiction;
pub mod interior_point;
pub mod lemke_howson;
pub mod microlp;
pub mod numeric;
pub mod origami;
pub mod partition;
pub mod portfolio_oracle;
pub mod question;
pub mod randomisation;
pub mod regret_matching;
pub mod schedules;
pub mod searched;
pub mod sensitivity;
pub mod simplex;
pub mod smooth;
pub mod stackelberg;
pub mod switches;
pub mod uncertainty;
pub mod vertex_enumeration;

pub use basis::Basis;
pub use equilibrium::Equilibrium;
pub use error::SolveError;
pub use first_order::HandOver;
pub use method::{Method, MethodError};
pub use piecewise::Piecewise;
pub use progress::Progress;
pub use question::{Beside, Question};
pub use select::{Choice, Reason, choose};
pub use selection::{DEFAULT_EPSILON, Selected, Selection};
pub use settings::Settings;
pub use solution::{Solution, Status};

use saddlepoint_game::Game;

/// Solves a game by the method of the settings.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint, [`SolveError::Unsupported`] if the method does not
/// accept such a game, [`SolveError::Setting`] if a setting is out of range; else the computation stopped or failed.
pub fn solve(game: &Game, settings: &Settings) -> Result<Solution, SolveError> {
    solve_with(&mut simplex::Workspace::default(), game, settings)
}

/// [`solve`] in memory kept from game to game, where the method has a use for it.
///
/// # Errors
/// As [`solve`].
pub fn solve_with(
    workspace: &mut simplex::Workspace,
    game: &Game,
    settings: &Settings,
) -> Result<Solution, SolveError> {
    settings.validate()?;
    match settings.method {
        Method::Auto => select::auto(workspace, game, settings),
        Method::Simplex => simplex::solve_with(workspace, game, settings),
        Method::Exact => exact::solve(game, settings),
        Method::InteriorPoint => interior_point::solve(game, settings),
        Method::DoubleOracle => double_oracle::solve(game, settings),
        Method::FictitiousPlay => fictitious_play::solve(game, settings),
        Method::RegretMatching => regret_matching::solve(game, settings),
        Method::Extragradient => extragradient::solve(game, settings),
        Method::GoodLp => good_lp::solve(game, settings),
        Method::Microlp => microlp::solve(game, settings),
        Method::Clarabel => clarabel::solve(game, settings),
    }
}
