//! The same bytes, however many threads there are and however often a sweep was stopped.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::{edit, files, program, read, root, run_in, write};

/// Enough points that no machine is done before the signal arrives, which is sent as soon as the first are stored.
const LONG: &str = "step = 0.00001 }";

/// The frontier with 46,001 points, in a folder of its own, its table where it was.
fn long() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let text = read(&root().join("scenarios/over-refusal-frontier.toml"));
    let data = root().join("scenarios/data");
    let text = text.replace("\"data/", &format!("\"{}/", data.display())).replace("step = 0.01 }", LONG);
    write(&folder.path().join("long.toml"), text);
    folder
}

/// Everything that a sweep left, but for the manifest's timing.
fn results(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(folder);
    let manifest = files.get_mut("manifest.json").expect("a manifest");
    let mut json: serde_json::Value = serde_json::from_slice(manifest).expect("JSON");
    let timing = json.as_object_mut().expect("an object").remove("timing");
    assert!(timing.is_some_and(|timing| timing["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0)));
    *manifest = json.to_string().into_bytes();
    files
}

#[track_caller]
fn same(left: &BTreeMap<String, Vec<u8>>, right: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (name, bytes) in left {
        assert!(*bytes == right[name], "`{name}` differs");
    }
}

#[test]
fn threads_do_not_show() {
    for name in ["over-refusal-frontier", "quickstart", "missing-cells"] {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |jobs: &str| {
            let out = folder.path().join(jobs).display().to_string();
            run_in(&root(), ["sweep", &format!("scenarios/{name}.toml"), "--out", &out, "--jobs", jobs]).ends(0);
            results(&folder.path().join(jobs))
        };
        let one = at("1");
        let figures = one.keys().filter(|name| name.starts_with("figures/") && name.ends_with(".svg")).count();
        assert!(figures > 0 && ["points.csv", "points.sqlite", "scenario.toml"].iter().all(|f| one.contains_key(*f)));
        same(&one, &at("2"));
    }
}

#[test]
fn the_seed_and_the_solver_are_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("r").display().to_string();
    let sweep = ["sweep", "scenarios/quickstart.toml", "--out", &out, "--seed", "7", "--solver", "exact"];
    run_in(&root(), sweep).ends(0);
    let manifest: serde_json::Value =
        serde_json::from_str(&read(&folder.path().join("r/manifest.json"))).expect("JSON");
    assert_eq!((&manifest["seed"], &manifest["solver"]), (&7.into(), &"exact".into()));
    assert_eq!(manifest["worst_gap"].as_f64(), Some(0.0), "exact answers leave no gap");
    let mut points = csv::Reader::from_path(folder.path().join("r/points.csv")).expect("a table");
    let first = points.records().next().expect("a row").expect("a row");
    assert_eq!(first[2].parse(), Ok(63.0 / 530.0), "the value when the draw is secret");
}

/// Starts the long sweep and waits until its first points are stored in its own segment, the `k`-th of the folder.
fn started(folder: &Path, k: usize) -> Child {
    let mut command = program(folder);
    command.args(["sweep", "long.toml", "--out", "r", "--jobs", "1"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let segment = folder.join(format!("r/.work/segment-{k:06}.bin"));
    while std::fs::metadata(&segment).map_or(0, |data| data.len()) == 0 {
        assert_eq!(child.try_wait().expect("a state"), None, "the sweep ended before it could be stopped");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let kill = std::process::Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
}

#[test]
fn a_stopped_and_a_killed_sweep_go_on() {
    let undisturbed = long();
    run_in(undisturbed.path(), ["sweep", "long.toml", "--out", "r"]).ends(0);

    let folder = long();
    let folder = folder.path();
    let child = started(folder, 0);
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(output.stdout.is_empty());
    let kept = said.strip_prefix("stopped: ").and_then(|rest| rest.split_once(' ')).expect("a count").0.to_owned();
    assert!(
        said.ends_with(&format!("{kept} of 46001 points are kept; the same command goes on from there\n")),
        "{said}"
    );
    let count: u64 = kept.parse().expect("a count");
    assert!((512..46_001).contains(&count), "{said}");
    assert_eq!(std::fs::read_dir(folder.join("r")).expect("a folder").count(), 1, "only `.work`, no half results");

    let mut child = started(folder, 1);
    child.kill().expect("killed");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), None, "ended by the signal");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.starts_with(&format!("going on with {kept} of 46001 points")), "{said}");

    // What a kill in the middle of a write leaves: the last record cut short.
    let segment = folder.join("r/.work/segment-000000.bin");
    let bytes = std::fs::read(&segment).expect("a segment");
    write(&segment, &bytes[..bytes.len() - 5]);

    let run = run_in(folder, ["sweep", "long.toml", "--out", "r", "--jobs", "2"]).ends(0);
    assert!(run.err.starts_with("going on with ") && !run.err.contains("going on with 0 "), "{}", run.err);
    same(&results(&undisturbed.path().join("r")), &results(&folder.join("r")));
}

#[test]
fn work_of_another_scenario_is_not_mixed_in() {
    let folder = long();
    let folder = folder.path();
    let child = started(folder, 0);
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().expect("an end").status.code(), Some(130));

    // Fewer points, so that the rest is quick, and another loss at each of them.
    edit(&folder.join("long.toml"), LONG, "step = 0.001 }");
    edit(&folder.join("long.toml"), "drop_defences = [", "drop_defences = [\"Robust Aligned\", ");
    let run = run_in(folder, ["sweep", "long.toml", "--out", "r"]).ends(0);
    assert!(
        run.err.contains("an earlier run had other inputs or settings: its unfinished work is left out"),
        "{}",
        run.err
    );
    run_in(folder, ["sweep", "long.toml", "--out", "fresh"]).ends(0);
    same(&results(&folder.join("fresh")), &results(&folder.join("r")));
    run_in(folder, ["verify", "r"]).ends(0);
}
