//! [`Located`]: a JSON value that knows where it stands and keeps its numbers as they are written.
//!
//! A usual JSON tree loses both: numbers become doubles, and a wrong cell has no line. Here a value stays a piece of the
//! source text until it is asked for, one level at a time, so depth costs no stack either.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::diagnostic::{Diagnostic, Source};

/// What kind of JSON value stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// With its article, for messages.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// A JSON value of a source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Located<'a> {
    source: Source<'a>,
    raw: &'a str,
}

/// A member of an object: its key, where the key stands, and its value.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Located<'a>,
}

/// A value that is not what was asked for. Its diagnostic is made on demand, since finding a line costs a scan of the
/// text, and a wrong file can have a wrong value in every cell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Misfit<'a> {
    at: Located<'a>,
    expected: Kind,
}

impl Misfit<'_> {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        if self.at.kind() == Kind::String && self.expected == Kind::String {
            // An escape of half a surrogate pair passes the syntax check and is refused only when it is unescaped.
            return self.at.problem("bad-string", "a string has an escape that is not a character");
        }
        self.at.wrong_kind(self.expected.as_str())
    }
}

impl<'a> Located<'a> {
    /// Checks the syntax of a whole text.
    pub(crate) fn parse(source: Source<'a>) -> Result<Self, Box<Diagnostic>> {
        match serde_json::from_str::<&RawValue>(source.text) {
            Ok(raw) => Ok(Self { source, raw: raw.get() }),
            Err(error) => {
                let start = offset(source.text, error.line(), error.column());
                let text = error.to_string();
                // The position is in the diagnostic; the parser repeats it at the end of its text.
                let reason = text.split(" at line ").next().unwrap_or_default();
                let problem = if source.text.trim().is_empty() {
                    Diagnostic::error("empty-file", "the file is empty").expected("a JSON object")
                } else {
                    Diagnostic::error("not-json", format!("the file is not JSON: {reason}"))
                };
                Err(Box::new(problem.at(&source, start..start)))
            }
        }
    }

    /// Bytes of the source that this value takes.
    pub(crate) fn span(&self) -> Range<usize> {
        // `raw` is a piece of `source.text`, so the difference of the addresses is its offset.
        let start = (self.raw.as_ptr() as usize).saturating_sub(self.source.text.as_ptr() as usize);
        start..start + self.raw.len()
    }

    pub(crate) fn kind(&self) -> Kind {
        match self.raw.as_bytes().first() {
            Some(b'n') | None => Kind::Null,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'"') => Kind::String,
            Some(b'[') => Kind::Array,
            Some(b'{') => Kind::Object,
            Some(_) => Kind::Number,
        }
    }

    /// The value as it is written.
    pub(crate) fn raw(&self) -> &'a str {
        self.raw
    }

    /// A diagnostic at this place.
    pub(crate) fn problem(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(&self.source, self.span())
    }

    /// A diagnostic that this value is of the wrong kind.
    pub(crate) fn wrong_kind(&self, expected: &str) -> Diagnostic {
        self.problem("wrong-type", "a value is of the wrong type").expected(expected).found(self.kind().as_str())
    }

    fn misfit(self, expected: Kind) -> Misfit<'a> {
        Misfit { at: self, expected }
    }

    /// The text of a string, unescaped.
    pub(crate) fn string(&self) -> Result<String, Misfit<'a>> {
        match self.kind() {
            Kind::String => serde_json::from_str(self.raw).map_err(|_| self.misfit(Kind::String)),
            _ => Err(self.misfit(Kind::String)),
        }
    }

    /// The elements of an array.
    pub(crate) fn elements(&self) -> Result<Vec<Self>, Misfit<'a>> {
        let raw = match self.kind() {
            Kind::Array => serde_json::from_str::<Vec<&'a RawValue>>(self.raw).map_err(|_| self.misfit(Kind::Array))?,
            _ => return Err(self.misfit(Kind::Array)),
        };
        Ok(raw.into_iter().map(|element| Self { source: self.source, raw: element.get() }).collect())
    }

    /// The members of an object, in order; repeated keys are problems.
    pub(crate) fn members(&self) -> Result<Vec<Member<'a>>, Vec<Diagnostic>> {
        if self.kind() != Kind::Object {
            return Err(vec![self.wrong_kind("an object")]);
        }
        let read = serde_json::Deserializer::from_str(self.raw).deserialize_map(Pairs);
        let pairs =
            read.map_err(|_| vec![self.problem("bad-string", "a key has an escape that is not a character")])?;
        let mut seen = HashSet::new();
        let mut problems = Vec::new();
        let mut members = Vec::new();
        for (key, raw) in pairs {
            let value = Self { source: self.source, raw: raw.get() };
            let key_span = key_before(self.source.text, value.span().start);
            if !seen.insert(key.clone()) {
                problems.push(
                    Diagnostic::error("duplicate-key", format!("the key `{key}` occurs twice"))
                        .at(&self.source, key_span.clone())
                        .key(&key),
                );
            }
            members.push(Member { key, key_span, value });
        }
        if problems.is_empty() { Ok(members) } else { Err(problems) }
    }
}

/// Reads an object as its keys and raw values, in order, repeated keys included.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// The byte offset of a line and a column that count from 1, as the JSON parser reports them (columns in bytes).
fn offset(text: &str, line: usize, column: usize) -> usize {
    let line_start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut offset = (line_start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The quoted key that stands before a value and its colon.
fn key_before(text: &str, value_start: usize) -> Range<usize> {
    let bytes = text.as_bytes();
    let before = text.get(..value_start).unwrap_or_default();
    let end = before.trim_end().trim_end_matches(':').trim_end().len();
    let is_opening = |&quote: &usize| {
        let escapes = bytes[..quote].iter().rev().take_while(|b| **b == b'\\').count();
        bytes[quote] == b'"' && escapes % 2 == 0
    };
    match (0..end.saturating_sub(1)).rev().find(is_opening) {
        Some(start) => start..end,
        None => value_start..value_start,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Located<'_> {
        Located::parse(Source::new("x.json", text)).expect("JSON")
    }

    #[test]
    fn values_keep_their_text_and_place() {
        let text = "{\"a\": [1.50,\n \"x\"], \"q\\\"\" : null}";
        let members = parse(text).members().expect("an object");
        assert_eq!((members[1].key.as_str(), &text[members[1].key_span.clone()]), ("q\"", "\"q\\\"\""));
        let elements = members[0].value.elements().expect("an array");
        assert_eq!((elements[0].raw(), elements[0].kind()), ("1.50", Kind::Number));
        assert_eq!(&text[elements[1].span()], "\"x\"");
        assert_eq!(elements[1].string().expect("a string"), "x");
    }

    #[test]
    fn broken_syntax_is_located() {
        let problem = Located::parse(Source::new("x.json", "{\n \"a\": [1,]\n}")).expect_err("not JSON");
        assert_eq!((problem.code, problem.position), ("not-json", Some((2, 10))));
        let problem = Located::parse(Source::new("x.json", " \n")).expect_err("nothing");
        assert_eq!(problem.code, "empty-file");
    }

    #[test]
    fn repeated_keys_are_problems() {
        let problems = parse("{\"a\": 1, \"a\": 2}").members().expect_err("twice");
        assert_eq!((problems[0].code, problems[0].position), ("duplicate-key", Some((1, 10))));
    }

    #[test]
    fn depth_costs_no_stack() {
        let text = "[".repeat(200_000) + &"]".repeat(200_000);
        if let Ok(value) = Located::parse(Source::new("x.json", &text)) {
            assert_eq!(value.elements().expect("an array").len(), 1);
        }
    }
}
