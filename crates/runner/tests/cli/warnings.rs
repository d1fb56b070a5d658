//! What is said beside an answer: warnings, trivial defenders, what one harm is worth.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::support::{copy, read, run_in, write};

const HEADER: &str = "source,venue_year,model,modality,level,flow,attack,attack_axis,defense,defense_kind,metric,value,unit,n,direction,where\n";

/// A table of rates, attack by attack, each from so many trials, with benign utility, over-refusal and latency.
fn table(rates: &[&[&str]], trials: u32) -> String {
    let mut text = HEADER.to_owned();
    let name = |j: usize| if j == 0 { "no_defense".to_owned() } else { format!("d{j}") };
    let mut row = |attack: &str, j: usize, rest: &str| {
        let _ = writeln!(text, "key,2026,m,text,model,flow,{attack},axis,{},kind,{rest},Table 1", name(j));
    };
    for (i, rates) in rates.iter().enumerate() {
        for (j, rate) in rates.iter().enumerate() {
            row(&format!("adaptive a{i}"), j, &format!("asr,{rate},fraction,{trials},attacker_gain"));
        }
    }
    for j in 0..rates[0].len() {
        row("none", j, &format!("utility,0.{},fraction,,defender_utility", 9 - j));
        row("none", j, &format!("over_refusal,0.{j},fraction,,cost"));
        row("none", j, &format!("latency,{},ms,,cost", 100 + j));
    }
    text
}

const SCENARIO: &str = "schema = 1\nname = \"s\"\n[source.main]\nfile = \"t.csv\"\nmodel = \"m\"\nmetric = \"asr\"\n";

#[track_caller]
fn solved(folder: &Path, table: &str, rest: &str) -> Value {
    write(&folder.join("t.csv"), table);
    write(&folder.join("s.toml"), format!("{SCENARIO}{rest}"));
    run_in(folder, ["solve", "s.toml", "--format", "json"]).ends(0).json()
}

fn codes(result: &Value) -> Vec<&str> {
    let all = result["warnings"].as_array().expect("warnings");
    all.iter().map(|warning| warning["code"].as_str().expect("a code")).collect()
}

fn said<'a>(result: &'a Value, code: &str) -> Vec<&'a str> {
    let all = result["warnings"].as_array().expect("warnings").iter();
    all.filter(|warning| warning["code"] == code).map(|warning| warning["message"].as_str().expect("text")).collect()
}

/// The undefended system always loses; the other two stop what the other lets through.
const CROSSED: [&[&str]; 2] = [&["1", "0.8", "0.1"], &["1", "0.1", "0.8"]];

#[test]
fn warnings_about_the_answer_fire_where_it_is_at_fault_and_only_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let crossed = table(&CROSSED, 1000);
    let result = solved(folder.path(), &crossed, "");
    assert_eq!(codes(&result), ["W05", "W11", "W13"]);
    // Without either of the two defences the best is 0.8; without either attack, 0.1.
    assert!(said(&result, "W05")[0].contains("d1 (0.8000), d2 (0.8000), adaptive a0 (0.1000)"), "{result:#}");
    assert!(said(&result, "W13")[0].starts_with("0.3500 of what mixing gains"), "{result:#}");
    // An attacker who sees the draw has been asked about, and the trials are split.
    let asked = "[game]\nattacker_sees = \"draw\"\n[noise]\nsplit = 4\n";
    assert_eq!(codes(&solved(folder.path(), &crossed, asked)), [""; 0]);
    // No strategy carries the value, and nothing is gained by hiding.
    let flat = table(&[&["0.6", "0.5", "0.5"], &["0.5", "0.4", "0.4"]], 1000);
    assert_eq!(codes(&solved(folder.path(), &flat, "[noise]\nsplit = 4\n")), [""; 0]);
}

/// `x_i y_j = 1/4` in four cells with rates near 1/2: the error of the value is `sqrt(4 · 1/16 · 0.2496 / n)`, which is
/// 0.0177 at n = 200 and 0.0025 at n = 10 000, and mixing gains 0.01.
#[test]
fn a_gain_below_the_noise_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let close: [&[&str]; 2] = [&["1", "0.50", "0.48"], &["1", "0.48", "0.50"]];
    let told = |trials| said(&solved(folder.path(), &table(&close, trials), ""), "W13").join("\n");
    assert!(told(200).contains("less than the standard error 0.0177"), "{}", told(200));
    assert!(!told(10_000).contains("standard error"), "{}", told(10_000));
}

