//! The tasks of an execution that wait for a decision, according to its history.

use std::collections::{BTreeMap, HashMap};

use handler::actions::Direction;
use handler::source::Source;
use handler::workmail::Message;
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;

use super::token::{self, Token};
use cloud::HistoryEvent;

/// The suffix of the resource of a task that waits for its token.
pub const WAITS: &str = ".waitForTaskToken";

/// A task that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingTask {
    /// The id that is the same for every invocation about the message.
    pub invocation_id: String,
    /// WorkMail's id of the message, if the event has one.
    pub message_id: Option<String>,
    pub execution_arn: String,
    pub state: String,
    /// The resource that it called, such as `sns:publish`.
    pub resource: String,
    pub since: Timestamp,
    /// When Step Functions times it out, if the definition sets a timeout.
    pub times_out: Option<Timestamp>,
    /// The latest time at which WorkMail stops retrying; a rule's timeout may be shorter.
    pub asked_until: Timestamp,
    /// The direction of the message, if the event has one.
    pub direction: Option<&'static str>,
    /// The number of recipients in the event.
    pub recipients: usize,
    /// The contents of the message, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contents: Option<Contents>,
    /// The token to hand back, if it is found.
    #[serde(skip)]
    pub token: Option<Token>,
}

/// The contents of a message that a decision may depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contents {
    pub mail_from: Option<String>,
    pub recipients: Vec<String>,
    pub subject: Option<String>,
}

/// Returns the waiting tasks of an execution, in the order in which they started to wait.
pub(super) fn waiting(
    execution_arn: &str,
    history: &[HistoryEvent],
    definition: Option<&Value>,
    with_contents: bool,
) -> Vec<WaitingTask> {
    let Some(first) = history.first() else { return Vec::new() };
    let message = first.input.as_deref().and_then(|input| Message::parse(input).ok());
    let name = execution_arn.rsplit(':').next().unwrap_or(execution_arn);
    let execution_ends = definition
        .and_then(|definition| definition.get("TimeoutSeconds")?.as_i64())
        .and_then(|seconds| after(first.timestamp, seconds));
    let asked_until = first.timestamp.checked_add(MAX_RULE_TIMEOUT).unwrap_or(Timestamp::MAX);
    let mut tasks = Vec::new();
    for Call { state, event } in open_calls(history) {
        let times_out = event.timeout_seconds.and_then(|seconds| after(event.timestamp, seconds));
        let parameters = event.input.as_deref();
        let token = definition
            .zip(parameters)
            .and_then(|(definition, parameters)| token::find(definition, state, parameters));
        tasks.push(WaitingTask {
            invocation_id: message.as_ref().map_or(name, Message::invocation_id).to_owned(),
            message_id: message.as_ref().and_then(Message::message_id).map(str::to_owned),
            execution_arn: execution_arn.to_owned(),
            state: state.to_owned(),
            resource: event.resource.as_deref().unwrap_or_default().replace(WAITS, ""),
            since: event.timestamp,
            times_out: [times_out, execution_ends].into_iter().flatten().min(),
            asked_until,
            direction: message.as_ref().and_then(Message::direction).map(word),
            recipients: message.as_ref().map_or(0, |message| message.recipients().len()),
            contents: message.as_ref().filter(|_| with_contents).map(contents),
            token,
        });
    }
    tasks
}

/// A call without an answer yet.
struct Call<'a> {
    state: &'a str,
    event: &'a HistoryEvent,
}

