//! Lambda in memory: the functions that the account's stacks made.

use async_trait::async_trait;
use serde_json::Value;

use crate::cloud::{CloudError, Function, Functions};

use super::MemoryCloud;
use super::physical::Resource;
use super::world::World;

#[async_trait]
impl Functions for MemoryCloud {
    async fn function(&self, name_or_arn: &str) -> Result<Option<Function>, CloudError> {
        let world = self.call("Lambda", "GetFunctionConfiguration", false)?;
        let named = |function: &Function| {
            let name = function.arn.rsplit(':').next();
            function.arn == name_or_arn || name == Some(name_or_arn)
        };
        let by_hand = world.functions.iter().find(|f| named(f)).cloned();
        Ok(by_hand.or_else(|| deployed(&world, &self.region).into_iter().find(named)))
    }
}

fn deployed(world: &World, region: &str) -> Vec<Function> {
    let stacks = world.stacks.iter();
    stacks
        .filter(|stack| stack.site.region == region)
        .flat_map(|stack| stack.resources.values())
        .filter(|resource| resource.resource_type == "AWS::Lambda::Function")
        .map(function_of)
        .collect()
}

fn function_of(resource: &Resource) -> Function {
    // Lambda's default, where the template says nothing.
    let architecture = resource.properties["Architectures"][0].as_str().unwrap_or("x86_64");
    let variables = resource.properties["Environment"]["Variables"].as_object();
    let variables = variables.into_iter().flatten();
    let variable =
        |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Function {
        arn: resource.attributes.get("Arn").cloned().unwrap_or_default(),
        state: "Active".to_owned(),
        state_reason: None,
        last_update: "Successful".to_owned(),
        last_update_reason: None,
        architecture: architecture.to_owned(),
        environment: variables.filter_map(variable).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"{"Resources": {"Fn": {"Type": "AWS::Lambda::Function",
        "Properties": {"FunctionName": "flow", "Architectures": ["arm64"],
            "Environment": {"Variables": {"TABLE": {"Ref": "AWS::StackName"}}}}}}}"#;

    #[tokio::test]
    async fn a_stacks_function_is_found_by_name_and_by_arn() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        assert_eq!(cloud.function("flow").await.unwrap(), None);
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        let function = cloud.function("flow").await.unwrap().unwrap();
        assert_eq!(function.architecture, "arm64");
        assert_eq!(function.environment["TABLE"], "st");
        assert_eq!(function.arn, "arn:aws:lambda:us-east-1:123456789012:function:flow");
        assert!(cloud.function(&function.arn).await.unwrap().is_some());
        let elsewhere = cloud.in_region("eu-west-1");
        assert_eq!(elsewhere.function("flow").await.unwrap(), None);
    }
}
