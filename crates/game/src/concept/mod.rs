//! Solution concepts beside the plain value: the games that they are, and proofs of their values.
//!
//! | concept | what is minimised over admissible mixes `y` | proof |
//! |---|---|---|
//! | robust, regret, Bayesian types, seen draw, signals | `Σ_g max_i (L^g y)_i` over groups `g` | [`certify_groups`] |
//! | capped attacker, conditional value at risk | `max x'L y` over `x ≤ cap` | [`certify_capped`] |
//! | quantal attacker | `(1/μ) log Σ_i m_i exp(μ (L y)_i)` | [`certify_quantal`] |
//! | several tries | a matrix of its own: [`tries`] | [`crate::certificate::certify`] |
//!
//! Every proof is computed from mixes and multipliers on the original losses. No constant of a reduction enters it.

mod capped;
mod fixed_point;
mod groups;
mod losses;
mod quantal;
pub mod tries;

pub use capped::{CapError, certify_capped, check_caps, heaviest};
pub use groups::{certify_groups, certify_own_value, certify_types, charges};
pub use losses::{attack_losses, defence_losses};
pub use quantal::{QuantalError, certify_quantal, check_prior};
