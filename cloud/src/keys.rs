//! Keys: KMS.

use async_trait::async_trait;

use super::CloudError;

/// What KMS reports about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptionKey {
    /// Such as `Enabled`, `Disabled`, or `PendingDeletion`.
    pub state: String,
    /// Whether it is a key for symmetric encryption, the only kind that other services encrypt with.
    pub is_symmetric: bool,
}

/// KMS, as far as the deployer needs it.
#[async_trait]
pub trait Keys: Send + Sync {
    /// `DescribeKey`; `None` if the key does not exist.
    ///
    /// # Errors
    /// When KMS refuses or cannot be reached.
    async fn key(&self, arn: &str) -> Result<Option<EncryptionKey>, CloudError>;
}
