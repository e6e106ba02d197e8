//! KMS's keys in memory: those that a test sets.

use async_trait::async_trait;

use crate::{CloudError, EncryptionKey, Keys};

use super::MemoryCloud;

impl MemoryCloud {
    /// Adds a key, or changes it.
    pub fn set_key(&self, arn: &str, key: EncryptionKey) {
        self.lock().keys.insert(arn.to_owned(), key);
    }
}

#[async_trait]
impl Keys for MemoryCloud {
    async fn key(&self, arn: &str) -> Result<Option<EncryptionKey>, CloudError> {
        let account = self.pass().await.call("KMS", "DescribeKey", false)?;
        Ok(account.keys.get(arn).cloned())
    }
}
