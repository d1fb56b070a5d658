//! [`TableReader`]: takes known keys out of a table, collects every problem, and refuses what nobody asked for.
//!
//! The keys that a reader is asked for are the keys that exist: there is no second list to keep in step.

use std::cell::RefCell;

use super::document::{Document, Node, Place, Table, Value};
use crate::diagnostic::{Diagnostic, one_of};
use crate::rational::{self, Rational};

/// Problems of one file, gathered while it is read.
#[derive(Debug, Default)]
pub(crate) struct Problems(RefCell<Vec<Diagnostic>>);

impl Problems {
    pub(crate) fn push(&self, problem: Diagnostic) {
        self.0.borrow_mut().push(problem);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    pub(crate) fn into_inner(self) -> Vec<Diagnostic> {
        self.0.into_inner()
    }
}

/// Reads one table of a document.
pub(crate) struct TableReader<'a> {
    document: &'a Document,
    problems: &'a Problems,
    table: &'a Table,
    path: String,
    place: Place,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> TableReader<'a> {
    pub(crate) fn root(document: &'a Document, problems: &'a Problems) -> Self {
        Self {
            document,
            problems,
            table: &document.root,
            path: String::new(),
            place: Place::default(),
            asked: RefCell::default(),
        }
    }

    fn child(&self, table: &'a Table, path: String, place: Place) -> Self {
        Self { document: self.document, problems: self.problems, table, path, place, asked: RefCell::default() }
    }

    /// Where the table stands.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The dotted path of a key of this table.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Reports a problem with a key, at its value if it is there.
    pub(crate) fn report(&self, key: &str, problem: Diagnostic) {
        let place = self.table.get(key).map_or(&self.place, |node| &node.place);
        self.report_at(key, place, problem);
    }

    pub(crate) fn report_at(&self, key: &str, place: &Place, problem: Diagnostic) {
        self.problems.push(self.document.locate(problem, place).key(self.path_of(key)));
    }

    /// Reports a problem with a key of an inner table, at its value if it is there.
    pub(crate) fn report_path(&self, path: &str, problem: Diagnostic) {
        let place = self.document.place_of(path).unwrap_or_else(|| self.place.clone());
        self.problems.push(self.document.locate(problem, &place).key(path));
    }

    pub(crate) fn node(&self, key: &'static str) -> Option<&'a Node> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.table.get(key)
    }

