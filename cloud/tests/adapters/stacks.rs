//! CloudFormation's stacks and events over the SDK.

use cloud::aws::AwsConnect;
use cloud::{Access, Connect, Deletion, ErrorKind, StackStatus};

use crate::stub::{Answer, Stub};

const ID: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/st/1";

#[tokio::test]
async fn a_stack_is_described_by_name() {
    let stub = Stub::start(vec![Answer::query(
        "DescribeStacks",
        "<Stacks><member>
            <StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/st/1</StackId>
            <StackName>st</StackName><StackStatus>UPDATE_ROLLBACK_COMPLETE</StackStatus>
            <StackStatusReason>why</StackStatusReason>
            <CreationTime>2026-11-21T12:00:00.123Z</CreationTime>
            <NotificationARNs><member>arn:topic</member></NotificationARNs>
            <EnableTerminationProtection>true</EnableTerminationProtection>
            <Outputs><member><OutputKey>Arn</OutputKey><OutputValue>v</OutputValue>
                <Description>d</Description></member></Outputs>
            <Tags><member><Key>k</Key><Value>t</Value></member></Tags>
            <LastOperations><member><OperationType>UPDATE_STACK</OperationType>
                <OperationId>op-1</OperationId></member></LastOperations>
        </member></Stacks>",
    )]);
    let stack = stub.connect().await.stacks.describe("st").await.unwrap().unwrap();
    let request = stub.request();
    assert_eq!(request.line, "POST /");
    assert_eq!(request.field("Action").as_deref(), Some("DescribeStacks"));
    assert_eq!(request.field("StackName").as_deref(), Some("st"));
    assert!(request.header("authorization").contains("/eu-west-1/cloudformation/"));
    assert!(request.header("user-agent").contains("app/deployer"));
    assert_eq!(stack.id, ID);
    assert_eq!(stack.status, StackStatus::UpdateRollbackComplete);
    assert_eq!(stack.status_reason.as_deref(), Some("why"));
    assert_eq!(stack.created.unwrap().to_string(), "2026-11-21T12:00:00.123Z");
    assert!(stack.termination_protection);
    assert_eq!(stack.outputs[0].key, "Arn");
    assert_eq!(stack.outputs[0].description.as_deref(), Some("d"));
    assert_eq!(stack.tags["k"], "t");
    assert_eq!(stack.operations.len(), 1);
    assert_eq!(
        (&stack.operations[0].id[..], &stack.operations[0].kind[..]),
        ("op-1", "UPDATE_STACK")
    );
}

#[tokio::test]
async fn every_stack_is_listed_page_by_page() {
    let page = |name: &str, next: &str| {
        Answer::query(
            "DescribeStacks",
            &format!(
                "<Stacks><member><StackName>{name}</StackName>
                 <StackStatus>CREATE_COMPLETE</StackStatus>
                 <CreationTime>2026-11-21T12:00:00Z</CreationTime></member></Stacks>{next}"
            ),
        )
    };
    let stub = Stub::start(vec![page("a", "<NextToken>more</NextToken>"), page("b", "")]);
    let stacks = stub.connect().await.stacks.list().await.unwrap();
    let names: Vec<&str> = stacks.iter().map(|stack| stack.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    let requests = stub.requests();
    assert_eq!(requests[0].field("StackName"), None);
    assert_eq!(requests[1].field("NextToken").as_deref(), Some("more"));
}

#[tokio::test]
async fn several_regions_are_called_with_the_same_credentials() {
    let none = || Answer::query("DescribeStacks", "<Stacks></Stacks>");
    let stub = Stub::start(vec![none(), none()]);
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(stub.url.clone()),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None);
    let regions = ["us-west-2", "eu-west-1"].map(str::to_owned);
    let clouds = connect.connect_to(&access, &regions).await.unwrap();
    for (cloud, region) in clouds.iter().zip(&regions) {
        assert_eq!(cloud.region, *region);
        assert_eq!(cloud.stacks.list().await.unwrap(), []);
    }
    let requests = stub.requests();
    let scopes: Vec<&str> = requests.iter().map(|one| one.header("authorization")).collect();
    assert!(scopes[0].contains("/us-west-2/cloudformation/"), "{}", scopes[0]);
    assert!(scopes[1].contains("/eu-west-1/cloudformation/"), "{}", scopes[1]);
    assert!(connect.connect_to(&access, &["a b".to_owned()]).await.is_err());
}

#[tokio::test]
async fn a_stack_that_does_not_exist_is_none() {
    let gone = "Stack with id st does not exist";
    let refusals = (0..2).map(|_| Answer::refusal(400, "ValidationError", gone));
    let stub = Stub::start(refusals.collect());
    let stacks = stub.connect().await.stacks;
    assert_eq!(stacks.describe("st").await.unwrap(), None);
    assert_eq!(stacks.template("st").await.unwrap(), None);
}

