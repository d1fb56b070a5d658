//! Results that were tampered with: each is rejected for its own reason.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{copy, edit, run, run_in, sha256, write};

const MIX: &str = "scenarios/text-jailbreak-mix.toml";

/// Verifies the text-mix result after a change; the reasons, one a line.
fn reasons(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut result = run(["solve", MIX, "--format", "json"]).ends(0).json();
    change(&mut result);
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("r.json"), result.to_string());
    let run = run_in(folder.path(), ["verify", "r.json"]).ends(1);
    assert_eq!(run.err, "");
    run.out.lines().map(|line| line.strip_prefix("r.json: rejected: ").expect("a reason").to_owned()).collect()
}

#[track_caller]
fn rejected(change: impl FnOnce(&mut Value), because: &str) {
    let reasons = reasons(change);
    assert!(reasons.iter().any(|reason| reason.contains(because)), "{because} in {reasons:#?}");
}

fn set(entry: &mut Value, exact: &str, probability: f64) {
    entry["exact"] = json!(exact);
    entry["probability"] = json!(probability);
}

#[test]
fn mass_moved_between_strategies() {
    let moved = |result: &mut Value| {
        set(&mut result["defender"][0], "20/55", 20.0 / 55.0);
        set(&mut result["defender"][1], "31/55", 31.0 / 55.0);
        // Marginals follow, so that only the bound betrays it.
        set(&mut result["marginals"][2], "4/11", 20.0 / 55.0);
        set(&mut result["marginals"][11], "31/55", 31.0 / 55.0);
    };
    // Jailbroken and MultiLingual now differ: 20/55·0.42 + 31/55·0.1 + 4/55·0.46 = 667/2750.
    rejected(moved, "`certificate.upper` claims more than is proved: claimed 651/2750, proved 667/2750");
    assert_eq!(reasons(moved).len(), 1, "nothing else is wrong");
}

#[test]
fn mass_lost() {
    rejected(
        |result| set(&mut result["attacker"][0], "117/385", 117.0 / 385.0),
        "the probabilities of `attacker` sum to 384/385, not to 1: 1/385 is missing",
    );
    rejected(
        |result| set(&mut result["defender"][2], "5/55", 5.0 / 55.0),
        "the probabilities of `defender` sum to 56/55, not to 1: 1/55 is too much",
    );
}

#[test]
fn a_strategy_left_out() {
    let left_out = |result: &mut Value| drop(result["defender"].as_array_mut().expect("a list").pop());
    rejected(left_out, "sum to 51/55, not to 1: 4/55 is missing");
}

#[test]
fn a_lower_bound_raised() {
    let raised = |result: &mut Value| result["certificate"]["lower"] = json!("652/2750");
    rejected(raised, "`certificate.lower` claims more than is proved: claimed 326/1375, proved 651/2750");
}

#[test]
fn an_upper_bound_lowered() {
    let lowered = |result: &mut Value| result["certificate"]["upper"] = json!("650/2750");
    rejected(lowered, "`certificate.upper` claims more than is proved: claimed 13/55, proved 651/2750");
}

#[test]
fn an_interval_widened_with_the_gap_still_zero() {
    let widened = |result: &mut Value| result["certificate"]["upper"] = json!("652/2750");
    rejected(widened, "`certificate.upper` claims less than is proved");
    rejected(widened, "the gap is claimed to be 0");
}

#[test]
fn another_cell() {
    let other = |result: &mut Value| result["game"]["loss"][0][2] = json!("0.17");
    rejected(other, "the digest is not that of the stored losses");
    // The row of AutoDAN loses 0.01 · 19/55; the attacker reaches less, the defender's worst row stays.
    rejected(other, "`certificate.lower` claims more than is proved");
}

#[test]
fn a_cell_written_otherwise_is_another_game() {
    rejected(|result| result["game"]["loss"][0][2] = json!("0.180"), "the digest is not that of the stored losses");
}

#[test]
fn a_digest_edited() {
    let zeros = "0".repeat(64);
    let edited = |result: &mut Value| result["game"]["digest"] = json!(zeros);
    rejected(edited, &format!("claimed {zeros}, recomputed 201f9eb8"));
    assert_eq!(reasons(edited).len(), 1);
}

