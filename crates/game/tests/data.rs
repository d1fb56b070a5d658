//! The shipped measurement tables: each reads, says where it comes from, and holds each number once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use saddlepoint_game::measured::{COLUMNS, MeasurementTable};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/data")
}

fn shipped() -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder()).expect("the folder of tables").map(|entry| entry.expect("an entry").path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "csv"))
        .map(|path| {
            (
                path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned(),
                fs::read(&path).expect("a table"),
            )
        })
        .collect()
}

/// The tables of measurements; the taxonomy has columns of its own.
fn measured() -> Vec<(String, MeasurementTable)> {
    let header = COLUMNS.join(",");
    let tables = shipped().into_iter().filter(|(_, bytes)| bytes.starts_with(header.as_bytes()));
    tables
        .map(|(name, bytes)| {
            let table =
                MeasurementTable::read(&name, &bytes).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
            (name, table)
        })
        .collect()
}

#[test]
fn every_table_has_its_source_and_every_source_its_table() {
    let sources = fs::read_to_string(folder().join("SOURCES.md")).expect("the sources");
    let mut sections = BTreeSet::new();
    for section in sources.split("\n## ").skip(1) {
        let (name, text) = section.split_once('\n').expect("a heading");
        assert!(sections.insert(name.to_owned()), "{name} has two sections");
        for item in ["Citation", "Read from", "Slice", "Left out", "Licence", "Caveats"] {
            assert_eq!(text.matches(&format!("- {item}: ")).count(), 1, "{name}: {item}");
        }
    }
    assert_eq!(shipped().into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>(), sections);
}

#[test]
fn no_number_is_there_twice() {
    for (name, table) in measured() {
        let mut seen = BTreeSet::new();
        for row in &table.rows {
            let key = (&row.model, &row.attack, &row.defence, &row.metric, &row.place);
            assert!(seen.insert(key), "{name}: {key:?}");
        }
    }
}

/// Sizes as their sections state them: attacks, defences and measured cells of one model and metric.
#[test]
fn grids_have_the_sizes_that_their_sources_state() {
    let stated = [
        ("adaptive_attacks_ipi.csv", "llama3-8b", "asr", [2, 6, 12]),
        ("adaptive_attacks_ipi.csv", "vicuna-7b", "asr", [2, 8, 16]),
        ("agent_monitors.csv", "monitor:llama-3.1-8b", "asr", [5, 5, 13]),
        ("agentdojo_toolresultparsing.csv", "gpt-oss-120b", "asr", [3, 12, 36]),
        ("agentdojo_toolresultparsing.csv", "llama-3.1-70b", "utility_under_attack", [3, 12, 36]),
        ("agentdojo_toolresultparsing.csv", "qwen3-32b", "asr", [3, 12, 36]),
        ("aisafetylab_jailbreak.csv", "vicuna-7b-v1.5", "asr", [13, 17, 221]),
        (
            "asb_memory_ppl_detection.csv",
            "perplexity detector over agent memory plans",
            "false_negative_rate",
            [1, 13, 13],
        ),
        ("erase_and_check_budget.csv", "DistilBERT safety filter", "harmful_detected_rate", [10, 16, 160]),
        ("erase_and_check_budget.csv", "DistilBERT safety filter", "time_per_prompt", [10, 16, 160]),
        ("injection_guards_cost.csv", "guardrail benchmark mix", "malicious_detection_accuracy", [1, 9, 9]),
        ("jailbreak_audiobench.csv", "SALMONN-7B", "asr", [1, 2, 2]),
        ("jailbreak_jbshield.csv", "llama2-7b", "asr", [9, 7, 63]),
        ("jailbreak_jbshield.csv", "llama3-8b", "asr", [9, 7, 63]),
        ("jailbreak_jbshield.csv", "mistral-7b", "asr", [9, 7, 63]),
        ("jailbreak_jbshield.csv", "vicuna-13b", "asr", [9, 7, 63]),
        ("jailbreak_jbshield.csv", "vicuna-7b", "asr", [9, 7, 63]),
        ("jailbreak_smoothllm.csv", "vicuna-13b", "asr", [2, 5, 10]),
        ("robustbench_corruptions.csv", "cifar10", "robust_accuracy", [45, 23, 1035]),
        ("t2i_membership_inference.csv", "stable-diffusion-v1-4@MS-COCO", "mia_accuracy", [5, 6, 14]),
        ("t2i_unlearning_nudity.csv", "stable-diffusion (concept-erased), concept=nudity", "asr", [2, 8, 16]),
        ("vlm_safety_alignment.csv", "llava-v1.5-13b", "safety_rate", [5, 3, 15]),
        ("vlm_safety_alignment.csv", "llava-v1.5-7b", "safety_rate", [5, 6, 30]),
        ("vlm_safety_alignment.csv", "qwen2-vl-7b", "safety_rate", [5, 3, 15]),
        (
            "waves_image_watermark.csv",
            "watermark detector (WAVES, 3 datasets averaged)",
            "avg_quality_degradation",
            [26, 3, 78],
        ),
    ];
    let tables = measured();
    for (file, model, metric, sizes) in stated {
        let (_, table) = tables.iter().find(|(name, _)| name == file).unwrap_or_else(|| panic!("{file}"));
        let rows: Vec<_> =
            table.rows.iter().filter(|row| row.model == model && row.metric == metric && !row.is_benign()).collect();
        let count = |names: BTreeSet<&String>| names.len();
        let attacks = count(rows.iter().map(|row| &row.attack).collect());
        let defences = count(rows.iter().map(|row| &row.defence).collect());
        assert_eq!([attacks, defences, rows.len()], sizes, "{file}, {model}, {metric}");
    }
}

/// The threats that a coverage game is played on, each with the stages of its information flow.
#[test]
fn the_taxonomy_has_its_threats_and_marks() {
    let text = fs::read_to_string(folder().join("threats.csv")).expect("the taxonomy");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap_or_else(|| panic!("{name}"));
    let threats: Vec<_> = lines.collect();
    let (id, first) = (column("id"), column("modality_text"));
    assert_eq!(threats.iter().map(|threat| threat[id]).collect::<BTreeSet<_>>().len(), 73);
    for threat in &threats {
        assert_eq!(threat.len(), header.len(), "{}", threat[id]);
        assert!(threat[first..].iter().all(|mark| ["", "0", "0.5", "1"].contains(mark)), "{}", threat[id]);
        let stages = header.iter().zip(threat).filter(|(name, mark)| name.starts_with("flow_") && **mark == "1");
        assert!(stages.count() >= 1, "{} passes no stage", threat[id]);
    }
    let patterns = |prefix: &str| {
        let marks = |threat: &Vec<&str>| -> Vec<bool> {
            header
                .iter()
                .zip(threat)
                .filter(|(name, _)| name.starts_with(prefix))
                .map(|(_, mark)| *mark == "1")
                .collect()
        };
        threats.iter().map(marks).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(patterns("flow_"), 11);
}
