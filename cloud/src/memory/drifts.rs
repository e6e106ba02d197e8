//! CloudFormation in memory: drift detection, which sees edits of state machines.

use async_trait::async_trait;

use crate::{CloudError, Detection, Drifts, PropertyChange, Replacement, ResourceDrift};

use super::MemoryCloud;
use super::physical::Resource;
use super::refusal::{no_stack, validation};
use super::stack_record::StackRecord;

const SERVICE: &str = "CloudFormation";

/// How often a detection reports that it is running.
const POLLS: u32 = 2;

#[async_trait]
impl Drifts for MemoryCloud {
    async fn begin(&self, stack_id: &str) -> Result<String, CloudError> {
        const OPERATION: &str = "DetectStackDrift";
        // It changes only what CloudFormation reports about drift.
        let mut account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let at = account.find_stack(&self.region, stack_id);
        let stack = &account.stacks[at.ok_or_else(|| no_stack(OPERATION, stack_id))?];
        if stack.status.is_busy() {
            let status = stack.status.name();
            let message = format!("Drift detection is not possible while the stack is in {status}");
            return Err(validation(OPERATION, message));
        }
        account.detection_polls = POLLS;
        Ok("11111111-2222-3333-4444-555555555555".to_owned())
    }

    async fn detection(&self, _id: &str) -> Result<Detection, CloudError> {
        let mut account =
            self.pass().await.call(SERVICE, "DescribeStackDriftDetectionStatus", false)?;
        if account.detection_polls > 0 {
            account.detection_polls -= 1;
            return Ok(Detection::InProgress);
        }
        Ok(account.detection_failure.clone().map_or(Detection::Complete, Detection::Partial))
    }

    async fn resource_drifts(&self, stack_id: &str) -> Result<Vec<ResourceDrift>, CloudError> {
        const OPERATION: &str = "DescribeStackResourceDrifts";
        let account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let at = account.find_stack(&self.region, stack_id);
        let stack = &account.stacks[at.ok_or_else(|| no_stack(OPERATION, stack_id))?];
        let blind = account.drift_hidden;
        let of_kind =
            |resource: &&Resource| !account.not_compared.contains(&resource.resource_type);
        let compared = stack.resources.values().filter(of_kind);
        Ok(compared.map(|resource| drift_of(stack, resource, blind)).collect())
    }
}

fn drift_of(stack: &StackRecord, resource: &Resource, blind: bool) -> ResourceDrift {
    let edit = stack.edits.get(&resource.logical_id).filter(|_| !blind);
    let deployed = resource.properties["DefinitionString"].as_str().map(str::to_owned);
    let values = edit.and_then(Clone::clone).map(|edited| PropertyChange {
        path: "/Properties/DefinitionString".to_owned(),
        before: deployed,
        after: Some(edited),
        replacement: Replacement::Never,
    });
    let status = match edit {
        None => "IN_SYNC",
        Some(Some(_)) => "MODIFIED",
        Some(None) => "DELETED",
    };
    ResourceDrift {
        logical_id: resource.logical_id.clone(),
        physical_id: Some(resource.physical_id.clone()),
        resource_type: resource.resource_type.clone(),
        status: status.to_owned(),
        values: values.into_iter().collect(),
    }
}
