//! What a solution concept adds to a result: victims and types, caps, the soft attacker, metrics after the value.

use saddlepoint_game::rational::{to_f64, to_fraction};
use saddlepoint_game::scenario::{Group, Template};
use saddlepoint_game::{LossMatrix, MixedStrategy, Names, Payoffs};
use saddlepoint_solver::analysis::Analysis;
use saddlepoint_solver::{Beside, Solution};
use serde_json::{Value, json};

use super::Origin;

/// Keys of a result that a concept may fill.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// `[{name, prior, prior_exact, attacks, value, value_exact, attacker, defender, multipliers}]`: each victim or type
    /// with the number of its rows; for `regret` with its own value and what proves it.
    pub(super) types: Option<Value>,
    /// `["p/q", …]`: the most that the attacker may put on each attack.
    pub(super) caps: Option<Value>,
    /// `{lambda, prior: ["p/q", …]}`.
    pub(super) quantal: Option<Value>,
    /// `[{metric, attained, attained_exact}]`, in order.
    pub(super) then: Option<Value>,
}

impl Keys {
    pub(super) fn of(origin: &Origin<'_>, analysis: &Analysis) -> Self {
        let groups = origin.template.map(Template::groups).unwrap_or_default();
        let loss = &analysis.highest.game.loss;
        let victims = match &analysis.beside {
            Some(Beside::Victims(victims)) => victims.as_slice(),
            _ => &[],
        };
        let mut keys = Self::default();
        if !groups.is_empty() {
            let types = groups.iter().enumerate();
            keys.types =
                Some(types.map(|(k, group)| kind(group, loss.attacks(), loss.defences(), victims.get(k))).collect());
        }
        match &analysis.beside {
            Some(Beside::Caps(caps)) => keys.caps = Some(caps.iter().map(to_fraction).collect()),
            Some(Beside::Soft(prior, lambda)) => {
                let prior: Vec<_> = prior.probabilities().iter().map(to_fraction).collect();
                keys.quantal = Some(json!({ "lambda": to_fraction(lambda), "prior": prior }));
            }
            Some(Beside::Metrics(reached)) => {
                let then = origin.template.map(Template::then).unwrap_or_default();
                let of = |(metric, reached): (&saddlepoint_game::scenario::Secondary, _)| {
                    json!({
                        "metric": metric.metric,
                        "attained": to_f64(reached),
                        "attained_exact": to_fraction(reached),
                    })
                };
                keys.then = Some(then.iter().zip(reached).map(of).collect());
            }
            Some(Beside::Victims(_)) | None => {}
        }
        keys
    }
}

/// The losses of a regret game as they were before each victim's own value was taken off.
pub(super) fn own_losses(origin: &Origin<'_>, analysis: &Analysis) -> Option<LossMatrix> {
    let Some(Beside::Victims(victims)) = &analysis.beside else { return None };
    let groups = origin.template.map(Template::groups)?;
    let loss = &analysis.highest.game.loss;
    let columns = loss.defences().len();
    let mut entries = loss.payoffs().to_rationals();
    for (group, own) in groups.iter().zip(victims) {
        let value = own.certificate.value();
        entries[group.rows.start * columns..group.rows.end * columns].iter_mut().for_each(|entry| *entry += &value);
    }
    let (attacks, defences) = (loss.attacks().clone(), loss.defences().clone());
    LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), loss.kind()).ok()
}

fn kind(group: &Group, attacks: &Names, defences: &Names, own: Option<&Solution>) -> Value {
    let mut kind = json!({
        "name": group.name,
        "prior": to_f64(&group.prior),
        "prior_exact": to_fraction(&group.prior),
        "attacks": group.rows.len(),
    });
    if let Some(own) = own {
        let value = own.certificate.value();
        let rows: Names = attacks.iter().skip(group.rows.start).take(group.rows.len()).cloned().collect();
        kind["value"] = json!(to_f64(&value));
        kind["value_exact"] = json!(to_fraction(&value));
        kind["attacker"] = mix(&rows, &own.attacker);
        kind["defender"] = mix(defences, &own.defender);
        kind["multipliers"] = own.multipliers.iter().map(to_fraction).collect();
    }
    kind
}

/// Name, double and fraction of every strategy that is played.
fn mix(names: &Names, mix: &MixedStrategy) -> Value {
    let played = mix.support().into_iter().map(|k| {
        let exact = mix.probability(k);
        json!({ "name": names[k], "probability": to_f64(&exact), "exact": to_fraction(&exact) })
    });
    played.collect()
}
