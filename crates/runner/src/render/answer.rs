//! An answer as a page to read, and as rows for a spreadsheet.

use std::fmt::Write as _;

use saddlepoint_game::rational::{Rational, to_f64, to_fraction};
use saddlepoint_game::scenario::Template;
use saddlepoint_solver::analysis::{Analysis, Solved};

use super::further;
use super::table::{Align, Table, csv, number};
use crate::answer::Answer;
use crate::record::Origin;
use saddlepoint_solver::Selected;

/// Longest fraction that is printed for people; longer ones are in the JSON.
const FRACTION_MOST: usize = 24;

/// The rows of both mixes: player, name, channel, probability, exact.
#[must_use]
pub fn answer_csv(origin: &Origin<'_>, analysis: &Analysis) -> String {
    let attacker = &analysis.lowest.as_ref().unwrap_or(&analysis.highest).solution.attacker;
    let loss = &analysis.highest.game.loss;
    let row = |player: &str, name: &str, channel: Option<&str>, exact: &Rational| {
        let channel = channel.unwrap_or_default().to_owned();
        vec![player.to_owned(), name.to_owned(), channel, to_f64(exact).to_string(), to_fraction(exact)]
    };
    let attacks = loss.attacks().iter().enumerate();
    let attacks = attacks.map(|(i, name)| row("attacker", name, origin.attack_channel(i), &attacker.probability(i)));
    let defender = &analysis.highest.solution.defender;
    let scale = Rational::from(origin.channels().unwrap_or(1));
    let defences = loss.defences().iter().enumerate();
    let defences = defences.map(|(j, name)| {
        let (channel, defences) = origin.column(j, name);
        // Over several channels a column is called by its channel, which has a cell of its own here.
        let name = if origin.channels().is_some() { defences.join(" + ") } else { name.clone() };
        row("defender", &name, channel, &(defender.probability(j) * &scale))
    });
    csv(&["player", "name", "channel", "probability", "exact"], attacks.chain(defences))
}

/// The answer as a page to read.
#[must_use]
pub fn answer(origin: &Origin<'_>, answer: &Answer) -> String {
    let analysis = &answer.analysis;
    let loss = &analysis.highest.game.loss;
    let mut page = format!("{}: {} attacks × {} defences\n", origin.name, loss.attacks().len(), loss.defences().len());
    for (path, setting) in origin.point {
        let _ = writeln!(page, "at {path} = {}", setting.text());
    }
    page.push('\n');
    page.push_str(&value(analysis));
    if let Selected::Smooth { epsilon, exploitability_most } = &analysis.highest.selected {
        let most = exact_number(exploitability_most);
        let _ = writeln!(page, "smooth mixes, approximate: a curvature of {epsilon} bounds their gap by {most}");
    }
    if let Some([lower, upper]) = &answer.frechet {
        let (lower, upper) = (exact_number(lower), exact_number(upper));
        let _ = writeln!(page, "without assuming how layers combine: between {lower} and {upper}");
    }
    page.push_str(&randomisation(analysis));
    page.push_str(&super::baselines::page(origin, analysis));
    page.push('\n');
    page.push_str(&defender(origin, &analysis.highest));
    page.push('\n');
    page.push_str(&attacker(analysis));
    page.push_str(&deployments(origin, &analysis.highest));
    page.push_str(&constraints(origin, &analysis.highest));
    page.push_str(&switches(answer));
    page.push_str(&further::page(origin, answer));
    if let Some(noise) = &answer.noise {
        page.push_str(&super::noise::section(origin, noise));
    }
    if let Some(bits) = &answer.bits {
        page.push_str(&super::bits::section(bits));
    }
    let solution = &analysis.highest.solution;
    let (method, status) = (solution.method, solution.status.as_str());
    let _ = writeln!(page, "\nsolved by {method} ({status}, {} iterations)", solution.iterations);
    for warning in origin.warnings {
        let _ = writeln!(page, "{}: {}", warning.code, warning.message);
    }
    page
}

fn value(analysis: &Analysis) -> String {
    let (lower, upper) = analysis.bounds();
    match analysis.value() {
        Some(value) if lower == upper => {
            format!("value {}   proved exactly: {}\n", exact_number(&value), to_fraction(&value))
        }
        Some(value) => {
            let gap = to_f64(&(upper - lower));
            format!("value {}   proved to a gap of {gap:.1e}\n", exact_number(&value))
        }
        None => {
            let (low, high) = (exact_number(lower), exact_number(upper));
            format!("value between {low} and {high}: missing cells leave it open\n")
        }
    }
}

fn randomisation(analysis: &Analysis) -> String {
    let Some(found) = &analysis.randomisation else {
        let deployment = analysis.deployment.as_ref().map(exact_number);
        return deployment.map_or_else(String::new, |pure| format!("best single deployment {pure}\n"));
    };
    let names = analysis.highest.game.loss.defences();
    let mut text = match &found.pure {
        Some((pure, defence)) => format!("best single defence {}   {}\n", exact_number(pure), names[defence.0]),
        None => "no single defence satisfies every constraint\n".to_owned(),
    };
    let hidden = found.hiding();
    text.push_str(&match found.convexification() {
        Some(averaged) if averaged.is_zero() && hidden.is_zero() => "mixing gains nothing here\n".to_owned(),
        Some(averaged) => format!(
            "mixing gains {}: {} by averaging, {} by hiding the draw\n",
            exact_number(&(&averaged + &hidden)),
            exact_number(&averaged),
            exact_number(&hidden)
        ),
        None => format!("hiding the draw gains {}\n", exact_number(&hidden)),
    });
    if let Some(leak) = found.break_even_leak.as_ref().filter(|leak| !leak.is_zero()) {
        let leak = exact_number(leak);
        let _ = writeln!(text, "hiding pays while the attacker learns the draw with a probability below {leak}");
    }
    text
}

