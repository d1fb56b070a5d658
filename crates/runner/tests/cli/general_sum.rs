//! General-sum games from file to verified result, and forged results.

use serde_json::{Value, json};

use crate::support::{read, root, run, run_in, write};

const FOLDER: &str = "scenarios/catalog/general-sum";

fn solve(game: &str) -> Value {
    let run = run(["solve", &format!("{FOLDER}/{game}"), "--format", "json"]).ends(0);
    assert_eq!(run.err, "");
    run.json()
}

/// What `verify` says of the inspection game's result after a change, one reason a line.
fn reasons(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut result = solve("inspection.nfg");
    change(&mut result);
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("r.json"), result.to_string());
    let run = run_in(folder.path(), ["verify", "r.json"]).ends(1);
    run.out.lines().map(|line| line.strip_prefix("r.json: rejected: ").expect("a reason").to_owned()).collect()
}

#[track_caller]
fn rejected(change: impl FnOnce(&mut Value), because: &str) {
    let reasons = reasons(change);
    assert!(reasons.iter().any(|reason| reason.contains(because)), "{because} in {reasons:#?}");
}

fn cells(row: &str) -> Vec<&str> {
    row.split('|').map(str::trim).collect()
}

#[test]
fn textbook_games_have_the_answers_of_their_page() {
    let page = read(&root().join(FOLDER).join("README.md"));
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| [")).collect();
    assert_eq!(rows.len() + 1, std::fs::read_dir(root().join(FOLDER)).expect("a folder").count());
    for row in rows {
        let [_, link, value, _, commitment, response, equilibria, _] = cells(row)[..] else { panic!("{row}") };
        let name = link.trim_start_matches('[').split(']').next().expect("a file");
        let result = solve(name);
        assert_eq!(result["certificate"]["lower"], json!(value), "{name}");
        assert_eq!(result["certificate"]["upper"], json!(value), "{name}");
        assert_eq!(result["follower_response"], json!(response), "{name}");
        let list = |key: &str| result[key].as_array().expect("a list").clone();
        let mix: Vec<_> =
            list("marginals").iter().map(|entry| entry["exact"].as_str().expect("a text").to_owned()).collect();
        let mix: Vec<_> = mix.iter().map(|text| text.strip_suffix("/1").unwrap_or(text)).collect();
        assert_eq!(mix, commitment.split(", ").collect::<Vec<_>>(), "{name}");
        assert_eq!(list("nash_equilibria").len().to_string(), equilibria, "{name}");
    }
}

#[test]
fn the_result_has_what_it_promises_and_is_verified() {
    let result = solve("inspection.nfg");
    assert_eq!(result["schema"], "saddlepoint.result/1");
    assert_eq!(result["game"]["concept"], "stackelberg");
    assert_eq!((&result["game"]["attacks"], &result["game"]["defences"]), (&json!(2), &json!(2)));
    assert_eq!(result["value"], json!(-0.375));
    assert_eq!(result["certificate"]["gap"], json!(0.0));
    let slacks =
        json!([{"name": "comply", "slack": 0.0, "exact": "0/1"}, {"name": "violate", "slack": 0.0, "exact": "0/1"}]);
    assert_eq!(result["best_response_slacks"], slacks);
    let names = |key: &str| -> Vec<Value> {
        result[key].as_array().expect("a list").iter().map(|entry| entry["name"].clone()).collect()
    };
    assert_eq!(names("attacker"), ["comply", "violate"]);
    assert_eq!(names("defender"), ["inspect", "trust"]);
    // The mixed equilibrium: the inspectee violates with probability 1/10, so that inspecting pays what it costs.
    let equilibrium = &result["nash_equilibria"][0];
    assert_eq!(equilibrium["attacker"][1]["exact"], "1/10");
    assert_eq!(equilibrium["value_exact"], "-1/1");
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("r.json"), result.to_string());
    let run = run_in(folder.path(), ["verify", "r.json"]).ends(0);
    assert_eq!(run.out, "r.json: verified, value -3/8\n");
}

