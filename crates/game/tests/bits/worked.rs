//! Numbers worked out on published tables, to the digits printed.

use saddlepoint_game::bits::{
    Attempt, BenignRate, BitsError, Detector, excess_losses, hidden_draw, membership, visible_draw,
};
use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_game::{LossMatrix, MixedStrategy, Names};

use crate::{advantage, attempt, number, numbers};

fn six(number: f64) -> String {
    format!("{number:.6}")
}

/// Yu et al., "Defense Against Indirect Prompt Injection via Tool Result Parsing", arXiv 2601.04795v1, Table 5:
/// gpt-oss-120b, attack `important_messages`, attack success rate under no defence, `Tool filter` and
/// `ParseFull + CheckTool`.
#[test]
fn tool_calls_in_bits() {
    for (success, bits, shannon, calls) in [
        ("0.2645", "0.338567", "0.153898", "5.417"),
        ("0.0569", "0.079839", "0.030758", "1.277"),
        ("0.0042", "0.006047", "0.002232", "0.097"),
    ] {
        let attempt = attempt(&number(success), &Rational::ZERO);
        let advantage = attempt.advantage();
        assert_eq!(advantage.exact(), &number(success));
        assert_eq!((six(advantage.bits()).as_str(), six(attempt.shannon_bits()).as_str()), (bits, shannon));
        assert_eq!(format!("{:.3}", advantage.bits_over(16.0).expect("bits")), calls);
    }
}

/// The same attack without a measured benign rate: none is assumed silently, and `f = 0` is one end only.
#[test]
fn an_unknown_benign_rate_has_two_ends() {
    let success = number("0.2645");
    let of = |benign: &_| Attempt::new(std::slice::from_ref(&success), benign);
    assert_eq!(BenignRate::Unknown.ends(of), Err(BitsError::UnknownBenignRate));
    let assumed = BenignRate::up_to_half(&success).expect("a success");
    let ends = assumed.ends(|benign| Ok(six(of(benign)?.advantage().bits()))).expect("both ends");
    // log2(1 + 0.2645 / 2) = ln(1.13225) / ln 2.
    assert_eq!((ends.at_lowest, ends.at_highest), ("0.338567".to_owned(), six(1.13225_f64.ln() / 2.0_f64.ln())));
}

/// Zhang et al., "JBShield", USENIX Security 2025 (arXiv 2502.07557), Table 7: vicuna-7b, nine attacks against no
/// defence, `SafeDecoding` and JBShield-M. The mix is that of the equilibrium over all seven defences.
#[test]
fn the_value_of_a_game_in_bits() {
    let names = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Names>();
    let attacks = ["IJP", "GCG", "SAA", "AutoDAN", "PAIR", "DrAttack", "Puzzler", "Zulu", "Base64"];
    let none = numbers(["0.38", "0.86", "0.96", "0.96", "0.88", "0.94", "0.95", "0.12", "0.18"]);
    let safe = numbers(["0.08", "0", "0.04", "0.08", "0.22", "0.12", "0.35", "0", "0"]);
    let shield = numbers(["0.04", "0.18", "0", "0", "0.04", "0", "0", "0", "0"]);
    let cells = (0..attacks.len()).flat_map(|a| [&none[a], &safe[a], &shield[a]]).cloned().collect();
    let defences = names(&["no_defense", "SafeDecoding", "JBShield-M"]);
    let loss = LossMatrix::new(names(&attacks), defences, cells).expect("a matrix");

    let seen = |weights: [&str; 3]| {
        let mix = MixedStrategy::exact(numbers(weights).to_vec()).expect("a mix");
        let worst = loss.attack_ids().map(|a| {
            loss.defence_ids().map(|d| mix.probability(d.0) * loss.loss(a, d)).fold(Rational::ZERO, |sum, x| sum + x)
        });
        let hidden = hidden_draw(&worst.max().expect("an attack"), &Rational::ZERO).expect("an advantage");
        (visible_draw(&loss, &mix).expect("an advantage"), hidden)
    };
    for (mix, j, bits) in [(["1", "0", "0"], "0.96", "0.970854"), (["0", "0", "1"], "0.18", "0.238787")] {
        let (visible, hidden) = seen(mix);
        assert_eq!((visible.exact(), six(hidden.bits()).as_str()), (&number(j), bits));
        assert_eq!(visible, hidden, "a pure defence has no draw to hide");
    }
    let (visible, hidden) = seen(["0", "18/53", "35/53"]);
    assert_eq!(hidden.exact(), &number("63/530"));
    assert_eq!((six(hidden.to_f64()), six(hidden.bits())), ("0.118868".to_owned(), "0.162040".to_owned()));
    // 18/53 · 0.35 + 35/53 · 0.18: whoever sees the draw gains from the mix.
    assert_eq!(visible.exact(), &number("126/530"));

    // A benign rate of 2 % behind JBShield-M alone would be below some losses, so the formula is refused there.
    let refused = excess_losses(&loss, &numbers(["0", "0", "0.02"]));
    assert!(matches!(refused, Err(BitsError::BelowBenign { attack, .. }) if attack == "`SAA` against `JBShield-M`"));
}

