//! Swept keys and their values in words, for axes, rows and notes.

use saddlepoint_game::scenario::{Concept, Scenario, Setting, SweepMode, split_path};

/// What a swept key is.
pub(super) fn key(scenario: &Scenario, path: &str) -> String {
    let parts = split_path(path);
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let words = match parts.as_slice() {
        ["constraint", name, bound] => {
            let metric = scenario.constraint.iter().find(|constraint| constraint.name == *name);
            let metric = metric.map_or(*name, |constraint| constraint.metric.text.as_str()).replace('_', " ");
            return format!("{metric}, at {}", if *bound == "min" { "least" } else { "most" });
        }
        ["resource", name, "max"] => return format!("{name}, at most"),
        ["channels", name, "budget"] => return format!("budget of {name}"),
        ["graph", "arc", name, "detection"] => return format!("probability of detection at {name}"),
        ["game", "lambda"] if scenario.game.concept == Concept::Stackelberg => {
            let cost = scenario.loss.attacker_cost.as_ref().map_or("its cost", |name| name.text.as_str());
            return format!("worth to the attacker of one unit of {}", cost.replace('_', " "));
        }
        ["game", "lambda"] => "precision of the attacker per unit of loss",
        ["game", "beta"] => "share of its prior that the attacker can leave out",
        ["game", "attacker_sees", "probe"] => "probability that the attacker sees the draw",
        ["game", "tries"] => "tries",
        ["game", "draw"] => "defence drawn",
        ["game", "concept"] => "what is minimised",
        ["loss", "w"] => "weight w of the security metric",
        ["loss", "pi"] => "share of requests that are attacks",
        ["loss", "h"] => "harm of one successful attack",
        ["budget", "max"] => "budget for active defences",
        ["composition", "max_size"] if scenario.stage.is_empty() => "defences in a set, at most",
        ["composition", "max_size"] => "stages guarded, at most",
        ["composition", "rule"] => "how layers combine",
        ["composition", "correlation"] => "correlation between layers",
        ["coverage", "monitors"] => "stages watched at a time",
        ["stress", "adaptive_uplift"] => "assumed uplift of an adaptive attacker",
        ["missing", "mode"] => "cells that nobody measured",
        [_, _, "model"] => "system",
        [_, _, "attacks" | "drop_attacks"] => "attacks",
        [_, _, "defences" | "drop_defences"] => "defences",
        _ => path,
    };
    words.to_owned()
}

/// A value of a swept key, under the words of [`key`].
pub(super) fn value(path: &str, setting: &Setting) -> String {
    let parts = split_path(path);
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let text = setting.text();
    let names = || serde_json::from_str::<Vec<String>>(&text).unwrap_or_default();
    let words = match (parts.as_slice(), text.as_str()) {
        ([.., "drop_attacks"], _) if names().is_empty() => "all attacks",
        ([.., "drop_defences"], _) if names().is_empty() => "all defences",
        ([.., "drop_attacks" | "drop_defences"], _) => return format!("without {}", names().join(", ")),
        ([.., "attacks" | "defences"], _) => return names().join(", "),
        (["composition", "rule"], "bounds") => "Fréchet bounds",
        (["composition", "rule"], "independent") => "independent",
        (["game", "concept"], "mixed") => "worst loss",
        (["game", "concept"], "pure") => "worst loss, one defence",
        (["game", "concept"], "robust") => "worst loss of all (robust)",
        (["game", "concept"], "regret") => "worst regret",
        (["game", "concept"], "bayesian") => "mean loss (Bayesian)",
        (["game", "draw"], "fresh") => "anew at each try",
        (["game", "draw"], "sticky") => "once a session",
        (["missing", "mode"], "bounds") => "bounded",
        (["missing", "mode"], "drop-defences") => "defences with one left out",
        (["missing", "mode"], "drop-attacks") => "attacks with one left out",
        _ => &text,
    };
    words.to_owned()
}

/// A value of a swept key, by itself.
fn alone(scenario: &Scenario, path: &str, setting: &Setting) -> String {
    let of = value(path, setting);
    let parts = split_path(path);
    let parts: Vec<_> = parts.iter().map(String::as_str).collect();
    let several = if of == "1" { "" } else { "s" };
    match parts.as_slice() {
        ["game", "tries"] if several.is_empty() => "1 try".to_owned(),
        ["game", "tries"] => format!("{of} tries"),
        ["coverage", "monitors"] => format!("{of} stage{several} watched"),
        ["composition", "max_size"] if scenario.stage.is_empty() => format!("at most {of} defence{several} at once"),
        ["composition", "max_size"] => format!("at most {of} stage{several} guarded"),
        [_, _, "attacks" | "drop_attacks" | "defences" | "drop_defences" | "model"]
        | ["composition", "rule"]
        | ["game", "concept"] => of,
        _ => format!("{}: {of}", key(scenario, path)),
    }
}

/// The settings of a point, but for one key.
pub(super) fn others(scenario: &Scenario, x: &str, positions: &[u64]) -> String {
    let sweep = &scenario.sweep;
    if sweep.mode == SweepMode::Zip {
        return String::new();
    }
    let others = sweep.axes.iter().zip(positions).filter(|(axis, _)| axis.path != x);
    others.map(|(axis, at)| alone(scenario, &axis.path, &axis.at(*at))).collect::<Vec<_>>().join(", ")
}

/// The row of a point: the group that it stands in, and its name there. The last key tells the rows of a group apart; in
/// a zip all keys do.
pub(super) fn row(scenario: &Scenario, positions: &[u64]) -> [String; 2] {
    let sweep = &scenario.sweep;
    let is_zip = sweep.mode == SweepMode::Zip && sweep.axes.len() > 1;
    let mut settings: Vec<_> = sweep.axes.iter().zip(positions).collect();
    let last = if is_zip { None } else { settings.pop() };
    let words: Vec<_> = settings.iter().map(|(axis, at)| alone(scenario, &axis.path, &axis.at(**at))).collect();
    match last {
        Some((axis, at)) => [words.join(", "), value(&axis.path, &axis.at(*at))],
        None if words.is_empty() => [String::new(), "this game".to_owned()],
        None => [String::new(), words.join(", ")],
    }
}

/// What tells the rows of [`row`] apart.
pub(super) fn rows_key(scenario: &Scenario) -> String {
    let sweep = &scenario.sweep;
    match (sweep.mode, sweep.axes.as_slice()) {
        (SweepMode::Grid, [.., last]) | (SweepMode::Zip, [last]) => key(scenario, &last.path),
        _ => String::new(),
    }
}
