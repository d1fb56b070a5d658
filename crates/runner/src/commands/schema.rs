//! `saddlepoint schema`: the JSON Schema of scenario files.

use saddlepoint_game::scenario;

use crate::failure::Failure;
use crate::session::Session;

/// Prints the schema, made from the types that scenarios are read into.
pub(crate) fn run(session: &Session) -> Result<(), Failure> {
    session.printer.data(&format!("{:#}\n", scenario::json_schema()))
}
