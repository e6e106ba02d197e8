//! DynamoDB over the SDK: the entries that the handler writes.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::{CloudError, Entries, LedgerEntry};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// The hash key. `handler::aws` defines this name and those below.
const KEY: &str = "InvocationId";

/// [`Entries`] over the SDK.
pub(super) struct AwsEntries {
    client: Client,
}

impl AwsEntries {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_dynamodb, config).build()) }
    }
}

#[async_trait]
impl Entries for AwsEntries {
    async fn entry(
        &self,
        table: &str,
        invocation_id: &str,
    ) -> Result<Option<LedgerEntry>, CloudError> {
        let answer = self
            .client
            .get_item()
            .table_name(table)
            .key(KEY, AttributeValue::S(invocation_id.to_owned()))
            .consistent_read(true)
            .send()
            .await;
        let answer = answer.map_err(|error| failure("DynamoDB", "GetItem", error))?;
        Ok(answer.item.as_ref().map(entry_of))
    }
}

type Item = HashMap<String, AttributeValue>;

fn entry_of(item: &Item) -> LedgerEntry {
    LedgerEntry {
        execution_arn: text(item, "ExecutionArn"),
        output_state: text(item, "OutputState"),
        claimed_at: instant(item, "ClaimedAt"),
        expires_at: instant(item, "TimeToLive"),
        verdict: text(item, "Verdict"),
    }
}

fn text(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

/// Epoch seconds.
fn instant(item: &Item, name: &str) -> Option<Timestamp> {
    let seconds = item.get(name)?.as_n().ok()?.parse().ok()?;
    Timestamp::from_second(seconds).ok()
}
