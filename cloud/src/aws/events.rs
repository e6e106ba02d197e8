//! CloudFormation over the SDK: what happened to a stack.

use aws_sdk_cloudformation::types;
use jiff::Timestamp;

use crate::{CloudError, StackEvent};

use super::error::failure;
use super::stacks::{AwsStacks, SERVICE, non_empty};
use super::time::timestamp;

/// Newest first, page by page until the last known event or the limit.
pub(super) async fn events(
    stacks: &AwsStacks,
    stack_id: &str,
    until: Option<&str>,
    limit: usize,
) -> Result<Vec<StackEvent>, CloudError> {
    let call = stacks.client.describe_stack_events().stack_name(stack_id);
    let mut pages = call.into_paginator().send();
    let mut events = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(SERVICE, "DescribeStackEvents", error))?;
        for event in page.stack_events.unwrap_or_default() {
            if events.len() == limit || (until.is_some() && event.event_id() == until) {
                return Ok(events);
            }
            events.push(event_of(event));
        }
    }
    Ok(events)
}

fn event_of(event: types::StackEvent) -> StackEvent {
    let status = event.resource_status().map(types::ResourceStatus::as_str);
    StackEvent {
        status: status.unwrap_or_default().to_owned(),
        timestamp: event.timestamp().and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
        id: event.event_id.unwrap_or_default(),
        logical_id: event.logical_resource_id.unwrap_or_default(),
        // CloudFormation sends an empty one before the resource has a name.
        physical_id: non_empty(event.physical_resource_id),
        resource_type: event.resource_type.unwrap_or_default(),
        reason: non_empty(event.resource_status_reason),
        token: non_empty(event.client_request_token),
    }
}
