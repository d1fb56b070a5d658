//! What `solve` promises to those who read its JSON, on published tables.
//!
//! Values: the repository of `AISafetyLab` (2025), attack success on Vicuna-7B, without Prompt Guard; and, for missing cells,
//! table 6 of the multi-modal linkage paper (ACL 2025). The fractions were found by hand from three equalised rows.

use serde_json::{Value, json};

use crate::fraction::Fraction;
use crate::support::{run, sha256};

const MIX: &str = "scenarios/text-jailbreak-mix.toml";
const FRONTIER: &str = "scenarios/over-refusal-frontier.toml";
const MISSING: &str = "scenarios/missing-cells.toml";

fn solve(arguments: &[&str]) -> Value {
    let all = ["solve"].into_iter().chain(arguments.iter().copied()).chain(["--format", "json"]);
    let run = run(all).ends(0);
    assert_eq!(run.err, "", "notes belong into `warnings`");
    run.json()
}

fn exact(value: &Value) -> Fraction {
    Fraction::read(value.as_str().expect("a fraction as text"))
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("an array")
}

/// Column of a matrix by the name of the defence.
fn column(result: &Value, name: &Value) -> usize {
    list(&result["game"]["defence_names"]).iter().position(|known| known == name).expect("a defence of the game")
}

/// The lower (0) or upper (1) end of a cell.
fn cell(cell: &Value, end: usize) -> Fraction {
    exact(cell.get(end).unwrap_or(cell))
}

/// What the defender mix never loses more than: the largest row of `L x`.
fn guaranteed(result: &Value, mix: &Value, end: usize) -> Fraction {
    assert_eq!(list(mix).iter().map(|entry| exact(&entry["exact"])).sum::<Fraction>(), Fraction::ONE);
    assert!(list(mix).iter().all(|entry| exact(&entry["exact"]) > Fraction::ZERO));
    let rows = list(&result["game"]["loss"]).iter();
    let losses = rows.map(|row| {
        list(mix).iter().map(|entry| exact(&entry["exact"]) * cell(&row[column(result, &entry["name"])], end)).sum()
    });
    losses.max().expect("a row")
}

/// What the attacker mix and the multipliers reach: the smallest column of `y L + Σ λ (c − B)`, signs turned for a floor.
fn reached(result: &Value, mix: &Value, end: usize) -> Fraction {
    let mix: Vec<_> = list(mix).iter().map(|entry| exact(&entry["exact"])).collect();
    assert_eq!(mix.iter().copied().sum::<Fraction>(), Fraction::ONE);
    assert!(mix.iter().all(|probability| *probability >= Fraction::ZERO));
    let columns = 0..list(&result["game"]["defence_names"]).len();
    let payoffs = columns.map(|j| {
        let rows = list(&result["game"]["loss"]).iter().zip(&mix);
        let loss: Fraction = rows.map(|(row, probability)| *probability * cell(&row[j], end)).sum();
        let priced = list(&result["constraints"]).iter().map(|constraint| {
            let price = exact(&constraint["price_exact"]);
            assert!(price >= Fraction::ZERO);
            let excess = exact(&constraint["coefficients"][j]) - exact(&constraint["bound_exact"]);
            if constraint["sense"] == "max" { price * excess } else { -(price * excess) }
        });
        loss + priced.sum()
    });
    payoffs.min().expect("a column")
}

fn verified(result: &Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("result.json");
    crate::support::write(&file, result.to_string());
    let run = run([std::ffi::OsStr::new("verify"), file.as_os_str()]).ends(0);
    assert!(run.out.contains(": verified, value "), "{}", run.out);
}

