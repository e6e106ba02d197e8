//! What a check finds: severity, place, and a sentence for people.

use std::fmt;

/// Whether a finding rejects the checked value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The checked value is used anyway.
    Warning,
    /// The checked value is rejected.
    Error,
}

/// One result of a check.
///
/// The sentence names JSON paths and types, never values: the checked value can contain addresses,
/// and sentences are logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is an error or a warning.
    pub severity: Severity,
    /// A stable code for logs, alarms and documentation.
    pub code: &'static str,
    /// The place, as a JSON path such as `$.actions[0].recipients`.
    pub path: String,
    /// What is wrong and, if known, how to fix it.
    pub sentence: String,
}

impl Finding {
    /// A finding that rejects the checked value.
    #[must_use]
    pub fn error(code: &'static str, path: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, path: path.into(), sentence: sentence.into() }
    }

    /// A finding that only informs.
    #[must_use]
    pub fn warning(
        code: &'static str,
        path: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, code, path: path.into(), sentence: sentence.into() }
    }

    /// Whether this finding rejects the checked value.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.path, self.sentence, self.code)
    }
}
