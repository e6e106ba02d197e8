//! `deployer down`.

use snapbox::{assert_data_eq, str};

use crate::session::{BUCKET, ConsoleSession, failure};
use cloud::{ErrorKind, HistoryEvent, LedgerEntry};

#[tokio::test(start_paused = true)]
async fn everything_is_removed() {
    let session = ConsoleSession::new("down");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_data_eq!(
        session.run("down --yes").await.all(),
        str![[r#"
stack workmail-message-flow would be removed, with:
  - remove MfsmExecutionTable AWS::DynamoDB::Table, and its entries about messages in progress
  - remove MfsmStateMachineLogGroup AWS::Logs::LogGroup, and its logs
  - remove MfsmStateMachineRole AWS::IAM::Role
  - remove MfsmStateMachine AWS::StepFunctions::StateMachine, and the history of its executions
  - remove MfsmFunctionLogGroup AWS::Logs::LogGroup, and its logs
  - remove MfsmFunctionRole AWS::IAM::Role
  - remove MfsmFunctionLogsPolicy AWS::IAM::Policy
  - remove MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
  - remove MfsmFunctionStateMachinePolicy AWS::IAM::Policy
  - remove MfsmFunction AWS::Lambda::Function
  - remove MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
Plan: 0 to add, 0 to change, 11 to remove.
A WorkMail rule that still names the function makes every message it matches wait until the rule's timeout, and then applies its fallback action: delete the rule first.
what depends on it now:
  invocations  none measured yet in the last 24 hours; CloudWatch is some minutes behind
  entries      about 0 in the table, as DynamoDB counts every six hours
  executions   none is running
delete of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:36 DELETE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 DELETE_IN_PROGRESS   MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:38 DELETE_COMPLETE      MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
12:00:39 DELETE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:40 DELETE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:41 DELETE_IN_PROGRESS   MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:42 DELETE_COMPLETE      MfsmFunctionStateMachinePolicy AWS::IAM::Policy
12:00:43 DELETE_IN_PROGRESS   MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:44 DELETE_IN_PROGRESS   MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:45 DELETE_IN_PROGRESS   MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:46 DELETE_COMPLETE      MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:47 DELETE_COMPLETE      MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:48 DELETE_COMPLETE      MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:49 DELETE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:00:50 DELETE_IN_PROGRESS   MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:51 DELETE_IN_PROGRESS   MfsmFunctionRole AWS::IAM::Role
12:00:52 DELETE_IN_PROGRESS   MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:53 DELETE_IN_PROGRESS   MfsmStateMachineRole AWS::IAM::Role
12:00:54 DELETE_COMPLETE      MfsmExecutionTable AWS::DynamoDB::Table
12:00:55 DELETE_COMPLETE      MfsmFunctionLogGroup AWS::Logs::LogGroup
12:00:56 DELETE_COMPLETE      MfsmFunctionRole AWS::IAM::Role
12:00:57 DELETE_COMPLETE      MfsmStateMachineLogGroup AWS::Logs::LogGroup
12:00:58 DELETE_COMPLETE      MfsmStateMachineRole AWS::IAM::Role
12:00:59 DELETE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
removed 2 artifact versions from message-flow-artifacts-123456789012-us-east-1
removed the artifact bucket message-flow-artifacts-123456789012-us-east-1
done: nothing is left
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_second_down_writes_nothing() {
    let session = ConsoleSession::new("down-again");
    assert_data_eq!(
        session.run("down").await.all(),
        str![[r#"
there is no stack workmail-message-flow in account 123456789012, region us-east-1, and nothing of it is left
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn down_asks_for_confirmation() {
    let session = ConsoleSession::new("down-asked");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    assert_data_eq!(
        session.run_at_terminal("down", "no\n").await.all(),
        str![[r#"
stack workmail-message-flow would be removed, with:
  - remove MfsmExecutionTable AWS::DynamoDB::Table, and its entries about messages in progress
  - remove MfsmStateMachineLogGroup AWS::Logs::LogGroup, and its logs
  - remove MfsmStateMachineRole AWS::IAM::Role
  - remove MfsmStateMachine AWS::StepFunctions::StateMachine, and the history of its executions
  - remove MfsmFunctionLogGroup AWS::Logs::LogGroup, and its logs
  - remove MfsmFunctionRole AWS::IAM::Role
  - remove MfsmFunctionLogsPolicy AWS::IAM::Policy
  - remove MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
  - remove MfsmFunctionStateMachinePolicy AWS::IAM::Policy
  - remove MfsmFunction AWS::Lambda::Function
  - remove MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
Plan: 0 to add, 0 to change, 11 to remove.
A WorkMail rule that still names the function makes every message it matches wait until the rule's timeout, and then applies its fallback action: delete the rule first.
what depends on it now:
  invocations  none measured yet in the last 24 hours; CloudWatch is some minutes behind
  entries      about 0 in the table, as DynamoDB counts every six hours
  executions   none is running
Remove stack workmail-message-flow? [y/N] error: not confirmed; nothing was removed

hint: --yes skips the confirmation
--- exit 6

"#]]
    );
    assert_eq!(session.run("down").await.code, 6);
    assert_eq!(session.cloud.writes().len(), writes);
    assert_eq!(session.run_at_terminal("down", "y\n").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn the_bucket_stays_while_another_stack_uses_it() {
    let session = ConsoleSession::new("down-shared");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!(session.flow("up", "--yes --stack-name other").await.code, 0);
    let down = session.run("down --yes --stack-name other").await;
    assert!(down.err.contains("other stacks use it"), "{}", down.all());
    assert_eq!(session.cloud.object_keys(BUCKET).len(), 1);
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_remains_of_an_interrupted_down_are_removed() {
    let session = ConsoleSession::new("down-interrupted");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let lost =
        failure("S3", "ListObjectVersions", ErrorKind::Unreachable, None, "connection reset");
    session.cloud.fail_next("ListObjectVersions", lost);
    assert_eq!(session.run("down --yes").await.code, 1);
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_cannot_be_deleted_is_named() {
    let session = ConsoleSession::new("down-refused");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.refuse_delete("MfsmExecutionTable", "the table is being exported");
    let down = session.run("down --yes").await;
    assert_eq!(down.code, 1);
    assert!(down.err.contains("error: the stack ended in DELETE_FAILED"), "{}", down.err);
    assert!(down.err.contains("the table is being exported"));
    session.cloud.fix_resource("MfsmExecutionTable");
    assert_eq!(session.run("down --yes").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn protection_is_never_turned_off_silently() {
    let session = ConsoleSession::new("down-protected");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.set_termination_protection("workmail-message-flow", true);
    assert_data_eq!(
        session.run("down --yes").await.all(),
        str![[r#"
error: stack workmail-message-flow is protected from deletion (termination protection is on)

hint: `deployer down --unprotect` switches the protection off, and then removes the stack
--- exit 1

"#]]
    );
}

/// A history that has begun and not ended.
fn running() -> Vec<HistoryEvent> {
    vec![HistoryEvent::new(1, jiff::Timestamp::UNIX_EPOCH, "ExecutionStarted")]
}

#[tokio::test(start_paused = true)]
async fn usage_of_the_flow_is_shown_before_the_removal() {
    let session = ConsoleSession::new("down-stakes");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let names = session.cloud.resources("workmail-message-flow");
    for (at, value) in [("2026-11-20T11:00:00Z", 5.0), ("2026-11-21T11:00:00Z", 40.0)] {
        session.cloud.add_data_point(
            "Invocations",
            &names["MfsmFunction"],
            at.parse().unwrap(),
            value,
        );
    }
    for id in ["1", "2", "3"] {
        session.cloud.add_entry(&names["MfsmExecutionTable"], id, LedgerEntry::default());
    }
    let executions = names["MfsmStateMachine"].replace(":stateMachine:", ":execution:");
    session.cloud.add_execution(&format!("{executions}:1"), running());
    let printed = session.run_at_terminal("down", "no\n").await;
    assert_eq!(printed.code, 6);
    let usage = printed.err.split_once("delete the rule first.\n").unwrap().1;
    assert_data_eq!(
        usage.split_once("Remove").unwrap().0,
        str![[r#"
what depends on it now:
  invocations  40 in the last 24 hours, by WorkMail or by hand: a WorkMail rule may still name the function
  entries      about 3 in the table, as DynamoDB counts every six hours
  executions   1 running; Step Functions ends them at their next transition, undecided

"#]]
    );
    let json = session.run("down --yes --output json").await;
    assert_data_eq!(
        json.out.lines().next().unwrap(),
        str![[
            r#"{"type":"at_stake","stack_name":"workmail-message-flow","invocations_last_day":40.0,"entries":3,"running":{"count":1,"more":false},"schema":1,"timestamp":"2026-11-21T12:00:06Z"}"#
        ]]
    );
}

#[tokio::test(start_paused = true)]
async fn unreadable_usage_does_not_stop_the_removal() {
    let session = ConsoleSession::new("down-denied");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    for (service, operation, kind) in [
        ("CloudWatch", "GetMetricData", ErrorKind::Denied),
        ("DynamoDB", "DescribeTable", ErrorKind::Denied),
        ("Step Functions", "ListExecutions", ErrorKind::Unreachable),
    ] {
        let refused = failure(service, operation, kind, None, "not today");
        session.cloud.fail_next(operation, refused);
    }
    let down = session.run("down --yes").await;
    assert_eq!(down.code, 0);
    let usage = down.err.split_once("delete the rule first.\n").unwrap().1;
    assert_data_eq!(
        usage.split_once("delete of").unwrap().0,
        str![[r#"
what depends on it now:
  invocations  unknown (needs cloudwatch:GetMetricData)
  entries      unknown (needs dynamodb:DescribeTable)
  executions   unknown: Step Functions ListExecutions failed: not today

"#]]
    );
    assert_eq!(session.cloud.stack_names(), [""; 0]);
}
