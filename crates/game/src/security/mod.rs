//! Security games: a defender places resources on targets, an attacker who has watched picks one target.
//!
//! Both players' utilities depend on the attacked target alone, and on whether it is covered. The defender commits to
//! a mix over allocations; the attacker, who knows the mix but not the draw, attacks a target of largest expected
//! utility, ties in the defender's favour (a strong Stackelberg equilibrium). Here, unlike in a loss matrix, *both*
//! players want their utility large.
//!
//! Source of the model: Kiekintveld, Jain, Tsai, Pita, Ordóñez, Tambe, "Computing Optimal Randomized Resource
//! Allocations for Massive Security Games", AAMAS 2009.
//!
//! [`SecurityGame`] has resources that cover one target each, [`ScheduleGame`] resources that cover several together.
//! [`Coverage`] holds the marginals, [`Comb`] draws pure allocations that have them, [`certify`] and
//! [`certify_schedules`] prove an answer without seeing the solver.
//!
//! # Examples
//! ```
//! use saddlepoint_game::rational::parse;
//! use saddlepoint_game::security::{Coverage, Evidence, SecurityGame, Target, TargetId, Utility, certify};
//!
//! let utility = |covered: i32, uncovered: i32| Utility { covered: covered.into(), uncovered: uncovered.into() };
//! let targets = vec![
//!     Target { name: "gateway".into(), defender: utility(0, -4), attacker: utility(0, 4) },
//!     Target { name: "archive".into(), defender: utility(0, -1), attacker: utility(0, 2) },
//! ];
//! let game = SecurityGame::identical(targets, 1)?;
//! // Covered 2/3 and 1/3, both targets are worth 4/3 to the attacker; the archive costs the defender less.
//! let coverage = Coverage::exact(vec![parse("2/3")?, parse("1/3")?]);
//! let evidence = Evidence { level: parse("4/3")?, cut: vec![0], ends: vec![] };
//! let proof = certify(&game, &coverage, &evidence)?;
//! assert_eq!((proof.attacked, proof.lower, proof.upper), (TargetId(1), parse("-2/3")?, parse("-2/3")?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod certificate;
mod comb;
mod coverage;
mod error;
mod fast;
mod game;
mod schedule;

pub use certificate::{EndProof, Evidence, SecurityCertificate, Side, certify};
pub use comb::{Allocation, Comb};
pub use coverage::{Coverage, Marginals};
pub use error::SecurityError;
pub use game::{Reach, Resource, SecurityGame, Target, TargetId, Targets, Utility};
pub use schedule::{
    JointSchedule, LevelProof, Resource as ScheduleResource, ScheduleEvidence, ScheduleGame, TargetProof,
    certify_schedules,
};
