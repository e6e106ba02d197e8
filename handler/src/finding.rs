//! What a check found: how bad, where, and a sentence for a person.

use std::fmt;

/// Whether a finding refuses what was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; what was checked is used all the same.
    Warning,
    /// What was checked is refused.
    Error,
}

/// One result of a check.
///
/// A sentence names JSON paths and types, never values: what was checked may hold addresses, and
/// sentences end in logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable word for logs, alarms and documentation.
    pub code: &'static str,
    /// Where it is, as a JSON path such as `$.actions[0].recipients`.
    pub path: String,
    /// What is wrong and, where known, what to do.
    pub sentence: String,
}

impl Finding {
    /// A finding that refuses.
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

    /// Whether this finding refuses what was checked.
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
