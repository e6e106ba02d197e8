//! Having CloudFormation compare a stack's resources with its template. Nothing is changed by it.

use std::time::Duration;

use tokio::time::sleep;

use super::heartbeat::Heartbeat;
use super::{Event, Operation};
use crate::cloud::{CloudError, Detection, ErrorKind, ResourceDrift};

/// The first look comes soon, because a detection takes seconds for a small stack; later ones spare
/// CloudFormation.
const FIRST_INTERVAL: Duration = Duration::from_millis(500);
const LONGEST_INTERVAL: Duration = Duration::from_secs(5);
/// How many looks in a row may fail, at the longest interval about five minutes, before giving up.
const MAX_FAILED_LOOKS: u32 = 60;

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
    let incomplete = end(operation, &id).await?;
    let resources = operation.cloud.drifts.compared(stack_id).await?;
    Ok(Compared { resources, incomplete })
}

/// Waits for the end of a detection; why it is incomplete, where it is.
async fn end(operation: &mut Operation<'_>, id: &str) -> Result<Option<String>, CloudError> {
    let mut heartbeat = Heartbeat::new();
    let mut interval = FIRST_INTERVAL;
    let mut failed = 0;
    loop {
        sleep(interval).await;
        interval = (interval * 3 / 2).min(LONGEST_INTERVAL);
        match operation.cloud.drifts.detection(id).await {
            Ok(Detection::Done) => return Ok(None),
            Ok(Detection::Partial(reason)) => return Ok(Some(reason)),
            Ok(Detection::Going) => {
                failed = 0;
                heartbeat.beat(operation, "DETECTION_IN_PROGRESS");
            }
            Err(error) => {
                failed += 1;
                let passes = !matches!(error.kind, ErrorKind::Denied | ErrorKind::Invalid);
                if !passes || failed > MAX_FAILED_LOOKS {
                    return Err(error);
                }
                operation.audience.event(&Event::LookFailed { message: error.to_string() });
            }
        }
    }
}
