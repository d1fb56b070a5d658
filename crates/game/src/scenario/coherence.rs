//! Keys of different tables must mean something together: a key that would be ignored is a problem.

use super::defender::{Rule, Strategy};
use super::reader::TableReader;
use super::schema::{AttackerSees, Concept, LossForm, Scenario};
use crate::diagnostic::{Diagnostic, one_of};
use crate::rational::Rational;

/// Reports every key that has no meaning beside the others, and every key that the others need.
pub(super) fn check(root: &TableReader<'_>, scenario: &Scenario) {
    concept_parameters(root, scenario);
    channels(root, scenario);
    constraints(root, scenario);
    portfolios(root, scenario);
    tries(root, scenario);
}

/// The path of a key of `[game]`, its concepts, whether it is given, and whether they need it.
fn concept_parameters(root: &TableReader<'_>, scenario: &Scenario) {
    let game = &scenario.game;
    let several = [Concept::Robust, Concept::Regret, Concept::Bayesian];
    let parameters: [(&str, bool, &[Concept], bool); 5] = [
        ("game.beta", game.beta.is_some(), &[Concept::Cvar], true),
        ("game.lambda", game.lambda.is_some(), &[Concept::Quantal, Concept::Stackelberg], true),
        ("game.prior", game.prior.is_some(), &[Concept::Cvar, Concept::Bayesian], false),
        ("game.victims", game.victims.is_some(), &several, false),
        ("game.then", game.then.is_some(), &[Concept::Lexicographic], true),
    ];
    for (path, is_given, concepts, is_needed) in parameters {
        let is_used = concepts.contains(&game.concept);
        let words = || one_of(concepts.iter().map(|concept| concept.as_str()));
        if is_given && !is_used {
            let problem = Diagnostic::error("unused-key", format!("`{path}` has no meaning for this concept"));
            root.report_path(path, problem.expected(words()).found(format!("`{}`", game.concept.as_str())));
        } else if is_needed && is_used && !is_given {
            let problem = Diagnostic::error("missing-key", format!("this concept needs `{path}`"));
            root.report_path("game.concept", problem.found(format!("`{}` without it", game.concept.as_str())));
        }
    }
    let victims = game.victims.as_ref().map_or(0, Vec::len).max(scenario.source.len());
    if several.contains(&game.concept) && victims < 2 && scenario.types.is_empty() {
        let problem = Diagnostic::error("missing-key", "this concept is about several victims");
        root.report_path("game.concept", problem.expected("at least two in `game.victims`, or two sources"));
    }
    if game.concept == Concept::Quantal && game.lambda.as_ref().is_some_and(|lambda| lambda.0.is_zero()) {
        let problem = Diagnostic::error("out-of-range", "an attacker of precision 0 does not choose at all");
        root.report_path("game.lambda", problem.expected("a number above 0"));
    }
    if !scenario.types.is_empty() {
        if game.concept != Concept::Bayesian {
            let problem = Diagnostic::error("unused-key", "types of attacker have a meaning for `bayesian` only");
            root.report_path("type", problem);
        }
        let sum = scenario.types.iter().fold(Rational::ZERO, |sum, kind| sum + &kind.prior.0);
        if sum != Rational::ONE {
            let problem = Diagnostic::error("out-of-range", "the priors of the types do not sum to 1");
            root.report_path("type", problem.found(crate::rational::to_text(&sum)));
        }
    }
    if (game.concept == Concept::Coverage) != scenario.coverage.is_some() {
        let problem = Diagnostic::error("missing-key", "the concept `coverage` and the table `[coverage]` go together");
        root.report_path("game.concept", problem.expected("both or neither"));
    }
    if game.concept == Concept::Stackelberg && scenario.loss.attacker_cost.is_none() {
        let problem = Diagnostic::error("missing-key", "`stackelberg` needs what attacks cost the attacker");
        root.report_path("game.concept", problem.expected("`loss.attacker_cost`"));
    }
    if game.concept != Concept::Stackelberg && scenario.loss.attacker_cost.is_some() {
        let problem =
            Diagnostic::error("unused-key", "what an attack costs the attacker is no part of a zero-sum loss");
        root.report_path("loss.attacker_cost", problem.expected("the concept `stackelberg`"));
    }
    let sees_draw = matches!(game.attacker_sees, AttackerSees::Draw | AttackerSees::Probe(_));
    if sees_draw && !game.concept.is_matrix_game() {
        let problem = Diagnostic::error("unused-key", "what the attacker sees of the draw is not part of this concept");
        root.report_path("game.attacker_sees", problem.expected("`mix` or `nothing`"));
    }
}