/// Most events identify their state only through the event that led to them.
fn open_calls(history: &[HistoryEvent]) -> Vec<Call<'_>> {
    let mut entered: HashMap<i64, &HistoryEvent> = HashMap::new();
    let mut open = BTreeMap::new();
    for event in history {
        if event.kind.ends_with("StateEntered") {
            entered.insert(event.id, event);
            continue;
        }
        let Some(state) = entered.get(&event.previous).copied() else { continue };
        entered.insert(event.id, state);
        let waits = event.resource.as_deref().is_some_and(|resource| resource.ends_with(WAITS));
        match event.kind.as_str() {
            "TaskScheduled" if waits => {
                let state_name = state.state.as_deref().unwrap_or_default();
                open.insert(state.id, Call { state: state_name, event });
            }
            "TaskStarted" | "TaskSubmitted" => {}
            _ => {
                open.remove(&state.id);
            }
        }
    }
    open.into_values().collect()
}

fn after(begin: Timestamp, seconds: i64) -> Option<Timestamp> {
    begin.checked_add(SignedDuration::from_secs(seconds)).ok()
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "INBOUND",
        Direction::Outbound => "OUTBOUND",
    }
}

fn contents(message: &Message) -> Contents {
    let event: Value = serde_json::from_str(message.input()).unwrap_or_default();
    let text = |pointer| event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Contents {
        mail_from: text("/envelope/mailFrom/address"),
        recipients: message.recipients().to_vec(),
        subject: text("/subject"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events numbered from 1, each with its type and the id of the event before it.
    fn history(events: &[(&str, i64)]) -> Vec<HistoryEvent> {
        let events = events.iter().zip(1..).map(|((kind, previous), id)| {
            let mut event = HistoryEvent::new(id, Timestamp::UNIX_EPOCH, kind);
            event.previous = *previous;
            event.state = kind.ends_with("StateEntered").then(|| format!("S{id}"));
            if kind.ends_with("Scheduled") {
                event.resource = Some("sns:publish.waitForTaskToken".to_owned());
            }
            event
        });
        events.collect()
    }

    fn states(events: &[(&str, i64)]) -> Vec<String> {
        let tasks = waiting("arn:name", &history(events), None, false);
        tasks.into_iter().map(|task| task.state).collect()
    }

    const TASK: [(&str, i64); 5] = [
        ("ExecutionStarted", 0),
        ("TaskStateEntered", 1),
        ("TaskScheduled", 2),
        ("TaskStarted", 3),
        ("TaskSubmitted", 4),
    ];

    #[test]
    fn a_task_waits_until_its_next_event() {
        assert_eq!(states(&TASK[..2]), [""; 0]);
        assert_eq!(states(&TASK[..3]), ["S2"]);
        assert_eq!(states(&TASK), ["S2"]);
        for end in ["TaskSucceeded", "TaskFailed", "TaskTimedOut", "TaskStateAborted"] {
            assert_eq!(states(&[&TASK[..], &[(end, 5)]].concat()), [""; 0], "{end}");
        }
        let again = [&TASK[..], &[("TaskFailed", 5), ("TaskScheduled", 6)]].concat();
        assert_eq!(states(&again), ["S2"]);
    }

    #[test]
    fn branches_wait_independently() {
        let branches = [
            ("ExecutionStarted", 0),
            ("ParallelStateEntered", 1),
            ("ParallelStateStarted", 2),
            ("TaskStateEntered", 3),
            ("TaskStateEntered", 3),
            ("TaskScheduled", 4),
            ("TaskScheduled", 5),
        ];
        assert_eq!(states(&branches), ["S4", "S5"]);
        assert_eq!(states(&[&branches[..], &[("TaskSucceeded", 6)]].concat()), ["S5"]);
    }

    #[test]
    fn the_earliest_timeout_counts() {
        let mut history = history(&TASK);
        history[2].timeout_seconds = Some(600);
        let times_out = |definition: Value| {
            let task = waiting("arn:name", &history, Some(&definition), false).remove(0);
            task.times_out.map(Timestamp::as_second)
        };
        assert_eq!(times_out(serde_json::json!({ "TimeoutSeconds": 60 })), Some(60));
        assert_eq!(times_out(serde_json::json!({ "TimeoutSeconds": 6000 })), Some(600));
        assert_eq!(times_out(Value::Null), Some(600));
    }
}