#[test]
fn other_forms_say_the_same() {
    let file = format!("{FOLDER}/inspection.nfg");
    let page = run(["solve", &file]).ends(0).out;
    for said in [
        "value -0.375000   proved exactly: -3/8",
        "attacker's best response: comply",
        "3/8",
        "9/10 comply + 1/10 violate",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let table = run(["solve", &file, "--format", "csv"]).ends(0).out;
    assert_eq!(
        table,
        "player,name,channel,probability,exact\nattacker,comply,,1,1/1\nattacker,violate,,0,0/1\n\
         defender,inspect,,0.375,3/8\ndefender,trust,,0.625,5/8\n"
    );
    let checked = run(["check", &file]).ends(0).out;
    assert_eq!(checked, format!("{file}: good, general-sum, 2 × 2 strategies\n"));
}

#[test]
fn a_forged_commitment_is_rejected() {
    let half = |result: &mut Value, first: &str, second: &str, p: f64| {
        for key in ["defender", "marginals"] {
            result[key][0]["exact"] = json!(first);
            result[key][0]["probability"] = json!(p);
            result[key][1]["exact"] = json!(second);
            result[key][1]["probability"] = json!(1.0 - p);
        }
    };
    rejected(
        |result| half(result, "1/4", "3/4", 0.25),
        "`comply` is no best response to `defender`: the follower gains 1/1 by `violate`",
    );
    rejected(
        |result| half(result, "1/2", "1/2", 0.5),
        "`certificate.lower` claims more than is proved: claimed -3/8, proved -1/2",
    );
    rejected(
        |result| result["certificate"]["lower"] = json!("-1/4"),
        "`certificate.lower` claims more than is proved: claimed -1/4, proved -3/8",
    );
    rejected(
        |result| result["follower_response"] = json!("violate"),
        "`follower_response` is violate; recomputed comply",
    );
    rejected(|result| result["follower_response"] = json!("run"), "`follower_response` names `run`");
    rejected(
        |result| result["best_response_slacks"][1]["exact"] = json!("1/8"),
        "`best_response_slacks[violate].exact` is 1/8; recomputed 0/1",
    );
}

#[test]
fn a_forged_bound_is_rejected() {
    rejected(
        |result| result["certificate"]["upper"] = json!("-1/2"),
        "`certificate.upper` claims more than is proved: claimed -1/2, proved -3/8",
    );
    rejected(
        |result| result["certificate"]["incentives"] = json!([]),
        "`certificate.upper` claims more than is proved: claimed -3/8, proved 0/1",
    );
    rejected(
        |result| result["certificate"]["incentives"][0]["multipliers"][0]["exact"] = json!("-1/8"),
        "the multiplier of constraint `violate` in `certificate.incentives` is negative: -1/8",
    );
    rejected(
        |result| result["certificate"]["incentives"][0]["responses"][0] = json!("run"),
        "`certificate.incentives` names `run`",
    );
}

#[test]
fn a_forged_game_or_equilibrium_is_rejected() {
    rejected(
        |result| result["game"]["utilities"]["defender"][0][0] = json!("-2"),
        "the digest is not that of the stored pay-offs",
    );
    rejected(
        |result| drop(result["game"]["utilities"]["attacker"][1].as_array_mut().expect("a row").pop()),
        "pay-offs in row 2 of `game.utilities.attacker`: 1, where the game has 2",
    );
    let moved = |result: &mut Value| {
        let mix = &mut result["nash_equilibria"][0]["attacker"];
        *mix = json!([{"name": "comply", "probability": 1.0, "exact": "1/1"}]);
    };
    rejected(moved, "equilibrium 1 of `nash_equilibria` is none: the defender gains 3/8 by another strategy");
}

#[test]
fn a_game_too_large_to_be_stored_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    // 101 × 100 profiles; player 1 gets the row's number, player 2 likes the matching column.
    let payoffs: String = (0..100)
        .flat_map(|column| (0..101).map(move |row| format!("{row} {}\n", u8::from(row % 100 == column))))
        .collect();
    write(&folder.path().join("wide.nfg"), format!("NFG 1 R \"\" {{ \"p\" \"q\" }} {{ 101 100 }}\n{payoffs}"));
    let solved = run_in(folder.path(), ["solve", "wide.nfg", "--format", "json", "--out", "."]).ends(0).json();
    assert_eq!((&solved["value"], solved["game"].get("utilities")), (&json!(100.0), None));
    assert_eq!(solved.get("nash_equilibria"), None);
    run_in(folder.path(), ["verify", "result.json"]).ends(0);
    let text = read(&folder.path().join("wide.nfg")).replace("100 1\n", "100 2\n");
    write(&folder.path().join("wide.nfg"), text);
    let run = run_in(folder.path(), ["verify", "result.json"]).ends(1);
    assert!(run.out.contains("the digest is not that of the rebuilt game"), "{}", run.out);
}

#[test]
fn methods_for_zero_sum_games_are_refused() {
    let file = format!("{FOLDER}/inspection.nfg");
    let run = run(["solve", &file, "--solver", "fictitious-play"]).ends(2);
    assert!(run.err.contains("method `fictitious-play` does not accept a general-sum game"), "{}", run.err);
}
