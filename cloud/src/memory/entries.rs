//! DynamoDB in memory: entries in the tables that the account's stacks created.

use async_trait::async_trait;

use crate::{CloudError, Entries, ErrorKind, LedgerEntry};

use super::MemoryCloud;
use super::refusal::refuse;

#[async_trait]
impl Entries for MemoryCloud {
    /// Expired entries stay readable, as they do in DynamoDB for days.
    async fn entry(
        &self,
        table: &str,
        invocation_id: &str,
    ) -> Result<Option<LedgerEntry>, CloudError> {
        const OPERATION: &str = "GetItem";
        let account = self.pass().await.call("DynamoDB", OPERATION, false)?;
        if !account.has_resource(&self.region, "AWS::DynamoDB::Table", table) {
            let (kind, code) = (ErrorKind::NotFound, "ResourceNotFoundException");
            return Err(refuse("DynamoDB", OPERATION, kind, code, "Requested resource not found"));
        }
        Ok(account.entries.get(&(table.to_owned(), invocation_id.to_owned())).cloned())
    }
}

/// Test controls.
impl MemoryCloud {
    /// Puts an entry into a table.
    pub fn add_entry(&self, table: &str, invocation_id: &str, entry: LedgerEntry) {
        let key = (table.to_owned(), invocation_id.to_owned());
        self.lock().entries.insert(key, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"{"Resources": {"T": {"Type": "AWS::DynamoDB::Table",
        "Properties": {"TableName": "t"}}}}"#;

    #[tokio::test]
    async fn an_entry_is_found_in_its_table_only() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let refused = cloud.entry("t", "i").await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NotFound);
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        assert_eq!(cloud.entry("t", "i").await.unwrap(), None);
        let entry = LedgerEntry { verdict: Some("{}".to_owned()), ..LedgerEntry::default() };
        cloud.add_entry("t", "i", entry.clone());
        assert_eq!(cloud.entry("t", "i").await.unwrap(), Some(entry));
        assert_eq!(cloud.entry("t", "j").await.unwrap(), None);
    }
}
