//! The scenario file as its author means it: the types behind `saddlepoint schema` and behind the file as run.
//!
//! Every field is a key of the file, with its default filled in. [`super::read`] makes these from a document.

use std::collections::BTreeMap;

use dashu_int::{IBig, UBig};
use schemars::JsonSchema;
use serde::Serialize;

use super::sweep::Sweep;
use super::value::{Name, Number, Setting};
use crate::rational::Rational;

/// One question about attackers and defenders, with the measurements, the loss and the limits that frame it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(title = "Saddlepoint scenario", extend("required" = ["schema", "name", "source"]))]
pub struct Scenario {
    /// Version of the scenario format; 1.
    #[schemars(range(min = 1, max = 1))]
    pub schema: u32,
    /// Short name, the same as the file's and the results folder's: lower case letters, digits, `-` and `_`.
    pub name: String,
    /// One line for tables and figures.
    #[schemars(default)]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The question that the scenario answers.
    #[schemars(default)]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// Caveats, citations, anything a reader should know.
    #[schemars(default)]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// Must be true where measurements of several files, hence several judges and prompt sets, are mixed.
    #[schemars(default)]
    pub assembled: bool,
    /// The measurements or the plain game, under a name of one's own: `[source.main]`.
    pub source: BTreeMap<String, SourceTable>,
    /// What is played.
    #[schemars(default)]
    pub game: GameTable,
    /// How measurements become the defender's loss.
    #[schemars(default)]
    pub loss: LossTable,
    /// Limits on the defender.
    #[schemars(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constraint: Vec<ConstraintTable>,
    /// What to do about cells that nobody measured.
    #[schemars(default)]
    pub missing: MissingTable,
    /// Keys to vary, by quoted dotted path.
    #[schemars(default)]
    #[serde(skip_serializing_if = "Sweep::is_empty")]
    pub sweep: Sweep,
    /// Known answers: each makes the scenario a test.
    #[schemars(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<ExpectTable>,
    /// Figures to draw from the results.
    #[schemars(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figure: Vec<FigureTable>,
}

/// Which rows of a measurement table, or which plain game, a scenario plays on.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["file"]))]
pub struct SourceTable {
    /// Measurement table (16-column CSV) or plain game (`.csv`, `.json`, `.nfg`), relative to the scenario's folder.
    pub file: String,
    /// The system under attack, as the table names it; required for a measurement table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Name>,
    /// The security metric, as the table names it; required for a measurement table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<Name>,
    /// Prefixes of the `where` column to read, in order of precedence; all rows without it.
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    pub places: Option<Vec<Name>>,
    /// The attacks to play, in this order; all of the table without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacks: Option<Vec<Name>>,
    /// Attacks to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_attacks: Option<Vec<Name>>,
    /// The defences to play, in this order; all of the table without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defences: Option<Vec<Name>>,
    /// Defences to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_defences: Option<Vec<Name>>,
}

/// What is played.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct GameTable {
    /// What counts as an answer.
    #[schemars(default)]
    pub concept: Concept,
    /// What the attacker knows of the defender's choice.
    #[schemars(default)]
    pub attacker_sees: AttackerSees,
    /// Which of several optimal mixes is reported; `canonical` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// Curvature of the `smooth` selection, as a fraction of the pay-off range, above 0 and at most 1; 0.01 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsilon: Option<Number>,
}

impl Default for GameTable {
    fn default() -> Self {
        Self { concept: Concept::Mixed, attacker_sees: AttackerSees::Mix, selection: None, epsilon: None }
    }
}

/// Which of several optimal mixes is reported. Where the optimal mix is unique, the first two are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    /// The one that the solver ends at: a corner of the optimal mixes, for a simplex method.
    Vertex,
    /// The one with the least Euclidean norm, which treats strategies alike that are alike and does not jump while the
    /// optimal mixes change steadily.
    Canonical,
    /// The saddle point of the game with a little curvature: continuous everywhere, and optimal only to about `epsilon`.
    Smooth,
}

impl Selection {
    /// The name in files and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vertex => "vertex",
            Self::Canonical => "canonical",
            Self::Smooth => "smooth",
        }
    }
}

/// Solution concept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Concept {
    /// The defender may randomise.
    #[default]
    Mixed,
    /// One defence is deployed for good.
    Pure,
}

impl Concept {
    /// The name in files and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Pure => "pure",
        }
    }
}

/// What the attacker knows when it chooses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AttackerSees {
    /// Nothing; the value is that of `mix`, by the minimax theorem.
    Nothing,
    /// The defender's probabilities, not the draw.
    #[default]
    Mix,
    /// The defence that was drawn.
    Draw,
    /// The drawn defence with this probability, in [0, 1], else only the mix.
    Probe(Number),
}

