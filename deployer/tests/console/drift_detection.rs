//! `deployer drift`: what was changed outside the stack.

use cloud::ErrorKind;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK, failure, flow_line};

const MACHINE: &str = "MfsmStateMachine";
const EDITED: &str =
    r#"{"StartAt": "A", "TimeoutSeconds": 600, "States": {"A": {"Type": "Pass", "End": true}}}"#;

#[tokio::test(start_paused = true)]
async fn a_stack_without_drift_is_reported_as_such() {
    let session = ConsoleSession::deployed("drift-none").await;
    let writes = session.cloud.writes().len();
    assert_data_eq!(
        session.run("drift").await.all(),
        str![[r#"
--- stdout
11 of 11 resources are as they were deployed
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn what_cloudformation_cannot_compare_is_named() {
    let session = ConsoleSession::deployed("drift-not-compared").await;
    session.cloud.compare_none_of("AWS::IAM::Policy");
    session.cloud.compare_none_of("AWS::Lambda::Permission");
    let mut printed = session.run("drift").await.all();
    let json = session.run("drift -o json").await.json();
    assert_eq!(json["not_compared"].as_array().unwrap().len(), 4, "{json}");
    session.cloud.edit_machine(STACK, MACHINE, EDITED);
    printed.push_str(&session.run("drift").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
7 of 11 resources are as they were deployed
CloudFormation cannot compare 4: MfsmFunctionLogsPolicy, MfsmFunctionDynamoDBPolicy, MfsmFunctionStateMachinePolicy, MfsmFunctionPermission0123456789abcdef0123456789abcdef
--- exit 0
--- stdout
changed outside stack workmail-message-flow:
  ~ changed MfsmStateMachine AWS::StepFunctions::StateMachine
      DefinitionString/States/A/Type: Succeed -> Pass
      DefinitionString/States/A/End: + true
6 of 11 resources are as they were deployed
CloudFormation cannot compare 4: MfsmFunctionLogsPolicy, MfsmFunctionDynamoDBPolicy, MfsmFunctionStateMachinePolicy, MfsmFunctionPermission0123456789abcdef0123456789abcdef
`deployer up --revert-drift` reverts it to the template; `deployer pull FILE` writes the live definition to a file
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_edit_and_a_deletion_are_reported() {
    let session = ConsoleSession::deployed("drift-told").await;
    session.cloud.edit_machine(STACK, MACHINE, EDITED);
    let mut printed = session.run("drift").await.all();
    session.cloud.delete_machine(STACK, MACHINE);
    printed.push_str(&session.run("drift").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
changed outside stack workmail-message-flow:
  ~ changed MfsmStateMachine AWS::StepFunctions::StateMachine
      DefinitionString/States/A/Type: Succeed -> Pass
      DefinitionString/States/A/End: + true
10 of 11 resources are as they were deployed
`deployer up --revert-drift` reverts it to the template; `deployer pull FILE` writes the live definition to a file
--- exit 3
--- stdout
changed outside stack workmail-message-flow:
  ! deleted MfsmStateMachine AWS::StepFunctions::StateMachine
10 of 11 resources are as they were deployed
`deployer up --revert-drift` reverts it to the template; `deployer pull FILE` writes the live definition to a file
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_cloudformation_cannot_read_is_still_reported() {
    let session = ConsoleSession::deployed("drift-blind").await;
    session.cloud.hide_drift();
    session.cloud.edit_machine(STACK, MACHINE, EDITED);
    session.cloud.fail_detections("Failed to detect drift on resources [MfsmFunction]");
    assert_data_eq!(
        session.run("drift").await.all(),
        str![[r#"
--- stdout
changed outside stack workmail-message-flow:
  ~ changed MfsmStateMachine AWS::StepFunctions::StateMachine
      DefinitionString/States/A/Type: Succeed -> Pass
      DefinitionString/States/A/End: + true
10 of 11 resources are as they were deployed
not everything could be compared: Failed to detect drift on resources [MfsmFunction]
`deployer up --revert-drift` reverts it to the template; `deployer pull FILE` writes the live definition to a file
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_transient_error_is_retried_and_a_refusal_is_reported() {
    let session = ConsoleSession::deployed("drift-faults").await;
    let look = "DescribeStackDriftDetectionStatus";
    let kind = ErrorKind::Throttled;
    let code = Some("Throttling");
    session.cloud.fail_next(look, failure("CloudFormation", look, kind, code, "Rate exceeded"));
    let mut printed = session.run("drift").await.all();
    let begin = "DetectStackDrift";
    let code = Some("AccessDenied");
    let message = "not authorized to perform: cloudformation:DetectStackDrift";
    let denied = failure("CloudFormation", begin, ErrorKind::Denied, code, message);
    session.cloud.fail_next(begin, denied);
    printed.push_str(&session.run("drift").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
polling failed, retrying: CloudFormation DescribeStackDriftDetectionStatus failed (Throttling): Rate exceeded
--- stdout
11 of 11 resources are as they were deployed
--- exit 0
error: CloudFormation DetectStackDrift failed (AccessDenied): not authorized to perform: cloudformation:DetectStackDrift

hint: the credentials work, but their user or role lacks this permission
--- exit 4

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_stack_or_during_an_operation_nothing_is_compared() {
    let session = ConsoleSession::new("drift-refused");
    let mut printed = session.run("drift").await.all();
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes")).await;
    printed.push_str(&session.run("drift").await.all());
    printed.push_str(&session.run("drift --stack-name 1st").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3
error: stack workmail-message-flow is CREATE_IN_PROGRESS: an operation is in progress

hint: `deployer watch` follows it to its end
--- exit 1
error: --stack-name cannot be used
  error[stack-name] --stack-name: `1st`: a stack name begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn drift_prints_json() {
    let session = ConsoleSession::deployed("drift-json").await;
    session.cloud.edit_machine(STACK, MACHINE, EDITED);
    assert_data_eq!(
        session.run("drift --output json").await.all(),
        str![[r#"
--- stdout
{"type":"drift","stack_name":"workmail-message-flow","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","drifted":true,"resources":[{"logical_id":"MfsmExecutionTable","physical_id":"workmail-message-flow-MfsmExecutionTable-86A9032AB8CB","resource_type":"AWS::DynamoDB::Table","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunction","physical_id":"workmail-message-flow-MfsmFunction","resource_type":"AWS::Lambda::Function","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunctionDynamoDBPolicy","physical_id":"workmail-message-flow-MfsmFunctionDynamoDBPolicy-2035F71D0B0F","resource_type":"AWS::IAM::Policy","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunctionLogGroup","physical_id":"/aws/lambda/workmail-message-flow-MfsmFunction","resource_type":"AWS::Logs::LogGroup","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunctionLogsPolicy","physical_id":"workmail-message-flow-MfsmFunctionLogsPolicy-7B76DC31CF97","resource_type":"AWS::IAM::Policy","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunctionPermission0123456789abcdef0123456789abcdef","physical_id":"workmail-message-flow-MfsmFunctionPermission0123456789abcdef0123456789abcdef-7C8F92F29691","resource_type":"AWS::Lambda::Permission","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunctionRole","physical_id":"workmail-message-flow-MfsmFunctionRole-93954BDE91CE","resource_type":"AWS::IAM::Role","status":"IN_SYNC","values":[]},{"logical_id":"MfsmFunctionStateMachinePolicy","physical_id":"workmail-message-flow-MfsmFunctionStateMachinePolicy-F132182F98DA","resource_type":"AWS::IAM::Policy","status":"IN_SYNC","values":[]},{"logical_id":"MfsmStateMachine","physical_id":"arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC","resource_type":"AWS::StepFunctions::StateMachine","status":"MODIFIED","values":[{"path":"/Properties/DefinitionString","before":"{/n  /"StartAt/": /"A/",/n  /"TimeoutSeconds/": 600,/n  /"States/": {/n    /"A/": {/n      /"Type/": /"Succeed/"/n    }/n  }/n}","after":"{/"StartAt/": /"A/", /"TimeoutSeconds/": 600, /"States/": {/"A/": {/"Type/": /"Pass/", /"End/": true}}}","replacement":"never"}]},{"logical_id":"MfsmStateMachineLogGroup","physical_id":"/aws/vendedlogs/states/workmail-message-flow","resource_type":"AWS::Logs::LogGroup","status":"IN_SYNC","values":[]},{"logical_id":"MfsmStateMachineRole","physical_id":"workmail-message-flow-MfsmStateMachineRole-985F98C39105","resource_type":"AWS::IAM::Role","status":"IN_SYNC","values":[]}],"not_compared":[],"incomplete":null,"schema":1,"timestamp":"2026-11-21T12:00:03Z"}
--- exit 3

"#]]
    );
}
