//! A true result is believed; every tampered copy of it is rejected, for the right reason.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::samples;
use super::*;
use crate::plain::json as plain;

fn claim(result: &Value) -> Claim {
    Claim::from_json("r.json", &result.to_string()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The messages about a sample after a change.
fn messages(mut result: Value, change: impl FnOnce(&mut Value)) -> Vec<String> {
    change(&mut result);
    verify(&claim(&result), None).iter().map(ToString::to_string).collect()
}

fn rebuilt() -> GameInput {
    let loss = plain::read(
        "g.json",
        br#"{"attacks": ["direct", "indirect"], "defences": ["none", "filter"], "loss": [["0.6", "0.10"], ["1/5", 0.5]]}"#,
    );
    Game::new(loss.expect("a game")).into()
}

#[test]
fn true_results_are_believed() {
    for result in [samples::plain(), samples::constrained(), samples::pure(), samples::interval()] {
        assert_eq!(verify(&claim(&result), None), [], "{result}");
    }
    assert_eq!(verify(&claim(&samples::plain()), Some(&rebuilt())), []);
}

#[test]
fn moved_and_lost_mass_is_noticed() {
    assert_eq!(
        messages(samples::plain(), |result| result["attacker"][0] =
            json!({"name": "direct", "probability": 0.25, "exact": "1/4"})),
        ["the probabilities of `attacker` sum to 7/8, not to 1: 1/8 is missing"]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["defender"][0] =
            json!({"name": "none", "probability": 0.75, "exact": "3/4"}))[0],
        "the probabilities of `defender` sum to 5/4, not to 1: 1/4 is too much"
    );
    let moved = messages(samples::plain(), |result| {
        result["attacker"][0] = json!({"name": "direct", "probability": 0.5, "exact": "1/2"});
        result["attacker"][1] = json!({"name": "indirect", "probability": 0.5, "exact": "1/2"});
    });
    assert_eq!(moved, ["`certificate.lower` claims more than is proved: claimed 7/20, proved 3/10"]);
}

#[test]
fn bad_probabilities_and_names_are_noticed() {
    let negative = messages(samples::plain(), |result| {
        result["defender"][0] = json!({"name": "none", "probability": -0.5, "exact": "-1/2"});
        result["defender"][1] = json!({"name": "filter", "probability": 1.5, "exact": "3/2"});
        result["marginals"] = json!([]);
    });
    assert_eq!(negative, ["the probability of `none` in `defender` is negative: -1/2"]);
    assert_eq!(
        messages(samples::plain(), |result| result["defender"][0]["name"] = json!("firewall"))[0],
        "`defender` names `firewall`, which the game does not have"
    );
    assert_eq!(
        messages(samples::plain(), |result| result["defender"][0]["name"] = json!("filter"))[0],
        "`defender` names `filter` twice"
    );
    assert_eq!(
        messages(samples::plain(), |result| result["attacker"][0]["name"] = json!("indirect")),
        ["the stored losses are no game: the attack name `indirect` occurs twice"]
    );
}

#[test]
fn wrong_bounds_are_told_apart() {
    let wrong = |end: &str, claimed: &str| {
        let messages = messages(samples::plain(), |result| result["certificate"][end] = json!(claimed));
        messages.into_iter().find(|message| message.contains("proved")).expect("a wrong bound")
    };
    assert_eq!(wrong("upper", "1/3"), "`certificate.upper` claims more than is proved: claimed 1/3, proved 7/20");
    assert_eq!(wrong("upper", "1/2"), "`certificate.upper` claims less than is proved: claimed 1/2, proved 7/20");
    assert_eq!(wrong("lower", "1/2"), "`certificate.lower` claims more than is proved: claimed 1/2, proved 7/20");
    assert_eq!(wrong("lower", "1/3"), "`certificate.lower` claims less than is proved: claimed 1/3, proved 7/20");
}

#[test]
fn a_gap_of_zero_is_checked() {
    let claimed_zero = messages(samples::plain(), |result| {
        result["defender"][0] = json!({"name": "none", "probability": 0.75, "exact": "3/4"});
        result["defender"][1] = json!({"name": "filter", "probability": 0.25, "exact": "1/4"});
        result["marginals"] = json!([]);
        result["certificate"]["upper"] = json!("19/40");
        result["value"] = json!(0.4125);
    });
    assert_eq!(claimed_zero, ["the gap is claimed to be 0, but the claimed bounds 7/20 and 19/40 differ"]);
    assert_eq!(
        messages(samples::plain(), |result| result["certificate"]["gap"] = json!(0.1)),
        ["`certificate.gap` is 0.1; the exact number 0/1 needs 0"]
    );
}

#[test]
fn edited_doubles_are_noticed() {
    assert_eq!(
        messages(samples::plain(), |result| result["value"] = json!(0.350_000_000_000_000_03)),
        ["`value` is 0.35000000000000003; the exact number 7/20 needs 0.35"]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["attacker"][1]["probability"] = json!(0.6)),
        ["`attacker[indirect].probability` is 0.6; the exact number 5/8 needs 0.625"]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["marginals"][0]["probability"] = json!(0.6)),
        ["`marginals[none].probability` is 0.6; the exact number 1/2 needs 0.5"]
    );
    let edited = messages(samples::plain(), |result| result["marginals"][0]["exact"] = json!("3/5"));
    assert!(edited.len() == 1 && edited[0].contains("marginals[none].exact"), "{edited:?}");
    assert_eq!(
        messages(samples::constrained(), |result| result["constraints"][0]["price"] = json!(4)),
        ["`constraints[refusals].price` is 4; the exact number 5/1 needs 5"]
    );
    assert_eq!(
        messages(samples::interval(), |result| result["interval"]["upper"] = json!(0.3)),
        ["`interval.upper` is 0.3; the exact number 2/5 needs 0.4"]
    );
}

