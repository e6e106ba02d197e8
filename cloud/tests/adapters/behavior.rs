//! The behavior that every implementation of the traits must have. The tests use only the traits;
//! here they run against the account in memory.

use std::collections::BTreeMap;

use cloud::memory::MemoryCloud;
use cloud::{
    Access, Bucket, BucketSettings, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType,
    Cloud, Connect, Deletion, OnFailure, Stack, StackOptions, StackStatus, TemplateSource,
};
use serde_json::{Value, json};

const STACK: &str = "behavior";

async fn memory() -> Cloud {
    let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
    cloud.connect(&Access::default()).await.unwrap()
}

fn template(path: &str) -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    json!({
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "AssumeRolePolicyDocument": trust, "Description": path}},
            "Log": {"Type": "AWS::Logs::LogGroup", "DependsOn": "Role",
                "Properties": {"RetentionInDays": 30}},
        },
        "Outputs": {"Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
    })
}

async fn change_set(
    cloud: &Cloud,
    kind: ChangeSetType,
    name: &str,
    template: &Value,
) -> ChangeSetId {
    let request = ChangeSetRequest {
        stack_name: STACK.to_owned(),
        name: name.to_owned(),
        kind,
        template: TemplateSource::Body(template.to_string()),
        tags: BTreeMap::from([("by".to_owned(), "us".to_owned())]),
        revert_drift: false,
        capabilities: vec!["CAPABILITY_IAM".to_owned()],
        stack_options: StackOptions::default(),
        token: name.to_owned(),
    };
    cloud.stacks.create_change_set(&request).await.unwrap()
}

async fn final_status(cloud: &Cloud, id: &ChangeSetId) -> ChangeSetStatus {
    loop {
        match cloud.stacks.change_set(id).await.unwrap().status {
            ChangeSetStatus::Pending => tokio::task::yield_now().await,
            status => return status,
        }
    }
}

async fn wait_until_idle(cloud: &Cloud, id: &str) -> Stack {
    loop {
        let stack = cloud.stacks.describe(id).await.unwrap().unwrap();
        if !stack.status.is_busy() {
            return stack;
        }
        tokio::task::yield_now().await;
    }
}

/// The lifecycle of a stack, from its first change set to after its deletion.
async fn stack_lifecycle(cloud: &Cloud) {
    let stacks = &cloud.stacks;
    assert_eq!(stacks.describe(STACK).await.unwrap(), None);
    assert_eq!(stacks.template(STACK).await.unwrap(), None);

    let id = change_set(cloud, ChangeSetType::Create, "first", &template("one")).await;
    assert_eq!(final_status(cloud, &id).await, ChangeSetStatus::Ready);
    let empty = stacks.describe(STACK).await.unwrap().unwrap();
    assert_eq!(empty.status, StackStatus::ReviewInProgress);
    stacks.execute_change_set(&id, "op-1", OnFailure::RollBack).await.unwrap();
    let stack = wait_until_idle(cloud, &id.stack_id).await;
    assert_eq!(stack.status, StackStatus::CreateComplete);
    assert!(stack.outputs[0].value.starts_with("arn:aws:iam::123456789012:role/"));
    assert_eq!(stack.tags["by"], "us");
    let events = stacks.events(&id.stack_id, None, 1000).await.unwrap();
    assert_eq!(events[0].status, "CREATE_COMPLETE");
    assert_eq!(events[0].logical_id, STACK);
    assert_eq!(events[0].token.as_deref(), Some("op-1"));

    let same = change_set(cloud, ChangeSetType::Update, "same", &template("one")).await;
    assert_eq!(final_status(cloud, &same).await, ChangeSetStatus::Empty);
    stacks.delete_change_set(&same).await.unwrap();

    let next = change_set(cloud, ChangeSetType::Update, "next", &template("two")).await;
    assert_eq!(final_status(cloud, &next).await, ChangeSetStatus::Ready);
    let changes = stacks.change_set(&next).await.unwrap().changes;
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].logical_id, "Role");
    stacks.execute_change_set(&next, "op-2", OnFailure::RollBack).await.unwrap();
    assert_eq!(wait_until_idle(cloud, &id.stack_id).await.status, StackStatus::UpdateComplete);
    let text = stacks.template(STACK).await.unwrap().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), template("two"));
    let newer = stacks.events(&id.stack_id, Some(&events[0].id), 1000).await.unwrap();
    assert!(newer.iter().all(|event| !events.contains(event)));

    stacks.delete(&id.stack_id, &Deletion::new("op-3")).await.unwrap();
    let gone = wait_until_idle(cloud, &id.stack_id).await;
    assert_eq!(gone.status, StackStatus::DeleteComplete);
    assert_eq!(stacks.describe(STACK).await.unwrap(), None);
    stacks.delete(STACK, &Deletion::new("op-4")).await.unwrap();
}

/// The lifecycle of a bucket.
async fn bucket_lifecycle(cloud: &Cloud) {
    let storage = &cloud.storage;
    let owner = cloud.identity.caller().await.unwrap().account;
    let (name, owner) = ("behavior-bucket", owner.as_str());
    assert_eq!(storage.bucket(name, owner).await.unwrap(), Bucket::Absent);
    assert!(storage.object(name, owner, "p/k", None).await.unwrap().is_none());
    storage.create_bucket(name).await.unwrap();
    storage.create_bucket(name).await.unwrap();
    let tags = BTreeMap::from([("by".to_owned(), "us".to_owned())]);
    let settings = BucketSettings {
        noncurrent_days: 30,
        abort_upload_days: 7,
        kms_key: None,
        tags: tags.clone(),
    };
    storage.configure_bucket(name, owner, &settings).await.unwrap();
    storage.configure_bucket(name, owner, &settings).await.unwrap();
    assert_eq!(storage.bucket(name, owner).await.unwrap(), Bucket::Present { tags });

    storage.put_object(name, owner, "p/k", vec![1, 2], None, false).await.unwrap();
    storage.put_object(name, owner, "p/k", vec![1, 2], None, false).await.unwrap();
    assert!(storage.object(name, owner, "p/k", None).await.unwrap().is_some());
    assert_eq!(storage.list_objects(name, owner, "p/").await.unwrap(), ["p/k"]);
    assert!(storage.list_objects(name, owner, "q/").await.unwrap().is_empty());
    storage.delete_object(name, owner, "p/k", None).await.unwrap();
    assert!(storage.object(name, owner, "p/k", None).await.unwrap().is_none());
    assert!(!storage.is_empty(name, owner, "").await.unwrap());
    let full = storage.delete_bucket(name, owner).await.unwrap_err();
    assert_eq!(full.code.as_deref(), Some("BucketNotEmpty"));
    let versions = storage.versions(name, owner, "p/").await.unwrap();
    assert_eq!(versions.len(), 2);
    storage.delete_versions(name, owner, &versions).await.unwrap();
    assert!(storage.is_empty(name, owner, "").await.unwrap());
    storage.delete_bucket(name, owner).await.unwrap();
    storage.delete_bucket(name, owner).await.unwrap();
    assert_eq!(storage.bucket(name, owner).await.unwrap(), Bucket::Absent);
}

#[tokio::test]
async fn a_stack_goes_through_its_lifecycle_in_memory() {
    stack_lifecycle(&memory().await).await;
}

#[tokio::test]
async fn a_bucket_goes_through_its_lifecycle_in_memory() {
    bucket_lifecycle(&memory().await).await;
}

#[tokio::test]
async fn a_function_that_does_not_exist_is_none() {
    assert_eq!(memory().await.functions.function("missing").await.unwrap(), None);
}
