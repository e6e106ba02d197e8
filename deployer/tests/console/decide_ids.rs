//! `deployer decide` with WorkMail's message id in place of the invocation id.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::decide::{asking, deployed};
use crate::logged::{EXECUTION, FUNCTION_LOGS, History, INVOCATION, MESSAGE, at, not_ready};

#[tokio::test(start_paused = true)]
async fn a_waiting_message_is_found_by_its_message_id() {
    let session = deployed("decide-message-id").await;
    session.cloud.add_execution(EXECUTION, asking("11:50:00", "Ask", Some(3600)));
    let decided = session.run(&format!("decide {MESSAGE} approve")).await;
    assert_data_eq!(
        decided.all(),
        str![[r#"
--- stdout
decided: state Ask of message 0000000000000000000000000000000a has its result
WorkMail gets the verdict when it retries; `deployer trace 0000000000000000000000000000000a` shows when
--- exit 0

"#]]
    );
}

/// The log names the execution of a message that does not wait any more.
#[tokio::test(start_paused = true)]
async fn an_ended_message_is_found_by_its_message_id_in_the_log() {
    let session = deployed("decide-message-id-ended").await;
    let over = History::begun("11:00:00").succeeds("11:00:01", "{}");
    session.cloud.add_execution(EXECUTION, over);
    session.cloud.log(FUNCTION_LOGS, at("11:00:00"), &not_ready(json!({})));
    let ended = session.run(&format!("decide {MESSAGE} approve")).await;
    let unknown = session.run("decide nobody approve").await;
    assert_data_eq!(
        format!("{}{}", ended.all(), unknown.all()),
        str![[r#"
searching the log for 00000000-0000-4000-8000-00000000000a …
error: message 00000000-0000-4000-8000-00000000000a no longer waits for a decision: its execution ended (ExecutionSucceeded)

hint: `deployer trace 00000000-0000-4000-8000-00000000000a` shows what happened to it
--- exit 3
searching the log for nobody …
error: nothing is known about nobody yet: as an invocation ID, it has no execution; as a message ID, it is in no running execution and in no log line since 2026-11-20 12:00:06 UTC

hint: `deployer decide` lists waiting messages, with both IDs
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_that_waits_in_several_conversations_needs_its_invocation_id() {
    let session = deployed("decide-message-id-twice").await;
    for id in [INVOCATION, "0000000000000000000000000000000b"] {
        let mut history = asking("11:50:00", "Ask", None);
        let input = history[0].input.take().unwrap();
        history[0].input = Some(input.replace(INVOCATION, id));
        session.cloud.add_execution(&EXECUTION.replace(INVOCATION, id), history);
    }
    let refused = session.run(&format!("decide {MESSAGE} approve")).await;
    let odd = session.run("decide a*b approve").await;
    assert_data_eq!(
        format!("{}{}", refused.all(), odd.all()),
        str![[r#"
error: message 00000000-0000-4000-8000-00000000000a waits in several executions: `0000000000000000000000000000000b`, `0000000000000000000000000000000a`

hint: name it by its invocation ID
--- exit 2
error: ID cannot be used
  error[id] ID: an ID has no spaces, quotes, backslashes, or asterisks
--- exit 2

"#]]
    );
}
