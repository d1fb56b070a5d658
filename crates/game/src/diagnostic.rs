//! [`Diagnostic`]: one problem in a user's file, with everything a reader needs to mend it.
//!
//! Diagnostics are made here and drawn by the command line. A file yields all its problems at once.

use std::fmt;
use std::ops::Range;

use strsim::jaro_winkler;

/// Similarity above which a known name is suggested for an unknown one.
const SUGGEST_ABOVE: f64 = 0.8;

/// Most names in one suggestion.
const SUGGEST_MOST: usize = 3;

/// Most names listed as expected before the list is cut.
const LIST_MOST: usize = 12;

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used; the reader should know.
    Warning,
}

/// One problem in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable short name of the kind of problem, such as `unknown-key`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// The file as the user named it; empty for a command-line value.
    pub file: String,
    /// Bytes of the source that are meant, if there is a place.
    pub span: Option<Range<usize>>,
    /// Line and column (in characters) of the span's start, both from 1.
    pub position: Option<(usize, usize)>,
    /// Dotted key path or column name; empty if there is none.
    pub key: String,
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// What would have been right; empty if the message says it.
    pub expected: String,
    /// What stands there; empty if the message says it.
    pub found: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            file: String::new(),
            span: None,
            position: None,
            key: String::new(),
            message: message.into(),
            expected: String::new(),
            found: String::new(),
            hint: None,
        }
    }

    /// A warning without a place yet.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Adds the place: the file and bytes of its text.
    #[must_use]
    pub fn at(mut self, source: &Source<'_>, span: Range<usize>) -> Self {
        source.file.clone_into(&mut self.file);
        self.position = Some(source.position(span.start));
        self.span = Some(span);
        self
    }

    /// Adds the file where no place in it is meant.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        file.clone_into(&mut self.file);
        self
    }

    /// Adds the key path.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// Adds what would have been right.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// Adds what stands there.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = found.into();
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean" for a name that is close to a known one.
    #[must_use]
    pub fn suggest<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match suggestion(name, known) {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The details after the message: key, expected, found.
    #[must_use]
    pub fn details(&self) -> String {
        let mut parts = Vec::new();
        if !self.key.is_empty() {
            parts.push(format!("in `{}`", self.key));
        }
        if !self.expected.is_empty() {
            parts.push(format!("expected {}", self.expected));
        }
        if !self.found.is_empty() {
            parts.push(format!("found {}", self.found));
        }
        parts.join("; ")
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
            if let Some((line, column)) = self.position {
                write!(f, "{line}:{column}:")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        let details = self.details();
        if !details.is_empty() {
            write!(f, " ({details})")?;
        }
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// A text with the name it goes by in messages.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file as the user named it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// Names a text.
    #[must_use]
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }

    /// Takes bytes as text: UTF-8, with a byte-order mark left out.
    ///
    /// # Errors
    /// A diagnostic with the first byte that is not UTF-8.
    pub fn decode(file: &'a str, bytes: &'a [u8]) -> Result<Self, Box<Diagnostic>> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(file, text)),
            Err(error) => {
                let good = error.valid_up_to();
                let line = bytes[..good].split(|b| *b == b'\n').count();
                Err(Box::new(
                    Diagnostic::error("not-utf-8", "the file is not UTF-8 text")
                        .in_file(file)
                        .expected("UTF-8")
                        .found(format!("byte 0x{:02x} at byte {good}, line {line}", bytes[good]))
                        .hint("save the file as UTF-8"),
                ))
            }
        }
    }

    /// Line and column (in characters) of a byte offset, both from 1.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// "did you mean …?" for the known names closest to an unknown one.
#[must_use]
pub fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let lower = name.to_lowercase();
    let mut close: Vec<_> = known
        .into_iter()
        .map(|candidate| (jaro_winkler(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(similarity, _)| *similarity > SUGGEST_ABOVE)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let names: Vec<_> = close.iter().take(SUGGEST_MOST).map(|(_, candidate)| format!("`{candidate}`")).collect();
    if names.is_empty() { None } else { Some(format!("did you mean {}?", names.join(" or "))) }
}

/// Names as a list for "expected", cut when it is long.
#[must_use]
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    let shown: Vec<_> = names.iter().take(LIST_MOST).map(|name| format!("`{name}`")).collect();
    let rest = names.len().saturating_sub(LIST_MOST);
    match (shown.as_slice(), rest) {
        ([], _) => "nothing".to_owned(),
        ([only], 0) => only.clone(),
        (shown, 0) => format!("one of {}", shown.join(", ")),
        (shown, rest) => format!("one of {} or {rest} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let source = Source::new("x.toml", "défense\nab");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(3), (1, 3));
        assert_eq!(source.position(9), (2, 1));
        assert_eq!(source.position(99), (2, 3));
    }

    #[test]
    fn close_names_are_suggested() {
        assert_eq!(suggestion("dpsgd", ["none", "dp_sgd"]), Some("did you mean `dp_sgd`?".to_owned()));
        assert_eq!(suggestion("zebra", ["none", "dp_sgd"]), None);
    }

    #[test]
    fn a_byte_order_mark_is_left_out_and_bad_bytes_are_located() {
        assert_eq!(Source::decode("a", b"\xef\xbb\xbfx").expect("text").text, "x");
        let problem = Source::decode("a", b"ab\n\xff").expect_err("not text");
        assert!(problem.found.contains("line 2"), "{problem}");
    }
}
