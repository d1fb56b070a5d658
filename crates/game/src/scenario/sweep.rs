//! [`Sweep`]: a grid of points that is counted and addressed, never held.
//!
//! Ranges are decimal and inclusive: 0 to 1 by 0.1 is eleven points, exactly.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::document::{Node, Place, Value};
use super::value::{Number, Setting};
use crate::rational::Rational;

/// Most points of one sweep; a larger one is refused with its count.
pub const MAX_POINTS: u128 = 100_000_000;

/// The keys that a sweep varies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// Grid or zip.
    pub mode: SweepMode,
    /// One axis per key, in the order of the file; in a grid the last varies fastest.
    pub axes: Vec<Axis>,
}

/// How the axes combine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SweepMode {
    /// Every combination.
    #[default]
    Grid,
    /// The first values together, the second values together, and so on.
    Zip,
}

/// One swept key and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Dotted path of the key.
    pub path: String,
    /// Where the key stands.
    pub place: Place,
    /// Its values.
    pub values: AxisValues,
}

/// The values of a swept key.
#[derive(Clone, Debug, PartialEq)]
pub enum AxisValues {
    /// As listed.
    List(Vec<Setting>),
    /// `from`, `from + step`, … up to and including `to` where it is hit.
    Range {
        /// First value.
        from: Rational,
        /// Last value at most (at least, for a negative step).
        to: Rational,
        /// Distance; not 0.
        step: Rational,
    },
}

impl Axis {
    /// Number of values; saturates far above [`MAX_POINTS`].
    #[must_use]
    pub fn len(&self) -> u128 {
        match &self.values {
            AxisValues::List(values) => values.len() as u128,
            AxisValues::Range { from, to, step } => {
                let steps = ((to - from) / step).floor();
                if steps < dashu_int::IBig::ZERO {
                    0
                } else {
                    u128::try_from(&steps).map_or(u128::MAX, |s| s.saturating_add(1))
                }
            }
        }
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every value is a number.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        match &self.values {
            AxisValues::List(values) => values.iter().all(|value| value.number().is_some()),
            AxisValues::Range { .. } => true,
        }
    }

    /// The least and the greatest number that the key takes; `None` unless there are two.
    #[must_use]
    pub fn ends(&self) -> Option<[Rational; 2]> {
        let mut numbers: Vec<_> = match &self.values {
            AxisValues::List(values) => values.iter().filter_map(Setting::number).collect(),
            AxisValues::Range { .. } => {
                let last = u64::try_from(self.len().saturating_sub(1)).unwrap_or(0);
                [0, last].into_iter().filter_map(|position| self.at(position).number()).collect()
            }
        };
        numbers.sort();
        let (low, high) = (numbers.first()?.clone(), numbers.pop()?);
        (low < high).then_some([low, high])
    }

    /// The value at a position; the last one past the end, so that callers need no second check.
    #[must_use]
    pub fn at(&self, position: u64) -> Setting {
        match &self.values {
            AxisValues::List(values) => {
                let last = values.len().saturating_sub(1);
                let index = usize::try_from(position).unwrap_or(last).min(last);
                values.get(index).cloned().unwrap_or_else(|| number(Rational::ZERO, self.place.clone()))
            }
            AxisValues::Range { from, step, .. } => number(from + step * Rational::from(position), self.place.clone()),
        }
    }
}

fn number(value: Rational, place: Place) -> Setting {
    Setting(Node { value: Value::Number(value), place })
}

impl Sweep {
    /// Whether nothing is swept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.axes.is_empty()
    }

    /// Number of points: 1 where nothing is swept; saturates far above [`MAX_POINTS`].
    #[must_use]
    pub fn points(&self) -> u128 {
        match self.mode {
            SweepMode::Grid => self.axes.iter().fold(1, |product: u128, axis| product.saturating_mul(axis.len())),
            SweepMode::Zip => self.axes.first().map_or(1, Axis::len),
        }
    }

    /// Position on every axis of a point.
    #[must_use]
    pub fn positions(&self, point: u64) -> Vec<u64> {
        match self.mode {
            SweepMode::Zip => vec![point; self.axes.len()],
            SweepMode::Grid => {
                let mut rest = u128::from(point);
                let mut positions = vec![0; self.axes.len()];
                for (position, axis) in positions.iter_mut().zip(&self.axes).rev() {
                    let length = axis.len().max(1);
                    *position = u64::try_from(rest % length).unwrap_or(0);
                    rest /= length;
                }
                positions
            }
        }
    }
}

