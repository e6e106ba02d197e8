//! Fixtures of `logs` and `trace`: a deployed stack, and log lines as the handler and AWS write
//! them.

use cloud::{HistoryEvent, LedgerEntry};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::session::ConsoleSession;

pub(crate) const FUNCTION_LOGS: &str = "/aws/lambda/workmail-message-flow-MfsmFunction";
pub(crate) const MACHINE_LOGS: &str = "/aws/vendedlogs/states/workmail-message-flow";
pub(crate) const MESSAGE: &str = "00000000-0000-4000-8000-00000000000a";
pub(crate) const INVOCATION: &str = "0000000000000000000000000000000a";
pub(crate) const EXECUTION: &str = "arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a";

pub(crate) const TABLE: &str = "workmail-message-flow-MfsmExecutionTable-86A9032AB8CB";

/// A session with a stack.
pub(crate) async fn deployed(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    session
}

/// A time on the day of the console tests, such as `11:59:30.250`.
pub(crate) fn at(time: &str) -> Timestamp {
    format!("2026-11-21T{time}Z").parse().unwrap()
}

/// The log line of an answered invocation, with other members if given.
pub(crate) fn answered(others: Value) -> String {
    let line = json!({
        "level": "INFO", "message": "answered", "requestId": "request-1", "messageId": MESSAGE,
        "invocationId": INVOCATION, "executionArn": EXECUTION, "path": "first",
        "outcome": "succeeded", "calls": 3, "milliseconds": 48,
        "_aws": { "Timestamp": 1, "CloudWatchMetrics": [] }, "Answered": 1.0,
    });
    with(line, others)
}

/// The log line of an invocation without a verdict yet.
pub(crate) fn not_ready(others: Value) -> String {
    let line = json!({
        "level": "INFO", "message": "no verdict", "requestId": "request-1", "messageId": MESSAGE,
        "invocationId": INVOCATION, "executionArn": EXECUTION, "path": "first",
        "outcome": "running", "errorType": "NotReady",
        "errorMessage": "the execution has not decided yet; the next invocation checks again",
        "calls": 5, "milliseconds": 1003,
    });
    with(line, others)
}

fn with(mut line: Value, others: Value) -> String {
    if let (Value::Object(line), Value::Object(others)) = (&mut line, others) {
        line.extend(others);
    }
    format!("{line}\n")
}

/// The event that WorkMail sends for the message of the tests.
pub(crate) fn event() -> String {
    json!({
        "envelope": {
            "mailFrom": { "address": "from@example.com" },
            "recipients": [{ "address": "one@example.com" }, { "address": "two@example.com" }],
        },
        "subject": "a secret", "messageId": MESSAGE, "invocationId": INVOCATION,
        "flowDirection": "INBOUND", "truncated": false,
    })
    .to_string()
}

/// A builder of histories: every event follows the one before.
#[derive(Default)]
pub(crate) struct History(Vec<HistoryEvent>);

impl History {
    /// An execution that has started.
    pub(crate) fn begun(time: &str) -> Self {
        Self::default().and(time, "ExecutionStarted", |event| event.input = Some(self::event()))
    }

    pub(crate) fn and(
        mut self,
        time: &str,
        kind: &str,
        set: impl FnOnce(&mut HistoryEvent),
    ) -> Self {
        let id = i64::try_from(self.0.len()).unwrap() + 1;
        let mut event = HistoryEvent::new(id, at(time), kind);
        set(&mut event);
        self.0.push(event);
        self
    }

    pub(crate) fn enters(self, time: &str, kind: &str, state: &str) -> Self {
        self.and(time, &format!("{kind}StateEntered"), |event| {
            event.state = Some(state.to_owned());
            event.input = Some(self::event());
        })
    }

    pub(crate) fn leaves(self, time: &str, kind: &str, state: &str, output: &str) -> Self {
        self.and(time, &format!("{kind}StateExited"), |event| {
            event.state = Some(state.to_owned());
            event.output = Some(output.to_owned());
        })
    }

    /// A task that is called and fails.
    pub(crate) fn fails(self, time: &str, error: &str) -> Self {
        let calls = self.calls(time);
        calls.and(time, "TaskFailed", |event| {
            event.error = Some(error.to_owned());
            event.cause = Some("for one@example.com".to_owned());
        })
    }

    pub(crate) fn calls(self, time: &str) -> Self {
        let scheduled = self.and(time, "TaskScheduled", |event| {
            event.resource = Some("lambda:invoke".to_owned());
            event.input = Some(self::event());
        });
        scheduled.and(time, "TaskStarted", |_| {})
    }

    pub(crate) fn succeeds(self, time: &str, output: &str) -> Vec<HistoryEvent> {
        self.and(time, "ExecutionSucceeded", |event| event.output = Some(output.to_owned())).0
    }

    pub(crate) fn ends(self, time: &str, kind: &str, error: &str) -> Vec<HistoryEvent> {
        self.and(time, kind, |event| event.error = Some(error.to_owned())).0
    }

    pub(crate) fn so_far(self) -> Vec<HistoryEvent> {
        self.0
    }
}

pub(crate) fn entry() -> LedgerEntry {
    LedgerEntry {
        execution_arn: Some(EXECUTION.to_owned()),
        output_state: Some(String::new()),
        claimed_at: Some(at("11:50:00")),
        expires_at: Some(at("15:50:00")),
        verdict: None,
    }
}
