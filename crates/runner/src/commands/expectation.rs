//! Expectations of a scenario: known answers that make it a test.

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::rational::{Rational, to_text};
use saddlepoint_game::scenario::{ExpectTable, Number, Selection};
use saddlepoint_solver::Settings;
use saddlepoint_solver::switches::Switches;

use crate::answer::{self, Answer};
use crate::failure::Failure;
use crate::input::Loaded;

/// Solves every `[[expect]]` of a scenario; returns how many hold and what differs.
pub(crate) fn check(loaded: &Loaded, settings: &Settings) -> Result<(usize, Vec<String>), Failure> {
    let mut differences = Vec::new();
    let mut held = 0;
    for expect in &loaded.file.scenario.expect {
        let mut file = loaded.file.with(expect.at.iter().map(|(path, setting)| (path.as_str(), setting)))?;
        // Switches lie along the sweep, so it stays known.
        file.scenario.sweep = loaded.file.scenario.sweep.clone();
        // Expectations are of values and prices, which are not selected.
        file.scenario.game.selection = Some(Selection::Vertex);
        let answer = answer::solve(&loaded.rebuilt(file)?, settings)?;
        let found = compare(expect, &answer);
        if found.is_empty() {
            held += 1;
        }
        let at: Vec<_> = expect.at.iter().map(|(path, setting)| format!("{path} = {}", setting.text())).collect();
        let at = if at.is_empty() { String::new() } else { format!(" at {}", at.join(", ")) };
        differences.extend(found.into_iter().map(|difference| format!("{difference}{at}")));
    }
    Ok((held, differences))
}

/// What differs between an expectation and an answer.
fn compare(expect: &ExpectTable, answer: &Answer) -> Vec<String> {
    let analysis = &answer.analysis;
    let (lower, upper) = analysis.bounds();
    let randomisation = analysis.randomisation.as_ref();
    let found = [
        ("value", &expect.value, analysis.value()),
        ("lower", &expect.lower, Some(lower.clone())),
        ("upper", &expect.upper, Some(upper.clone())),
        ("pure", &expect.pure, randomisation.and_then(|r| r.pure.as_ref().map(|(value, _)| value.clone()))),
        ("visible", &expect.visible, randomisation.map(|r| r.visible.clone())),
        ("price", &expect.price, analysis.highest.solution.multipliers.first().cloned()),
    ];
    let tolerance = &expect.tolerance.0;
    let mut differences: Vec<_> = found
        .into_iter()
        .filter_map(|(name, wanted, found)| difference(name, &wanted.as_ref()?.0, found.as_ref(), tolerance))
        .collect();
    if let Some(wanted) = &expect.switches {
        differences.extend(compare_switches(wanted, answer, tolerance));
    }
    differences
}

fn compare_switches(wanted: &[Number], answer: &Answer, tolerance: &Rational) -> Vec<String> {
    let found: Vec<_> = answer.switches.iter().flat_map(Switches::points).map(|switch| switch.at).collect();
    if found.len() != wanted.len() {
        let found: Vec<_> = found.iter().map(to_text).collect();
        return vec![format!("switches: expected {}, found {}: {}", wanted.len(), found.len(), found.join(", "))];
    }
    let paired = wanted.iter().zip(&found);
    paired.filter_map(|(wanted, found)| difference("switch", &wanted.0, Some(found), tolerance)).collect()
}

fn difference(name: &str, wanted: &Rational, found: Option<&Rational>, tolerance: &Rational) -> Option<String> {
    let Some(found) = found else { return Some(format!("{name}: expected {}, found none", to_text(wanted))) };
    let distance = if found > wanted { found - wanted } else { wanted - found };
    (distance > *tolerance).then(|| format!("{name}: expected {}, found {}", to_text(wanted), to_text(found)))
}

/// A difference as a problem of the scenario.
pub(crate) fn problem(loaded: &Loaded, difference: String) -> Diagnostic {
    Diagnostic::error("expectation", difference).in_file(loaded.file.name())
}