impl Sweep {
    /// The table as TOML, its keys in their order; nothing where nothing is swept.
    pub(super) fn to_toml(&self) -> Result<String, toml::ser::Error> {
        if self.is_empty() {
            return Ok(String::new());
        }
        let entries = toml::Table::try_from(self)?;
        let line = |(key, value)| format!("{} = {value}\n", toml::Value::from(key));
        Ok(format!("\n[sweep]\n{}", entries.into_iter().map(line).collect::<String>()))
    }
}

impl Serialize for Sweep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.axes.len() + 1))?;
        map.serialize_entry("mode", &self.mode)?;
        for axis in &self.axes {
            match &axis.values {
                AxisValues::List(values) => map.serialize_entry(&axis.path, values)?,
                AxisValues::Range { from, to, step } => {
                    let range = [("from", from), ("to", to), ("step", step)];
                    let range: Vec<_> = range.map(|(key, value)| (key, Number(value.clone()))).into();
                    map.serialize_entry(&axis.path, &Pairs(range))?;
                }
            }
        }
        map.end()
    }
}

/// Key-value pairs written as a table in their order.
struct Pairs(Vec<(&'static str, Number)>);

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl JsonSchema for Sweep {
    fn schema_name() -> Cow<'static, str> {
        "Sweep".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Number>();
        let setting = generator.subschema_for::<Setting>();
        json_schema!({
            "type": "object",
            "properties": {
                "mode": {
                    "description": "`grid`: every combination, the last key fastest. `zip`: values side by side.",
                    "enum": ["grid", "zip"],
                },
            },
            "additionalProperties": {
                "description": "Values of the key with this dotted path: a list, or an inclusive decimal range.",
                "anyOf": [
                    { "type": "array", "items": setting, "minItems": 1 },
                    {
                        "type": "object",
                        "properties": { "from": number.clone(), "to": number.clone(), "step": number },
                        "required": ["from", "to", "step"],
                        "additionalProperties": false,
                    },
                ],
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::parse;

    fn axis(path: &str, from: &str, to: &str, step: &str) -> Axis {
        let value = |text| parse(text).expect("a number");
        let values = AxisValues::Range { from: value(from), to: value(to), step: value(step) };
        Axis { path: path.to_owned(), place: Place::default(), values }
    }

    #[test]
    fn decimal_ranges_are_inclusive() {
        assert_eq!(axis("loss.w", "0", "1", "0.1").len(), 11);
        assert_eq!(axis("loss.w", "0", "1", "0.3").len(), 4);
        assert_eq!(axis("loss.w", "1", "0", "-0.25").len(), 5);
        assert_eq!(axis("loss.w", "0", "-1", "0.25").len(), 0);
        assert_eq!(axis("loss.w", "0", "1", "0.1").at(3).text(), "0.3");
    }

    #[test]
    fn the_last_key_of_a_grid_varies_fastest() {
        let sweep = Sweep { mode: SweepMode::Grid, axes: vec![axis("a", "0", "1", "1"), axis("b", "0", "2", "1")] };
        assert_eq!(sweep.points(), 6);
        assert_eq!(
            (0..6).map(|p| sweep.positions(p)).collect::<Vec<_>>(),
            [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]
        );
    }

    #[test]
    fn a_huge_grid_is_counted_without_overflow() {
        let wide = || axis("a", "0", "1e30", "1e-30");
        let sweep = Sweep { mode: SweepMode::Grid, axes: vec![wide(), wide(), wide()] };
        assert!(sweep.points() > MAX_POINTS);
    }
}
