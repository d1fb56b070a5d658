//! Sampling noise in plain words.

use std::fmt::Write;

use super::answer::exact_number;
use super::table::{Align, Table, number};
use crate::answer::NoiseAnswer;
use crate::record::Origin;

/// Most supports that are shown.
const SUPPORTS_MOST: usize = 5;

/// Positions of 5 %, 50 % and 95 % among the levels of a distribution.
const SHOWN: [usize; 3] = [1, 3, 5];

/// The section on sampling noise.
pub(super) fn section(origin: &Origin<'_>, noise: &NoiseAnswer) -> String {
    let mut page = String::from("\nsampling noise: ");
    let (least, most) = noise.trials;
    let trials = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let assumed = match noise.assumed {
        0 => "as the source states".to_owned(),
        all if all == noise.counted => "assumed n, the source states none".to_owned(),
        some => format!("of which {some} with an assumed n"),
    };
    let _ = writeln!(page, "{} cells of {trials} trials, {assumed}", noise.counted);
    match &noise.certificate {
        Err(reason) => {
            let _ = writeln!(page, "no certificate: {reason}");
        }
        Ok(found) => {
            let (lower, upper) = (exact_number(found.lower_value()), exact_number(found.upper_value()));
            let sure = number(1.0 - noise.miss);
            let _ = writeln!(
                page,
                "with probability {sure} the true value is at most {upper}, and with {sure} at least {lower}"
            );
            let mix = origin.template.map(|template| template.marginals(found.guaranteed_mix())).unwrap_or_default();
            let played = noise.base.iter().zip(&mix).filter(|(_, probability)| !probability.is_zero());
            let named: Vec<_> = played
                .map(|((channel, name), p)| format!("{} {}", full(channel.as_ref(), name), exact_number(p)))
                .collect();
            let _ = writeln!(page, "the mix that guarantees the upper end: {}", named.join(", "));
        }
    }
    if let Some(posterior) = &noise.posterior {
        let ends = |found: &saddlepoint_solver::uncertainty::Distribution| {
            let [low, mid, high] = SHOWN.map(|k| number(found.quantiles[k]));
            format!("{mid}, in 90 % of draws from {low} to {high}")
        };
        let _ =
            writeln!(page, "over {} plausible tables the value is {}", posterior.replicates(), ends(&posterior.value));
        if let Some(lowest) = &posterior.lowest {
            let _ = writeln!(
                page,
                "that is with missing cells at their highest loss; at their lowest it is {}",
                ends(lowest)
            );
        }
        let mut table = Table::new(&[("which defences", Align::Left), ("share of draws", Align::Right)]);
        for support in posterior.supports.iter().take(SUPPORTS_MOST) {
            let names = support.defences.iter().filter_map(|j| Some(origin.template?.defences()[j.0].clone()));
            let share = support.replicates as f64 / posterior.replicates().max(1) as f64;
            table.row([names.collect::<Vec<_>>().join(", "), format!("{:.1} %", 100.0 * share)]);
        }
        page.push_str(&table.text());
    }
    if let Some(curse) = &noise.curse {
        let (found, loss, excess) = (number(curse.found.mean), number(curse.loss.mean), number(curse.excess()));
        let _ = writeln!(
            page,
            "were the table the truth, a mix fitted to a repetition would promise {found} and lose {loss}: {excess} above the value"
        );
    }
    if let Some(split) = &noise.split {
        let (lower, upper) = (number(split.lower.mean), number(split.upper.mean));
        let _ = writeln!(
            page,
            "fitted on half of the trials and tried on the other: from {lower} to {upper} over {} splits; right on average, not a confidence interval",
            split.lower.count
        );
    }
    if !noise.next.is_empty() {
        let mut table = Table::new(&[("try again", Align::Left), ("worth", Align::Right)]);
        for ([_, attack, defence], found) in &noise.next {
            table.row([format!("{attack} × {defence}"), number(found.worth)]);
        }
        page.push_str(&table.text());
        page.push_str("worth: what deciding after those further trials, rather than today, saves on average\n");
    }
    page
}

fn full(channel: Option<&String>, name: &str) -> String {
    channel.map_or_else(|| name.to_owned(), |channel| format!("{channel}:{name}"))
}