fn channels(root: &TableReader<'_>, scenario: &Scenario) {
    let files = scenario.source.values().map(|source| &source.file);
    let mut files: Vec<_> = files.chain(scenario.channels.values().map(|channel| &channel.source.file)).collect();
    files.sort();
    files.dedup();
    if files.len() > 1 && !scenario.assembled {
        let problem = Diagnostic::error("assembled", "measurements of several files are mixed");
        let problem = problem.expected("`assembled = true`").found(format!("{} files", files.len()));
        root.report("assembled", problem.hint("judges, prompts and budgets differ between files: say that you know"));
    }
    let several = [Concept::Robust, Concept::Regret, Concept::Bayesian];
    if scenario.source.len() > 1 && !several.contains(&scenario.game.concept) {
        let problem = Diagnostic::error("several-sources", "several sources are several victims");
        root.report("source", problem.expected(one_of(several.iter().map(|concept| concept.as_str()))));
    }
    if scenario.channels.is_empty() {
        return;
    }
    if scenario.game.strategy.is_none() {
        let problem = Diagnostic::error("missing-key", "channels need `game.strategy`");
        root.report("channels", problem.expected("`marginals` or `portfolios`"));
    }
    if scenario.loss.form != LossForm::Single {
        let problem = Diagnostic::error("unused-key", "with channels the loss is the security metric itself");
        root.report_path("loss.form", problem.expected("`single`").hint("put utility and cost into constraints"));
    }
    if !scenario.game.concept.is_matrix_game() || several.contains(&scenario.game.concept) {
        let problem = Diagnostic::error("unused-key", "this concept is not played over channels");
        root.report_path("game.concept", problem.expected("`mixed`"));
    }
    let marginals = scenario.game.strategy == Some(Strategy::Marginals);
    if marginals && !matches!(scenario.game.attacker_sees, AttackerSees::Mix | AttackerSees::Nothing) {
        let problem = Diagnostic::error("unused-key", "the joint draw matters to an attacker who sees it");
        root.report_path("game.attacker_sees", problem.expected("`strategy = \"portfolios\"`, or `mix`"));
    }
    if marginals && scenario.game.concept == Concept::Pure {
        let problem =
            Diagnostic::error("unused-key", "marginals are mixes; the best single deployment is printed beside");
        root.report_path("game.concept", problem.expected("`mixed`"));
    }
    for (name, channel) in &scenario.channels {
        let joint = channel.source.footprint.iter().find(|(_, channels)| channels.len() > 1);
        if let Some((attack, _)) = joint.filter(|_| marginals) {
            let path = format!("channels.{name}.footprint");
            let problem =
                Diagnostic::error("cross-modal", format!("`{attack}` meets the defences of several channels"));
            root.report_path(&path, problem.expected("`strategy = \"portfolios\"`: the joint draw matters"));
        }
    }
}

