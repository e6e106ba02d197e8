//! Any single call fails in any way: the command retries, or ends with an error that reports what
//! failed and what to do. Nothing is left half done, and the next command needs no help.
//!
//! Each of a command's calls fails once, one after the other.

use crate::converged::{assert_nothing_left, assert_up};
use crate::session::{BUCKET, ConsoleSession, Printed, STACK, failure, flow_line};
use cloud::{ErrorKind, StackStatus};

/// The ways in which a call can fail, with the exit code of a command that ends because of it.
const KINDS: [(ErrorKind, Option<&str>, u8); 3] = [
    (ErrorKind::Denied, Some("AccessDenied"), 4),
    (ErrorKind::Throttled, Some("Throttling"), 1),
    (ErrorKind::Unreachable, None, 1),
];

/// The exit code if an operation continues in AWS that can no longer be followed.
const DETACHED: u8 = 5;

/// Runs `line` in accounts that `before` prepares, with another failing call each time, and then
/// `next`. Returns all the resulting accounts.
async fn failing_everywhere(
    name: &str,
    before: impl AsyncFn(&ConsoleSession),
    line: &str,
    next: &str,
) -> Vec<ConsoleSession> {
    let mut ends = Vec::new();
    for (kind, code, exit) in KINDS {
        for calls in 0.. {
            let session = ConsoleSession::new(&format!("failing-{name}"));
            before(&session).await;
            session.cloud.fail_after(calls, failure("", "", kind, code, "it was made to fail"));
            let writes = session.cloud.writes().len();
            let printed = session.run(line).await;
            if session.cloud.cancel_failure() {
                assert_eq!(printed.code, 0, "{}", printed.all());
                assert!(calls > 5, "{line} makes only {calls} calls");
                break;
            }
            let context = format!("{kind:?} at call {calls} of {line}: {}", printed.all());
            assert_reported(&printed, exit, code, &context);
            assert_not_half_made(&session, &printed, writes, &context);
            session.cloud.finish_operations();
            let after = session.run(next).await;
            assert_eq!(after.code, 0, "{context}\nand then {}", after.all());
            ends.push(session);
        }
    }
    ends
}

fn assert_reported(printed: &Printed, exit: u8, code: Option<&str>, context: &str) {
    // A failed call for the usage that `down` shows before its prompt does not stop it.
    if printed.code == 0 && printed.err.contains("unknown") {
        return;
    }
    assert!(printed.err.contains("it was made to fail"), "{context}");
    assert!(code.is_none_or(|code| printed.err.contains(code)), "{context}");
    if printed.code == 0 {
        assert!(exit != 4, "{context}");
        assert!(printed.err.contains("polling failed, retrying"), "{context}");
        return;
    }
    assert!([exit, DETACHED].contains(&printed.code), "{context}");
    assert!(printed.err.contains("hint: "), "{context}");
    let detached =
        printed.err.contains("continues in AWS") && printed.err.contains("deployer watch");
    assert_eq!(printed.code == DETACHED, detached, "{context}");
}

/// No change set and no empty stack is left that could be executed by mistake, and the error
/// reports everything that was started.
fn assert_not_half_made(session: &ConsoleSession, printed: &Printed, writes: usize, context: &str) {
    let status = session.cloud.status(STACK);
    assert_ne!(status, Some(StackStatus::ReviewInProgress), "{context}");
    assert_eq!(session.cloud.change_set_names(STACK), [""; 0], "{context}");
    let written = session.cloud.writes().split_off(writes);
    let executed = written.iter().any(|call| call == "CloudFormation.ExecuteChangeSet");
    let busy = status.is_some_and(|status| status.is_busy());
    assert!(!busy || executed || printed.code == DETACHED, "{context}");
}

async fn nothing(_: &ConsoleSession) {}

/// A stack that is up to date.
async fn a_stack(session: &ConsoleSession) {
    assert_eq!(session.flow("up", "--yes").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_creation_survives_or_reports_every_failed_call() {
    let up = flow_line("up", "--yes");
    assert_up(&failing_everywhere("create", nothing, &up, &up).await).await;
    assert_nothing_left(&failing_everywhere("create-down", nothing, &up, "down --yes").await);
}

#[tokio::test(start_paused = true)]
async fn an_update_survives_or_reports_every_failed_call() {
    let update = flow_line("up", "--yes --memory 256");
    assert_up(&failing_everywhere("update", a_stack, &update, &update).await).await;
    assert_nothing_left(&failing_everywhere("update-down", a_stack, &update, "down --yes").await);
}

#[tokio::test(start_paused = true)]
async fn a_removal_survives_or_reports_every_failed_call() {
    let (up, down) = (flow_line("up", "--yes"), "down --yes");
    assert_nothing_left(&failing_everywhere("down", a_stack, down, down).await);
    assert_up(&failing_everywhere("down-up", a_stack, down, &up).await).await;
}

#[tokio::test(start_paused = true)]
async fn credentials_that_expire_during_an_update_are_reported() {
    let session = ConsoleSession::new("expired-midway");
    a_stack(&session).await;
    let looks_of_an_update = 16;
    let expired = failure("", "", ErrorKind::Denied, Some("ExpiredToken"), "it has expired");
    session.cloud.fail_after(looks_of_an_update, expired);
    let up = session.flow("up", "--yes --memory 256").await;
    let printed = up.err.split_once("error: ").unwrap().1;
    snapbox::assert_data_eq!(
        printed,
        snapbox::str![[r#"
lost the connection; the operation on the stack continues in AWS
  caused by: CloudFormation DescribeStackEvents failed (ExpiredToken): it has expired

hint: the credentials have expired: renew them
hint: `deployer watch --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` follows it again

"#]]
    );
    assert_eq!(up.code, DETACHED);
    let watch = session.run("watch").await;
    assert_eq!(watch.code, 0, "{}", watch.all());
    let again = session.flow("up", "--yes --memory 256").await;
    assert!(again.err.contains("no changes"), "{}", again.err);
}

#[tokio::test(start_paused = true)]
async fn an_inaccessible_bucket_stops_a_removal_before_anything_is_deleted() {
    let session = ConsoleSession::new("hidden-bucket");
    a_stack(&session).await;
    session.cloud.add_foreign_bucket(BUCKET);
    let down = session.run("down --yes").await;
    snapbox::assert_data_eq!(
        down.all(),
        snapbox::str![[r#"
error: the artifact bucket's name, message-flow-artifacts-123456789012-us-east-1, belongs to another account, or your credentials have no access to it

hint: the credentials need s3:ListBucket and s3:GetBucketTagging on it
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.stack_names(), [STACK]);
}
