//! A message flow over a ledger and executions in memory, and one message.

use std::time::Duration;

use handler::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use handler::error::chain;
use handler::executions::{EndStatus, Ending};
use handler::flow::{Flow, Invocation, answer};
use handler::ledger::Entry;
use handler::memory::ledger::Item;
use handler::memory::{Faulty, MemoryExecutions, MemoryLedger, Script};
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::rule::Rule;
use handler::source::Source;
use handler::trace::Trace;
use handler::workmail::Message;
use tokio::time::Instant;

/// The event in WorkMail's administrator guide, including its whitespace.
pub(crate) const EVENT: &str = r#"{
  "summaryVersion": "2018-10-10",
  "envelope": {
    "mailFrom": { "address": "from@example.com" },
    "recipients": [
      { "address": "recipient1@example.com" },
      { "address": "recipient2@example.com" }
    ]
  },
  "sender": { "address": "sender@example.com" },
  "subject": "Hello From Amazon WorkMail!",
  "messageId": "00000000-0000-0000-0000-000000000000",
  "invocationId": "00000000000000000000000000000000",
  "flowDirection": "INBOUND",
  "truncated": false
}"#;

pub(crate) const KEY: &str = "00000000000000000000000000000000";
pub(crate) const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:Flow";
pub(crate) const OTHER_MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:Other";
pub(crate) const EXECUTION: &str =
    "arn:aws:states:us-east-1:123456789012:execution:Flow:00000000000000000000000000000000";

pub(crate) const DELIVER: &str =
    r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;
pub(crate) const DROP: &str = r#"{"actions":[{"action":{"type":"DROP"},"allRecipients":true}]}"#;
pub(crate) const BOUNCE: &str =
    r#"{"actions":[{"action":{"type":"BOUNCE"},"allRecipients":true}]}"#;

/// The start time of every test, in seconds since 1970.
pub(crate) const START_TIME: i64 = 1_800_000_000;

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

pub(crate) fn machine(arn: &str) -> StateMachineArn {
    arn.parse().unwrap()
}

pub(crate) fn execution() -> ExecutionArn {
    EXECUTION.parse().unwrap()
}

pub(crate) fn succeeding(after: u64, output: &str) -> Script {
    Script::new().succeeds(ms(after), output)
}

pub(crate) fn failed() -> Ending {
    Ending { status: EndStatus::Failed, error: Some("States.TaskFailed".to_owned()) }
}

pub(crate) fn failing(after: u64) -> Script {
    Script::new().ends(ms(after), failed())
}

pub(crate) type TestFlow = Flow<Faulty<MemoryLedger>, Faulty<MemoryExecutions>>;

/// A flow with default settings over these edges.
pub(crate) fn flow(ledger: &MemoryLedger, executions: &MemoryExecutions) -> TestFlow {
    Flow {
        ledger: Faulty::new(ledger.clone()),
        executions: Faulty::new(executions.clone()),
        machine: machine(MACHINE),
        origin: Origin::Execution,
        wait: Duration::from_secs(1),
        on_failure: OnFailure::Retry,
        rule: Rule::Synchronous,
    }
}

/// Everything that an invocation depends on. Clones share the ledger and the executions.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) ledger: MemoryLedger,
    pub(crate) executions: MemoryExecutions,
    pub(crate) flow: TestFlow,
    pub(crate) message: Message,
    began: Instant,
}

/// The result of one invocation.
#[derive(Debug)]
pub(crate) struct Invoked {
    /// The verdict, or the error's type and message.
    pub(crate) answer: Result<String, (&'static str, String)>,
    pub(crate) trace: Trace,
    pub(crate) took: Duration,
}

impl Invoked {
    #[track_caller]
    pub(crate) fn verdict(&self) -> &str {
        self.answer.as_deref().unwrap()
    }

    #[track_caller]
    pub(crate) fn error_type(&self) -> &'static str {
        self.answer.as_ref().unwrap_err().0
    }

    #[track_caller]
    pub(crate) fn error_message(&self) -> &str {
        &self.answer.as_ref().unwrap_err().1
    }
}

impl World {
    /// A flow with default settings.
    pub(crate) fn new(script: Script) -> Self {
        let ledger = MemoryLedger::default();
        let executions = MemoryExecutions::with_machine(&machine(MACHINE), script);
        let flow = flow(&ledger, &executions);
        let message = Message::parse(EVENT).unwrap();
        Self { ledger, executions, flow, message, began: Instant::now() }
    }

    pub(crate) fn policy(mut self, on_failure: OnFailure) -> Self {
        self.flow.on_failure = on_failure;
        self
    }

    pub(crate) fn asynchronous(mut self) -> Self {
        self.flow.rule = Rule::Asynchronous;
        self
    }

    pub(crate) fn wait(mut self, milliseconds: u64) -> Self {
        self.flow.wait = ms(milliseconds);
        self
    }

    pub(crate) fn output_state(mut self, state: &str) -> Self {
        self.flow.origin = Origin::State(state.to_owned());
        self
    }

    pub(crate) fn message(mut self, event: &str) -> Self {
        self.message = Message::parse(event).unwrap();
        self
    }

    /// Claims the message for an execution, as another program would.
    pub(crate) fn put_claim(&self, execution_arn: ExecutionArn) {
        let entry =
            Entry { execution_arn, origin: None, claimed_at: None, verdict: None, bounced: false };
        self.ledger.put(KEY, Item { entry, expires_at: START_TIME });
    }

    pub(crate) fn epoch_seconds(&self) -> i64 {
        START_TIME + i64::try_from(self.began.elapsed().as_secs()).unwrap()
    }

    /// Invokes with the deadline of the deployed function.
    pub(crate) async fn invoke(&self) -> Invoked {
        let began = Instant::now();
        let deadline = began + Duration::from_secs(14);
        let invocation = Invocation { epoch_seconds: self.epoch_seconds(), deadline };
        let mut trace = Trace::default();
        let answer = answer(&self.flow, &self.message, invocation, &mut trace).await;
        let answer = answer
            .map(|verdict| verdict.as_str().to_owned())
            .map_err(|error| (error.type_name(), chain(&error)));
        Invoked { answer, trace, took: began.elapsed() }
    }

    /// Invokes again some time later, as WorkMail does after an error.
    pub(crate) async fn invoke_after(&self, pause: Duration) -> Invoked {
        tokio::time::sleep(pause).await;
        self.invoke().await
    }

    /// The number of requests for an operation.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.executions.calls().iter().filter(|call| **call == operation).count()
    }

    #[track_caller]
    pub(crate) fn assert_one_execution(&self) {
        let name = ExecutionName::from_key(self.message.key());
        let arn = self.flow.machine.execution(&name).to_string();
        let started: Vec<String> = self.executions.started().into_keys().collect();
        assert_eq!(started, [arn]);
    }
}
