//! Sets of defences as the defender's pure strategies.
//!
//! The rates of single defences, with the undefended rate, become a [`PortfolioGame`] under the rule of
//! `[composition]`; a set that was measured as such is played as measured. Budgets and `every-draw` limits are hard: each
//! set keeps them. Limits in expectation need the metric of a set, which is taken as: a share that is capped, such as
//! over-refusal, compounds (`1 - Π (1 - c_d)`); any other cost adds up. How utilities combine nobody knows, so a floor on
//! one is refused.
//!
//! Over several channels a defence acts on the attacks of its own channel. On a cross-modal attack of another channel
//! whose footprint it covers nothing was measured: it leaves between 0 and the undefended rate. A defence that sees each
//! channel alone takes the parts of such an attack for benign traffic, so it stops no larger share of them than it stops
//! of benign traffic, and leaves at least `(1 - FPR) s`.

use std::sync::Arc;

use super::defender::Rule;
use super::limits;
use super::loss::{Factor, Part};
use super::parameters::Parameters;
use super::schema::{On, Sees};
use super::template::{Column, Tables, Template};
use super::warnings;
use crate::constraint::{Constraint, Sense};
use crate::diagnostic::Diagnostic;
use crate::matrix::{DefenceId, Names, PayoffKind};
use crate::measured::BASELINE;
use crate::portfolio::{Burden, Composition, End, Limit, Portfolio, PortfolioError, PortfolioGame, Rate, Stack};
use crate::rational::Rational;

/// What stands between the defences of a stack in a name.
const JOIN: &str = " + ";

/// Most sets that are laid out as columns; beyond them they are searched.
const COLUMNS_MOST: usize = 4_096;

/// Single defences with what is known of them.
struct Singles<'a> {
    /// Channel and name of each, without the undefended system.
    names: Vec<(Option<&'a str>, &'a str)>,
    attacks: Names,
    undefended: Vec<Rate>,
    /// Attack by attack.
    rates: Vec<Rate>,
    stacks: Vec<Stack>,
    row_channels: Vec<Option<String>>,
    /// Each constraint with its metric of each single defence, and that of the undefended system.
    constraints: Vec<(Constraint, Vec<Rational>, Rational)>,
}

/// Portfolios of the defences of one source.
pub(super) fn within(tables: &Tables<'_>, template: &Template) -> Option<Template> {
    let refuse = |problem: Diagnostic| {
        let place = tables.file.document.place_of("game.strategy").unwrap_or_default();
        tables.problems.push(tables.file.locate(problem, &place).key("game.strategy"));
    };
    if template.highest.len() != 1 || !template.groups.is_empty() {
        refuse(
            Diagnostic::error("unused-key", "sets of defences are composed from one success rate")
                .expected("`loss.form = \"single\"` and one victim")
                .hint("put utility and cost into constraints"),
        );
        return None;
    }
    let defences = template.defences.clone();
    let Some(baseline) = defences.iter().position(|defence| defence == BASELINE) else {
        refuse(no_baseline());
        return None;
    };
    let names: Vec<_> = defences.iter().map(String::as_str).collect();
    let parts = |name: &str| -> Option<Vec<usize>> {
        let parts: Option<Vec<_>> =
            name.split(JOIN).map(|part| names.iter().position(|other| *other == part)).collect();
        parts.filter(|parts| parts.len() > 1)
    };
    let single: Vec<usize> = (0..names.len()).filter(|j| *j != baseline && parts(names[*j]).is_none()).collect();
    let rate = rates(template)?;
    let rows = template.attacks.len();
    let position = |j: usize| single.iter().position(|other| *other == j).map(DefenceId);
    let stacks = (0..names.len()).filter_map(|j| {
        let order = parts(names[j])?.into_iter().map(position).collect::<Option<Vec<_>>>()?;
        Some(Stack { order, rates: (0..rows).map(|i| Some(rate(i, j))).collect() })
    });
    let singles = Singles {
        names: single.iter().map(|j| (None, names[*j])).collect(),
        attacks: template.attacks.clone(),
        undefended: (0..rows).map(|i| rate(i, baseline)).collect(),
        rates: (0..rows).flat_map(|i| single.iter().map(move |j| (i, *j))).map(|(i, j)| rate(i, j)).collect(),
        stacks: stacks.collect(),
        row_channels: template.row_channels.clone(),
        constraints: template
            .constraints
            .iter()
            .map(|constraint| {
                let own = single.iter().map(|j| constraint.coefficients[*j].clone()).collect();
                (constraint.clone(), own, constraint.coefficients[baseline].clone())
            })
            .collect(),
    };
    lay_out(tables, &singles, template)
}

