//! Diagnostics: what is wrong with a definition.

use std::fmt;

use crate::expression::pattern::Doubt;

/// One problem of a definition, in the words of `ValidateStateMachineDefinition` as far as they are
/// known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `SCHEMA_VALIDATION_FAILED`, `MISSING_TRANSITION_TARGET`, …; `UNSUPPORTED` for what Step
    /// Functions supports and this interpreter doesn't.
    pub code: &'static str,
    /// The location as Step Functions writes it: `/States/Decide/Choices[0]`.
    pub location: Option<String>,
    /// The location as a JSON pointer (RFC 6901): `/States/Decide/Choices/0`. If the problem is about an existing
    /// field, it leads to the field, even if `location` is only that of the state.
    pub pointer: String,
    /// A description of the problem.
    pub message: String,
    /// The names to choose from, if a name is unknown.
    pub known: Vec<String>,
}

impl Diagnostic {
    /// Whether Step Functions may accept what the diagnostic is about, which this interpreter doesn't run.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        self.code == UNSUPPORTED
    }
}

/// The code of what this interpreter doesn't run.
pub(crate) const UNSUPPORTED: &str = "UNSUPPORTED";

/// A definition that AWS or this interpreter rejects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDefinition {
    /// All problems, at least one.
    pub diagnostics: Vec<Diagnostic>,
    /// What else is doubtful, as in [`Machine::doubts`](crate::Machine::doubts).
    pub doubts: Vec<(String, Doubt)>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.location {
            Some(location) => write!(f, " at {location}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for InvalidDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Invalid State Machine Definition: '")?;
        for (at, diagnostic) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{diagnostic}", if at > 0 { ", " } else { "" })?;
        }
        f.write_str("'")
    }
}

impl std::error::Error for InvalidDefinition {}
