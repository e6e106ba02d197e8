//! Lambda in memory: the functions that the account's stacks created, and the replies that a test
//! plans.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::sleep;

use crate::{CloudError, ErrorKind, Function, Functions, Reply};

use super::MemoryCloud;
use super::account::Account;
use super::physical::Resource;
use super::refusal::refuse;

/// The attribute of a function in a stack that is the digest of its code.
pub(super) const CODE: &str = "CodeSha256";

/// The default reply of a function: the verdict of the built-in flow.
const DELIVER: &str = r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;

/// The longest time that Lambda lets a function run.
/// Source: AWS Lambda developer guide, "Lambda quotas".
const MAX_RUN_TIME: Duration = Duration::from_secs(900);

impl MemoryCloud {
    /// Plans the reply to the next invocation; several calls queue. `None` means that no reply
    /// comes in time.
    pub fn answer_next_invocation(&self, reply: Option<Reply>) {
        self.lock().replies.push_back(reply);
    }

    /// The payloads of all invocations so far, without refused ones.
    #[must_use]
    pub fn invocations(&self) -> Vec<String> {
        self.lock().invocations.clone()
    }

    /// The next reply of a function, if Lambda accepts the request.
    fn next_reply(&self, name_or_arn: &str, payload: &str) -> Result<Option<Reply>, CloudError> {
        let refuse =
            |kind, code, message: &str| Err(refuse("Lambda", "Invoke", kind, code, message));
        let mut account = self.call("Lambda", "Invoke", true)?;
        if find(&account, &self.region, name_or_arn).is_none() {
            let message = format!("Function not found: {name_or_arn}");
            return refuse(ErrorKind::NotFound, "ResourceNotFoundException", &message);
        }
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(payload) {
            let message = format!("Could not parse request body into json: {error}");
            return refuse(ErrorKind::Invalid, "InvalidRequestContentException", &message);
        }
        account.invocations.push(payload.to_owned());
        let deliver = || Some(Reply { failed: false, payload: DELIVER.to_owned(), log: None });
        Ok(account.replies.pop_front().unwrap_or_else(deliver))
    }
}

fn find(account: &Account, region: &str, name_or_arn: &str) -> Option<Function> {
    let named = |function: &Function| {
        let name = function.arn.rsplit(':').next();
        function.arn == name_or_arn || name == Some(name_or_arn)
    };
    let added = account.functions.iter().find(|f| named(f)).cloned();
    added.or_else(|| deployed(account, region).into_iter().find(named))
}

#[async_trait]
impl Functions for MemoryCloud {
    async fn function(&self, name_or_arn: &str) -> Result<Option<Function>, CloudError> {
        let account = self.pass().await.call("Lambda", "GetFunctionConfiguration", false)?;
        Ok(find(&account, &self.region, name_or_arn))
    }

    async fn invoke(&self, name_or_arn: &str, payload: &str) -> Result<Reply, CloudError> {
        match self.pass().await.next_reply(name_or_arn, payload)? {
            Some(reply) => Ok(reply),
            None => {
                sleep(MAX_RUN_TIME).await;
                let payload = r#"{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out"}"#;
                Ok(Reply { failed: true, payload: payload.to_owned(), log: None })
            }
        }
    }
}

fn deployed(account: &Account, region: &str) -> Vec<Function> {
    let stacks = account.stacks.iter();
    stacks
        .filter(|stack| stack.identity.region == region)
        .flat_map(|stack| stack.resources.values())
        .filter(|resource| resource.resource_type == "AWS::Lambda::Function")
        .map(function_of)
        .collect()
}

fn function_of(resource: &Resource) -> Function {
    // Lambda's default, if the template does not set it.
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
        code_sha256: resource.attributes.get(CODE).cloned(),
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

    #[tokio::test]
    async fn an_invocation_is_refused_or_answered_as_planned() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let missing = cloud.invoke("flow", "{}").await.unwrap_err();
        assert_eq!(missing.code.as_deref(), Some("ResourceNotFoundException"));
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        let faulty = cloud.invoke("flow", "{").await.unwrap_err();
        assert_eq!(faulty.kind, ErrorKind::Invalid);
        let failing = Reply { failed: true, payload: "{}".to_owned(), log: None };
        cloud.answer_next_invocation(Some(failing.clone()));
        assert_eq!(cloud.invoke("flow", "{\"a\":1}").await.unwrap(), failing);
        assert_eq!(cloud.invoke("flow", "{}").await.unwrap().payload, DELIVER);
        assert_eq!(cloud.invocations(), ["{\"a\":1}", "{}"]);
    }
}