/// Portfolios over all channels.
pub(super) fn across(tables: &Tables<'_>, channels: &[(&str, Template)]) -> Option<Template> {
    let mut singles = Singles {
        names: Vec::new(),
        attacks: super::blocks::attack_names(channels).into(),
        undefended: Vec::new(),
        rates: Vec::new(),
        stacks: Vec::new(),
        row_channels: Vec::new(),
        constraints: Vec::new(),
    };
    let place = || tables.file.document.place_of("channels").unwrap_or_default();
    for (name, channel) in channels {
        for defence in channel.defences.iter().filter(|defence| *defence != BASELINE) {
            singles.names.push((Some(*name), defence));
        }
        if !channel.defences.iter().any(|defence| defence == BASELINE) {
            tables.problems.push(tables.file.locate(no_baseline(), &place()).key(format!("channels.{name}")));
            return None;
        }
    }
    for (name, channel) in channels {
        let rate = rates(channel)?;
        let own = |defence: &str| channel.defences.iter().position(|other| other == defence);
        let baseline = own(BASELINE)?;
        let source = &tables.file.scenario.channels.get(*name)?.source;
        for (i, attack) in channel.attacks.iter().enumerate() {
            let undefended = rate(i, baseline);
            let reaches = source.footprint.get(attack);
            for (other, defence) in &singles.names {
                let is_own = *other == Some(name);
                let is_reached =
                    reaches.is_some_and(|channels| channels.iter().any(|c| Some(c.text.as_str()) == *other));
                singles.rates.push(match own(defence).filter(|_| is_own) {
                    Some(j) => rate(i, j),
                    None if is_reached => unmeasured(tables, channels, *other, defence, &undefended),
                    None => undefended.clone(),
                });
            }
            singles.undefended.push(undefended);
            singles.row_channels.push(Some((*name).to_owned()));
        }
    }
    for table in &tables.file.scenario.constraint {
        let found = channels
            .iter()
            .find_map(|(_, channel)| channel.constraints.iter().find(|constraint| constraint.name == table.name));
        let of = |(channel, defence): &(Option<&str>, &str)| {
            let (_, template) = channels.iter().find(|(name, _)| Some(*name) == *channel)?;
            let constraint = template.constraints.iter().find(|constraint| constraint.name == table.name)?;
            let j = template.defences.iter().position(|other| other == defence)?;
            Some(constraint.coefficients[j].clone())
        };
        if let Some(constraint) = found {
            let own = singles.names.iter().map(|single| of(single).unwrap_or(Rational::ZERO)).collect();
            singles.constraints.push((constraint.clone(), own, Rational::ZERO));
        }
    }
    let (_, first) = channels.first()?;
    let mut like = first.clone();
    let own: Vec<_> = channels.iter().map(|(name, channel)| (*name, channel.warnings.as_slice())).collect();
    like.warnings = warnings::merged(&own);
    like.refused = channels.iter().flat_map(|(_, channel)| channel.refused.iter().cloned()).collect();
    lay_out(tables, &singles, &like)
}

fn no_baseline() -> Diagnostic {
    Diagnostic::error("no-baseline", "what a set of defences does is composed from the undefended rate")
        .expected(format!("rows for the undefended system, `{BASELINE}`"))
}

