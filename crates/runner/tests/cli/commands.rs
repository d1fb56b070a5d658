//! The smaller commands, and what holds for all of them.

use std::process::Stdio;

use serde_json::Value;

use crate::fraction::Fraction;
use crate::support::{copy, edit, files, program, read, root, run, run_in, write};

const MIX: &str = "scenarios/text-jailbreak-mix.toml";

fn scenarios() -> Vec<String> {
    let names = files(&root().join("scenarios")).into_keys();
    names.filter(|name| name.ends_with(".toml")).map(|name| format!("scenarios/{name}")).collect()
}

#[test]
fn list_knows_every_scenario() {
    let text = run(["list"]).ends(0);
    let csv = run(["list", "scenarios", "--format", "csv"]).ends(0);
    let json = run(["list", "--format", "json"]).ends(0).json();
    let entries = json["scenarios"].as_array().expect("a list");
    assert_eq!(entries.len(), scenarios().len());
    let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
    assert_eq!(reader.headers().expect("a header"), vec!["name", "question", "size", "points", "concept", "source"]);
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), entries.len());
    for (entry, row) in entries.iter().zip(&rows) {
        let name = entry["name"].as_str().expect("a name");
        assert!(text.out.contains(name), "{name}");
        assert_eq!(&row[0], name);
        let file = entry["file"].as_str().expect("a file");
        if file == format!("scenarios/catalog/{name}.toml") {
            continue;
        }
        assert_eq!(file, format!("scenarios/{name}.toml"), "files are named as their scenarios");
        assert!(entry["question"].as_str().is_some_and(|question| question.ends_with('?')), "{entry}");
    }
    let mix = entries.iter().find(|entry| entry["name"] == "text-jailbreak-mix").expect("the mix");
    assert_eq!((&mix["attacks"], &mix["defences"], &mix["points"]), (&13.into(), &16.into(), &1.into()));
}

#[test]
fn solve_explains_its_method_beside_the_answer() {
    let (plain, explained) = (run(["solve", MIX]).ends(0), run(["solve", MIX, "--explain"]).ends(0));
    assert_eq!(plain.out, explained.out);
    assert!(!plain.err.contains("finished exactly"), "{}", plain.err);
    assert!(explained.err.contains("simplex, finished exactly: one side has at most 64"), "{}", explained.err);
    let asked = run(["solve", MIX, "--solver", "exact", "--explain"]).ends(0);
    assert!(asked.err.contains("exact: as asked for"), "{}", asked.err);
}

#[test]
fn list_shows_a_broken_scenario_beside_the_good_ones() {
    let folder = copy();
    write(&folder.path().join("scenarios/broken.toml"), "schema = 2\n");
    let json = run_in(folder.path(), ["list", "--format", "json"]).ends(0).json();
    let entries = json["scenarios"].as_array().expect("a list");
    assert_eq!(entries.iter().filter(|entry| entry.get("error").is_some()).count(), 1);
    let run = run_in(folder.path(), ["list", "scenarios/data"]).ends(2);
    assert!(run.out.is_empty() && run.err.contains("there is no scenario in `scenarios/data`"), "{run:?}");
}

/// A scenario as the JSON that an editor checks.
fn as_json(file: &str) -> Value {
    let text = read(&root().join(file));
    serde_json::to_value(text.parse::<toml::Table>().expect("TOML")).expect("JSON")
}

