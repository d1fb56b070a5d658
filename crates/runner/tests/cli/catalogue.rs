//! Every scenario that is shipped keeps what it promises, and the textbook games have their textbook values.

use crate::fraction::Fraction;
use crate::support::{read, root, run};

fn shipped(folder: &str, ending: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    let mut found: Vec<_> =
        names.filter(|name| name.ends_with(ending)).map(|name| format!("{folder}/{name}")).collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

#[test]
fn every_expectation_holds() {
    let mut scenarios = shipped("scenarios", ".toml");
    scenarios.extend(shipped("scenarios/catalog", ".toml"));
    let arguments = ["check", "--quiet", "--expect"].into_iter().chain(scenarios.iter().map(String::as_str));
    let run = run(arguments).ends(0);
    assert!(run.err.lines().all(|line| line.contains(": W")), "only warnings: {}", run.err);
    for (name, line) in scenarios.iter().zip(run.out.lines()) {
        assert!(line.starts_with(&format!("{name}: good, ")), "{line}");
        let (held, all) = line.rsplit_once(", ").and_then(|(_, end)| end.split_once(" of ")).expect("a count");
        assert_eq!(Some(held), all.strip_suffix(" expectations hold"), "{line}");
    }
}

#[test]
fn every_scenario_has_its_paragraph() {
    let page = read(&root().join("scenarios/README.md"));
    for file in shipped("scenarios", ".toml") {
        let name = file.trim_start_matches("scenarios/").trim_end_matches(".toml");
        assert!(page.contains(&format!("**{name}** — *")), "{name} has no paragraph");
        assert!(page.contains(&format!("`saddlepoint sweep {file}`")), "{name} has no command");
    }
}

#[test]
fn textbook_games_have_the_values_of_their_page() {
    let page = read(&root().join("scenarios/catalog/README.md"));
    let rows: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("| [")).collect();
    // Beside the page and the folder of general-sum games, each game has its scenario.
    assert_eq!(2 * rows.len(), std::fs::read_dir(root().join("scenarios/catalog")).expect("a folder").count() - 2);
    for row in rows {
        let game = row.split(']').next().expect("a file");
        let value = Fraction::read(row.split('|').nth(1).expect("a value").trim());
        let result = run(["solve", &format!("scenarios/catalog/{game}"), "--format", "json"]).ends(0).json();
        for end in ["lower", "upper"] {
            assert_eq!(Fraction::read(result["certificate"][end].as_str().expect("a fraction")), value, "{game}");
        }
    }
}
