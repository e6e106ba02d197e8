//! What `logs` and `trace` find: a deployed stack, and lines as the handler and AWS write them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::session::Session;

pub(crate) const FUNCTION_LOGS: &str = "/aws/lambda/workmail-message-flow-MfsmFunction";
pub(crate) const MACHINE_LOGS: &str = "/aws/vendedlogs/states/workmail-message-flow";
pub(crate) const MESSAGE: &str = "00000000-0000-4000-8000-00000000000a";
pub(crate) const INVOCATION: &str = "0000000000000000000000000000000a";
pub(crate) const EXECUTION: &str = "arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a";

/// A session with a stack.
pub(crate) async fn deployed(name: &str) -> Session {
    let session = Session::new(name);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    session
}

/// A time of the day on which sessions happen, such as `11:59:30.250`.
pub(crate) fn at(time: &str) -> Timestamp {
    format!("2026-11-21T{time}Z").parse().unwrap()
}

/// The line of an answered invocation, with other members where given.
pub(crate) fn answered(others: Value) -> String {
    let line = json!({
        "level": "INFO", "message": "answered", "requestId": "request-1", "messageId": MESSAGE,
        "invocationId": INVOCATION, "executionArn": EXECUTION, "path": "first",
        "outcome": "succeeded", "calls": 3, "milliseconds": 48,
        "_aws": { "Timestamp": 1, "CloudWatchMetrics": [] }, "Answered": 1.0,
    });
    with(line, others)
}

/// The line of an invocation that came too early.
pub(crate) fn not_ready(others: Value) -> String {
    let line = json!({
        "level": "INFO", "message": "no verdict", "requestId": "request-1", "messageId": MESSAGE,
        "invocationId": INVOCATION, "executionArn": EXECUTION, "path": "first",
        "outcome": "running", "errorType": "NotReady",
        "errorMessage": "the execution has not decided yet; the next invocation looks again",
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
