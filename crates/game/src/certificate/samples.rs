//! Hand-made results with values from closed forms, for tests to tamper with.

use serde_json::{Value, json};

/// `{"name": …, "probability": …, "exact": …}`.
fn entry(name: &str, probability: f64, exact: &str) -> Value {
    json!({"name": name, "channel": "text", "probability": probability, "exact": exact})
}

/// The digest by its definition, on a text that is written out by hand.
fn digest(loss: &str) -> String {
    let text = format!("{{\"attacks\":[\"direct\",\"indirect\"],\"defences\":[\"none\",\"filter\"],\"loss\":{loss}}}");
    crate::digest_bytes(text.as_bytes())
}

/// The game ((0.6, 0.1), (0.2, 0.5)). With a + d - b - c = 0.8 and a d - b c = 0.28 its value is 0.28 / 0.8 = 7/20, at
/// x = (3/8, 5/8) and y = (1/2, 1/2).
pub(super) fn plain() -> Value {
    json!({
        "schema": "saddlepoint.result/1",
        "scenario": {"name": "sample", "file": "sample.toml", "point": {"loss.w": 0.5}},
        "game": {
            "attacks": 2, "defences": 2, "concept": "mixed",
            "digest": digest(r#"[["0.6","0.10"],["1/5","0.5"]]"#),
            "defence_names": ["none", "filter"],
            "loss": [["0.6", "0.10"], ["1/5", "0.5"]],
        },
        "value": 0.35,
        "certificate": {"lower": "7/20", "upper": "7/20", "gap": 0.0, "arithmetic": "exact", "payoffs": "rational",
                        "proves": "the value is 7/20"},
        "attacker": [entry("direct", 0.375, "3/8"), entry("indirect", 0.625, "5/8")],
        "defender": [entry("none", 0.5, "1/2"), entry("filter", 0.5, "1/2")],
        "marginals": [{"name": "none", "probability": 0.5, "band": [0.5, 0.5]},
                      {"name": "filter", "probability": 0.5, "band": [0.5, 0.5]}],
        "constraints": [],
        "unique": {"attacker": true, "defender": true},
        "solver": {"name": "exact", "status": "converged", "iterations": 2, "seconds": 0.0},
        "warnings": [],
    })
}

/// The same game with refusals (0, 0.1) ≤ 0.04 in expectation: y = (3/5, 2/5), x = (1, 0), λ = 5, v = 2/5, since
/// 0.6 - 5 · 0.04 = 0.1 + 5 · 0.06 = 0.4 = 0.6 · 3/5 + 0.1 · 2/5.
pub(super) fn constrained() -> Value {
    let mut result = plain();
    result["value"] = json!(0.4);
    result["certificate"]["lower"] = json!("2/5");
    result["certificate"]["upper"] = json!("2/5");
    result["attacker"] = json!([entry("direct", 1.0, "1/1"), entry("indirect", 0.0, "0/1")]);
    result["defender"] = json!([entry("none", 0.6, "3/5"), entry("filter", 0.4, "2/5")]);
    result["marginals"] = json!([{"name": "none", "probability": 0.6}, {"name": "filter", "probability": 0.4}]);
    result["constraints"] = json!([{
        "name": "refusals", "metric": "over_refusal_rate", "sense": "max", "bound": 0.04, "bound_exact": "1/25",
        "attained": 0.04, "attained_exact": "1/25", "price": 5.0, "price_exact": "5/1", "price_left": 5.0,
        "price_right": 5.0, "coefficients": ["0", "0.1"],
    }]);
    result
}

/// The same game under the concept `pure`: the worst losses are 0.6 and 0.5.
pub(super) fn pure() -> Value {
    let mut result = plain();
    result["game"]["concept"] = json!("pure");
    result["value"] = json!(0.5);
    result["certificate"]["lower"] = json!("1/2");
    result["certificate"]["upper"] = json!("1/2");
    result["attacker"] = json!([entry("direct", 0.0, "0/1"), entry("indirect", 1.0, "1/1")]);
    result["defender"] = json!([entry("filter", 1.0, "1/1")]);
    result["marginals"] = json!([{"name": "none", "probability": 0.0}, {"name": "filter", "probability": 1.0}]);
    result
}

/// The loss of the indirect attack on the filter is missing, in [0.3, 0.7].
///
/// High: v = (0.42 - 0.02) / 1 = 2/5, x = (1/2, 1/2), y = (3/5, 2/5).
/// Low: v = (0.18 - 0.02) / 0.6 = 4/15, x = (1/6, 5/6), y = (1/3, 2/3).
pub(super) fn interval() -> Value {
    let mut result = plain();
    let third = 1.0 / 3.0;
    let guaranteed = json!([entry("none", 0.6, "3/5"), entry("filter", 0.4, "2/5")]);
    let attack = json!([entry("direct", 1.0 / 6.0, "1/6"), entry("indirect", 5.0 / 6.0, "5/6")]);
    result["game"]["loss"] = json!([["0.6", "0.10"], ["1/5", ["0.3", "0.7"]]]);
    result["game"]["digest"] = json!(digest(r#"[["0.6","0.10"],["1/5",["0.3","0.7"]]]"#));
    result["value"] = Value::Null;
    result["certificate"]["lower"] = json!("4/15");
    result["certificate"]["upper"] = json!("2/5");
    result["certificate"]["gap"] = json!(2.0 / 15.0);
    result["attacker"] = attack.clone();
    result["defender"] = guaranteed.clone();
    result["marginals"] = json!([{"name": "none", "probability": 0.6}, {"name": "filter", "probability": 0.4}]);
    result["interval"] = json!({
        "lower": 4.0 / 15.0, "upper": 0.4, "lower_exact": ["4/15", "4/15"], "upper_exact": ["2/5", "2/5"],
        "guaranteed": guaranteed, "attack": attack,
        "best_defence": [entry("none", third, "1/3"), entry("filter", 2.0 / 3.0, "2/3")],
        "worst_attack": [entry("direct", 0.5, "1/2"), entry("indirect", 0.5, "1/2")],
    });
    result
}
