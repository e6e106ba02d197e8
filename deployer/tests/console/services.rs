//! `deployer check` and `deployer up` and the services of AWS that a definition calls.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

const CALLS: &str = r#"StartAt: Look
TimeoutSeconds: 600
States:
  Look:
    Type: Task
    Resource: arn:aws:states:::aws-sdk:dynamo-db:getItem
    Parameters: {TableName: senders, Key: {}}
    Next: Count
  Count:
    Type: Task
    Resource: arn:aws:states:::aws-sdk:dynamodb:updateItm
    Parameters: {TableName: senders}
    Next: Store
  Store:
    Type: Task
    Resource: arn:aws:states:::aws-sdk:s3:putObject
    Parameters: {Bucket: mails, key: one, Body.$: $}
    Next: Read
  Read:
    Type: Task
    Resource: arn:aws:states:::dynamodb:query
    Parameters: {TableName: senders}
    Next: Wait
  Wait:
    Type: Task
    Resource: arn:aws:states:::aws-sdk:glue:startJobRun.sync
    Parameters: {JobName: report}
    Next: New
  New:
    Type: Task
    Resource: arn:aws:states:::aws-sdk:somethingnew:describeItems
    End: true
"#;

#[tokio::test(start_paused = true)]
async fn what_aws_does_not_have_is_an_error_at_its_place() {
    let session = ConsoleSession::new("services");
    session.file("calls.asl.yaml", CALLS);
    let check = session.flow("check", "--state-machine $DIR/calls.asl.yaml").await;
    let findings = check.all();
    // No policy allows the calls, either.
    let of_role = |line: &&str| {
        line.contains("[task-permission]") || line.contains("fix: allow it in the flow")
    };
    let told: Vec<&str> = findings.lines().filter(|line| !of_role(line)).collect();
    assert_data_eq!(
        told.join("\n"),
        str![[r#"
flow: $DIR/calls.asl.yaml (--state-machine)
--- stdout
error[unknown-call] $DIR/calls.asl.yaml:6:5 $.States.Look.Resource: AWS has no service `dynamo-db`
  fix: did you mean `dynamodb`?
error[unknown-call] $DIR/calls.asl.yaml:11:5 $.States.Count.Resource: the service `dynamodb` has no action `updateItm`
  fix: did you mean `updateItem`?
error[unknown-call] $DIR/calls.asl.yaml:17:33 $.States.Store.Parameters.key: `s3:putObject` has no parameter `key`
  fix: did you mean `Key`?
error[refused] $DIR/calls.asl.yaml:21:5 $.States.Read.Resource: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. (SCHEMA_VALIDATION_FAILED)
  fix: write `arn:aws:states:::aws-sdk:dynamodb:query`
error[refused] $DIR/calls.asl.yaml:26:5 $.States.Wait.Resource: The resource provided arn:aws:states:::aws-sdk:glue:startJobRun.sync is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. (SCHEMA_VALIDATION_FAILED)
  fix: did you mean `arn:aws:states:::glue:startJobRun.sync`?
warning[newer-call] $DIR/calls.asl.yaml:31:5 $.States.New.Resource: the list of AWS services has no `somethingnew`; it is made from botocore 1.44.8, and AWS may have added it since
  fix: `check --online` asks Step Functions
5 errors, 7 warnings in definition, handler; not checked: template
--- exit 3
"#]]
    );
    assert!(session.cloud.calls().is_empty());

    let up = session.flow("up", "--yes --state-machine $DIR/calls.asl.yaml").await;
    assert_eq!(up.code, 2, "{}", up.all());
    assert_eq!(session.cloud.writes(), [""; 0]);
}
