//! Sets of defences as columns.

use super::template::{Tables, Template};
use crate::diagnostic::Diagnostic;

/// Portfolios of the defences of one source.
pub(super) fn within(tables: &Tables<'_>, _template: Template) -> Option<Template> {
    tables.problems.push(Diagnostic::error("not-yet", "sets of defences are not supported yet"));
    None
}

/// Portfolios over all channels.
pub(super) fn across(tables: &Tables<'_>, _channels: Vec<(&str, Template)>) -> Option<Template> {
    tables.problems.push(Diagnostic::error("not-yet", "sets of defences are not supported yet"));
    None
}