/// How measurements become the loss of one request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LossTable {
    /// `single`: the metric itself. `weighted`: w·ASR + (1-w)·(1-U). `base-rate`:
    /// π(h·ASR + g(1-UA)) + (1-π)(b(1-U) + r·OR) + `k_t`·latency + `k_c`·cost.
    #[schemars(default)]
    pub form: LossForm,
    /// Weight of the security metric in `weighted`, in [0, 1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub w: Option<Number>,
    /// Share of requests that are attacks in `base-rate`, in [0, 1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pi: Option<Number>,
    /// Harm of one successful attack, at least 0: one number, or one per attack name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub h: Option<Harm>,
    /// Loss when a task under attack fails, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub g: Option<Number>,
    /// Loss when a benign task fails, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<Number>,
    /// Loss when a benign request is refused, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r: Option<Number>,
    /// Loss per unit of latency, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_t: Option<Number>,
    /// Loss per unit of cost, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_c: Option<Number>,
    /// Metric of benign utility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utility: Option<Name>,
    /// Metric of utility under attack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utility_under_attack: Option<Name>,
    /// Metric of over-refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_refusal: Option<Name>,
    /// Metric of latency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Name>,
    /// Metric of cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Name>,
}

/// Form of the loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LossForm {
    /// The security metric itself.
    #[default]
    Single,
    /// A weighted mean of the security metric and lost benign utility.
    Weighted,
    /// The expected loss of one request, attack or benign.
    BaseRate,
}

/// Harm of one successful attack.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Harm {
    /// The same for every attack.
    Same(Number),
    /// By attack name; every attack of the game must be named.
    PerAttack(BTreeMap<String, Number>),
}

/// A limit on a metric of the defender's choice.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(extend("required" = ["name", "metric"], "oneOf" = [{"required": ["min"]}, {"required": ["max"]}]))]
pub struct ConstraintTable {
    /// Name in results and in paths (`constraint.NAME.max`).
    pub name: String,
    /// The metric, read from the benign rows of the same source.
    pub metric: Name,
    /// Floor, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<Number>,
    /// Cap, in the metric's unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<Number>,
    /// Whether the limit holds on average over the draw or for every defence that may be drawn.
    #[schemars(default)]
    pub on: On,
}

/// What a limit speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// The expectation over the defender's draw.
    #[default]
    Expected,
    /// Each defence that has positive probability.
    EveryDraw,
}

/// What to do about cells that nobody measured.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MissingTable {
    /// `error`, or an interval for the value, or leave out the rows or columns concerned.
    #[schemars(default)]
    pub mode: MissingMode,
    /// What a missing rate may be, taken as a loss, lowest and highest, for `bounds`; [0, 1] unless given.
    #[schemars(default = "default_range")]
    pub range: [Number; 2],
}

impl Default for MissingTable {
    fn default() -> Self {
        Self { mode: MissingMode::Error, range: default_range() }
    }
}

fn default_range() -> [Number; 2] {
    [Number(Rational::ZERO), Number(Rational::ONE)]
}

/// Largest difference that an expectation tolerates unless it says otherwise: 1e-9.
pub(super) fn default_tolerance() -> Number {
    Number(Rational::from_parts(IBig::ONE, UBig::from(1_000_000_000_u32)))
}

/// What to do about cells that nobody measured; nothing is ever imputed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MissingMode {
    /// Stop and list them.
    #[default]
    Error,
    /// Solve for the interval of values that the unknown cells leave open.
    Bounds,
    /// Leave out defences with a missing cell: a valid guarantee.
    DropDefences,
    /// Leave out attacks with a missing cell: optimistic, so it warns.
    DropAttacks,
}

/// A known answer at one setting of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExpectTable {
    /// Keys to set first, by quoted dotted path.
    #[schemars(default)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub at: BTreeMap<String, Setting>,
    /// The value of the game.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Number>,
    /// The least worst-case loss of a single defence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pure: Option<Number>,
    /// The value when the attacker sees the draw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<Number>,
    /// Shadow price of the first constraint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Number>,
    /// Lower end of the interval that missing cells leave open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<Number>,
    /// Upper end of the interval that missing cells leave open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper: Option<Number>,
    /// Where the best single defence changes along the first swept key of the loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switches: Option<Vec<Number>>,
    /// Largest absolute difference that still counts as the same; 1e-9 unless given.
    #[schemars(default = "default_tolerance")]
    pub tolerance: Number,
}

/// A figure to draw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["kind"]))]
pub struct FigureTable {
    /// What is shown.
    pub kind: FigureKind,
    /// The swept key on the horizontal axis; the first one without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<Name>,
    /// What the loss axis measures, in words; made from the metric without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Title; the scenario's without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What a figure shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FigureKind {
    /// The defender's probabilities along the sweep, with the value and its interval.
    Allocation,
    /// The attacker's probabilities along the sweep, with the value and its interval.
    AttackMix,
    /// Loss of the best single defence, the visible mix and the hidden mix along the sweep.
    Frontier,
    /// The loss matrix with both mixes on its margins.
    Payoffs,
}

impl FigureKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Allocation, Self::AttackMix, Self::Frontier, Self::Payoffs];

    /// The name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allocation => "allocation",
            Self::AttackMix => "attack-mix",
            Self::Frontier => "frontier",
            Self::Payoffs => "payoffs",
        }
    }
}
