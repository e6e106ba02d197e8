//! Drift detection: CloudFormation compares a stack's resources with its template. Nothing is
//! changed.

use crate::error::CommandError;
use crate::plan::{DesiredStack, is_desired};
use cloud::Cloud;
use std::time::Duration;

use tokio::time::sleep;

use super::Operation;
use super::heartbeat::Heartbeat;
use super::retryable::tolerate;
use cloud::{CloudError, Detection, ResourceDrift};

/// The first poll comes soon, because a detection takes seconds for a small stack; later polls are
/// less frequent to limit calls to CloudFormation.
/// Source: CloudFormation API reference, `DetectStackDrift`: "up to several minutes".
const FIRST_INTERVAL: Duration = Duration::from_millis(500);
const LONGEST_INTERVAL: Duration = Duration::from_secs(5);
/// A detection takes seconds, a minute for large stacks; after this time, it counts as failed.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The result of a detection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub resources: Vec<ResourceDrift>,
    /// Why some resources were not compared, if CloudFormation says so.
    pub incomplete: Option<String>,
}

/// Starts a detection and waits for its end.
/// Fails when CloudFormation refuses, as it does during an operation, or polling fails for minutes.
pub async fn detect_drift(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<Compared, CloudError> {
    let id = operation.cloud.drifts.begin(stack_id).await?;
    let incomplete = end(operation, &id).await.map_err(|error| *error)?;
    let resources = operation.cloud.drifts.resource_drifts(stack_id).await?;
    Ok(Compared { resources, incomplete })
}

/// Waits for the end of a detection; returns why it is incomplete, if it is.
async fn end(operation: &mut Operation<'_>, id: &str) -> Result<Option<String>, Box<CloudError>> {
    let mut heartbeat = Heartbeat::new();
    let mut interval = FIRST_INTERVAL;
    loop {
        operation.wait_for(sleep(interval)).await;
        interval = (interval * 3 / 2).min(LONGEST_INTERVAL);
        match operation.cloud.drifts.detection(id).await {
            Ok(Detection::Complete) => return Ok(None),
            Ok(Detection::Partial(reason)) => return Ok(Some(reason)),
            Ok(Detection::InProgress) => heartbeat.beat(operation, "DETECTION_IN_PROGRESS"),
            Err(error) => tolerate(operation, error, heartbeat.waited() <= TIMEOUT)?,
        }
    }
}

/// Checks that the drift was reverted: CloudFormation finds drift by itself, and only in the types
/// and properties that it can read.
pub async fn is_reverted(
    cloud: &Cloud,
    desired: &DesiredStack,
    machine: &str,
) -> Result<(), CommandError> {
    if is_desired(desired, cloud.machines.definition(machine).await?.as_deref()) {
        return Ok(());
    }
    let sentence = "the stack is up to date, but CloudFormation did not revert the changes to the \
                    state machine that were made outside the stack";
    Err(CommandError::failed(sentence)
        .hint("change the definition (its Comment is enough) and rerun `up` with --revert-drift"))
}
