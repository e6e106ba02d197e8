//! `deployer watch`, and how `--wait-busy` waits for a running operation.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK, flow_line};
use cloud::StackStatus;

#[tokio::test(start_paused = true)]
async fn an_update_is_followed_from_its_first_event_to_its_end() {
    let session = ConsoleSession::updating("watch-update").await;
    let writes = session.cloud.writes().len();
    assert_data_eq!(
        session.run("watch").await.all(),
        str![[r#"
following the operation on arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 (UPDATE_IN_PROGRESS)
12:00:36 UPDATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:38 UPDATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:39 UPDATE_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:40 UPDATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
done: the stack is updated
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_failing_operation_is_reported_with_its_reason() {
    let session = ConsoleSession::new("watch-failing");
    session.cloud.fail_resource("MfsmFunction", "no room");
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes")).await;
    let watch = session.run("watch").await;
    assert_eq!(watch.code, 1);
    assert!(
        watch.err.contains("error[create-failed] /Resources/MfsmFunction: no room"),
        "{}",
        watch.err
    );
    assert_data_eq!(
        watch.err.lines().rev().take(3).collect::<Vec<_>>().join("\n"),
        str![[r#"
hint: fix the cause and run `deployer up` again: it removes what is left and starts over

  CloudFormation then rolled the operation back
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_creation_and_a_deletion_end_with_success() {
    let session = ConsoleSession::new("watch-life");
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes")).await;
    let created = session.run("watch").await;
    assert_eq!(created.code, 0);
    assert!(created.err.contains("done: the stack is created"), "{}", created.all());
    assert!(created.out.contains("MfsmFunctionArn"), "{}", created.all());
    session.cloud.kill_after_operation("DeleteStack");
    session.run_killed("down --yes").await;
    let deleted = session.run("watch").await;
    assert_eq!((deleted.code, deleted.out.as_str()), (0, ""));
    assert!(deleted.err.ends_with("next `up` or `down`\n"), "{}", deleted.all());
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn without_an_operation_the_status_is_printed() {
    let session = ConsoleSession::new("watch-idle");
    let mut printed = session.run("watch").await.all();
    printed.push_str(&session.run("watch --output json").await.all());
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    printed.push_str(&session.run("watch").await.all());
    printed.push_str(&session.run("watch --output json").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
there is no stack workmail-message-flow
--- exit 3
--- stdout
{"type":"idle","stack_name":"workmail-message-flow","present":false,"stack_id":null,"status":null,"status_reason":null,"schema":1,"timestamp":"2026-11-21T12:00:00Z"}
--- exit 3
--- stdout
workmail-message-flow CREATE_COMPLETE: no operation is in progress
--- exit 0
--- stdout
{"type":"idle","stack_name":"workmail-message-flow","present":true,"stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","status":"CREATE_COMPLETE","status_reason":null,"schema":1,"timestamp":"2026-11-21T12:00:04Z"}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn watch_prints_json() {
    let session = ConsoleSession::updating("watch-json").await;
    assert_data_eq!(
        session.run("watch --output json").await.all(),
        str![[r#"
--- stdout
{"type":"attached","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","status":"UPDATE_IN_PROGRESS","expected_seconds":null,"schema":1,"timestamp":"2026-11-21T12:00:05Z"}
{"type":"stack","id":"workmail-message-flow-UPDATE_IN_PROGRESS-2026-11-21T12:00:36Z","timestamp":"2026-11-21T12:00:06Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_IN_PROGRESS","reason":"User Initiated","token":"deployer-execute-1795262404000-00000004","happened":"2026-11-21T12:00:36Z","schema":1}
{"type":"stack","id":"MfsmFunction-UPDATE_IN_PROGRESS-2026-11-21T12:00:37Z","timestamp":"2026-11-21T12:00:07Z","logical_id":"MfsmFunction","physical_id":"workmail-message-flow-MfsmFunction","resource_type":"AWS::Lambda::Function","status":"UPDATE_IN_PROGRESS","reason":null,"token":"deployer-execute-1795262404000-00000004","happened":"2026-11-21T12:00:37Z","schema":1}
{"type":"stack","id":"MfsmFunction-UPDATE_COMPLETE-2026-11-21T12:00:38Z","timestamp":"2026-11-21T12:00:08Z","logical_id":"MfsmFunction","physical_id":"workmail-message-flow-MfsmFunction","resource_type":"AWS::Lambda::Function","status":"UPDATE_COMPLETE","reason":null,"token":"deployer-execute-1795262404000-00000004","happened":"2026-11-21T12:00:38Z","schema":1}
{"type":"stack","id":"workmail-message-flow-UPDATE_COMPLETE_CLEANUP_IN_PROGRESS-2026-11-21T12:00:39Z","timestamp":"2026-11-21T12:00:09Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS","reason":null,"token":"deployer-execute-1795262404000-00000004","happened":"2026-11-21T12:00:39Z","schema":1}
{"type":"stack","id":"workmail-message-flow-UPDATE_COMPLETE-2026-11-21T12:00:40Z","timestamp":"2026-11-21T12:00:10Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_COMPLETE","reason":null,"token":"deployer-execute-1795262404000-00000004","happened":"2026-11-21T12:00:40Z","schema":1}
{"type":"finished","outcome":"updated","outputs":[{"key":"MfsmFunctionArn","value":"arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction","description":"The function to name in the WorkMail rule."},{"key":"MfsmStateMachineArn","value":"arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC","description":"The state machine that decides."},{"key":"MfsmExecutionTableArn","value":"arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB","description":"The table that maps messages to executions."}],"schema":1,"timestamp":"2026-11-21T12:00:11Z"}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn wait_busy_makes_up_wait() {
    let session = ConsoleSession::updating("up-wait-busy").await;
    let refused = session.flow("up", "--yes --memory 1024").await;
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("--wait-busy"), "{}", refused.err);
    let writes = session.cloud.writes().len();
    let unchanged = session.flow("up", "--memory 512 --wait-busy").await;
    assert_data_eq!(
        unchanged.err,
        str![[r#"
flow: default, which delivers everything (not set)
following the operation on arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 (UPDATE_IN_PROGRESS)
12:00:36 UPDATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:38 UPDATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:39 UPDATE_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:40 UPDATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
no changes: stack workmail-message-flow is up to date; nothing was written

"#]]
    );
    assert_eq!((unchanged.code, session.cloud.writes().len()), (0, writes));
}

#[tokio::test(start_paused = true)]
async fn up_creates_the_stack_again_after_a_running_deletion() {
    let session = ConsoleSession::new("up-wait-deletion");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.kill_after_operation("DeleteStack");
    session.run_killed("down --yes").await;
    let up = session.flow("up", "--yes --wait-busy").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert!(up.err.contains("would be created"), "{}", up.err);
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::CreateComplete));
}

#[tokio::test(start_paused = true)]
async fn wait_busy_makes_down_wait() {
    let session = ConsoleSession::updating("down-wait-busy").await;
    assert_eq!(session.run("down --yes").await.code, 1);
    let down = session.run("down --yes --wait-busy").await;
    assert_eq!(down.code, 0, "{}", down.all());
    let order = ["UPDATE_COMPLETE", "would be removed", "DELETE_COMPLETE", "done: nothing is left"];
    let places: Vec<_> = order.iter().map(|part| down.err.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{}", down.err);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}
