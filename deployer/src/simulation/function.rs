//! The deployed function: the handler's protocol behind Lambda's front.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use handler::error::{InvocationError, chain};
use handler::flow::{self, Flow, Invocation};
use handler::memory::MemoryLedger;
use handler::source::VerdictJson;
use handler::telemetry::{self, Subject, Trace};
use handler::workmail::Message;
use handler::workmail::limits::FUNCTION_TIMEOUT;
use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use super::clock::Clock;
use super::executions::Interpreted;
use crate::cloud::{CloudError, Function, Functions, Reply};
use crate::logs::InvocationLine;

/// A function that is invoked in this process.
pub(super) struct SimulatedFunction {
    flow: Flow<MemoryLedger, Interpreted>,
    clock: Clock,
    lines: Mutex<Vec<(Timestamp, InvocationLine)>>,
}

impl SimulatedFunction {
    pub(super) fn new(flow: Flow<MemoryLedger, Interpreted>, clock: Clock) -> Self {
        Self { flow, clock, lines: Mutex::default() }
    }

    /// What the handler said of each invocation, and when, oldest first.
    pub(super) fn into_lines(self) -> Vec<(Timestamp, InvocationLine)> {
        self.lines.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers as the process in Lambda does (`handler::lambda`), with its log line.
    async fn answer(&self, payload: &str) -> (Result<VerdictJson, InvocationError>, String) {
        let (began, mut trace) = (Instant::now(), Trace::default());
        let message = Message::parse(payload);
        let answered = match &message {
            Ok(message) => {
                let epoch_seconds = self.clock.now().as_second();
                let invocation = Invocation { epoch_seconds, deadline: began + FUNCTION_TIMEOUT };
                flow::answer(&self.flow, message, invocation, &mut trace).await
            }
            Err(fault) => Err(InvocationError::InvalidMessage(Box::new(fault.clone()))),
        };
        let (message, error) = (message.as_ref().ok(), answered.as_ref().err());
        let subject = Subject {
            timestamp: self.clock.now(),
            request_id: "simulated",
            message_id: message.and_then(Message::message_id),
            invocation_id: message.map(Message::invocation_id),
            event: None,
        };
        let line = telemetry::line(subject, &trace, error, began.elapsed(), None);
        let line = serde_json::to_string(&line).expect("a log line has string keys");
        (answered, line)
    }
}

#[async_trait]
impl Functions for SimulatedFunction {
    /// There is nothing to describe: no configuration of Lambda's stands behind it.
    async fn function(&self, _: &str) -> Result<Option<Function>, CloudError> {
        Ok(None)
    }

    async fn invoke(&self, _: &str, payload: &str) -> Result<Reply, CloudError> {
        let (answered, line) = self.answer(payload).await;
        let read = serde_json::from_str(&line).expect("what the handler writes is read back");
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((self.clock.now(), read));
        Ok(match answered {
            Ok(verdict) => {
                Reply { failed: false, payload: verdict.as_str().to_owned(), log: Some(line) }
            }
            Err(error) => {
                let described =
                    json!({ "errorType": error.type_name(), "errorMessage": chain(&error) });
                Reply { failed: true, payload: described.to_string(), log: Some(line) }
            }
        })
    }
}
