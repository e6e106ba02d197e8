//! What a schedule happens to: a state machine's script, the operator's settings, the clocks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use handler::arn::StateMachineArn;
use handler::executions::{EndStatus, Ending, HistoryEvent};
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::source::Source;
use handler::workmail::Message;

pub(crate) const KEY: &str = "simulated";
const EVENT: &str = r#"{"invocationId":"simulated","flowDirection":"INBOUND"}"#;

/// The state that decides where the origin is a state.
pub(crate) const STATE: &str = "Decide";

/// The state in which the state machine records its verdict in the ledger itself.
pub(crate) const RECORDING_STATE: &str = "Record";

/// What the settings were when an invocation began.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) machine: StateMachineArn,
    pub(crate) origin: Origin,
    pub(crate) on_failure: OnFailure,
    pub(crate) wait: Duration,
}

/// An entry that was there before the first invocation of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inherited {
    /// The original application claimed the message and started the execution.
    Started,
    /// It claimed the message and got no further.
    Claimed,
}

/// What a schedule happens to.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// What an execution does, from its start to its last end.
    pub(crate) script: Vec<HistoryEvent>,
    /// The settings in the order in which they are deployed.
    pub(crate) settings: Vec<Settings>,
    /// The first machine is deleted when the settings name another one.
    pub(crate) machine_goes: bool,
    pub(crate) inherited: Option<Inherited>,
    /// What the state machine records itself when it passes [`RECORDING_STATE`].
    pub(crate) recorded_by_machine: String,
    /// By how many seconds the clocks of the invocations are off, in turn.
    pub(crate) clocks: Vec<i64>,
    /// Whether the entry can vanish before its time.
    pub(crate) entry_can_vanish: bool,
    /// Whether invocations can come after the mail system has asked for the last time.
    pub(crate) lasts_long: bool,
    /// How many events a page of history has.
    pub(crate) page_size: usize,
}

impl Scenario {
    /// A scenario in which nothing changes but what the script does.
    pub(crate) fn new(name: &str, script: Vec<HistoryEvent>, settings: Vec<Settings>) -> Self {
        Self {
            name: name.to_owned(),
            script,
            settings,
            machine_goes: false,
            inherited: None,
            recorded_by_machine: String::new(),
            clocks: vec![0],
            entry_can_vanish: false,
            lasts_long: false,
            page_size: 1000,
        }
    }
}

impl Settings {
    /// The defaults, with no wait: one look after a start.
    pub(crate) fn new() -> Self {
        Self {
            machine: machine("Flow"),
            origin: Origin::Execution,
            on_failure: OnFailure::Retry,
            wait: Duration::ZERO,
        }
    }

    pub(crate) fn of_state(mut self) -> Self {
        self.origin = Origin::State(STATE.to_owned());
        self
    }

    pub(crate) fn policy(mut self, on_failure: OnFailure) -> Self {
        self.on_failure = on_failure;
        self
    }

    pub(crate) fn machine(mut self, name: &str) -> Self {
        self.machine = machine(name);
        self
    }
}

pub(crate) fn machine(name: &str) -> StateMachineArn {
    format!("arn:aws:states:us-east-1:123456789012:stateMachine:{name}").parse().unwrap()
}

/// An output that is a verdict, but not in the words in which it is answered.
pub(crate) fn verdict(word: &str) -> String {
    format!(
        r#"{{"actions":[{{"action":{{"type":"BOUNCE","parameters":{{"bounceMessage":"{word}"}}}},"allRecipients":"True"}}]}}"#
    )
}

/// An output that is none.
pub(crate) const NO_VERDICT: &str = r#"{"actions":[{"action":{"type":"EXPLODE"}}]}"#;

pub(crate) fn records() -> HistoryEvent {
    HistoryEvent::Exited { state: RECORDING_STATE.to_owned(), output: None }
}

pub(crate) fn exits(output: &str) -> HistoryEvent {
    HistoryEvent::Exited { state: STATE.to_owned(), output: Some(output.to_owned()) }
}

pub(crate) fn succeeds(output: &str) -> HistoryEvent {
    HistoryEvent::Succeeded { output: Some(output.to_owned()) }
}

pub(crate) fn ends(status: EndStatus) -> HistoryEvent {
    HistoryEvent::Unsuccessful(Ending { status, error: None })
}

/// The message of all schedules, and how its source reads the outputs that occur.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) message: Arc<Message>,
    cache: Mutex<BTreeMap<String, Option<String>>>,
}

impl Mail {
    pub(crate) fn new() -> Self {
        Self { message: Arc::new(Message::parse(EVENT).unwrap()), cache: Mutex::default() }
    }

    /// The verdict that an output is, in the words in which it is answered.
    pub(crate) fn reads(&self, output: &str) -> Option<String> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(output) {
            return known.clone();
        }
        let checked = self.message.interpret(output).ok();
        let verdict = checked.map(|checked| checked.verdict.as_str().to_owned());
        cache.insert(output.to_owned(), verdict.clone());
        verdict
    }

    /// The verdict that a policy stands for.
    pub(crate) fn by_policy(&self, policy: OnFailure) -> Option<String> {
        if policy == OnFailure::Retry {
            return None;
        }
        self.message.by_policy(policy).map(|verdict| verdict.as_str().to_owned())
    }
}
