//! CloudFormation over the SDK: what failed, and why.

use aws_sdk_cloudformation::types::{
    EventFilter, EventType, HookFailureMode, OperationEvent, ResourceStatus,
};
use jiff::Timestamp;

use crate::{CloudError, Failure, FailureKind, FailureScope};

use super::error::failure;
use super::stacks::{AwsStacks, SERVICE, non_empty};
use super::time::timestamp;

pub(super) async fn failures(
    stacks: &AwsStacks,
    of: FailureScope<'_>,
) -> Result<Vec<Failure>, CloudError> {
    let filter = EventFilter::builder().failed_events(true).build();
    let call = stacks.client.describe_events().filters(filter);
    let call = match of {
        FailureScope::ChangeSet(id) => call.change_set_name(&id.id),
        FailureScope::Operation(id) => call.operation_id(id),
        FailureScope::Stack(id) => call.stack_name(id),
    };
    let mut pages = call.into_paginator().send();
    let mut failures = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(SERVICE, "DescribeEvents", error))?;
        failures.extend(page.operation_events.unwrap_or_default().into_iter().map(failure_of));
    }
    failures.sort_by_key(|failure| failure.timestamp);
    Ok(failures)
}

fn failure_of(event: OperationEvent) -> Failure {
    let kind = match event.event_type {
        Some(EventType::ValidationError) => FailureKind::Validation,
        Some(EventType::HookInvocationError) => FailureKind::Hook,
        _ => FailureKind::Resource,
    };
    let mode = event.validation_failure_mode.as_ref().or(event.hook_failure_mode.as_ref());
    let status = event.resource_status.as_ref().map(ResourceStatus::as_str);
    Failure {
        kind,
        warning: mode == Some(&HookFailureMode::Warn),
        timestamp: event.timestamp().and_then(timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
        status: status.unwrap_or_default().to_owned(),
        logical_id: event.logical_resource_id.unwrap_or_default(),
        resource_type: event.resource_type.unwrap_or_default(),
        reason: non_empty(event.validation_status_reason)
            .or(non_empty(event.hook_status_reason))
            .or(non_empty(event.resource_status_reason))
            .unwrap_or_default(),
        path: non_empty(event.validation_path),
        check: non_empty(event.validation_name).or(non_empty(event.hook_type)),
    }
}
