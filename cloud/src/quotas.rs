//! The account's quotas: Service Quotas.

use async_trait::async_trait;

use super::CloudError;

/// One quota as it applies to the account in the region.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Its name, such as `Concurrent executions`.
    pub name: String,
    /// Its value.
    pub value: f64,
}

/// Service Quotas, as far as the deployer needs it.
#[async_trait]
pub trait Quotas: Send + Sync {
    /// `ListServiceQuotas`, every page; `service` is Service Quotas' code for it, such as `lambda`.
    ///
    /// # Errors
    /// When Service Quotas refuses or cannot be reached.
    async fn quotas(&self, service: &str) -> Result<Vec<Quota>, CloudError>;
}
