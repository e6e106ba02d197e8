//! Removes what was prepared for a change set that was then declined, except what others use.

use super::remove::remove_if_empty;
use super::retire::{Hidden, Retired, retire};
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
    let place = &desired.artifacts;
    let ArtifactPlace { bucket, owner, is_given, .. } = place;
    let keys = made.iter().map(|made| made.key.clone()).collect();
    let Retired { hidden, kept } = retire(operation, place, desired.name.as_str(), keys).await?;
    for key in kept {
        operation.observer.on_event(&Event::ArtifactKept { bucket: bucket.clone(), key });
    }
    let storage = &operation.cloud.storage;
    for Hidden { key, marker } in hidden.iter().filter(|_| !is_given) {
        // Other versions are not of this run.
        let version = made.iter().find(|made| made.key == *key);
        let version = version.and_then(|made| made.version.as_ref());
        for version in version.into_iter().chain(marker) {
            storage.delete_object(bucket, owner, key, Some(version)).await?;
        }
    }
    if plan.steps.contains(&Step::CreateBucket) {
        remove_if_empty(operation, bucket, owner).await?;
    }
    Ok(())
}