/// Zhai et al., `CLiD`, arXiv 2405.14800v2, Tables 3 and 4: stable-diffusion-v1-4 on MS-COCO, balanced accuracy of
/// membership attacks.
#[test]
fn membership_in_bits() {
    for (accuracy, j, bits) in
        [("0.9676", "0.9352", "0.952483"), ("0.8888", "0.7776", "0.829931"), ("0.6589", "0.3178", "0.398131")]
    {
        let advantage = membership(&number(accuracy)).expect("an accuracy");
        assert_eq!((advantage.exact(), six(advantage.bits()).as_str()), (&number(j), bits));
    }
    // The game has accuracies that nobody measured, so its value is an interval. The upper end has them at 1; there the
    // attacks CLiD and SecMI meet augmentation and augmentation + Shuffle: [0.8888, 0.6589; 0.6094, 1].
    let [a, b, c, d] = numbers(["0.8888", "0.6589", "0.6094", "1"]);
    let upper = (&a * &d - &b * &c) / (&a + &d - &b - &c);
    assert_eq!(six(to_f64(&upper)), "0.785280");
    let interval = [&b, &upper].map(|accuracy| six(membership(accuracy).expect("an accuracy").bits()));
    assert_eq!(interval, ["0.398131", "0.651279"]);
}

/// Li and Liu, `InjecGuard`, arXiv 2410.22770v3, Table 1, guardrail benchmark mix: accuracy on malicious prompts (TPR)
/// and on benign ones (1 - FPR) of GPT-4o, `InjecGuard` and `PromptGuard`.
#[test]
fn detectors_in_bits() {
    for (malicious, benign, j, bits, percent, evidence) in [
        ("0.791", "0.9078", "0.6988", "0.764516", "8.0", "2.01"),
        ("0.7739", "0.8574", "0.6313", "0.706022", "5.2", "1.45"),
        ("0.971", "0.2682", "0.2392", "0.309409", "1.3", "0.30"),
    ] {
        let detector = Detector::new(number(malicious), Rational::ONE - number(benign)).expect("a detector");
        let advantage = detector.advantage().expect("an advantage");
        assert_eq!((advantage.exact(), six(advantage.bits()).as_str()), (&number(j), bits));
        let precision = detector.precision(&number("0.01")).expect("alarms");
        assert_eq!(format!("{:.1}", 100.0 * to_f64(&precision)), percent);
        assert_eq!(format!("{:.2}", detector.evidence_bits()), evidence);
    }
}

/// Zhang et al., Agent Security Bench, ICLR 2025 (arXiv 2410.02644), figure of the perplexity detector: false-negative
/// and false-positive rate at 13 thresholds.
#[test]
fn perplexity_barely_sees_memory_poisoning() {
    let points = [
        ("0.01", "1"),
        ("0.03", "0.97"),
        ("0.07", "0.89"),
        ("0.13", "0.85"),
        ("0.17", "0.82"),
        ("0.19", "0.81"),
        ("0.2", "0.79"),
        ("0.25", "0.79"),
        ("0.32", "0.54"),
        ("0.4", "0.51"),
        ("0.52", "0.38"),
        ("0.72", "0.24"),
        ("0.85", "0.06"),
    ];
    let detectors = points.map(|(missed, false_positive)| {
        Detector::new(Rational::ONE - number(missed), number(false_positive)).expect("a detector")
    });
    let best = detectors.iter().max_by_key(|detector| detector.youden()).expect("a threshold");
    assert_eq!(best.youden(), number("0.14"));
    assert_eq!(six(best.advantage().expect("an advantage").bits()), "0.189034");
    // The first threshold would do better if its silence were the alarm.
    assert!(matches!(detectors[0].advantage(), Err(BitsError::WorseThanBlind { .. })));
}

#[test]
fn elasticities_as_printed() {
    let at = |text| format!("{:.2}", advantage(number(text)).elasticity());
    assert_eq!([at("1"), at("0.26"), at("0")], ["0.72", "0.89", "1.00"]);
}
