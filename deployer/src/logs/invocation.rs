//! The line that the handler logs for each invocation, parsed. `handler::telemetry` writes it.

use handler::rule::Rule;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Level;

/// What the handler logs about an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct InvocationLine {
    /// When the invocation ended, by the handler's clock.
    #[serde(skip_serializing)]
    pub timestamp: Option<Timestamp>,
    pub level: Level,
    /// `asynchronous` if WorkMail waits for no verdict.
    pub rule: Option<Rule>,
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// WorkMail's id of the message, if the event was readable.
    pub message_id: Option<String>,
    /// The id that is the same for every invocation about the message, if the event was readable.
    pub invocation_id: Option<String>,
    /// The execution that decides, if the ledger was readable.
    pub execution_arn: Option<String>,
    /// Which path the handler took: `first`, `retry`, `resumed`, `recorded`.
    pub path: Option<String>,
    /// The state of the execution: `running`, `succeeded`, …
    pub outcome: Option<String>,
    /// The types of the actions of the answer, each once; empty in lines of handlers that did not
    /// log them.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Whether the handler had answered before, as far as it knew.
    #[serde(default)]
    pub repeated: bool,
    /// The operator's policy, if it replaced a decision.
    pub policy: Option<String>,
    /// Whether the execution succeeded without passing through the output state.
    #[serde(default)]
    pub output_state_skipped: bool,
    /// The codes of the findings about the output.
    #[serde(default)]
    pub findings: Vec<String>,
    /// The type of the error if there was no verdict.
    pub error_type: Option<String>,
    /// The message of the error.
    pub error_message: Option<String>,
    /// The duration of the invocation.
    pub milliseconds: u64,
}

impl InvocationLine {
    /// The types of the actions of the answer as one word; `answered` if the handler does not log
    /// them, and `started` if there was no verdict to give.
    pub fn verdict(&self) -> String {
        match &self.actions[..] {
            _ if self.is_asynchronous() => "started".to_owned(),
            [] => "answered".to_owned(),
            actions => actions.join("+"),
        }
    }

    /// Whether WorkMail received a verdict, or what an asynchronous rule gets instead.
    pub fn is_answer(&self) -> bool {
        self.error_type.is_none()
    }

    /// Whether WorkMail waits for no verdict.
    pub fn is_asynchronous(&self) -> bool {
        self.rule == Some(Rule::Asynchronous)
    }

    /// Whether there was no verdict for the usual reason: the execution has not decided yet.
    pub fn is_pending(&self) -> bool {
        self.error_type.as_deref() == Some("NotReady")
    }

    /// Further remarks, one sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if !self.is_pending() {
            remarks.extend(self.error_message.clone());
        }
        if let Some(policy) = &self.policy {
            let outcome = self.outcome.as_deref().unwrap_or("unknown");
            remarks.push(format!("by the policy `{policy}`: the execution {outcome}"));
        }
        if self.output_state_skipped {
            remarks.push(
                "the output state was not passed; the execution's output was used".to_owned(),
            );
        }
        if !self.findings.is_empty() {
            remarks.push(format!("findings: {}", self.findings.join(", ")));
        }
        remarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use handler::error::InvocationError;
    use handler::telemetry::{self, Subject};
    use handler::trace::Trace;

    /// The handler writes what is read here.
    #[test]
    fn the_handlers_line_can_be_parsed() {
        let subject = Subject {
            timestamp: Timestamp::UNIX_EPOCH,
            request_id: "r",
            message_id: Some("m"),
            invocation_id: Some("i"),
            event: None,
        };
        let error = InvocationError::OutOfTime;
        let trace = Trace {
            output_state_skipped: true,
            actions: vec!["DROP"],
            repeated: true,
            ..Trace::default()
        };
        let line = telemetry::line(subject, &trace, Some(&error), Duration::from_millis(7), None);
        let text = serde_json::to_string(&line).unwrap();
        let read: InvocationLine = serde_json::from_str(&text).unwrap();
        assert_eq!((read.level, read.milliseconds), (Level::Error, 7));
        assert_eq!(read.timestamp, Some(Timestamp::UNIX_EPOCH));
        assert_eq!((&read.actions[..], read.repeated), (&["DROP".to_owned()][..], true));
        assert_eq!(read.message_id.as_deref(), Some("m"));
        assert_eq!(read.error_type.as_deref(), Some(error.type_name()));
        assert_eq!(read.remarks().len(), 2);
    }
}
