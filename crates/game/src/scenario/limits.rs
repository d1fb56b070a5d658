//! Budgets and resources as limits on the defender's mix, in expectation.

use std::collections::BTreeMap;

use super::defender::{BudgetTable, Strategy};
use super::schema::{On, Scenario};
use super::template::{Tables, Template};
use super::value::Number;
use crate::constraint::{Constraint, Sense};
use crate::diagnostic::Diagnostic;
use crate::measured::BASELINE;
use crate::rational::Rational;

/// A budget of the scenario: its name in results, its path, what it may come to, and the channel that it is for.
pub(super) struct Limit<'a> {
    pub(super) name: String,
    /// Path of its bound.
    pub(super) path: String,
    pub(super) max: &'a Number,
    /// Costs; those of `[budget]` for a channel's own.
    pub(super) costs: Option<&'a BudgetTable>,
    pub(super) channel: Option<&'a str>,
}

/// The budgets of a scenario in the order in which their bounds stand: the budget, those of channels, the resources.
pub(super) fn budgets(scenario: &Scenario) -> Vec<Limit<'_>> {
    let own = scenario.budget.as_ref();
    let budget = own.map(|budget| Limit {
        name: "budget".to_owned(),
        path: "budget.max".to_owned(),
        max: &budget.max,
        costs: Some(budget),
        channel: None,
    });
    let channels = scenario.channels.iter().filter_map(|(name, channel)| {
        Some(Limit {
            name: format!("budget:{name}"),
            path: format!("channels.{name}.budget"),
            max: channel.budget.as_ref()?,
            costs: own,
            channel: Some(name),
        })
    });
    let resources = scenario.resource.iter().map(|resource| Limit {
        name: resource.name.clone(),
        path: format!("resource.{}.max", resource.name),
        max: &resource.budget.max,
        costs: Some(&resource.budget),
        channel: None,
    });
    budget.into_iter().chain(channels).chain(resources).collect()
}

/// The place of a budget's bound among those that hold in expectation; `None` for a path that is none.
pub(super) fn position(scenario: &Scenario, path: &str) -> Option<usize> {
    if scenario.game.strategy == Some(Strategy::Portfolios) {
        return None;
    }
    let expected = scenario.constraint.iter().filter(|constraint| constraint.on == On::Expected).count();
    budgets(scenario).iter().position(|limit| limit.path == path).map(|position| expected + position)
}

impl Limit<'_> {
    /// What a single defence costs.
    pub(super) fn cost(&self, channel: Option<&str>, defence: &str) -> Rational {
        if self.channel.is_some_and(|own| channel != Some(own)) {
            return Rational::ZERO;
        }
        let named = |costs: &BTreeMap<String, Number>| {
            let full = channel.map(|channel| format!("{channel}:{defence}"));
            let found = full.and_then(|full| costs.get(&full)).or_else(|| costs.get(defence));
            found.map(|number| number.0.clone())
        };
        let unit = || match self.costs.and_then(|costs| costs.unit_cost.as_ref()) {
            _ if defence == BASELINE => Rational::ZERO,
            Some(unit) => unit.0.clone(),
            None => Rational::ONE,
        };
        self.costs.and_then(|costs| named(&costs.cost)).unwrap_or_else(unit)
    }

    /// Reports costs of defences that the game does not have.
    pub(super) fn check_names(&self, tables: &Tables<'_>, template: &Template) {
        let Some(costs) = self.costs else { return };
        let known: Vec<_> = template.base.iter().map(|(_, name)| name.as_str()).collect();
        for name in costs.cost.keys() {
            let is_full = template.base.iter().any(|(channel, defence)| {
                channel.as_ref().is_some_and(|channel| *name == format!("{channel}:{defence}"))
            });
            if !is_full && !known.contains(&name.as_str()) {
                let table = self.path.trim_end_matches(".max");
                let place = tables.file.document.place_of(&format!("{table}.cost")).unwrap_or_default();
                let problem = Diagnostic::error("unknown-name", format!("unknown defence `{name}`"));
                let problem = problem.suggest(name, known.iter().copied());
                tables.problems.push(tables.file.locate(problem, &place).key(format!("{table}.cost")));
            }
        }
    }
}

/// Adds the scenario's budgets to a template whose columns are single defences, each played with `1 / scale` of its
/// marginal probability.
pub(super) fn add_budgets(tables: &Tables<'_>, template: &mut Template, scale: &Rational) {
    for limit in budgets(&tables.file.scenario) {
        limit.check_names(tables, template);
        let cost = |column: &super::template::Column| {
            let costs = column.defences.iter().map(|defence| limit.cost(column.channel.as_deref(), defence));
            costs.fold(Rational::ZERO, |sum, cost| sum + cost) * scale
        };
        template.constraints.push(Constraint {
            metric: "cost of active defences".to_owned(),
            sense: Sense::Cap,
            bound: limit.max.0.clone(),
            coefficients: template.columns.iter().map(cost).collect(),
            name: limit.name,
        });
    }
}
