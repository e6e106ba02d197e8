//! `deployer up`: the whole life of a stack, and its failures.

use std::collections::BTreeMap;

use cloud::{ErrorKind, Function};
use snapbox::{assert_data_eq, file, str};

use crate::session::{BUCKET, ConsoleSession, failure};

#[tokio::test(start_paused = true)]
async fn a_first_up_creates_everything() {
    let session = ConsoleSession::new("first");
    let up = session.flow("up", "--yes").await;
    let all = up.all();
    let (creation, rest) = all.split_at(all.find("create of ").unwrap());
    assert_data_eq!(creation, file!["creation.txt"].raw());
    assert_data_eq!(
        rest,
        str![[r#"
create of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:01 CREATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:02 CREATE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:00:04 CREATE_IN_PROGRESS   MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:06 CREATE_IN_PROGRESS   MfsmFunctionRole AWS::IAM::Role
12:00:08 CREATE_IN_PROGRESS   MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:10 CREATE_IN_PROGRESS   MfsmStateMachineRole AWS::IAM::Role
12:00:12 CREATE_COMPLETE      MfsmExecutionTable AWS::DynamoDB::Table
12:00:13 CREATE_COMPLETE      MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:14 CREATE_COMPLETE      MfsmFunctionRole AWS::IAM::Role
12:00:15 CREATE_COMPLETE      MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:16 CREATE_COMPLETE      MfsmStateMachineRole AWS::IAM::Role
12:00:17 CREATE_IN_PROGRESS   MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:19 CREATE_IN_PROGRESS   MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:21 CREATE_IN_PROGRESS   MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:23 CREATE_COMPLETE      MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:24 CREATE_COMPLETE      MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:25 CREATE_COMPLETE      MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:26 CREATE_IN_PROGRESS   MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:28 CREATE_COMPLETE      MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:29 CREATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:31 CREATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:32 CREATE_IN_PROGRESS   MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:34 CREATE_COMPLETE      MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:35 CREATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
the function is ready: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
done: the stack is created
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

One step is left, for which AWS has no API: the rule in the WorkMail console.
  1. Open https://console.aws.amazon.com/workmail/ and choose the region us-east-1.
  2. Organizations, then m-0123456789abcdef0123456789abcdef.
  3. Organization settings, tab Inbound rules (or Outbound rules), Create.
  4. Rule name: any unused name. Action: Run Lambda.
  5. Function ARN: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
     Tick Run synchronously.
  6. Rule timeout: 240 minutes, or at least as long as your longest execution.
     Fallback action: what happens to a message that got no verdict in that time.
  7. Sender domains or addresses: whose mail, such as *. Destination domains or addresses: *
  8. Create. The rule applies immediately.
Amazon WorkMail ends on 2027-03-31, in 130 days.
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.bucket_names(), [BUCKET]);
}

#[tokio::test(start_paused = true)]
async fn a_second_up_makes_only_the_calls_that_it_needs() {
    let session = ConsoleSession::new("calls");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let before = session.cloud.calls().len();
    assert_eq!(session.flow("up", "").await.code, 0);
    let calls = session.cloud.calls().into_iter().skip(before);
    let calls: Vec<_> = calls.map(|call| call.operation).collect();
    assert_eq!(
        calls,
        ["DescribeStacks", "GetTemplate", "DescribeStateMachine", "GetFunctionConfiguration"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_up_writes_nothing_and_does_not_prompt() {
    let session = ConsoleSession::new("second");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let up = session.flow("up", "").await;
    assert_data_eq!(
        up.all(),
        str![[r#"
flow: default, which delivers everything (not set)
no changes: stack workmail-message-flow is up to date; nothing was written
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

The WorkMail rule has to name this function; `deployer rule --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` shows how.
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_changed_setting_updates_in_place() {
    let session = ConsoleSession::new("changed");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let before = session.cloud.resources("workmail-message-flow");
    let up = session.flow("up", "--yes --memory 256 --tag team=mail").await;
    assert_data_eq!(
        up.all(),
        str![[r#"
flow: default, which delivers everything (not set)
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
requested change set deployer-up-1795262403000-00000003
CloudFormation would make these changes:
  ~ change MfsmExecutionTable AWS::DynamoDB::Table (Tags)
  ~ change MfsmFunctionLogGroup AWS::Logs::LogGroup (Tags)
  ~ change MfsmFunctionRole AWS::IAM::Role (Tags)
  ~ change MfsmStateMachineLogGroup AWS::Logs::LogGroup (Tags)
  ~ change MfsmStateMachineRole AWS::IAM::Role (Tags)
  ~ change MfsmStateMachine AWS::StepFunctions::StateMachine (Tags)
  ~ change MfsmFunction AWS::Lambda::Function (Tags)
      MemorySize: 128 -> 256
Plan: 0 to add, 7 to change, 0 to remove.
update of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:36 UPDATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 UPDATE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:00:38 UPDATE_IN_PROGRESS   MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:39 UPDATE_IN_PROGRESS   MfsmFunctionRole AWS::IAM::Role
12:00:40 UPDATE_IN_PROGRESS   MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:41 UPDATE_IN_PROGRESS   MfsmStateMachineRole AWS::IAM::Role
12:00:42 UPDATE_COMPLETE      MfsmExecutionTable AWS::DynamoDB::Table
12:00:43 UPDATE_COMPLETE      MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:44 UPDATE_COMPLETE      MfsmFunctionRole AWS::IAM::Role
12:00:45 UPDATE_COMPLETE      MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:46 UPDATE_COMPLETE      MfsmStateMachineRole AWS::IAM::Role
12:00:47 UPDATE_IN_PROGRESS   MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:48 UPDATE_COMPLETE      MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:49 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:50 UPDATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:51 UPDATE_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:52 UPDATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
the function is ready: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
done: the stack is updated
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

The WorkMail rule has to name this function; `deployer rule --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` shows how.
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.resources("workmail-message-flow"), before);
}

#[tokio::test(start_paused = true)]
async fn a_changed_handler_replaces_the_artifact() {
    let session = ConsoleSession::new("handler");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let old = session.cloud.object_keys(BUCKET);
    session.file("bootstrap", elf_with_a_note());
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let new = session.cloud.object_keys(BUCKET);
    assert_eq!((old.len(), new.len()), (1, 1));
    assert_ne!(old, new);
}

/// The same program with an additional byte, which no loader reads.
fn elf_with_a_note() -> Vec<u8> {
    let mut elf = crate::session::handler();
    elf.push(1);
    elf
}

#[tokio::test(start_paused = true)]
async fn a_confirmed_up_creates_the_stack() {
    let session = ConsoleSession::new("agrees");
    let up = session.flow_at_terminal("up", "", "y\n").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert!(up.err.contains("Execute this change set on stack workmail-message-flow? [y/N]"));
}

#[tokio::test(start_paused = true)]
async fn a_declined_up_leaves_nothing() {
    let session = ConsoleSession::new("declines");
    let up = session.flow_at_terminal("up", "", "n\n").await;
    assert_data_eq!(
        up.folded(),
        str![[r#"
[CREATION]
Execute this change set on stack workmail-message-flow? [y/N] error: not confirmed: the change set was deleted, and nothing was changed
--- exit 6

"#]]
    );
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn without_a_terminal_and_without_yes_nothing_is_written() {
    let session = ConsoleSession::new("no-terminal");
    let up = session.flow("up", "").await;
    assert_data_eq!(
        up.folded(),
        str![[r#"
flow: default, which delivers everything (not set)
error: cannot prompt: stdin is not a terminal; nothing was written

hint: --yes executes the change set without asking; `deployer plan --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap` shows what it would do
--- stdout
[CREATION_PLAN]
--- exit 6

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn up_prints_one_json_object_per_line() {
    let session = ConsoleSession::new("json");
    let up = session.flow("up", "--yes --output json").await;
    assert_eq!((up.code, up.err.as_str()), (0, ""));
    let objects = up.objects();
    assert!(objects.iter().all(|object| object["schema"] == 1 && object["timestamp"].is_string()));
    let mut types: Vec<_> = objects.iter().map(|object| object["type"].as_str().unwrap()).collect();
    types.dedup();
    assert_eq!(
        types,
        [
            "bucket_created",
            "bucket_configured",
            "upload_started",
            "uploaded",
            "change_set_requested",
            "change_set_ready",
            "stack_started",
            "stack",
            "function_ready",
            "finished",
            "outputs"
        ]
    );
    let ready = objects.iter().find(|object| object["type"] == "change_set_ready").unwrap();
    assert!(ready["changes"][0]["data_loss"].is_null(), "{ready}");
    assert_eq!(ready["rights"][1]["gained"][0]["principals"][0], "lambda.amazonaws.com");
    let finished = objects.iter().filter(|object| object["type"] == "finished").count();
    assert_eq!(finished, 1);
    let again = session.flow("up", "--output json").await;
    let first = again.objects().swap_remove(0);
    assert_eq!((&first["type"], &first["outcome"]), (&"finished".into(), &"unchanged".into()));
}

#[tokio::test(start_paused = true)]
async fn a_large_definition_is_deployed_through_the_bucket() {
    let session = ConsoleSession::new("large");
    let comment = "x".repeat(60_000);
    let machine = session.file(
        "large.asl.json",
        format!(r#"{{"Comment":"{comment}","StartAt":"A","States":{{"A":{{"Type":"Succeed"}}}}}}"#),
    );
    let up = session.flow("up", &format!("--yes --state-machine {machine}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(session.cloud.object_keys(BUCKET).len(), 2);
    assert_eq!(session.flow("up", &format!("--state-machine {machine}")).await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_before_an_update_is_retried() {
    let session = ConsoleSession::new("up-lost-answer");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let lost = failure(
        "CloudFormation",
        "DescribeStackEvents",
        ErrorKind::Unreachable,
        None,
        "connection reset",
    );
    session.cloud.fail_next("DescribeStackEvents", lost);
    let up = session.flow("up", "--yes --memory 512").await;
    assert_eq!(up.code, 0, "{}", up.all());
}

#[tokio::test(start_paused = true)]
async fn a_function_that_lambda_cannot_run_is_an_error_with_lambdas_reason() {
    let session = ConsoleSession::new("up-broken-function");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction";
    for (state, last_update) in [("Failed", "Successful"), ("Active", "Failed")] {
        session.cloud.set_function(Function {
            arn: arn.to_owned(),
            state: state.to_owned(),
            state_reason: None,
            last_update: last_update.to_owned(),
            last_update_reason: Some("The key is disabled.".to_owned()),
            architecture: "arm64".to_owned(),
            code_sha256: None,
            environment: BTreeMap::new(),
        });
        let memory = if state == "Failed" { 512 } else { 1024 };
        let up = session.flow("up", &format!("--yes --memory {memory}")).await;
        assert_eq!(up.code, 1, "{}", up.all());
        assert!(up.err.contains("The key is disabled."), "{}", up.err);
    }
}
