//! The timeline of a message: its invocations and its execution's history, as one.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Case;
use crate::cloud::HistoryEvent;
use crate::logs::InvocationLine;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// When.
    #[serde(rename = "happened")]
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// WorkMail asked what to do with the message.
    Asked {
        /// For the which time, from 1, as far as the log was read.
        nth: usize,
    },
    /// The handler answered, or failed so that WorkMail asks again.
    Replied {
        /// Its line.
        #[serde(flatten)]
        line: Box<InvocationLine>,
    },
    /// The execution began.
    Started {
        /// The message.
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// A state was entered.
    Entered {
        /// The state.
        state: String,
        /// Its type, such as `Wait`.
        kind: String,
        /// What went in.
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// A task was called.
    Called {
        /// The state.
        state: Option<String>,
        /// What was called.
        resource: Option<String>,
        /// For the which time since the state was entered, from 1; more than 1 is a retry.
        attempt: u32,
        /// What it was called with.
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// Something failed: a task, an expression, a state.
    Failed {
        /// The state.
        state: Option<String>,
        /// What failed, in Step Functions' word, such as `TaskFailed`.
        kind: String,
        /// The name of the error.
        error: Option<String>,
        /// Its cause.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// A state was left.
    Left {
        /// The state.
        state: String,
        /// How long it took, in milliseconds.
        milliseconds: Option<i64>,
        /// What came out.
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<String>,
    },
    /// The execution, which had ended without success, goes on.
    Redriven,
    /// The execution ended.
    Ended {
        /// How, in Step Functions' word, such as `SUCCEEDED`.
        status: String,
        /// The name of the error.
        error: Option<String>,
        /// Its cause.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
        /// What came out.
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<String>,
    },
    /// Anything else, in Step Functions' word.
    Other {
        /// The word.
        kind: String,
    },
}

/// Everything that happened to a message, oldest first.
#[must_use]
pub fn timeline(case: &Case, with_contents: bool) -> Vec<Moment> {
    let mut moments = Vec::new();
    for (nth, (ended, line)) in case.lines.iter().enumerate() {
        let took =
            SignedDuration::from_millis(i64::try_from(line.milliseconds).unwrap_or(i64::MAX));
        let began = ended.checked_sub(took).unwrap_or(*ended);
        moments.push(Moment { at: began, what: What::Asked { nth: nth + 1 } });
        let what = What::Replied { line: Box::new(line.clone()) };
        moments.push(Moment { at: *ended, what });
    }
    let mut teller = Teller { with_contents, ..Teller::default() };
    for event in case.history.iter().flatten() {
        moments.push(Moment { at: event.timestamp, what: teller.tell(event) });
    }
    // Stable: what happens at once stays in the order in which it was logged.
    moments.sort_by_key(|moment| moment.at);
    moments
}

/// Tells events in their order: most of them say of which state they are only by what led to them.
#[derive(Default)]
struct Teller {
    with_contents: bool,
    /// By the number of an event, the number of the event that entered its state.
    within: HashMap<i64, i64>,
    /// By the number of the event that entered it.
    states: HashMap<i64, State>,
}

struct State {
    name: String,
    entered: Timestamp,
    attempts: u32,
}

impl Teller {
    fn tell(&mut self, event: &HistoryEvent) -> What {
        let of_contents = |text: &Option<String>| text.clone().filter(|_| self.with_contents);
        let (input, output) = (of_contents(&event.input), of_contents(&event.output));
        let cause = of_contents(&event.cause);
        let kind = event.kind.clone();
        if let Some(state_type) = kind.strip_suffix("StateEntered") {
            let state = self.enter(event);
            return What::Entered { state, kind: state_type.to_owned(), input };
        }
        let entered = self.within.get(&event.previous).copied();
        if let Some(entered) = entered {
            self.within.insert(event.id, entered);
        }
        let within = entered.and_then(|entered| self.states.get_mut(&entered));
        let state = event.state.clone().or_else(|| within.as_ref().map(|state| state.name.clone()));
        if let Some(status) = end(&kind) {
            let status = status.to_owned();
            return What::Ended { status, error: event.error.clone(), cause, output };
        }
        if kind.ends_with("StateExited") {
            let took = within.map(|state| event.timestamp.duration_since(state.entered));
            let milliseconds = took.and_then(|took| i64::try_from(took.as_millis()).ok());
            return What::Left { state: state.unwrap_or_default(), milliseconds, output };
        }
        match kind.as_str() {
            "ExecutionStarted" => What::Started { input },
            "ExecutionRedriven" => What::Redriven,
            "TaskScheduled" | "LambdaFunctionScheduled" | "ActivityScheduled" => {
                let attempt = within.map_or(1, State::attempt);
                What::Called { state, resource: event.resource.clone(), attempt, input }
            }
            _ if event.error.is_some() || is_failure(&kind) => {
                What::Failed { state, kind, error: event.error.clone(), cause }
            }
            _ => What::Other { kind },
        }
    }

    fn enter(&mut self, event: &HistoryEvent) -> String {
        let name = event.state.clone().unwrap_or_default();
        let state = State { name: name.clone(), entered: event.timestamp, attempts: 0 };
        self.within.insert(event.id, event.id);
        self.states.insert(event.id, state);
        name
    }
}

impl State {
    fn attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }
}

/// The status that an event ends the execution with.
pub(super) fn end(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ExecutionSucceeded" => "SUCCEEDED",
        "ExecutionFailed" => "FAILED",
        "ExecutionTimedOut" => "TIMED_OUT",
        "ExecutionAborted" => "ABORTED",
        _ => return None,
    })
}

fn is_failure(kind: &str) -> bool {
    ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end))
}
