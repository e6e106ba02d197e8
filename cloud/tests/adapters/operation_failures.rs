//! CloudFormation's `DescribeEvents` over the SDK: what failed, and why.

use cloud::{ChangeSetId, ErrorKind, FailureKind, FailureScope};

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn what_the_validation_of_a_change_set_found() {
    let first = "<NextToken>n</NextToken><OperationEvents><member>
        <EventType>VALIDATION_ERROR</EventType><LogicalResourceId>Fn</LogicalResourceId>
        <ResourceType>AWS::Lambda::Function</ResourceType>
        <Timestamp>2026-11-21T12:00:05Z</Timestamp>
        <ValidationFailureMode>FAIL</ValidationFailureMode>
        <ValidationName>PROPERTY_VALIDATION</ValidationName>
        <ValidationStatus>FAILED</ValidationStatus>
        <ValidationStatusReason>too small</ValidationStatusReason>
        <ValidationPath>/Resources/Fn/Properties/MemorySize</ValidationPath>
        </member></OperationEvents>";
    let second = "<OperationEvents><member>
        <EventType>HOOK_INVOCATION_ERROR</EventType><LogicalResourceId>Role</LogicalResourceId>
        <Timestamp>2026-11-21T12:00:01Z</Timestamp><HookType>Our::Own::Hook</HookType>
        <HookFailureMode>WARN</HookFailureMode><HookStatusReason>not nice</HookStatusReason>
        </member></OperationEvents>";
    let page = |events| Answer::query("DescribeEvents", events);
    let stub = Stub::start(vec![page(first), page(second)]);
    let id = ChangeSetId { id: "arn:cs".to_owned(), stack_id: "arn:st".to_owned() };
    let stacks = stub.connect().await.stacks;
    let failures = stacks.failures(FailureScope::ChangeSet(&id)).await.unwrap();
    let [hook, validation] = failures.as_slice() else { panic!("{failures:?}") };
    assert_eq!((hook.kind, hook.warning), (FailureKind::Hook, true));
    assert_eq!((&hook.reason[..], hook.check.as_deref()), ("not nice", Some("Our::Own::Hook")));
    assert_eq!((validation.kind, validation.warning), (FailureKind::Validation, false));
    assert_eq!(validation.logical_id, "Fn");
    assert_eq!(validation.path.as_deref(), Some("/Resources/Fn/Properties/MemorySize"));
    assert_eq!(
        (&validation.reason[..], validation.check.as_deref()),
        ("too small", Some("PROPERTY_VALIDATION"))
    );
    let requests = stub.requests();
    assert_eq!(requests[0].field("Action").as_deref(), Some("DescribeEvents"));
    assert_eq!(requests[0].field("ChangeSetName").as_deref(), Some("arn:cs"));
    assert_eq!(requests[0].field("Filters.FailedEvents").as_deref(), Some("true"));
    assert_eq!(requests[0].field("StackName"), None);
    assert_eq!(requests[1].field("NextToken").as_deref(), Some("n"));
}

#[tokio::test]
async fn what_failed_in_an_operation_or_a_stack() {
    let event = "<OperationEvents><member><EventType>PROVISIONING_ERROR</EventType>
        <LogicalResourceId>Fn</LogicalResourceId><ResourceStatus>UPDATE_FAILED</ResourceStatus>
        <ResourceStatusReason>why</ResourceStatusReason></member></OperationEvents>";
    let answers = (0..2).map(|_| Answer::query("DescribeEvents", event));
    let stub = Stub::start(answers.collect());
    let stacks = stub.connect().await.stacks;
    let failures = stacks.failures(FailureScope::Operation("op-1")).await.unwrap();
    assert_eq!(failures[0].kind, FailureKind::Resource);
    assert_eq!((&failures[0].status[..], &failures[0].reason[..]), ("UPDATE_FAILED", "why"));
    stacks.failures(FailureScope::Stack("arn:st")).await.unwrap();
    let requests = stub.requests();
    assert_eq!(requests[0].field("OperationId").as_deref(), Some("op-1"));
    assert_eq!(requests[1].field("StackName").as_deref(), Some("arn:st"));
}

#[tokio::test]
async fn an_endpoint_that_does_not_support_the_call_refuses_it() {
    let stub = Stub::start(vec![Answer::refusal(400, "InvalidAction", "Unknown action")]);
    let refused = stub.connect().await.stacks.failures(FailureScope::Operation("op")).await;
    assert_eq!(refused.unwrap_err().kind, ErrorKind::Invalid);
}
