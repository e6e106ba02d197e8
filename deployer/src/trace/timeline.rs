//! The timeline of a message: its invocations merged with its execution's history.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::visits::{Visit, Visits, is_failure};
use super::{AssignedBy, MessageRecord};
use crate::logs::InvocationLine;
use cloud::HistoryEvent;

/// An event with its time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TimelineEvent {
    #[serde(rename = "happened")]
    pub at: Timestamp,
    #[serde(flatten)]
    pub kind: TimelineEventKind,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum TimelineEventKind {
    /// The function was invoked for a verdict.
    Asked {
        /// The number of the invocation, from 1, as far as the log was read.
        nth: usize,
        /// Whether WorkMail waits for no verdict, so that Lambda retries what fails.
        #[serde(skip)]
        asynchronous: bool,
    },
    /// The handler answered, or failed so that WorkMail retries.
    Replied {
        #[serde(flatten)]
        line: Box<InvocationLine>,
    },
    Started {
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
    Ended {
        /// How, as Step Functions names it, such as `SUCCEEDED`.
        status: String,
        error: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        output: Option<String>,
    },
    /// A function of the flow wrote a line.
    FunctionLogged { function: String, text: String },
    /// A function of the flow ran, as far as its log shows.
    FunctionRan {
        function: String,
        request_id: String,
        /// How its run was found in the log.
        assigned_by: AssignedBy,
        /// How many lines it wrote.
        lines: usize,
        /// Lambda's report: the milliseconds of the run, and the most memory in megabytes.
        #[serde(rename = "duration")]
        took: Option<f64>,
        megabytes: Option<u64>,
    },
    /// A function of the flow was called, and the log does not show which run that was.
    FunctionUnassigned {
        function: String,
        /// The ID of the request, if the history has it; the log has no line about it.
        request_id: Option<String>,
        /// How many runs the log has at that time.
        runs: usize,
    },
    /// Any other event, as Step Functions names it.
    Other { kind: String },
}

/// Returns all events of a message, oldest first. Of simultaneous events, the start of an
/// invocation comes before the execution's events, and its end after them, because they led to its
/// answer.
pub fn timeline(record: &MessageRecord, with_contents: bool) -> Vec<TimelineEvent> {
    timeline_with(record, Vec::new(), with_contents)
}

/// The same, with what the flow's functions did. Of simultaneous events, those come after the execution's.
pub fn timeline_with(
    record: &MessageRecord,
    of_functions: Vec<TimelineEvent>,
    with_contents: bool,
) -> Vec<TimelineEvent> {
    let mut invocations = Vec::new();
    for (nth, (ended, line)) in record.lines.iter().enumerate() {
        let took =
            SignedDuration::from_millis(i64::try_from(line.milliseconds).unwrap_or(i64::MAX));
        let began = ended.checked_sub(took).unwrap_or(*ended);
        let asynchronous = line.is_asynchronous();
        let kind = TimelineEventKind::Asked { nth: nth + 1, asynchronous };
        invocations.push(TimelineEvent { at: began, kind });
        let kind = TimelineEventKind::Replied { line: Box::new(line.clone()) };
        invocations.push(TimelineEvent { at: *ended, kind });
    }
    let mut builder = TimelineBuilder::new(with_contents);
    let history = record.history.iter().flatten();
    let mut execution: Vec<TimelineEvent> = history
        .map(|event| TimelineEvent { at: event.timestamp, kind: builder.kind(event) })
        .collect();
    execution.extend(of_functions);
    // The sort is stable: other simultaneous events stay in the order in which they were logged.
    invocations.sort_by_key(|event| event.at);
    execution.sort_by_key(|event| event.at);
    merged(invocations, execution)
}

/// Merges both by time.
fn merged(invocations: Vec<TimelineEvent>, execution: Vec<TimelineEvent>) -> Vec<TimelineEvent> {
    let mut merged = Vec::with_capacity(invocations.len() + execution.len());
    let mut execution = execution.into_iter().peekable();
    for invocation in invocations {
        let ends = matches!(invocation.kind, TimelineEventKind::Replied { .. });
        let before =
            |event: &TimelineEvent| event.at < invocation.at || (ends && event.at == invocation.at);
        while let Some(event) = execution.next_if(before) {
            merged.push(event);
        }
        merged.push(invocation);
    }
    merged.extend(execution);
    merged
}

/// Interprets events in their order: most of them identify their state only through what led to
/// them.
#[derive(Default)]
pub struct TimelineBuilder {
    with_contents: bool,
    visits: Visits,
}

impl TimelineBuilder {
    /// Includes inputs, outputs and causes only if `with_contents` is set.
    pub fn new(with_contents: bool) -> Self {
        Self { with_contents, ..Self::default() }
    }

    /// Interprets the next event.
    pub fn kind(&mut self, event: &HistoryEvent) -> TimelineEventKind {
        let of_contents =
            |text: &Option<String>| text.as_ref().filter(|_| self.with_contents).cloned();
        let (input, output) = (of_contents(&event.input), of_contents(&event.output));
        let cause = of_contents(&event.cause);
        let kind = event.kind.clone();
        let visit = self.visits.add(event);
        let state = event.state.clone().or_else(|| visit.as_ref().map(|visit| visit.state.clone()));
        if let Some(state_type) = kind.strip_suffix("StateEntered") {
            let (state, kind) = (state.unwrap_or_default(), state_type.to_owned());
            return TimelineEventKind::Entered { state, kind, input };
        }
        if let Some(status) = end(&kind) {
            let status = status.to_owned();
            return TimelineEventKind::Ended { status, error: event.error.clone(), cause, output };
        }
        if kind.ends_with("StateExited") {
            let took = visit.map(|visit| event.timestamp.duration_since(visit.entered));
            let milliseconds = took.and_then(|took| i64::try_from(took.as_millis()).ok());
            return TimelineEventKind::Left {
                state: state.unwrap_or_default(),
                milliseconds,
                output,
            };
        }
        match kind.as_str() {
            "ExecutionStarted" => TimelineEventKind::Started { input },
            "ExecutionRedriven" => TimelineEventKind::Redriven,
            "TaskScheduled" | "LambdaFunctionScheduled" | "ActivityScheduled" => {
                let attempt = visit.map_or(1, Visit::attempt);
                TimelineEventKind::Called {
                    state,
                    resource: event.resource.clone(),
                    attempt,
                    input,
                }
            }
            _ if event.error.is_some() || is_failure(&kind) => {
                TimelineEventKind::Failed { state, kind, error: event.error.clone(), cause }
            }
            _ => TimelineEventKind::Other { kind },
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
