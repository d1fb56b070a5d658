//! What else can be said of a small game, as tables to read.

use std::fmt::Write as _;

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{MixedStrategy, Names};
use saddlepoint_solver::concept::Domination;

use super::answer::exact_number;
use super::table::{Align, Table};
use crate::answer::Answer;
use crate::record::Origin;

/// Most kinks of a front that are printed for people; all are in the JSON.
const KINKS_MOST: usize = 16;

/// Most missing cells that are printed.
const CELLS_MOST: usize = 6;

/// The further answers of a page.
pub(super) fn page(origin: &Origin<'_>, answer: &Answer) -> String {
    let mut page = String::new();
    front(answer, &mut page);
    deployments(answer, &mut page);
    region(answer, &mut page);
    superfluous(answer, &mut page);
    next(answer, &mut page);
    transfer(origin, answer, &mut page);
    tries(answer, &mut page);
    if let Some(found) = &answer.further.interdiction {
        let names = answer.analysis.highest.game.loss.defences();
        let cut: Vec<_> = found.cut.iter().filter_map(|arc| names.get(*arc).map(String::as_str)).collect();
        let detection = exact_number(&found.certificate.lower);
        let flow = found.max_flow.as_ref().map_or_else(|| "unbounded".to_owned(), exact_number);
        let _ = writeln!(
            page,
            "\ndetected with probability {detection}: 1 / {flow}, the largest flow past the choke points"
        );
        let _ = writeln!(page, "choke points: {}", cut.join(", "));
    }
    if let Some(found) = &answer.coverage {
        let listed = |groups: &[(&str, usize, usize)]| {
            let texts: Vec<_> =
                groups.iter().map(|(name, covered, all)| format!("{name} {covered} of {all}")).collect();
            texts.join(", ")
        };
        let index = exact_number(&found.index);
        let _ = writeln!(page, "\nwatching all of these stages: coverage index {index}, equal weight for each axis");
        let _ = writeln!(
            page,
            "threats covered by axis: {}; by modality: {}",
            listed(&found.axes),
            listed(&found.modalities)
        );
        let open = if found.open.is_empty() { "none".to_owned() } else { found.open.join(", ") };
        let _ = writeln!(page, "fewest stages that do as well: {}; open: {open}", found.least_cover.join(", "));
    }
    page
}

fn front(answer: &Answer, page: &mut String) {
    let Some(front) = &answer.front else { return };
    let mut table = Table::new(&[
        ("bound", Align::Right),
        ("value", Align::Right),
        ("if tightened", Align::Right),
        ("if relaxed", Align::Right),
    ]);
    for kink in front.points.iter().take(KINKS_MOST) {
        let left = kink.price_left.as_ref().map_or_else(String::new, exact_number);
        table.row([exact_number(&kink.bound), exact_number(&kink.value), left, exact_number(&kink.price_right)]);
    }
    let _ = write!(page, "\nthe value over all swept bounds is straight between these, exactly\n{}", table.text());
    if front.points.len() > KINKS_MOST {
        let _ = writeln!(page, "and {} more kinks", front.points.len() - KINKS_MOST);
    }
}

fn deployments(answer: &Answer, page: &mut String) {
    let found = &answer.further.deployments;
    if found.len() < 2 {
        return;
    }
    let names = answer.analysis.highest.game.loss.defences();
    let mut table = Table::new(&[("defences", Align::Right), ("value", Align::Right), ("best choice", Align::Left)]);
    for one in found {
        let chosen: Vec<_> = one.defender.support().into_iter().map(|j| names[j].as_str()).collect();
        table.row([one.size.to_string(), exact_number(&one.value), chosen.join(", ")]);
    }
    let _ = write!(page, "\n{}", table.text());
}

