//! Wrong input: a message of its own, exit code 2, nothing on standard output, nothing left behind.

use std::path::Path;

use tempfile::TempDir;

use crate::support::{Run, copy, edit, files, read, run_in, write};

const MIX: &str = "scenarios/text-jailbreak-mix.toml";
const TABLE: &str = "scenarios/data/aisafetylab_jailbreak.csv";
const FRONTIER: &str = "scenarios/over-refusal-frontier.toml";
/// The first two cells of the table, and the name of the second.
const CELL: &str = "AutoDAN,signal,Safe Tuning,training-time,asr,0.88";

/// Runs a command that must refuse its input.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str]) -> Run {
    let before = files(folder);
    let run = run_in(folder, arguments).ends(2);
    assert_eq!(run.out, "", "{arguments:?}");
    assert!(run.err.starts_with("error: "), "{}", run.err);
    assert!(!run.err.contains('\u{1b}'), "no colours where there is no terminal: {}", run.err);
    assert!(files(folder) == before, "{arguments:?} left something behind");
    run
}

/// Every way to open a scenario or game refuses it in the same words.
#[track_caller]
fn bad(folder: &TempDir, file: &str, settings: &[&str], wanted: &[&str]) {
    let folder = folder.path();
    for start in [&["solve", file][..], &["check", file], &["solve", file, "--out", "r"]] {
        let run = refused(folder, &[start, settings].concat());
        for text in wanted {
            assert!(run.err.contains(text), "`{text}` is not in:\n{}", run.err);
        }
    }
    if file.ends_with(".toml") {
        let run = refused(folder, &[&["sweep", file, "--out", "r"], settings].concat());
        assert!(wanted.iter().all(|text| run.err.contains(text)), "{}", run.err);
    }
    assert!(!folder.join("r").exists());
}

/// The text mix with one text replaced, as `s.toml` beside it.
fn scenario(from: &str, to: &str) -> TempDir {
    let folder = copy();
    let file = folder.path().join("scenarios/s.toml");
    write(&file, read(&folder.path().join(MIX)));
    edit(&file, from, to);
    folder
}

/// The text mix on a table with one text replaced.
fn table(from: &str, to: &str) -> TempDir {
    let folder = copy();
    edit(&folder.path().join(TABLE), from, to);
    folder
}

/// A plain game.
fn plain(name: &str, bytes: impl AsRef<[u8]>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join(name), bytes);
    folder
}

#[test]
fn a_missing_file() {
    let folder = copy();
    let wanted = "there is no file `scenarios/text-jailbreak-mx.toml`";
    bad(&folder, "scenarios/text-jailbreak-mx.toml", &[], &[wanted, "did you mean `text-jailbreak-mix.toml`?"]);
    bad(&folder, "elsewhere/game.csv", &[], &["there is no file `elsewhere/game.csv`"]);
    edit(&folder.path().join(MIX), "data/aisafetylab_jailbreak.csv", "data/aisafetylab_jailbrake.csv");
    bad(&folder, MIX, &[], &["text-jailbreak-mix.toml:8:8", "did you mean `aisafetylab_jailbreak.csv`?"]);
}

#[test]
fn a_folder() {
    let folder = copy();
    bad(&folder, "scenarios", &[], &["`scenarios` is a folder", "expected a file"]);
    std::fs::create_dir(folder.path().join("f.toml")).expect("a folder");
    bad(&folder, "f.toml", &[], &["`f.toml` is a folder"]);
}

#[test]
fn an_empty_file() {
    bad(&plain("e.csv", ""), "e.csv", &[], &["the file is empty"]);
    bad(&plain("e.json", ""), "e.json", &[], &["the file is empty"]);
    bad(&plain("e.nfg", ""), "e.nfg", &[], &["e.nfg"]);
    let missing =
        ["the file needs the key `schema`", "the file needs the key `name`", "the file needs the key `source`"];
    bad(&plain("e.toml", ""), "e.toml", &[], &missing);
    bad(&plain("e.txt", ""), "e.txt", &[], &["the kind of file is not known from its name"]);
}

