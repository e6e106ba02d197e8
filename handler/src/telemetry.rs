//! The log line of an invocation: one line of JSON, which is its metric record too.
//!
//! The line never contains an address, a subject or other content of a message. It has only ids,
//! ARNs, codes, types of actions and counts, and at the level `debug` also the event without its
//! content.

use std::io::{self, Write};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::arn::ExecutionArn;
use crate::error::{InvocationError, chain};
use crate::metrics::Record;
use crate::on_failure::OnFailure;
use crate::rule::Rule;
use crate::ses::Disposition;
use crate::trace::{OutcomeWord, Path, Trace};

/// The log line of one invocation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Line<'a> {
    timestamp: Timestamp,
    level: &'static str,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Rule>,
    request_id: &'a str,
    message_id: Option<&'a str>,
    invocation_id: Option<&'a str>,
    execution_arn: Option<String>,
    path: Option<Path>,
    outcome: Option<OutcomeWord>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    actions: &'a [&'static str],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    repeated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    disposition: Option<Disposition>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bounced: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fell_back: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<OnFailure>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    output_state_skipped: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    calls: u32,
    milliseconds: u128,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<Value>,
    #[serde(flatten)]
    metrics: Option<Record<'a>>,
}

/// The message and the time of a log line.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The end of the invocation.
    pub timestamp: Timestamp,
    /// Lambda's id of the invocation.
    pub request_id: &'a str,
    /// The mail system's id of the message, if the event could be read.
    pub message_id: Option<&'a str>,
    /// The key, if the event could be read.
    pub invocation_id: Option<&'a str>,
    /// The event without its content, at the level `debug`.
    pub event: Option<Value>,
}

/// Creates the line of one invocation.
#[must_use]
pub fn line<'a>(
    subject: Subject<'a>,
    trace: &'a Trace,
    error: Option<&InvocationError>,
    duration: Duration,
    metrics: Option<Record<'a>>,
) -> Line<'a> {
    let mut codes: Vec<&'static str> = trace.findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    Line {
        timestamp: subject.timestamp,
        level: level(trace, error),
        message: message(trace, error),
        rule: (trace.rule != Rule::default()).then_some(trace.rule),
        request_id: subject.request_id,
        message_id: subject.message_id,
        invocation_id: subject.invocation_id,
        execution_arn: trace.execution.as_ref().map(ExecutionArn::to_string),
        path: trace.path,
        outcome: trace.outcome,
        actions: &trace.actions,
        repeated: trace.repeated,
        disposition: trace.disposition,
        bounced: trace.bounced,
        fell_back: trace.fell_back,
        policy: trace.policy,
        output_state_skipped: trace.output_state_skipped,
        findings: codes,
        error_type: error.map(InvocationError::type_name),
        error_message: error.map(|error| chain(error)),
        calls: trace.calls,
        milliseconds: duration.as_millis(),
        event: subject.event,
        metrics,
    }
}

fn message(trace: &Trace, error: Option<&InvocationError>) -> &'static str {
    match (error, trace.rule) {
        (None, _) if trace.observed => "observed",
        (None, Rule::Synchronous) => "answered",
        (None, Rule::Asynchronous) => "started",
        (Some(_), Rule::Synchronous) => "no verdict",
        (Some(_), Rule::Asynchronous) => "not started",
    }
}

/// Waiting is normal. A verdict that did not come from the state machine, that skipped the output
/// state, or that has findings, is a warning. Any other failure is an error.
fn level(trace: &Trace, error: Option<&InvocationError>) -> &'static str {
    match error {
        Some(InvocationError::NotReady) => "INFO",
        Some(_) => "ERROR",
        None if trace.policy.is_some()
            || trace.fell_back.is_some()
            || trace.output_state_skipped
            || !trace.findings.is_empty() =>
        {
            "WARN"
        }
        None => "INFO",
    }
}

/// The log line of a process that cannot start or continue.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndLine<'a> {
    /// The time of the end.
    pub timestamp: Timestamp,
    /// Always `ERROR`.
    pub level: &'static str,
    /// What happened.
    pub message: &'static str,
    /// The stable type name.
    pub error_type: &'static str,
    /// All faults and all causes.
    pub error_message: &'a str,
}

/// Writes one line in one write, so that lines are never interleaved.
///
/// # Errors
///
/// If the log cannot be written.
pub fn write(log: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    log.write_all(&text)?;
    log.flush()
}
