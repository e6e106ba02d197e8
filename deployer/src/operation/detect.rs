//! Having CloudFormation compare a stack's resources with its template. Nothing is changed by it.

use crate::error::CommandError;
use crate::plan::{DesiredStack, is_desired};
use cloud::Cloud;
use std::time::Duration;

use tokio::time::sleep;

use super::Operation;
use super::heartbeat::Heartbeat;
use super::retryable::overlook;
use cloud::{CloudError, Detection, ResourceDrift};

/// The first look comes soon, because a detection takes seconds for a small stack; later ones spare
/// CloudFormation.
const FIRST_INTERVAL: Duration = Duration::from_millis(500);
const LONGEST_INTERVAL: Duration = Duration::from_secs(5);
/// A detection takes seconds, a minute for large stacks; after this long nobody waits for its end.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a detection found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Every resource that was compared.
    pub resources: Vec<ResourceDrift>,
    /// Why some were not, where CloudFormation says so.
    pub incomplete: Option<String>,
}

/// Begins a detection and waits for its end.
///
/// # Errors
/// When CloudFormation refuses it, as it does while an operation goes on, or looking fails for minutes on
/// end.
pub async fn detect_drift(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<Compared, CloudError> {
    let id = operation.cloud.drifts.begin(stack_id).await?;
    let incomplete = end(operation, &id).await.map_err(|error| *error)?;
    let resources = operation.cloud.drifts.compared(stack_id).await?;
    Ok(Compared { resources, incomplete })
}

/// Waits for the end of a detection; why it is incomplete, where it is.
async fn end(operation: &mut Operation<'_>, id: &str) -> Result<Option<String>, Box<CloudError>> {
    let mut heartbeat = Heartbeat::new();
    let mut interval = FIRST_INTERVAL;
    loop {
        operation.wait_for(sleep(interval)).await;
        interval = (interval * 3 / 2).min(LONGEST_INTERVAL);
        match operation.cloud.drifts.detection(id).await {
            Ok(Detection::Done) => return Ok(None),
            Ok(Detection::Partial(reason)) => return Ok(Some(reason)),
            Ok(Detection::Going) => heartbeat.beat(operation, "DETECTION_IN_PROGRESS"),
            Err(error) => overlook(operation, error, heartbeat.waited() <= PATIENCE)?,
        }
    }
}

/// Makes sure that what was to be brought back is back: CloudFormation looks for drift by itself, and
/// only in the types and properties that it knows how to read.
pub async fn is_reverted(
    cloud: &Cloud,
    desired: &DesiredStack,
    machine: &str,
) -> Result<(), CommandError> {
    if is_desired(desired, cloud.machines.definition(machine).await?.as_deref()) {
        return Ok(());
    }
    let sentence = "the stack is as wanted, but CloudFormation left the state machine as it was changed \
                    outside";
    Err(CommandError::failed(sentence).hint(
        "change the definition, if only its Comment, and run `deployer up --revert-drift` again",
    ))
}
