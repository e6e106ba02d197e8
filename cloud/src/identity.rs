//! The caller's identity: STS.

use async_trait::async_trait;

use super::CloudError;

/// The identity behind the credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The twelve-digit account id.
    pub account: String,
    /// The ARN of the user or assumed role.
    pub arn: String,
}

/// STS, as far as the deployer needs it.
#[async_trait]
pub trait Identity: Send + Sync {
    /// `GetCallerIdentity`, which needs no permission.
    ///
    /// # Errors
    /// When the credentials are missing, expired or wrong, or STS cannot be reached.
    async fn caller(&self) -> Result<Caller, CloudError>;
}
