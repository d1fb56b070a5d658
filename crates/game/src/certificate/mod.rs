//! Certificates: proofs of a value that a few lines of independent code can check.
//!
//! For any mixes, whoever found them, `min_j (x'L)_j ≤ v ≤ max_i (L y)_i`. The two ends are computed here in exact
//! arithmetic. This module lives in the crate that the solvers depend on, so it cannot see the solver it judges.
//!
//! [`certify`] proves what a pair of mixes guarantees; [`bounds`] proves a little less, in doubles, for batches.
//! [`verify`] judges a stored result, read as a [`Claim`], and says for what reasons, each a [`Rejection`], it is not
//! believed.

mod bayesian;
mod bound;
mod channels;
mod check;
mod claim;
mod commitment;
mod fields;
mod nash;
mod rejection;
#[cfg(test)]
mod samples;
mod verify;

pub use bayesian::{BayesianProofError, Cases, bayesian_lower, bayesian_upper, leaf_bound};
pub use bound::bounds;
pub use channels::{channel_lower, channel_upper};
pub use check::{Certificate, CertificateError, certify, certify_pure, lower_bound, upper_bound};
pub use claim::Claim;
pub use commitment::{CommitmentError, Guarantee, Incentives, commitment_lower, commitment_upper, response_bound};
pub use nash::{Regrets, regrets};
pub use rejection::{End, Rejection, Strength};
pub use verify::{GameInput, verify, verify_commitment, verify_searched};
