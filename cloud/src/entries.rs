//! What the ledger holds about a message: one item of the handler's table in DynamoDB.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// An entry as the table stores it. `handler::ledger` defines what its members mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerEntry {
    /// The execution that decides.
    pub execution_arn: Option<String>,
    /// The state whose output is the verdict; empty for the execution's own output, absent in
    /// entries of the original application.
    pub output_state: Option<String>,
    /// When the message was first seen, to the second; absent in entries of the original
    /// application.
    pub claimed_at: Option<Timestamp>,
    /// The time from which DynamoDB may delete the entry. It does so up to days later.
    pub expires_at: Option<Timestamp>,
    /// The recorded verdict, as JSON text.
    pub verdict: Option<String>,
}

/// DynamoDB, as far as the deployer needs it: read only.
#[async_trait]
pub trait Entries: Send + Sync {
    /// `GetItem`, consistent; `None` if the table has no entry for the invocation id.
    ///
    /// # Errors
    /// When there is no such table, or DynamoDB refuses or cannot be reached.
    async fn entry(
        &self,
        table: &str,
        invocation_id: &str,
    ) -> Result<Option<LedgerEntry>, CloudError>;
}
