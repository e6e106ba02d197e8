//! `deployer plan`: what `up` would do, and nothing written anywhere.

use snapbox::{assert_data_eq, str};

use crate::session::Session;

#[tokio::test(start_paused = true)]
async fn a_plan_for_an_empty_account() {
    let session = Session::new("plan-empty");
    let plan = session.flow("plan", "").await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
--- stdout
stack workmail-message-flow would be created in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  + artifact bucket message-flow-artifacts-123456789012-us-east-1
  + handler s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/<sha256>.zip
  + add MfsmExecutionTable AWS::DynamoDB::Table
  + add MfsmStateMachineLogGroup AWS::Logs::LogGroup
  + add MfsmStateMachineRole AWS::IAM::Role
  + add MfsmStateMachine AWS::StepFunctions::StateMachine
  + add MfsmFunctionLogGroup AWS::Logs::LogGroup
  + add MfsmFunctionRole AWS::IAM::Role
  + add MfsmFunctionLogsPolicy AWS::IAM::Policy
  + add MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
  + add MfsmFunctionStateMachinePolicy AWS::IAM::Policy
  + add MfsmFunction AWS::Lambda::Function
  + add MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
    assert_eq!(session.flow("plan", "--detailed-exitcode").await.code, 3);
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_work_says_so() {
    let session = Session::new("plan-nothing");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let plan = session.flow("plan", "--detailed-exitcode").await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
--- stdout
no changes: stack workmail-message-flow is as wanted in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_plan_shows_what_changes_and_what_is_replaced() {
    let session = Session::new("plan-change");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let other =
        "arn:aws:workmail:us-east-1:123456789012:organization/m-ffffffffffffffffffffffffffffffff";
    let line = format!("plan --org-arn {other} --handler $DIR/bootstrap --wait-time 2.5 --tag a=b");
    assert_data_eq!(
        session.run(&line).await.all(),
        str![[r#"
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ change MfsmFunction AWS::Lambda::Function (Environment)
  + add MfsmFunctionPermissionffffffffffffffffffffffffffffffff AWS::Lambda::Permission
  - remove MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
  ~ change tags of the stack and its resources
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_for_programs() {
    let session = Session::new("plan-json");
    let plan = session.flow("plan", "--output json").await;
    let object: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(object["type"], "plan");
    assert_eq!(object["action"], "create");
    assert_eq!(object["uploads"].as_array().unwrap().len(), 1);
    assert_eq!(object["changes"][0]["action"], "add");
}
