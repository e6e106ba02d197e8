//! The rules of CloudFormation that the account in memory follows, one test each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::memory::MemoryCloud;
use crate::{
    ChangeAction, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, CloudError,
    Continuation, Deletion, ErrorKind, FailureScope, OnFailure, OnStackFailure, StackOptions,
    StackStatus, Stacks, Storage, TemplateSource,
};

mod change_sets;
mod operations;

const ME: &str = "123456789012";

fn cloud() -> MemoryCloud {
    MemoryCloud::new(ME, "us-east-1").unwrap()
}

/// A table, a role that may use it, a function with that role, and a permission.
fn template() -> Value {
    json!({
        "Resources": {
            "Fn": {"Type": "AWS::Lambda::Function", "Properties": {
                "FunctionName": "flow", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Environment": {"Variables": {"TABLE": {"Ref": "Table"}}}}},
            "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
                "FunctionName": {"Ref": "Fn"}, "SourceArn": "arn:old"}},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "Policies": [{"Fn::Sub": "${Table.Arn}/*"}]}},
            "Table": {"Type": "AWS::DynamoDB::Table",
                "DeletionPolicy": "RetainExceptOnCreate", "Properties": {"TimeToLive": 1}},
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Fn", "Arn"]}, "Description": "It."}},
    })
}

/// The template with one value replaced, by JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let mut template = template();
    *template.pointer_mut(pointer).unwrap() = value;
    template
}

fn without(id: &str) -> Value {
    let mut template = template();
    template["Resources"].as_object_mut().unwrap().remove(id);
    template
}

fn request(kind: ChangeSetType, template: &Value) -> ChangeSetRequest {
    ChangeSetRequest {
        stack_name: "st".to_owned(),
        name: "cs".to_owned(),
        kind,
        template: TemplateSource::Body(template.to_string()),
        tags: BTreeMap::new(),
        revert_drift: false,
        capabilities: vec!["CAPABILITY_IAM".to_owned()],
        stack_options: StackOptions::default(),
        token: "t".to_owned(),
    }
}

/// Deploys and polls to the end; returns the stack's statuses on the way.
async fn deploy(cloud: &MemoryCloud, kind: ChangeSetType, template: &Value) -> Vec<String> {
    let id = cloud.create_change_set(&request(kind, template)).await.unwrap();
    assert_eq!(ready(cloud, &id).await, ChangeSetStatus::Ready);
    cloud.execute_change_set(&id, "token", OnFailure::RollBack).await.unwrap();
    cloud.delete_change_set(&id).await.unwrap();
    follow(cloud, &id.stack_id).await
}

async fn ready(cloud: &MemoryCloud, id: &ChangeSetId) -> ChangeSetStatus {
    assert_eq!(cloud.change_set(id).await.unwrap().status, ChangeSetStatus::Pending);
    cloud.change_set(id).await.unwrap().status
}

async fn follow(cloud: &MemoryCloud, stack_id: &str) -> Vec<String> {
    let mut statuses = vec![cloud.status(stack_id).unwrap().to_string()];
    while cloud.status(stack_id).unwrap().is_busy() {
        let status = cloud.describe(stack_id).await.unwrap().unwrap().status.to_string();
        if statuses.last() != Some(&status) {
            statuses.push(status);
        }
    }
    statuses
}

/// The events of a stack, oldest first, as `Id STATUS: reason`.
async fn event_lines(cloud: &MemoryCloud, stack: &str) -> Vec<String> {
    let mut events = cloud.events(stack, None, 1000).await.unwrap();
    events.reverse();
    let line = |event: crate::StackEvent| {
        let reason = event.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{} {}{reason}", event.logical_id, event.status)
    };
    events.into_iter().map(line).collect()
}
