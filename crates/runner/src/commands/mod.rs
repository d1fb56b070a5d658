//! One file per command.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod convert;
pub(crate) mod expectation;
pub(crate) mod list;
pub(crate) mod plot;
pub(crate) mod schema;
pub(crate) mod solve;
pub(crate) mod sweep;
pub(crate) mod verify;