#[test]
fn the_schema_accepts_what_is_shipped_and_nothing_misspelt() {
    let schema = run(["schema"]).ends(0).json();
    jsonschema::meta::validate(&schema).expect("a JSON Schema");
    let validator = jsonschema::validator_for(&schema).expect("a JSON Schema");
    for file in scenarios() {
        let errors: Vec<_> = validator.iter_errors(&as_json(&file)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
    }
    let mut misspelt = as_json(MIX);
    misspelt["game"]["concpt"] = "mixed".into();
    assert!(!validator.is_valid(&misspelt));
    let mut nameless = as_json(MIX);
    nameless.as_object_mut().expect("an object").remove("name");
    assert!(!validator.is_valid(&nameless));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(["completions", shell]).ends(0).out;
        for word in ["solve", "sweep", "verify", "convert", "time-limit"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
    let run = run(["completions", "tcsh-like"]).ends(2);
    assert!(run.out.is_empty());
}

#[test]
fn plain_games_go_round_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let cells = "attack,none,\"a, filter\",both\n\"re \"\"play\"\"\",0.50,1/3,-2\nadaptive,1e-3,0,4.25\n";
    write(&folder.join("a.csv"), cells);
    for (from, to) in
        [("a.csv", "b.nfg"), ("b.nfg", "c.json"), ("c.json", "d.tsv"), ("d.tsv", "e.csv"), ("a.csv", "f.json")]
    {
        let run = run_in(folder, ["convert", from, to]).ends(0);
        assert_eq!((run.out, run.err), (String::new(), format!("wrote {to}\n")));
    }
    let table = |file: &str, tab: bool| -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new();
        let delimiter = if tab { b'\t' } else { b',' };
        let reader = reader.has_headers(false).delimiter(delimiter).from_path(folder.join(file));
        let rows = reader.expect("a table").into_records().map(|row| row.expect("a row"));
        rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
    };
    let written = |table: Vec<Vec<String>>| table.into_iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>();
    assert_eq!(written(table("e.csv", false)), written(table("a.csv", false)), "cells as they were written");
    assert_eq!(table("e.csv", false), table("d.tsv", true));
    let json: Value = serde_json::from_str(&read(&folder.join("f.json"))).expect("JSON");
    assert_eq!(json["attacks"], serde_json::json!(["re \"play\"", "adaptive"]));
    assert_eq!(json["loss"], serde_json::json!([["0.50", "1/3", "-2"], ["1e-3", "0", "4.25"]]));
    let digest =
        |file: &str| run_in(folder, ["solve", file, "--format", "json"]).ends(0).json()["game"]["digest"].clone();
    assert_eq!(digest("a.csv"), digest("e.csv"));
    assert_eq!(digest("a.csv"), digest("c.json"));
}

#[test]
fn convert_prints_json_and_refuses_unknown_endings() {
    let run = run(["convert", "scenarios/catalog/two-by-two.csv", "-"]).ends(0);
    assert_eq!(run.json()["attacks"], serde_json::json!(["up", "down"]));
    let folder = copy();
    let run = run_in(folder.path(), ["convert", "scenarios/catalog/two-by-two.csv", "game.txt"]).ends(2);
    assert!(run.err.contains("the format of `game.txt` is not known") && !folder.path().join("game.txt").exists());
    let run = run_in(folder.path(), ["convert", "scenarios/missing-cells.toml", "game.csv"]).ends(2);
    assert!(run.err.contains("a game with missing cells has no plain form"), "{}", run.err);
}