/// A constraint speaks of something measured, and of a channel that there is; so does a footprint.
fn constraints(root: &TableReader<'_>, scenario: &Scenario) {
    if !scenario.constraint.is_empty() && (scenario.coverage.is_some() || scenario.graph.is_some()) {
        let problem =
            Diagnostic::error("unused-key", "a constraint limits a measured metric, and nothing is measured here");
        root.report("constraint", problem);
    }
    let sources = scenario.source.iter().map(|(name, source)| (format!("source.{name}"), source));
    let channels = scenario.channels.iter().map(|(name, channel)| (format!("channels.{name}"), &channel.source));
    for (path, source) in sources.chain(channels) {
        if scenario.channels.is_empty() && !(source.footprint.is_empty() && source.sees.is_empty()) {
            let problem =
                Diagnostic::error("unused-key", "`footprint` and `sees` have a meaning over several channels only");
            root.report_path(&path, problem.expected("`[channels.NAME]`"));
            continue;
        }
        for channel in source.footprint.values().flatten().filter(|c| !scenario.channels.contains_key(&c.text)) {
            let known = || scenario.channels.keys().map(String::as_str);
            let problem = Diagnostic::error("unknown-name", format!("there is no channel `{}`", channel.text));
            let problem = problem.expected(one_of(known())).suggest(&channel.text, known());
            root.report_path(&format!("{path}.footprint"), problem);
        }
    }
    for constraint in &scenario.constraint {
        let Some(channel) = &constraint.channel else { continue };
        if !scenario.channels.contains_key(&channel.text) {
            let known = || scenario.channels.keys().map(String::as_str);
            let problem = Diagnostic::error("unknown-name", format!("there is no channel `{}`", channel.text));
            let problem = problem.expected(one_of(known())).suggest(&channel.text, known());
            root.report_path(&format!("constraint.{}.channel", constraint.name), problem);
        }
    }
}

fn portfolios(root: &TableReader<'_>, scenario: &Scenario) {
    let stacks = scenario.game.strategy == Some(Strategy::Portfolios);
    if stacks && scenario.composition.is_none() {
        let problem = Diagnostic::error("missing-key", "sets of defences need `[composition]`");
        root.report_path("game.strategy", problem.expected("a `rule`: none is safe to assume"));
    }
    if let Some(composition) = &scenario.composition {
        if !stacks {
            let problem = Diagnostic::error("unused-key", "`[composition]` is for sets of defences");
            root.report("composition", problem.expected("`game.strategy = \"portfolios\"`"));
        }
        if composition.rule == Rule::Measured && !scenario.channels.is_empty() {
            let problem = Diagnostic::error("unused-key", "nobody measured sets across channels");
            root.report_path("composition.rule", problem.expected("`independent`, `bounds` or `correlated`"));
        }
    }
    if scenario.game.strategy == Some(Strategy::Marginals) && scenario.channels.is_empty() {
        let problem = Diagnostic::error("unused-key", "`marginals` are probabilities over channels");
        root.report_path("game.strategy", problem.expected("`[channels.NAME]`"));
    }
    if !scenario.stage.is_empty() && !stacks {
        let problem = Diagnostic::error("unused-key", "stages are guarded by sets of defences");
        root.report("stage", problem.expected("`game.strategy = \"portfolios\"`"));
    }
    if scenario.graph.is_some() && !matches!(scenario.game.concept, Concept::Mixed | Concept::Pure) {
        let problem = Diagnostic::error("unused-key", "this concept is not played on a graph");
        root.report_path("game.concept", problem.expected("`mixed` or `pure`"));
    }
    let has_budget = scenario.budget.is_some() || !scenario.resource.is_empty();
    if has_budget && (scenario.coverage.is_some() || scenario.graph.is_some()) {
        root.report("budget", Diagnostic::error("unused-key", "a budget is of measured defences"));
    }
}

fn tries(root: &TableReader<'_>, scenario: &Scenario) {
    let game = &scenario.game;
    if game.draw.is_some() && game.tries.is_none() {
        let problem = Diagnostic::error("missing-key", "`draw` is about several tries");
        root.report_path("game.draw", problem.expected("`tries`"));
    }
    if game.tries.is_some_and(|tries| tries > 1) {
        if scenario.loss.form != LossForm::Single {
            let problem = Diagnostic::error("unused-key", "several tries are of an attack that succeeds or fails");
            root.report_path("game.tries", problem.expected("`loss.form = \"single\"`"));
        }
        if !matches!(game.concept, Concept::Mixed | Concept::Pure) || !scenario.channels.is_empty() {
            let problem = Diagnostic::error("unused-key", "several tries are not part of this concept");
            root.report_path("game.tries", problem.expected("`mixed` or `pure`, without channels"));
        }
    }
}
