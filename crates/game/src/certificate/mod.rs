//! Certificates: proofs of a value that a few lines of independent code can check.
//!
//! For any mixes, whoever found them, `min_j (x'L)_j ≤ v ≤ max_i (L y)_i`. The two ends are computed here in exact
//! arithmetic. This module lives in the crate that the solvers depend on, so it cannot see the solver it judges.

mod check;

pub use check::{Certificate, CertificateError, certify, certify_pure, lower_bound, upper_bound};
