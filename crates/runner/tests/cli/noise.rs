//! Sampling noise of scenarios: published tables, every feature at once, and what must be refused.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{root, run_in};

const HEADER: &str = "source,venue_year,model,modality,level,flow,attack,attack_axis,defense,defense_kind,metric,value,unit,n,direction,where\n";

/// A scenario in a folder of its own, beside links to the shipped tables.
fn folder(scenario: &str, tables: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("s.toml"), scenario).expect("a file");
    for (name, text) in tables {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    for name in ["aisafetylab_jailbreak.csv", "jailbreak_jbshield.csv", "jailbreak_mml_vlm.csv"] {
        std::fs::copy(root().join("scenarios/data").join(name), folder.path().join(name)).expect("a copy");
    }
    folder
}

fn solved(folder: &Path, arguments: &[&str]) -> Value {
    run_in(folder, ["solve", "s.toml", "--format", "json"].iter().chain(arguments)).ends(0).json()
}

#[track_caller]
fn near(found: &Value, expected: f64, tolerance: f64) {
    let number = found.as_f64().expect("a number");
    assert!((number - expected).abs() <= tolerance, "{number} is not {expected} ± {tolerance}");
}

/// Robey et al., "`SmoothLLM`", arXiv 2310.03684v4, Tables 7 and 8: successes among 100 on vicuna-13b of PAIR and GCG.
fn smooth(direction: &str) -> String {
    let defences = ["no_defense", "removal", "perplexity", "SmoothLLM", "TiltedSmoothLLM"];
    let mut table = HEADER.to_owned();
    for (attack, rates) in [("PAIR", [82, 82, 81, 47, 43]), ("GCG", [58, 10, 1, 1, 0])] {
        for (defence, rate) in defences.iter().zip(rates) {
            let rate = if direction == "attacker_gain" { rate } else { 100 - rate };
            let rate = f64::from(rate) / 100.0;
            let _ = writeln!(
                table,
                "robey,x,m,text,model,prediction,{attack},signal,{defence},x,m,{rate},fraction,100,{direction},T"
            );
        }
    }
    table
}

const SMOOTH: &str = "schema = 1\nname = \"smooth\"\n[source.main]\nfile = \"t.csv\"\nmodel = \"m\"\nmetric = \"m\"\n[game]\nconcept = \"mixed\"\n[noise]\ncertificate = 0.05\nreplicates = 4000\nsplit = 50\n";

/// The same table once as successes of the attack and once as what the defence withstands: counts are of the attacker.
#[test]
fn a_published_table_has_its_certificate_and_supports() {
    for direction in ["attacker_gain", "defender_utility"] {
        let folder = folder(SMOOTH, &[("t.csv", &smooth(direction))]);
        let noise = &solved(folder.path(), &[])["noise"];
        near(&noise["certificate"]["upper"], 0.563_341, 5e-7);
        near(&noise["certificate"]["lower"], 0.303_505, 5e-7);
        assert_eq!((noise["trials"]["counts"].as_u64(), noise["trials"]["assumed"].as_u64()), (Some(10), Some(0)));
        // The published shares are of a run of unknown length; ours of 4,000 draws, so three errors of 150 draws.
        let error = 3.0 * (0.7 * 0.3 / 150.0_f64).sqrt();
        let supports = &noise["posterior"]["supports"];
        assert_eq!(supports[0]["defences"][0], "TiltedSmoothLLM");
        assert_eq!(supports[1]["defences"][0], "SmoothLLM");
        near(&supports[0]["frequency"], 0.7, error);
        near(&supports[1]["frequency"], 0.3, error);
        assert!(noise["split"]["lower"].as_f64() < noise["split"]["upper"].as_f64());
        assert!(noise["curse"]["excess"].as_f64() > Some(0.0));
    }
}

#[test]
fn assumed_trials_are_told_and_count() {
    let text = |n: u32| {
        format!(
            "schema = 1\nname = \"lab\"\n[source.main]\nfile = \"aisafetylab_jailbreak.csv\"\nmodel = \"vicuna-7b-v1.5\"\n\
             metric = \"asr\"\ndrop_defences = [\"Prompt Guard\"]\n[game]\nconcept = \"mixed\"\n[noise]\nn = {n}\n"
        )
    };
    for (n, upper) in [(50, 0.474_032), (500, 0.303_758)] {
        let folder = folder(&text(n), &[]);
        let noise = &solved(folder.path(), &[])["noise"];
        near(&noise["certificate"]["upper"], upper, 5e-7);
        assert_eq!((noise["trials"]["counts"].as_u64(), noise["trials"]["assumed"].as_u64()), (Some(208), Some(208)));
        assert!(noise.get("posterior").is_none() && noise.get("split").is_none());
        let page = run_in(folder.path(), ["solve", "s.toml"]).ends(0).out;
        assert!(page.contains("assumed n"), "{page}");
    }
    let folder = folder(&text(50).replace("n = 50", "certificate = 0.05"), &[]);
    let refused = run_in(folder.path(), ["solve", "s.toml"]).ends(2).err;
    assert!(refused.contains("no-trials") || refused.contains("do not state their trials"), "{refused}");
}

