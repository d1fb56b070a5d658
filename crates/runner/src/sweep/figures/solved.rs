//! The numbers of figures that `points.csv` does not hold: they come from the game of the first point.

use saddlepoint_game::rational::{Rational, to_f64, to_f64_above, to_f64_below, to_text};
use saddlepoint_game::scenario::Ranked;
use saddlepoint_game::{AttackId, LossMatrix};
use saddlepoint_solver::concept::{NextMeasurement, next_measurement, transfer};
use saddlepoint_solver::{Settings, exact, face, sensitivity};

use super::points::Points;
use crate::answer;
use crate::failure::Failure;
use crate::figure::Numbers;
use crate::sweep::plan::{Plan, Point};

/// The loss of every cell, with both probabilities.
pub(super) fn payoffs(plan: &Plan, points: &Points<'_>) -> Result<Numbers, Failure> {
    let point = plan.point(0)?;
    let highest = &point.instance.game.loss;
    let lowest = point.instance.lowest.as_ref().map_or(highest, |game| &game.loss);
    let row = points.rows(|point| point == 0)?.into_iter().next();
    let probability = |prefix: &str, name: &str| -> Result<String, Failure> {
        let column = points.column(&format!("{prefix}:{name}"))?;
        let cell = row.as_ref().and_then(|(_, row)| row.get(column)).filter(|cell| !cell.is_empty());
        Ok(cell.unwrap_or("0").to_owned())
    };
    let mut rows = Vec::new();
    for i in highest.attack_ids() {
        for j in highest.defence_ids() {
            let (attack, defence) = (&highest.attacks()[i.0], &highest.defences()[j.0]);
            rows.push(vec![
                attack.clone(),
                defence.clone(),
                decimal(&lowest.loss(i, j)),
                decimal(&highest.loss(i, j)),
                probability("attack", attack)?,
                probability("defence", defence)?,
            ]);
        }
    }
    table(["attack", "defence", "lower", "upper", "attack_probability", "defence_probability"], rows)
}

/// Every victim's own mix, played on every victim.
pub(super) fn transfers(plan: &Plan, settings: &Settings) -> Result<Numbers, Failure> {
    let point = plan.point(0)?;
    let game = &point.instance.game;
    let groups = point.loaded.template.groups();
    let columns: Vec<_> = game.loss.defence_ids().collect();
    let victim = |rows: std::ops::Range<usize>| game.loss.restricted(&rows.map(AttackId).collect::<Vec<_>>(), &columns);
    let victims: Option<Vec<LossMatrix>> = groups.iter().map(|group| victim(group.rows.clone())).collect();
    let found = transfer(&victims.unwrap_or_default(), &game.constraints, settings)
        .map_err(|error| answer::unsolved(&error))?;
    let mut rows = Vec::new();
    for (tuned, (losses, regrets)) in groups.iter().zip(found.losses.iter().zip(&found.regrets)) {
        for (tested, (loss, regret)) in groups.iter().zip(losses.iter().zip(regrets)) {
            rows.push(vec![tuned.name.clone(), tested.name.clone(), decimal(loss), decimal(regret)]);
        }
    }
    table(["tuned_on", "tested_on", "loss", "regret"], rows)
}

/// Strategies by what the value owes to each, or missing cells by what a measurement is sure to tell.
pub(super) fn ranking(plan: &Plan, of: Ranked, settings: &Settings) -> Result<Numbers, Failure> {
    let point = plan.point(0)?;
    let scores = match of {
        Ranked::Measurements => measurements(&point, settings)?,
        Ranked::Attacks | Ranked::Defences => ablations(&point, of)?,
    };
    let rows = scores.into_iter().map(|(label, score)| vec![label, decimal(&score), String::new()]).collect();
    table(["label", "score", "standard_error"], rows)
}

