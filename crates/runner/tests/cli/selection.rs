//! Which of several optimal mixes is reported, in results and in sweeps, and that it is still proved.

use serde_json::{Value, json};

use super::support::{edit, read, run_in, write};

/// Two defences are the same; the optimal mix gives them 1/2 together.
const SCENARIO: &str = r#"schema = 1
name = "s"
[source.main]
file = "s.csv"
[game]
selection = "canonical"
"#;

const GAME: &str = "loss,a,b,c\nx,0.6,0.1,0.1\ny,0.2,0.5,0.5\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join("s.toml"), SCENARIO);
    write(&folder.path().join("s.csv"), GAME);
    folder
}

fn shares(result: &Value) -> Vec<String> {
    let marginals = result["marginals"].as_array().expect("marginals").iter();
    marginals.map(|entry| entry["exact"].as_str().expect("a fraction").to_owned()).collect()
}

#[test]
fn solve_shows_the_mix_of_least_norm_and_says_what_losses_are_worth() {
    let folder = folder();
    let solve = |selection: &str| {
        let set = format!("game.selection={selection}");
        let result = run_in(folder.path(), ["solve", "s.toml", "--set", &set, "--format", "json"]).ends(0);
        write(&folder.path().join("r.json"), &result.out);
        run_in(folder.path(), ["verify", "r.json"]).ends(0);
        result.json()
    };
    let canonical = solve("canonical");
    assert_eq!(
        (&canonical["selection"]["name"], shares(&canonical)),
        (&json!("canonical"), vec!["1/2".to_owned(), "1/4".to_owned(), "1/4".to_owned()])
    );
    // A plain game is solved in the same way.
    let plain = run_in(folder.path(), ["solve", "s.csv", "--format", "json"]).ends(0).json();
    assert_eq!(shares(&plain), shares(&canonical));
    let vertex = solve("vertex");
    assert_eq!(vertex["selection"]["name"], json!("vertex"));
    assert!(shares(&vertex).contains(&"0/1".to_owned()));
    let smooth = solve("smooth");
    assert_eq!(smooth["selection"]["name"], json!("smooth"));
    let (gap, most) = (&smooth["certificate"]["gap"], &smooth["selection"]["exploitability_most"]);
    let (gap, most) = (gap.as_f64().expect("a gap"), most.as_f64().expect("a bound"));
    assert!(0.0 < gap && gap <= most && most < 0.01, "{gap} {most}");
    // The value at the first loss: x = 3/8 against y = 1/2, and without the first defence no mix does better than 0.5.
    let cell = &canonical["sensitivity"].as_array().expect("cells")[0];
    assert_eq!((&cell["attack"], &cell["defence"]), (&json!("y"), &json!("a")));
    assert_eq!((&cell["left"], &cell["right"]), (&json!(0.3125), &json!(0.3125)));
    let first = json!({ "name": "a", "value": 0.5 });
    assert_eq!(canonical["ablation"]["defences"], json!([first]), "either copy can do without the other");
}

#[test]
fn a_sweep_over_selections_is_proved_point_by_point() {
    let folder = folder();
    edit(&folder.path().join("s.toml"), "selection = \"canonical\"\n", "epsilon = 0.05\n");
    let file = folder.path().join("s.toml");
    let text = read(&file) + "[sweep]\n\"game.selection\" = [\"vertex\", \"canonical\", \"smooth\"]\n";
    write(&file, text);
    run_in(folder.path(), ["sweep", "s.toml", "--out", "r"]).ends(0);
    run_in(folder.path(), ["verify", "r"]).ends(0);
    let table = read(&folder.path().join("r/points.csv"));
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|cell| cell == name).expect("a column");
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let number = |row: usize, name: &str| rows[row][column(name)].parse::<f64>().expect("a number");
    assert!(number(0, "defence:b") * number(0, "defence:c") == 0.0, "a corner uses one copy");
    let copies = [number(1, "defence:b"), number(1, "defence:c")];
    assert!(copies.iter().all(|copy| (copy - 0.25).abs() < 1e-12), "{copies:?}");
    assert!((number(2, "defence:b") - number(2, "defence:c")).abs() < 1e-12 && number(2, "gap") > 1e-4);
}
