//! The scenario file as its author means it: the types behind `saddlepoint schema` and behind the file as run.
//!
//! Every field is a key of the file, with its default filled in. [`super::read`] makes these from a document.

use std::collections::BTreeMap;

use dashu_int::{IBig, UBig};
use schemars::JsonSchema;
use serde::Serialize;

use super::defender::{
    BudgetTable, ChannelTable, CompositionTable, CoverageTable, ResourceTable, StageTable, Strategy,
};
use super::evidence::{BitsTable, NoiseTable, StressTable};
use super::graph::GraphTable;
use super::sweep::Sweep;
use super::value::{Name, Number, Setting};
use crate::rational::Rational;

/// One question about attackers and defenders, with the measurements, the loss and the limits that frame it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[schemars(title = "Saddlepoint scenario", extend(
    "required" = ["schema", "name"],
    "anyOf" = [{"required": ["source"]}, {"required": ["channels"]}, {"required": ["coverage"]}, {"required": ["graph"]}],
))]
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
    /// The measurements or the plain game, under a name of one's own: `[source.main]`. Several are several victims.
    #[schemars(default)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub source: BTreeMap<String, SourceTable>,
    /// The measurements of each channel, where the attacker may choose among several: `[channels.image]`.
    #[schemars(default)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub channels: BTreeMap<String, ChannelTable>,
    /// Threats and the stages they pass, in place of measurements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CoverageTable>,
    /// Stages and the steps between them, in place of measurements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<GraphTable>,
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
    /// What the active defences may cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<BudgetTable>,
    /// Resources beside the budget.
    #[schemars(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource: Vec<ResourceTable>,
    /// What a set of defences does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composition: Option<CompositionTable>,
    /// Stages that an attack must pass, each with the defences that can guard it: at most one of them is deployed.
    #[schemars(default)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stage: Vec<StageTable>,
    /// Types of attacker, for `bayesian`.
    #[schemars(default)]
    #[serde(rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<TypeTable>,
    /// What to do about cells that nobody measured.
    #[schemars(default)]
    pub missing: MissingTable,
    /// Sampling noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoiseTable>,
    /// What-if questions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stress: Option<StressTable>,
    /// The game as a channel, in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<BitsTable>,
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
    /// Channels that an attack uses together, where they are more than its own: a cross-modal attack.
    #[schemars(default)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub footprint: BTreeMap<String, Vec<Name>>,
    /// What a defence looks at; `single` unless given.
    #[schemars(default)]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sees: BTreeMap<String, Sees>,
    /// Metric of benign rows: how often a defence blocks what is harmless, for cross-modal attacks and for the share of
    /// false alarms. A metric of what is let through is turned round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_positives: Option<Name>,
    /// Who decided what counts as a success; without it nothing is known, and nothing is said about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<Judge>,
}

/// Who decided what counts as a success of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judge {
    /// One automatic judge: a model, a classifier or a list of words.
    Automatic,
    /// Several judges, whose verdicts were compared.
    Several,
    /// People.
    Human,
}

/// What a defence looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sees {
    /// Each channel alone: an input whose parts are each harmless looks benign to it.
    Single,
    /// All channels of an input together.
    Joint,
}

/// An attacker of one type: what it attacks and which attacks it knows.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["name", "prior"]))]
pub struct TypeTable {
    /// Name in results.
    pub name: String,
    /// How probable the type is; the priors of all types sum to 1.
    pub prior: Number,
    /// The system that it attacks, one of `game.victims`; the source's model without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub victim: Option<Name>,
    /// The attacks that it knows; all without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacks: Option<Vec<Name>>,
    /// Attacks that it does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop_attacks: Option<Vec<Name>>,
}

/// What is played.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
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
    /// What a pure strategy of the defender is, where there are channels, a budget or sets of defences.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    /// How little the attacker may spread, in [0, 1], for `cvar`: 0 is its prior, 1 the worst attack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beta: Option<Number>,
    /// For `quantal`, the attacker's precision per unit of loss, above 0; for `stackelberg`, what one unit of
    /// `loss.attacker_cost` is worth to the attacker, at least 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<Number>,
    /// Probabilities: of each victim for `bayesian`, of each attack for `cvar`; uniform without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prior: Option<BTreeMap<String, Number>>,
    /// Several systems under attack, by their names in the table, for `robust`, `regret` and `bayesian`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub victims: Option<Vec<Name>>,
    /// Independent attempts per session; 1 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tries: Option<usize>,
    /// Whether the defence is drawn anew at each try or once a session; `fresh` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
    /// Metrics of benign rows to improve in this order, without giving up any value, for `lexicographic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Vec<Name>>,
}