/// The rate of each cell of a template of one success rate.
fn rates(template: &Template) -> Option<impl Fn(usize, usize) -> Rate + use<>> {
    let columns = template.defences.len();
    let highest = template.highest.first()?.payoffs.to_rationals();
    let lowest = template.lowest.first().map_or_else(|| highest.clone(), |part| part.payoffs.to_rationals());
    Some(move |i: usize, j: usize| {
        let at = i * columns + j;
        if lowest[at] == highest[at] {
            Rate::exact(highest[at].clone())
        } else {
            Rate::between(lowest[at].clone(), highest[at].clone())
        }
    })
}

/// What a defence of another channel leaves of a cross-modal attack.
fn unmeasured(
    tables: &Tables<'_>,
    channels: &[(&str, Template)],
    channel: Option<&str>,
    defence: &str,
    undefended: &Rate,
) -> Rate {
    let high = undefended.at(End::Highest).clone();
    let sources = &tables.file.scenario.channels;
    let Some((name, source)) = channel.and_then(|name| sources.get_key_value(name)) else {
        return undefended.clone();
    };
    let sees = source.source.sees.get(defence).copied().unwrap_or(Sees::Single);
    let rate = channels.iter().find(|(other, _)| other == name).and_then(|(_, template)| {
        let j = template.defences.iter().position(|other| other == defence)?;
        template.false_positives.as_ref().map(|rates| rates[j].clone())
    });
    let low = match (sees, rate) {
        (Sees::Single, Some(rate)) => (Rational::ONE - rate) * undefended.at(End::Lowest),
        _ => Rational::ZERO,
    };
    Rate::between(low, high)
}

