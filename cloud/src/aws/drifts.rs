//! CloudFormation over the SDK: drift detection.

use async_trait::async_trait;
use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::types::{
    PropertyDifference, StackDriftDetectionStatus, StackResourceDrift, StackResourceDriftStatus,
};

use crate::{CloudError, Detection, Drifts, PropertyChange, Replacement, ResourceDrift};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};
use super::stacks::{SERVICE, non_empty};

/// [`Drifts`] over the SDK.
pub(super) struct AwsDrifts {
    client: Client,
}

impl AwsDrifts {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_cloudformation, config).build()) }
    }
}

#[async_trait]
impl Drifts for AwsDrifts {
    async fn begin(&self, stack_id: &str) -> Result<String, CloudError> {
        let answer = self.client.detect_stack_drift().stack_name(stack_id).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, "DetectStackDrift", error))?;
        Ok(answer.stack_drift_detection_id.unwrap_or_default())
    }

    async fn detection(&self, id: &str) -> Result<Detection, CloudError> {
        const OPERATION: &str = "DescribeStackDriftDetectionStatus";
        let call = self.client.describe_stack_drift_detection_status();
        let answer = call.stack_drift_detection_id(id).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, OPERATION, error))?;
        let reason = non_empty(answer.detection_status_reason);
        Ok(match answer.detection_status {
            Some(StackDriftDetectionStatus::DetectionInProgress) => Detection::InProgress,
            Some(StackDriftDetectionStatus::DetectionFailed) => {
                Detection::Partial(reason.unwrap_or_else(|| "no reason was given".to_owned()))
            }
            _ => Detection::Complete,
        })
    }

    async fn resource_drifts(&self, stack_id: &str) -> Result<Vec<ResourceDrift>, CloudError> {
        const OPERATION: &str = "DescribeStackResourceDrifts";
        let mut drifts = Vec::new();
        let mut next = None;
        loop {
            let call = self.client.describe_stack_resource_drifts().stack_name(stack_id);
            let answer = call.set_next_token(next).send().await;
            let answer = answer.map_err(|error| failure(SERVICE, OPERATION, error))?;
            let page = answer.stack_resource_drifts.unwrap_or_default();
            drifts.extend(page.into_iter().map(drift_of));
            next = non_empty(answer.next_token);
            if next.is_none() {
                return Ok(drifts);
            }
        }
    }
}

fn drift_of(drift: StackResourceDrift) -> ResourceDrift {
    let status = drift.stack_resource_drift_status.as_ref().map(StackResourceDriftStatus::as_str);
    let differences = drift.property_differences.unwrap_or_default();
    ResourceDrift {
        status: status.unwrap_or_default().to_owned(),
        logical_id: drift.logical_resource_id.unwrap_or_default(),
        physical_id: non_empty(drift.physical_resource_id),
        resource_type: drift.resource_type.unwrap_or_default(),
        values: differences.into_iter().map(value_of).collect(),
    }
}

/// CloudFormation sends `null` for a missing value.
fn value_of(difference: PropertyDifference) -> PropertyChange {
    let there = |value: Option<String>| value.filter(|value| value != "null");
    PropertyChange {
        // Paths of drift start at the properties, those of change sets at the resource.
        path: format!("/Properties{}", difference.property_path.unwrap_or_default()),
        before: there(difference.expected_value),
        after: there(difference.actual_value),
        replacement: Replacement::Never,
    }
}
