//! Small values of a scenario file that are written and documented in their own way.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::document::{Node, Place, Value};
use crate::rational::{self, Rational};

/// An exact number: a TOML number, or a string with a decimal or a fraction such as "1/3".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub Rational);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = rational::to_text(&self.0);
        if let Ok(integer) = text.parse::<i64>() {
            return serializer.serialize_i64(integer);
        }
        // A double is written only where reading it back gives the same number.
        match text.parse::<f64>() {
            Ok(double) if rational::parse(&double.to_string()).as_ref() == Ok(&self.0) => {
                serializer.serialize_f64(double)
            }
            _ => serializer.serialize_str(&text),
        }
    }
}

impl JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, or a string with a decimal or a fraction such as \"651/2750\"; read exactly.",
            "anyOf": [{ "type": "number" }, { "type": "string", "pattern": "^[-+0-9.eE /]+$" }],
        })
    }
}

/// A name that must match the measurement table's text exactly, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// A value that a sweep or an expectation sets at a path: a number, a text, a boolean or a list of texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting(pub Node);

impl Setting {
    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<Rational> {
        match &self.0.value {
            Value::Number(number) => Some(number.clone()),
            Value::Text(text) => rational::parse(text).ok(),
            _ => None,
        }
    }

    /// The value as a cell of a table.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.0.value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => rational::to_text(number),
            Value::Boolean(value) => value.to_string(),
            Value::List(items) => serde_json::Value::from(texts(items)).to_string(),
            other => other.shown(),
        }
    }
}

/// The texts of a list.
fn texts(items: &[Node]) -> Vec<&str> {
    let texts = items.iter().filter_map(|item| match &item.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

impl Serialize for Setting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.value {
            Value::Number(number) => Number(number.clone()).serialize(serializer),
            Value::Boolean(value) => serializer.serialize_bool(*value),
            Value::List(items) => serializer.collect_seq(texts(items)),
            _ => serializer.serialize_str(&self.text()),
        }
    }
}

impl JsonSchema for Setting {
    fn schema_name() -> Cow<'static, str> {
        "Setting".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A value to set at a path.",
            "type": ["number", "string", "boolean", "array"],
            "items": { "type": "string" },
        })
    }
}
