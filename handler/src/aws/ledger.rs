//! The ledger in a DynamoDB table, with the schema of the original application and more attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure as OnConditionFailure,
};

use crate::arn::ExecutionArn;
use crate::aws::failure::{call_error, malformed};
use crate::call_error::CallError;
use crate::ledger::{Claim, Entry, Ledger, LedgerError, Terms};
use crate::origin::Origin;
use crate::source::VerdictJson;

/// The hash key, a string.
const KEY: &str = "InvocationId";
/// A string.
const EXECUTION_ARN: &str = "ExecutionArn";
/// A number of epoch seconds: the table's TTL attribute.
const TIME_TO_LIVE: &str = "TimeToLive";
/// A string of JSON. The original application does not have this and the following attributes.
const VERDICT: &str = "Verdict";
/// A string: the name of the output state, empty if the output of the execution is the verdict.
const OUTPUT_STATE: &str = "OutputState";
/// A boolean: whether a bounce was sent.
const BOUNCED: &str = "Bounced";
/// A number of epoch seconds.
const CLAIMED_AT: &str = "ClaimedAt";

const CLAIM: &str = "DynamoDB PutItem";
const RECORD: &str = "DynamoDB UpdateItem";

/// A DynamoDB table.
#[derive(Debug, Clone)]
pub struct DynamoTable {
    client: Client,
    table: String,
}

impl DynamoTable {
    /// The ledger in an existing table.
    #[must_use]
    pub fn new(client: Client, table: String) -> Self {
        Self { client, table }
    }
}

impl Ledger for DynamoTable {
    async fn claim(&self, key: &str, terms: &Terms, expires_at: i64) -> Result<Claim, LedgerError> {
        let output_state = terms.origin.state().unwrap_or_default();
        // If the condition fails, DynamoDB returns the existing item. So claim and read are one
        // request, and the read is as consistent as the write.
        let answer = self
            .client
            .put_item()
            .table_name(&self.table)
            .item(KEY, AttributeValue::S(key.to_owned()))
            .item(EXECUTION_ARN, AttributeValue::S(terms.execution_arn.to_string()))
            .item(OUTPUT_STATE, AttributeValue::S(output_state.to_owned()))
            .item(CLAIMED_AT, AttributeValue::N(terms.claimed_at.to_string()))
            .item(TIME_TO_LIVE, AttributeValue::N(expires_at.to_string()))
            .condition_expression(format!("attribute_not_exists({KEY})"))
            .return_values_on_condition_check_failure(OnConditionFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Claim::Claimed),
            Err(SdkError::ServiceError(failed)) => match failed.err() {
                PutItemError::ConditionalCheckFailedException(found) => {
                    entry(found.item()).map(Claim::Existing).map_err(LedgerError)
                }
                _ => Err(LedgerError(call_error(CLAIM, SdkError::ServiceError(failed)))),
            },
            Err(error) => Err(LedgerError(call_error(CLAIM, error))),
        }
    }

    async fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> Result<String, LedgerError> {
        let keep_first =
            |name: &str, value: &str| format!("{name} = if_not_exists({name}, {value})");
        let expression = [
            format!("{VERDICT} = :verdict"),
            // The entry can have been deleted in the meantime.
            keep_first(EXECUTION_ARN, ":execution"),
            keep_first(TIME_TO_LIVE, ":expires"),
        ]
        .join(", ");
        // As in a claim, DynamoDB returns the existing item if the condition fails.
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(KEY, AttributeValue::S(key.to_owned()))
            .condition_expression(format!("attribute_not_exists({VERDICT})"))
            .return_values_on_condition_check_failure(OnConditionFailure::AllOld)
            .update_expression(format!("SET {expression}"))
            .expression_attribute_values(":verdict", AttributeValue::S(verdict.as_str().to_owned()))
            .expression_attribute_values(":execution", AttributeValue::S(execution.to_string()))
            .expression_attribute_values(":expires", AttributeValue::N(expires_at.to_string()))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(verdict.as_str().to_owned()),
            Err(SdkError::ServiceError(failed)) => match failed.err() {
                UpdateItemError::ConditionalCheckFailedException(found) => {
                    let recorded = found.item().and_then(|item| text(item, VERDICT));
                    recorded.map(str::to_owned).ok_or_else(|| {
                        LedgerError(malformed(RECORD, "DynamoDB did not return the verdict", None))
                    })
                }
                _ => Err(LedgerError(call_error(RECORD, SdkError::ServiceError(failed)))),
            },
            Err(error) => Err(LedgerError(call_error(RECORD, error))),
        }
    }

    async fn note_bounce(&self, key: &str) -> Result<(), LedgerError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(KEY, AttributeValue::S(key.to_owned()))
            // An entry without an execution could not be read.
            .condition_expression(format!("attribute_exists({KEY})"))
            .update_expression(format!("SET {BOUNCED} = :true"))
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(failed))
                if failed.err().is_conditional_check_failed_exception() =>
            {
                Ok(())
            }
            Err(error) => Err(LedgerError(call_error(RECORD, error))),
        }
    }
}

type Item = HashMap<String, AttributeValue>;

fn entry(item: Option<&Item>) -> Result<Entry, CallError> {
    let item = item.ok_or_else(|| malformed(CLAIM, "DynamoDB did not return the entry", None))?;
    let execution_arn = text(item, EXECUTION_ARN)
        .ok_or_else(|| malformed(CLAIM, "the entry has no `ExecutionArn`", None))?;
    let execution_arn = execution_arn.parse().map_err(|fault| {
        malformed(CLAIM, "the entry's `ExecutionArn` is not valid", Some(Box::new(fault)))
    })?;
    Ok(Entry {
        execution_arn,
        origin: text(item, OUTPUT_STATE).map(origin),
        claimed_at: number(item, CLAIMED_AT),
        verdict: text(item, VERDICT).map(str::to_owned),
        bounced: item.get(BOUNCED).is_some_and(|value| value.as_bool() == Ok(&true)),
    })
}

fn origin(output_state: &str) -> Origin {
    Origin::from((!output_state.is_empty()).then(|| output_state.to_owned()))
}

fn number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
