//! Takes back what was prepared for a change set that was then declined, and nothing that others use.

use super::remove::remove_if_empty;
use super::upload::Made;
use super::{Event, Operation, OperationError};
use crate::installation::ArtifactPlace;
use crate::plan::{DesiredStack, Plan, Step};

/// Removes what this run created.
/// Fails when AWS refuses a read or a deletion.
pub(super) async fn undo_preparations(
    operation: &mut Operation<'_>,
    plan: &Plan,
    desired: &DesiredStack,
    made: &[Made],
) -> Result<(), OperationError> {
    let ArtifactPlace { bucket, owner, is_given, .. } = &desired.artifacts;
    let templates = match made {
        [] => Some(Vec::new()),
        _ => templates(operation, desired.name.as_str()).await?,
    };
    let storage = &operation.cloud.storage;
    for Made { key, version } in made {
        let is_used = templates.as_ref().is_none_or(|all| all.iter().any(|one| one.contains(key)));
        match (is_used, is_given) {
            (true, _) => operation
                .observer
                .on_event(&Event::ArtifactKept { bucket: bucket.clone(), key: key.clone() }),
            // Other versions are not of this run.
            (false, _) if version.is_some() || *is_given => {
                storage.delete_object(bucket, owner, key, version.as_deref()).await?;
            }
            (false, _) => drop(storage.purge(bucket, owner, key).await?),
        }
    }
    if plan.steps.contains(&Step::CreateBucket) {
        remove_if_empty(operation, bucket, owner).await?;
    }
    Ok(())
}

/// The templates that may name artifacts of a stack: its own and those of its change sets. `None` while
/// somebody else's operation changes it.
async fn templates(
    operation: &Operation<'_>,
    name: &str,
) -> Result<Option<Vec<String>>, OperationError> {
    let stacks = &operation.cloud.stacks;
    let Some(stack) = stacks.describe(name).await? else { return Ok(Some(Vec::new())) };
    if stack.status.is_busy() {
        return Ok(None);
    }
    let mut templates = Vec::from_iter(stacks.template(&stack.id).await?);
    for change_set in stacks.change_sets(&stack.id).await? {
        templates.extend(stacks.change_set_template(&change_set).await?);
    }
    Ok(Some(templates))
}