#[test]
fn every_key_is_there() {
    let result = solve(&[FRONTIER, "--set", "constraint.refusals.max=0.2"]);
    assert_eq!(result["schema"], "saddlepoint.result/1");
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let has = |value: &Value, wanted: &[&str]| {
        let keys = keys(value);
        assert!(wanted.iter().all(|key| keys.iter().any(|found| found == key)), "{wanted:?} in {keys:?}");
    };
    has(
        &result,
        &[
            "schema",
            "scenario",
            "game",
            "value",
            "certificate",
            "attacker",
            "defender",
            "marginals",
            "constraints",
            "randomisation",
            "unique",
            "solver",
            "warnings",
        ],
    );
    has(&result["scenario"], &["name", "file", "point"]);
    has(&result["game"], &["attacks", "defences", "concept", "digest", "loss"]);
    has(&result["certificate"], &["lower", "upper", "gap", "arithmetic", "payoffs", "proves"]);
    for entry in list(&result["attacker"]) {
        has(entry, &["name", "channel", "probability", "exact"]);
    }
    for entry in list(&result["defender"]) {
        has(entry, &["name", "defences", "channel", "probability", "exact"]);
    }
    for entry in list(&result["marginals"]) {
        has(entry, &["name", "channel", "probability", "band"]);
    }
    has(
        &result["constraints"][0],
        &["name", "metric", "bound", "attained", "price", "price_exact", "price_left", "price_right"],
    );
    has(&result["randomisation"], &["pure", "visible", "mixed", "convexification", "hiding", "break_even_leak"]);
    has(&result["unique"], &["attacker", "defender"]);
    has(&result["solver"], &["name", "status", "iterations", "seconds"]);
    has(&result["warnings"][0], &["code", "message"]);
}

#[test]
fn the_value_of_the_text_mix_is_exact() {
    let result = solve(&[MIX]);
    assert_eq!(result["certificate"]["lower"], "651/2750");
    assert_eq!(result["certificate"]["upper"], "651/2750");
    assert_eq!(result["certificate"]["gap"], json!(0.0));
    assert_eq!(result["certificate"]["payoffs"], "rational");
    assert_eq!(result["value"].as_f64(), Some(651.0 / 2750.0));
    assert_eq!(result["randomisation"]["pure"].as_f64(), Some(0.32));
    assert_eq!(result["randomisation"]["pure_defence"], "Robust Aligned");
    assert_eq!(result["scenario"]["name"], "text-jailbreak-mix");
    assert_eq!(result["scenario"]["file"], MIX);
    assert_eq!(result["unique"], json!({ "attacker": true, "defender": true }));
    assert_eq!(list(&result["attacker"]).len(), 13);
    assert_eq!(list(&result["marginals"]).len(), 16);
    for marginal in list(&result["marginals"]) {
        let probability = &marginal["probability"];
        assert_eq!(marginal["band"], json!([probability, probability]), "a unique mix has no room");
    }
    verified(&result);
}

#[test]
fn its_certificate_holds_when_recomputed() {
    let result = solve(&[MIX]);
    assert_eq!(guaranteed(&result, &result["defender"], 1), Fraction::read("651/2750"));
    assert_eq!(reached(&result, &result["attacker"], 0), Fraction::read("651/2750"));
    for side in ["attacker", "defender", "marginals"] {
        for entry in list(&result[side]) {
            assert_eq!(entry["probability"].as_f64(), Some(exact(&entry["exact"]).to_f64()), "{side}: {entry}");
        }
    }
    // What the best single defence loses, straight from the losses.
    let pure = (0..16).map(|j| list(&result["game"]["loss"]).iter().map(|row| cell(&row[j], 1)).max().expect("rows"));
    assert_eq!(pure.min(), Some(Fraction::read("0.32")));
}

#[test]
fn the_digest_is_that_of_the_plain_form() {
    for file in [MIX, MISSING, "scenarios/quickstart.toml", "scenarios/catalog/wide-diagonal.json"] {
        let result = solve(&[file]);
        let names = |list_of: &Value| list(list_of).iter().map(|entry| entry["name"].clone()).collect::<Vec<_>>();
        let plain = json!({
            "attacks": names(&result["attacker"]),
            "defences": names(&result["marginals"]),
            "loss": result["game"]["loss"],
        });
        assert_eq!(result["game"]["digest"], sha256(plain.to_string().as_bytes()), "{file}");
    }
}

