//! The one line that the handler logs of an invocation, read back. `handler::telemetry` writes it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Level;

/// What the handler says of an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct InvocationLine {
    /// When the invocation ended, by the handler's clock.
    #[serde(skip_serializing)]
    pub timestamp: Option<Timestamp>,
    /// How important it is.
    pub level: Level,
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// WorkMail's id of the message, if the event could be read.
    pub message_id: Option<String>,
    /// What stays the same whenever WorkMail asks about the message, if the event could be read.
    pub invocation_id: Option<String>,
    /// The execution that decides, if the ledger answered.
    pub execution_arn: Option<String>,
    /// Which way was taken: `first`, `retry`, `resumed`, `recorded`.
    pub path: Option<String>,
    /// What was found about the execution: `running`, `succeeded`, …
    pub outcome: Option<String>,
    /// The operator's policy, if it answered in place of a decision.
    pub policy: Option<String>,
    /// Whether the execution succeeded without passing the output state.
    #[serde(default)]
    pub output_state_skipped: bool,
    /// What the check of the output found, by code.
    #[serde(default)]
    pub findings: Vec<String>,
    /// Why there was no verdict, by its type; absent where there was one.
    pub error_type: Option<String>,
    /// The same in words.
    pub error_message: Option<String>,
    /// How long the invocation took.
    pub milliseconds: u64,
}

impl InvocationLine {
    /// Whether WorkMail was given a verdict.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        self.error_type.is_none()
    }

    /// Whether there was no verdict for the ordinary reason: the execution has not decided yet.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.error_type.as_deref() == Some("NotReady")
    }

    /// What is worth knowing besides, one sentence each.
    #[must_use]
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

    /// What the handler writes is what is read here.
    #[test]
    fn the_handlers_line_is_read_back() {
        let subject = Subject {
            timestamp: Timestamp::UNIX_EPOCH,
            request_id: "r",
            message_id: Some("m"),
            invocation_id: Some("i"),
            event: None,
        };
        let error = InvocationError::OutOfTime;
        let line = telemetry::line(
            subject,
            &Trace { output_state_skipped: true, ..Trace::default() },
            Some(&error),
            Duration::from_millis(7),
            None,
        );
        let text = serde_json::to_string(&line).unwrap();
        let read: InvocationLine = serde_json::from_str(&text).unwrap();
        assert_eq!((read.level, read.milliseconds), (Level::Error, 7));
        assert_eq!(read.timestamp, Some(Timestamp::UNIX_EPOCH));
        assert_eq!(read.message_id.as_deref(), Some("m"));
        assert_eq!(read.error_type.as_deref(), Some(error.type_name()));
        assert_eq!(read.remarks().len(), 2);
    }
}
