//! What else a result says of a small game, beside its answer. Exact, but not part of the certificate.
//!
//! | key | what it holds |
//! |---|---|
//! | `deployments_by_size` | `[{size, value, value_exact, defences: {name: "p/q"}}]`: the best mix over so few defences |
//! | `dominated` | `{defences: [{name, by: {name: "p/q"}, margin}], attacks: […]}`: superfluous on this loss, and kept |
//! | `region` | `{attack, defence, now, pieces: [{from, to, value_from, value_to, defences, attacks}]}` |
//! | `next_measurement` | `[{attack, defence, if_low: [V-, V+], if_high: [V-, V+]}]`, best first |
//! | `transfer` | `{victims: […], losses: [[…]], regrets: [[…]]}`: rows are tuned on, columns are tested on |
//! | `tries` | `{tries, fresh, sticky, adapted, repeated, choice}` with fractions beside |
//! | `interdiction` | `{detection, max_flow, choke_points: [arc]}` |
//! | `coverage` | `{index, index_exact, axes, stages, modalities: [{name, covered, all}], least_cover, open}` of all stages |
//! | `front` | `[{bound, value, price_left, price_right, …_exact}]`: every kink of the value over the swept bound |

use saddlepoint_game::MixedStrategy;
use saddlepoint_game::Names;
use saddlepoint_game::rational::{Rational, to_f64, to_fraction};
use saddlepoint_solver::concept::{Domination, Front, Kink};
use saddlepoint_solver::further::Further;
use serde_json::{Map, Value, json};

use super::Origin;
use crate::answer::Answer;

/// The keys that an answer fills.
pub(super) fn keys(origin: &Origin<'_>, answer: &Answer) -> Map<String, Value> {
    let Further { deployments, dominated_defences, dominated_attacks, region, next, transfer, tries, interdiction } =
        &answer.further;
    let loss = &answer.analysis.highest.game.loss;
    let (attacks, defences) = (loss.attacks(), loss.defences());
    let mut keys = Map::new();
    let mut put = |key: &str, value: Value| _ = keys.insert(key.to_owned(), value);
    if !deployments.is_empty() {
        let of = |found: &saddlepoint_solver::concept::Deployment| {
            json!({
                "size": found.size,
                "value": to_f64(&found.value),
                "value_exact": to_fraction(&found.value),
                "defences": mix(defences, &found.defender),
            })
        };
        put("deployments_by_size", deployments.iter().map(of).collect());
    }
    if !(dominated_defences.is_empty() && dominated_attacks.is_empty()) {
        put(
            "dominated",
            json!({ "defences": dominated(defences, dominated_defences), "attacks": dominated(attacks, dominated_attacks) }),
        );
    }
    if let Some(region) = region {
        let named = |piece: &saddlepoint_solver::concept::CellPiece| {
            json!({
                "from": to_f64(&piece.from),
                "to": to_f64(&piece.to),
                "value_from": to_f64(&piece.value_from),
                "value_to": to_f64(&piece.value_to),
                "defences": piece.defences.iter().map(|d| defences[d.0].clone()).collect::<Vec<_>>(),
                "attacks": piece.attacks.iter().map(|a| attacks[a.0].clone()).collect::<Vec<_>>(),
            })
        };
        put(
            "region",
            json!({
                "attack": attacks[region.attack.0],
                "defence": defences[region.defence.0],
                "now": to_f64(&loss.loss(region.attack, region.defence)),
                "pieces": region.pieces.iter().map(named).collect::<Vec<_>>(),
            }),
        );
    }
    if !next.is_empty() {
        let ends = |(low, high): &(Rational, Rational)| json!([to_f64(low), to_f64(high)]);
        let of = |cell: &saddlepoint_solver::concept::NextMeasurement| {
            json!({
                "attack": attacks[cell.attack.0],
                "defence": defences[cell.defence.0],
                "if_low": ends(&cell.at_low),
                "if_high": ends(&cell.at_high),
            })
        };
        put("next_measurement", next.iter().map(of).collect());
    }
    if let Some(transfer) = transfer {
        let groups = origin.template.map(saddlepoint_game::scenario::Template::groups).unwrap_or_default();
        let table = |rows: &[Vec<Rational>]| -> Value {
            rows.iter().map(|row| row.iter().map(to_f64).collect::<Vec<_>>()).collect()
        };
        put(
            "transfer",
            json!({
                "victims": groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>(),
                "losses": table(&transfer.losses),
                "regrets": table(&transfer.regrets),
            }),
        );
    }
    if let Some(tries) = tries {
        let adapted = tries.adapted.certificate.value();
        put(
            "tries",
            json!({
                "tries": tries.tries,
                "fresh": to_f64(&tries.fresh),
                "fresh_exact": to_fraction(&tries.fresh),
                "repeated": to_f64(&tries.repeated),
                "sticky": to_f64(&tries.sticky),
                "sticky_exact": to_fraction(&tries.sticky),
                "choice": tries.choice.iter().map(|a| attacks[a.0].clone()).collect::<Vec<_>>(),
                "adapted": to_f64(&adapted),
                "adapted_exact": to_fraction(&adapted),
            }),
        );
    }
    if let Some(found) = interdiction {
        put(
            "interdiction",
            json!({
                "detection": to_f64(&found.certificate.lower),
                "max_flow": found.max_flow.as_ref().map(to_f64),
                "choke_points": found.cut.iter().filter_map(|arc| defences.get(*arc).cloned()).collect::<Vec<_>>(),
            }),
        );
    }
    if let Some(found) = &answer.coverage {
        let counted =
            |(name, covered, all): (&str, usize, usize)| json!({ "name": name, "covered": covered, "all": all });
        let stages = found.stages.iter().map(|(name, covered, all)| counted((name, *covered, *all)));
        put(
            "coverage",
            json!({
                "index": to_f64(&found.index),
                "index_exact": to_fraction(&found.index),
                "axes": found.axes.iter().copied().map(counted).collect::<Vec<_>>(),
                "stages": stages.collect::<Vec<_>>(),
                "modalities": found.modalities.iter().copied().map(counted).collect::<Vec<_>>(),
                "least_cover": found.least_cover,
                "open": found.open,
            }),
        );
    }
    if let Some(front) = &answer.front {
        put("front", front_points(front));
    }
    keys
}

fn front_points(front: &Front) -> Value {
    let of = |kink: &Kink| {
        json!({
            "bound": to_f64(&kink.bound),
            "bound_exact": to_fraction(&kink.bound),
            "value": to_f64(&kink.value),
            "value_exact": to_fraction(&kink.value),
            "price_left": kink.price_left.as_ref().map(to_f64),
            "price_right": to_f64(&kink.price_right),
        })
    };
    front.points.iter().map(of).collect()
}

fn dominated(names: &Names, found: &[Domination]) -> Value {
    let of = |one: &Domination| json!({ "name": names[one.strategy], "by": mix(names, &one.by), "margin": to_f64(&one.margin) });
    found.iter().map(of).collect()
}

fn mix(names: &Names, mix: &MixedStrategy) -> Map<String, Value> {
    let played = mix.support().into_iter();
    played.map(|k| (names[k].clone(), json!(to_fraction(&mix.probability(k))))).collect()
}
