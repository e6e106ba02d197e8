//! DynamoDB in memory: the tables that the account's stacks created.

use async_trait::async_trait;

use crate::{CloudError, Tables};

use super::MemoryCloud;

#[async_trait]
impl Tables for MemoryCloud {
    /// The count is always current, not six hours old.
    async fn item_count(&self, table: &str) -> Result<Option<u64>, CloudError> {
        let account = self.pass().await.call("DynamoDB", "DescribeTable", false)?;
        if !account.has_resource(&self.region, "AWS::DynamoDB::Table", table) {
            return Ok(None);
        }
        let items = account.entries.keys().filter(|(of, _)| of == table).count();
        Ok(u64::try_from(items).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerEntry;

    const TEMPLATE: &str = r#"{"Resources": {"T": {"Type": "AWS::DynamoDB::Table",
        "Properties": {"TableName": "t"}}}}"#;

    #[tokio::test]
    async fn a_tables_own_items_are_counted() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        assert_eq!(cloud.item_count("t").await.unwrap(), None);
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        for (table, id) in [("t", "1"), ("t", "2"), ("u", "3")] {
            cloud.add_entry(table, id, LedgerEntry::default());
        }
        assert_eq!(cloud.item_count("t").await.unwrap(), Some(2));
    }
}
