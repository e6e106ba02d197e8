//! The resources that are in the way of an operation that failed, as findings.

use crate::cloud::{Cloud, StackResource};
use crate::error::CommandError;
use crate::finding::Finding;

/// Adds what has a resource status to an error, and names the ways on: `hint` is given the logical ids.
/// Where CloudFormation does not say, the error stands as it is.
pub(super) async fn explain(
    cloud: &Cloud,
    stack_id: &str,
    status: &str,
    error: CommandError,
    hint: impl FnOnce(&[&str]) -> String,
) -> CommandError {
    let Ok(resources) = cloud.stacks.stack_resources(stack_id).await else {
        return error;
    };
    let stuck: Vec<&StackResource> =
        resources.iter().filter(|resource| resource.status == status).collect();
    let ids: Vec<&str> = stuck.iter().map(|resource| resource.logical_id.as_str()).collect();
    if ids.is_empty() {
        return error;
    }
    let hint = hint(&ids);
    error.findings(stuck.into_iter().map(finding).collect()).hint(hint)
}

fn finding(resource: &StackResource) -> Finding {
    let name = resource.physical_id.as_deref().unwrap_or("no name in AWS");
    let reason = resource.reason.as_deref().unwrap_or("CloudFormation gives no reason");
    let sentence = format!("{} ({name}): {reason}", resource.resource_type);
    Finding::error("stuck", resource.logical_id.clone(), sentence)
}
