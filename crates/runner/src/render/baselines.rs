//! Trivial defenders and what the loss counts, as lines to read.

use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_solver::analysis::Analysis;
use saddlepoint_solver::baselines::{Baseline, Kind};

use super::table::{Align, Table, number};
use crate::baselines;
use crate::record::Origin;

/// What one harm is worth, and a table of what trivial defenders lose.
pub(super) fn page(origin: &Origin<'_>, analysis: &Analysis) -> String {
    let sentence = baselines::translation(origin).map(|found| format!("{}\n", found.sentence)).unwrap_or_default();
    let found = baselines::of(origin, analysis);
    if found.is_empty() {
        return sentence;
    }
    let counts_use = baselines::refusal(origin).is_none_or(|refusal| refusal.counts_use);
    let mut table = Table::new(&[
        ("baseline", Align::Left),
        ("worst loss", Align::Right),
        ("strategy", Align::Left),
        ("remark", Align::Left),
    ]);
    for baseline in &found {
        let strategy = baseline.defence.map(|defence| analysis.highest.game.loss.defences()[defence.0].clone());
        let name = baseline.kind.as_str().replace('-', " ");
        table.row([name, loss(baseline), strategy.unwrap_or_default(), remark(baseline, counts_use)]);
    }
    format!("{sentence}\n{}", table.text())
}

fn loss(baseline: &Baseline) -> String {
    let shown = |loss: &Rational| number(to_f64(loss));
    match baseline.lowest.as_ref().filter(|lowest| **lowest != baseline.loss) {
        Some(lowest) => format!("{} to {}", shown(lowest), shown(&baseline.loss)),
        None => shown(&baseline.loss),
    }
}

fn remark(baseline: &Baseline, counts_use: bool) -> String {
    let mut remarks: Vec<_> =
        baseline.breaks.iter().map(|(name, by)| format!("breaks `{name}` by {}", number(to_f64(by)))).collect();
    if !baseline.unknown.is_empty() {
        let names: Vec<_> = baseline.unknown.iter().map(|name| format!("`{name}`")).collect();
        remarks.push(format!("unknown whether it keeps {}", names.join(", ")));
    }
    if baseline.kind == Kind::RefuseAll && !counts_use {
        remarks.push(baselines::USELESS.to_owned());
    }
    remarks.join("; ")
}
