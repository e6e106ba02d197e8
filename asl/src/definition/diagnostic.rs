//! What is wrong with a definition.

use std::fmt;

/// A fault of a definition, in the words of `ValidateStateMachineDefinition` as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `SCHEMA_VALIDATION_FAILED`, `MISSING_TRANSITION_TARGET`, …; `UNSUPPORTED` for what Step
    /// Functions knows and this interpreter does not.
    pub code: &'static str,
    /// The place as Step Functions writes it: `/States/Decide/Choices[0]`.
    pub location: Option<String>,
    /// The place as a JSON pointer (RFC 6901): `/States/Decide/Choices/0`.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

/// A definition that AWS, or this interpreter, would not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDefinition {
    /// Everything that is wrong with it, at least one.
    pub diagnostics: Vec<Diagnostic>,
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