#[test]
fn broken_toml() {
    bad(&plain("b.toml", "schema = 1\nname = \n"), "b.toml", &[], &["--> b.toml:2:8"]);
    let twice = plain("b.toml", "schema = 1\nschema = 1\n");
    bad(&twice, "b.toml", &[], &["--> b.toml:2:1", "duplicate key"]);
}

#[test]
fn an_unknown_key() {
    let folder = scenario("concept = \"mixed\"", "concpt = \"mixed\"");
    let wanted =
        ["unknown key `concpt`", "s.toml:14:1", "one of `concept`, `attacker_sees`", "did you mean `concept`?"];
    bad(&folder, "scenarios/s.toml", &[], &wanted);
}

#[test]
fn a_wrong_type() {
    let wanted = ["`title` has the wrong type", "expected a string; found `3`"];
    let folder = scenario("title = \"Mixing jailbreak defences on Vicuna-7B\"", "title = 3");
    bad(&folder, "scenarios/s.toml", &[], &wanted);
}

#[test]
fn unknown_names() {
    let folder = scenario("Prompt Guard\"]", "Prompt Gard\"]");
    bad(
        &folder,
        "scenarios/s.toml",
        &[],
        &["unknown defence `Prompt Gard`", "s.toml:11:18", "did you mean `Prompt Guard`?"],
    );
    let set = ["--set", "source.main.attacks=[\"AutoDan\"]"];
    bad(&copy(), MIX, &set, &["unknown attack `AutoDan`", "did you mean `AutoDAN`?"]);
    bad(&copy(), MIX, &["--set", "source.main.model=gpt"], &["unknown model `gpt`", "expected `vicuna-7b-v1.5`"]);
    bad(&copy(), MIX, &["--set", "source.main.metric=asrr"], &["unknown metric `asrr`"]);
}

#[test]
fn an_empty_selection() {
    bad(&copy(), MIX, &["--set", "source.main.attacks=[]"], &["`attacks` is empty", "at least one name"]);
    let everything = "source.main.where=[\"Table 99\"]";
    bad(&copy(), MIX, &["--set", everything], &["Table 99"]);
    let set = ["--set", "source.main.defences=[\"DRO\"]", "--set", "source.main.drop_defences=[\"DRO\"]"];
    bad(&copy(), MIX, &set, &["the selection leaves no game to play"]);
}

#[test]
fn a_duplicate_cell() {
    let text = read(&copy().path().join(TABLE));
    let row = text.lines().find(|line| line.contains(CELL)).expect("the row").to_owned();
    let again = format!("{row}\n{row}");
    bad(&table(&row, &again), MIX, &[], &["a cell is given twice", "AutoDAN", "Safe Tuning"]);
    bad(&plain("d.csv", "x,a,a\nr,1,2\n"), "d.csv", &[], &["the defence name `a` occurs twice"]);
    bad(&plain("d.csv", "x,a,b\nr,1,2\nr,1,2\n"), "d.csv", &[], &["the attack name `r` occurs twice"]);
}

#[test]
fn numbers_that_are_none() {
    bad(&plain("n.csv", "x,a,b\nr,1,nan\n"), "n.csv", &[], &["n.csv:2:5", "`nan` is not a finite number"]);
    bad(&plain("n.csv", "1,-inf\n2,3\n"), "n.csv", &[], &["`-inf` is not a finite number"]);
    bad(&plain("n.csv", "x,a,b\nr,1,1/0\n"), "n.csv", &[], &["1/0"]);
    bad(&plain("n.json", "{\"loss\": [[1, \"inf\"]]}"), "n.json", &[], &["`inf` is not a finite number", "loss[0][1]"]);
    bad(&table(CELL, &CELL.replace("0.88", "inf")), MIX, &[], &["`inf` is not a finite number", ".csv:3:"]);
    bad(&copy(), FRONTIER, &["--set", "constraint.refusals.max=nan"], &["not a finite number"]);
}