#[test]
fn check_takes_scenarios_games_and_tables() {
    let files =
        [MIX, "scenarios/quickstart.toml", "scenarios/catalog/oneill.nfg", "scenarios/data/jailbreak_jbshield.csv"];
    let run = run(["check"].into_iter().chain(files)).ends(0);
    // Rows of the table but for its header.
    let rows = read(&root().join(files[3])).lines().count() - 1;
    let expected = [
        format!("{MIX}: good, 13 attacks × 16 defences"),
        format!("{}: good, 9 attacks × 7 defences, 41 points", files[1]),
        format!("{}: good, 4 attacks × 4 defences", files[2]),
        format!("{}: good, {rows} measurements", files[3]),
    ];
    assert_eq!(run.out.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn an_expectation_that_does_not_hold_is_a_no() {
    let folder = copy();
    edit(&folder.path().join(MIX), "value = \"651/2750\"", "value = \"650/2750\"");
    let run = run_in(folder.path(), ["check", "--expect", MIX, "scenarios/quickstart.toml"]).ends(1);
    assert!(run.err.contains("value: expected 13/55, found 651/2750") && run.err.contains(MIX), "{}", run.err);
    assert!(
        run.out.contains("0 of 1 expectations hold") && run.out.contains("3 of 3 expectations hold"),
        "{}",
        run.out
    );
    run_in(folder.path(), ["check", MIX]).ends(0);
}

#[test]
fn plot_redraws_the_same_bytes() {
    let folder = copy();
    let folder = folder.path();
    // Along a sweep, of one game, of its ablations; lines, bars, transfers; defences in sets.
    for name in
        ["over-refusal-frontier", "missing-cells", "secret-draw", "stacking-bounds", "model-transfer", "sok-coverage"]
    {
        run_in(folder, ["sweep", &format!("scenarios/{name}.toml")]).ends(0);
        let results = folder.join("results").join(name);
        let before = files(&results);
        let drawn: Vec<_> = before.keys().filter(|name| name.ends_with(".svg") || name.ends_with(".png")).collect();
        assert!(drawn.len() >= 2, "{drawn:?}");
        for file in drawn {
            std::fs::remove_file(results.join(file)).expect("removed");
        }
        let run = run_in(folder, ["plot", &format!("results/{name}")]).ends(0);
        assert!(run.out.contains(".svg"), "{}", run.out);
        assert!(files(&results) == before, "{name}");
    }
}

/// Where a scenario names no figure, what is drawn fits what is swept.
#[test]
fn default_figures_fit_the_sweep() {
    let folder = copy();
    let folder = folder.path();
    for (name, figures) in [
        ("stacking-bounds", &["bars"][..]),
        ("adaptive-gap", &["bars"]),
        ("model-transfer", &["bars", "transfer"]),
        ("mfm-budget", &["allocation", "lines"]),
        ("missing-cells", &["payoffs"]),
        ("latency-price", &["allocation", "attack-mix", "frontier"]),
    ] {
        let file = format!("scenarios/{name}.toml");
        let text = read(&folder.join(&file));
        let (without, _) = text.split_once("[[figure]]").expect("figures are last");
        write(&folder.join(&file), without);
        run_in(folder, ["sweep", &file]).ends(0);
        let drawn = files(&folder.join("results").join(name));
        let drawn: Vec<_> =
            drawn.keys().filter_map(|file| file.strip_prefix("figures/")?.strip_suffix(".svg")).collect();
        assert_eq!(drawn, figures, "{name}");
    }
}

/// What a figure says of a point is what the row of the point says, in words.
#[test]
fn bars_and_lines_hold_the_rows_of_the_sweep() {
    let folder = copy();
    let folder = folder.path();
    run_in(folder, ["sweep", "scenarios/stacking-bounds.toml"]).ends(0);
    let bars = read(&folder.join("results/stacking-bounds/figures/bars.csv"));
    let rows: Vec<Vec<&str>> = bars.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["group", "label", "value", "lower", "upper", "pure"]);
    assert_eq!(rows[3][..2], ["at most 2 defences at once", "independent"]);
    assert!((rows[3][2].parse::<f64>().expect("a value") - 327_111.0 / 3_913_150.0).abs() < 1e-12);
    assert_eq!(rows[4][..3], ["at most 2 defences at once", "Fréchet bounds", ""]);
    assert!((rows[4][3].parse::<f64>().expect("a bound") - 0.04).abs() < 1e-12);

    run_in(folder, ["sweep", "scenarios/secret-draw.toml"]).ends(0);
    let lines = read(&folder.join("results/secret-draw/figures/lines.csv"));
    let header = lines.lines().next().expect("a header");
    assert!(header.starts_with("x,value:1 try,lower:1 try,upper:1 try,value:2 tries,"), "{header}");
    let first: Vec<&str> = lines.lines().nth(1).expect("a row").split(',').collect();
    assert!((first[4].parse::<f64>().expect("a value") - 5733.0 / 24880.0).abs() < 1e-12);

    // Each stage is watched as often as the sets that it is in are drawn.
    run_in(folder, ["sweep", "scenarios/sok-coverage.toml"]).ends(0);
    let stages = read(&folder.join("results/sok-coverage/figures/allocation.csv"));
    let rows: Vec<Vec<&str>> = stages.lines().map(|line| line.split(',').collect()).collect();
    let stages = ["input", "model", "output", "action", "interaction", "memory"].map(|name| format!("defence:{name}"));
    assert_eq!(rows[0][4..], stages);
    for (monitors, row) in (1..).zip(&rows[1..]) {
        for (stage, cell) in stages.iter().zip(&row[4..]) {
            let expected = if stage == "defence:interaction" { 0.0 } else { f64::from(monitors) / 5.0 };
            assert!((cell.parse::<f64>().expect("a number") - expected).abs() < 1e-9, "{monitors}, {stage}: {cell}");
        }
    }

    run_in(folder, ["sweep", "scenarios/model-transfer.toml"]).ends(0);
    let transfer = read(&folder.join("results/model-transfer/figures/transfer.csv"));
    let cell = transfer.lines().find_map(|line| line.strip_prefix("vicuna-7b,llama3-8b,")).expect("a cell");
    let numbers: Vec<f64> = cell.split(',').map(|number| number.parse().expect("a number")).collect();
    assert!((numbers[0] - 171.0 / 530.0).abs() < 1e-12 && (numbers[1] - (171.0 / 530.0 - 3.0 / 160.0)).abs() < 1e-12);
}

#[test]
fn a_swept_key_that_is_set_leaves_one_point() {
    let folder = copy();
    let sweep = ["sweep", "scenarios/over-refusal-frontier.toml", "--set", "constraint.refusals.max=0.2", "--out", "r"];
    run_in(folder.path(), sweep).ends(0);
    let mut points = csv::Reader::from_path(folder.path().join("r/points.csv")).expect("a table");
    assert_eq!(&points.headers().expect("a header")[1], "value", "nothing is swept any more");
    let rows: Vec<_> = points.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 1);
    assert!((rows[0][1].parse::<f64>().expect("a value") - 0.320_809).abs() < 5e-7);
    run_in(folder.path(), ["verify", "r"]).ends(0);
    run_in(folder.path(), ["plot", "r"]).ends(0);
}