/// When the defence is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// At each try; one attack is repeated.
    Fresh,
    /// Once a session; the attacker picks a multiset of attacks.
    Sticky,
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
    /// The defender commits against an attacker with costs of its own, who answers best.
    Stackelberg,
    /// The attacker knows its type, the defender only how probable each is.
    Bayesian,
    /// The worst of several victims.
    Robust,
    /// The worst excess over what was possible on each of several victims.
    Regret,
    /// The attacker cannot put all its weight on one attack.
    Cvar,
    /// The attacker mostly, but not always, picks what hurts.
    Quantal,
    /// Stages are watched, not defences deployed.
    Coverage,
    /// The value first, then other metrics in order.
    Lexicographic,
}

impl Concept {
    /// Every concept.
    pub const ALL: [Self; 10] = [
        Self::Mixed,
        Self::Pure,
        Self::Stackelberg,
        Self::Bayesian,
        Self::Robust,
        Self::Regret,
        Self::Cvar,
        Self::Quantal,
        Self::Coverage,
        Self::Lexicographic,
    ];

    /// The name in files and results.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Pure => "pure",
            Self::Stackelberg => "stackelberg",
            Self::Bayesian => "bayesian",
            Self::Robust => "robust",
            Self::Regret => "regret",
            Self::Cvar => "cvar",
            Self::Quantal => "quantal",
            Self::Coverage => "coverage",
            Self::Lexicographic => "lexicographic",
        }
    }

    /// Whether the game is one matrix game whose defender may mix, however its matrix came about.
    #[must_use]
    pub fn is_matrix_game(self) -> bool {
        matches!(self, Self::Mixed | Self::Pure | Self::Robust | Self::Regret | Self::Coverage)
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
    /// Share of requests that are attacks, in [0, 1]: part of the loss in `base-rate`; in `weighted` it only says what
    /// `w` makes a harm worth, see [`Translation`](super::Translation).
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
    /// Metric of what an attack costs the attacker, read from the same rows as the security metric, for `stackelberg`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacker_cost: Option<Name>,
    /// The unit of the loss in words, for `base-rate`: what `h`, `g`, `b`, `r` and the prices count; "lost tasks" unless
    /// given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
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
    /// The channel whose defences are meant, where there are channels; all of them without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Name>,
    /// Which rows the metric is read from; `benign` unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<MetricRows>,
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

/// Which rows of a table a limited metric is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MetricRows {
    /// Benign traffic.
    Benign,
    /// The attacks of the game: of each defence's numbers the worst, so that the limit holds under any attack.
    WorstAttack,
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
    /// Whether a missing rate under a defence is taken to be at most the undefended one, for `bounds`. It is an
    /// assumption that published tables break in a tenth of their cells, so it warns.
    #[schemars(default)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub monotone: bool,
}

impl Default for MissingTable {
    fn default() -> Self {
        Self { mode: MissingMode::Error, range: default_range(), monotone: false }
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
    /// The least probability of learning the draw at which mixing is worth nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_even_leak: Option<Number>,
    /// Where the best single defence changes along the first swept key of the loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub switches: Option<Vec<Number>>,
    /// Bounds at which the slope of the Pareto front of the first constraint changes, over the sweep's range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinks: Option<Vec<Number>>,
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
    /// What the swept key is, in words with its unit; made from the key without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x_label: Option<String>,
    /// What the loss axis measures, in words; made from the metric without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// What a `ranking` ranks; `measurements` where cells are missing, else `defences`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Ranked>,
    /// Title; the scenario's without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// What a ranking ranks, at the first point of the sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ranked {
    /// Attacks, by how far the value falls without each.
    Attacks,
    /// Defences, by how far the value rises without each.
    Defences,
    /// Missing cells, by how much a measurement narrows the interval of the value at least.
    Measurements,
}

impl Ranked {
    /// Every choice, by its name in files.
    pub(super) const WORDS: [(&str, Self); 3] =
        [("attacks", Self::Attacks), ("defences", Self::Defences), ("measurements", Self::Measurements)];
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
    /// The value along the sweep, one line for each setting of the other swept keys, with its interval.
    Lines,
    /// The loss matrix with both mixes on its margins.
    Payoffs,
    /// One row for each setting or baseline: the value with its interval, and the best single defence.
    Bars,
    /// Loss and regret of the mix tuned on one system when another is attacked.
    Transfer,
    /// What sampling noise leaves of one game's value: estimate, interval, bracket and certificate, under each other.
    Uncertainty,
    /// A ranked list, the most important first: ablations, the next measurements.
    Ranking,
}

impl FigureKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Allocation,
        Self::AttackMix,
        Self::Frontier,
        Self::Lines,
        Self::Payoffs,
        Self::Bars,
        Self::Transfer,
        Self::Uncertainty,
        Self::Ranking,
    ];

    /// The name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allocation => "allocation",
            Self::AttackMix => "attack-mix",
            Self::Frontier => "frontier",
            Self::Lines => "lines",
            Self::Payoffs => "payoffs",
            Self::Bars => "bars",
            Self::Transfer => "transfer",
            Self::Uncertainty => "uncertainty",
            Self::Ranking => "ranking",
        }
    }
}