#[test]
fn a_rate_above_one() {
    let wanted = ["a share lies outside [0, 1]", ".csv:3:", "expected a number from 0 to 1; found `1.88`"];
    let folder = table(CELL, &CELL.replace("0.88", "1.88"));
    for arguments in [&["solve", MIX][..], &["check", MIX], &["sweep", MIX, "--out", "r"]] {
        let run = refused(folder.path(), arguments);
        assert!(wanted.iter().all(|text| run.err.contains(text)), "{}", run.err);
    }
    // A row that the selection leaves out is not played, so it does not matter.
    run_in(folder.path(), ["solve", MIX, "--set", "source.main.drop_defences=[\"Safe Tuning\", \"Prompt Guard\"]"])
        .ends(0);
}

#[test]
fn ragged_rows() {
    bad(&plain("r.csv", "x,a,b\nr,1,2\ns,3\n"), "r.csv", &[], &["r.csv:3:1", "expected 3 cells; found 2"]);
    let short = table(&format!("{CELL},fraction"), CELL);
    bad(&short, MIX, &[], &["the row has the wrong number of cells", "expected 16 cells, as in the header; found 15"]);
    bad(&plain("r.json", "{\"loss\": [[1, 2], [3]]}"), "r.json", &[], &["row 2 is not as long as the first row"]);
}

#[test]
fn bytes_that_are_no_text() {
    bad(
        &plain("u.csv", b"x,a,b\nr,1,2\ns\xff,3,3\n"),
        "u.csv",
        &[],
        &["the file is not UTF-8 text", "byte 0xff", "line 3"],
    );
    bad(&plain("u.toml", b"name = \"\xe9\"\n"), "u.toml", &[], &["the file is not UTF-8 text", "byte 0xe9"]);
}

#[test]
fn a_sweep_without_end() {
    let folder = copy();
    edit(&folder.path().join("scenarios/quickstart.toml"), "step = 0.025", "step = 0.000000000001");
    bad(&folder, "scenarios/quickstart.toml", &[], &["the sweep has 1,000,000,000,001 points", "at most 100,000,000"]);
}

#[test]
fn a_cap_that_nothing_keeps() {
    // The smallest over-refusal of a defence in the selection, read from the table here.
    let mut reader = csv::Reader::from_path(copy().path().join(TABLE)).expect("a table");
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let refusals = rows
        .iter()
        .filter(|row| &row[10] == "over_refusal_rate" && &row[8] != "Prompt Guard" && &row[2] == "vicuna-7b-v1.5");
    let least = refusals.map(|row| row[11].parse::<f64>().expect("a number")).fold(f64::INFINITY, f64::min);
    assert!(least > 0.01 && least < 0.2, "{least}");

    let folder = copy();
    let nearest = format!("expected `max = {least}` or looser; found `max = 0.01`");
    let wanted = ["no mix of defences satisfies `refusals`", "`constraint.refusals.max`", &nearest];
    for arguments in [&["solve", FRONTIER][..], &["solve", FRONTIER, "--out", "r"], &["sweep", FRONTIER, "--out", "r"]]
    {
        let set = ["--set", "constraint.refusals.max=0.01"];
        let run = refused(folder.path(), &[arguments, &set].concat());
        assert!(wanted.iter().all(|text| run.err.contains(text)), "{}", run.err);
    }
    run_in(folder.path(), ["solve", FRONTIER, "--set", &format!("constraint.refusals.max={least}")]).ends(0);

    // A sweep of nothing but infeasible points has no results either.
    edit(&folder.path().join(FRONTIER), "from = 0.04, to = 0.5", "from = 0.01, to = 0.03");
    let run = refused(folder.path(), &["sweep", FRONTIER, "--out", "r"]);
    assert!(wanted.iter().all(|text| run.err.contains(text)), "{}", run.err);
}

