//! Plain games as JSON, and the canonical text that a game's digest is taken of.
//!
//! ```json
//! {"attacks": ["replay", "adaptive"], "defences": ["none", "filter"], "loss": [[0.92, 0.31], ["19/20", 0.5]]}
//! ```
//!
//! Names may be left out. A number is read as it is written, never through a double.

use super::problems::Problems;
use crate::diagnostic::{Diagnostic, Source, one_of};
use crate::digest::digest_bytes;
use crate::located_json::{Kind, Located, Member};
use crate::matrix::{AttackId, DefenceId, LossMatrix, Names, numbered};
use crate::rational::Rational;

/// The keys of a plain game.
const KEYS: [&str; 3] = ["attacks", "defences", "loss"];

/// Reads a plain game; `file` is its name in messages.
///
/// # Errors
/// Every problem of the file, each with its line and column; broken JSON syntax hides all later problems.
///
/// # Examples
/// ```
/// let game = saddlepoint_game::plain::json::read("g.json", br#"{"loss": [[1, -1], ["-1", "1/1"]]}"#).expect("a game");
/// assert_eq!(game.defences().as_ref(), ["d1", "d2"]);
/// ```
pub fn read(file: &str, bytes: &[u8]) -> Result<LossMatrix, Vec<Diagnostic>> {
    let source = Source::decode(file, bytes).map_err(|problem| vec![*problem])?;
    let root = Located::parse(source).map_err(|problem| vec![*problem])?;
    let members = root.members()?;
    let mut problems = Problems::new(source);
    for member in members.iter().filter(|member| !KEYS.contains(&member.key.as_str())) {
        problems.add(|| member.key_span.clone(), || unknown_key(&member.key));
    }
    let value = |key: &str| members.iter().find(|member| member.key == key).map(|Member { value, .. }| *value);
    let loss = if let Some(loss) = value("loss") {
        read_loss(loss, &mut problems)
    } else {
        problems.add(
            || root.span(),
            || Diagnostic::error("missing-key", "the key `loss` is missing").expected("one array of losses per attack"),
        );
        Loss::default()
    };
    let attacks = read_names("attack", value("attacks"), loss.rows, &mut problems);
    let defences = read_names("defence", value("defences"), loss.columns, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_list());
    }
    match LossMatrix::new(attacks, defences, loss.entries) {
        Ok(matrix) => Ok(matrix.with_written(loss.written)),
        Err(error) => Err(vec![Diagnostic::error("no-game", error.to_string()).in_file(file)]),
    }
}

fn unknown_key(key: &str) -> Diagnostic {
    Diagnostic::error("unknown-key", format!("unknown key `{key}`")).key(key).expected(one_of(KEYS)).suggest(key, KEYS)
}

/// The cells of a game, and its size.
#[derive(Default)]
struct Loss {
    rows: usize,
    columns: usize,
    entries: Vec<Rational>,
    written: Vec<String>,
}

fn read_loss(loss: Located<'_>, problems: &mut Problems<'_>) -> Loss {
    let rows = match loss.elements() {
        Ok(rows) => rows,
        Err(misfit) => {
            problems.add_placed(|| misfit.diagnostic().key("loss"));
            return Loss::default();
        }
    };
    if rows.is_empty() {
        problems.add(
            || loss.span(),
            || Diagnostic::error("no-attacks", "the game has no attacks").key("loss").expected("at least one row"),
        );
    }
    let mut read = Loss { rows: rows.len(), ..Loss::default() };
    for (i, row) in rows.iter().enumerate() {
        let cells = match row.elements() {
            Ok(cells) => cells,
            Err(misfit) => {
                problems.add_placed(|| misfit.diagnostic().key(format!("loss[{i}]")));
                continue;
            }
        };
        if i == 0 {
            read.columns = cells.len();
        }
        if cells.len() != read.columns {
            let columns = read.columns;
            problems.add(
                || row.span(),
                || {
                    Diagnostic::error("ragged-row", format!("row {} is not as long as the first row", i + 1))
                        .key(format!("loss[{i}]"))
                        .expected(format!("{columns} cells"))
                        .found(cells.len().to_string())
                },
            );
        } else if cells.is_empty() {
            problems.add(
                || row.span(),
                || {
                    Diagnostic::error("no-defences", "a row has no losses")
                        .key(format!("loss[{i}]"))
                        .expected("one cell per defence")
                },
            );
        }
        for (j, cell) in cells.iter().enumerate() {
            read_cell(*cell, &|| format!("loss[{i}][{j}]"), &mut read, problems);
        }
    }
    read
}

