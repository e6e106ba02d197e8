//! `deployer trace` with other ends: undecided, failed, invalid, recorded, long ago.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::logged::{
    EXECUTION, FUNCTION_LOGS, History, INVOCATION, TABLE, answered, at, deployed, entry, not_ready,
};
use crate::session::ConsoleSession;
use cloud::{HistoryEvent, LedgerEntry};

const DROP_ONE: &str =
    r#"{"actions":[{"action":{"type":"DROP"},"recipients":["two@example.com"]}]}"#;

/// A claimed message whose execution has this history.
async fn claimed(name: &str, history: Vec<HistoryEvent>) -> ConsoleSession {
    let session = deployed(name).await;
    session.cloud.log(FUNCTION_LOGS, at("11:50:01.003"), &not_ready(json!({})));
    session.cloud.add_entry(TABLE, INVOCATION, entry());
    session.cloud.add_execution(EXECUTION, history);
    session
}

/// What is printed below the timeline.
async fn end(session: &ConsoleSession) -> String {
    let printed = session.run(&format!("trace {INVOCATION}")).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let end = printed.out.rsplit("\n\n").next().unwrap().to_owned();
    assert!(
        printed.out.contains("WorkMail invokes the function")
            || printed.out.contains("no line about it"),
        "{end}"
    );
    end
}

