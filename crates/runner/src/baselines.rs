//! What stands beside a value so that it can be judged: what trivial defenders lose, and what the loss counts.

use saddlepoint_game::rational::{Rational, to_f64, to_fraction};
use saddlepoint_game::scenario::{Concept, Instance, Refusal, Translation};
use saddlepoint_game::{DefenceId, Game, measured};
use saddlepoint_solver::analysis::Analysis;
use saddlepoint_solver::baselines::{self, Baseline, Kind};
use serde_json::{Value, json};

use crate::record::Origin;

/// What is said of a system that refuses everything where the loss does not count what that costs.
pub(crate) const USELESS: &str = "nothing is useful any more: the loss does not count it";

/// The baselines of an answer, see [`saddlepoint_solver::baselines`]; none where the value is no worst case over the
/// attacks, and only those that need no list of columns where sets of defences were searched.
#[must_use]
pub fn of(origin: &Origin<'_>, analysis: &Analysis) -> Vec<Baseline> {
    use Concept::{Coverage, Lexicographic, Mixed, Pure, Robust};
    if !matches!(analysis.concept, Mixed | Pure | Robust | Coverage | Lexicographic) {
        return Vec::new();
    }
    let game = |game: &Game| game.clone();
    let instance = Instance {
        lowest: analysis.lowest.as_ref().map(|solved| game(&solved.game)),
        blocks: origin.template.map_or_else(|| [].into(), |template| template.blocks().into()),
        ..Instance::new(game(&analysis.highest.game))
    };
    let is_idle = |j: &DefenceId| {
        let (_, defences) = origin.column(j.0, &analysis.highest.game.loss.defences()[j.0]);
        defences.iter().all(|defence| defence == measured::BASELINE)
    };
    let undefended: Vec<_> = analysis.highest.game.loss.defence_ids().filter(is_idle).collect();
    let mut found = baselines::of(&instance, &undefended, refusal(origin).as_ref());
    if origin.columns.is_some() {
        found.retain(|baseline| matches!(baseline.kind, Kind::NoDefence | Kind::RefuseAll));
    }
    found
}

/// A system that refuses every request.
pub(crate) fn refusal(origin: &Origin<'_>) -> Option<Refusal> {
    let template = origin.template?;
    template.refusal(template.parameters())
}

/// What the numbers of the loss make one harm worth.
pub(crate) fn translation(origin: &Origin<'_>) -> Option<Translation> {
    let template = origin.template?;
    template.translation(template.parameters())
}

/// The key `baselines` of a result: for each its `name` (`no-defence`, `refuse-all`, `uniform`, `best-single`), its worst
/// expected `loss` with the `exact` fraction, with missing cells `lower` and `lower_exact` beside them, the `attack` that
/// makes it lose so much and the `defence` where there are such, the limits that it `breaks` (`constraint`, `by`,
/// `by_exact`, in the unit of the limited metric) or of which that is `unknown`, and a `note`.
#[must_use]
pub fn json(origin: &Origin<'_>, analysis: &Analysis) -> Vec<Value> {
    let loss = &analysis.highest.game.loss;
    let counts_use = refusal(origin).is_none_or(|refusal| refusal.counts_use);
    let value = |baseline: Baseline| {
        let breach = |(name, by): &(String, Rational)| json!({ "constraint": name, "by": to_f64(by), "by_exact": to_fraction(by) });
        let mut value = json!({
            "name": baseline.kind.as_str(),
            "loss": to_f64(&baseline.loss),
            "exact": to_fraction(&baseline.loss),
            "breaks": baseline.breaks.iter().map(breach).collect::<Vec<_>>(),
        });
        if let Some(lowest) = &baseline.lowest {
            value["lower"] = json!(to_f64(lowest));
            value["lower_exact"] = json!(to_fraction(lowest));
        }
        if let Some(attack) = baseline.attack {
            value["attack"] = json!(loss.attacks()[attack.0]);
        }
        if let Some(defence) = baseline.defence {
            value["defence"] = json!(loss.defences()[defence.0]);
        }
        if !baseline.unknown.is_empty() {
            value["unknown"] = json!(baseline.unknown);
        }
        if baseline.kind == Kind::RefuseAll && !counts_use {
            value["note"] = json!(USELESS);
        }
        value
    };
    of(origin, analysis).into_iter().map(value).collect()
}

/// The key `loss_terms` of a result: the `form`, the weight `w` and the share `pi` of attacks where there are such, the lost
/// benign tasks that one harm is worth (`harm_in_tasks`, with its fraction), the `unit`, and all of it in a `sentence`.
#[must_use]
pub fn loss_terms(origin: &Origin<'_>) -> Value {
    let Some(found) = translation(origin) else { return Value::Null };
    let number = |number: &Option<Rational>| number.as_ref().map(to_f64);
    json!({
        "form": found.form,
        "w": number(&found.w),
        "pi": number(&found.pi),
        "harm_in_tasks": number(&found.harm_in_tasks),
        "harm_in_tasks_exact": found.harm_in_tasks.as_ref().map(to_fraction),
        "unit": found.unit,
        "sentence": found.sentence,
    })
}