#[test]
fn other_games_are_noticed() {
    let other = |change: fn(&mut Value)| messages(samples::plain(), change);
    let digest = other(|result| result["game"]["loss"][0][0] = json!("0.60"));
    assert!(digest[0].starts_with("the digest is not that of the stored losses: claimed "), "{digest:?}");
    let renamed = other(|result| result["game"]["defence_names"][0] = json!("nothing"));
    assert!(renamed[0].starts_with("the digest is not that of the stored losses"), "{renamed:?}");
    let mut changed = rebuilt();
    changed.upper = changed.upper.exchanged().exchanged();
    assert_eq!(verify(&claim(&samples::plain()), Some(&changed)), [], "the same losses");
    changed.lower = changed.lower.exchanged();
    let messages: Vec<_> = verify(&claim(&samples::plain()), Some(&changed)).iter().map(ToString::to_string).collect();
    assert_eq!(messages, ["the stored losses are no game: its two ends have different names"]);
    let smaller = rebuilt().lower.restricted(&[crate::AttackId(0)], &[crate::DefenceId(0)]).expect("a matrix");
    let rejections = verify(&claim(&samples::plain()), Some(&Game::new(smaller).into()));
    assert!(matches!(rejections.as_slice(), [Rejection::OtherGame { of: "the rebuilt game", .. }]));
}

#[test]
fn losses_left_out_need_the_rebuilt_game() {
    let mut result = samples::plain();
    result["game"].as_object_mut().map(|game| game.remove("loss"));
    assert_eq!(
        messages(result.clone(), |_| ()),
        ["the result lacks `game.loss`, and the game was not rebuilt, so nothing is proved"]
    );
    assert_eq!(verify(&claim(&result), Some(&rebuilt())), []);
    result["certificate"]["upper"] = json!("1/3");
    let rejections = verify(&claim(&result), Some(&rebuilt()));
    assert!(rejections.iter().any(|rejection| matches!(
        rejection,
        Rejection::WrongBound { end: End::Upper, strength: Strength::Stronger, .. }
    )));
}

