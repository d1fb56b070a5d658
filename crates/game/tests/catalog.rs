//! Every game of `scenarios/catalog/` has the value that its closed form says, proved by the known equilibrium.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use saddlepoint_game::certificate::certify;
use saddlepoint_game::plain::{Format, Plain, csv, json, nfg, read};
use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::{Game, LossMatrix, MixedStrategy};

/// A game with its value and one equilibrium.
struct Known {
    file: &'static str,
    value: &'static str,
    attacker: &'static str,
    defender: &'static str,
}

const fn known(file: &'static str, value: &'static str, attacker: &'static str, defender: &'static str) -> Known {
    Known { file, value, attacker, defender }
}

const CATALOG: [Known; 19] = [
    known("matching-pennies.csv", "0", "1/2 1/2", "1/2 1/2"),
    known("rock-paper-scissors.csv", "0", "1/3 1/3 1/3", "1/3 1/3 1/3"),
    known("weighted-rock-paper-scissors.csv", "0", "1/2 1/3 1/6", "1/2 1/3 1/6"),
    known("two-by-two.csv", "1", "3/5 2/5", "1/2 1/2"),
    known("saddle-point.csv", "2", "0 1 0", "0 1 0"),
    known("morra.csv", "0", "0 3/5 2/5 0", "0 4/7 3/7 0"),
    known("blotto.csv", "14/9", "4/9 4/9 0 0 1/9", "1/18 1/18 4/9 4/9"),
    known("oneill.nfg", "2/5", "1/5 1/5 1/5 2/5", "1/5 1/5 1/5 2/5"),
    known("hide-and-seek.csv", "-1/13", "1/13 0 0 0 0 6/13 0 6/13 0", "0 3/13 4/13 1/13 2/13 3/13"),
    known("interdiction.csv", "4/5", "2/5 3/5 0", "2/5 3/5 0 0 0"),
    known("inspection.csv", "8/3", "4/9 1/3 2/9", "1/9 1/3 5/9"),
    known("diagonal.json", "1/2", "1/2 1/4 1/6 1/12", "1/2 1/4 1/6 1/12"),
    known("wide-diagonal.json", "1000000000/1000000001000000001", WIDE, WIDE),
    known("duplicated.csv", "0", "1/4 1/2 1/4", "1/2 1/2 0"),
    known("one-attack.csv", "0.31", "1", "0 1 0 0"),
    known("one-defence.csv", "0.92", "0 1", "1"),
    known("constant.csv", "1/3", "1 0", "1/2 1/2"),
    known("large-constant.csv", "1000000000", "1/2 1/2", "1/2 1/2"),
    known("tiny.csv", "1e-9", "3/5 2/5", "1/2 1/2"),
];

/// The value divided by 1e-9, 1 and 1e9.
const WIDE: &str = "1000000000000000000/1000000001000000001 1000000000/1000000001000000001 1/1000000001000000001";

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/catalog"))
}

fn game(file: &str) -> LossMatrix {
    let bytes = fs::read(folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let format = Format::of(file).expect("a plain format");
    match read(format, file, &bytes) {
        Ok(Plain::Loss(matrix)) => matrix,
        other => panic!("{file}: {other:#?}"),
    }
}

fn numbers(texts: &str) -> Vec<Rational> {
    texts.split(' ').map(|text| parse(text).expect("a number")).collect()
}

#[test]
fn known_equilibria_prove_the_known_values() {
    for Known { file, value, attacker, defender } in CATALOG {
        let mix = |texts| MixedStrategy::exact(numbers(texts)).expect("a mix");
        let proof = certify(&Game::new(game(file)), &mix(attacker), &mix(defender), &[]).expect("a certificate");
        let value = parse(value).expect("a number");
        assert_eq!((&proof.lower, &proof.upper), (&value, &value), "{file}");
    }
}

#[test]
fn the_list_the_folder_and_its_table_agree() {
    let listed: BTreeSet<_> = CATALOG.iter().map(|known| known.file.to_owned()).collect();
    let files = fs::read_dir(folder()).expect("the folder").map(|entry| entry.expect("an entry").file_name());
    let found: BTreeSet<_> =
        files.filter_map(|name| name.into_string().ok()).filter(|name| Format::of(name).is_some()).collect();
    assert_eq!(found, listed);
    let table = fs::read_to_string(folder().join("README.md")).expect("the table");
    for Known { file, value, .. } in CATALOG {
        assert!(table.contains(&format!("| [{file}]({file}) | {value} |")), "{file}");
    }
}

#[test]
fn every_game_survives_every_format() {
    for Known { file, .. } in CATALOG {
        let matrix = game(file);
        let table = csv::write(&matrix).expect("names fit a table");
        assert_eq!(csv::read("x.csv", table.as_bytes()).as_ref(), Ok(&matrix), "{file}");
        assert_eq!(json::read("x.json", json::to_text(&matrix).as_bytes()).as_ref(), Ok(&matrix), "{file}");
        let form = nfg::read("x.nfg", nfg::write(&matrix, file).as_bytes()).expect("a game");
        assert_eq!(form.game.zero_sum().as_ref(), Some(&matrix), "{file}");
    }
}
