//! Deleting a stack, continuing a rollback, and listing resources, over the SDK.

use cloud::{Continuation, Deletion, ErrorKind};

use crate::stub::{Answer, Stub};

const ID: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/st/1";

#[tokio::test]
async fn a_plain_deletion_retains_nothing() {
    let missing = Answer::refusal(400, "ValidationError", "Stack [st] does not exist");
    let stub = Stub::start(vec![Answer::query("DeleteStack", ""), missing]);
    let stacks = stub.connect().await.stacks;
    stacks.delete(ID, &Deletion::new("t")).await.unwrap();
    stacks.delete(ID, &Deletion::new("t")).await.unwrap();
    let request = &stub.requests()[0];
    for (field, value) in [
        ("Action", Some("DeleteStack")),
        ("StackName", Some(ID)),
        ("ClientRequestToken", Some("t")),
        ("RetainResources.member.1", None),
        ("DeletionMode", None),
    ] {
        assert_eq!(request.field(field).as_deref(), value, "{field}");
    }
}

#[tokio::test]
async fn retained_resources_are_named_or_the_deletion_is_forced() {
    let stub = Stub::start((0..2).map(|_| Answer::query("DeleteStack", "")).collect());
    let stacks = stub.connect().await.stacks;
    let retain = vec!["A".to_owned(), "B".to_owned()];
    stacks.delete(ID, &Deletion { retain, ..Deletion::new("t") }).await.unwrap();
    let role_arn = Some("arn:role".to_owned());
    stacks.delete(ID, &Deletion { force: true, role_arn, ..Deletion::new("t") }).await.unwrap();
    let [retaining, forcing] = &stub.requests()[..] else {
        panic!("two requests");
    };
    assert_eq!(retaining.field("RetainResources.member.1").as_deref(), Some("A"));
    assert_eq!(retaining.field("RetainResources.member.2").as_deref(), Some("B"));
    assert_eq!((retaining.field("DeletionMode"), retaining.field("RoleARN")), (None, None));
    assert_eq!(forcing.field("RoleARN").as_deref(), Some("arn:role"));
    assert_eq!(forcing.field("DeletionMode").as_deref(), Some("FORCE_DELETE_STACK"));
    assert_eq!(forcing.field("RetainResources.member.1"), None);
}

#[tokio::test]
async fn a_rollback_continues_with_and_without_skipping() {
    let stub = Stub::start(vec![
        Answer::query("ContinueUpdateRollback", ""),
        Answer::query("ContinueUpdateRollback", ""),
        Answer::refusal(400, "ValidationError", "not now"),
    ]);
    let stacks = stub.connect().await.stacks;
    let token = "t".to_owned();
    let plain = Continuation { token: token.clone(), skip: Vec::new(), role_arn: None };
    stacks.continue_rollback(ID, &plain).await.unwrap();
    let skipping =
        Continuation { token, skip: vec!["Fn".to_owned()], role_arn: Some("arn:role".to_owned()) };
    stacks.continue_rollback(ID, &skipping).await.unwrap();
    let refused = stacks.continue_rollback(ID, &plain).await.unwrap_err();
    assert_eq!((refused.kind, refused.operation), (ErrorKind::Invalid, "ContinueUpdateRollback"));
    let requests = stub.requests();
    assert_eq!(requests[0].field("StackName").as_deref(), Some(ID));
    assert_eq!(requests[0].field("ClientRequestToken").as_deref(), Some("t"));
    assert_eq!(requests[0].field("ResourcesToSkip.member.1"), None);
    assert_eq!(requests[1].field("ResourcesToSkip.member.1").as_deref(), Some("Fn"));
    assert_eq!(requests[1].field("ForceRollback"), None);
    assert_eq!(requests[0].field("RoleARN"), None);
    assert_eq!(requests[1].field("RoleARN").as_deref(), Some("arn:role"));
}

#[tokio::test]
async fn every_page_of_resources_is_read() {
    let page = |id: &str, next: &str| {
        let resource = format!(
            "<StackResourceSummaries><member><LogicalResourceId>{id}</LogicalResourceId>
             <PhysicalResourceId></PhysicalResourceId><ResourceType>T</ResourceType>
             <ResourceStatus>DELETE_FAILED</ResourceStatus>
             <ResourceStatusReason>in use</ResourceStatusReason></member></StackResourceSummaries>"
        );
        Answer::query("ListStackResources", &format!("{resource}{next}"))
    };
    let stub = Stub::start(vec![page("A", "<NextToken>n</NextToken>"), page("B", "")]);
    let resources = stub.connect().await.stacks.stack_resources(ID).await.unwrap();
    let ids: Vec<_> = resources.iter().map(|resource| resource.logical_id.as_str()).collect();
    assert_eq!(ids, ["A", "B"]);
    assert_eq!(resources[0].status, "DELETE_FAILED");
    assert_eq!(resources[0].reason.as_deref(), Some("in use"));
    assert_eq!(resources[0].physical_id, None);
    assert_eq!(stub.requests()[1].field("NextToken").as_deref(), Some("n"));
}

#[tokio::test]
async fn termination_protection_is_switched() {
    let answer = || Answer::query("UpdateTerminationProtection", "<StackId>st</StackId>");
    let stub = Stub::start(vec![answer(), answer()]);
    let stacks = stub.connect().await.stacks;
    stacks.protect(ID, true).await.unwrap();
    stacks.protect(ID, false).await.unwrap();
    let on = |n: usize| stub.requests()[n].field("EnableTerminationProtection");
    assert_eq!((on(0).as_deref(), on(1).as_deref()), (Some("true"), Some("false")));
    assert_eq!(stub.requests()[0].field("StackName").as_deref(), Some(ID));
}
