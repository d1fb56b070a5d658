//! Expectations of a scenario: known answers that make it a test.

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::rational::{Rational, to_text};
use saddlepoint_game::scenario::{ExpectTable, Number, Selection};
use saddlepoint_solver::Settings;
use saddlepoint_solver::switches::Switches;

use crate::answer::{self, Answer, Answered};
use crate::failure::Failure;
use crate::front;
use crate::general_sum::GeneralAnswer;
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
        let at = loaded.rebuilt(file)?;
        let found = match answer::solve(&at, settings)? {
            Answered::ZeroSum(answer) => compare(expect, &answer, &at, settings)?,
            Answered::GeneralSum(answer) => compare_commitment(expect, &answer),
        };
        if found.is_empty() {
            held += 1;
        }
        let at: Vec<_> = expect.at.iter().map(|(path, setting)| format!("{path} = {}", setting.text())).collect();
        let at = if at.is_empty() { String::new() } else { format!(" at {}", at.join(", ")) };
        differences.extend(found.into_iter().map(|difference| format!("{difference}{at}")));
    }
    Ok((held, differences))
}

/// What differs between an expectation and a commitment: values are losses.
fn compare_commitment(expect: &ExpectTable, answer: &GeneralAnswer) -> Vec<String> {
    let [lower, upper] = answer.losses();
    let value = (&lower + &upper) / Rational::from(2);
    let found = [("value", &expect.value, value), ("lower", &expect.lower, lower), ("upper", &expect.upper, upper)];
    let tolerance = &expect.tolerance.0;
    let differs = |(name, wanted, found): (&str, &Option<Number>, Rational)| {
        difference(name, &wanted.as_ref()?.0, Some(&found), tolerance)
    };
    found.into_iter().filter_map(differs).collect()
}

/// What differs between an expectation and an answer.
fn compare(expect: &ExpectTable, answer: &Answer, at: &Loaded, settings: &Settings) -> Result<Vec<String>, Failure> {
    let analysis = &answer.analysis;
    let (lower, upper) = analysis.bounds();
    let randomisation = analysis.randomisation.as_ref();
    let pure = randomisation.and_then(|r| r.pure.as_ref().map(|(value, _)| value.clone()));
    let pure = pure.or_else(|| analysis.deployment.clone());
    let found = [
        ("value", &expect.value, analysis.value()),
        ("lower", &expect.lower, Some(lower.clone())),
        ("upper", &expect.upper, Some(upper.clone())),
        ("pure", &expect.pure, pure),
        ("break_even_leak", &expect.break_even_leak, randomisation.and_then(|r| r.break_even_leak.clone())),
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
    if let Some(wanted) = &expect.kinks {
        let found = front::of(at, settings)?;
        let found: Vec<_> = found.iter().flat_map(front::kinks).collect();
        differences.extend(compare_points("kink", wanted, &found, tolerance));
    }
    Ok(differences)
}

fn compare_switches(wanted: &[Number], answer: &Answer, tolerance: &Rational) -> Vec<String> {
    let found: Vec<_> = answer.switches.iter().flat_map(Switches::points).map(|switch| switch.at).collect();
    compare_points("switch", wanted, &found, tolerance)
}

fn compare_points(name: &str, wanted: &[Number], found: &[Rational], tolerance: &Rational) -> Vec<String> {
    if found.len() != wanted.len() {
        let texts: Vec<_> = found.iter().map(to_text).collect();
        return vec![format!("{name}: expected {}, found {}: {}", wanted.len(), found.len(), texts.join(", "))];
    }
    let paired = wanted.iter().zip(found);
    paired.filter_map(|(wanted, found)| difference(name, &wanted.0, Some(found), tolerance)).collect()
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
