//! One check: a fact, its severity, and what to do about it.

use serde::Serialize;

use crate::finding::Finding;
use cloud::CloudError;

/// The severity of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckResult {
    Ok,
    /// It works, but deserves attention.
    Warning,
    /// It does not work.
    Error,
    /// AWS does not say.
    CouldNotTell,
}

/// A check and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// A stable identifier.
    pub name: &'static str,
    pub outcome: CheckResult,
    pub sentence: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Check {
    fn new(name: &'static str, outcome: CheckResult, sentence: impl Into<String>) -> Self {
        Self { name, outcome, sentence: sentence.into(), hint: None }
    }

    pub(super) fn ok(name: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Ok, sentence)
    }

    pub(super) fn warning(name: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Warning, sentence)
    }

    pub(super) fn error(name: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(name, CheckResult::Error, sentence)
    }

    pub(super) fn could_not_tell(name: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(name, CheckResult::CouldNotTell, sentence)
    }

    /// A check whose call was refused, with the whole chain of causes.
    pub(super) fn refused(name: &'static str, error: &CloudError) -> Self {
        Self::could_not_tell(name, Finding::of_error(name, "", error).sentence)
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
