//! The tables themselves: DynamoDB.

use async_trait::async_trait;

use super::CloudError;

/// DynamoDB's tables, as far as they are needed.
#[async_trait]
pub trait Tables: Send + Sync {
    /// `DescribeTable`: about how many items a table has, which DynamoDB counts every six hours; `None` where there
    /// is no such table.
    ///
    /// # Errors
    /// When DynamoDB refuses or cannot be reached.
    async fn item_count(&self, table: &str) -> Result<Option<u64>, CloudError>;
}
