//! The definition: an Amazon States Language document, in JSON or YAML.

use std::collections::BTreeMap;
use std::path::Path;

use handler::workmail::limits::MAX_RULE_TIMEOUT;
use serde_json::{Map, Value};

use super::placeholder::{self, Data};
use crate::document::positions::{self, Positions};
use crate::document::{self, NotYaml, Strict};
use crate::files::text::{self, name_of, read_input};
use crate::finding::{Finding, Position};

/// A document that is at least a JSON object; checking the flow determines whether it is a state
/// machine.
#[derive(Debug, Clone)]
pub struct Definition {
    origin: String,
    text: String,
    document: Map<String, Value>,
}

/// The maximum size of a definition, in bytes. Source: Step Functions quotas, "Maximum state
/// machine definition".
const MAX_BYTES: usize = 1024 * 1024;

/// Why a definition cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The file cannot be read.
    #[error("cannot read {origin}")]
    Read {
        /// The file.
        origin: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not JSON; the cause has line and column.
    #[error("{origin} is not JSON")]
    Json {
        /// The file.
        origin: String,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// It is not YAML.
    #[error(transparent)]
    Yaml(#[from] NotYaml),
    /// It is JSON or YAML, but not an object.
    #[error(
        "{origin} is not Amazon States Language: the document is {found}; an object with StartAt and \
         States is expected"
    )]
    NoObject {
        /// The file.
        origin: String,
        /// What it is instead.
        found: &'static str,
    },
    /// It is larger than Step Functions accepts.
    #[error("{origin} has {bytes} bytes; the maximum for Step Functions is 1048576")]
    TooLarge {
        /// The file.
        origin: String,
        /// Its size in bytes.
        bytes: usize,
    },
}

impl DefinitionError {
    /// The error as a finding, with the position at which reading stopped.
    pub fn finding(&self) -> Finding {
        let (origin, place) = match self {
            Self::Read { origin, .. } | Self::TooLarge { origin, .. } => (origin, None),
            Self::NoObject { origin, .. } => (origin, Some((1, 1))),
            Self::Json { origin, source } => (origin, Some((source.line(), source.column()))),
            Self::Yaml(fault) => return fault.finding(),
        };
        let position = place.map(|(line, column)| Position { file: origin.clone(), line, column });
        let fix = match self {
            Self::Read { source, .. } => text::fix(source),
            Self::Json { .. } | Self::Yaml(_) => document::FIX_SYNTAX,
            Self::NoObject { .. } => "write an object with StartAt and States",
            Self::TooLarge { .. } => "move large data out of the definition",
        };
        Finding::of_error("unreadable", "$", self).at(position).fix(fix)
    }
}

