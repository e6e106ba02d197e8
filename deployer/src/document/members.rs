//! An object of an input file, read member by member: unknown members and those of the wrong type
//! are findings.

use serde_json::{Map, Value};

use super::path::member;
use crate::document::suggestion::instead;
use crate::finding::Finding;

/// The members of an object in a flow's file.
pub struct Members<'a> {
    pub path: String,
    pub of: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    pub fn of(of: &'a Map<String, Value>, path: impl Into<String>) -> Self {
        Self { path: path.into(), of }
    }

    /// The members of a value, which should be an object.
    pub fn within(value: &'a Value, path: String, findings: &mut Vec<Finding>) -> Option<Self> {
        match value {
            Value::Object(of) => Some(Self { path, of }),
            _ => {
                findings.push(Finding::error("wrong-kind", path, "an object is expected"));
                None
            }
        }
    }

    /// Adds a finding for each member that is not one of these.
    pub fn only(&self, known: &[&str], findings: &mut Vec<Finding>) {
        for key in self.of.keys().filter(|key| !known.contains(&key.as_str())) {
            let sentence = format!("`{}` is unknown here", key.escape_debug());
            let fix = instead(key, known.iter().copied(), "use one of ");
            findings.push(Finding::error("unknown-key", self.at(key), sentence).fix(fix));
        }
    }

    pub fn at(&self, key: &str) -> String {
        member(&self.path, key)
    }

    /// The text of a required member, which must not be blank.
    pub fn text(&self, key: &str, findings: &mut Vec<Finding>) -> Option<&'a str> {
        match self.of.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => return Some(text),
            Some(_) => {
                findings.push(Finding::error("wrong-kind", self.at(key), "a string is expected"));
            }
            None => {
                let sentence = format!("`{key}` is missing");
                findings.push(Finding::error("missing-key", self.path.as_str(), sentence));
            }
        }
        None
    }

    /// An optional member as text, whether written as text or as a number.
    pub fn word(&self, key: &str, findings: &mut Vec<Finding>) -> Option<String> {
        match self.of.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => {
                let sentence = "text or a number is expected";
                findings.push(Finding::error("wrong-kind", self.at(key), sentence));
                None
            }
        }
    }

    /// An optional member, read from its text or number.
    pub fn parsed<T>(
        &self,
        key: &str,
        findings: &mut Vec<Finding>,
        parse: impl Fn(&str) -> Result<T, Finding>,
    ) -> Option<T> {
        let text = self.word(key, findings)?;
        let keep = |fault| findings.push(Finding { location: self.at(key), ..fault });
        parse(&text).map_err(keep).ok()
    }

    /// The members of an optional member.
    pub fn object(&self, key: &str, findings: &mut Vec<Finding>) -> Option<Self> {
        Members::within(self.of.get(key)?, self.at(key), findings)
    }
}
