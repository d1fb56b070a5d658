//! What the defender may deploy: channels, budgets, resources, and how defences combine.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::reader::TableReader;
use super::schema::SourceTable;
use super::value::Number;
use crate::diagnostic::Diagnostic;
use crate::rational::{Rational, is_nonnegative, is_share};

/// What a pure strategy of the defender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// At most one defence a channel: the loss is linear in the probabilities of single defences.
    Marginals,
    /// Sets of defences within hard budgets; `[composition]` says what a set does.
    Portfolios,
}

/// A channel, with the measurements of what arrives through it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ChannelTable {
    /// The measurements.
    #[serde(flatten)]
    pub source: SourceTable,
    /// Most that the channel's active defences may cost, in expectation for `marginals`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Number>,
}

/// A budget over all channels.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["max"]))]
pub struct BudgetTable {
    /// Most that the active defences may cost, in the unit of the costs: in expectation for single defences and
    /// `marginals`, in every draw for `portfolios`.
    pub max: Number,
    /// Cost of an active defence that `cost` does not name; 1 unless given. `no_defense` is free unless named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Number>,
    /// Cost of single defences, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub cost: BTreeMap<String, Number>,
}

/// A resource beside the budget: memory, reviewers, milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["name", "max"]))]
pub struct ResourceTable {
    /// Name in results and in paths (`resource.NAME.max`).
    pub name: String,
    /// As in `[budget]`.
    #[serde(flatten)]
    pub budget: BudgetTable,
}

/// What a set of defences does to one attack.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["rule"]))]
pub struct CompositionTable {
    /// How the rates of single defences combine; there is no default, since none is safe to assume.
    pub rule: Rule,
    /// Correlation between the layers for `correlated`, in [0, 1].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Number>,
    /// Most defences in a set; any number without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<usize>,
}

/// A stage that an attack must pass.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["name", "guards"]))]
pub struct StageTable {
    /// Name, for messages.
    pub name: String,
    /// The defences that can guard it, of which at most one does.
    pub guards: Vec<super::value::Name>,
}

/// How the rates of single defences combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Only sets that were measured as such.
    Measured,
    /// Layers miss independently, given that the attack works undefended.
    Independent,
    /// The Fréchet bounds: nothing is assumed but that each layer only blocks.
    Bounds,
    /// A stated correlation between the layers.
    Correlated,
}

/// Which stages of an attack's flow are watched.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["file", "stages", "monitors"]))]
pub struct CoverageTable {
    /// A table of threats with a 0/1 column `flow_STAGE` for each stage, relative to the scenario's folder.
    pub file: String,
    /// The stages that may be watched.
    pub stages: Vec<super::value::Name>,
    /// How many stages are watched at a time.
    pub monitors: usize,
}

/// The words for [`Strategy`].
pub(super) const STRATEGIES: [(&str, Strategy); 2] =
    [("marginals", Strategy::Marginals), ("portfolios", Strategy::Portfolios)];

/// Reads the keys of a budget from a table that may have more.
pub(super) fn read_budget(table: &TableReader<'_>) -> BudgetTable {
    let price = |key| table.number_in(key, is_nonnegative, "a number that is at least 0").map(Number);
    if table.node("max").is_none() {
        table.missing("max", "a number that is at least 0");
    }
    BudgetTable {
        max: price("max").unwrap_or(Number(Rational::ZERO)),
        unit_cost: price("unit_cost"),
        cost: table.table("cost").map(|inner| numbers_by_name(&inner, "cost")).unwrap_or_default(),
    }
}

/// Numbers that are at least 0, by a name of the user's own.
pub(super) fn numbers_by_name(table: &TableReader<'_>, of: &str) -> BTreeMap<String, Number> {
    let mut numbers = BTreeMap::new();
    for (name, place, node) in table.own_entries() {
        let Some(number) = table.number_at(name, node) else { continue };
        if is_nonnegative(&number) {
            numbers.insert(name.to_owned(), Number(number));
        } else {
            let problem = Diagnostic::error("out-of-range", format!("the {of} of `{name}` is negative"));
            table.report_at(name, place, problem.expected("a number that is at least 0"));
        }
    }
    numbers
}

pub(super) fn read_channel(table: TableReader<'_>) -> ChannelTable {
    let source = super::read::source_keys(&table);
    let budget = table.number_in("budget", is_nonnegative, "a number that is at least 0").map(Number);
    table.finish();
    ChannelTable { source, budget }
}

pub(super) fn read_budget_table(table: TableReader<'_>) -> BudgetTable {
    let budget = read_budget(&table);
    table.finish();
    budget
}

pub(super) fn read_resource(table: TableReader<'_>) -> ResourceTable {
    let resource = ResourceTable { name: table.required_text("name"), budget: read_budget(&table) };
    table.finish();
    resource
}

pub(super) fn read_composition(table: TableReader<'_>) -> CompositionTable {
    let rules = [
        ("measured", Rule::Measured),
        ("independent", Rule::Independent),
        ("bounds", Rule::Bounds),
        ("correlated", Rule::Correlated),
    ];
    if table.node("rule").is_none() {
        table.missing("rule", "how rates combine: `measured`, `independent`, `bounds` or `correlated`");
    }
    let rule = table.choice("rule", &rules).unwrap_or(Rule::Bounds);
    let correlation = table.number_in("correlation", is_share, "a correlation from 0 to 1").map(Number);
    if (rule == Rule::Correlated) != table.node("correlation").is_some() {
        let problem = if rule == Rule::Correlated {
            Diagnostic::error("missing-key", "`correlated` needs `correlation`").expected("a correlation from 0 to 1")
        } else {
            Diagnostic::error("unused-key", "`correlation` has a meaning for the rule `correlated` only")
        };
        table.report("correlation", problem);
    }
    let max_size = table.count("max_size");
    table.finish();
    CompositionTable { rule, correlation, max_size }
}

pub(super) fn read_stage(table: TableReader<'_>) -> StageTable {
    let guards = super::read::names(&table, "guards");
    if guards.is_none() {
        table.missing("guards", "a list of defences");
    }
    let stage = StageTable { name: table.required_text("name"), guards: guards.unwrap_or_default() };
    table.finish();
    stage
}

pub(super) fn read_coverage(table: TableReader<'_>) -> CoverageTable {
    let stages = super::read::names(&table, "stages");
    if stages.is_none() {
        table.missing("stages", "a list of stages");
    }
    if table.node("monitors").is_none() {
        table.missing("monitors", "a positive integer");
    }
    let coverage = CoverageTable {
        file: table.required_text("file"),
        stages: stages.unwrap_or_default(),
        monitors: table.count("monitors").unwrap_or(1),
    };
    if coverage.monitors > coverage.stages.len() {
        let problem = Diagnostic::error("out-of-range", "more monitors than stages");
        table.report("monitors", problem.expected(format!("at most {}", coverage.stages.len())));
    }
    table.finish();
    coverage
}
