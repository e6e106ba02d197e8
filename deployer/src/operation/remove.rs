//! Applying the plan of `down`.

use super::change_set::{ended, newest_event};
use super::{Event, Operation, OperationError, Outcome, follow};
use crate::cloud::StackStatus;
use crate::plan::{Removal, RemovalStep};

/// Where a stack's artifacts are.
#[derive(Debug, Clone, Copy)]
pub struct Artifacts<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The account that owns it.
    pub owner: &'a str,
    /// The stack's prefix.
    pub prefix: &'a str,
}

/// Takes the removal's steps in their order.
///
/// # Errors
/// At the first step that fails; the next `down` goes on from there.
pub async fn remove(
    operation: &mut Operation<'_>,
    removal: &Removal,
    artifacts: Artifacts<'_>,
) -> Result<(), OperationError> {
    let removed = take_steps(operation, removal, artifacts).await;
    let outcome = if removed.is_ok() { Outcome::Removed } else { Outcome::Failed };
    operation.audience.event(&Event::Finished { outcome, outputs: Vec::new() });
    removed
}

async fn take_steps(
    operation: &mut Operation<'_>,
    removal: &Removal,
    artifacts: Artifacts<'_>,
) -> Result<(), OperationError> {
    let storage = &operation.cloud.storage;
    let (bucket, owner) = (artifacts.bucket, artifacts.owner);
    for step in &removal.steps {
        match step {
            RemovalStep::DeleteStack { stack_id } => delete_stack(operation, stack_id).await?,
            RemovalStep::PurgeArtifacts => {
                let versions = storage.purge(bucket, owner, artifacts.prefix).await?;
                let bucket = bucket.to_owned();
                operation.audience.event(&Event::ArtifactsRemoved { bucket, versions });
            }
            RemovalStep::RemoveBucketIfEmpty => {
                let empty = storage.is_empty(bucket, owner, "").await?;
                let name = bucket.to_owned();
                operation.audience.event(&if empty {
                    storage.delete_bucket(bucket, owner).await?;
                    Event::BucketRemoved { bucket: name }
                } else {
                    Event::BucketKept { bucket: name }
                });
            }
        }
    }
    Ok(())
}

/// Deletes a stack and follows it until it is gone.
pub(super) async fn delete_stack(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<(), OperationError> {
    let since = newest_event(operation, stack_id).await?;
    let token = operation.token("delete");
    operation.cloud.stacks.delete(stack_id, &token).await?;
    operation.audience.event(&Event::StackStarted {
        operation: "delete".to_owned(),
        stack_id: stack_id.to_owned(),
    });
    let settled = follow(operation, stack_id, since).await?;
    match &settled.stack {
        None => Ok(()),
        Some(stack) if stack.status == StackStatus::DeleteComplete => Ok(()),
        Some(_) => Err(ended(operation, settled).await),
    }
}
