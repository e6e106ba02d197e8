//! CloudFormation in memory: drift detection, which sees edits of state machines.

use async_trait::async_trait;

use crate::{CloudError, Detection, Drifts, PropertyChange, Replacement, ResourceDrift};

use super::MemoryCloud;
use super::physical::Resource;
use super::refusal::{no_stack, validation};
use super::stacks::StackRecord;

const SERVICE: &str = "CloudFormation";

/// How often a detection says that it goes on.
const LOOKS: u32 = 2;

#[async_trait]
impl Drifts for MemoryCloud {
    async fn begin(&self, stack_id: &str) -> Result<String, CloudError> {
        const OPERATION: &str = "DetectStackDrift";
        // It changes nothing but what CloudFormation says of drift.
        let mut world = self.call(SERVICE, OPERATION, false)?;
        let at = world.find_stack(&self.region, stack_id);
        let stack = &world.stacks[at.ok_or_else(|| no_stack(OPERATION, stack_id))?];
        if stack.status.is_busy() {
            let status = stack.status.name();
            let message = format!("Drift detection is not possible while the stack is in {status}");
            return Err(validation(OPERATION, message));
        }
        world.detection_looks = LOOKS;
        Ok("11111111-2222-3333-4444-555555555555".to_owned())
    }

    async fn detection(&self, _id: &str) -> Result<Detection, CloudError> {
        let mut world = self.call(SERVICE, "DescribeStackDriftDetectionStatus", false)?;
        if world.detection_looks > 0 {
            world.detection_looks -= 1;
            return Ok(Detection::Going);
        }
        Ok(world.detection_fails.clone().map_or(Detection::Done, Detection::Partial))
    }

    async fn compared(&self, stack_id: &str) -> Result<Vec<ResourceDrift>, CloudError> {
        const OPERATION: &str = "DescribeStackResourceDrifts";
        let world = self.call(SERVICE, OPERATION, false)?;
        let at = world.find_stack(&self.region, stack_id);
        let stack = &world.stacks[at.ok_or_else(|| no_stack(OPERATION, stack_id))?];
        let blind = world.blind_to_drift;
        Ok(stack.resources.values().map(|resource| compared(stack, resource, blind)).collect())
    }
}

fn compared(stack: &StackRecord, resource: &Resource, blind: bool) -> ResourceDrift {
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
