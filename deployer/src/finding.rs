//! The result of a check: all that is wrong with an input, not only the first fault.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It would not work; nothing is written.
    Error,
    /// It would work, and probably not as meant.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `unknown-target`.
    pub code: &'static str,
    /// Where: a JSON path, or `FILE:LINE:COLUMN`.
    pub location: String,
    /// What is wrong and what to write instead.
    pub sentence: String,
}

impl Finding {
    /// A finding that stops the work.
    pub fn error(
        code: &'static str,
        location: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            code,
            location: location.into(),
            sentence: sentence.into(),
        }
    }

    /// A finding that is only said.
    pub fn warning(
        code: &'static str,
        location: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Warning,
            code,
            location: location.into(),
            sentence: sentence.into(),
        }
    }

    /// Whether it stops the work.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] {}: {}", self.severity, self.code, self.location, self.sentence)
    }
}