#[test]
fn a_few_infeasible_points_are_said_not_fatal() {
    let folder = copy();
    edit(&folder.path().join(FRONTIER), "from = 0.04, to = 0.5", "from = 0.02, to = 0.05");
    let run = run_in(folder.path(), ["sweep", FRONTIER, "--out", "r"]).ends(0);
    assert!(run.err.contains("2 of 4 points are infeasible"), "{}", run.err);
    let points = read(&folder.path().join("r/points.csv"));
    assert_eq!(points.lines().filter(|line| line.contains("infeasible: refusals")).count(), 2);
    let verified = run_in(folder.path(), ["verify", "r"]).ends(0);
    assert!(verified.out.contains("2 of them without an answer"), "{}", verified.out);
}

#[test]
fn settings_that_do_not_exist() {
    let folder = copy();
    bad(
        &folder,
        MIX,
        &["--set", "gme.concept=pure"],
        &["unknown key `gme`", "in --set gme.concept=pure", "did you mean `game`?"],
    );
    bad(&folder, MIX, &["--set", "source.main.modell=x"], &["unknown key `modell`", "did you mean `model`?"]);
    bad(&folder, FRONTIER, &["--set", "constraint.refusal.max=0.2"], &["no `constraint` is named `refusal`"]);
    bad(&folder, "scenarios/catalog/tiny.csv", &["--set", "loss.w=1"], &["`--set loss.w` needs a scenario"]);
    let run = run_in(folder.path(), ["solve", MIX, "--set", "loss.w"]).ends(2);
    assert!(run.out.is_empty() && run.err.contains("expected KEY=VALUE"), "{run:?}");
}

#[test]
fn games_that_are_not_solved_yet() {
    let folder = plain("bos.nfg", "NFG 1 R \"battle\" { \"A\" \"B\" } { 2 2 }\n3 2 0 0 0 0 2 3\n");
    let run = refused(folder.path(), &["convert", "bos.nfg", "bos.csv"]);
    assert!(run.err.contains("the game is general-sum"), "{}", run.err);
    let run = run_in(folder.path(), ["check", "bos.nfg"]).ends(0);
    assert_eq!(run.out, "bos.nfg: good, general-sum, 2 × 2 strategies\n");
    let folder = copy();
    let run = refused(folder.path(), &["solve", TABLE]);
    assert!(run.err.contains("a table of measurements is not a game yet"), "{}", run.err);
    bad(&folder, MIX, &["--set", "game.concept=stackelberg"], &["needs what attacks cost the attacker"]);
    let run = refused(folder.path(), &["sweep", "scenarios/catalog/tiny.csv"]);
    assert!(run.err.contains("is no scenario"), "{}", run.err);
}

#[test]
fn solvers_that_are_not_there() {
    let folder = copy();
    let run = refused(folder.path(), &["solve", MIX, "--solver", "simplx"]);
    assert!(run.err.contains("there is no method `simplx`"), "{}", run.err);
}

#[test]
fn a_constraint_whose_metric_is_not_measured() {
    let folder = copy();
    bad(&folder, FRONTIER, &["--set", "constraint.refusals.metric=speed"], &["no benign row measures `speed`"]);
}

#[test]
fn a_byte_order_mark_and_windows_lines_are_accepted() {
    let folder = plain("w.csv", "\u{feff}x,a,b\r\nr,1,0\r\ns,0,1\r\n");
    let run = run_in(folder.path(), ["solve", "w.csv", "--format", "csv"]).ends(0);
    assert!(run.out.contains("attacker,r,,0.5,1/2\n") && run.out.contains("defender,a,,0.5,1/2\n"), "{}", run.out);

    let folder = copy();
    let value = |folder: &TempDir| {
        run_in(folder.path(), ["solve", MIX, "--format", "json"]).ends(0).json()["certificate"].clone()
    };
    let plain = value(&folder);
    for file in [MIX, TABLE] {
        let path = folder.path().join(file);
        write(&path, format!("\u{feff}{}", read(&path).replace('\n', "\r\n")));
    }
    assert_eq!(value(&folder), plain);
}

