//! A stage graph: the attacker walks from its entry to its goal, the defender inspects one arc of the way.
//!
//! Rows are the simple routes, columns the arcs, and the loss is the probability of passing unseen: `1 - p_e` where the
//! inspected arc `e` is on the route, else 1. By Washburn and Wood's theorem the value is `1 - 1/F` with `F` the largest
//! flow under capacities `1/p_e`, and the inspections lie on a least cut: the choke points.

use super::ScenarioFile;
use super::loss::{Factor, Part};
use super::parameters::Parameters;
use super::reader::{Problems, TableReader};
use super::template::{Column, Template};
use super::value::Number;
use crate::diagnostic::Diagnostic;
use crate::inspection::{Arc, InspectionGame};
use crate::matrix::PayoffKind;
use crate::payoffs::Payoffs;
use crate::rational::{Rational, is_share};
use schemars::JsonSchema;
use serde::Serialize;

/// Most routes that are laid out.
const ROUTES_MOST: usize = 4_096;

/// The ends of the attacker's way.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["entry", "goal", "arc"]))]
pub struct GraphTable {
    /// The stage at which the attacker starts.
    pub entry: String,
    /// The stage that it wants to reach.
    pub goal: String,
    /// The steps between stages.
    pub arc: Vec<ArcTable>,
}

/// One step between two stages.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields, extend("required" = ["name", "from", "to", "detection"]))]
pub struct ArcTable {
    /// What is inspected there.
    pub name: String,
    /// The stage that it leaves.
    pub from: String,
    /// The stage that it enters.
    pub to: String,
    /// Probability, in [0, 1], that an inspection detects the attacker on it.
    pub detection: Number,
}

pub(super) fn read_graph(table: TableReader<'_>) -> GraphTable {
    let arcs: Vec<_> = table.tables("arc").into_iter().map(read_arc).collect();
    if arcs.is_empty() {
        table.missing("arc", "an array of tables `[[graph.arc]]`");
    }
    let graph = GraphTable { entry: table.required_text("entry"), goal: table.required_text("goal"), arc: arcs };
    for (k, arc) in graph.arc.iter().enumerate() {
        if graph.arc[..k].iter().any(|other| other.name == arc.name) {
            table.report("arc", Diagnostic::error("duplicate-name", format!("two arcs are named `{}`", arc.name)));
        }
    }
    table.finish();
    graph
}

fn read_arc(table: TableReader<'_>) -> ArcTable {
    if table.node("detection").is_none() {
        table.missing("detection", "a probability from 0 to 1");
    }
    let detection = table.number_in("detection", is_share, "a probability from 0 to 1");
    let arc = ArcTable {
        name: table.required_text("name"),
        from: table.required_text("from"),
        to: table.required_text("to"),
        detection: Number(detection.unwrap_or(Rational::ZERO)),
    };
    table.finish();
    arc
}

impl GraphTable {
    /// The stages by name, in order of appearance: the entry, the goal, the others.
    #[must_use]
    pub fn stages(&self) -> Vec<&str> {
        let mut stages = vec![self.entry.as_str()];
        let ends = self.arc.iter().flat_map(|arc| [arc.from.as_str(), arc.to.as_str()]);
        for stage in std::iter::once(self.goal.as_str()).chain(ends) {
            if !stages.contains(&stage) {
                stages.push(stage);
            }
        }
        stages
    }

    /// The same graph by numbers; `None` if no route leads to the goal.
    #[must_use]
    pub fn inspection(&self) -> Option<InspectionGame> {
        let stages = self.stages();
        let number = |stage: &str| stages.iter().position(|other| *other == stage);
        let arcs = self.arc.iter().map(|arc| {
            let (from, to) = (number(&arc.from)?, number(&arc.to)?);
            Some(Arc { name: arc.name.clone(), from, to, detection: arc.detection.0.clone() })
        });
        InspectionGame::new(stages.len(), arcs.collect::<Option<_>>()?, 0, number(&self.goal)?).ok()
    }

    /// Every simple route, as positions of arcs, depth first in the order of the arcs; `None` if they are too many.
    fn routes(&self) -> Option<Vec<Vec<usize>>> {
        let mut routes = Vec::new();
        let mut visited = vec![self.entry.as_str()];
        self.extend(&mut Vec::new(), &mut visited, &mut routes).then_some(routes)
    }

    fn extend<'a>(&'a self, route: &mut Vec<usize>, visited: &mut Vec<&'a str>, routes: &mut Vec<Vec<usize>>) -> bool {
        let Some(&stage) = visited.last() else { return true };
        if stage == self.goal {
            routes.push(route.clone());
            return routes.len() <= ROUTES_MOST;
        }
        for (k, arc) in self.arc.iter().enumerate() {
            if arc.from != stage || visited.contains(&arc.to.as_str()) {
                continue;
            }
            route.push(k);
            visited.push(&arc.to);
            let goes_on = self.extend(route, visited, routes);
            route.pop();
            visited.pop();
            if !goes_on {
                return false;
            }
        }
        true
    }
}

/// A template on a stage graph.
pub(super) fn lay_out(file: &ScenarioFile, graph: &GraphTable, problems: &Problems) -> Option<Template> {
    let refuse = |key: &str, problem: Diagnostic| {
        let place = file.document.place_of(key).unwrap_or_default();
        problems.push(file.locate(problem, &place).key(key));
    };
    if graph.inspection().is_none() {
        let problem =
            Diagnostic::error("no-route", format!("no route leads from `{}` to `{}`", graph.entry, graph.goal));
        refuse("graph.goal", problem);
        return None;
    }
    let Some(routes) = graph.routes() else {
        let problem = Diagnostic::error("too-many", format!("more than {ROUTES_MOST} routes lead to the goal"));
        refuse("graph.arc", problem);
        return None;
    };
    let loss = |route: &Vec<usize>, k: usize| {
        if route.contains(&k) { Rational::ONE - &graph.arc[k].detection.0 } else { Rational::ONE }
    };
    let loss = &loss;
    let entries = routes.iter().flat_map(|route| (0..graph.arc.len()).map(move |k| loss(route, k))).collect();
    let name = |route: &Vec<usize>| route.iter().map(|k| graph.arc[*k].name.as_str()).collect::<Vec<_>>().join(" > ");
    let attacks: Vec<_> = routes.iter().map(name).collect();
    let arcs: Vec<_> = graph.arc.iter().map(|arc| arc.name.clone()).collect();
    Some(Template {
        parameters: Parameters::of(&file.scenario, &attacks),
        row_channels: vec![None; attacks.len()],
        columns: arcs.iter().map(|arc| Column { channel: None, defences: vec![arc.clone()] }).collect(),
        base: arcs.iter().map(|arc| (None, arc.clone())).collect(),
        attacks: attacks.into(),
        defences: arcs.into(),
        loss_name: "probability of passing unseen".to_owned(),
        ..Template::of_parts(PayoffKind::Rational, vec![Part { factor: Factor::One, payoffs: Payoffs::new(entries) }])
    })
}
