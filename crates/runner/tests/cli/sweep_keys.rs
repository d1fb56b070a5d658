//! Any key can be swept: each point is the scenario solved with those keys set, whatever the keys are.

use super::support::{copy, read, run_in, write};

/// A scenario in the copy's folder, and its rows: the swept cells and the value.
fn points(scenario: &str, keys: usize) -> (tempfile::TempDir, Vec<(Vec<String>, f64)>) {
    let folder = copy();
    write(&folder.path().join("scenarios/s.toml"), scenario);
    run_in(folder.path(), ["sweep", "scenarios/s.toml", "--out", "r"]).ends(0);
    let table = read(&folder.path().join("r/points.csv"));
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let rows = reader.records().map(|row| {
        let row = row.expect("a row");
        let settings = row.iter().skip(1).take(keys).map(str::to_owned).collect();
        (settings, row[keys + 1].parse().expect("a value"))
    });
    let rows = rows.collect();
    (folder, rows)
}

/// Compares every point with `solve --set`, which lays the game out anew and ends exactly.
fn agrees(scenario: &str, keys: &[&str]) {
    let (folder, rows) = points(scenario, keys.len());
    assert!(rows.len() > 1);
    for (settings, value) in rows {
        let mut arguments = vec!["solve".to_owned(), "scenarios/s.toml".to_owned()];
        for (key, setting) in keys.iter().zip(&settings) {
            arguments.extend(["--set".to_owned(), format!("{key}={setting}")]);
        }
        arguments.extend(["--format", "json"].map(str::to_owned));
        let solved = run_in(folder.path(), arguments.iter().map(String::as_str)).ends(0).json();
        let solved = solved["value"].as_f64().expect("a value");
        // A sweep's interval is at most 1e-12 of the range wide, and the range here is 1.
        assert!((solved - value).abs() <= 1e-12, "{settings:?}: {value} in the sweep, {solved} alone");
    }
}

const CAPS: &str = r#"schema = 1
name = "s"
[source.main]
file = "data/aisafetylab_jailbreak.csv"
model = "vicuna-7b-v1.5"
metric = "asr"
drop_defences = ["Prompt Guard"]
[game]
concept = "mixed"
attacker_sees = { probe = 0 }
[[constraint]]
name = "a"
metric = "over_refusal_rate"
max = 0.1
[[constraint]]
name = "b"
metric = "over_refusal_rate"
max = 0.3
[sweep]
"#;

#[test]
fn a_bound_follows_its_constraint_when_another_one_changes_kind() {
    let sweep = "\"constraint.a.on\" = [\"expected\", \"every-draw\"]\n\"constraint.b.max\" = [0.2, 0.05]\n";
    agrees(&format!("{CAPS}{sweep}"), &["constraint.a.on", "constraint.b.max"]);
}

#[test]
fn words_and_numbers_vary_together() {
    let sweep = "\"game.concept\" = [\"mixed\", \"pure\"]\n\"game.attacker_sees.probe\" = [0, 0.3, 1]\n";
    agrees(&format!("{CAPS}{sweep}"), &["game.concept", "game.attacker_sees.probe"]);
}

#[test]
fn a_key_that_says_what_the_scenario_is_does_not_vary() {
    let folder = copy();
    for key in ["source.main.file", "name"] {
        write(&folder.path().join("scenarios/s.toml"), format!("{CAPS}\"{key}\" = [\"x\", \"y\"]\n"));
        let run = run_in(folder.path(), ["check", "scenarios/s.toml"]).ends(2);
        assert!(run.err.contains(&format!("`{key}` cannot be varied")), "{}", run.err);
    }
}

#[test]
fn a_parent_that_is_set_ends_the_sweep_of_its_child() {
    let folder = copy();
    let quickstart = "scenarios/quickstart.toml";
    for sight in ["draw", "{ probe = 1 }"] {
        let set = format!("game.attacker_sees={sight}");
        let solved = run_in(folder.path(), ["solve", quickstart, "--set", &set, "--format", "json"]).ends(0).json();
        // With the draw in the open, the best single defence is the best there is: 0.18.
        assert_eq!(solved["certificate"]["upper"], "9/50", "{sight}");
    }
}