/// Three channels, a budget, a constraint on one of them, missing cells, noise.
const EVERYTHING: &str = r#"
schema = 1
name = "everything"
assembled = true
[channels.text]
file = "aisafetylab_jailbreak.csv"
model = "vicuna-7b-v1.5"
metric = "asr"
drop_defences = ["Prompt Guard"]
[channels.image]
file = "jailbreak_mml_vlm.csv"
model = "gpt-4o@SafeBench"
metric = "asr"
where = ["Table 6"]
[channels.audio]
file = "jailbreak_jbshield.csv"
model = "vicuna-7b"
metric = "asr"
[game]
concept = "mixed"
strategy = "marginals"
[missing]
mode = "bounds"
[budget]
unit_cost = 1
max = 1.5
[[constraint]]
name = "refusals"
metric = "over_refusal_rate"
channel = "text"
max = 0.3
[noise]
n = 100
certificate = 0.05
replicates = 1000
split = 50
"#;

#[test]
fn every_feature_at_once_and_any_number_of_threads() {
    let folder = folder(EVERYTHING, &[]);
    let one = solved(folder.path(), &["--jobs", "1"]);
    let two = solved(folder.path(), &["--jobs", "2"]);
    assert_eq!(one["noise"], two["noise"]);
    assert_ne!(one["noise"]["posterior"], solved(folder.path(), &["--seed", "1"])["noise"]["posterior"]);
    let noise = &one["noise"];
    assert!(noise["trials"]["assumed"].as_u64() < noise["trials"]["counts"].as_u64());
    // Both ends of the certificate are outside the ends that missing cells leave open.
    let end = |value: &Value| value.as_f64().expect("a number");
    assert!(end(&noise["certificate"]["upper"]) > end(&one["interval"]["upper"]));
    assert!(end(&noise["certificate"]["lower"]) < end(&one["interval"]["lower"]));
    assert!(end(&noise["posterior"]["lowest"]["mean"]) < end(&noise["posterior"]["value"]["mean"]));
    // Each channel's marginals are a mix, on average too.
    for channel in ["text", "image", "audio"] {
        let marginals = noise["posterior"]["marginals"].as_array().expect("marginals");
        let own = marginals.iter().filter(|marginal| marginal["channel"] == channel);
        let sum: f64 = own.map(|marginal| end(&marginal["probability"]["mean"])).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{channel}: {sum}");
    }
}

#[test]
fn sweeps_have_columns_of_noise() {
    let text =
        format!("{EVERYTHING}\n[sweep]\n\"budget.max\" = [0.5, 1.5]\n").replace("replicates = 1000", "replicates = 64");
    let folder = folder(&text, &[]);
    let swept = |jobs: &str| {
        run_in(folder.path(), ["sweep", "s.toml", "--jobs", jobs, "--out", jobs]).ends(0);
        std::fs::read_to_string(folder.path().join(jobs).join("points.csv")).expect("points")
    };
    let points = swept("1");
    assert_eq!(points, swept("2"));
    let header: Vec<_> = points.lines().next().expect("a header").split(',').collect();
    let place = header.iter().position(|name| *name == "noise_lower").expect("a column");
    assert_eq!(
        header[place..place + 5],
        ["noise_lower", "noise_upper", "posterior_low", "posterior_mid", "posterior_high"]
    );
    for row in points.lines().skip(1) {
        let cells: Vec<f64> = row.split(',').skip(place).take(5).map(|cell| cell.parse().expect("a number")).collect();
        assert!(cells[0] < cells[1] && cells[2] <= cells[3] && cells[3] <= cells[4], "{cells:?}");
    }
    run_in(folder.path(), ["verify", "1"]).ends(0);
}

/// Values from an independent computation: J, bits per use, Shannon capacity.
#[test]
fn answers_have_bits() {
    let folder = folder(
        "schema = 1\nname = \"jb\"\n[source.main]\nfile = \"jailbreak_jbshield.csv\"\nmodel = \"vicuna-7b\"\nmetric = \"asr\"\n\
         [game]\nconcept = \"mixed\"\n[bits]\nbenign = 0\nuses = 16\n",
        &[],
    );
    let bits = &solved(folder.path(), &[])["bits"];
    for (name, advantage, per_use) in [("mixed", 63.0 / 530.0, 0.162_040), ("pure", 0.18, 0.238_787)] {
        for end in 0..2 {
            near(&bits[name]["advantage"][end], advantage, 1e-12);
            near(&bits[name]["bits_per_use"][end], per_use, 5e-7);
            near(&bits[name]["bits"][end], 16.0 * per_use, 1e-5);
        }
    }
    // Unknown: from half of the success to none.
    let unknown = &solved(folder.path(), &["--set", "bits.benign=unknown"])["bits"];
    near(&unknown["mixed"]["advantage"][0], 63.0 / 1060.0, 1e-12);
    near(&unknown["mixed"]["advantage"][1], 63.0 / 530.0, 1e-12);
    // Attacks that succeed less often than the bad outcome occurs by itself have no advantage to speak of.
    let refused = &solved(folder.path(), &["--set", "bits.benign=0.5"])["bits"];
    assert!(refused["mixed"]["refused"].is_string());
}
