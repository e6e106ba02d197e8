//! `deployer down` where something blocks the removal: a resource that cannot be deleted, or
//! termination protection.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK};
use cloud::StackStatus;

/// A stack whose table cannot be deleted.
async fn stuck(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.refuse_delete("MfsmExecutionTable", "the table is being exported");
    assert_eq!(session.run("down --yes").await.code, 1);
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::DeleteFailed));
    session
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_cannot_be_deleted_is_named_with_the_next_steps() {
    let session = stuck("down-stuck").await;
    let again = session.run("down --yes").await;
    assert_data_eq!(
        again.all(),
        str![[r#"
the last deletion failed, because these resources could not be deleted:
  MfsmExecutionTable AWS::DynamoDB::Table workmail-message-flow-MfsmExecutionTable-86A9032AB8CB: the table is being exported
stack workmail-message-flow would be removed, with:
  - remove MfsmExecutionTable AWS::DynamoDB::Table, and its entries about messages in progress
Plan: 0 to add, 0 to change, 1 to remove.
A WorkMail rule that still names the function makes every message it matches wait until the rule's timeout, and then applies its fallback action: delete the rule first.
what depends on it now:
  invocations  none measured yet in the last 24 hours; CloudWatch is some minutes behind
  entries      about 0 in the table, as DynamoDB counts every six hours
  executions   the state machine no longer exists
delete of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:01:00 DELETE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:01:01 DELETE_IN_PROGRESS   MfsmExecutionTable AWS::DynamoDB::Table
12:01:02 DELETE_FAILED        MfsmExecutionTable AWS::DynamoDB::Table: the table is being exported
12:01:03 DELETE_FAILED        workmail-message-flow AWS::CloudFormation::Stack: The following resource(s) failed to delete: [MfsmExecutionTable]. 
error: the stack ended in DELETE_FAILED because MfsmExecutionTable (AWS::DynamoDB::Table) could not be deleted
  error[delete-failed] /Resources/MfsmExecutionTable: the table is being exported

hint: fix the cause and run `deployer down` again; --retain LOGICAL_ID leaves a resource behind, --force every resource that still cannot be deleted
--- exit 1

"#]]
    );
    let up = session.flow("up", "--yes").await;
    assert!(up.err.contains("hint: `deployer down --org-arn "), "{}", up.err);
    assert!(up.err.contains("` shows what could not be deleted"), "{}", up.err);
}

#[tokio::test(start_paused = true)]
async fn retain_leaves_a_resource_behind() {
    let session = stuck("down-retain").await;
    let line = "down --retain MfsmExecutionTable";
    let writes = session.cloud.writes().len();
    assert_eq!(session.run(line).await.code, 6);
    assert_eq!(session.cloud.writes().len(), writes);
    assert_data_eq!(
        session.run_at_terminal(line, "yes\n").await.all(),
        str![[r#"
the last deletion failed, because these resources could not be deleted:
  MfsmExecutionTable AWS::DynamoDB::Table workmail-message-flow-MfsmExecutionTable-86A9032AB8CB: the table is being exported
stack workmail-message-flow would be removed, with:
  (no resources)
Plan: 0 to add, 0 to change, 0 to remove.
These are kept, with their contents and costs, and no stack manages them anymore:
  MfsmExecutionTable AWS::DynamoDB::Table workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
A WorkMail rule that still names the function makes every message it matches wait until the rule's timeout, and then applies its fallback action: delete the rule first.
what depends on it now:
  invocations  none measured yet in the last 24 hours; CloudWatch is some minutes behind
  entries      about 0 in the table, as DynamoDB counts every six hours
  executions   the state machine no longer exists
Remove stack workmail-message-flow and leave 1 resource behind? [y/N] delete of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:01:00 DELETE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:01:01 DELETE_SKIPPED       MfsmExecutionTable AWS::DynamoDB::Table
12:01:02 DELETE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
left behind, and no stack manages it anymore:
  MfsmExecutionTable AWS::DynamoDB::Table workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
removed 2 artifact versions from message-flow-artifacts-123456789012-us-east-1
removed the artifact bucket message-flow-artifacts-123456789012-us-east-1
done: the stack is deleted; remove what it left behind yourself
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn force_leaves_behind_what_still_cannot_be_deleted() {
    let session = stuck("down-force").await;
    let forced = session.run("down --force --yes --output json").await;
    assert_eq!(forced.code, 0, "{}", forced.all());
    let printed: Vec<&str> =
        forced.out.lines().filter(|line| !line.contains(r#""type":"stack""#)).collect();
    assert_data_eq!(
        printed.join("\n"),
        str![[r#"
{"type":"at_stake","stack_name":"workmail-message-flow","invocations_last_day":0.0,"entries":0,"running":null,"schema":1,"timestamp":"2026-11-21T12:00:07Z"}
{"type":"stack_started","operation":"delete","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","expected_seconds":null,"schema":1,"timestamp":"2026-11-21T12:00:09Z"}
{"type":"left_behind","resources":[{"logical_id":"MfsmExecutionTable","physical_id":"workmail-message-flow-MfsmExecutionTable-86A9032AB8CB","resource_type":"AWS::DynamoDB::Table","status":"DELETE_FAILED","reason":"the table is being exported"}],"schema":1,"timestamp":"2026-11-21T12:00:14Z"}
{"type":"artifacts_removed","bucket":"message-flow-artifacts-123456789012-us-east-1","versions":2,"schema":1,"timestamp":"2026-11-21T12:00:15Z"}
{"type":"bucket_removed","bucket":"message-flow-artifacts-123456789012-us-east-1","schema":1,"timestamp":"2026-11-21T12:00:16Z"}
{"type":"finished","outcome":"removed_in_part","outputs":[],"schema":1,"timestamp":"2026-11-21T12:00:17Z"}
"#]]
    );
    assert_eq!(session.cloud.stack_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_can_still_be_deleted_is_not_left_behind() {
    let session = ConsoleSession::new("down-retain-refused");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let mut printed = session.run("down --yes --force").await.all();
    printed.push_str(&session.run("down --yes --retain MfsmFunction").await.all());
    assert_eq!(session.cloud.writes().len(), writes);
    let session = stuck("down-retain-unknown").await;
    let writes = session.cloud.writes().len();
    printed.push_str(&session.run("down --yes --retain MfsmFunction").await.all());
    assert_eq!(session.run("down --yes --force --retain MfsmFunction").await.code, 2);
    assert_data_eq!(
        printed,
        str![[r#"
error: stack workmail-message-flow is CREATE_COMPLETE: --retain and --force are for a stack whose deletion has failed

hint: run `deployer down` without them; it shows what cannot be deleted
--- exit 1
error: stack workmail-message-flow is CREATE_COMPLETE: --retain and --force are for a stack whose deletion has failed

hint: run `deployer down` without them; it shows what cannot be deleted
--- exit 1
error: --retain MfsmFunction cannot be used
  error[not-stuck] --retain MfsmFunction: it can be deleted; these cannot: MfsmExecutionTable
--- exit 2

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn protection_is_turned_off_only_with_the_option_and_confirmation() {
    let session = ConsoleSession::new("down-unprotect");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.set_termination_protection(STACK, true);
    let writes = session.cloud.writes().len();
    assert_eq!(session.run("down --yes").await.code, 1);
    let declined = session.run_at_terminal("down --unprotect", "no\n").await;
    assert_eq!(declined.code, 6);
    assert!(
        declined.err.contains("Termination protection is on, and would be switched off first.")
    );
    assert_eq!(session.cloud.writes().len(), writes);
    let down = session.run("down --unprotect --yes").await;
    assert_eq!(down.code, 0, "{}", down.all());
    assert!(down.err.contains("switched termination protection off\n"), "{}", down.err);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
    assert_eq!(session.run("down --unprotect --yes").await.code, 0);
}