impl Definition {
    /// Reads a file: `.json` as JSON, everything else as YAML, of which JSON is a subset.
    /// Fails when the file cannot be read, or does not contain a JSON or YAML object.
    pub fn from_file(path: &Path) -> Result<Self, DefinitionError> {
        let origin = name_of(path);
        let text = read_input(path, "--state-machine")
            .map_err(|source| DefinitionError::Read { origin: origin.clone(), source })?;
        if text.len() > MAX_BYTES {
            return Err(DefinitionError::TooLarge { origin, bytes: text.len() });
        }
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            Self::from_json(&text, &origin)
        } else {
            Self::from_yaml(&text, &origin)
        }
    }

    /// Reads JSON text.
    /// Fails when it is not a JSON object.
    pub fn from_json(text: &str, origin: &str) -> Result<Self, DefinitionError> {
        // Editors on Windows often begin a file with a byte order mark, which JSON does not allow.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Strict(value) = serde_json::from_str(text)
            .map_err(|source| DefinitionError::Json { origin: origin.to_owned(), source })?;
        Self::from_value(value, text, origin)
    }

    /// Reads YAML text.
    /// Fails when it is not YAML, or not an object with string keys.
    pub fn from_yaml(text: &str, origin: &str) -> Result<Self, DefinitionError> {
        let Strict(value) = Strict::from_yaml(text)
            .map_err(|source| NotYaml { origin: origin.to_owned(), source })?;
        Self::from_value(value, text, origin)
    }

    fn from_value(value: Value, text: &str, origin: &str) -> Result<Self, DefinitionError> {
        let found = match value {
            Value::Object(document) => {
                let (origin, text) = (origin.to_owned(), text.to_owned());
                return Ok(Self { origin, text, document });
            }
            Value::Null => "empty",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
        };
        Err(DefinitionError::NoObject { origin: origin.to_owned(), found })
    }

    /// The source of the text, as a user would name it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The positions of all parts of the document in the text.
    pub(super) fn positions(&self) -> Positions {
        Positions::of(&self.text)
    }

    /// Adds positions to findings, whose locations are JSON paths, and sorts them by position.
    pub(super) fn locate(&self, findings: &mut [Finding]) {
        positions::locate(&self.text, &self.origin, findings);
    }

    /// The definition with its placeholders replaced by values.
    pub(super) fn filled(
        self,
        values: &BTreeMap<String, Value>,
        data: Data,
    ) -> Result<Self, Vec<Finding>> {
        match placeholder::fill(&self.document, values, data) {
            Ok(document) => Ok(Self { document, ..self }),
            Err((mut findings, document)) => {
                // A placeholder can be misplaced only because the name of its field is misspelled.
                let partly = Self { document, ..self };
                findings.extend(partly.unknown_fields());
                partly.locate(&mut findings);
                Err(findings)
            }
        }
    }

    /// The document.
    pub fn document(&self) -> &Map<String, Value> {
        &self.document
    }

    /// Its top-level comment.
    pub fn comment(&self) -> Option<&str> {
        self.document.get("Comment").and_then(Value::as_str)
    }

    /// The definition with a timeout: an execution that takes longer than WorkMail's limit of 240
    /// minutes cannot decide anything, and must not remain open for a year.
    pub fn with_timeout(mut self) -> Self {
        self.document
            .entry("TimeoutSeconds")
            .or_insert_with(|| Value::from(MAX_RULE_TIMEOUT.as_secs()));
        self
    }

    /// The text for Step Functions: indented JSON, because users edit it in the console.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&self.document)
            .expect("a document that was read from text can be written as text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_yield_the_same_definition() {
        let json =
            Definition::from_json(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#, "x");
        let yaml = Definition::from_yaml("StartAt: A\nStates:\n  A: {Type: Succeed}\n", "x");
        assert_eq!(json.unwrap().document(), yaml.unwrap().document());
    }

    #[test]
    fn faults_name_line_and_column() {
        let json = Definition::from_json("{\n  \"StartAt\": }", "m.json").unwrap_err();
        let cause = std::error::Error::source(&json).unwrap().to_string();
        assert!(cause.contains("line 2 column 14"), "{cause}");
        let yaml = Definition::from_yaml("StartAt: [\n", "m.yaml").unwrap_err();
        let cause = std::error::Error::source(&yaml).unwrap().to_string();
        assert!(cause.contains("line 2"), "{cause}");
    }

    #[test]
    fn documents_that_are_not_objects_are_rejected() {
        for text in ["", "just text", "[1]", "3", "true"] {
            assert!(matches!(
                Definition::from_yaml(text, "x"),
                Err(DefinitionError::NoObject { .. })
            ));
        }
        assert!(Definition::from_yaml("a: 1\na: 2\n", "x").is_err());
        assert!(Definition::from_yaml("a: !Ref b\n", "x").is_err());
    }

    #[test]
    fn a_missing_timeout_is_added() {
        let with = |text| Definition::from_json(text, "x").unwrap().with_timeout();
        assert_eq!(with("{}").document()["TimeoutSeconds"], 14_400);
        assert_eq!(with(r#"{"TimeoutSeconds":60}"#).document()["TimeoutSeconds"], 60);
    }
}
