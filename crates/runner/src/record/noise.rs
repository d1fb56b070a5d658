//! The key `noise`: what sampling noise does to the answer.

use saddlepoint_game::rational::{to_f64, to_fraction};
use saddlepoint_solver::concept::Information;
use saddlepoint_solver::uncertainty::{Distribution, LEVELS};
use serde_json::{Map, Value, json};

use super::Origin;
use crate::answer::NoiseAnswer;

/// - `trials`: `least`, `most`, `counts`, `assumed` (how many counts rest on trials that the source does not state);
/// - `certificate`: `delta`, `lower`, `upper` with their fractions, and `mix`, the marginals that lose at most `upper` with
///   probability 1 - delta; each side holds with that probability. `refused` with the reason in place of it;
/// - `posterior`: `replicates`, `value` (with missing cells of the upper end, and `lowest` of the lower), `marginals`,
///   `supports` with their frequencies;
/// - `split`: `splits`, `lower`, `upper`, right on average and no confidence interval;
/// - `curse`: what a mix that is fitted to a repetition promises and what it loses, were the table the truth.
///
/// A distribution has `mean`, `deviation` and `quantiles`, levels to numbers.
pub(super) fn value(origin: &Origin<'_>, noise: &NoiseAnswer) -> Value {
    let (least, most) = noise.trials;
    let mut record = json!({
        "trials": { "least": least, "most": most, "counts": noise.counted, "assumed": noise.assumed },
    });
    let named = |k: usize| {
        let (channel, name) = &noise.base[k];
        json!({ "name": name, "channel": channel })
    };
    record["certificate"] = match &noise.certificate {
        Err(reason) => json!({ "delta": noise.miss, "refused": reason }),
        Ok(found) => {
            let mix = origin.template.map(|template| template.marginals(found.guaranteed_mix())).unwrap_or_default();
            let mix = mix.iter().enumerate().filter(|(_, probability)| !probability.is_zero());
            let mix = mix.map(|(k, probability)| {
                let mut entry = named(k);
                entry["probability"] = json!(to_f64(probability));
                entry["exact"] = json!(to_fraction(probability));
                entry
            });
            json!({
                "delta": noise.miss,
                "lower": to_f64(found.lower_value()),
                "upper": to_f64(found.upper_value()),
                "lower_exact": to_fraction(found.lower_value()),
                "upper_exact": to_fraction(found.upper_value()),
                "mix": mix.collect::<Vec<_>>(),
            })
        }
    };
    if let Some(posterior) = &noise.posterior {
        let columns = |j: usize| origin.template.map(|template| template.defences()[j].clone());
        let replicates = posterior.replicates();
        let support = |support: &saddlepoint_solver::uncertainty::Support| {
            let names: Vec<_> = support.defences.iter().filter_map(|j| columns(j.0)).collect();
            json!({ "defences": names, "frequency": support.replicates as f64 / replicates.max(1) as f64 })
        };
        let marginal = |(k, found): (usize, &Distribution)| {
            let mut entry = named(k);
            entry["probability"] = distribution(found);
            entry
        };
        record["posterior"] = json!({
            "replicates": replicates,
            "status": posterior.status.as_str(),
            "value": distribution(&posterior.value),
            "marginals": posterior.marginals.iter().enumerate().map(marginal).collect::<Vec<_>>(),
            "supports": posterior.supports.iter().map(support).collect::<Vec<_>>(),
        });
        if let Some(lowest) = &posterior.lowest {
            record["posterior"]["lowest"] = distribution(lowest);
        }
    }
    if let Some(split) = &noise.split {
        record["split"] = json!({
            "splits": split.lower.count,
            "lower": split.lower.mean,
            "upper": split.upper.mean,
        });
    }
    if let Some(curse) = &noise.curse {
        record["curse"] = json!({
            "replicates": curse.found.count,
            "value": curse.value,
            "found": curse.found.mean,
            "loss": curse.loss.mean,
            "excess": curse.excess(),
            "standard_error": curse.loss.standard_error(),
        });
    }
    if !noise.next.is_empty() {
        let of = |([model, attack, defence], found): &([String; 3], Information)| {
            json!({
                "model": model,
                "attack": attack,
                "defence": defence,
                "worth": found.worth,
                "deviation": found.deviation,
            })
        };
        record["next"] = noise.next.iter().map(of).collect();
    }
    record
}

fn distribution(found: &Distribution) -> Value {
    let quantiles = LEVELS.iter().zip(found.quantiles).map(|(level, number)| (level.to_string(), json!(number)));
    json!({
        "mean": found.mean,
        "deviation": found.deviation,
        "quantiles": quantiles.collect::<Map<_, _>>(),
    })
}