fn lay_out(tables: &Tables<'_>, singles: &Singles<'_>, like: &Template) -> Option<Template> {
    let scenario = &tables.file.scenario;
    let composition = scenario.composition.as_ref()?;
    let refuse = |error: &PortfolioError| {
        let place = tables.file.document.place_of("composition").unwrap_or_default();
        let problem = Diagnostic::error("no-stack", error.to_string());
        tables.problems.push(tables.file.locate(problem, &place).key("composition"));
    };
    let rule = match (composition.rule, &composition.correlation) {
        (Rule::Independent, _) => Composition::Independent,
        (Rule::Correlated, Some(rho)) => Composition::Correlated(rho.0.clone()),
        (Rule::Bounds | Rule::Measured | Rule::Correlated, _) => Composition::Bounds,
    };
    let full = |(channel, name): &(Option<&str>, &str)| match channel {
        Some(channel) => format!("{channel}:{name}"),
        None => (*name).to_owned(),
    };
    let build = || -> Result<PortfolioGame, PortfolioError> {
        let names: Names = singles.names.iter().map(full).collect();
        let (undefended, rates) = (singles.undefended.clone(), singles.rates.clone());
        let game =
            PortfolioGame::new(singles.attacks.clone(), undefended, names, rates, BASELINE.to_owned(), rule.clone())?;
        let mut game = game.with_stacks(singles.stacks.clone())?;
        for limit in hard_limits(tables, singles) {
            game = game.with_limit(limit)?;
        }
        for limit in stage_limits(tables, singles) {
            game = game.with_limit(limit)?;
        }
        Ok(match composition.max_size {
            Some(most) => game.with_max_size(most),
            None => game,
        })
    };
    let game = match build() {
        Ok(game) => game,
        Err(error) => {
            refuse(&error);
            return None;
        }
    };
    let mut portfolios = match game.portfolios(COLUMNS_MOST) {
        Ok(portfolios) => Some(portfolios),
        Err(PortfolioError::TooMany { .. }) => None,
        Err(error) => {
            refuse(&error);
            return None;
        }
    };
    if composition.rule == Rule::Measured {
        let measured: Vec<_> = game.measured().collect();
        let is_measured = |portfolio: &Portfolio| portfolio.members().len() < 2 || measured.contains(&portfolio);
        portfolios = Some(measured_only(&game, portfolios, is_measured));
    }
    let base = std::iter::once((None, BASELINE.to_owned()))
        .chain(singles.names.iter().map(|(channel, name)| (channel.map(str::to_owned), (*name).to_owned())))
        .collect();
    let mut template = Template {
        parameters: Parameters::of(scenario, &singles.attacks),
        row_channels: singles.row_channels.clone(),
        channel: like.channel.clone(),
        loss_name: like.loss_name.clone(),
        warnings: like.warnings.clone(),
        terms: like.terms.clone(),
        refused: like.refused.clone(),
        trials: like.trials,
        has_rates: like.has_rates,
        attacks: singles.attacks.clone(),
        base,
        ..Template::of_parts(PayoffKind::Rational, Vec::new())
    };
    template.warnings.extend(warnings::of_layers(&game, composition.rule));
    let Some(portfolios) = portfolios else {
        if let Some((constraint, ..)) = expected(tables, singles).next() {
            let place = tables.file.document.place_of("composition").unwrap_or_default();
            let problem = Diagnostic::error("too-many", format!("more than {COLUMNS_MOST} sets of defences"));
            let problem = problem.hint(format!(
                "`{}` limits an average over them: make it `every-draw`, or lower `max_size`",
                constraint.name
            ));
            tables.problems.push(tables.file.locate(problem, &place).key("composition"));
            return None;
        }
        template.portfolios = Some(Arc::new(game));
        return Some(template);
    };
    let payoffs = |game: &PortfolioGame, end| {
        let matrix = game.matrix(&portfolios, end).map_err(|error| refuse(&error)).ok()?;
        Some(matrix.payoffs().clone())
    };
    let (high, low) = (payoffs(&game, End::Highest)?, payoffs(&game, End::Lowest)?);
    if matches!(composition.rule, Rule::Independent | Rule::Correlated)
        && let Ok(bounds) = game.clone().with_rule(Composition::Bounds)
    {
        template.frechet = Some([payoffs(&bounds, End::Lowest)?, payoffs(&bounds, End::Highest)?]);
    }
    if low != high {
        template.lowest = vec![Part { factor: Factor::One, payoffs: low }];
    }
    template.highest = vec![Part { factor: Factor::One, payoffs: high }];
    template.defences = portfolios.iter().map(|portfolio| game.name(portfolio)).collect();
    template.columns = portfolios.iter().map(|portfolio| column(&game, portfolio)).collect();
    for (constraint, own, undefended) in expected(tables, singles) {
        if constraint.sense == Sense::Floor {
            no_floor(tables, constraint);
            return None;
        }
        let burden = burden(own);
        let of = |portfolio: &Portfolio| {
            if portfolio.members().is_empty() {
                return undefended.clone();
            }
            let limit = Limit { name: String::new(), burden, burdens: own.clone(), most: Rational::ZERO };
            limit.burden(portfolio.members())
        };
        template
            .constraints
            .push(Constraint { coefficients: portfolios.iter().map(of).collect(), ..constraint.clone() });
    }
    Some(template)
}

/// What a set deploys.
pub(super) fn column(game: &PortfolioGame, portfolio: &Portfolio) -> Column {
    let members = portfolio.members().iter().filter_map(|d| game.defences().get(d.0).cloned());
    let mut defences: Vec<_> = members.collect();
    if defences.is_empty() {
        defences.push(BASELINE.to_owned());
    }
    Column { channel: None, defences }
}

/// The sets that were measured, of those that are within the limits.
fn measured_only(
    game: &PortfolioGame,
    portfolios: Option<Vec<Portfolio>>,
    is_measured: impl Fn(&Portfolio) -> bool,
) -> Vec<Portfolio> {
    if let Some(portfolios) = portfolios {
        return portfolios.into_iter().filter(is_measured).collect();
    }
    // Too many sets to list: those that can be measured are few.
    let singles = (0..game.defences().len()).map(|d| Portfolio::new(vec![DefenceId(d)]));
    let few = std::iter::once(Portfolio::default()).chain(singles).chain(game.measured().cloned());
    few.filter(|portfolio| game.is_admissible(portfolio)).collect()
}

