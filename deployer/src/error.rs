//! The error of a command: what failed, which class of ending it is, and what to do next.

use crate::cloud::{CloudError, ErrorKind};
use crate::exit::Exit;
use crate::finding::Finding;

/// Why a command ended without doing what it was asked.
#[derive(Debug)]
pub struct CommandError {
    /// The class, and so the exit code.
    pub exit: Exit,
    /// What failed; its chain of sources says why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
    /// What to do next, one sentence each.
    pub hints: Vec<String>,
    /// The faults of an input, where it has several; or the causes of a failed operation.
    pub findings: Vec<Finding>,
    /// What else happened, one sentence each.
    pub notes: Vec<String>,
}

/// A sentence as an error, for failures that have no cause below them.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Sentence(pub String);

impl CommandError {
    /// An error of a class.
    pub fn new(exit: Exit, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            exit,
            source: source.into(),
            hints: Vec::new(),
            findings: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Bad input: exit code 2, nothing was written.
    pub fn usage(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Exit::Usage, source)
    }

    /// A failed operation, told in a sentence.
    #[must_use]
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self::new(Exit::Failed, Sentence(sentence.into()))
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds the faults that were found.
    #[must_use]
    pub fn findings(mut self, findings: Vec<Finding>) -> Self {
        self.findings = findings;
        self
    }

    /// Adds what else happened.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The whole chain below the error, outermost first.
    #[must_use]
    pub fn causes(&self) -> Vec<String> {
        let mut causes = Vec::new();
        let mut next = self.source.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        causes
    }
}

impl From<CloudError> for CommandError {
    fn from(error: CloudError) -> Self {
        let hint = match error.kind {
            ErrorKind::Denied => Some(denied_hint(error.code.as_deref())),
            ErrorKind::Unreachable => Some(
                "check the network, the region and --endpoint-url; the call may be repeated safely",
            ),
            ErrorKind::Throttled => Some("AWS asks to slow down: try again in a minute"),
            ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::Other => None,
        };
        let exit = match error.kind {
            ErrorKind::Denied => Exit::Denied,
            _ => Exit::Failed,
        };
        let command_error = Self::new(exit, error);
        match hint {
            Some(hint) => command_error.hint(hint),
            None => command_error,
        }
    }
}

/// AccessDenied is about a permission; everything else that is denied is about the credentials.
fn denied_hint(code: Option<&str>) -> &'static str {
    match code {
        Some(code) if code.starts_with("AccessDenied") || code == "UnauthorizedOperation" => {
            "the credentials work, but their user or role lacks this permission"
        }
        _ => {
            "check the credentials: `aws sts get-caller-identity` with the same profile must work; \
             --profile NAME chooses another"
        }
    }
}
