//! `deployer stop` and `deployer redrive`: the execution of one message.

use cloud::{Function, HistoryEvent, LedgerEntry};
use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::logged::{
    EXECUTION, FUNCTION_LOGS, History, INVOCATION, MESSAGE, TABLE, answered, at, deployed, entry,
    not_ready,
};
use crate::session::ConsoleSession;

const VERDICT: &str = r#"{"actions":[{"allRecipients":true,"action":{"type":"DROP"}}]}"#;

pub(crate) fn running() -> History {
    History::begun("11:50:00.041").enters("11:50:00.050", "Wait", "A while")
}

/// A message whose execution has this history.
pub(crate) async fn message(name: &str, history: Vec<HistoryEvent>) -> ConsoleSession {
    let session = deployed(name).await;
    let line = not_ready(json!({}));
    session.cloud.log(FUNCTION_LOGS, at("11:50:01"), &line);
    session.cloud.add_entry(TABLE, INVOCATION, entry());
    session.cloud.add_execution(EXECUTION, history);
    session
}

/// Sets `on-failure` as it is in the function.
async fn with_policy(session: &ConsoleSession, policy: &str) {
    let up = session.flow("up", &format!("--yes --on-failure {policy}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
}

fn last(session: &ConsoleSession) -> String {
    session.cloud.last_event(EXECUTION).unwrap().kind
}

#[tokio::test(start_paused = true)]
async fn a_running_execution_is_stopped_after_a_question() {
    let session = message("stop", running().so_far()).await;
    let stop = format!("stop {INVOCATION}");
    let mut printed = session.run_at_terminal(&stop, "n\n").await.all();
    assert_eq!(last(&session), "WaitStateEntered");
    printed.push_str(&session.run_at_terminal(&stop, "y\n").await.all());
    assert_eq!(last(&session), "ExecutionAborted");
    // There is nothing to stop any more.
    printed.push_str(&session.run(&format!("stop {MESSAGE} --yes")).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
WorkMail's answer for this message will be no verdict: it retries until the rule's timeout (2026-11-21 15:50:00 UTC at the latest), then it applies the rule's fallback action. Until then, a redrive can still decide.
Stop execution 0000000000000000000000000000000a of stack workmail-message-flow (account 123456789012, region us-east-1)? [y/N] error: not confirmed; nothing was stopped

hint: --yes skips the confirmation
--- exit 6
WorkMail's answer for this message will be no verdict: it retries until the rule's timeout (2026-11-21 15:50:00 UTC at the latest), then it applies the rule's fallback action. Until then, a redrive can still decide.
Stop execution 0000000000000000000000000000000a of stack workmail-message-flow (account 123456789012, region us-east-1)? [y/N] --- stdout
stopped: execution 0000000000000000000000000000000a of stack workmail-message-flow (account 123456789012, region us-east-1)
`deployer trace 0000000000000000000000000000000a` shows what happens to the message
--- exit 0
error: the execution of message 0000000000000000000000000000000a has ended (ABORTED): nothing is running

hint: `deployer trace 0000000000000000000000000000000a` shows what happened to the message
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn the_answer_of_workmail_after_a_stop_is_said() {
    let session = message("stop-policy", running().so_far()).await;
    with_policy(&session, "bounce").await;
    let mut printed = session.run(&format!("stop {INVOCATION}")).await.all();
    // Junk is for inbound mail only.
    let outbound: Vec<HistoryEvent> = running()
        .so_far()
        .into_iter()
        .map(|mut event| {
            event.input = event.input.map(|input| input.replace("INBOUND", "OUTBOUND"));
            event
        })
        .collect();
    with_policy(&session, "junk").await;
    session.cloud.add_execution(EXECUTION, outbound);
    printed.push_str(&session.run(&format!("stop {INVOCATION}")).await.all());
    // A verdict stays.
    let recorded = LedgerEntry { verdict: Some(VERDICT.to_owned()), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, recorded);
    printed.push_str(&session.run(&format!("stop {INVOCATION}")).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
WorkMail's answer for this message will be `bounce`, as `on-failure` says, when it retries. That is final: a later redrive does not change it.
error: cannot prompt: stdin is not a terminal; nothing was stopped

hint: --yes skips the confirmation
--- exit 6
WorkMail's answer for this message will be no verdict: it retries until the rule's timeout (2026-11-21 15:50:00 UTC at the latest), then it applies the rule's fallback action. Until then, a redrive can still decide.
error: cannot prompt: stdin is not a terminal; nothing was stopped

hint: --yes skips the confirmation
--- exit 6
WorkMail's answer for this message does not change: there is a verdict already. The stop ends only what the flow would still do.
error: cannot prompt: stdin is not a terminal; nothing was stopped

hint: --yes skips the confirmation
--- exit 6

"#]]
    );
    assert_eq!(last(&session), "WaitStateEntered");
    let stopped = session.run(&format!("stop {INVOCATION} --yes --output json")).await;
    assert_eq!((stopped.code, stopped.err.as_str()), (0, ""));
    assert_eq!(stopped.json()["answer"], "verdict");
}

#[tokio::test(start_paused = true)]
async fn an_output_state_that_was_passed_is_a_verdict() {
    let history = running()
        .leaves("11:50:30", "Wait", "A while", VERDICT)
        .enters("11:50:30", "Task", "File it");
    let session = message("stop-passed", history.so_far()).await;
    let of_state = LedgerEntry { output_state: Some("A while".to_owned()), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, of_state);
    let stopped = session.run(&format!("stop {INVOCATION} --yes")).await;
    assert!(stopped.err.contains("does not change"), "{}", stopped.all());
}

/// Sets a variable of the function.
fn set_variable(session: &ConsoleSession, name: &str, value: &str) {
    session.cloud.set_function(Function {
        arn: "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction"
            .to_owned(),
        state: "Active".to_owned(),
        state_reason: None,
        last_update: "Successful".to_owned(),
        last_update_reason: None,
        architecture: "arm64".to_owned(),
        code_sha256: None,
        environment: [(name.to_owned(), value.to_owned())].into(),
    });
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_cannot_be_read_is_not_guessed() {
    let session = message("stop-unknown", running().so_far()).await;
    set_variable(&session, "ON_FAILURE", "odd");
    let printed = session.run(&format!("stop {INVOCATION} --yes")).await;
    assert!(printed.err.contains("which could not be read"), "{}", printed.all());
}

#[tokio::test(start_paused = true)]
async fn an_asynchronous_rule_takes_no_answer() {
    let session = message("stop-asynchronous", running().so_far()).await;
    let line = answered(json!({ "message": "started", "rule": "asynchronous" }));
    session.cloud.log(FUNCTION_LOGS, at("11:50:02"), &line);
    let stopped = session.run(&format!("stop {INVOCATION} --yes")).await;
    assert!(stopped.err.contains("delivered the message immediately"), "{}", stopped.all());
    // Nothing was decided, so nothing is decided twice.
    let redriven = session.run(&format!("redrive {INVOCATION} --yes --output json")).await;
    assert_eq!((redriven.code, &redriven.json()["answer"]), (0, &json!("delivered")));
    // Where the log is gone, the setting says it.
    let session = deployed("stop-asynchronous-setting").await;
    session.cloud.add_execution(EXECUTION, running().so_far());
    set_variable(&session, "RULE", "asynchronous");
    let stopped = session.run(&format!("stop {INVOCATION} --yes --output json")).await;
    assert_eq!(stopped.json()["answer"], "delivered", "{}", stopped.all());
}

#[tokio::test(start_paused = true)]
async fn a_failed_execution_is_redriven_while_workmail_asks() {
    let failed = running().ends("11:50:30", "ExecutionFailed", "Busy");
    let session = message("redrive", failed).await;
    let redrive = format!("redrive {INVOCATION}");
    let mut printed = session.run(&redrive).await.all();
    assert_eq!(last(&session), "ExecutionFailed");
    printed.push_str(&session.run_at_terminal(&redrive, "y\n").await.all());
    assert_eq!(last(&session), "ExecutionRedriven");
    printed.push_str(&session.run(&format!("{redrive} --yes")).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
WorkMail's answer for this message will be what the redriven execution decides, if it decides before the rule's timeout (2026-11-21 15:50:00 UTC at the latest). Otherwise, the rule's fallback action applies.
error: cannot prompt: stdin is not a terminal; nothing was redriven

hint: --yes skips the confirmation
--- exit 6
WorkMail's answer for this message will be what the redriven execution decides, if it decides before the rule's timeout (2026-11-21 15:50:00 UTC at the latest). Otherwise, the rule's fallback action applies.
Redrive execution 0000000000000000000000000000000a of stack workmail-message-flow (account 123456789012, region us-east-1)? [y/N] --- stdout
redriven: execution 0000000000000000000000000000000a of stack workmail-message-flow (account 123456789012, region us-east-1)
`deployer trace 0000000000000000000000000000000a` shows what happens to the message
--- exit 0
error: the execution of message 0000000000000000000000000000000a is running: there is nothing to redrive

hint: `deployer trace 0000000000000000000000000000000a` shows what happened to the message
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_decided_message_is_redriven_only_on_demand() {
    let failed = running().ends("11:50:30", "ExecutionFailed", "Busy");
    let session = message("redrive-decided", failed.clone()).await;
    let recorded = LedgerEntry { verdict: Some(VERDICT.to_owned()), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, recorded);
    let mut printed = session.run(&format!("redrive {INVOCATION} --yes")).await.all();
    assert_eq!(last(&session), "ExecutionFailed", "--yes alone is not enough");
    let line = format!("redrive {INVOCATION} --even-if-decided --yes");
    printed.push_str(&session.run(&line).await.all());
    assert_eq!(last(&session), "ExecutionRedriven");
    assert_data_eq!(
        printed,
        str![[r#"
error: message 0000000000000000000000000000000a is decided, and nothing was redriven. WorkMail's answer for this message does not change: there is a verdict already.

hint: `deployer trace 0000000000000000000000000000000a` shows what happened to it, and which of the flow's actions are left
hint: `deployer redrive 0000000000000000000000000000000a --even-if-decided` runs those actions; the mail does not change, unless an action changes it
--- exit 6
WorkMail's answer for this message does not change: there is a verdict already. The redrive changes nothing for the mail, but the flow's remaining actions, from the failed state on, run now.
--- stdout
redriven: execution 0000000000000000000000000000000a of stack workmail-message-flow (account 123456789012, region us-east-1)
`deployer trace 0000000000000000000000000000000a` shows what happens to the message
--- exit 0

"#]]
    );
    // The log alone shows that WorkMail has its answer.
    let session = message("redrive-answered", failed.clone()).await;
    let line = answered(json!({ "policy": "bounce", "outcome": "failed" }));
    session.cloud.log(FUNCTION_LOGS, at("11:51:00"), &line);
    assert_eq!(session.run(&format!("redrive {INVOCATION} --yes")).await.code, 6);
    // WorkMail does not ask any more.
    let session = message("redrive-over", failed).await;
    let old = at("07:50:00");
    let long_ago =
        LedgerEntry { claimed_at: Some(old), expires_at: Some(at("11:50:00")), ..entry() };
    session.cloud.add_entry(TABLE, INVOCATION, long_ago);
    assert_data_eq!(
        session.run(&format!("redrive {INVOCATION} --yes")).await.all(),
        str![[r#"
error: message 0000000000000000000000000000000a is decided, and nothing was redriven. WorkMail stopped retrying for this message, at 2026-11-21 11:50:00 UTC at the latest: without a verdict it applied the rule's fallback action.

hint: `deployer trace 0000000000000000000000000000000a` shows what happened to it, and which of the flow's actions are left
hint: `deployer redrive 0000000000000000000000000000000a --even-if-decided` runs those actions; the mail does not change, unless an action changes it
--- exit 6

"#]]
    );
    assert_eq!(last(&session), "ExecutionFailed");
}

#[tokio::test(start_paused = true)]
async fn what_step_functions_cannot_redrive_is_refused() {
    let session = message("redrive-succeeded", running().succeeds("11:50:30", VERDICT)).await;
    let redrive = format!("redrive {INVOCATION} --yes");
    let mut printed = session.run(&redrive).await.all();
    session.cloud.add_execution(
        EXECUTION,
        running().ends("11:50:30", "ExecutionTimedOut", "States.Timeout"),
    );
    session.cloud.refuse_redrive(EXECUTION, "the redrivable period of 14 days is over");
    printed.push_str(&session.run(&redrive).await.all());
    printed.push_str(&session.run("redrive nothing --yes").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: the execution of message 0000000000000000000000000000000a succeeded: there is nothing to redrive

hint: `deployer trace 0000000000000000000000000000000a` shows what happened to the message
--- exit 3
error: Step Functions cannot redrive the execution of message 0000000000000000000000000000000a (TIMED_OUT): the redrivable period of 14 days is over

hint: `deployer trace 0000000000000000000000000000000a` shows what happened to the message
--- exit 3
error: nothing is known of nothing yet: as an invocation ID, it has no entry in the deduplication table and no execution; as either ID, no log line since 2026-11-20 12:00:07 UTC

hint: log lines arrive up to some minutes late; --since 30d, for example, searches the log further back, as far as logs are kept
hint: `deployer logs` lists the messages of the last minutes with their IDs
--- exit 3

"#]]
    );
    let writes = session.cloud.writes();
    assert!(!writes.iter().any(|call| call.contains("Redrive")), "{writes:?}");
}

#[tokio::test(start_paused = true)]
async fn an_environment_has_to_be_chosen() {
    let session = message("stop-env", running().so_far()).await;
    session.file("deployer.yaml", "environments: {test: {}, prod: {}}");
    for command in ["stop", "redrive"] {
        let refused = session.run(&format!("{command} {INVOCATION} --yes")).await;
        assert_eq!(refused.code, 2, "{}", refused.all());
    }
    assert_eq!(session.run(&format!("stop {INVOCATION} --yes --env test")).await.code, 0);
}
