//! [`Document`]: a scenario file as a tree that remembers where everything stands and how numbers were written.
//!
//! Values set from elsewhere (the command line, a sweep, an expectation) replace nodes of the same tree and remember
//! their own source, so that a problem is always shown where it was written.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Source};
use crate::rational::{self, Rational};

/// A place in one of the sources of a document.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// 0 is the file; others are values set from elsewhere, in order.
    pub source: usize,
    /// Bytes of that source.
    pub span: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

/// What can stand in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A finite number, exactly as written.
    Number(Rational),
    /// `nan` or `inf`.
    NotFinite(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or time; no key takes one.
    DateTime(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
}

impl Value {
    /// The kind with its article, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Number(_) => "a number",
            Self::NotFinite(_) => "a number that is not finite",
            Self::Boolean(_) => "a boolean",
            Self::DateTime(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }

    /// A short text of the value, for messages.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("`\"{text}\"`"),
            Self::Number(number) => format!("`{}`", rational::to_text(number)),
            Self::NotFinite(text) | Self::DateTime(text) => format!("`{text}`"),
            Self::Boolean(value) => format!("`{value}`"),
            Self::List(_) | Self::Table(_) => self.kind().to_owned(),
        }
    }
}

/// Entries in the order of the file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq)]
struct Entry {
    key: String,
    key_place: Place,
    node: Node,
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.node)
    }

    /// Keys with their places and values, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Place, &Node)> {
        self.entries.iter().map(|entry| (entry.key.as_str(), &entry.key_place, &entry.node))
    }

    fn insert(&mut self, key: &str, node: Node) {
        match self.get_mut(key) {
            Some(old) => *old = node,
            None => self.entries.push(Entry { key: key.to_owned(), key_place: node.place.clone(), node }),
        }
    }
}

/// A file with the values that were set over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Name and text of the file and of every value set from elsewhere.
    sources: Vec<(String, String)>,
    /// The tree.
    pub root: Table,
}

impl Document {
    /// Parses a TOML text.
    ///
    /// # Errors
    /// Every syntax problem that the parser can recover from, not only the first.
    pub fn parse(source: &Source<'_>) -> Result<Self, Vec<Diagnostic>> {
        let (root, errors) = DeTable::parse_recoverable(source.text);
        if !errors.is_empty() {
            return Err(errors
                .into_iter()
                .map(|error| {
                    let problem = Diagnostic::error("toml-syntax", error.message().replace('\n', ", "));
                    match error.span() {
                        Some(span) => problem.at(source, span),
                        None => problem.in_file(source.file),
                    }
                })
                .collect());
        }
        Ok(Self { sources: vec![(source.file.to_owned(), source.text.to_owned())], root: table(root.get_ref(), 0) })
    }

    /// The file and its text.
    #[must_use]
    pub fn file(&self) -> Source<'_> {
        let (file, text) = &self.sources[0];
        Source::new(file, text)
    }

    /// Shows a problem at a place of this document.
    #[must_use]
    pub fn locate(&self, problem: Diagnostic, place: &Place) -> Diagnostic {
        match self.sources.get(place.source) {
            Some((file, text)) => problem.at(&Source::new(file, text), place.span.clone()),
            None => problem,
        }
    }

    /// Sets the value at a dotted path; entries of an array table are addressed by their `name`.
    ///
    /// `origin` names where the value comes from, such as `--set loss.w=0.5`; `text` is read as a TOML value, and as a
    /// string if it is none.
    ///
    /// # Errors
    /// A diagnostic if the path leads through something that is no table, or names an entry that does not exist.
    pub fn set(&mut self, path: &str, text: &str, origin: &str) -> Result<(), Box<Diagnostic>> {
        let index = self.sources.len();
        let place = |span| Place { source: index, span };
        let mut node = match DeValue::parse(text) {
            Ok(parsed) => convert(&parsed, index),
            Err(_) => Node { value: Value::Text(text.to_owned()), place: place(0..text.len()) },
        };
        node.place = place(0..text.len());
        self.sources.push((origin.to_owned(), text.to_owned()));
        self.put(path, node)
    }

    /// Sets a node of this document at a dotted path, as [`Document::set`] does.
    ///
    /// # Errors
    /// As [`Document::set`].
    pub fn put(&mut self, path: &str, node: Node) -> Result<(), Box<Diagnostic>> {
        let place = node.place.clone();
        let result = put(&mut self.root, &split_path(path), node);
        result.map_err(|problem| Box::new(self.locate(problem.key(path), &place)))
    }

    /// Removes a key of the file's top level.
    pub fn remove(&mut self, key: &str) {
        self.root.entries.retain(|entry| entry.key != key);
    }

    /// Removes the value at a dotted path of `[sweep]`, so that a value set on the command line wins over the sweep.
    pub fn remove_from_sweep(&mut self, path: &str) {
        if let Some(Node { value: Value::Table(sweep), .. }) = self.root.get_mut("sweep") {
            // A parent that is set replaces the swept key with it, and a child of a swept key cannot vary any more.
            let set = split_path(path);
            let touches = |swept: &[String]| swept.iter().zip(&set).all(|(a, b)| a == b);
            sweep.entries.retain(|entry| !touches(&split_path(&entry.key)));
        }
    }
}

