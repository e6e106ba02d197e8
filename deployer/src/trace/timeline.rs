//! The timeline of a message: its invocations merged with its execution's history.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::Case;
use super::visits::{Visit, Visits, is_failure};
use crate::logs::InvocationLine;
use cloud::HistoryEvent;

/// An event with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    #[serde(rename = "happened")]
    pub at: Timestamp,
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// WorkMail asked for a verdict.
    Asked {
        /// The number of the invocation, from 1, as far as the log was read.
        nth: usize,
    },
    /// The handler answered, or failed so that WorkMail asks again.
    Replied {
        /// The handler's line.
        #[serde(flatten)]
        line: Box<InvocationLine>,
    },
    /// The execution started.
    Started {
        /// The message.
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// A state was entered.
    Entered {
        state: String,
        /// The type, such as `Wait`.
        kind: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// A task was called.
    Called {
        state: Option<String>,
        resource: Option<String>,
        /// The number of the attempt since the state was entered, from 1; more than 1 is a retry.
        attempt: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        input: Option<String>,
    },
    /// Something failed: a task, an expression, a state.
    Failed {
        state: Option<String>,
        /// What failed, as Step Functions names it, such as `TaskFailed`.
        kind: String,
        error: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// A state was left.
    Left {
        state: String,
        /// The duration of the visit.
        milliseconds: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<String>,
    },
    /// The execution, which had ended without success, continues.
    Redriven,
    /// The execution ended.
    Ended {
        /// How, as Step Functions names it, such as `SUCCEEDED`.
        status: String,
        error: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<String>,
    },
    /// Any other event, as Step Functions names it.
    Other { kind: String },
}

/// Returns all events of a message, oldest first. Of simultaneous events, the start of an
/// invocation comes before the execution's events, and its end after them, because they led to its
/// answer.
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
    // The sort is stable: other simultaneous events stay in the order in which they were logged.
    invocations.sort_by_key(|moment| moment.at);
    execution.sort_by_key(|moment| moment.at);
    merged(invocations, execution)
}

/// Merges both by time.
fn merged(invocations: Vec<Moment>, execution: Vec<Moment>) -> Vec<Moment> {
    let mut merged = Vec::with_capacity(invocations.len() + execution.len());
    let mut execution = execution.into_iter().peekable();
    for moment in invocations {
        let ends = matches!(moment.what, What::Replied { .. });
        let before = |event: &Moment| event.at < moment.at || (ends && event.at == moment.at);
        while let Some(event) = execution.next_if(before) {
            merged.push(event);
        }
        merged.push(moment);
    }
    merged.extend(execution);
    merged
}

/// Interprets events in their order: most of them identify their state only through what led to
/// them.
#[derive(Default)]
pub struct Teller {
    with_contents: bool,
    visits: Visits,
}

impl Teller {
    /// Includes inputs, outputs and causes only if `with_contents` is set.
    pub fn new(with_contents: bool) -> Self {
        Self { with_contents, ..Self::default() }
    }

    /// Interprets the next event.
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

/// The final status of the execution, if the event ends it.
pub(super) fn end(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ExecutionSucceeded" => "SUCCEEDED",
        "ExecutionFailed" => "FAILED",
        "ExecutionTimedOut" => "TIMED_OUT",
        "ExecutionAborted" => "ABORTED",
        _ => return None,
    })
}
