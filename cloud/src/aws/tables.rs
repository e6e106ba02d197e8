//! DynamoDB over the SDK: the tables themselves.

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;

use crate::{CloudError, ErrorKind, Tables};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`Tables`] over the SDK.
pub(super) struct AwsTables {
    client: Client,
}

impl AwsTables {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_dynamodb, config).build()) }
    }
}

#[async_trait]
impl Tables for AwsTables {
    async fn item_count(&self, table: &str) -> Result<Option<u64>, CloudError> {
        let answer = self.client.describe_table().table_name(table).send().await;
        match answer.map_err(|error| failure("DynamoDB", "DescribeTable", error)) {
            Ok(answer) => {
                let count = answer.table.and_then(|table| table.item_count).unwrap_or_default();
                Ok(Some(u64::try_from(count).unwrap_or_default()))
            }
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}