#[test]
fn a_small_value_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let rest = "[noise]\nsplit = 4\n";
    let of = |rate: &str| solved(folder.path(), &table(&[&["0.9", rate], &["0.9", rate]], 1000), rest);
    let result = of("0.004");
    assert!(said(&result, "W14")[0].starts_with("the value 0.004000 is 0.45 % of the range 0.8960"), "{result:#}");
    assert_eq!(said(&of("0.04"), "W14"), [""; 0]);
    assert_eq!(said(&of("0"), "W14"), [""; 0]);
}

#[test]
fn check_shows_warnings_and_stays_good() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("t.csv"), table(&CROSSED, 20));
    write(&folder.path().join("s.toml"), SCENARIO);
    write(&folder.path().join("bad.toml"), SCENARIO.replace("asr", "nothing"));
    let run = run_in(folder.path(), ["check", "s.toml"]).ends(0);
    assert_eq!(run.out, "s.toml: good, 2 attacks × 3 defences\n");
    assert_eq!(run.err, "s.toml: W04: some cells rest on 20 trials, fewer than 100\n");
    assert_eq!(run_in(folder.path(), ["check", "s.toml", "--quiet"]).ends(0).err, "");
    let run = run_in(folder.path(), ["check", "--format", "json", "s.toml", "t.csv", "bad.toml"]).ends(2);
    let found = run.json();
    assert_eq!(found["schema"], "saddlepoint.check/1");
    let [good, rows, bad] = found["files"].as_array().expect("files").as_slice() else { panic!("{found:#}") };
    assert_eq!((&good["kind"], &good["attacks"], &good["defences"]), (&json!("scenario"), &json!(2), &json!(3)));
    assert_eq!(good["warnings"][0]["code"], "W04");
    assert_eq!((&rows["kind"], &rows["warnings"]), (&json!("measurements"), &json!([])));
    assert_eq!(bad["problems"][0]["code"], "unknown-name");
    assert!(run.err.contains("unknown metric"), "{}", run.err);
}

/// Codes are those of each point: below a share of 1/10 most alarms of `d1` are false; codes are
/// sorted, each once.
#[test]
fn a_sweep_records_the_codes_of_each_point() {
    let folder = tempfile::tempdir().expect("a folder");
    let rest = "[loss]\nform = \"base-rate\"\npi = 0.5\nh = 1\nr = 1\nover_refusal = \"over_refusal\"\n\
                [sweep]\n\"loss.pi\" = [0.01, 0.5]\n";
    write(&folder.path().join("t.csv"), table(&[&["1", "0.1", "0.2"], &["1", "0.3", "0.2"]], 50));
    write(&folder.path().join("s.toml"), format!("{SCENARIO}{rest}"));
    run_in(folder.path(), ["sweep", "s.toml", "--out", "r", "--quiet"]).ends(0);
    let points = read(&folder.path().join("r/points.csv"));
    let mut reader = csv::Reader::from_reader(points.as_bytes());
    let column = reader.headers().expect("a header").iter().position(|name| name == "warnings").expect("warnings");
    let lists: Vec<Value> =
        reader.records().map(|record| serde_json::from_str(&record.expect("a row")[column]).expect("a list")).collect();
    let has = |point: usize, code: &str| lists[point].as_array().expect("a list").contains(&json!(code));
    assert!(has(0, "W01") && !has(1, "W01"), "{lists:?}");
    for list in &lists {
        let codes: Vec<_> = list.as_array().expect("a list").iter().map(Value::to_string).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        assert!(codes.contains(&"\"W04\"".to_owned()) && codes.contains(&"\"W11\"".to_owned()), "{codes:?}");
    }
}

/// The worst loss of each trivial defender, in closed form.
#[test]
fn trivial_defenders_stand_beside_the_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let capped = "[[constraint]]\nname = \"refusals\"\nmetric = \"over_refusal\"\nmax = 0.05\n";
    let result = solved(folder.path(), &table(&CROSSED, 1000), capped);
    let baselines = result["baselines"].as_array().expect("baselines");
    let of = |k: usize, key: &str| baselines[k][key].clone();
    let names: Vec<_> = (0..4).map(|k| of(k, "name")).collect();
    assert_eq!(names, ["no-defence", "refuse-all", "uniform", "best-single"]);
    // Uniform: (1 + 0.8 + 0.1) / 3. Only the undefended system refuses little enough alone.
    let exact: Vec<_> = (0..4).map(|k| of(k, "exact")).collect();
    assert_eq!(exact, ["1/1", "0/1", "19/30", "1/1"]);
    // It refuses (0 + 0.1 + 0.2) / 3, and a system that refuses everything 1.
    assert_eq!(of(1, "breaks")[0]["by_exact"], "19/20");
    assert_eq!(of(2, "breaks")[0]["by_exact"], "1/20");
    assert_eq!((of(0, "breaks"), of(3, "breaks")), (json!([]), json!([])));
    assert_eq!(of(3, "defence"), "no_defense");
    assert!(of(1, "note").as_str().is_some_and(|note| note.contains("nothing is useful")), "{result:#}");
    let page = run_in(folder.path(), ["solve", "s.toml"]).ends(0).out;
    assert!(page.contains("refuse all") && page.contains("breaks `refusals` by 0.950000"), "{page}");
    // With utility in the loss, refusing everything costs its weight.
    let weighted = "[loss]\nform = \"weighted\"\nw = 0.25\npi = 0.01\nutility = \"utility\"\n";
    let result = solved(folder.path(), &table(&CROSSED, 1000), weighted);
    assert_eq!(result["baselines"][1]["exact"], "3/4");
    assert_eq!(result["baselines"][1]["note"], Value::Null);
    // No defence: 1/4 · 1 + 3/4 · (1 - 0.9).
    assert_eq!(result["baselines"][0]["exact"], "13/40");
}

