//! Reads JSON or YAML without loss: a duplicate key in an object is an error instead of a silent
//! choice, and so is a YAML tag.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::finding::{Finding, Position};

/// What to do about a syntax error.
pub const FIX_SYNTAX: &str =
    "mend the syntax there; a `.json` file is read as JSON, any other as YAML";

/// A file is not YAML; the cause has line and column.
#[derive(Debug, thiserror::Error)]
#[error("{origin} is not YAML of the expected shape")]
pub struct NotYaml {
    pub origin: String,
    #[source]
    pub source: serde_yaml::Error,
}

impl NotYaml {
    /// The error as a finding, with the position at which reading stopped.
    pub fn finding(&self) -> Finding {
        let place = self.source.location();
        let position = place.map(|place| Position {
            file: self.origin.clone(),
            line: place.line(),
            column: place.column(),
        });
        Finding::of_error("unreadable", "$", self).at(position).fix(FIX_SYNTAX)
    }
}

pub struct Strict(pub Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

/// The maximum number of brackets open at a time. No reader accepts more, and the YAML parser takes
/// quadratic time to find that out.
const MAX_OPEN: usize = 1_000;

impl Strict {
    /// Fails when it is not YAML, or not strictly valid.
    pub fn from_yaml(text: &str) -> Result<Self, serde_yaml::Error> {
        let mut open = 0_usize;
        for byte in text.bytes() {
            match byte {
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => {}
            }
            if open > MAX_OPEN {
                return Err(Error::custom(format!("more than {MAX_OPEN} brackets are open")));
            }
        }
        let read: Option<Self> = serde_yaml::from_str(text)?;
        Ok(read.unwrap_or(Self(Value::Null)))
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list, a string, a number, a boolean or null, without YAML tags")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| {
            E::custom("a number that JSON cannot express (infinity or not a number)")
        })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let Strict(value) = entries.next_value()?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!(
                    "the key `{key}` stands twice in one object"
                )));
            }
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excessive_nesting_is_refused_at_once() {
        for text in ["[".repeat(500_000), "{a: ".repeat(200_000), "[".repeat(900)] {
            assert!(Strict::from_yaml(&text).is_err());
        }
        assert!(matches!(Strict::from_yaml(""), Ok(Strict(Value::Null))));
    }

    #[test]
    fn duplicate_keys_are_refused() {
        assert!(serde_json::from_str::<Strict>(r#"{"a": 1, "a": 2}"#).is_err());
        assert!(serde_yaml::from_str::<Strict>("a: 1\na: 2\n").is_err());
        assert!(serde_yaml::from_str::<Strict>("a: {b: 1, b: 2}\n").is_err());
    }

    #[test]
    fn tags_and_non_finite_numbers_are_refused() {
        for text in ["a: !Ref b", "!Sub a", "a: !GetAtt [b, c]", "a: .inf", "a: .nan"] {
            assert!(serde_yaml::from_str::<Strict>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn all_other_values_are_preserved() {
        let text = r#"{"b": [1, -2, 1.5, true, null, "x"], "a": {"z": 18446744073709551615}}"#;
        let plain: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::from_str::<Strict>(text).unwrap().0, plain);
        assert_eq!(serde_yaml::from_str::<Strict>(text).unwrap().0, plain);
    }
}