fn read_cell(cell: Located<'_>, key: &dyn Fn() -> String, read: &mut Loss, problems: &mut Problems<'_>) {
    let text = match cell.kind() {
        Kind::Number => cell.raw().to_owned(),
        Kind::String => match cell.string() {
            Ok(text) => text.trim().to_owned(),
            Err(misfit) => return problems.add_placed(|| misfit.diagnostic().key(key())),
        },
        Kind::Null | Kind::Array => {
            return problems.add(
                || cell.span(),
                || {
                    Diagnostic::error("empty-cell", "a loss is missing")
                        .key(key())
                        .expected("a number, or a string with a decimal or a fraction")
                        .found(cell.kind().as_str())
                        .hint("a scenario can bound missing losses; a plain game cannot")
                },
            );
        }
        Kind::Boolean | Kind::Object => {
            let expected = "a number, or a string with a decimal or a fraction";
            return problems.add(|| cell.span(), || cell.wrong_kind(expected).key(key()));
        }
    };
    read.entries.push(problems.number(&text, key, || cell.span()));
    read.written.push(text);
}

/// The names of one player, or the default ones; `count` is the number of rows or columns of `loss`.
fn read_names(player: &str, value: Option<Located<'_>>, count: usize, problems: &mut Problems<'_>) -> Names {
    let (key, prefix) = if player == "attack" { ("attacks", "a") } else { ("defences", "d") };
    let Some(value) = value else { return numbered(prefix, count) };
    let elements = match value.elements() {
        Ok(elements) => elements,
        Err(misfit) => {
            problems.add_placed(|| misfit.diagnostic().key(key));
            return numbered(prefix, count);
        }
    };
    let mut names = Vec::with_capacity(elements.len());
    let mut spans = Vec::with_capacity(elements.len());
    for (k, element) in elements.iter().enumerate() {
        match element.string() {
            Ok(name) => {
                names.push(name);
                spans.push(element.span());
            }
            Err(misfit) => problems.add_placed(|| misfit.diagnostic().key(format!("{key}[{k}]"))),
        }
    }
    problems.names(player, &names, |k| spans[k].clone());
    if count > 0 && elements.len() != count {
        problems.add(
            || value.span(),
            || {
                Diagnostic::error("wrong-count", format!("the number of {player} names does not fit `loss`"))
                    .key(key)
                    .expected(format!("{count} names"))
                    .found(elements.len().to_string())
            },
        );
    }
    names.into()
}

/// The canonical compact form of a game: the keys `attacks`, `defences`, `loss` in this order, no white space, every
/// cell a string as its source wrote it. [`read`] reads it back.
///
/// Strings are escaped as `JSON.stringify` does: `\"`, `\\`, `\b`, `\t`, `\n`, `\f`, `\r`, other control characters as
/// `\u00xx`, everything else as it is.
#[must_use]
pub fn to_text(matrix: &LossMatrix) -> String {
    canonical(matrix, |i, j, text| push_string(text, &matrix.written(i, j)))
}

/// The game's identity: the SHA-256 of [`to_text`], in lower-case hexadecimal digits.
#[must_use]
pub fn digest(matrix: &LossMatrix) -> String {
    digest_bytes(to_text(matrix).as_bytes())
}