#[test]
fn a_value_edited() {
    let edited = |result: &mut Value| result["value"] = json!(0.2367);
    rejected(edited, "`value` is 0.2367; the exact number 651/2750 needs 0.23672727272727273");
    assert_eq!(reasons(edited).len(), 1);
}

#[test]
fn a_negative_probability() {
    let negative = |result: &mut Value| {
        set(&mut result["attacker"][1], "-1/385", -1.0 / 385.0);
        set(&mut result["attacker"][0], "119/385", 119.0 / 385.0);
    };
    rejected(negative, "the probability of `Cipher` in `attacker` is negative: -1/385");
}

#[test]
fn a_result_cut_short_is_wrong_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = run(["solve", MIX, "--format", "json"]).ends(0).out;
    write(&folder.path().join("r.json"), &text[..text.len() / 2]);
    let run = run_in(folder.path(), ["verify", "r.json"]).ends(2);
    assert!(run.out.is_empty() && run.err.contains("the file is not JSON"), "{run:?}");
}

#[test]
fn a_cap_broken_by_a_hair() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = run([
        "solve",
        "scenarios/over-refusal-frontier.toml",
        "--set",
        "constraint.refusals.max=0.2",
        "--format",
        "json",
    ]);
    let mut result = text.ends(0).json();
    result["constraints"][0]["bound_exact"] = json!("199999999/1000000000");
    result["constraints"][0]["bound"] = json!(0.199_999_999);
    write(&folder.path().join("r.json"), result.to_string());
    let run = run_in(folder.path(), ["verify", "r.json"]).ends(1);
    assert!(run.out.contains("breaks constraint `refusals`"), "{}", run.out);
}

#[test]
fn the_scenario_changed_since() {
    let folder = copy();
    run_in(folder.path(), ["solve", MIX, "--out", "r"]).ends(0);
    let table = folder.path().join("scenarios/data/aisafetylab_jailbreak.csv");
    edit(
        &table,
        "AutoDAN,signal,Safe Unlearning,training-time,asr,0.18",
        "AutoDAN,signal,Safe Unlearning,training-time,asr,0.19",
    );
    // On its own the result still proves what it says; of the table it no longer speaks.
    run_in(folder.path(), ["verify", "r/result.json"]).ends(0);
    let run = run_in(folder.path(), ["verify", "r/result.json", "--rebuild"]).ends(1);
    assert!(run.out.contains("the digest is not that of the rebuilt game"), "{}", run.out);
}

/// A finished sweep in a folder of its own.
fn swept() -> TempDir {
    let folder = copy();
    let run = run_in(folder.path(), ["sweep", "scenarios/over-refusal-frontier.toml", "--out", "r", "--quiet"]).ends(0);
    assert_eq!(run.err, "");
    let run = run_in(folder.path(), ["verify", "r"]).ends(0);
    assert_eq!(run.out, "r: verified, 47 points\n");
    folder
}

#[track_caller]
fn folder_rejected(folder: &Path, because: &[&str]) {
    let run = run_in(folder, ["verify", "r"]).ends(1);
    for reason in because {
        assert!(run.out.contains(&format!("r: rejected: {reason}")), "{reason} in {}", run.out);
    }
    assert_eq!(run.out.lines().count(), because.len(), "{}", run.out);
}

/// Makes the manifest agree with a file again, as a forger would.
fn repair(folder: &Path, file: &str) {
    let path = folder.join("r/manifest.json");
    let mut manifest: Value = serde_json::from_str(&crate::support::read(&path)).expect("JSON");
    let digest = sha256(&std::fs::read(folder.join("r").join(file)).expect("bytes"));
    let files = manifest["files"].as_array_mut().expect("a list");
    files.iter_mut().find(|entry| entry["file"] == file).expect("the file")["sha256"] = json!(digest);
    write(&path, format!("{manifest:#}"));
}

fn sql(folder: &Path, statement: &str) {
    let connection = Connection::open(folder.join("r/points.sqlite")).expect("a database");
    assert_eq!(connection.execute(statement, []).expect("a statement"), 1, "one row is changed");
}

