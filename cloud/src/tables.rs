//! Tables: DynamoDB.

use async_trait::async_trait;

use super::CloudError;

/// DynamoDB's tables, as far as the deployer needs them.
#[async_trait]
pub trait Tables: Send + Sync {
    /// `DescribeTable`: approximately how many items a table has. DynamoDB updates the number every
    /// six hours. `None` if there is no such table.
    ///
    /// # Errors
    /// When DynamoDB refuses or cannot be reached.
    async fn item_count(&self, table: &str) -> Result<Option<u64>, CloudError>;
}