/// The identity of a game with missing cells, given with every missing cell at its lower and at its upper end.
///
/// A cell whose two ends differ is written as `["lo","hi"]`, every other one as in [`digest`]; so a game without
/// missing cells has the same identity by both functions. `None` if the two matrices are not of the same names.
#[must_use]
pub fn digest_interval(lower: &LossMatrix, upper: &LossMatrix) -> Option<String> {
    if lower.attacks() != upper.attacks() || lower.defences() != upper.defences() {
        return None;
    }
    let text = canonical(lower, |i, j, text| {
        if lower.loss(i, j) == upper.loss(i, j) {
            push_string(text, &lower.written(i, j));
        } else {
            text.push('[');
            push_string(text, &lower.written(i, j));
            text.push(',');
            push_string(text, &upper.written(i, j));
            text.push(']');
        }
    });
    Some(digest_bytes(text.as_bytes()))
}

fn canonical(matrix: &LossMatrix, mut push_cell: impl FnMut(AttackId, DefenceId, &mut String)) -> String {
    let mut text = String::from("{\"attacks\":");
    push_list(&mut text, matrix.attacks().iter(), |name, text| push_string(text, name));
    text.push_str(",\"defences\":");
    push_list(&mut text, matrix.defences().iter(), |name, text| push_string(text, name));
    text.push_str(",\"loss\":");
    push_list(&mut text, matrix.attack_ids(), |i, text| {
        push_list(text, matrix.defence_ids(), |j, text| push_cell(i, j, text));
    });
    text.push('}');
    text
}

fn push_list<T>(text: &mut String, items: impl Iterator<Item = T>, mut push: impl FnMut(T, &mut String)) {
    text.push('[');
    for (k, item) in items.enumerate() {
        if k > 0 {
            text.push(',');
        }
        push(item, text);
    }
    text.push(']');
}