#[test]
fn a_cap_on_refusals_has_its_price() {
    let result = solve(&[FRONTIER, "--set", "constraint.refusals.max=0.2"]);
    let near = |value: &Value, wanted: f64| {
        let found = value.as_f64().unwrap_or_else(|| exact(value).to_f64());
        assert!((found - wanted).abs() < 5e-7, "{found} is not {wanted}");
    };
    let refusals = &result["constraints"][0];
    near(&result["value"], 0.320_809);
    near(&refusals["price_exact"], 0.226_274);
    near(&refusals["price"], 0.226_274);
    assert_eq!(refusals["bound_exact"], "1/5");
    let defender = list(&result["defender"]).iter();
    let attained: Fraction = defender
        .map(|entry| exact(&entry["exact"]) * exact(&refusals["coefficients"][column(&result, &entry["name"])]))
        .sum();
    assert_eq!(exact(&refusals["attained_exact"]), attained);
    assert_eq!(attained, Fraction::read("0.2"), "what has a price is used up");
    assert_eq!(guaranteed(&result, &result["defender"], 1), exact(&result["certificate"]["upper"]));
    assert_eq!(reached(&result, &result["attacker"], 0), exact(&result["certificate"]["lower"]));
    assert_eq!(result["certificate"]["lower"], result["certificate"]["upper"]);
    verified(&result);
}

#[test]
fn a_floor_has_a_price_with_the_same_sign() {
    let at = |floor: &str| {
        solve(&["scenarios/agent-utility-floor.toml", "--set", &format!("constraint.utility.min={floor}")])
    };
    let result = at("0.6");
    assert_eq!(guaranteed(&result, &result["defender"], 1), exact(&result["certificate"]["upper"]));
    assert_eq!(reached(&result, &result["attacker"], 0), exact(&result["certificate"]["lower"]));
    assert_eq!(result["constraints"][0]["sense"], "min");
    // Relaxing the floor by a hundredth lowers the value by at most the price times a hundredth: it is convex.
    let price = exact(&result["constraints"][0]["price_exact"]);
    let fall = exact(&result["certificate"]["upper"]) - exact(&at("0.59")["certificate"]["upper"]);
    assert!(fall >= Fraction::ZERO && fall <= price * Fraction::read("0.01"), "{fall:?} for a price of {price:?}");
    verified(&result);
}

#[test]
fn missing_cells_leave_an_interval() {
    let result = solve(&[MISSING]);
    let interval = &result["interval"];
    assert_eq!(result["value"], Value::Null);
    assert_eq!(result["certificate"]["lower"], "61047/249500");
    assert_eq!(result["certificate"]["upper"], "399/500");
    assert_eq!(interval["upper"].as_f64(), Some(0.798));
    assert_eq!(interval["lower"].as_f64(), Some(61_047.0 / 249_500.0));
    // Worst case for the defender: missing cells at the top of their range; for the attacker: at the bottom.
    assert_eq!(guaranteed(&result, &interval["guaranteed"], 1), Fraction::read("0.798"));
    assert_eq!(reached(&result, &interval["attack"], 0), Fraction::read("61047/249500"));
    // Neither end can be moved: the other player's mixes reach them too.
    assert_eq!(reached(&result, &interval["worst_attack"], 1), Fraction::read("0.798"));
    assert_eq!(guaranteed(&result, &interval["best_defence"], 0), Fraction::read("61047/249500"));
    verified(&result);
}

#[test]
fn the_csv_form_has_one_row_per_strategy() {
    let run = run(["solve", MIX, "--format", "csv"]).ends(0);
    let mut reader = csv::Reader::from_reader(run.out.as_bytes());
    assert_eq!(reader.headers().expect("a header"), vec!["player", "name", "channel", "probability", "exact"]);
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert!(rows.iter().any(|row| *row == vec!["defender", "Safe Unlearning", "text", "0.34545454545454546", "19/55"]));
    for player in ["attacker", "defender"] {
        let exact = rows.iter().filter(|row| &row[0] == player).map(|row| Fraction::read(&row[4]));
        assert_eq!(exact.sum::<Fraction>(), Fraction::ONE, "{player}");
    }
}

#[test]
fn a_result_is_written_only_with_out() {
    let folder = crate::support::copy();
    let path = folder.path();
    crate::support::run_in(path, ["solve", MIX]).ends(0);
    assert_eq!(std::fs::read_dir(path).expect("a folder").count(), 1, "only the scenarios");
    let run = crate::support::run_in(path, ["solve", MIX, "--out", "here", "--format", "json"]).ends(0);
    assert_eq!(crate::support::read(&path.join("here/result.json")), run.out);
    crate::support::run_in(path, ["verify", "here/result.json", "--rebuild"]).ends(0);
}