#[test]
fn every_method_brackets_the_value() {
    let value = Fraction::read("651/2750");
    for solver in ["auto", "simplex", "exact", "fictitious-play", "good-lp", "microlp", "minilp", "clarabel"] {
        let run = run(["solve", MIX, "--solver", solver, "--time-limit", "20", "--format", "json"]).ends(0);
        let certificate = &run.json()["certificate"];
        // Ends of first-order methods have denominators near 2^53, so they are compared as doubles here.
        let end = |end: &str| {
            let text = certificate[end].as_str().expect("a fraction");
            let (over, under) = text.split_once('/').expect("a fraction");
            over.parse::<f64>().expect("a number") / under.parse::<f64>().expect("a number")
        };
        let (lower, upper) = (end("lower"), end("upper"));
        let ulp = 1e-15;
        assert!(lower <= value.to_f64() + ulp && value.to_f64() <= upper + ulp, "{solver}: {lower} to {upper}");
        assert!(upper - lower < 1e-3, "{solver}: {lower} to {upper}");
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("r.json"), &run.out);
        run_in(folder.path(), ["verify", "r.json"]).ends(0);
    }
}

#[test]
fn quiet_says_nothing_but_data() {
    let folder = copy();
    let folder = folder.path();
    let loud = run_in(folder, ["solve", MIX, "--out", "a", "--format", "csv"]).ends(0);
    let quiet = run_in(folder, ["solve", MIX, "--out", "b", "--format", "csv", "--quiet"]).ends(0);
    assert_eq!(loud.err, "wrote a/result.json\n");
    assert_eq!((quiet.err.as_str(), quiet.out), ("", loud.out));
    let failed = run_in(folder, ["solve", "nothing.toml", "--quiet"]).ends(2);
    assert!(failed.err.contains("there is no file"), "errors are said even so");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let binary = env!("CARGO_BIN_EXE_saddlepoint");
    for command in [format!("solve {MIX} --format json"), "list".to_owned(), "schema".to_owned()] {
        let script = format!("{{ {binary} {command}; echo \"code $?\" >&2; }} | head -1");
        let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(root()).output().expect("sh");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "code 0\n", "{command}");
        assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
    }
    // A reader that never reads at all.
    let mut child =
        program(&root()).args(["list"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a start");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn there_are_no_colours_without_a_terminal() {
    for arguments in [&["solve", MIX][..], &["list"], &["solve", "nothing.toml"], &["frobnicate"], &["--help"]] {
        for no_color in [true, false] {
            let mut command = program(&root());
            if no_color {
                command.env("NO_COLOR", "1");
            }
            let output = command.args(arguments).output().expect("the program starts");
            assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "{arguments:?}");
        }
    }
}

#[test]
fn help_and_version_are_answers() {
    let help = run(["--help"]).ends(0);
    for command in ["solve", "sweep", "plot", "verify", "check", "convert", "list", "schema", "completions"] {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command}");
        let help = run([command, "--help"]).ends(0);
        assert!(help.err.is_empty() && help.out.contains("Usage: saddlepoint"), "{command}");
    }
    assert_eq!(run(["--version"]).ends(0).out, format!("saddlepoint {}\n", env!("CARGO_PKG_VERSION")));
    let wrong = run(["frobnicate"]).ends(2);
    assert!(wrong.out.is_empty() && wrong.err.contains("unrecognized subcommand"));
}