#[test]
fn a_row_of_points_edited() {
    let folder = swept();
    let folder = folder.path();
    edit(&folder.join("r/points.csv"), "0,0.04,0.7483333333333333,", "0,0.04,0.7383333333333333,");
    let row =
        "point 0: `value` is `0.7383333333333333` in `points.csv` and Some(0.7483333333333333) in `points.sqlite`";
    folder_rejected(folder, &["`points.csv` is not the file that was recorded: its digest differs", row]);
    repair(folder, "points.csv");
    folder_rejected(folder, &[row]);
}

#[test]
fn a_mix_edited_and_the_manifest_repaired() {
    let folder = swept();
    let folder = folder.path();
    // A single defence with few refusals keeps every constraint, so only the bound tells.
    sql(folder, "UPDATE points SET defender_exact = '{\"Self Reminder\":\"1/1\"}' WHERE point = 20");
    repair(folder, "points.sqlite");
    let run = run_in(folder, ["verify", "r"]).ends(1);
    // 0.84 is the worst loss of Self Reminder, to AutoDAN.
    assert!(run.out.contains("point 20: the mixes prove the upper bound 21/25, the point claims "), "{}", run.out);
    assert!(run.out.lines().all(|line| line.starts_with("r: rejected: point 20: ")), "{}", run.out);
}

#[test]
fn a_price_edited_in_both_files() {
    let folder = swept();
    let folder = folder.path();
    edit(&folder.join("r/points.csv"), ",7.916666666666689,", ",8.5,");
    sql(folder, "UPDATE points SET \"price:refusals\" = 8.5 WHERE point = 0");
    repair(folder, "points.csv");
    repair(folder, "points.sqlite");
    folder_rejected(folder, &["point 0: `price:refusals` is not the double of the exact number"]);
}

#[test]
fn a_bound_edited_everywhere_but_in_the_proof() {
    let folder = swept();
    let folder = folder.path();
    sql(folder, "UPDATE points SET upper_exact = '7/10' WHERE point = 0");
    repair(folder, "points.sqlite");
    let run = run_in(folder, ["verify", "r"]).ends(1);
    assert!(run.out.contains("point 0: the mixes prove the upper bound "), "{}", run.out);
    assert!(run.out.contains("the point claims 7/10"), "{}", run.out);
}

#[test]
fn an_answer_without_its_proof() {
    let folder = swept();
    let folder = folder.path();
    sql(
        folder,
        "UPDATE points SET lower_exact = NULL, upper_exact = NULL, attacker_exact = NULL, defender_exact = NULL, \
         multipliers_exact = NULL WHERE point = 3",
    );
    repair(folder, "points.sqlite");
    folder_rejected(
        folder,
        &["1 points have no answer, the manifest says 0", "point 3: there are numbers, but nothing that proves them"],
    );
}

#[test]
fn a_point_taken_out() {
    let folder = swept();
    let folder = folder.path();
    sql(folder, "DELETE FROM points WHERE point = 46");
    repair(folder, "points.sqlite");
    folder_rejected(folder, &["`points.sqlite` holds 46 of 47 points"]);
}

#[test]
fn a_figure_edited() {
    let folder = swept();
    edit(&folder.path().join("r/figures/frontier.svg"), "<svg", "<svg ");
    folder_rejected(folder.path(), &["`figures/frontier.svg` is not the file that was recorded: its digest differs"]);
}

#[test]
fn the_input_table_changed() {
    let folder = swept();
    let table = folder.path().join("scenarios/data/aisafetylab_jailbreak.csv");
    // A cell that no game of the sweep reads: the digest alone tells.
    edit(&table, "assets/experiments.jpg", "assets/experiments.png");
    let reason = "`data/aisafetylab_jailbreak.csv` is not the input that was recorded: its digest differs";
    folder_rejected(folder.path(), &[reason]);
}

#[test]
fn a_folder_without_a_finished_sweep_is_wrong_input() {
    let folder = swept();
    std::fs::remove_file(folder.path().join("r/manifest.json")).expect("removed");
    let run = run_in(folder.path(), ["verify", "r"]).ends(2);
    assert!(run.out.is_empty() && run.err.contains("`r` is no results folder"), "{run:?}");
}
