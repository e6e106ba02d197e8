//! The ledger: which execution decides about a message, and which verdict was given.
//!
//! Two operations must be atomic, and each is one request: to claim a message or learn that another
//! invocation claimed it before, and to record a verdict or learn that one was recorded before.
//! Claims and verdicts are written once and never change, so an entry can be old but never wrong.
//! That is why a read does not check whether the entry has expired: DynamoDB can delete expired
//! items days late, and until then the entry still names the execution that decides.

use std::future::Future;

use crate::arn::ExecutionArn;
use crate::call_error::CallError;
use crate::origin::Origin;
use crate::source::VerdictJson;

/// The longest key of an entry, in bytes.
/// Source: Amazon DynamoDB developer guide, "Quotas", partition key length.
pub const MAX_KEY_BYTES: usize = 2048;

/// What a message is claimed with. It applies to the message from then on, even if the settings
/// change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The execution that decides.
    pub execution_arn: ExecutionArn,
    /// Whose output is the verdict.
    pub origin: Origin,
    /// When the message was first seen, in seconds since 1970.
    pub claimed_at: i64,
}

/// What the ledger contains about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The execution that decides.
    pub execution_arn: ExecutionArn,
    /// Whose output is the verdict; absent in entries of the original application.
    pub origin: Option<Origin>,
    /// When the message was first seen, in seconds since 1970; absent in entries of the original
    /// application.
    pub claimed_at: Option<i64>,
    /// The verdict, if it had to be recorded. It is unchecked text, because other programs can
    /// write to the table too. It is checked again before it is answered.
    pub verdict: Option<String>,
    /// Whether a bounce was sent for the message.
    pub bounced: bool,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This invocation claimed the message and starts the execution.
    Claimed,
    /// The message was claimed before.
    Existing(Entry),
}

/// A request to the ledger failed, or its answer is malformed.
#[derive(Debug, thiserror::Error)]
#[error("cannot access the deduplication table")]
pub struct LedgerError(#[source] pub CallError);

/// A table of entries, one per message.
pub trait Ledger: Sync {
    /// Claims a message unless it was claimed before. The read is consistent.
    fn claim(
        &self,
        key: &str,
        terms: &Terms,
        expires_at: i64,
    ) -> impl Future<Output = Result<Claim, LedgerError>> + Send;

    /// Records a verdict unless one was recorded before, and returns the recorded one. The first
    /// verdict is final. This also works if the entry was deleted.
    fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> impl Future<Output = Result<String, LedgerError>> + Send;

    /// Notes that a bounce was sent for a message, so that a later invocation sends no other one.
    /// Does nothing if the entry was deleted.
    fn note_bounce(&self, key: &str) -> impl Future<Output = Result<(), LedgerError>> + Send;
}
