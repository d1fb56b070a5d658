//! Scenario files: as written ([`Document`]), as meant ([`Scenario`]), as played ([`Template`]).

mod document;
mod file;
mod layout;
mod loss;
mod parameters;
mod read;
mod reader;
mod schema;
mod selection;
mod sweep;
mod template;
mod value;

use schemars::schema_for;
use serde_json::Value as Json;

pub use document::{Document, Node, Place, Value, split_path};
pub use file::{OPTION, ScenarioFile};
pub use parameters::{Knob, Parameters};
pub use schema::{
    AttackerSees, Concept, ConstraintTable, ExpectTable, FigureKind, FigureTable, GameTable, Harm, LossForm, LossTable,
    MissingMode, MissingTable, On, Scenario, Selection, SourceTable,
};
pub use sweep::{Axis, AxisValues, MAX_POINTS, Sweep, SweepMode};
pub use template::{Data, Instance, Template};
pub use value::{Name, Number, Setting};

/// The JSON Schema of scenario files, from the types that they are read into.
#[must_use]
pub fn json_schema() -> Json {
    schema_for!(Scenario).into()
}
