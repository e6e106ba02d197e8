//! An object that a person wrote, member by member: what is unknown or of the wrong kind is a finding.

use serde_json::{Map, Value};

use super::path::member;
use crate::finding::Finding;

/// The members of one object of a flow's file.
pub(super) struct Members<'a> {
    /// The object's path.
    pub(super) path: String,
    /// The object.
    pub(super) of: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    pub(super) fn of(of: &'a Map<String, Value>, path: impl Into<String>) -> Self {
        Self { path: path.into(), of }
    }

    /// The same of a value, which should be an object.
    pub(super) fn within(
        value: &'a Value,
        path: String,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        match value {
            Value::Object(of) => Some(Self { path, of }),
            _ => {
                findings.push(Finding::error("wrong-kind", path, "an object is expected"));
                None
            }
        }
    }

    /// A finding for each member that is none of these.
    pub(super) fn only(&self, known: &[&str], findings: &mut Vec<Finding>) {
        for key in self.of.keys().filter(|key| !known.contains(&key.as_str())) {
            let sentence = format!("`{}` is unknown here", key.escape_debug());
            let fix = format!("known are {}", known.join(", "));
            findings.push(Finding::error("unknown-key", self.at(key), sentence).fix(fix));
        }
    }

    /// The path of a member.
    pub(super) fn at(&self, key: &str) -> String {
        member(&self.path, key)
    }

    /// A member's text that has to be there and say something.
    pub(super) fn text(&self, key: &str, findings: &mut Vec<Finding>) -> Option<&'a str> {
        match self.of.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => return Some(text),
            Some(_) => {
                findings.push(Finding::error("wrong-kind", self.at(key), "text is expected"));
            }
            None => {
                let sentence = format!("`{key}` is missing");
                findings.push(Finding::error("missing-key", self.path.as_str(), sentence));
            }
        }
        None
    }

    /// The members of a member that may be missing.
    pub(super) fn object(&self, key: &str, findings: &mut Vec<Finding>) -> Option<Self> {
        Members::within(self.of.get(key)?, self.at(key), findings)
    }
}
