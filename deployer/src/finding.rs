//! The result of a check: everything that is wrong with an input, not only the first fault.

use std::error::Error;
use std::fmt;

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input cannot work; nothing is written.
    Error,
    /// The input can work, but probably not as intended.
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
    /// The file as the user named it.
    pub file: String,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A line of a file, or the part of a long one around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// 1-based.
    pub line: usize,
    pub text: String,
    /// How many characters are before the place.
    pub before: usize,
    /// How many characters the place has.
    pub marked: usize,
}

/// One result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// A stable name for the kind of finding, such as `unknown-target`.
    pub code: &'static str,
    /// The position in a file, if the finding concerns one and the position is known.
    #[serde(flatten)]
    pub position: Option<Box<Position>>,
    /// The line at that position.
    #[serde(skip)]
    pub excerpt: Option<Box<Excerpt>>,
    /// A JSON path, an option, or a file.
    pub location: String,
    pub sentence: String,
    /// What to do about it, if the sentence does not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    fn new(severity: Severity, code: &'static str, location: String, sentence: String) -> Self {
        Self { severity, code, position: None, excerpt: None, location, sentence, fix: None }
    }

    /// An error: nothing is done.
    pub fn error(
        code: &'static str,
        location: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Error, code, location.into(), sentence.into())
    }

    /// An error finding whose sentence is an error with its whole chain of sources.
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

    /// A finding that is only reported.
    pub fn warning(
        code: &'static str,
        location: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, location.into(), sentence.into())
    }
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position.map(Box::new);
        self
    }
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The handler's checks report findings of the same kind.
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
