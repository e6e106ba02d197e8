//! The timeline of a message: its invocations and its execution's history, as one.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Case;
use super::visits::{Visit, Visits, is_failure};
use crate::logs::InvocationLine;
use cloud::HistoryEvent;

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

/// Everything that happened to a message, oldest first. Of what happens at once, an invocation begins before
/// the execution goes on, and ends after it: that is what led to its answer.
#[must_use]
pub fn timeline(case: &Case, with_contents: bool) -> Vec<Moment> {
    let mut invocations = Vec::new();
    for (nth, (ended, line)) in case.lines.iter().enumerate() {
        let took =
            SignedDuration::from_millis(i64::try_from(line.milliseconds).unwrap_or(i64::MAX));
        let began = ended.checked_sub(took).unwrap_or(*ended);
        invocations.push(Moment { at: began, what: What::Asked { nth: nth + 1 } });
        let what = What::Replied { line: Box::new(line.clone()) };
        invocations.push(Moment { at: *ended, what });
    }
    let mut teller = Teller::new(with_contents);
    let history = case.history.iter().flatten();
    let mut execution: Vec<Moment> =
        history.map(|event| Moment { at: event.timestamp, what: teller.tell(event) }).collect();
    // Stable: what else happens at once stays in the order in which it was logged.
    invocations.sort_by_key(|moment| moment.at);
    execution.sort_by_key(|moment| moment.at);
    woven(invocations, execution)
}

/// Both in one order.
fn woven(invocations: Vec<Moment>, execution: Vec<Moment>) -> Vec<Moment> {
    let mut woven = Vec::with_capacity(invocations.len() + execution.len());
    let mut execution = execution.into_iter().peekable();
    for moment in invocations {
        let ends = matches!(moment.what, What::Replied { .. });
        let before = |event: &Moment| event.at < moment.at || (ends && event.at == moment.at);
        while let Some(event) = execution.next_if(before) {
            woven.push(event);
        }
        woven.push(moment);
    }
    woven.extend(execution);
    woven
}

/// Tells events in their order: most of them say of which state they are only by what led to them.
#[derive(Default)]
pub struct Teller {
    with_contents: bool,
    visits: Visits,
}

impl Teller {
    /// One that tells inputs, outputs and causes only where that is wanted.
    pub fn new(with_contents: bool) -> Self {
        Self { with_contents, ..Self::default() }
    }

    /// The next event.
    pub fn tell(&mut self, event: &HistoryEvent) -> What {
        let of_contents =
            |text: &Option<String>| text.as_ref().filter(|_| self.with_contents).cloned();
        let (input, output) = (of_contents(&event.input), of_contents(&event.output));
        let cause = of_contents(&event.cause);
        let kind = event.kind.clone();
        let visit = self.visits.hear(event);
        let state = event.state.clone().or_else(|| visit.as_ref().map(|visit| visit.state.clone()));
        if let Some(state_type) = kind.strip_suffix("StateEntered") {
            let (state, kind) = (state.unwrap_or_default(), state_type.to_owned());
            return What::Entered { state, kind, input };
        }
        if let Some(status) = end(&kind) {
            let status = status.to_owned();
            return What::Ended { status, error: event.error.clone(), cause, output };
        }
        if kind.ends_with("StateExited") {
            let took = visit.map(|visit| event.timestamp.duration_since(visit.entered));
            let milliseconds = took.and_then(|took| i64::try_from(took.as_millis()).ok());
            return What::Left { state: state.unwrap_or_default(), milliseconds, output };
        }
        match kind.as_str() {
            "ExecutionStarted" => What::Started { input },
            "ExecutionRedriven" => What::Redriven,
            "TaskScheduled" | "LambdaFunctionScheduled" | "ActivityScheduled" => {
                let attempt = visit.map_or(1, Visit::attempt);
                What::Called { state, resource: event.resource.clone(), attempt, input }
            }
            _ if event.error.is_some() || is_failure(&kind) => {
                What::Failed { state, kind, error: event.error.clone(), cause }
            }
            _ => What::Other { kind },
        }
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