#[test]
fn channels_are_each_uniform_and_undefended() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("t.csv"), table(&CROSSED, 1000));
    write(&folder.path().join("u.csv"), table(&[&["0.9", "0.5"]], 1000));
    let channel =
        |name: &str, file: &str| format!("[channels.{name}]\nfile = \"{file}\"\nmodel = \"m\"\nmetric = \"asr\"\n");
    let scenario = format!(
        "schema = 1\nname = \"s\"\nassembled = true\n{}{}[game]\nstrategy = \"marginals\"\n[budget]\nmax = 1\nunit_cost = 1\n",
        channel("one", "t.csv"),
        channel("two", "u.csv")
    );
    write(&folder.path().join("s.toml"), scenario);
    let result = run_in(folder.path(), ["solve", "s.toml", "--format", "json"]).ends(0).json();
    let exact: Vec<_> = (0..3).map(|k| (&result["baselines"][k]["name"], &result["baselines"][k]["exact"])).collect();
    // Uniform on channel one: 19/30, on channel two: 7/10. Active there: 2/3 + 1/2 defences, 1/6 above the budget.
    let expected =
        [("no-defence", "1/1"), ("refuse-all", "0/1"), ("uniform", "7/10")].map(|(a, b)| (json!(a), json!(b)));
    assert_eq!(exact, expected.each_ref().map(|(a, b)| (a, b)));
    assert_eq!(result["baselines"][2]["breaks"][0]["by_exact"], "1/6");
    assert!(codes(&result).contains(&"W08"), "{result:#}");
}

/// Expected losses of a request on the published table of an agent, by exact arithmetic elsewhere.
#[test]
fn the_full_form_has_its_known_values_and_says_what_a_harm_is_worth() {
    let folder = copy();
    let scenario = folder.path().join("scenarios/full.toml");
    for (pi, value, defence) in [
        ("0.001", "3223967/10000000", "Spotlighting with delimiting"),
        ("0.01", "81641/200000", "Tool filter"),
        ("0.1", "55347/100000", "ParseFull + CheckTool"),
    ] {
        let text = format!(
            "schema = 1\nname = \"full\"\n[source.main]\nfile = \"data/agentdojo_toolresultparsing.csv\"\n\
             model = \"gpt-oss-120b\"\nmetric = \"asr\"\n[loss]\nform = \"base-rate\"\npi = {pi}\nh = 100\ng = 1\nb = 1\n\
             utility = \"benign_utility\"\nutility_under_attack = \"utility_under_attack\"\n"
        );
        write(&scenario, text);
        let result = run_in(folder.path(), ["solve", "scenarios/full.toml", "--format", "json"]).ends(0).json();
        assert_eq!((&result["certificate"]["lower"], &result["certificate"]["upper"]), (&json!(value), &json!(value)));
        assert_eq!(result["defender"][0]["name"], defence);
        assert_eq!(result["loss_terms"]["form"], "base-rate");
        assert_eq!(result["loss_terms"]["harm_in_tasks"], 100.0);
        // Refusing everything loses π g + (1-π) b = 1.
        assert_eq!(result["baselines"][1]["exact"], "1/1");
    }
}

#[test]
fn solve_says_what_one_harm_is_worth() {
    let folder = tempfile::tempdir().expect("a folder");
    let weighted = "[loss]\nform = \"weighted\"\nw = 0.5\npi = 0.01\nutility = \"utility\"\n";
    let result = solved(folder.path(), &table(&CROSSED, 1000), weighted);
    let sentence = "w = 0.5 at pi = 0.01: one harm is worth 99 lost tasks";
    assert_eq!(result["loss_terms"]["sentence"], sentence);
    assert_eq!(result["loss_terms"]["harm_in_tasks"], 99.0);
    let page = run_in(folder.path(), ["solve", "s.toml"]).ends(0).out;
    assert!(page.contains(sentence), "{page}");
}
