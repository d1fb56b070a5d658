//! What the loss says of benign traffic and of the price of a defence: W01, W15, W16.

use super::{LIST_MOST, Seen};
use crate::diagnostic::Diagnostic;
use crate::measured::{Direction, Measurement};
use crate::rational::{Rational, to_f64, to_text};
use crate::scenario::template::Detector;

/// Parts of the names of metrics that say what a defence costs to run.
const RUNNING_COSTS: [&str; 9] =
    ["latency", "time", "cost", "compute", "flops", "price", "token", "overhead", "throughput"];

/// W01: a weighted loss without the share of attacks. A sweep over `loss.pi` states it.
pub(super) fn no_base_rate() -> Diagnostic {
    let message = "the loss weighs attacks against benign tasks without saying how rare attacks are: state `loss.pi`, the \
                   share of requests that are attacks";
    Diagnostic::warning("W01", message)
}

/// W01: at the share `pi` of attacks, less than half of what a defence blocks can be attacks: even if it blocks all that
/// do not succeed,
///
/// ```text
/// PPV ≤ π·TPR / (π·TPR + (1-π)·FPR) < 1/2,   TPR = 1 - the least loss of the defence over the attacks
/// ```
pub(super) fn mostly_false_alarms(detectors: &[&Detector], pi: &Rational) -> Option<Diagnostic> {
    let of = |detector: &&Detector| {
        let (caught, alarms) = (pi * &detector.catches, (Rational::ONE - pi) * &detector.alarms);
        (caught < alarms).then(|| (detector.name.clone(), &caught / (&caught + &alarms)))
    };
    let found: Vec<_> = detectors.iter().filter_map(of).collect();
    if found.is_empty() {
        return None;
    }
    let shown = found.iter().take(LIST_MOST).map(|(name, ppv)| format!("{name} ({:.1} %)", 100.0 * to_f64(ppv)));
    let shown: Vec<_> = shown.collect();
    let rest = found.len().saturating_sub(LIST_MOST);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let message = format!(
        "at pi = {} most of what these defences block is benign; of {} defences at most so much of it is attacks: {}{more}",
        to_text(pi),
        found.len(),
        shown.join(", ")
    );
    Some(Diagnostic::warning("W01", message))
}

/// W15: benign rows that enter the loss or a constraint were not measured beside the attacks: none of their places is
/// one of the security metric's, or they cite another publication, or their attack names a data set, as in
/// `none (MMMU)`.
pub(super) fn other_data(seen: &Seen<'_>) -> Option<Diagnostic> {
    let selection = seen.selection;
    let security: Vec<&Measurement> = seen.security.iter().flatten().map(|cell| selection.row(cell)).collect();
    let differs = |metric: &str| {
        let rows: Vec<_> = selection.benign_rows(metric).collect();
        let first = *rows.first()?;
        let beside = |row: &&Measurement| security.iter().any(|s| s.place == row.place && s.source == row.source);
        let named = rows.iter().find_map(|row| data_set(&row.attack));
        match named {
            Some(data) => Some(format!("`{metric}` was measured on {data}")),
            None if !rows.iter().any(beside) => Some(format!("`{metric}` is from {} ({})", first.place, first.source)),
            None => None,
        }
    };
    let loss = &seen.file.scenario.loss;
    let mut metrics: Vec<&str> = [&loss.utility, &loss.over_refusal].into_iter().flatten().map(|m| &*m.text).collect();
    metrics.extend(seen.file.scenario.constraint.iter().map(|constraint| constraint.metric.text.as_str()));
    metrics.dedup();
    let found: Vec<_> = metrics.into_iter().filter_map(differs).collect();
    let first = security.first()?;
    if found.is_empty() {
        return None;
    }
    let message =
        format!("{}, the security metric from {} ({}): other data", found.join(", "), first.place, first.source);
    Some(Diagnostic::warning("W15", message))
}

/// The data set that the name of benign traffic states: `none (MMMU)`.
fn data_set(attack: &str) -> Option<&str> {
    let (_, rest) = attack.split_once('(')?;
    // `none (benign)` and `none (safe prompts)` name a kind of traffic: data sets have capitals.
    let name = rest.trim_end().trim_end_matches(')');
    name.chars().any(char::is_uppercase).then_some(name)
}

/// W16: no row of the system measures what a defence costs to run (a metric of direction `cost`, called after a time, a
/// price or a computation), and the scenario has no budget.
pub(super) fn lab_only(seen: &Seen<'_>) -> Option<Diagnostic> {
    let scenario = &seen.file.scenario;
    let has_budget = scenario.budget.is_some() || !scenario.resource.is_empty();
    let model = seen.source.model.as_ref();
    let is_running_cost = |row: &Measurement| {
        let name = row.metric.to_lowercase();
        row.direction == Direction::Cost && RUNNING_COSTS.iter().any(|part| name.contains(part))
    };
    let is_known = seen.table.rows.iter().any(|row| model.is_some_and(|m| m.text == row.model) && is_running_cost(row));
    if has_budget || is_known {
        return None;
    }
    let message = "no latency or cost of a defence is measured: in the field it may be what decides";
    Some(Diagnostic::warning("W16", message))
}

#[cfg(test)]
mod tests {
    use super::data_set;

    #[test]
    fn a_data_set_is_told_from_a_kind_of_traffic() {
        assert_eq!(data_set("none (MMMU)"), Some("MMMU"));
        assert_eq!((data_set("none"), data_set("none (safe prompts)")), (None, None));
    }
}
