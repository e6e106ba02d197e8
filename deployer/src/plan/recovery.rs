//! The plan of `recover`.

use super::planner::is_ours;
use cloud::{Stack, StackResource, StackStatus};

/// How to continue a failed rollback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    pub stack_id: String,
    /// The resources that could not be rolled back.
    pub failed: Vec<StackResource>,
    /// Those of them that CloudFormation skips, by logical id.
    pub skip: Vec<String>,
    /// The role that CloudFormation assumes.
    pub role_arn: Option<String>,
}

/// Why there is nothing to recover from, or another way to do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRecovered {
    /// The deployer did not create the stack.
    NotOurs,
    /// An operation is in progress.
    Busy(StackStatus),
    /// The stack accepts updates.
    Sound(StackStatus),
    /// The first creation failed: there is nothing to roll back to.
    NeverCreated(StackStatus),
    /// A deletion failed.
    DeleteFailed,
    /// Resources to skip that are not among those that could not be rolled back.
    NotStuck {
        named: Vec<String>,
        /// The logical ids of those that could not be.
        stuck: Vec<String>,
    },
}

/// Decides what `recover` does. `resources` are the stack's. `is_original` says whether it is a stack of the original
/// application, whose adoption failed.
/// Fails when the stack is in another state than UPDATE_ROLLBACK_FAILED, or `skip` names a resource
/// that does not block the rollback. Source: CloudFormation API reference,
/// `ContinueUpdateRollback`, ResourcesToSkip ("specify only resources that are in the UPDATE_FAILED
/// state because a rollback failed").
pub fn plan_recovery(
    stack: &Stack,
    is_original: bool,
    resources: &[StackResource],
    skip: &[String],
    role_arn: Option<&str>,
) -> Result<Recovery, NotRecovered> {
    let status = stack.status.clone();
    if !is_ours(stack) && !is_original {
        return Err(NotRecovered::NotOurs);
    }
    match &status {
        StackStatus::UpdateRollbackFailed => {}
        busy if busy.is_busy() => return Err(NotRecovered::Busy(status)),
        StackStatus::DeleteFailed => return Err(NotRecovered::DeleteFailed),
        failed if failed.never_created() => return Err(NotRecovered::NeverCreated(status)),
        _ => return Err(NotRecovered::Sound(status)),
    }
    let failed: Vec<StackResource> =
        resources.iter().filter(|resource| blocks_the_rollback(resource)).cloned().collect();
    let is_stuck = |id: &String| failed.iter().any(|resource| resource.logical_id == *id);
    let named: Vec<String> = skip.iter().filter(|id| !is_stuck(id)).cloned().collect();
    if !named.is_empty() {
        let stuck = failed.into_iter().map(|resource| resource.logical_id).collect();
        return Err(NotRecovered::NotStuck { named, stuck });
    }
    Ok(Recovery {
        stack_id: stack.id.clone(),
        failed,
        skip: skip.to_vec(),
        role_arn: role_arn.map(str::to_owned),
    })
}

/// Whether it could not be rolled back. Updates that were only canceled have the same status; they
/// do not block the rollback, and cannot be skipped. Source: as above.
fn blocks_the_rollback(resource: &StackResource) -> bool {
    let cancelled = |reason: &String| reason.contains("Resource update cancelled");
    resource.status == "UPDATE_FAILED" && !resource.reason.as_ref().is_some_and(cancelled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_update_does_not_block_the_rollback() {
        let resource = |status: &str, reason: Option<&str>| StackResource {
            logical_id: "Fn".to_owned(),
            physical_id: None,
            resource_type: "AWS::Lambda::Function".to_owned(),
            status: status.to_owned(),
            reason: reason.map(str::to_owned),
        };
        assert!(blocks_the_rollback(&resource("UPDATE_FAILED", Some("the old code is gone"))));
        assert!(blocks_the_rollback(&resource("UPDATE_FAILED", None)));
        assert!(!blocks_the_rollback(&resource(
            "UPDATE_FAILED",
            Some("Resource update cancelled")
        )));
        assert!(!blocks_the_rollback(&resource("UPDATE_COMPLETE", None)));
    }
}
