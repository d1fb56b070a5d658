//! [`Problems`]: what is wrong with a plain game, collected while it is read.

use std::collections::HashMap;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Source};
use crate::rational::{self, NumberError, Rational};

/// Most problems listed for one file. A wrong delimiter makes every cell of a large table a problem; nobody reads a
/// million of them.
const LIST_MOST: usize = 100;

/// The problems of one file, in the order in which they were found.
pub(super) struct Problems<'a> {
    source: Source<'a>,
    listed: Vec<Diagnostic>,
    left_out: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        Self { source, listed: Vec::new(), left_out: 0 }
    }

    /// Adds a problem with its place, both worked out only if the problem will be listed: finding a cell again costs a
    /// scan of its row.
    pub(super) fn add(&mut self, span: impl FnOnce() -> Range<usize>, problem: impl FnOnce() -> Diagnostic) {
        if self.listed.len() < LIST_MOST {
            self.listed.push(problem().at(&self.source, span()));
        } else {
            self.left_out += 1;
        }
    }

    /// Adds a problem that comes with its place, made only if it will be listed.
    pub(super) fn add_placed(&mut self, problem: impl FnOnce() -> Diagnostic) {
        if self.listed.len() < LIST_MOST {
            self.listed.push(problem());
        } else {
            self.left_out += 1;
        }
    }

    /// Reads an exact number; a text that is none is a problem at its place, and counts as 0.
    pub(super) fn number(
        &mut self,
        text: &str,
        key: impl FnOnce() -> String,
        span: impl FnOnce() -> Range<usize>,
    ) -> Rational {
        rational::parse(text).unwrap_or_else(|error| {
            self.add(span, || bad_number(&error).key(key()));
            Rational::ZERO
        })
    }

    /// Checks the names of one player's strategies: none blank, none twice.
    pub(super) fn names<S: AsRef<str>>(&mut self, player: &str, names: &[S], span: impl Fn(usize) -> Range<usize>) {
        let source = self.source;
        let mut first_at = HashMap::new();
        for (k, name) in names.iter().map(AsRef::as_ref).enumerate() {
            if name.trim().is_empty() {
                self.add(
                    || span(k),
                    || {
                        Diagnostic::error("blank-name", format!("{player} {} has no name", k + 1))
                            .hint("name it, or leave out all names")
                    },
                );
            } else if let Some(&first) = first_at.get(name) {
                self.add(
                    || span(k),
                    || {
                        let (line, column) = source.position(span(first).start);
                        Diagnostic::error("duplicate-name", format!("the {player} name `{name}` occurs twice")).hint(
                            format!("it stands first at line {line}, column {column}; give one of them another name"),
                        )
                    },
                );
            } else {
                first_at.insert(name, k);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Everything found; a last line says how many problems are not listed.
    pub(super) fn into_list(mut self) -> Vec<Diagnostic> {
        if self.left_out > 0 {
            self.listed.push(
                Diagnostic::error("more-problems", format!("{} more problems are not listed", self.left_out))
                    .in_file(self.source.file),
            );
        }
        self.listed
    }
}

/// A text that is not an exact number.
pub(super) fn bad_number(error: &NumberError) -> Diagnostic {
    let problem = Diagnostic::error(number_code(error), error.to_string());
    match error {
        NumberError::NotANumber(text) if text.contains(',') => problem.hint("write decimals with a point"),
        NumberError::NotANumber(text) if text.ends_with('%') => problem.hint("write 0.35 for 35 %"),
        NumberError::NotFinite(_) => problem.expected("a finite number").hint("leave the row or the column out"),
        _ => problem,
    }
}

/// The code of each reason why a text is not a number.
pub(crate) fn number_code(error: &NumberError) -> &'static str {
    match error {
        NumberError::NotANumber(_) => "not-a-number",
        NumberError::NotFinite(_) => "not-finite",
        NumberError::ZeroDenominator(_) => "zero-denominator",
        NumberError::TooLarge(_) => "number-too-large",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let mut problems = Problems::new(Source::new("x.csv", "x"));
        for _ in 0..LIST_MOST + 7 {
            problems.number("x", String::new, || 0..1);
        }
        let list = problems.into_list();
        assert_eq!((list.len(), list[LIST_MOST].code), (LIST_MOST + 1, "more-problems"));
        assert!(list[LIST_MOST].message.starts_with("7 more"));
    }

    #[test]
    fn likely_slips_have_hints() {
        for (text, hint) in [("0,35", "point"), ("35%", "0.35"), ("nan", "leave")] {
            let error = rational::parse(text).expect_err("not a number");
            assert!(bad_number(&error).hint.is_some_and(|found| found.contains(hint)), "{text}");
        }
    }
}
