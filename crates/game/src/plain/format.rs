//! One entry point for every plain format.

use super::{csv, json, nfg};
use crate::bimatrix::Bimatrix;
use crate::diagnostic::Diagnostic;
use crate::matrix::LossMatrix;

/// A plain format, known by the ending of a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table: `.csv` or `.tsv`.
    Csv,
    /// `.json`.
    Json,
    /// Gambit's strategic form: `.nfg`.
    Nfg,
}

impl Format {
    /// The format of a file by its ending, in any case; `None` if no plain game has that ending.
    #[must_use]
    pub fn of(file: &str) -> Option<Self> {
        let (_, ending) = file.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "nfg" => Some(Self::Nfg),
            _ => None,
        }
    }
}

/// What a plain file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    /// One loss per cell: zero-sum. Only an `.nfg` can hold anything else.
    Loss(LossMatrix),
    /// Pay-offs of both players that do not sum to a constant: player 1 leads, player 2 follows.
    GeneralSum(Bimatrix),
}

/// Reads a plain game; `file` is its name in messages.
///
/// A constant-sum `.nfg` is a [`Plain::Loss`]: player 1 attacks, and the value is player 1's pay-off.
///
/// # Errors
/// Every problem of the file, each with its line and column.
pub fn read(format: Format, file: &str, bytes: &[u8]) -> Result<Plain, Vec<Diagnostic>> {
    match format {
        Format::Csv => csv::read(file, bytes).map(Plain::Loss),
        Format::Json => json::read(file, bytes).map(Plain::Loss),
        Format::Nfg => {
            let game = nfg::read(file, bytes)?.game;
            Ok(match game.zero_sum() {
                Some(matrix) => Plain::Loss(matrix),
                None => Plain::GeneralSum(game),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format() {
        assert_eq!(Format::of("a/b.CSV"), Some(Format::Csv));
        assert_eq!(Format::of("b.tsv"), Some(Format::Csv));
        assert_eq!(Format::of("b.json"), Some(Format::Json));
        assert_eq!(Format::of("b.v2.nfg"), Some(Format::Nfg));
        assert_eq!(Format::of("b.toml"), None);
        assert_eq!(Format::of("csv"), None);
    }

    #[test]
    fn only_pay_offs_that_do_not_sum_to_a_constant_stay_general() {
        let game = |last: &str| format!("NFG 1 R \"\" {{ \"p\" \"q\" }} {{ 2 1 }} 1 4 3 {last}");
        assert!(matches!(read(Format::Nfg, "x.nfg", game("2").as_bytes()), Ok(Plain::Loss(_))));
        assert!(matches!(read(Format::Nfg, "x.nfg", game("3").as_bytes()), Ok(Plain::GeneralSum(_))));
        assert!(matches!(read(Format::Csv, "x.csv", b"1"), Ok(Plain::Loss(_))));
        assert!(matches!(read(Format::Json, "x.json", b"{\"loss\": [[1]]}"), Ok(Plain::Loss(_))));
    }
}