#[tokio::test]
async fn another_validation_error_is_an_error() {
    let stub = Stub::start(vec![Answer::refusal(400, "ValidationError", "1 validation error")]);
    let refused = stub.connect().await.stacks.describe("st").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn the_submitted_template_is_read() {
    let stub = Stub::start(vec![
        Answer::query("GetTemplate", "<TemplateBody>{&quot;a&quot;: 1}</TemplateBody>"),
        Answer::query("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
    ]);
    let stacks = stub.connect().await.stacks;
    assert_eq!(stacks.template("st").await.unwrap().as_deref(), Some(r#"{"a": 1}"#));
    assert_eq!(stacks.template("st").await.unwrap(), None);
    let stage = stub.requests()[0].field("TemplateStage");
    assert_eq!(stage.as_deref(), Some("Original"));
}

#[tokio::test]
async fn the_processed_template_is_read() {
    let stub = Stub::start(vec![Answer::query("GetTemplate", "<TemplateBody>{}x</TemplateBody>")]);
    let template = stub.connect().await.stacks.processed_template("st").await.unwrap();
    assert_eq!(template.as_deref(), Some("{}x"));
    assert_eq!(stub.request().field("TemplateStage").as_deref(), Some("Processed"));
}

#[tokio::test]
async fn a_stack_is_deleted_with_a_token() {
    let stub = Stub::start(vec![
        Answer::ok("<DeleteStackResponse/>"),
        Answer::refusal(400, "ValidationError", "Stack [st] does not exist"),
        Answer::refusal(
            400,
            "ValidationError",
            "Stack [st] cannot be deleted while TerminationProtection is enabled",
        ),
    ]);
    let stacks = stub.connect().await.stacks;
    stacks.delete(ID, &Deletion::new("token-1")).await.unwrap();
    stacks.delete(ID, &Deletion::new("token-1")).await.unwrap();
    let refused = stacks.delete(ID, &Deletion::new("token-1")).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Invalid);
    let request = &stub.requests()[0];
    assert_eq!(request.field("StackName").as_deref(), Some(ID));
    assert_eq!(request.field("ClientRequestToken").as_deref(), Some("token-1"));
}

fn page(ids: &[&str], next: &str) -> Answer {
    let event = |id: &&str| {
        format!(
            "<member><EventId>{id}</EventId><LogicalResourceId>Fn</LogicalResourceId>
            <PhysicalResourceId></PhysicalResourceId><ResourceType>T</ResourceType>
            <Timestamp>2026-11-21T12:00:00Z</Timestamp>
            <ResourceStatus>CREATE_FAILED</ResourceStatus>
            <ResourceStatusReason>no</ResourceStatusReason>
            <ClientRequestToken>t</ClientRequestToken></member>"
        )
    };
    let events: String = ids.iter().map(event).collect();
    let events = format!("<StackEvents>{events}</StackEvents>{next}");
    Answer::query("DescribeStackEvents", &events)
}

#[tokio::test]
async fn events_are_read_up_to_the_last_known_one() {
    let more = "<NextToken>n</NextToken>";
    let stub = Stub::start(vec![page(&["5", "4"], more), page(&["3", "2", "1"], more)]);
    let events = stub.connect().await.stacks.events(ID, Some("2"), 100).await.unwrap();
    let ids: Vec<_> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["5", "4", "3"]);
    assert_eq!(stub.requests()[1].field("NextToken").as_deref(), Some("n"));
    let event = &events[0];
    assert_eq!(event.status, "CREATE_FAILED");
    assert_eq!(event.physical_id, None);
    assert_eq!(event.reason.as_deref(), Some("no"));
    assert_eq!(event.token.as_deref(), Some("t"));
}

#[tokio::test]
async fn no_more_events_are_read_than_asked_for() {
    let stub = Stub::start(vec![page(&["3", "2", "1"], "<NextToken>n</NextToken>")]);
    let events = stub.connect().await.stacks.events(ID, None, 2).await.unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn an_update_is_cancelled_with_a_token() {
    let too_late = "CancelUpdateStack cannot be called from current stack status";
    let stub = Stub::start(vec![
        Answer::query("CancelUpdateStack", ""),
        Answer::refusal(400, "ValidationError", too_late),
    ]);
    let stacks = stub.connect().await.stacks;
    stacks.cancel_update(ID, "t").await.unwrap();
    let refused = stacks.cancel_update(ID, "t").await.unwrap_err();
    assert_eq!((refused.kind, refused.operation), (ErrorKind::Invalid, "CancelUpdateStack"));
    let request = &stub.requests()[0];
    assert_eq!(request.field("Action").as_deref(), Some("CancelUpdateStack"));
    assert_eq!(request.field("StackName").as_deref(), Some(ID));
    assert_eq!(request.field("ClientRequestToken").as_deref(), Some("t"));
}

#[tokio::test]
async fn an_invalid_template_is_an_answer_and_not_an_error() {
    let stub = Stub::start(vec![
        Answer::query("ValidateTemplate", ""),
        Answer::refusal(400, "ValidationError", "Template format error: no"),
        Answer::refusal(403, "AccessDenied", "no"),
    ]);
    let stacks = stub.connect().await.stacks;
    assert_eq!(stacks.validate("{}").await.unwrap(), None);
    let fault = stacks.validate("{}").await.unwrap();
    assert_eq!(fault.as_deref(), Some("Template format error: no"));
    assert_eq!(stacks.validate("{}").await.unwrap_err().kind, ErrorKind::Denied);
    let request = &stub.requests()[0];
    assert_eq!(request.field("Action").as_deref(), Some("ValidateTemplate"));
    assert_eq!(request.field("TemplateBody").as_deref(), Some("{}"));
}