/// Splits `a.b."c.d".e` at the dots outside quotes.
#[must_use]
pub fn split_path(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for character in path.chars() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            _ => {
                if let Some(last) = parts.last_mut() {
                    last.push(character);
                }
            }
        }
    }
    parts
}

/// Names of the array tables of a scenario; the first is addressed as `constraint.NAME.max`.
fn entry_name(node: &Node) -> Option<&str> {
    let Value::Table(table) = &node.value else { return None };
    match &table.get("name")?.value {
        Value::Text(name) => Some(name),
        _ => None,
    }
}

fn put(table: &mut Table, path: &[String], node: Node) -> Result<(), Box<Diagnostic>> {
    let Some((key, rest)) = path.split_first() else { return Ok(()) };
    if rest.is_empty() {
        table.insert(key, node);
        return Ok(());
    }
    if table.get(key).is_none() {
        table.insert(key, Node { value: Value::Table(Table::default()), place: node.place.clone() });
    }
    let Some(child) = table.get_mut(key) else { return Ok(()) };
    match &mut child.value {
        Value::Table(inner) => put(inner, rest, node),
        Value::List(entries) => {
            let names: Vec<_> = entries.iter().filter_map(entry_name).map(str::to_owned).collect();
            match entries.iter_mut().find(|entry| entry_name(entry) == Some(&rest[0])) {
                Some(Node { value: Value::Table(inner), .. }) if rest.len() > 1 => put(inner, &rest[1..], node),
                _ => Err(Box::new(
                    Diagnostic::error("unknown-path", format!("no `{key}` is named `{}`", rest[0]))
                        .expected(crate::diagnostic::one_of(names.iter().map(String::as_str)))
                        .suggest(&rest[0], names.iter().map(String::as_str)),
                )),
            }
        }
        // A value such as `attacker_sees = "mix"` makes way for the table that the path asks for.
        other => {
            let mut inner = Table::default();
            let result = put(&mut inner, rest, node);
            *other = Value::Table(inner);
            result
        }
    }
}

fn table(parsed: &DeTable<'_>, source: usize) -> Table {
    let entries = parsed
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_place: Place { source, span: key.span() },
            node: convert(value, source),
        })
        .collect();
    Table { entries }
}

fn convert(parsed: &Spanned<DeValue<'_>>, source: usize) -> Node {
    let value = match parsed.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(integer) => integer_value(integer),
        DeValue::Float(float) => match rational::parse(float.as_str()) {
            Ok(number) => Value::Number(number),
            Err(_) => Value::NotFinite(float.as_str().to_owned()),
        },
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(value) => Value::DateTime(value.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| convert(item, source)).collect()),
        DeValue::Table(inner) => Value::Table(table(inner, source)),
    };
    Node { value, place: Place { source, span: parsed.span() } }
}

fn integer_value(integer: &DeInteger<'_>) -> Value {
    match dashu_int::IBig::from_str_radix(integer.as_str(), integer.radix()) {
        Ok(number) => Value::Number(Rational::from(number)),
        Err(_) => Value::NotFinite(integer.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Document {
        Document::parse(&Source::new("x.toml", text)).expect("TOML")
    }

    #[test]
    fn numbers_keep_their_written_value() {
        let document = parse("a = 0.10000000000000000001\nb = 0x10\nc = nan");
        let value = |key| document.root.get(key).map(|node| node.value.clone());
        assert_eq!(value("a"), Some(Value::Number(rational::parse("0.10000000000000000001").expect("a number"))));
        assert_eq!(value("b"), Some(Value::Number(Rational::from(16))));
        assert_eq!(value("c"), Some(Value::NotFinite("nan".to_owned())));
    }

    #[test]
    fn paths_reach_array_tables_by_name() {
        let mut document = parse("[[constraint]]\nname = \"refusals\"\nmax = 0.1\n[game]\nattacker_sees = \"mix\"");
        document.set("constraint.refusals.max", "0.2", "--set").expect("a path");
        document.set("game.attacker_sees.probe", "0.5", "--set").expect("a path");
        let Some(Value::List(entries)) = document.root.get("constraint").map(|node| &node.value) else {
            panic!("a list")
        };
        let Value::Table(entry) = &entries[0].value else { panic!("a table") };
        assert_eq!(entry.get("max").map(|node| node.value.shown()), Some("`0.2`".to_owned()));
        let problem = document.set("constraint.refusal.max", "0.2", "--set").expect_err("an unknown name");
        assert_eq!(problem.hint.as_deref(), Some("did you mean `refusals`?"));
    }

    #[test]
    fn quoted_parts_may_hold_dots() {
        assert_eq!(split_path("loss.h.\"GPT-4.1\""), ["loss", "h", "GPT-4.1"]);
    }

    #[test]
    fn several_syntax_errors_are_reported_together() {
        let errors = Document::parse(&Source::new("x.toml", "a = \nb = \nc = 1")).expect_err("bad TOML");
        assert!(errors.len() >= 2, "{errors:?}");
        assert_eq!(errors[0].position.map(|(line, _)| line), Some(1));
    }
}
