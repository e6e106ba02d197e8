//! The result of a check: all that is wrong with an input, not only the first fault.

use std::error::Error;
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

/// A place in a file that a person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Position {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One thing a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `unknown-target`.
    pub code: &'static str,
    /// Where in a file, if it is about one and the place is known.
    #[serde(flatten)]
    pub position: Option<Box<Position>>,
    /// Where: a JSON path, an option, or a file.
    pub location: String,
    /// What is wrong.
    pub sentence: String,
    /// What to do about it, where the sentence does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    fn new(severity: Severity, code: &'static str, location: String, sentence: String) -> Self {
        Self { severity, code, position: None, location, sentence, fix: None }
    }

    /// A finding that stops the work.
    pub fn error(
        code: &'static str,
        location: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Error, code, location.into(), sentence.into())
    }

    /// A finding that stops the work, and that an error explains with its whole chain.
    pub fn of_error(
        code: &'static str,
        location: impl Into<String>,
        error: &(dyn Error + 'static),
    ) -> Self {
        let mut sentence = error.to_string();
        let mut next = error.source();
        while let Some(cause) = next {
            sentence.push_str(&format!(": {cause}"));
            next = cause.source();
        }
        Self::error(code, location, sentence)
    }

    /// A finding that is only said.
    pub fn warning(
        code: &'static str,
        location: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, location.into(), sentence.into())
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Adds where in a file it is.
    #[must_use]
    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position.map(Box::new);
        self
    }

    /// Whether it stops the work.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What the handler would find, too.
impl From<handler::finding::Finding> for Finding {
    fn from(found: handler::finding::Finding) -> Self {
        let severity = if found.is_error() { Severity::Error } else { Severity::Warning };
        Self::new(severity, found.code, found.path, found.sentence)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] ", self.severity, self.code)?;
        if let Some(position) = &self.position {
            write!(f, "{position} ")?;
        }
        write!(f, "{}: {}", self.location, self.sentence)
    }
}
