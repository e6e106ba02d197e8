//! The ledger: which execution decides about a message, and which verdict was given.
//!
//! Two things must be atomic, and are one request each: taking a message while learning that
//! somebody else has taken it, and writing a verdict while learning that one was written before.
//! Both are written once and never change, so an entry can be old but never wrong. That is why its
//! expiry is not checked when it is read: DynamoDB deletes expired items days late, and until then
//! the entry still says truly which execution decides.

use std::future::Future;

use crate::arn::ExecutionArn;
use crate::call_error::CallError;
use crate::origin::Origin;
use crate::source::VerdictJson;

/// What a message is claimed with. It holds for that message from then on, whatever the settings
/// become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The execution that decides.
    pub execution_arn: ExecutionArn,
    /// Whose output is the verdict.
    pub origin: Origin,
    /// When the message was seen first, in seconds since 1970.
    pub claimed_at: i64,
}

/// What the ledger holds about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The execution that decides.
    pub execution_arn: ExecutionArn,
    /// Whose output is the verdict; absent in entries of the original application.
    pub origin: Option<Origin>,
    /// When the message was seen first, in seconds since 1970; absent in entries of the original
    /// application.
    pub claimed_at: Option<i64>,
    /// The verdict that was given, if it was one that had to be recorded. Text, because others can
    /// write to the table as well: it is checked again before it is answered.
    pub verdict: Option<String>,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The message is ours to start.
    Claimed,
    /// The message was claimed before.
    Existing(Entry),
}

/// The ledger could not be asked, or its answer makes no sense.
#[derive(Debug, thiserror::Error)]
#[error("the ledger could not be asked")]
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

    /// Records a verdict unless one was recorded before, and returns the recorded one: the first
    /// verdict stands. Works on a vanished entry as well.
    fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> impl Future<Output = Result<String, LedgerError>> + Send;
}
