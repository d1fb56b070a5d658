//! The shipped scenarios are read, laid out on their tables, and valid under the published schema.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saddlepoint_game::diagnostic::{Diagnostic, Source};
use saddlepoint_game::measured::MeasurementTable;
use saddlepoint_game::scenario::{Data, Knob, Scenario, ScenarioFile, Setting, Sources, Template, ThreatTable};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

fn read(name: &str) -> ScenarioFile {
    let text = std::fs::read_to_string(folder().join(name)).expect("a scenario");
    ScenarioFile::read(&Source::new(name, &text), &[]).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"))
}

fn data(file: &ScenarioFile) -> Sources {
    let read = |(key, name): (String, &str)| {
        let bytes = std::fs::read(folder().join(name)).expect("a table");
        let data = if ThreatTable::is_threats(&bytes) {
            Data::Threats(Arc::new(ThreatTable::read(name, &bytes).expect("a good table")))
        } else {
            Data::Measured(Arc::new(MeasurementTable::read(name, &bytes).expect("a good table")))
        };
        (key, data)
    };
    file.files().into_iter().map(read).collect()
}

fn shipped() -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder())
        .expect("scenarios")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "toml"))
        .collect();
    names.sort();
    names
}

#[test]
fn shipped_scenarios_can_be_played_and_written_out() {
    for name in shipped() {
        let file = read(&name);
        let data = data(&file);
        let template = Template::new(&file, &data).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        let instance = template.instance(template.parameters());
        // What is written out with its defaults reads back as the same scenario and gives the same game.
        let text = file.to_toml().expect("a scenario is writable");
        let written =
            ScenarioFile::read(&Source::new("written", &text), &[]).unwrap_or_else(|p| panic!("{text}\n{p:#?}"));
        let again = Template::new(&written, &data).expect("a template");
        assert_eq!(again.instance(again.parameters()), instance, "{name}");
        let settings = |file: &ScenarioFile, index| -> Vec<_> {
            file.point(index).into_iter().map(|(path, setting)| (path.to_owned(), setting.text())).collect()
        };
        for index in [0, file.points() / 3, file.points() - 1] {
            assert_eq!(settings(&written, index), settings(&file, index), "{name}: point {index}");
        }
    }
}

