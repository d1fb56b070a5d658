//! Warnings: what a reader should know before quoting an answer.
//!
//! They follow the pitfalls of Arp et al., "Dos and Don'ts of Machine Learning in Computer Security" (USENIX Security
//! 2022). Each fires on what the files say or do not say, never on a guess: where a table is silent about a fault, so is
//! the warning, except for those that are about the silence itself.
//!
//! | code | fires when | seen from |
//! |---|---|---|
//! | W01 | a weighted loss states no `pi`; or at the stated `pi` less than half of what a defence blocks can be attacks | loss |
//! | W02 | no attack is called adaptive, and `stress.adaptive_uplift` is absent or 0 | attacks |
//! | W03 | an attack of the table is left out, a cell is missing, or missing cells are taken to be monotone | attacks |
//! | W04 | a cell does not state its trials, or rests on fewer than 100; the optimiser's curse exceeds 10 % of the value | noise |
//! | W05 | a defence has loss 0 everywhere; leaving out one strategy moves the value by more than half of it | attacks, answer |
//! | W06 | two places of a table print the same cell | source |
//! | W07 | layers are taken to be independent or correlated; or measured stacks contradict what layers can do | layers |
//! | W08 | measurements of several files are mixed | source |
//! | W09 | a number was copied from a digest: [`source::SECOND_HAND`], or a `where` that says `secondary` | source |
//! | W10 | `judge = "automatic"` on a source | source |
//! | W11 | the defender chose among columns of rates, which the value is quoted from, and `noise.split` is not given | answer |
//! | W12 | the undefended system is not among the defences | attacks |
//! | W13 | mixing pays by hiding the draw from an attacker who is only supposed not to see it; or by less than noise | answer |
//! | W14 | the value is not 0 but below 1 % of the range of the losses | answer |
//! | W15 | benign rows in use come from another place, another publication or a named data set | loss |
//! | W16 | no latency or cost is measured in the table, and no budget limits one | loss |
//!
//! W11, W13 and W14, and the second halves of W04 and W05, need the answer and are the runner's; plain games, threats and
//! stage graphs are no measurements and get none of the others.

mod attacks;
mod layers;
mod loss;
mod noise;
mod source;

use super::ScenarioFile;
use super::loss::Factor;
use super::parameters::Parameters;
use super::schema::SourceTable;
use super::selection::{Cell, Selection};
use super::template::{Detector, Template};
use crate::diagnostic::Diagnostic;
use crate::measured::MeasurementTable;

pub(super) use attacks::{dropped_attacks, open_cells};
pub(super) use layers::of_layers;
pub(super) use source::Twice;

/// Most names in one message.
const LIST_MOST: usize = 5;

/// A source as it was laid out.
pub(super) struct Seen<'a> {
    pub(super) file: &'a ScenarioFile,
    /// What the scenario takes of the table.
    pub(super) source: &'a SourceTable,
    pub(super) table: &'a MeasurementTable,
    pub(super) selection: &'a Selection<'a>,
    /// The security metric, attack by attack.
    pub(super) security: &'a [Option<Cell>],
    /// The fewest trials of a cell; `None` where one does not state them.
    pub(super) trials: Option<u64>,
}

/// The warnings that one source calls for, in the order of their codes.
pub(super) fn of_source(seen: &Seen<'_>) -> Vec<Diagnostic> {
    let found = [
        attacks::only_static(seen),
        attacks::left_out(seen),
        noise::few_trials(seen),
        attacks::never_beaten(seen),
        source::printed_twice(seen),
        source::second_hand(seen),
        source::one_judge(seen),
        attacks::no_baseline(seen),
        loss::other_data(seen),
        loss::lab_only(seen),
    ];
    found.into_iter().flatten().collect()
}

/// The warnings that the files of a scenario call for together.
pub(super) fn of_scenario(file: &ScenarioFile) -> Option<Diagnostic> {
    source::mixed_files(file)
}

/// The warnings that hang on the numbers of the loss.
pub(super) fn of_loss(template: &Template, parameters: &Parameters) -> Option<Diagnostic> {
    let is_weighted = template.highest.iter().any(|part| part.factor == Factor::Weight);
    let states_share = template.terms.as_ref().is_some_and(|terms| terms.states_share);
    if is_weighted && !states_share {
        return Some(loss::no_base_rate());
    }
    if !states_share {
        return None;
    }
    let is_played = |detector: &&Detector| template.base.iter().any(|(_, defence)| *defence == detector.name);
    let detectors: Vec<_> = template.detectors.iter().filter(is_played).collect();
    loss::mostly_false_alarms(&detectors, &parameters.pi)
}

/// The warnings of several victims or channels as one list: what is said of several alike is said once, with their names
/// in front; what is said of all of them, without.
pub(super) fn merged(parts: &[(&str, &[Diagnostic])]) -> Vec<Diagnostic> {
    let mut merged: Vec<(Vec<&str>, &Diagnostic)> = Vec::new();
    for (name, warnings) in parts {
        for warning in *warnings {
            match merged.iter_mut().find(|(_, known)| *known == warning) {
                Some((names, _)) if names.last() == Some(name) => {}
                Some((names, _)) => names.push(name),
                None => merged.push((vec![name], warning)),
            }
        }
    }
    let one = |(names, warning): (Vec<&str>, &Diagnostic)| {
        if names.len() == parts.len() {
            return warning.clone();
        }
        Diagnostic { message: format!("{}: {}", names.join(", "), warning.message), ..warning.clone() }
    };
    merged.into_iter().map(one).collect()
}

/// Names with commas, cut when there are many.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<_> = names.iter().take(LIST_MOST).map(AsRef::as_ref).collect();
    let rest = names.len().saturating_sub(LIST_MOST);
    if rest > 0 { format!("{} and {rest} more", shown.join(", ")) } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_several_parts_is_said_once() {
        let [one, two] = ["first", "second"].map(|text| Diagnostic::warning("W04", text));
        let (both, only) = ([one.clone(), two.clone()], [two.clone()]);
        let texts = |parts: &[(&str, &[Diagnostic])]| -> Vec<String> {
            merged(parts).into_iter().map(|warning| warning.message).collect()
        };
        assert_eq!(texts(&[("a", &both), ("b", &only)]), ["a: first", "second"]);
        assert_eq!(texts(&[("a", &only), ("b", &only), ("c", &[])]), ["a, b: second"]);
    }
}