#[test]
fn missing_evidence_and_wrong_counts_are_noticed() {
    assert_eq!(
        messages(samples::plain(), |result| result["defender"] = json!([])),
        [
            "the result lacks `defender`, so nothing is proved",
            "`marginals[none].probability` is 0.5; the exact number 0/1 needs 0",
            "`marginals[filter].probability` is 0.5; the exact number 0/1 needs 0",
        ]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["value"] = Value::Null),
        ["the result lacks `value`, so nothing is proved"]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["game"]["attacks"] = json!(3)),
        ["`game.attacks`: 3, where the game has 2"]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["game"]["loss"][1] = json!(["0.5"])),
        ["losses in row 2: 1, where the game has 2"]
    );
    let unnamed = messages(samples::plain(), |result| {
        result["game"].as_object_mut().map(|game| game.remove("defence_names"));
        result["marginals"] = json!([]);
    });
    assert_eq!(unnamed, ["the result lacks `game.defence_names`, so nothing is proved"]);
    let by_marginals = messages(samples::plain(), |result| {
        result["game"].as_object_mut().map(|game| game.remove("defence_names"));
    });
    assert_eq!(by_marginals, [""; 0]);
    assert_eq!(
        messages(samples::plain(), |result| result["game"]["concept"] = json!("quantal")),
        ["nothing is proved: there is no `quantal`"]
    );
    assert_eq!(
        messages(samples::plain(), |result| result["game"]["concept"] = json!("correlated")),
        ["results of the concept `correlated` cannot be verified here"]
    );
}

#[test]
fn constraints_bind_exactly() {
    let broken = messages(samples::constrained(), |result| {
        result["defender"][0] = json!({"name": "none", "probability": 0.599_999_999_999_999_9, "exact": "5999999999999999/10000000000000000"});
        result["defender"][1] = json!({"name": "filter", "probability": 0.400_000_000_000_000_1, "exact": "4000000000000001/10000000000000000"});
        result["marginals"] = json!([]);
        result["constraints"][0]["attained"] = json!(0.040_000_000_000_000_01);
        result["constraints"][0]["attained_exact"] = json!("4000000000000001/100000000000000000");
    });
    assert_eq!(broken, ["`defender` breaks constraint `refusals`: 0.04000000000000001 against max 0.04"]);
    let negative = messages(samples::constrained(), |result| {
        result["constraints"][0]["price"] = json!(-5);
        result["constraints"][0]["price_exact"] = json!("-5/1");
    });
    assert_eq!(negative, ["the multiplier of constraint `refusals` in `constraints` is negative: -5/1"]);
    let other_price = messages(samples::constrained(), |result| {
        result["constraints"][0]["price"] = json!(4);
        result["constraints"][0]["price_exact"] = json!("4/1");
    });
    assert_eq!(other_price, ["`certificate.lower` claims more than is proved: claimed 2/5, proved 17/50"]);
    let attained = messages(samples::constrained(), |result| {
        result["constraints"][0]["attained"] = json!(0.03);
        result["constraints"][0]["attained_exact"] = json!("3/100");
    });
    assert_eq!(attained, ["`constraints[refusals].attained_exact` is 3/100; recomputed 1/25"]);
    let short = messages(samples::constrained(), |result| result["constraints"][0]["coefficients"] = json!(["0"]));
    assert_eq!(short, ["coefficients of constraint `refusals`: 1, where the game has 2"]);
    let rejections = verify(&claim(&samples::constrained()), Some(&rebuilt()));
    assert_eq!(rejections, [Rejection::OtherConstraints { first: "refusals".to_owned() }]);
}