#[test]
fn a_broken_table_of_several_scenarios_is_told_once() {
    let folder = table(CELL, &CELL.replace("0.88", "inf"));
    let run = refused(folder.path(), &["check", MIX, FRONTIER, TABLE]);
    assert_eq!(run.err.matches("error: ").count(), 1, "{}", run.err);
}

#[test]
fn names_are_looked_up_even_in_a_file_with_other_problems() {
    let folder =
        scenario("drop_defences = [\"Prompt Guard\"]", "drop_defences = [\"Prompt Gard\"]\nattacks = [\"GGC\"]");
    edit(&folder.path().join("scenarios/s.toml"), "concept = \"mixed\"", "concept = \"nash\"");
    let run = refused(folder.path(), &["check", "scenarios/s.toml"]);
    for problem in ["unknown concept `nash`", "unknown defence `Prompt Gard`", "unknown attack `GGC`"] {
        assert!(run.err.contains(problem), "{}", run.err);
    }
    assert_eq!(run.err.matches("error: ").count(), 3, "{}", run.err);
}

#[test]
fn all_problems_are_told_at_once() {
    let folder = scenario("concept = \"mixed\"", "concept = \"nash\"");
    let file = folder.path().join("scenarios/s.toml");
    edit(&file, "title = ", "titel = ");
    edit(&file, "model = \"vicuna-7b-v1.5\"", "model = 7");
    let run = refused(folder.path(), &["check", "scenarios/s.toml"]);
    assert_eq!(run.err.matches("error: ").count(), 3, "{}", run.err);
    insta::assert_snapshot!(run.err, @r#"
    error: `model` has the wrong type
     --> scenarios/s.toml:9:9
      |
    9 | model = 7
      |         ^ in `source.main.model`; expected a string; found `7`

    error: unknown concept `nash`
      --> scenarios/s.toml:14:11
       |
    14 | concept = "nash"
       |           ^^^^^^ in `game.concept`; expected one of `mixed`, `pure`, `stackelberg`, `bayesian`, `robust`, `regret`, `cvar`, `quantal`, `coverage`, `lexicographic`; found `nash`

    error: unknown key `titel`
     --> scenarios/s.toml:3:1
      |
    3 | titel = "Mixing jailbreak defences on Vicuna-7B"
      | ^^^^^ in `titel`; expected one of `schema`, `name`, `source`, `channels`, `coverage`, `graph`, `constraint`, `resource`, `type`, `title`, `question`, `notes` or 13 more
      |
      = hint: did you mean `title`?

    3 problems
    "#);
}

#[test]
fn an_error_in_a_table_as_it_is_shown() {
    let run = refused(plain("game.csv", "x,a,b\nr,1,two\ns,,3\n").path(), &["solve", "game.csv"]);
    insta::assert_snapshot!(run.err, @r"
    error: `two` is not a decimal or a fraction p/q
     --> game.csv:2:5
      |
    2 | r,1,two
      |     ^^^ in `b`

    error: a loss is missing
     --> game.csv:3:3
      |
    3 | s,,3
      |   ^ in `a`; expected a decimal or a fraction
      |
      = hint: a scenario can bound missing losses; a plain game cannot

    2 problems
    ");
}

#[test]
fn an_error_in_a_setting_as_it_is_shown() {
    let run = refused(copy().path(), &["solve", FRONTIER, "--set", "constraint.refusals.max=0.01"]);
    insta::assert_snapshot!(run.err, @r"
    error: no mix of defences satisfies `refusals`
     |
     = in --set constraint.refusals.max=0.01
     = in `constraint.refusals.max`; expected `max = 0.036` or looser; found `max = 0.01`
    ");
}