/// A JSON string with the escapes that every common writer uses, so that others can recompute a digest.
fn push_string(text: &mut String, string: &str) {
    // Text always has a JSON form.
    text.push_str(&serde_json::to_string(string).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational;

    fn game(text: &str) -> LossMatrix {
        read("x.json", text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"))
    }

    /// Code, line, column and key of every problem.
    fn problems(text: &str) -> Vec<(&'static str, usize, usize, String)> {
        let problems = read("x.json", text.as_bytes()).expect_err("problems");
        problems
            .into_iter()
            .map(|problem| {
                let (line, column) = problem.position.unwrap_or_default();
                (problem.code, line, column, problem.key)
            })
            .collect()
    }

    #[test]
    fn numbers_are_read_as_written() {
        let matrix = game(r#"{"loss": [[0.10000000000000000000001, "1/3"], [1e-2, " -5 "]]}"#);
        assert_eq!(matrix.written(AttackId(0), DefenceId(0)), "0.10000000000000000000001");
        assert_eq!(matrix.loss(AttackId(1), DefenceId(0)), rational::parse("0.01").expect("a number"));
        assert_eq!(matrix.written(AttackId(1), DefenceId(1)), "-5");
        assert_eq!(matrix.attacks().as_ref(), ["a1", "a2"]);
    }

    #[test]
    fn each_problem_has_its_code_place_and_key() {
        let one = |text: &str| {
            let found = problems(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let (code, line, column, key) = found.into_iter().next().expect("a problem");
            assert_eq!(line, 1, "{text}");
            format!("{code} {column} {key}")
        };
        assert_eq!(one(""), "empty-file 1 ");
        assert_eq!(one("[[1]]"), "wrong-type 1 ");
        assert_eq!(one("{\"loss\": [[1]"), "not-json 13 ");
        assert_eq!(one("{}"), "missing-key 1 ");
        assert_eq!(one("{\"loss\": []}"), "no-attacks 10 loss");
        assert_eq!(one("{\"loss\": [[]]}"), "no-defences 11 loss[0]");
        assert_eq!(one("{\"loss\": [1]}"), "wrong-type 11 loss[0]");
        assert_eq!(one("{\"loss\": [[1, 2], [3]]}"), "ragged-row 19 loss[1]");
        assert_eq!(one("{\"loss\": [[1, null]]}"), "empty-cell 15 loss[0][1]");
        assert_eq!(one("{\"loss\": [[[0, 1]]]}"), "empty-cell 12 loss[0][0]");
        assert_eq!(one("{\"loss\": [[true]]}"), "wrong-type 12 loss[0][0]");
        assert_eq!(one("{\"loss\": [[\"x\"]]}"), "not-a-number 12 loss[0][0]");
        assert_eq!(one("{\"loss\": [[\"inf\"]]}"), "not-finite 12 loss[0][0]");
        assert_eq!(one("{\"loss\": [[1e999]]}"), "number-too-large 12 loss[0][0]");
        assert_eq!(one("{\"loss\": [[NaN]]}"), "not-json 12 ");
        assert_eq!(one("{\"loss\": [[1]], \"loss\": [[1]]}"), "duplicate-key 17 loss");
        assert_eq!(one("{\"loss\": [[1]], \"attacks\": [\"x\", \"y\"]}"), "wrong-count 28 attacks");
        assert_eq!(one("{\"loss\": [[1, 2]], \"defences\": [\"x\", \"x\"]}"), "duplicate-name 38 ");
        assert_eq!(one("{\"loss\": [[1]], \"attacks\": [\"\"]}"), "blank-name 29 ");
        assert_eq!(one("{\"loss\": [[1]], \"attacks\": [1]}"), "wrong-type 29 attacks[0]");
        assert_eq!(one("{\"loss\": [[1]], \"attacks\": [\"\\ud800\"]}"), "bad-string 29 attacks[0]");
    }

    #[test]
    fn misspelt_keys_have_a_suggestion_and_hide_nothing() {
        let found = read("x.json", b"{\"defenses\": [\"x\"],\n \"loss\": [[\"y\"]]}").expect_err("problems");
        assert_eq!(found.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unknown-key", "not-a-number"]);
        assert_eq!(found[0].hint.as_deref(), Some("did you mean `defences`?"));
        assert_eq!((found[0].position, found[1].position), (Some((1, 2)), Some((2, 12))));
    }

    #[test]
    fn the_digest_is_that_of_the_canonical_text() {
        let matrix = game("{\"defences\": [\"x\\n\\u0001/\"], \"attacks\": [\"\\\"é\"], \"loss\": [[0.50]]}");
        assert_eq!(to_text(&matrix), "{\"attacks\":[\"\\\"é\"],\"defences\":[\"x\\n\\u0001/\"],\"loss\":[[\"0.50\"]]}");
        // sha256sum of {"attacks":["a1"],"defences":["d1"],"loss":[["0.5"]]}
        assert_eq!(
            digest(&game("{\"loss\": [[0.5]]}")),
            "85e975f57cd857e2281144373b2d2ab206dd4931dd5ffe263946fdae481b521b"
        );
        assert_ne!(digest(&game("{\"loss\": [[0.5]]}")), digest(&game("{\"loss\": [[0.50]]}")), "cells as written");
    }

    /// Python: `hashlib.sha256(json.dumps(game, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()`.
    #[test]
    fn others_can_recompute_a_digest() {
        let matrix = game("{\"attacks\": [\"\\\"é\\t\\u0001\"], \"loss\": [[0.5]]}");
        assert_eq!(digest(&matrix), "5ca459e599126249a0521cdf57a4306cf194a0eb73b5f7156630e9e70482566b");
    }

    #[test]
    fn a_flat_list_of_a_hundred_thousand_losses_is_answered_at_once() {
        let problems = problems(&format!("{{\"loss\": [{}1]}}", "1,".repeat(100_000)));
        assert_eq!((problems[0].0, problems[0].3.as_str(), problems.len()), ("wrong-type", "loss[0]", 101));
    }

    #[test]
    fn missing_cells_are_pairs_in_the_digest() {
        let (lower, upper) = (game("{\"loss\": [[0.5, 0]]}"), game("{\"loss\": [[0.5, 1]]}"));
        assert_eq!(
            digest_interval(&lower, &upper),
            Some(digest_bytes(
                b"{\"attacks\":[\"a1\"],\"defences\":[\"d1\",\"d2\"],\"loss\":[[\"0.5\",[\"0\",\"1\"]]]}"
            ))
        );
        assert_eq!(digest_interval(&lower, &lower), Some(digest(&lower)));
        assert_eq!(digest_interval(&lower, &game("{\"loss\": [[0.5]]}")), None);
    }
}
