//! The setup of a schedule: the script of the state machine, the operator's settings, the clocks.

use std::time::Duration;

use handler::arn::StateMachineArn;
use handler::executions::{EndStatus, Ending, HistoryEvent};
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::rule::Rule;

/// The state that decides if the origin is a state.
pub(crate) const STATE: &str = "Decide";

/// The state in which the state machine records its verdict in the ledger itself.
pub(crate) const RECORDING_STATE: &str = "Record";

/// The settings at the start of an invocation.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) machine: StateMachineArn,
    pub(crate) origin: Origin,
    pub(crate) on_failure: OnFailure,
    pub(crate) wait: Duration,
}

/// An entry that existed before the first invocation of the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inherited {
    /// The original application claimed the message and started the execution.
    Started,
    /// The original application claimed the message and crashed.
    Claimed,
}

/// The setup of a schedule.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// The events of an execution, from its start to its last end.
    pub(crate) script: Vec<HistoryEvent>,
    /// Whether the mail system waits for verdicts.
    pub(crate) rule: Rule,
    /// The settings, in order of deployment.
    pub(crate) settings: Vec<Settings>,
    /// Whether a machine is deleted when the settings name another one.
    pub(crate) machine_goes: bool,
    pub(crate) inherited: Option<Inherited>,
    /// What the state machine records when it passes [`RECORDING_STATE`].
    pub(crate) recorded_by_machine: String,
    /// The clock offsets of the invocations in seconds, used in rotation.
    pub(crate) clocks: Vec<i64>,
    /// Whether the entry can be deleted before it expires.
    pub(crate) entry_can_vanish: bool,
    /// Whether there can be invocations after the last regular one of the mail system.
    pub(crate) lasts_long: bool,
    /// The number of events per page of history.
    pub(crate) page_size: usize,
}

impl Scenario {
    /// A scenario in which only the script causes changes.
    pub(crate) fn new(name: &str, script: Vec<HistoryEvent>, settings: Vec<Settings>) -> Self {
        Self {
            name: name.to_owned(),
            script,
            rule: Rule::Synchronous,
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
    /// The defaults without a wait: one look after a start.
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

/// An output that is a verdict, but not in normal form.
pub(crate) fn verdict(word: &str) -> String {
    format!(
        r#"{{"actions":[{{"action":{{"type":"BOUNCE","parameters":{{"bounceMessage":"{word}"}}}},"allRecipients":"True"}}]}}"#
    )
}

/// An output that is not a verdict.
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
