//! Scenario files: as written ([`Document`]), as meant ([`Scenario`]), as played ([`Template`]).

mod affine;
mod blocks;
mod coherence;
mod coverage;
mod coverage_index;
mod defender;
mod document;
mod evidence;
mod file;
mod graph;
mod layout;
mod limits;
mod loss;
mod noisy;
mod parameters;
mod read;
mod reader;
mod schema;
mod selection;
mod sources;
mod stack;
mod stress;
mod sweep;
mod template;
mod terms;
mod value;
mod victims;
mod warnings;

use schemars::schema_for;
use serde_json::Value as Json;

pub use coverage::{Threat, ThreatTable};
pub use coverage_index::CoverageIndex;
pub use defender::{
    BudgetTable, ChannelTable, CompositionTable, CoverageTable, ResourceTable, Rule, StageTable, Strategy,
};
pub use document::{Document, Node, Place, Value, split_path};
pub use evidence::{Benign, BitsKind, BitsTable, NoiseTable, StressTable};
pub use file::{OPTION, ScenarioFile};
pub use graph::{ArcTable, GraphTable};
pub use noisy::NoisyScenario;
pub use parameters::{Knob, Parameters};
pub use schema::{
    AttackerSees, Concept, ConstraintTable, Draw, ExpectTable, FigureKind, FigureTable, GameTable, Harm, Judge,
    LossForm, LossTable, MetricRows, MissingMode, MissingTable, On, Ranked, Scenario, Sees, Selection, SourceTable,
    TypeTable,
};
pub use sources::{Data, Sources, Values};
pub use sweep::{Axis, AxisValues, MAX_POINTS, Sweep, SweepMode};
pub use template::{Column, Group, Instance, Secondary, Template, WholeDeployment};
pub use terms::{Refusal, Translation};
pub use value::{Name, Number, Setting};

/// The JSON Schema of scenario files, from the types that they are read into.
#[must_use]
pub fn json_schema() -> Json {
    schema_for!(Scenario).into()
}