    fn wrong_type(&self, key: &str, node: &Node, expected: &str) {
        self.report_at(
            key,
            &node.place,
            Diagnostic::error("wrong-type", format!("`{key}` has the wrong type"))
                .expected(expected)
                .found(node.value.shown()),
        );
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            _ => {
                self.wrong_type(key, node, "a string");
                None
            }
        }
    }

    pub(crate) fn required_text(&self, key: &'static str) -> String {
        if self.table.get(key).is_none() {
            self.missing(key, "a string");
        }
        self.text(key).unwrap_or_default()
    }

    /// Reports that a required key is not there.
    pub(crate) fn missing(&self, key: &str, expected: &str) {
        let table = if self.path.is_empty() { "the file".to_owned() } else { format!("`[{}]`", self.path) };
        self.report_at(
            key,
            &self.place,
            Diagnostic::error("missing-key", format!("{table} needs the key `{key}`"))
                .expected(expected)
                .found("nothing"),
        );
    }

    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let node = self.node(key)?;
        match &node.value {
            Value::Boolean(value) => Some(*value),
            _ => {
                self.wrong_type(key, node, "`true` or `false`");
                None
            }
        }
    }

    /// A number, or a string that holds a decimal or a fraction.
    pub(crate) fn number(&self, key: &'static str) -> Option<Rational> {
        let node = self.node(key)?;
        self.number_at(key, node)
    }

    pub(crate) fn number_at(&self, key: &str, node: &Node) -> Option<Rational> {
        match &node.value {
            Value::Number(number) => return Some(number.clone()),
            Value::Text(text) => match rational::parse(text) {
                Ok(number) => return Some(number),
                Err(_) => self.wrong_type(key, node, "a number or a fraction such as \"1/3\""),
            },
            Value::NotFinite(text) => self.report_at(
                key,
                &node.place,
                Diagnostic::error("not-finite", format!("`{key}` is not a finite number"))
                    .expected("a finite number")
                    .found(format!("`{text}`")),
            ),
            _ => self.wrong_type(key, node, "a number"),
        }
        None
    }

    /// A number within a range that is stated in words when it is broken.
    pub(crate) fn number_in(
        &self,
        key: &'static str,
        allowed: impl Fn(&Rational) -> bool,
        words: &str,
    ) -> Option<Rational> {
        let number = self.number(key)?;
        if !allowed(&number) {
            self.report(
                key,
                Diagnostic::error("out-of-range", format!("`{key}` is out of range"))
                    .expected(words)
                    .found(format!("`{}`", rational::to_text(&number))),
            );
            return None;
        }
        Some(number)
    }

    /// A positive integer.
    pub(crate) fn count(&self, key: &'static str) -> Option<usize> {
        let is_count = |n: &Rational| *n >= Rational::ONE && n.is_int();
        let number = self.number_in(key, is_count, "a positive integer")?;
        let count = usize::try_from(number.numerator()).ok();
        if count.is_none() {
            self.report(key, Diagnostic::error("out-of-range", format!("`{key}` is too large")));
        }
        count
    }

    pub(crate) fn numbers(&self, key: &'static str) -> Option<Vec<Rational>> {
        let node = self.node(key)?;
        let Value::List(items) = &node.value else {
            self.wrong_type(key, node, "a list of numbers");
            return None;
        };
        Some(items.iter().filter_map(|item| self.number_at(key, item)).collect())
    }

    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<(String, Place)>> {
        let node = self.node(key)?;
        let Value::List(items) = &node.value else {
            self.wrong_type(key, node, "a list of strings");
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) => texts.push((text.clone(), item.place.clone())),
                _ => self.wrong_type(key, item, "a string in each place of the list"),
            }
        }
        Some(texts)
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let node = self.node(key)?;
        let words = || one_of(choices.iter().map(|(word, _)| *word));
        let Value::Text(text) = &node.value else {
            self.wrong_type(key, node, &words());
            return None;
        };
        let choice = choices.iter().find(|(word, _)| word == text).map(|(_, choice)| *choice);
        if choice.is_none() {
            self.report(
                key,
                Diagnostic::error("unknown-value", format!("unknown {key} `{text}`"))
                    .expected(words())
                    .found(format!("`{text}`"))
                    .suggest(text, choices.iter().map(|(word, _)| *word)),
            );
        }
        choice
    }

    /// The table under a key; an empty one, and no problem, if the key is not there.
    pub(crate) fn table(&self, key: &'static str) -> Option<TableReader<'a>> {
        let node = self.node(key)?;
        match &node.value {
            Value::Table(table) => Some(self.child(table, self.path_of(key), node.place.clone())),
            _ => {
                self.wrong_type(key, node, "a table");
                None
            }
        }
    }

    /// The named tables under a key: `[source.main]`.
    pub(crate) fn named_tables(&self, key: &'static str) -> Vec<(String, TableReader<'a>)> {
        let Some(outer) = self.table(key) else { return Vec::new() };
        let mut tables = Vec::new();
        for (name, _, node) in outer.table.entries() {
            match &node.value {
                Value::Table(table) => {
                    let path = outer.path_of(name);
                    tables.push((name.to_owned(), self.child(table, path, node.place.clone())));
                }
                _ => outer.wrong_type(name, node, &format!("a table `[{key}.{name}]`")),
            }
        }
        tables
    }

    /// The tables of an array of tables: `[[constraint]]`.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<TableReader<'a>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::List(items) = &node.value else {
            self.wrong_type(key, node, &format!("an array of tables `[[{key}]]`"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (position, item) in items.iter().enumerate() {
            match &item.value {
                Value::Table(table) => {
                    let path = format!("{}[{position}]", self.path_of(key));
                    tables.push(self.child(table, path, item.place.clone()));
                }
                _ => self.wrong_type(key, item, &format!("a table `[[{key}]]`")),
            }
        }
        tables
    }

    /// Every key with its place and value, for tables whose keys are the user's own.
    pub(crate) fn own_entries(&self) -> impl Iterator<Item = (&'a str, &'a Place, &'a Node)> {
        self.table.entries()
    }

    /// Ends the reading: every key that was not asked for is a problem.
    pub(crate) fn finish(self) {
        // A key may be asked for twice; it is told once.
        let mut asked: Vec<&str> = Vec::new();
        for key in self.asked.borrow().iter() {
            if !asked.contains(key) {
                asked.push(key);
            }
        }
        for (key, place, _) in self.table.entries() {
            if !asked.contains(&key) {
                let known = || asked.iter().copied();
                self.report_at(
                    key,
                    place,
                    Diagnostic::error("unknown-key", format!("unknown key `{key}`"))
                        .expected(one_of(known()))
                        .suggest(key, known()),
                );
            }
        }
    }
}