/// What sampling noise leaves of the value: each row another promise.
pub(super) fn uncertainty(plan: &Plan, points: &Points<'_>, settings: &Settings) -> Result<Numbers, Failure> {
    let point = plan.point(0)?;
    let row = points.rows(|point| point == 0)?.into_iter().next();
    let column = points.column("value")?;
    let value = row.as_ref().and_then(|(_, row)| row.get(column)).unwrap_or_default().to_owned();
    let cells = |quantity: String, kind: &str, [low, mid, high]: [Option<f64>; 3]| {
        let cell = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![quantity, kind.to_owned(), cell(low), cell(mid), cell(high)]
    };
    let mut rows = Vec::new();
    if !value.is_empty() {
        rows.push(vec!["value".to_owned(), "estimate".to_owned(), String::new(), value, String::new()]);
    }
    let found = answer::noise(point.loaded, &point.parameters, plan.seed, settings)?;
    if let Some(posterior) = found.as_ref().and_then(|found| found.posterior.as_ref()) {
        // The quantiles at 5, 50 and 95 %, as in the rows of the sweep.
        let quantiles = posterior.value.quantiles;
        let ends = [quantiles[1], quantiles[3], quantiles[5]].map(Some);
        rows.push(cells("posterior, 90 %".to_owned(), "posterior", ends));
    }
    if let Some(split) = found.as_ref().and_then(|found| found.split.as_ref()) {
        let ends = [Some(split.lower.mean), None, Some(split.upper.mean)];
        rows.push(cells("fitted on one half, tested on the other".to_owned(), "bracket", ends));
    }
    if let Some((found, ends)) = found.as_ref().and_then(|found| Some((found, found.certificate.as_ref().ok()?))) {
        let [low, high] = [to_f64_below(ends.lower_value()), to_f64_above(ends.upper_value())];
        let sure = format!("certificate, {} % each side", 100.0 * (1.0 - found.miss));
        rows.push(cells(sure, "certificate", [Some(low), None, Some(high)]));
    }
    table(["quantity", "kind", "low", "mid", "high"], rows)
}

/// How far the value moves without each attack or defence. What no game is left without has no number and no row.
fn ablations(point: &Point<'_>, of: Ranked) -> Result<Vec<(String, Rational)>, Failure> {
    let game = &point.instance.game;
    let optimum = exact::optimum(game).map_err(|error| answer::failure(&error))?;
    let face = face::analyse(&optimum);
    let found = sensitivity::ablation(game, &optimum, &face).map_err(|error| answer::failure(&error))?;
    let (names, values) = match of {
        Ranked::Attacks => (game.loss.attacks(), found.attacks),
        _ => (game.loss.defences(), found.defences),
    };
    let value = optimum.value();
    let moved = |without: Rational| if of == Ranked::Attacks { &value - without } else { without - &value };
    let scores = names.iter().zip(values).filter_map(|(name, without)| Some((name.clone(), moved(without?))));
    Ok(scores.collect())
}

/// By how much the interval that missing cells leave is narrowed at least if one of them is measured.
fn measurements(point: &Point<'_>, settings: &Settings) -> Result<Vec<(String, Rational)>, Failure> {
    let highest = &point.instance.game;
    let Some(lowest) = &point.instance.lowest else { return Ok(Vec::new()) };
    let found = next_measurement(&lowest.loss, &highest.loss, &highest.constraints, settings);
    let found = found.map_err(|error| answer::unsolved(&error))?;
    // The lower end does not move if the cell is found low, the upper end if it is found high.
    let score = |cell: &NextMeasurement| {
        let label = format!("{} on {}", highest.loss.attacks()[cell.attack.0], highest.loss.defences()[cell.defence.0]);
        (label, (&cell.at_high.1 - &cell.at_low.0) - cell.worst_width())
    };
    Ok(found.iter().map(score).collect())
}

fn table<const N: usize>(header: [&str; N], rows: Vec<Vec<String>>) -> Result<Numbers, Failure> {
    Numbers::new(header.map(str::to_owned).to_vec(), rows).map_err(|error| Failure::Computation(error.to_string()))
}

/// A number as a decimal that reads back to its nearest double.
fn decimal(value: &Rational) -> String {
    let text = to_text(value);
    if text.contains('/') { to_f64(value).to_string() } else { text }
}
