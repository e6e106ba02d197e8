//! CloudFormation over the SDK: deleting a stack, continuing a rollback, and listing resources.

use aws_sdk_cloudformation::types::{DeletionMode, StackResourceSummary};

use crate::{CloudError, Continuation, Deletion, ErrorKind, StackResource};

use super::error::failure;
use super::stacks::{AwsStacks, SERVICE, non_empty};

pub(super) async fn delete(
    stacks: &AwsStacks,
    stack_id: &str,
    deletion: &Deletion,
) -> Result<(), CloudError> {
    let retain = (!deletion.retain.is_empty()).then(|| deletion.retain.clone());
    let mode = deletion.force.then_some(DeletionMode::ForceDeleteStack);
    let call = stacks.client.delete_stack().stack_name(stack_id);
    let call = call.client_request_token(&deletion.token);
    let call = call.set_retain_resources(retain).set_deletion_mode(mode);
    let call = call.set_role_arn(deletion.role_arn.clone());
    match call.send().await.map_err(|error| failure(SERVICE, "DeleteStack", error)) {
        Ok(_) => Ok(()),
        Err(missing) if missing.kind == ErrorKind::NotFound => Ok(()),
        Err(refused) => Err(refused),
    }
}

pub(super) async fn continue_rollback(
    stacks: &AwsStacks,
    stack_id: &str,
    continuation: &Continuation,
) -> Result<(), CloudError> {
    let skip = (!continuation.skip.is_empty()).then(|| continuation.skip.clone());
    let call = stacks.client.continue_update_rollback().stack_name(stack_id);
    let call = call.client_request_token(&continuation.token).set_resources_to_skip(skip);
    let call = call.set_role_arn(continuation.role_arn.clone());
    let answer = call.send().await;
    answer.map_err(|error| failure(SERVICE, "ContinueUpdateRollback", error))?;
    Ok(())
}

/// Lists every page.
pub(super) async fn resources(
    stacks: &AwsStacks,
    stack_id: &str,
) -> Result<Vec<StackResource>, CloudError> {
    let call = stacks.client.list_stack_resources().stack_name(stack_id);
    let mut pages = call.into_paginator().send();
    let mut resources = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(SERVICE, "ListStackResources", error))?;
        let listed = page.stack_resource_summaries.unwrap_or_default();
        resources.extend(listed.into_iter().map(resource_of));
    }
    Ok(resources)
}

fn resource_of(resource: StackResourceSummary) -> StackResource {
    let status = resource.resource_status().map(|status| status.as_str().to_owned());
    StackResource {
        status: status.unwrap_or_default(),
        logical_id: resource.logical_resource_id.unwrap_or_default(),
        physical_id: non_empty(resource.physical_resource_id),
        resource_type: resource.resource_type.unwrap_or_default(),
        reason: non_empty(resource.resource_status_reason),
    }
}
