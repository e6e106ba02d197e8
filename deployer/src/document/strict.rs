//! Reads JSON or YAML without loss: a duplicate key in an object is an error instead of a silent
//! choice, and so is a YAML tag.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::finding::{Finding, Position};

/// What to do about a syntax error.
pub const FIX_SYNTAX: &str =
    "fix the syntax there; a `.json` file is read as JSON, any other as YAML";

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
        Part(None).deserialize(deserializer).map(Self)
    }
}

/// The maximum number of brackets open at a time. No reader accepts more, and the YAML parser takes
/// quadratic time to find that out.
const MAX_OPEN: usize = 1_000;

/// How much the aliases of a YAML text may repeat, in bytes of its values.
const MOST_BY_ALIASES: usize = 1024 * 1024;

impl Strict {
    /// Fails when it is not YAML, or its aliases repeat too much, or not strictly valid.
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
        let left = Cell::new(text.len().saturating_mul(2).saturating_add(MOST_BY_ALIASES));
        let value = serde_yaml::Deserializer::from_str(text)
            .deserialize_option(Whole(Part(Some(&left))))?;
        Ok(Self(value))
    }
}

/// A part of a document, and how much its values may still have, if there is a limit.
#[derive(Clone, Copy)]
struct Part<'a>(Option<&'a Cell<usize>>);

impl Part<'_> {
    /// Counts a value, or a key, with a text of this length. A value has two bytes at least where it is written.
    fn count<E: Error>(self, length: usize) -> Result<(), E> {
        let Some(left) = self.0 else { return Ok(()) };
        let rest = left.get().checked_sub(length.saturating_add(2)).ok_or_else(|| {
            let most = MOST_BY_ALIASES / 1024 / 1024;
            E::custom(format!("its aliases repeat more than {most} MiB; use fewer aliases"))
        })?;
        left.set(rest);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// A document, which can be empty.
struct Whole<'a>(Part<'a>);

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.deserialize(deserializer)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a list, a string, a number, a boolean or null, without YAML tags")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::from(value))
    }

    // A number beyond these is as exact as in JSON. Where the text of it counts, `with_source_texts` restores it.
    #[expect(clippy::cast_precision_loss, reason = "JSON readers do the same")]
    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON readers do the same")]
    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.count(0)?;
        Number::from_f64(value).map(Value::Number).ok_or_else(|| {
            E::custom("a number that JSON cannot express (infinity or not a number)")
        })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.count(value.len())?;
        Ok(Value::from(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.count(0)?;
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.count(0)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.count(0)?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key_seed(NewKey(&object))? {
            self.count(key.len())?;
            let value = entries.next_value_seed(self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

/// A key that an object does not have yet. Its second place is known only while it is read.
struct NewKey<'a>(&'a Map<String, Value>);

impl<'de> DeserializeSeed<'de> for NewKey<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_string(self)
    }
}

impl Visitor<'_> for NewKey<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        if self.0.contains_key(key) {
            return Err(E::custom(format!("the key `{key}` occurs twice in one object")));
        }
        Ok(key.to_owned())
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
    fn aliases_that_multiply_are_refused_early_and_others_are_read() {
        let anchor = "x".repeat(20_000);
        let aliases = |count: usize| format!("a: &a {anchor}\nb: [{}]\n", "*a, ".repeat(count));
        let began = std::time::Instant::now();
        let refused = Strict::from_yaml(&aliases(20_000)).err().unwrap().to_string();
        assert!(
            refused.starts_with("b: its aliases repeat more than 1 MiB")
                || refused.contains("aliases repeat")
        );
        assert!(began.elapsed() < std::time::Duration::from_secs(5));
        let lists = format!("a: &a [{}]\nb: [{}]\n", "~, ".repeat(9_000), "*a, ".repeat(9_000));
        assert!(Strict::from_yaml(&lists).is_err());
        let Strict(value) = Strict::from_yaml(&aliases(10)).unwrap();
        assert_eq!(value["b"][9], value["a"]);
        // Without aliases, no text is refused.
        let keys: String = (0..60_000).map(|key| format!("{key:x}: \n")).collect();
        for text in [keys, format!("[{}]", "0,".repeat(500_000))] {
            assert!(Strict::from_yaml(&text).is_ok());
        }
    }

    #[test]
    fn duplicate_keys_are_refused() {
        assert!(serde_json::from_str::<Strict>(r#"{"a": 1, "a": 2}"#).is_err());
        assert!(serde_yaml::from_str::<Strict>("a: 1\na: 2\n").is_err());
        assert!(serde_yaml::from_str::<Strict>("a: {b: 1, b: 2}\n").is_err());
        let second = Strict::from_yaml("a:\n  b: 1\n  c: 1\n  b: 2\n").err().unwrap();
        assert_eq!(second.location().unwrap().line(), 4);
    }

    #[test]
    fn tags_and_non_finite_numbers_are_refused() {
        for text in ["a: !Ref b", "!Sub a", "a: !GetAtt [b, c]", "a: .inf", "a: .nan"] {
            assert!(serde_yaml::from_str::<Strict>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn integers_of_any_size_are_numbers() {
        let text =
            "[18446744073709551616, -9223372036854775809, 340282366920938463463374607431768211456]";
        let plain: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_yaml::from_str::<Strict>(text).unwrap().0, plain);
        assert_eq!(Strict::from_yaml(text).unwrap().0, plain);
    }

    #[test]
    fn all_other_values_are_preserved() {
        let text = r#"{"b": [1, -2, 1.5, true, null, "x"], "a": {"z": 18446744073709551615}}"#;
        let plain: Value = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::from_str::<Strict>(text).unwrap().0, plain);
        assert_eq!(serde_yaml::from_str::<Strict>(text).unwrap().0, plain);
    }
}