#[test]
fn shipped_scenarios_fit_the_published_schema() {
    let schema = serde_json::to_value(schemars::schema_for!(Scenario)).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for name in shipped() {
        let text = std::fs::read_to_string(folder().join(&name)).expect("a scenario");
        let value: serde_json::Value = toml::from_str(&text).expect("TOML");
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

/// A knob is a short cut: the game it gives is the game of the file with that key set. Keys that are no knobs lay the game
/// out anew first.
#[test]
fn knobs_and_rebuilding_give_the_same_game() {
    for name in shipped() {
        let file = read(&name);
        let data = data(&file);
        let laid_out = |settings: &[&(&str, Setting)]| {
            let rebuilt = file.with(settings.iter().map(|(path, setting)| (*path, setting))).expect("a scenario");
            Template::new(&rebuilt, &data).expect("a template")
        };
        for index in [0, file.points() / 2, file.points() - 1] {
            let point = file.point(index);
            let knob = |(path, setting): &(&str, Setting)| {
                Knob::at(path, &file.scenario).filter(|_| setting.number().is_some())
            };
            let (knobs, others): (Vec<_>, Vec<_>) = point.iter().partition(|setting| knob(setting).is_some());
            let template = laid_out(&others);
            let mut parameters = template.parameters().clone();
            for setting in knobs {
                knob(setting).expect("a knob").set(&mut parameters, setting.1.number().expect("a number"));
            }
            let rebuilt = laid_out(&point.iter().collect::<Vec<_>>());
            assert_eq!(template.instance(&parameters), rebuilt.instance(rebuilt.parameters()), "{name}, point {index}");
        }
    }
}

/// One mistake in a good scenario, and what is said of it: code, line, column.
#[test]
fn each_mistake_has_its_own_message_and_place() {
    const GOOD: &str = r#"schema = 1
name = "x"
[source.main]
file = "data/aisafetylab_jailbreak.csv"
model = "vicuna-7b-v1.5"
metric = "asr"
[game]
concept = "mixed"
[[constraint]]
name = "refusals"
metric = "over_refusal_rate"
max = 0.2
[sweep]
"constraint.refusals.max" = [0.1, 0.2]
"#;
    let problems = |text: &str| -> Vec<Diagnostic> {
        match ScenarioFile::read(&Source::new("x.toml", text), &[]) {
            Err(problems) => problems,
            Ok(file) => match Template::new(&file, &data(&file)) {
                Err(problems) => problems,
                Ok(_) => Vec::new(),
            },
        }
    };
    assert_eq!(problems(GOOD), []);
    for (from, to, code, position) in [
        ("concept = \"mixed\"", "concpt = \"mixed\"", "unknown-key", (8, 1)),
        ("concept = \"mixed\"", "concept = \"mixt\"", "unknown-value", (8, 11)),
        ("concept = \"mixed\"", "concept = \"robust\"", "missing-key", (8, 11)),
        ("concept = \"mixed\"", "concept = \"cvar\"", "missing-key", (8, 11)),
        ("concept = \"mixed\"", "beta = 0.5", "unused-key", (8, 8)),
        ("concept = \"mixed\"", "strategy = \"portfolios\"", "missing-key", (8, 12)),
        ("concept = \"mixed\"", "strategy = \"marginals\"", "unused-key", (8, 12)),
        ("concept = \"mixed\"", "tries = 1.5", "out-of-range", (8, 9)),
        ("concept = \"mixed\"", "tries = 40\ndraw = \"sticky\"", "too-many", (8, 9)),
        ("concept = \"mixed\"", "draw = \"sticky\"", "missing-key", (8, 8)),
        ("[game]", "[channels.text]\nfile = \"data/aisafetylab_jailbreak.csv\"\n[game]", "two-games", (7, 2)),
        ("[game]", "[budget]\nmax = 1\ncost = { \"Alinger\" = 2 }\n[game]", "unknown-name", (9, 8)),
        ("[game]", "[budget]\nmax = -1\n[game]", "out-of-range", (8, 7)),
        ("[game]", "[composition]\nrule = \"independent\"\n[game]", "unused-key", (7, 1)),
        ("[game]", "[composition]\nrule = \"correlated\"\n[game]", "missing-key", (7, 1)),
        ("[game]", "[stress]\nadaptive_uplift = 2\n[game]", "out-of-range", (8, 19)),
        ("[game]", "[noise]\ncertificate = 1\n[game]", "out-of-range", (8, 15)),
        ("[game]", "[bits]\nuses = 2\n[game]", "missing-key", (7, 1)),
        ("[game]", "[missing]\nmonotone = true\n[game]", "unused-key", (8, 12)),
        (
            "metric = \"over_refusal_rate\"",
            "metric = \"over_refusal_rate\"\nchannel = \"text\"",
            "unknown-name",
            (12, 11),
        ),
        ("concept = \"mixed\"", "attacker_sees = { probe = 2 }", "out-of-range", (8, 27)),
        ("concept = \"mixed\"", "selection = \"corner\"", "unknown-value", (8, 13)),
        ("concept = \"mixed\"", "epsilon = 0", "out-of-range", (8, 11)),
        ("max = 0.2", "max = \"a lot\"", "wrong-type", (12, 7)),
        ("max = 0.2", "max = nan", "not-finite", (12, 7)),
        ("max = 0.2", "max = 0.2\nmin = 0.1", "one-bound", (13, 7)),
        ("model = \"vicuna-7b-v1.5\"", "model = \"vicuna-7b\"", "unknown-name", (5, 9)),
        ("metric = \"asr\"", "metric = \"asr\"\ndrop_attacks = [\"GGC\"]", "unknown-name", (7, 17)),
        ("metric = \"asr\"", "metric = \"asr\"\ndefences = [\"Aligner\", \"Alinger\"]", "unknown-name", (7, 24)),
        (
            "metric = \"asr\"",
            "metric = \"asr\"\ndefences = [\"DRO\"]\ndrop_defences = [\"DRO\"]",
            "empty-selection",
            (6, 10),
        ),
        ("metric = \"over_refusal_rate\"", "metric = \"over_refusal\"", "unknown-name", (11, 10)),
        ("max = 0.2\n", "max = 0.2\non = \"every-draw\"\n", "infeasible", (11, 10)),
        ("max = 0.2", "max = 18", "out-of-range", (12, 7)),
        ("\"constraint.refusals.max\" = [0.1, 0.2]", "constraint.refusals.max = [0.1, 0.2]", "unquoted-path", (14, 1)),
        ("[0.1, 0.2]", "{ from = 1, to = 0, step = 0.1 }", "empty-list", (14, 29)),
        ("[0.1, 0.2]", "[0.1, \"b\"]", "wrong-type", (14, 35)),
        ("[0.1, 0.2]", "{ from = 0, to = 1, step = 1e-12 }", "too-many-points", (13, 1)),
        ("[0.1, 0.2]", "{ from = 0, to = 1, step = 0 }", "out-of-range", (14, 29)),
        ("\"constraint.refusals.max\"", "\"constraint.refusal.max\"", "unknown-path", (14, 29)),
        ("\"constraint.refusals.max\"", "\"game.tries\"", "out-of-range", (14, 17)),
        ("schema = 1", "schema = 2", "unknown-schema", (1, 10)),
        ("name = \"x\"", "name = \"a b\"", "bad-name", (2, 8)),
        ("name = \"x\"", "name = ", "toml-syntax", (2, 8)),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let bad = if code == "infeasible" {
            GOOD.replacen(from, &to.replace("0.2", "0.01"), 1).replace("[0.1, 0.2]", "[0.01]")
        } else {
            GOOD.replacen(from, to, 1)
        };
        let found = problems(&bad);
        assert!(
            found.iter().any(|problem| problem.code == code && problem.position == Some(position)),
            "{to}: expected {code} at {position:?}, found {found:#?}"
        );
    }
    let together = problems(&GOOD.replace("concept", "concpt").replace("max = 0.2", "max = nan").replace("\"x\"", "1"));
    assert!(together.len() >= 3, "all problems of a file are shown at once: {together:#?}");
}

/// Drawn games follow from the rates without being laid out anew, and are the games that would be laid out.
#[test]
fn rates_lead_to_the_same_game_either_way() {
    use saddlepoint_game::noise::Noisy;
    use saddlepoint_game::rational::Rational;
    use saddlepoint_game::scenario::NoisyScenario;

    for (name, set) in [
        ("trial-noise.toml", ""),
        ("mfm-budget.toml", "[noise]\nn = 50\n"),
        ("agent-base-rate.toml", "[noise]\nn = 50\n"),
    ] {
        let text = std::fs::read_to_string(folder().join(name)).expect("a scenario") + set;
        let file =
            ScenarioFile::read(&Source::new(name, &text), &[]).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let sources = data(&file);
        let template = Template::new(&file, &sources).expect("a template");
        let noisy = NoisyScenario::new(&file, &sources, &template, template.parameters()).expect("counts");
        assert!(noisy.is_affine(), "{name}");
        let printed = noisy.instance(&noisy.printed()).expect("a game");
        let expected = template.instance(template.parameters());
        assert_eq!(printed.game.loss.payoffs(), expected.game.loss.payoffs(), "{name}");
        // One rate moves the cells that rest on it, and no other.
        let mut rates = noisy.printed();
        rates[0] = Rational::ONE;
        let moved = noisy.instance(&rates).expect("a game");
        let (before, after) = (printed.game.loss.payoffs().to_rationals(), moved.game.loss.payoffs().to_rationals());
        assert_eq!(before.iter().zip(&after).filter(|(before, after)| before != after).count(), 1, "{name}");
    }
}
