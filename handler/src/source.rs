//! What the core needs from a mail system: a key, an input, and how to read and write verdicts.
//!
//! The core does not depend on a mail system. [`crate::workmail::Message`] and
//! [`crate::ses::Message`] are the sources. To support another mail system, implement [`Source`] for
//! its messages.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::finding::Finding;
use crate::on_failure::OnFailure;

/// A message of a mail system that waits for a verdict.
pub trait Source: Sync {
    /// The key of the message. It is the same at every invocation for this message.
    fn key(&self) -> &str;

    /// The input of the execution: the same bytes at every invocation for this message. Step
    /// Functions recognizes a repeated start by equal input, so the text of an event must never be
    /// serialized again unless the result never differs.
    fn input(&self) -> &str;

    /// How long the mail system can retry for a message. The ledger stores its entry for as long.
    fn asked_again_for(&self) -> Duration;

    /// Reads a verdict from the output of an execution or of one of its states, checks it against
    /// the mail system's contract and normalizes it.
    ///
    /// # Errors
    ///
    /// [`Rejected`] if the output is not a verdict that the mail system would accept.
    fn interpret(&self, output: &str) -> Result<Checked, Rejected>;

    /// The answer that leaves the message as it would be without a rule.
    fn unaffected(&self) -> VerdictJson;

    /// The verdict of a policy, or `None` if it cannot be expressed for this message.
    fn by_policy(&self, policy: OnFailure) -> Option<VerdictJson>;
}

/// A verdict in the language of [`crate::actions`]: JSON that was checked. The core never reads it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct VerdictJson {
    json: Box<RawValue>,
    #[serde(skip)]
    actions: Vec<&'static str>,
}

impl VerdictJson {
    /// Takes JSON that its source has checked, and the types of its actions, each once. The types
    /// are logged and counted, so they are words of the mail system and never content of a message.
    ///
    /// # Errors
    ///
    /// If the text is not JSON.
    pub fn from_checked(
        text: String,
        actions: Vec<&'static str>,
    ) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(|json| Self { json, actions })
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.json.get()
    }

    /// The types of its actions, each once.
    #[must_use]
    pub fn actions(&self) -> &[&'static str] {
        &self.actions
    }
}

impl PartialEq for VerdictJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for VerdictJson {}

/// An output that is a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The normalized verdict.
    pub verdict: VerdictJson,
    /// Warnings only.
    pub findings: Vec<Finding>,
}

/// An output that is not a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// All findings, including at least one error.
    pub findings: Vec<Finding>,
}
