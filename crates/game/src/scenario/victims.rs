//! One source, or several victims and types of attacker: the rows of all of them, one group under another.

use super::defender::Strategy;
use super::limits;
use super::loss::Part;
use super::parameters::Parameters;
use super::schema::{Concept, SourceTable};
use super::stack;
use super::template::{Group, Tables, Template};
use super::warnings;
use crate::diagnostic::Diagnostic;
use crate::matrix::PayoffKind;
use crate::payoffs::Payoffs;
use crate::rational::Rational;

/// A victim or a type: name, prior, path of its source, its source.
pub(super) type Wanted = (String, Rational, String, SourceTable);

/// A template on `[source]`.
pub(super) fn lay_out(tables: &Tables<'_>) -> Option<Template> {
    let scenario = &tables.file.scenario;
    let wanted = wanted(tables)?;
    let mut template = if let ([(_, _, path, source)], true) = (wanted.as_slice(), scenario.types.is_empty()) {
        tables.one(path, source)?
    } else {
        let mut groups = Vec::new();
        for (name, prior, path, source) in wanted {
            groups.push((name, prior, tables.one(&path, &source)));
        }
        let groups: Vec<_> =
            groups.into_iter().map(|(name, prior, found)| Some((name, prior, found?))).collect::<Option<_>>()?;
        stacked(tables, groups)?
    };
    if scenario.game.strategy == Some(Strategy::Portfolios) {
        return stack::within(tables, &template);
    }
    limits::add_budgets(tables, &mut template, &Rational::ONE);
    Some(template)
}

pub(super) fn wanted(tables: &Tables<'_>) -> Option<Vec<Wanted>> {
    let scenario = &tables.file.scenario;
    let game = &scenario.game;
    let (first_name, first) = scenario.source.iter().next()?;
    let path = |name: &str| format!("source.{name}");
    let several = matches!(game.concept, Concept::Robust | Concept::Regret | Concept::Bayesian);
    if !several {
        return Some(vec![(first_name.clone(), Rational::ONE, path(first_name), first.clone())]);
    }
    if !scenario.types.is_empty() {
        let of = |kind: &super::schema::TypeTable| {
            let source = SourceTable {
                model: kind.victim.clone().or_else(|| first.model.clone()),
                attacks: kind.attacks.clone().or_else(|| first.attacks.clone()),
                drop_attacks: kind.drop_attacks.clone().or_else(|| first.drop_attacks.clone()),
                ..first.clone()
            };
            (kind.name.clone(), kind.prior.0.clone(), path(first_name), source)
        };
        return Some(scenario.types.iter().map(of).collect());
    }
    let mut wanted: Vec<Wanted> = match &game.victims {
        Some(victims) => victims
            .iter()
            .map(|victim| {
                let source = SourceTable { model: Some(victim.clone()), ..first.clone() };
                (victim.text.clone(), Rational::ZERO, path(first_name), source)
            })
            .collect(),
        None => scenario
            .source
            .iter()
            .map(|(name, source)| (name.clone(), Rational::ZERO, path(name), source.clone()))
            .collect(),
    };
    let uniform = Rational::ONE / Rational::from(wanted.len());
    let mut sum = Rational::ZERO;
    for (name, prior, _, _) in &mut wanted {
        *prior = match &game.prior {
            Some(priors) => priors.get(name).map_or(Rational::ZERO, |number| number.0.clone()),
            None => uniform.clone(),
        };
        sum += &*prior;
    }
    let unknown = game.prior.iter().flatten().find(|(name, _)| wanted.iter().all(|(known, ..)| known != *name));
    let place = || tables.file.document.place_of("game.prior").unwrap_or_default();
    if let Some((name, _)) = unknown {
        let problem = Diagnostic::error("unknown-name", format!("unknown victim `{name}`"));
        let problem = problem.suggest(name, wanted.iter().map(|(known, ..)| known.as_str()));
        tables.problems.push(tables.file.locate(problem, &place()).key("game.prior"));
        return None;
    }
    if sum != Rational::ONE || wanted.iter().any(|(_, prior, ..)| prior.is_zero()) {
        let problem = Diagnostic::error("out-of-range", "the priors are no distribution over the victims");
        let problem = problem.expected("a probability above 0 for each victim, 1 in all");
        tables.problems.push(tables.file.locate(problem, &place()).key("game.prior"));
        return None;
    }
    Some(wanted)
}

/// The rows of all groups under one another. They share the defences, and the limits on them.
fn stacked(tables: &Tables<'_>, groups: Vec<(String, Rational, Template)>) -> Option<Template> {
    let (_, _, first) = groups.first()?;
    let place = tables.file.document.place_of("game.victims").or_else(|| tables.file.document.place_of("source"));
    let place = place.unwrap_or_default();
    for (name, _, other) in &groups {
        let refuse =
            |problem: Diagnostic| tables.problems.push(tables.file.locate(problem, &place).key("game.victims"));
        if other.defences != first.defences {
            let here = |name: &&String| !other.defences.contains(name) || !first.defences.contains(name);
            let differ: Vec<_> = first.defences.iter().chain(other.defences.iter()).filter(here).cloned().collect();
            refuse(
                Diagnostic::error("other-defences", format!("`{name}` was not measured under the same defences"))
                    .found(if differ.is_empty() { "another order".to_owned() } else { differ.join(", ") })
                    .hint("name those that all victims share in `defences`"),
            );
            return None;
        }
        if other.constraints != first.constraints {
            refuse(
                Diagnostic::error("other-limits", format!("the limited metrics of `{name}` are others"))
                    .expected("the same numbers for every victim: one mix cannot be limited in several ways at once"),
            );
            return None;
        }
    }
    let columns = first.defences.clone();
    let is_open = groups.iter().any(|(_, _, group)| !group.lowest.is_empty());
    let mut template = Template {
        constraints: first.constraints.clone(),
        columns: first.columns.clone(),
        base: first.base.clone(),
        channel: first.channel.clone(),
        loss_name: first.loss_name.clone(),
        parameters: Parameters { harm: Vec::new(), ..first.parameters.clone() },
        terms: first.terms.clone(),
        refused: first.refused.clone(),
        trials: groups.iter().map(|(_, _, group)| group.trials).min().flatten(),
        has_rates: groups.iter().all(|(_, _, group)| group.has_rates),
        detectors: first.detectors.clone(),
        ..Template::of_parts(PayoffKind::Rational, Vec::new())
    };
    for part in 0..first.highest.len() {
        let under = |end: fn(&Template) -> &[Part]| {
            let entries = groups.iter().filter_map(|(_, _, group)| Some(end(group).get(part)?.payoffs.to_rationals()));
            Part { factor: first.highest[part].factor, payoffs: Payoffs::new(entries.flatten().collect()) }
        };
        template.highest.push(under(|group| &group.highest));
        if is_open {
            template.lowest.push(under(|group| if group.lowest.is_empty() { &group.highest } else { &group.lowest }));
        }
    }
    let own: Vec<_> = groups.iter().map(|(name, _, group)| (name.as_str(), group.warnings.as_slice())).collect();
    template.warnings = warnings::merged(&own);
    let mut attacks = Vec::new();
    for (name, prior, group) in groups {
        let rows = attacks.len()..attacks.len() + group.attacks.len();
        attacks.extend(group.attacks.iter().map(|attack| format!("{name}: {attack}")));
        template.row_channels.extend(group.row_channels);
        template.parameters.harm.extend(group.parameters.harm);
        template.groups.push(Group { name, prior, rows });
    }
    template.attacks = attacks.into();
    template.defences = columns;
    Some(template)
}
