//! The deployed function: the handler's protocol behind the interface of Lambda.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use handler::error::{InvocationError, chain};
use handler::flow::{self, Flow, Invocation};
use handler::memory::MemoryLedger;
use handler::source::VerdictJson;
use handler::telemetry::{self, Subject};
use handler::trace::Trace;
use handler::workmail::Message;
use handler::workmail::limits::FUNCTION_TIMEOUT;
use jiff::Timestamp;
use serde_json::json;
use tokio::time::Instant;

use super::clock::Clock;
use super::crash::{CrashPoint, Crashing};
use super::executions::InterpretedExecutions;
use super::real_time::RealTimeObserver;
use crate::logs::{InvocationLine, Level};
use cloud::{CloudError, Function, Functions, Reply};

/// The handler's flow over edges in this process.
type SimulatedFlow = Flow<Crashing<MemoryLedger>, Crashing<InterpretedExecutions>>;

/// Lambda's request ID, in every invocation.
/// Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
const REQUEST_ID: &str = "simulated";

/// Lambda's name for the end of a process. Source: Lambda developer guide, "Troubleshoot invocation issues".
const PROCESS_ENDED: &str = "Runtime.ExitError";

/// A function that is invoked in this process.
pub(super) struct SimulatedFunction {
    flow: SimulatedFlow,
    crash: CrashPoint,
    clock: Clock,
    observer: Option<Arc<RealTimeObserver>>,
    lines: Mutex<Vec<(Timestamp, InvocationLine)>>,
}

impl SimulatedFunction {
    pub(super) fn new(
        flow: SimulatedFlow,
        crash: CrashPoint,
        clock: Clock,
        observer: Option<Arc<RealTimeObserver>>,
    ) -> Self {
        Self { flow, crash, clock, observer, lines: Mutex::default() }
    }

    /// The log line of each invocation, and when it was written, oldest first.
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
            request_id: REQUEST_ID,
            message_id: message.and_then(Message::message_id),
            invocation_id: message.map(Message::invocation_id),
            event: None,
        };
        let line = telemetry::line(subject, &trace, error, began.elapsed(), None);
        let line = serde_json::to_string(&line).expect("a log line has string keys");
        (answered, line)
    }

    async fn note(&self, line: InvocationLine) {
        if let Some(observer) = &self.observer {
            observer.invocation_ends(line.clone()).await;
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.push((self.clock.now(), line));
    }

    /// What Lambda reports of a process that ended. The handler itself writes no line.
    async fn process_ended(&self, began: Instant) -> Reply {
        let sentence = "the process ended during the invocation, as requested";
        self.note(InvocationLine {
            timestamp: None,
            level: Level::Error,
            rule: Some(self.flow.rule),
            request_id: REQUEST_ID.to_owned(),
            message_id: None,
            invocation_id: None,
            execution_arn: None,
            path: None,
            outcome: None,
            actions: Vec::new(),
            repeated: false,
            policy: None,
            output_state_skipped: false,
            findings: Vec::new(),
            error_type: Some(PROCESS_ENDED.to_owned()),
            error_message: Some(sentence.to_owned()),
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
        .await;
        failure(PROCESS_ENDED, sentence, None)
    }
}

fn failure(name: &str, sentence: &str, log: Option<String>) -> Reply {
    let payload = json!({ "errorType": name, "errorMessage": sentence }).to_string();
    Reply { failed: true, payload, log }
}

#[async_trait]
impl Functions for SimulatedFunction {
    /// There is nothing to describe: the simulated function has no configuration in Lambda.
    async fn function(&self, _: &str) -> Result<Option<Function>, CloudError> {
        Ok(None)
    }

    async fn invoke(&self, _: &str, payload: &str) -> Result<Reply, CloudError> {
        let began = Instant::now();
        if let Some(observer) = &self.observer {
            observer.invocation_begins();
        }
        let (answered, line) = tokio::select! {
            // First, because it is what the crash happens in.
            biased;
            answered = self.answer(payload) => answered,
            () = self.crash.of_invocation() => return Ok(self.process_ended(began).await),
        };
        let noted = serde_json::from_str(&line).expect("what the handler writes is read back");
        self.note(noted).await;
        Ok(match answered {
            Ok(verdict) => {
                Reply { failed: false, payload: verdict.as_str().to_owned(), log: Some(line) }
            }
            Err(error) => failure(error.type_name(), &chain(&error), Some(line)),
        })
    }
}
