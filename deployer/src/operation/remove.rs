//! Applies the plan of `down`.

use std::collections::BTreeSet;

use super::change_set::newest_event;
use super::follow::follow_to;
use super::retire::{Hidden, Retired, retire};
use super::{Event, Operation, OperationError, OperationOutcome};
use crate::config::StackName;
use crate::installation::ArtifactPlace;
use crate::plan::{Removal, RemovalStep};
use cloud::{CloudError, Deletion, StackEvent, StackResource, StackStatus, StoredVersion};

/// Runs the removal's steps in order.
/// Fails at the first step that fails; the next `down` continues from there.
pub async fn remove(
    operation: &mut Operation<'_>,
    removal: &Removal,
    artifacts: &ArtifactPlace,
    name: &StackName,
) -> Result<(), OperationError> {
    let removed = run_steps(operation, removal, artifacts, name).await;
    let outcome = match &removed {
        Ok(_) if removal.keeps_stack => OperationOutcome::Cleared,
        Ok(Remains::Nothing) => OperationOutcome::Removed,
        Ok(Remains::Resources) => OperationOutcome::RemovedInPart,
        Err(_) => OperationOutcome::Failed,
    };
    operation.observer.on_event(&Event::Finished { outcome, outputs: Vec::new() });
    removed.map(drop)
}

/// What remains of a deleted stack.
pub(super) enum Remains {
    Nothing,
    Resources,
}

async fn run_steps(
    operation: &mut Operation<'_>,
    removal: &Removal,
    artifacts: &ArtifactPlace,
    name: &StackName,
) -> Result<Remains, OperationError> {
    let storage = &operation.cloud.storage;
    let ArtifactPlace { bucket, owner, .. } = artifacts;
    let mut remains = Remains::Nothing;
    for step in &removal.steps {
        match step {
            RemovalStep::Unprotect { stack_id } => {
                operation.cloud.stacks.protect(stack_id, false).await?;
                operation.observer.on_event(&Event::ProtectionSwitched { on: false });
            }
            RemovalStep::DeleteStack { stack_id, retain, force, role_arn, remaining } => {
                let deletion = Deletion {
                    token: operation.token("delete"),
                    retain: retain.clone(),
                    force: *force,
                    role_arn: role_arn.clone(),
                };
                remains = delete_stack(operation, stack_id, &deletion, remaining).await?;
            }
            RemovalStep::RemoveObjects(place) => {
                let ArtifactPlace { bucket, owner, prefix, .. } = place;
                let mut keys = unless_gone(storage.list_objects(bucket, owner, prefix).await)?;
                keys.retain(|key| place.has(key));
                for key in &keys {
                    unless_gone(storage.delete_object(bucket, owner, key, None).await)?;
                }
                let (bucket, versions) = (bucket.clone(), keys.len());
                operation.observer.on_event(&Event::ArtifactsRemoved { bucket, versions });
            }
            RemovalStep::PurgeArtifacts => {
                let versions = purge(operation, artifacts, name).await?;
                let bucket = bucket.clone();
                operation.observer.on_event(&Event::ArtifactsRemoved { bucket, versions });
            }
            RemovalStep::RemoveBucketIfEmpty => {
                let gone = remove_if_empty(operation, bucket, owner).await?;
                let bucket = bucket.clone();
                operation.observer.on_event(&match gone {
                    true => Event::BucketRemoved { bucket },
                    false => Event::BucketKept { bucket },
                });
            }
        }
    }
    Ok(remains)
}

