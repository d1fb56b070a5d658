//! Plain formats: what is written reads back the same, and no bytes make a reader panic.
//!
//! This does not establish that other programs read the files; Gambit's own reader was tried by hand.

use proptest::prelude::*;
use proptest::test_runner::Config;

use saddlepoint_game::plain::{Format, csv, json, nfg, read};
use saddlepoint_game::rational::parse;
use saddlepoint_game::{LossMatrix, Names};

/// Pieces that upset parsers: quotes, delimiters, line ends, escapes, braces, numbers, other scripts.
const HOSTILE: [&str; 22] = [
    "\"", "\"\"", ",", "\t", "\n", "\r\n", "\r", "\\", "\\\\", "\\\"", "{", "}", ";", "1", "0.5", "nan", "é", "防御",
    "\u{202e}", "\u{feff}", "\0", " ",
];

fn hostile_name() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[a-z]{1,3}", "\\PC{1,4}", prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned)];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// Names of one player: none blank, none twice, and one that is not a number, since a table cannot carry names that all
/// are.
fn hostile_names(count: usize) -> impl Strategy<Value = Names> {
    let prefixed = |(k, name)| if k == 0 { format!("x{name}") } else { format!("{k}{name}") };
    prop::collection::vec(hostile_name(), count)
        .prop_map(move |names| names.into_iter().enumerate().map(prefixed).collect())
}

/// Cells in each form that a number may be written in.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?[0-9]{1,4}",
        "-?[0-9]{1,3}\\.[0-9]{1,30}",
        "-?[0-9]{1,3}/[1-9][0-9]{0,20}",
        "-?[0-9]\\.[0-9]{1,5}e-?[0-9]{1,2}"
    ]
}

fn matrix() -> impl Strategy<Value = LossMatrix> {
    let parts = |(m, n)| (hostile_names(m), hostile_names(n), prop::collection::vec(cell(), m * n));
    (1_usize..5, 1_usize..5).prop_flat_map(parts).prop_map(|(attacks, defences, cells)| {
        let entries = cells.iter().map(|cell| parse(cell).expect("a number")).collect();
        LossMatrix::new(attacks, defences, entries).expect("a matrix").with_written(cells)
    })
}

/// Valid files, to be broken at one place.
const VALID: [(Format, &str); 5] = [
    (Format::Csv, ",none,\"a, \"\"b\"\"\"\np,0.5,1/3\nq,-1e-3,7\n"),
    (Format::Csv, "\tx\ty\np\t1\t2\n"),
    (Format::Json, "{\"attacks\": [\"p\"], \"defences\": [\"x\", \"\\u00e9\"], \"loss\": [[0.5, \"1/3\"]]}"),
    (Format::Nfg, "NFG 1 R \"t\" { \"p\" \"q\" } { { \"x\" \"y\" } { \"z\\\"\" } } \"c\" 1 -1 1/2 -0.5"),
    (Format::Nfg, "NFG 1 R \"t\" { \"p\" \"q\" } { 2 2 } { { \"w\" 1, -1 } { \"\" -1 1 } } 1 2 0 1"),
];

proptest! {
    #![proptest_config(Config::with_cases(400))]

    #[test]
    fn tables_read_back_the_same(matrix in matrix()) {
        let text = csv::write(&matrix).expect("names fit a table");
        prop_assert_eq!(csv::read("x.csv", text.as_bytes()), Ok(matrix.clone()), "{}", text);
        let text = csv::write_tsv(&matrix).expect("names fit a table");
        prop_assert_eq!(csv::read("x.tsv", text.as_bytes()), Ok(matrix), "{}", text);
    }

    #[test]
    fn json_reads_back_the_same(matrix in matrix()) {
        let text = json::to_text(&matrix);
        let back = json::read("x.json", text.as_bytes());
        prop_assert_eq!(&back, &Ok(matrix.clone()), "{}", text);
        prop_assert_eq!(back.map(|back| json::digest(&back)), Ok(json::digest(&matrix)));
    }

    #[test]
    fn strategic_forms_read_back_the_same(matrix in matrix(), title in hostile_name()) {
        let text = nfg::write(&matrix, &title);
        let back = nfg::read("x.nfg", text.as_bytes());
        prop_assert!(back.is_ok(), "{}: {:?}", text, back);
        let back = back.expect("just checked");
        prop_assert_eq!(&back.title, &title);
        prop_assert_eq!(back.game.zero_sum(), Some(matrix), "{}", text);
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in any::<Vec<u8>>()) {
        for format in [Format::Csv, Format::Json, Format::Nfg] {
            let _ = read(format, "x", &bytes);
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "[-0-9./eE,\t\n\r\"{}\\[\\]: NFGRxnai\\\\é]{0,60}") {
        for format in [Format::Csv, Format::Json, Format::Nfg] {
            let _ = read(format, "x", text.as_bytes());
        }
        let _ = nfg::read("x", format!("NFG 1 R \"t\" {{ \"p\" \"q\" }} {text}").as_bytes());
        let _ = json::read("x", format!("{{\"loss\": {text}}}").as_bytes());
    }

    /// A broken file is an error whose places lie in the file, or still a game; never a panic.
    #[test]
    fn broken_files_are_answered(
        which in 0..VALID.len(),
        at in any::<prop::sample::Index>(),
        removed in 0_usize..4,
        inserted in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let (format, text) = VALID[which];
        prop_assert!(read(format, "x", text.as_bytes()).is_ok());
        let mut bytes = text.as_bytes().to_vec();
        let at = at.index(bytes.len());
        let end = (at + removed).min(bytes.len());
        bytes.splice(at..end, inserted);
        if let Err(problems) = read(format, "x", &bytes) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.span.is_none_or(|span| span.start <= span.end && span.end <= bytes.len()));
            }
        }
    }
}
