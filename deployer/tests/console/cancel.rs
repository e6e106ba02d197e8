//! `deployer cancel`.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK, failure, flow_line};
use cloud::{ErrorKind, StackStatus, Stacks};

/// A stack whose first creation continues without a deployer.
async fn creating(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.cloud.kill_after_operation("ExecuteChangeSet");
    session.run_killed(&flow_line("up", "--yes")).await;
    session
}

#[tokio::test(start_paused = true)]
async fn a_running_update_is_rolled_back() {
    let session = ConsoleSession::updating("cancel-update").await;
    assert_data_eq!(
        session.run("cancel").await.all(),
        str![[r#"
cancel of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:38 UPDATE_ROLLBACK_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:39 UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:40 UPDATE_ROLLBACK_COMPLETE workmail-message-flow AWS::CloudFormation::Stack
done: the update is rolled back; the stack is as it was before
--- exit 0

"#]]
    );
    let again = session.flow("up", "--yes --memory 512").await;
    assert!(again.err.contains("MemorySize: 128 -> 512"), "{}", again.err);
}

#[tokio::test(start_paused = true)]
async fn cancel_prints_json() {
    let session = ConsoleSession::updating("cancel-json").await;
    assert_data_eq!(
        session.run("cancel --output json").await.all(),
        str![[r#"
--- stdout
{"type":"stack_started","operation":"cancel","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","expected_seconds":null,"schema":1,"timestamp":"2026-11-21T12:00:06Z"}
{"type":"stack","id":"workmail-message-flow-UPDATE_ROLLBACK_IN_PROGRESS-2026-11-21T12:00:38Z","timestamp":"2026-11-21T12:00:07Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_ROLLBACK_IN_PROGRESS","reason":"User Initiated","token":"deployer-cancel-1795262405000-00000005","happened":"2026-11-21T12:00:38Z","schema":1}
{"type":"stack","id":"workmail-message-flow-UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS-2026-11-21T12:00:39Z","timestamp":"2026-11-21T12:00:08Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS","reason":null,"token":"deployer-cancel-1795262405000-00000005","happened":"2026-11-21T12:00:39Z","schema":1}
{"type":"stack","id":"workmail-message-flow-UPDATE_ROLLBACK_COMPLETE-2026-11-21T12:00:40Z","timestamp":"2026-11-21T12:00:09Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_ROLLBACK_COMPLETE","reason":null,"token":"deployer-cancel-1795262405000-00000005","happened":"2026-11-21T12:00:40Z","schema":1}
{"type":"finished","outcome":"rolled_back","outputs":[],"schema":1,"timestamp":"2026-11-21T12:00:10Z"}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_first_creation_is_deleted_after_confirmation() {
    let session = creating("cancel-create").await;
    let writes = session.cloud.writes().len();
    let mut printed = session.run("cancel").await.all();
    printed.push_str(&session.run_at_terminal("cancel", "n\n").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: cannot prompt: stdin is not a terminal; nothing was canceled

hint: --yes skips the confirmation
--- exit 6
Stack workmail-message-flow is being created for the first time; canceling deletes it. Delete it? [y/N] error: not confirmed; nothing was canceled

hint: --yes skips the confirmation
--- exit 6

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
    let cancelled = session.run_at_terminal("cancel", "y\n").await;
    assert_eq!(cancelled.code, 0, "{}", cancelled.all());
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn yes_deletes_a_first_creation_without_a_prompt() {
    let session = creating("cancel-create-yes").await;
    assert_eq!(session.run("cancel --yes").await.code, 0);
    assert_eq!(session.cloud.stack_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_cannot_be_cancelled_is_reported_with_the_reason() {
    let session = ConsoleSession::new("cancel-refused");
    let mut printed = session.run("cancel").await.all();
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    for status in [
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
    ] {
        session.cloud.set_status(STACK, StackStatus::from_name(status));
        printed.push_str(&session.run("cancel --yes").await.all());
    }
    session.cloud.set_status(STACK, StackStatus::CreateInProgress);
    session.cloud.set_termination_protection(STACK, true);
    printed.push_str(&session.run("cancel --yes").await.all());
    session.cloud.untag_stack(STACK, "message-flow:managed-by");
    printed.push_str(&session.run("cancel --yes").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack workmail-message-flow

hint: --stack-name chooses another stack, --region and --profile another place
--- exit 1
error: there is nothing to cancel: stack workmail-message-flow has no operation in progress (CREATE_COMPLETE)
--- exit 1
error: it is too late to cancel: stack workmail-message-flow is updated, and only what the update replaced is still being deleted (UPDATE_COMPLETE_CLEANUP_IN_PROGRESS)

hint: `deployer watch` follows it to its end
--- exit 1
error: stack workmail-message-flow is UPDATE_ROLLBACK_IN_PROGRESS, which cannot be canceled

hint: `deployer watch` follows it to its end
--- exit 1
error: stack workmail-message-flow is DELETE_IN_PROGRESS, which cannot be canceled

hint: `deployer watch` follows it to its end
--- exit 1
error: stack workmail-message-flow is protected from deletion (termination protection is on)

hint: `deployer down --unprotect` switches the protection off, and then removes the stack
--- exit 1
error: there is a stack workmail-message-flow, but deployer did not create it

hint: choose another name with --stack-name
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn an_update_that_ends_meanwhile_is_reported_as_ended() {
    let session = ConsoleSession::updating("cancel-late").await;
    let late = failure(
        "CloudFormation",
        "CancelUpdateStack",
        ErrorKind::Invalid,
        Some("ValidationError"),
        "CancelUpdateStack cannot be called from current stack status",
    );
    session.cloud.fail_next("CancelUpdateStack", late);
    let cancelled = session.run("cancel").await;
    assert_data_eq!(
        cancelled.all(),
        str![[r#"
error: CloudFormation CancelUpdateStack failed (ValidationError): CancelUpdateStack cannot be called from current stack status

hint: the update progressed before it could be canceled: `deployer watch` follows it
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_ends_meanwhile_is_not_deleted() {
    let mut too_late = 0;
    for looks in 0.. {
        let session = creating("cancel-create-late").await;
        for _ in 0..looks {
            session.cloud.describe(STACK).await.unwrap();
        }
        if session.cloud.status(STACK) == Some(StackStatus::CreateComplete) {
            break;
        }
        let cancelled = session.run("cancel --yes").await;
        if cancelled.code == 0 {
            assert_eq!(session.cloud.stack_names(), [""; 0]);
        } else {
            assert!(cancelled.err.contains("there is nothing to cancel"), "{}", cancelled.all());
            assert_eq!(session.cloud.status(STACK), Some(StackStatus::CreateComplete));
            too_late += 1;
        }
    }
    assert_eq!(too_late, 2, "it ends before the first look, or before the second");
}
