//! What the core asks of a mail system: a key, an input, and how to read and to write verdicts.
//!
//! The core knows no mail system. [`crate::workmail::Message`] is the first source; another mail
//! system joins by implementing [`Source`] for its own message.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::finding::Finding;
use crate::on_failure::OnFailure;

/// One message of a mail system that waits for a verdict.
pub trait Source: Sync {
    /// What stays the same whenever the mail system asks again about this message.
    fn key(&self) -> &str;

    /// The input of the execution: the JSON text as it arrived, byte for byte. Step Functions
    /// recognises a repeated start by equal input, so it must never be serialised anew.
    fn input(&self) -> &str;

    /// How long the mail system may ask again about a message: so long the ledger remembers it.
    fn asked_again_for(&self) -> Duration;

    /// Reads a verdict from what an execution (or one of its states) put out, checks it against
    /// the mail system's contract and normalises it.
    ///
    /// # Errors
    ///
    /// [`Rejected`] if the output is no verdict that the mail system would accept.
    fn interpret(&self, output: &str) -> Result<Checked, Rejected>;

    /// The verdict that a policy stands for, or `None` if it cannot be expressed for this message.
    fn by_policy(&self, policy: OnFailure) -> Option<VerdictJson>;
}

/// A verdict as the mail system takes it: JSON that was checked. The core never looks inside.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct VerdictJson(Box<RawValue>);

impl VerdictJson {
    /// Takes over JSON that its source has checked, or that was recorded as a verdict before.
    ///
    /// # Errors
    ///
    /// If the text is not JSON at all.
    pub fn from_checked(text: String) -> Result<Self, serde_json::Error> {
        RawValue::from_string(text).map(Self)
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
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
    /// The normalised verdict.
    pub verdict: VerdictJson,
    /// Warnings only.
    pub findings: Vec<Finding>,
}

/// An output that is no verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Everything that was found, at least one error among it.
    pub findings: Vec<Finding>,
}
