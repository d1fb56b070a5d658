//! Portfolios: several defences at once, composed by a stated rule, within budgets.
//!
//! Against one attack of undefended rate `s` a stack of `k ≥ 2` defences with single rates `p_1, …, p_k` passes a
//! share `p_S` of the attempts that no measurement of single defences determines. A [`Composition`] says what is
//! assumed, and [`PortfolioGame`] is the game whose defender picks a portfolio:
//!
//! | rule | `p_S`, each `p_d` clipped to `s` |
//! |---|---|
//! | `independent` | `s Π (p_d / s)` |
//! | `bounds` | between `max(0, Σ p_d - (k-1) s)` and `min p_d` (Fréchet) |
//! | `correlated`, `ρ` in [0, 1] | `(1-ρ) s Π (p_d / s) + ρ min p_d` |
//!
//! The empty stack passes `s`, a single defence its own measured rate (even above `s`), and a stack that was measured
//! its own row. Nothing here solves; [`certify`] proves an answer without seeing the solver.
//!
//! # Examples
//! ```
//! use saddlepoint_game::portfolio::{Composition, End, Limit, PortfolioGame, Rate};
//! use saddlepoint_game::rational::parse;
//!
//! let rates = ["0.2", "0.6", "0.5", "0.1"].map(|text| parse(text).map(Rate::exact));
//! let game = PortfolioGame::new(
//!     vec!["direct".into(), "hidden".into()].into(),
//!     vec![Rate::exact(parse("0.8")?), Rate::exact(parse("1")?)],
//!     vec!["filter".into(), "parser".into()].into(),
//!     rates.into_iter().collect::<Result<_, _>>()?,
//!     "no_defense".into(),
//!     Composition::Independent,
//! )?;
//! let portfolios = game.portfolios(100)?;
//! let game = game.matrix(&portfolios, End::Highest)?;
//! assert_eq!(game.defences()[3], "filter + parser");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod composition;
mod error;
mod game;
mod limit;
mod relaxation;
mod search;
mod stages;

pub use certificate::{PortfolioCertificate, certify};
pub use composition::{Composition, End, Rate};
pub use error::PortfolioError;
pub use game::{Outside, Portfolio, PortfolioGame, Stack};
pub use limit::{Burden, Limit};
pub use stages::{Stage, staged};