#[tokio::test(start_paused = true)]
async fn a_running_execution_has_no_verdict_yet() {
    let waiting = History::begun("11:50:00.041").enters("11:50:00.050", "Wait", "For approval");
    let session = claimed("trace-pending", waiting.so_far()).await;
    assert_data_eq!(
        end(&session).await,
        str![[r#"
no verdict yet: the execution is running
  it is in For approval (Wait)
  WorkMail retries until the rule's timeout, then applies the fallback action to all recipients

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn failed_executions_and_verdicts_by_policy_are_shown() {
    let failed = || {
        let broken = History::begun("11:50:00.041").enters("11:50:00.050", "Task", "Classify");
        broken.fails("11:50:00.060", "for one@example.com").ends(
            "11:50:00.061",
            "ExecutionFailed",
            "Broken",
        )
    };
    let session = claimed("trace-failed", failed()).await;
    let mut printed = session.run(&format!("trace {INVOCATION}")).await.out;
    let by_policy = answered(json!({ "policy": "bounce", "path": "retry", "outcome": "failed" }));
    session.cloud.log(FUNCTION_LOGS, at("11:50:10"), &by_policy);
    printed.push_str("\n--- only the log says that a policy answered\n");
    printed.push_str(&end(&session).await);
    let bounce = r#"{"actions":[{"action":{"type":"BOUNCE"},"allRecipients":true}]}"#;
    let recorded = LedgerEntry { verdict: Some(bounce.to_owned()), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, recorded);
    printed.push_str("--- it is recorded\n");
    printed.push_str(&end(&session).await);
    assert_data_eq!(
        printed,
        str![[r#"
message    00000000-0000-4000-8000-00000000000a
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
claimed    2026-11-21 11:50:00 UTC

     0.000 s  WorkMail invokes the function
     0.041 s    the execution starts
     0.050 s    Classify (Task)
     0.060 s    Classify calls lambda:invoke
     0.060 s    Classify TaskFailed
     0.061 s    the execution ends FAILED: Broken
     1.003 s  not ready after 1003 ms

no verdict: the execution ended FAILED with Broken
  WorkMail retries until the rule's timeout, then applies the fallback action to all recipients
  a redrive within 14 days can still succeed; `up` with --on-failure decides what is answered otherwise

--- only the log says that a policy answered
verdict by the policy `bounce`, given to WorkMail:
  BOUNCE            all (2 recipients): not delivered, and the sender is notified
--- it is recorded
verdict by the policy `bounce`, given to WorkMail:
  BOUNCE            all (2 recipients): not delivered, and the sender is notified

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_invalid_verdict_is_shown() {
    let history = History::begun("11:50:00.041").succeeds("11:50:00.050", r#"{"Payload":1}"#);
    let session = claimed("trace-invalid", history).await;
    assert_data_eq!(
        end(&session).await,
        str![[r#"
no verdict: the output is not a valid verdict
  $: the object has no `actions` (no-actions)
  WorkMail retries until the rule's timeout, then applies the fallback action to all recipients

"#]]
    );
}

/// The newest exit of the output state counts, even if others follow; the rule applies to
/// recipients that no action covers.
#[tokio::test(start_paused = true)]
async fn an_output_state_decides_before_the_end() {
    let history = History::begun("11:50:00.041")
        .enters("11:50:00.050", "Pass", "Decide")
        .leaves("11:50:00.051", "Pass", "Decide", "{}")
        .enters("11:50:00.052", "Pass", "Decide")
        .leaves("11:50:00.053", "Pass", "Decide", DROP_ONE)
        .enters("11:50:00.054", "Wait", "Archive");
    let session = claimed("trace-state", history.so_far()).await;
    let stated = LedgerEntry { output_state: Some("Decide".to_owned()), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, stated);
    assert_data_eq!(
        end(&session).await,
        str![[r#"
verdict of the state `Decide`, which WorkMail gets when it retries, if the rule's timeout allows:
  (fallback)        1 recipient: the rule's fallback action, whichever that is
  DROP              1 recipient: not delivered, and no one is notified
  findings: uncovered-recipients

"#]]
    );
}

/// A redrive after a failure, and a recorded verdict that takes precedence over the execution's.
#[tokio::test(start_paused = true)]
async fn a_redriven_execution_and_a_recorded_verdict_are_shown() {
    let deliver = r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;
    let mut history = History::begun("11:50:00.041");
    history = history.enters("11:50:00.050", "Task", "Classify").fails("11:50:00.060", "Broken");
    history = history.and("11:50:00.061", "ExecutionFailed", |_| {});
    let history =
        history.and("11:55:00", "ExecutionRedriven", |_| {}).succeeds("11:55:01", deliver);
    let session = claimed("trace-redriven", history).await;
    let mut printed = session.run(&format!("trace {INVOCATION}")).await.out;
    let recorded = LedgerEntry { verdict: Some(DROP_ONE.to_owned()), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, recorded);
    printed.push_str("--- another verdict was recorded\n");
    printed.push_str(&end(&session).await);
    assert_data_eq!(
        printed,
        str![[r#"
message    00000000-0000-4000-8000-00000000000a
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
claimed    2026-11-21 11:50:00 UTC

     0.000 s  WorkMail invokes the function
     0.041 s    the execution starts
     0.050 s    Classify (Task)
     0.060 s    Classify calls lambda:invoke
     0.060 s    Classify TaskFailed: Broken
     0.061 s    the execution ends FAILED
     1.003 s  not ready after 1003 ms
   300.000 s    the execution is redriven
   301.000 s    the execution ends SUCCEEDED

verdict of the execution, which WorkMail gets when it retries, if the rule's timeout allows:
  DEFAULT           all (2 recipients): as if no rule matched
--- another verdict was recorded
verdict as recorded in the deduplication table, which WorkMail gets when it retries, if the rule's timeout allows:
  (fallback)        1 recipient: the rule's fallback action, whichever that is
  DROP              1 recipient: not delivered, and no one is notified
  findings: uncovered-recipients

"#]]
    );
}

/// No rule retries for longer than four hours.
#[tokio::test(start_paused = true)]
async fn a_late_verdict_is_reported() {
    let deliver = r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;
    let waiting = || History::begun("06:00:00.041").enters("06:00:00.050", "Wait", "For approval");
    let session = claimed("trace-late", waiting().so_far()).await;
    let early = LedgerEntry { claimed_at: Some(at("06:00:00")), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, early);
    let mut printed = end(&session).await;
    let failed = waiting().ends("11:00:00", "ExecutionTimedOut", "States.Timeout");
    session.cloud.add_execution(EXECUTION, failed);
    printed.push_str(&end(&session).await);
    session.cloud.add_execution(EXECUTION, waiting().succeeds("11:00:00", deliver));
    printed.push_str(&end(&session).await);
    assert_data_eq!(
        printed,
        str![[r#"
no verdict yet: the execution is running
  it is in For approval (Wait)
  WorkMail has applied the rule's fallback action to all recipients
no verdict: the execution ended TIMED_OUT with States.Timeout
  WorkMail has applied the rule's fallback action to all recipients
verdict of the execution, too late: WorkMail had applied the rule's fallback action to all recipients:
  DEFAULT           all (2 recipients): as if no rule matched

"#]]
    );
}

/// The execution, the entry, or both are gone, or do not exist yet.
#[tokio::test(start_paused = true)]
async fn missing_records_are_reported() {
    let session = deployed("trace-gone").await;
    session.cloud.add_entry(TABLE, INVOCATION, entry());
    let mut printed = session.run(&format!("trace {INVOCATION}")).await.out;
    printed.push_str("--- recorded, and the execution is gone\n");
    let recorded = LedgerEntry { verdict: Some(DROP_ONE.to_owned()), ..LedgerEntry::default() };
    session.cloud.add_entry(TABLE, INVOCATION, recorded);
    printed.push_str(&end(&session).await);

    let session = deployed("trace-expired").await;
    session.cloud.log(FUNCTION_LOGS, at("11:50:01"), &answered(json!({})));
    printed.push_str("--- only the log is left\n");
    printed.push_str(&session.run(&format!("trace {INVOCATION}")).await.out);

    let session = deployed("trace-derived").await;
    let deliver = r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;
    let history = History::begun("11:50:00.041").succeeds("11:50:00.050", deliver);
    session.cloud.add_execution(EXECUTION, history);
    printed.push_str("--- only the execution is left\n");
    printed.push_str(&session.run(&format!("trace {INVOCATION}")).await.out);
    assert_data_eq!(
        printed,
        str![[r#"
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
claimed    2026-11-21 11:50:00 UTC
the log has no line about it yet since 2026-11-21 11:49:00 UTC: lines arrive up to some minutes late; --since searches further back, as far as logs are kept
there is no such execution: it was not started yet, was deleted with its state machine, or closed more than 90 days ago

no verdict yet: there is no execution
  WorkMail retries, which starts it, until the rule's timeout, then applies the fallback action to all recipients
--- recorded, and the execution is gone
verdict as recorded in the deduplication table, but the log does not show yet whether WorkMail has it:
  DROP              1 recipient: not delivered, and no one is notified
--- only the log is left
message    00000000-0000-4000-8000-00000000000a
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
the deduplication table has no entry: entries expire when WorkMail no longer retries
there is no such execution: it was not started yet, was deleted with its state machine, or closed more than 90 days ago

     0.000 s  WorkMail invokes the function
     0.048 s  answered in 48 ms

what happened to it is not kept anymore: neither the execution nor a recorded verdict is left
--- only the execution is left
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
the deduplication table has no entry: entries expire when WorkMail no longer retries
the log has no line about it yet since 2026-11-20 12:00:03 UTC: lines arrive up to some minutes late; --since searches further back, as far as logs are kept

     0.000 s    the execution starts
     0.009 s    the execution ends SUCCEEDED

verdict of the execution, but the log does not show yet whether WorkMail has it:
  DEFAULT           all (2 recipients): as if no rule matched

"#]]
    );
}