#[test]
fn pure_answers_are_one_best_defence() {
    let other = messages(samples::pure(), |result| {
        result["defender"][0]["name"] = json!("none");
        result["marginals"] = json!([]);
    });
    assert_eq!(other, ["the worst loss of `none` is 3/5; a single defence can keep it to 1/2"]);
    let mixed = messages(samples::pure(), |result| result["defender"] = samples::plain()["defender"].clone());
    assert!(mixed.contains(&"`defender` is no pure strategy: 2 strategies have positive probability".to_owned()));
    let better = messages(samples::pure(), |result| {
        result["certificate"]["upper"] = json!("7/20");
        result["certificate"]["lower"] = json!("7/20");
        result["value"] = json!(0.35);
    });
    assert_eq!(
        better,
        [
            "`certificate.upper` claims more than is proved: claimed 7/20, proved 1/2",
            "`certificate.lower` claims less than is proved: claimed 7/20, proved 1/2",
        ]
    );
    let none = messages(samples::pure(), |result| {
        result["constraints"] = samples::constrained()["constraints"].clone();
        result["constraints"][0]["coefficients"] = json!(["0.1", "0.1"]);
        result["constraints"][0]["attained"] = json!(0.1);
        result["constraints"][0]["attained_exact"] = json!("1/10");
    });
    assert_eq!(none, ["no single defence satisfies every constraint"]);
}

#[test]
fn both_ends_of_missing_losses_are_proved() {
    assert_eq!(
        messages(samples::interval(), |result| result["value"] = json!(1.0 / 3.0)),
        ["a value is given, but it is only known to lie between 4/15 and 2/5"]
    );
    assert_eq!(
        messages(samples::interval(), |result| {
            result.as_object_mut().map(|result| result.remove("interval"));
            result["value"] = json!(1.0 / 3.0);
        }),
        ["the result lacks `interval`, though losses are missing, so nothing is proved"]
    );
    assert_eq!(
        messages(samples::interval(), |result| result["interval"]["worst_attack"] = json!([])),
        ["the result lacks `interval.worst_attack`, so nothing is proved"]
    );
    // A mix that is good only if the missing loss is low does not prove the upper end.
    let optimistic = messages(samples::interval(), |result| {
        result["interval"]["guaranteed"] = result["interval"]["best_defence"].clone();
    });
    assert_eq!(
        optimistic,
        [
            "`certificate.upper` claims more than is proved: claimed 2/5, proved 8/15",
            "`interval.upper_exact[1]` claims more than is proved: claimed 2/5, proved 8/15",
        ]
    );
    let reversed = messages(samples::interval(), |result| result["game"]["loss"][1][1] = json!(["0.7", "0.3"]));
    assert_eq!(
        reversed,
        ["the stored losses are no game: the ends of the missing loss of `indirect` and `filter` are reversed"]
    );
    let multipliers = messages(samples::interval(), |result| result["interval"]["lower_multipliers"] = json!(["1/1"]));
    assert_eq!(multipliers, ["multipliers in `interval.lower_multipliers`: 1, where the game has 0"]);
}

proptest! {
    /// Whatever is done to a stored result, the answer is problems or rejections, never a panic.
    #[test]
    fn broken_results_are_answered(
        which in 0_usize..4,
        at in any::<prop::sample::Index>(),
        removed in 0_usize..4,
        inserted in "[-0-9./\"\\[\\]{},:a-z]{0,3}",
    ) {
        let samples = [samples::plain(), samples::constrained(), samples::pure(), samples::interval()];
        let mut text = samples[which].to_string();
        let at = at.index(text.len());
        text.replace_range(at..(at + removed).min(text.len()), &inserted);
        if let Ok(claim) = Claim::from_json("r.json", &text) {
            let _ = verify(&claim, None);
            let _ = verify(&claim, Some(&rebuilt()));
        }
    }

    /// No other pair of bounds is believed for the same mixes.
    #[test]
    fn only_the_proved_bounds_are_believed(lower in 0_i32..100, upper in 0_i32..100) {
        let mut result = samples::plain();
        result["certificate"]["lower"] = json!(format!("{lower}/100"));
        result["certificate"]["upper"] = json!(format!("{upper}/100"));
        result["certificate"]["gap"] = json!(f64::from(upper - lower) / 100.0);
        result["value"] = json!(f64::from(lower + upper) / 200.0);
        prop_assert_eq!(verify(&claim(&result), None).is_empty(), (lower, upper) == (35, 35));
    }
}
