//! The value of a setting in `deployer.yaml`, in the form in which it would be typed.

use std::path::Path;

use serde_json::Value;

use super::keys::{Entry, Key, Kind, Origin};
use super::pair;
use super::quoted::quoted;
use crate::document::{Positions, member};

/// Where settings are in a file.
pub(super) struct Place<'a> {
    pub(super) file: &'a Path,
    pub(super) positions: &'a Positions,
    /// The names of the members around them, outermost first.
    pub(super) inside: &'a [&'a str],
}

impl Place<'_> {
    /// Line and column.
    pub(super) fn position(&self) -> Option<(usize, usize)> {
        let path = self.inside.iter().fold("$".to_owned(), |path, name| member(&path, name));
        self.positions.find(&path)
    }

    /// The origin of a member inside.
    fn origin(&self, names: &[&str]) -> Origin {
        let inside: Vec<&str> = self.inside.iter().chain(names).copied().collect();
        let place = Place { file: self.file, positions: self.positions, inside: &inside };
        let line = place.position().map(|(line, _)| format!(":{line}")).unwrap_or_default();
        let names = inside.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(".");
        Origin::File(format!("{}{line}: {names}", self.file.display()))
    }
}

/// What is wrong with a value, and the name of the entry that is wrong.
type Fault = (Option<String>, &'static str);

/// The texts of a setting's value; none if it is null or an empty text.
/// Error: what is expected instead of the value.
pub(super) fn entries(key: &Key, value: &Value, place: &Place<'_>) -> Result<Vec<Entry>, Fault> {
    let origin = place.origin(&[key.name]);
    let entry = |text: String| Entry { text, removes: false, origin: origin.clone() };
    let of_text = |value: &Value, expected| {
        value.as_str().map(|text| entry(text.to_owned())).ok_or((None, expected))
    };
    match (key.kind, value) {
        (_, Value::Null) => Ok(Vec::new()),
        (_, Value::String(text)) if text.trim().is_empty() => Ok(Vec::new()),
        (Kind::Flag, Value::String(text)) => match text.to_lowercase().as_str() {
            word @ ("true" | "false") => Ok(vec![entry(word.to_owned())]),
            _ => Err((None, "true or false is expected")),
        },
        (Kind::Flag, _) => Err((None, "true or false is expected")),
        (Kind::List | Kind::Map, Value::Array(items)) => {
            items.iter().map(|item| of_text(item, "a list of strings is expected")).collect()
        }
        (Kind::Map, Value::Object(pairs)) => {
            let read = |(name, value): (&String, &Value)| {
                let text = typed(key, name, value).map_err(|wrong| (Some(name.clone()), wrong))?;
                let (origin, removes) = (place.origin(&[key.name, name]), value.is_null());
                Ok(Entry { text, removes, origin })
            };
            pairs.iter().map(read).collect()
        }
        (Kind::List, value) => {
            Ok(vec![of_text(value, "a string or a list of strings is expected")?])
        }
        (Kind::Map, value) => Ok(vec![of_text(value, "an object of texts is expected")?]),
        (Kind::Text | Kind::Path, value) => Ok(vec![of_text(value, "one string is expected")?]),
    }
}

/// An entry of a map as it would be typed.
pub(super) fn typed(key: &Key, name: &str, value: &Value) -> Result<String, &'static str> {
    if key.name == "tag" {
        return match value {
            Value::Null => Ok(pair::joined(name, "")),
            value => {
                value.as_str().map(|text| pair::joined(name, text)).ok_or("a string is expected")
            }
        };
    }
    if name.contains(['=', ':']) {
        return Err("a parameter's name is letters, digits and hyphens");
    }
    match value {
        Value::Null => Ok(format!("{name}=")),
        // On the command line, no text at all means the default.
        Value::String(text) if text.is_empty() => Ok(format!("{name}:=\"\"")),
        Value::String(text) => Ok(format!("{name}={text}")),
        Value::Array(items) if items.iter().all(Value::is_string) => Ok(format!("{name}:={value}")),
        _ => Err("a string or a list of strings is expected"),
    }
}
