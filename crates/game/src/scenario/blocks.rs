//! Channels, with at most one active defence on each: the game of marginals.
//!
//! An attack arrives on one channel c and meets the defence drawn there, so its expected loss is linear in the marginals
//! `x^c` of the channel, and the game is the linear program
//!
//! ```text
//! min w    Σ_d x^c_d L^c[a,d] ≤ w  for every attack a on c
//!          Σ_d x^c_d = 1           for every channel c
//!          Σ_c Σ_d k_d x^c_d ≤ B
//! ```
//!
//! over C channels. With `z = x / C`, all marginals together are one mix: `Σ z = 1`, and `Σ_{d on c} z_d ≤ 1/C` for each
//! channel, all of which must then be equalities. So the program is an ordinary game with losses `C L` and caps, and
//! everything that is known of such games holds: mixes, bounds, prices, and their proofs.

use std::sync::Arc;

use super::defender::Strategy;
use super::limits;
use super::loss::{Factor, Part};
use super::parameters::Parameters;
use super::template::{Column, Tables, Template};
use super::warnings;
use crate::constraint::{Constraint, Sense};
use crate::matrix::PayoffKind;
use crate::payoffs::Payoffs;
use crate::rational::Rational;

/// A template on the measurements of several channels.
pub(super) fn lay_out(tables: &Tables<'_>) -> Option<Template> {
    let scenario = &tables.file.scenario;
    let mut channels = Vec::with_capacity(scenario.channels.len());
    for (name, channel) in &scenario.channels {
        channels.push((name.as_str(), tables.one(&format!("channels.{name}"), &channel.source)));
    }
    let channels: Vec<_> = channels.into_iter().map(|(name, found)| Some((name, found?))).collect::<Option<_>>()?;
    match scenario.game.strategy {
        Some(Strategy::Portfolios) => super::stack::across(tables, &channels),
        _ => Some(marginals(tables, &channels)),
    }
}

fn marginals(tables: &Tables<'_>, channels: &[(&str, Template)]) -> Template {
    let scenario = &tables.file.scenario;
    let count = Rational::from(channels.len());
    let width: usize = channels.iter().map(|(_, channel)| channel.defences.len()).sum();
    let is_open = channels.iter().any(|(_, channel)| !channel.lowest.is_empty());
    // Each part is the loss itself: with channels the form is `single`.
    let times = u32::try_from(channels.len()).unwrap_or(u32::MAX);
    let stacked = |end: fn(&Template) -> &[Part]| {
        let block = |(_, channel): &'_ (&str, Template)| (end(channel).first().cloned(), channel.defences.len());
        let blocks: Vec<_> = channels.iter().map(block).collect();
        let blocks: Vec<_> = blocks.iter().filter_map(|(part, n)| Some((&part.as_ref()?.payoffs, *n))).collect();
        vec![Part { factor: Factor::One, payoffs: Payoffs::block_diagonal(&blocks, times) }]
    };
    let highest = stacked(|channel| &channel.highest);
    let lowest = stacked(|channel| if channel.lowest.is_empty() { &channel.highest } else { &channel.lowest });
    let attacks = attack_names(channels);
    let mut template = Template {
        lowest: if is_open { lowest } else { Vec::new() },
        parameters: Parameters::of(scenario, &attacks),
        attacks: attacks.into(),
        constraints: scaled_constraints(tables, channels, &count),
        loss_name: channels.first().map(|(_, channel)| channel.loss_name.clone()).unwrap_or_default(),
        terms: channels.first().and_then(|(_, channel)| channel.terms.clone()),
        refused: refused(tables, channels),
        trials: channels.iter().map(|(_, channel)| channel.trials).min().flatten(),
        has_rates: channels.iter().all(|(_, channel)| channel.has_rates),
        ..Template::of_parts(PayoffKind::Rational, highest)
    };
    let mut defences = Vec::with_capacity(width);
    let mut blocks = Vec::with_capacity(width);
    for (position, (name, channel)) in channels.iter().enumerate() {
        template.row_channels.extend(std::iter::repeat_n(Some((*name).to_owned()), channel.attacks.len()));
        for defence in channel.defences.iter() {
            defences.push(format!("{name}:{defence}"));
            template.columns.push(Column { channel: Some((*name).to_owned()), defences: vec![defence.clone()] });
            template.base.push((Some((*name).to_owned()), defence.clone()));
            blocks.push(position);
        }
    }
    let own: Vec<_> = channels.iter().map(|(name, channel)| (*name, channel.warnings.as_slice())).collect();
    template.warnings = warnings::merged(&own);
    template.defences = defences.into();
    limits::add_budgets(tables, &mut template, &count);
    for (position, (name, _)) in channels.iter().enumerate() {
        let inside = |block: &usize| if *block == position { Rational::ONE } else { Rational::ZERO };
        template.constraints.push(Constraint {
            name: format!("channel:{name}"),
            metric: "share of the mix".to_owned(),
            sense: Sense::Cap,
            bound: Rational::ONE / &count,
            coefficients: blocks.iter().map(inside).collect(),
        });
    }
    template.structural = channels.len();
    template.blocks = Arc::from(blocks);
    template
}

/// The names of all attacks; with their channel in front where two channels have an attack of the same name.
pub(super) fn attack_names(channels: &[(&str, Template)]) -> Vec<String> {
    let mut names: Vec<&String> = channels.iter().flat_map(|(_, channel)| channel.attacks.iter()).collect();
    names.sort();
    let is_shared = names.windows(2).any(|pair| pair[0] == pair[1]);
    let of = |(name, channel): &(&str, Template)| -> Vec<String> {
        let named = |attack: &String| if is_shared { format!("{name}:{attack}") } else { attack.clone() };
        channel.attacks.iter().map(named).collect()
    };
    channels.iter().flat_map(of).collect()
}

/// What each limited metric adds up to over the channels when every request is refused, where that is known.
fn refused(tables: &Tables<'_>, channels: &[(&str, Template)]) -> Vec<(String, Rational)> {
    let of = |table: &super::schema::ConstraintTable| {
        let limited =
            || channels.iter().filter(|(_, channel)| channel.constraints.iter().any(|c| c.name == table.name));
        let known = |(_, channel): &(&str, Template)| {
            channel.refused.iter().find(|(name, _)| *name == table.name).map(|(_, metric)| metric.clone())
        };
        let each = limited().map(known).collect::<Option<Vec<_>>>()?;
        Some((table.name.clone(), each.into_iter().fold(Rational::ZERO, |sum, metric| sum + metric)))
    };
    tables.file.scenario.constraint.iter().filter_map(of).collect()
}

/// The scenario's own constraints over all columns; a channel that a constraint does not speak of counts 0.
fn scaled_constraints(tables: &Tables<'_>, channels: &[(&str, Template)], count: &Rational) -> Vec<Constraint> {
    let of = |table: &super::schema::ConstraintTable| {
        let mut found: Option<Constraint> = None;
        let mut coefficients = Vec::new();
        for (_, channel) in channels {
            match channel.constraints.iter().find(|constraint| constraint.name == table.name) {
                Some(constraint) => {
                    coefficients.extend(constraint.coefficients.iter().map(|c| c * count));
                    found = Some(constraint.clone());
                }
                None => coefficients.extend(std::iter::repeat_n(Rational::ZERO, channel.defences.len())),
            }
        }
        Some(Constraint { coefficients: coefficients.into(), ..found? })
    };
    tables.file.scenario.constraint.iter().filter_map(of).collect()
}
