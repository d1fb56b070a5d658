//! Plain games: a loss matrix as a file that other programs write, read and show.
//!
//! | format | endings | names | missing cells |
//! |---|---|---|---|
//! | [`csv`] | `.csv`, `.tsv` | optional header and column | error |
//! | [`json`] | `.json` | optional | error |
//! | [`nfg`] | `.nfg` | optional | none in the format |
//!
//! Decimals and fractions are read exactly and kept as written. Parsers take bytes and give all problems at once.

pub mod csv;
pub mod json;
pub mod nfg;

mod format;
mod nfg_tokens;
mod problems;

pub use format::{Format, Plain, read};