fn region(answer: &Answer, page: &mut String) {
    let Some(region) = &answer.further.region else { return };
    let loss = &answer.analysis.highest.game.loss;
    let now = loss.loss(region.attack, region.defence);
    let Some((from, to)) = region.support_stays(&now) else { return };
    let (attack, defence) = (&loss.attacks()[region.attack.0], &loss.defences()[region.defence.0]);
    let (now, from, to) = (exact_number(&now), exact_number(&from), exact_number(&to));
    let _ = writeln!(
        page,
        "\nthe value depends most on {attack} × {defence}, now {now}: the same defences stay best from {from} to {to}"
    );
}

fn superfluous(answer: &Answer, page: &mut String) {
    let loss = &answer.analysis.highest.game.loss;
    let sides = [
        ("defences", loss.defences(), &answer.further.dominated_defences),
        ("attacks", loss.attacks(), &answer.further.dominated_attacks),
    ];
    for (side, names, found) in sides {
        if !found.is_empty() {
            let listed: Vec<_> = found.iter().map(|one: &Domination| names[one.strategy].as_str()).collect();
            let _ = writeln!(page, "{side} that others make superfluous on this loss (kept): {}", listed.join(", "));
        }
    }
}

fn next(answer: &Answer, page: &mut String) {
    let found = &answer.further.next;
    if found.is_empty() {
        return;
    }
    let loss = &answer.analysis.highest.game.loss;
    let interval = |(low, high): &(Rational, Rational)| {
        if low == high { exact_number(low) } else { format!("{} to {}", exact_number(low), exact_number(high)) }
    };
    let mut table = Table::new(&[
        ("measure next", Align::Left),
        ("value if it is least", Align::Left),
        ("value if it is greatest", Align::Left),
    ]);
    for cell in found.iter().take(CELLS_MOST) {
        let name = format!("{} × {}", loss.attacks()[cell.attack.0], loss.defences()[cell.defence.0]);
        table.row([name, interval(&cell.at_low), interval(&cell.at_high)]);
    }
    let _ = write!(page, "\n{}", table.text());
    if found.len() > CELLS_MOST {
        let _ = writeln!(page, "and {} more missing cells", found.len() - CELLS_MOST);
    }
}

fn transfer(origin: &Origin<'_>, answer: &Answer, page: &mut String) {
    let Some(found) = &answer.further.transfer else { return };
    let groups = origin.template.map(saddlepoint_game::scenario::Template::groups).unwrap_or_default();
    let mut header = vec![("tuned on", Align::Left)];
    header.extend(groups.iter().map(|group| (group.name.as_str(), Align::Right)));
    let mut table = Table::new(&header);
    for (group, losses) in groups.iter().zip(&found.losses) {
        let cells = losses.iter().map(exact_number);
        table.row(std::iter::once(group.name.clone()).chain(cells));
    }
    let _ = write!(page, "\nworst loss of a mix tuned on one victim, met on another\n{}", table.text());
}

fn tries(answer: &Answer, page: &mut String) {
    let Some(found) = &answer.further.tries else { return };
    let loss = &answer.analysis.highest.game.loss;
    let choice: Vec<_> = found.choice.iter().map(|attack| loss.attacks()[attack.0].as_str()).collect();
    let (fresh, sticky) = (exact_number(&found.fresh), exact_number(&found.sticky));
    let adapted = exact_number(&found.adapted.certificate.value());
    let _ = writeln!(
        page,
        "\nin {} tries: {fresh} with a fresh draw each; {sticky} with one draw for all, against {}",
        found.tries,
        choice.join(" + ")
    );
    let names = loss.defences();
    let _ = writeln!(
        page,
        "one draw for all, with the mix that is best for it: {adapted} ({})",
        mix(names, &found.adapted.defender)
    );
}

fn mix(names: &Names, mix: &MixedStrategy) -> String {
    let played = mix.support().into_iter().map(|j| format!("{} {}", exact_number(&mix.probability(j)), names[j]));
    played.collect::<Vec<_>>().join(" + ")
}
