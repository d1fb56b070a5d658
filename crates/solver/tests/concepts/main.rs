//! Solution concepts and further analyses: worked values on published tables, other ways to the same number, and
//! theorems.

mod analyses;
mod games;
mod invariants;
mod values;
