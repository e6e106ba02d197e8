//! `deployer outputs`.

use cloud::ErrorKind;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, failure};

#[tokio::test(start_paused = true)]
async fn outputs_are_printed_in_every_format() {
    let session = ConsoleSession::new("outputs");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let mut printed = String::new();
    for options in
        ["", "--format text", "--format json", "--format env", "--format dotenv", "--output json"]
    {
        printed.push_str(&format!("$ outputs {options}\n"));
        printed.push_str(&session.run(&format!("outputs {options}")).await.all());
    }
    assert_data_eq!(
        printed,
        str![[r#"
$ outputs 
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
--- exit 0
$ outputs --format text
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
--- exit 0
$ outputs --format json
--- stdout
{
  "MfsmFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction",
  "MfsmStateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC",
  "MfsmExecutionTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB"
}
--- exit 0
$ outputs --format env
--- stdout
export MFSM_FUNCTION_ARN='arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction'
export MFSM_STATE_MACHINE_ARN='arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC'
export MFSM_EXECUTION_TABLE_ARN='arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB'
--- exit 0
$ outputs --format dotenv
--- stdout
MFSM_FUNCTION_ARN=arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MFSM_STATE_MACHINE_ARN=arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MFSM_EXECUTION_TABLE_ARN=arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
--- exit 0
$ outputs --output json
--- stdout
{"type":"outputs","outputs":[{"key":"MfsmFunctionArn","value":"arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction","description":"The function to name in the WorkMail rule."},{"key":"MfsmStateMachineArn","value":"arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC","description":"The state machine that decides."},{"key":"MfsmExecutionTableArn","value":"arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB","description":"The table that maps messages to executions."}],"schema":1,"timestamp":"2026-11-21T12:00:03Z"}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_without_outputs_has_nothing_to_print() {
    let session = ConsoleSession::new("outputs-none");
    session.cloud.fail_resource("MfsmFunction", "no");
    assert_eq!(session.flow("up", "--yes").await.code, 1);
    let mut printed = String::new();
    for format in ["text", "json", "env", "dotenv"] {
        printed.push_str(&session.run(&format!("outputs --format {format}")).await.all());
    }
    assert_data_eq!(
        printed,
        str![[r#"
--- exit 0
--- stdout
{}
--- exit 0
--- exit 0
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn refusals_are_reported() {
    let session = ConsoleSession::new("outputs-refused");
    let mut printed = session.run("outputs --stack-name other").await.all();
    printed.push_str(&session.run("outputs --output json --format env").await.all());
    printed.push_str(&session.run("outputs --stack-name 1st").await.err);
    let denied = failure(
        "CloudFormation",
        "DescribeStacks",
        ErrorKind::Denied,
        Some("AccessDenied"),
        "not authorized to perform: cloudformation:DescribeStacks",
    );
    session.cloud.fail_next("DescribeStacks", denied);
    printed.push_str(&session.run("outputs").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack other in account 123456789012, region us-east-1
--- exit 3
--- stdout
{"type":"error","exit_code":2,"message":"--format cannot be used","causes":[],"findings":[{"severity":"error","code":"format","location":"--format","sentence":"it cannot be used with --output json, which has its own format"}],"notes":[],"hints":[],"schema":1,"timestamp":"2026-11-21T12:00:01Z"}
--- exit 2
error: --stack-name cannot be used
  error[stack-name] --stack-name: `1st`: a stack name begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
error: CloudFormation DescribeStacks failed (AccessDenied): not authorized to perform: cloudformation:DescribeStacks

hint: the credentials work, but their user or role lacks this permission
--- exit 4

"#]]
    );
    assert_eq!(session.run("outputs --format xml").await.code, 2);
}