/// Removes every version of the stack's objects in the deployer's bucket, unless another command
/// has created a stack of the same name meanwhile, which uses them. Returns the number of versions.
///
/// Only versions that were there before the objects were hidden are removed: a command that uploads one later also
/// checks later that it is there.
async fn purge(
    operation: &Operation<'_>,
    place: &ArtifactPlace,
    name: &StackName,
) -> Result<usize, OperationError> {
    let ArtifactPlace { bucket, owner, prefix, .. } = place;
    let storage = &operation.cloud.storage;
    let mut versions = unless_gone(storage.versions(bucket, owner, prefix).await)?;
    let keys: BTreeSet<_> = versions.iter().map(|one| one.key.clone()).collect();
    let keys = Vec::from_iter(keys);
    let Retired { hidden, .. } = match retire(operation, place, name.as_str(), keys).await {
        Err(OperationError::Cloud(gone)) if is_gone(&gone) => return Ok(0),
        retired => retired?,
    };
    versions.retain(|one| hidden.iter().any(|hidden| hidden.key == one.key));
    let markers = hidden.into_iter().filter_map(|Hidden { key, marker }| {
        marker.map(|marker| StoredVersion { key, version: Some(marker) })
    });
    versions.extend(markers);
    unless_gone(storage.delete_versions(bucket, owner, &versions).await)?;
    Ok(versions.len())
}

fn is_gone(error: &CloudError) -> bool {
    error.code.as_deref() == Some("NoSuchBucket")
}

/// The response of a call to a bucket; nothing if another command has removed the bucket meanwhile.
fn unless_gone<T: Default>(answer: Result<T, CloudError>) -> Result<T, OperationError> {
    match answer {
        Err(gone) if is_gone(&gone) => Ok(T::default()),
        answer => Ok(answer?),
    }
}

/// Removes a bucket, unless others have something in it, or put something into it meanwhile. Returns whether it
/// is gone.
pub(super) async fn remove_if_empty(
    operation: &Operation<'_>,
    bucket: &str,
    owner: &str,
) -> Result<bool, OperationError> {
    let storage = &operation.cloud.storage;
    let removed = match storage.is_empty(bucket, owner, "").await {
        Ok(true) => storage.delete_bucket(bucket, owner).await.map(|()| true),
        other => other,
    };
    match removed {
        Err(gone) if is_gone(&gone) => Ok(true),
        Err(used) if used.code.as_deref() == Some("BucketNotEmpty") => Ok(false),
        removed => Ok(removed?),
    }
}

/// Deletes a stack with all its resources, and follows it until it is gone.
pub(super) async fn delete_whole_stack(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<Remains, OperationError> {
    let deletion = Deletion::new(operation.token("delete"));
    delete_stack(operation, stack_id, &deletion, &[]).await
}

/// Deletes a stack and follows it until it is gone. `remaining` lists its known resources.
async fn delete_stack(
    operation: &mut Operation<'_>,
    stack_id: &str,
    deletion: &Deletion,
    remaining: &[StackResource],
) -> Result<Remains, OperationError> {
    let since = newest_event(operation, stack_id).await?;
    operation.cloud.stacks.delete(stack_id, deletion).await?;
    operation.observer.on_event(&Event::StackStarted {
        operation: "delete".to_owned(),
        stack_id: stack_id.to_owned(),
        expected_seconds: None,
    });
    let settled = follow_to(operation, stack_id, since, &StackStatus::DeleteComplete).await?;
    let resources = left_behind(remaining, &settled.events);
    if resources.is_empty() {
        return Ok(Remains::Nothing);
    }
    operation.observer.on_event(&Event::LeftBehind { resources });
    Ok(Remains::Resources)
}

/// The remaining resources that were not deleted, and those that the template retains.
fn left_behind(remaining: &[StackResource], events: &[StackEvent]) -> Vec<StackResource> {
    let has = |id: &str, status: &str| {
        events.iter().any(|event| event.logical_id == id && event.status == status)
    };
    let undeleted =
        remaining.iter().filter(|resource| !has(&resource.logical_id, "DELETE_COMPLETE"));
    let mut left: Vec<StackResource> = undeleted.cloned().collect();
    let is_known = |id: &str| remaining.iter().any(|resource| resource.logical_id == id);
    let kept = events.iter().filter(|event| event.status == "DELETE_SKIPPED");
    left.extend(kept.filter(|event| !is_known(&event.logical_id)).map(StackResource::from));
    left
}