fn defender(origin: &Origin<'_>, solved: &Solved) -> String {
    let scale = Rational::from(origin.channels().unwrap_or(1));
    let mut table = Table::new(&[
        ("defence", Align::Left),
        ("probability", Align::Right),
        ("exact", Align::Right),
        ("band", Align::Left),
    ]);
    for (j, name) in solved.game.loss.defences().iter().enumerate() {
        let band = solved.face.as_ref().and_then(|face| face.defender.get(j));
        let possible = band.is_some_and(|(_, high)| !high.is_zero());
        let exact = solved.solution.defender.probability(j) * &scale;
        if exact.is_zero() && !possible {
            continue;
        }
        let open = band.filter(|(low, high)| low != high);
        let open =
            open.map(|(low, high)| format!("{} to {}", exact_number(&(low * &scale)), exact_number(&(high * &scale))));
        table.row([name.clone(), exact_number(&exact), short_fraction(&exact), open.unwrap_or_default()]);
    }
    let mut text = table.text();
    if solved.face.as_ref().is_some_and(|face| !face.unique_defender) {
        let shown = if solved.selected == Selected::Canonical { "; this one has the least norm" } else { "" };
        let _ = writeln!(text, "not the only optimal mix: a band is what the probability may be in one{shown}");
    }
    text
}

/// Whole deployments that have the marginals, where there are several channels.
fn deployments(origin: &Origin<'_>, solved: &Solved) -> String {
    let found = origin.template.and_then(|template| template.deployments(&solved.solution.defender));
    let Some(found) = found else { return String::new() };
    let mut table = Table::new(&[("deployment", Align::Left), ("probability", Align::Right), ("exact", Align::Right)]);
    for (defences, probability) in found {
        let names: Vec<_> = defences.into_iter().map(|(channel, defence)| format!("{channel}: {defence}")).collect();
        table.row([names.join(", "), exact_number(&probability), short_fraction(&probability)]);
    }
    format!("\n{}", table.text())
}

fn attacker(analysis: &Analysis) -> String {
    let solved = analysis.lowest.as_ref().unwrap_or(&analysis.highest);
    let mut table = Table::new(&[("attack", Align::Left), ("probability", Align::Right), ("exact", Align::Right)]);
    let mix = &solved.solution.attacker;
    for i in mix.support() {
        let exact = mix.probability(i);
        table.row([solved.game.loss.attacks()[i].clone(), exact_number(&exact), short_fraction(&exact)]);
    }
    let mut text = table.text();
    if solved.face.as_ref().is_some_and(|face| !face.unique_attacker) {
        let shown = if solved.selected == Selected::Canonical { "; this one has the least norm" } else { "" };
        let _ = writeln!(text, "not the only optimal attack mix{shown}");
    }
    text
}

fn constraints(origin: &Origin<'_>, solved: &Solved) -> String {
    let limits = origin.template.map_or(usize::MAX, Template::limits).min(solved.game.constraints.len());
    if limits == 0 {
        return String::new();
    }
    let mut table = Table::new(&[
        ("constraint", Align::Left),
        ("bound", Align::Right),
        ("attained", Align::Right),
        ("price", Align::Right),
        ("if tightened", Align::Right),
        ("if relaxed", Align::Right),
    ]);
    let priced = solved.game.constraints.iter().take(limits).zip(&solved.solution.multipliers);
    for (k, (constraint, multiplier)) in priced.enumerate() {
        let price = solved.face.as_ref().and_then(|face| face.prices.get(k));
        let side = |number: Option<&Rational>| number.map_or_else(String::new, exact_number);
        table.row([
            format!("{} ({})", constraint.name, constraint.metric),
            format!("{} {}", constraint.sense.as_str(), exact_number(&constraint.bound)),
            exact_number(&constraint.attained(&solved.solution.defender)),
            exact_number(multiplier),
            side(price.and_then(|price| price.left.as_ref())),
            side(price.map(|price| &price.right)),
        ]);
    }
    format!("\n{}price: what the value falls by per unit that the bound is relaxed\n", table.text())
}

fn switches(answer: &Answer) -> String {
    let Some(switches) = &answer.switches else { return String::new() };
    let mut table = Table::new(&[("from", Align::Right), ("to", Align::Right), ("best single defence", Align::Left)]);
    let names = answer.analysis.highest.game.loss.defences();
    for segment in &switches.segments {
        let beaten = if segment.saddle { "" } else { "   (a mix does better on a part of this)" };
        let name = format!("{}{beaten}", names[segment.defence.0]);
        table.row([exact_number(&segment.from), exact_number(&segment.to), name]);
    }
    format!("\n{}", table.text())
}

pub(super) fn exact_number(exact: &Rational) -> String {
    number(to_f64(exact))
}

/// The fraction if it is short enough to be read.
pub(super) fn short_fraction(exact: &Rational) -> String {
    Some(to_fraction(exact)).filter(|text| text.len() <= FRACTION_MOST).unwrap_or_default()
}