/// The constraints that hold on average over the draw.
fn expected<'a>(
    tables: &'a Tables<'_>,
    singles: &'a Singles<'_>,
) -> impl Iterator<Item = &'a (Constraint, Vec<Rational>, Rational)> {
    let scenario = &tables.file.scenario;
    singles.constraints.iter().filter(|(constraint, ..)| {
        scenario.constraint.iter().any(|table| table.name == constraint.name && table.on == On::Expected)
    })
}

/// A share compounds, any other metric adds up.
fn burden(metric: &[Rational]) -> Burden {
    if metric.iter().all(crate::rational::is_share) { Burden::Compound } else { Burden::Sum }
}

/// Budgets, resources and the constraints on every draw.
fn hard_limits(tables: &Tables<'_>, singles: &Singles<'_>) -> Vec<Limit> {
    let scenario = &tables.file.scenario;
    let budgets = limits::budgets(scenario).into_iter().map(|limit| Limit {
        burden: Burden::Sum,
        burdens: singles.names.iter().map(|(channel, name)| limit.cost(*channel, name)).collect(),
        most: limit.max.0.clone(),
        name: limit.name,
    });
    let mut hard: Vec<_> = budgets.collect();
    for table in scenario.constraint.iter().filter(|table| table.on == On::EveryDraw) {
        let Some((constraint, own, _)) = singles.constraints.iter().find(|(c, ..)| c.name == table.name) else {
            continue;
        };
        if constraint.sense == Sense::Floor {
            no_floor(tables, constraint);
            continue;
        }
        let (name, most) = (constraint.name.clone(), constraint.bound.clone());
        hard.push(Limit { name, burden: burden(own), burdens: own.clone(), most });
    }
    hard
}

/// At most one guard a stage.
fn stage_limits(tables: &Tables<'_>, singles: &Singles<'_>) -> Vec<Limit> {
    let stages = &tables.file.scenario.stage;
    let full = |(channel, name): &(Option<&str>, &str)| channel.map(|channel| format!("{channel}:{name}"));
    let is = |single: &(Option<&str>, &str), text: &str| single.1 == text || full(single).as_deref() == Some(text);
    for guard in stages.iter().flat_map(|stage| &stage.guards) {
        if !singles.names.iter().any(|single| is(single, &guard.text)) {
            let known = || singles.names.iter().map(|(_, name)| *name);
            let problem = Diagnostic::error("unknown-name", format!("unknown defence `{}`", guard.text));
            let problem = problem.suggest(&guard.text, known());
            tables.problems.push(tables.file.locate(problem, &guard.place).key("stage.guards"));
        }
    }
    let limit = |stage: &super::defender::StageTable| {
        let guards = |single: &(Option<&str>, &str)| {
            if stage.guards.iter().any(|guard| is(single, &guard.text)) { Rational::ONE } else { Rational::ZERO }
        };
        let burdens = singles.names.iter().map(guards).collect();
        Limit { name: stage.name.clone(), burden: Burden::Sum, burdens, most: Rational::ONE }
    };
    stages.iter().map(limit).collect()
}

fn no_floor(tables: &Tables<'_>, constraint: &Constraint) {
    let path = format!("constraint.{}.min", constraint.name);
    let place = tables.file.document.place_of(&path).unwrap_or_default();
    let problem =
        Diagnostic::error("no-rule", format!("nobody knows how `{}` of several defences combines", constraint.metric));
    let problem =
        problem.expected("a cap on a cost").hint("play measured sets as single defences: leave `strategy` out");
    tables.problems.push(tables.file.locate(problem, &place).key(path));
}
