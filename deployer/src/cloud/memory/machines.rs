//! Step Functions in memory: the machines that the account's stacks made, and edits in the console.

use async_trait::async_trait;
use serde_json::Value;

use crate::cloud::{CloudError, Machines, Validation};

use super::MemoryCloud;

impl MemoryCloud {
    /// What Step Functions thinks of every definition from now on.
    pub fn set_validation(&self, validation: Validation) {
        self.peek().validation = Some(validation);
    }
}

#[async_trait]
impl Machines for MemoryCloud {
    async fn definition(&self, arn: &str) -> Result<Option<String>, CloudError> {
        let world = self.call("Step Functions", "DescribeStateMachine", false)?;
        let stacks = world.stacks.iter().filter(|stack| stack.site.region == self.region);
        let mut found = stacks.filter_map(|stack| {
            let mut machines = stack.resources.values();
            let machine = machines.find(|resource| resource.physical_id == arn)?;
            match stack.edits.get(&machine.logical_id) {
                Some(edited) => edited.clone(),
                None => deployed(&machine.properties),
            }
        });
        Ok(found.next())
    }

    async fn validate(&self, _definition: &str) -> Result<Validation, CloudError> {
        let world = self.call("Step Functions", "ValidateStateMachineDefinition", false)?;
        let sound = Validation { accepted: true, ..Validation::default() };
        Ok(world.validation.clone().unwrap_or(sound))
    }
}

/// The definition of a template, which has it as a text or as an object.
fn deployed(properties: &Value) -> Option<String> {
    match properties.get("Definition") {
        Some(definition) => Some(definition.to_string()),
        None => properties["DefinitionString"].as_str().map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": "{}", "StateMachineName": "m"}}}}"#;

    #[tokio::test]
    async fn a_machine_is_as_the_stack_made_it_until_somebody_edits_it() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
        assert_eq!(cloud.definition(arn).await.unwrap(), None);
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        assert_eq!(cloud.definition(arn).await.unwrap().unwrap(), "{}");
        cloud.edit_machine("st", "M", "{\"a\":1}");
        assert_eq!(cloud.definition(arn).await.unwrap().unwrap(), "{\"a\":1}");
        cloud.delete_machine("st", "M");
        assert_eq!(cloud.definition(arn).await.unwrap(), None);
    }
}
