//! The states that an execution of the interpreter entered, one by one: their inputs, calls, and outputs. Only those of
//! the outermost machine.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use asl::{Event, EventKind};

/// One state that was entered.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) state: String,
    pub(super) input: Arc<Value>,
    /// The variables before it.
    pub(super) variables: Map<String, Value>,
    pub(super) entered: Timestamp,
    /// The answers to its attempts, in order.
    pub(super) attempts: Vec<Attempt>,
    pub(super) end: End,
    pub(super) left: Timestamp,
}

/// The answer to a task's call.
#[derive(Debug)]
pub(super) enum Attempt {
    Succeeded(Arc<Value>),
    Failed { error: Option<String>, cause: Option<String> },
}

/// How a visit ended.
#[derive(Debug)]
pub(super) enum End {
    /// With an output.
    Left {
        output: Arc<Value>,
        assigned: Map<String, Value>,
        /// The state that followed; none if the execution ended.
        next: Option<String>,
    },
    /// The execution failed in it.
    Failed { error: Option<String> },
    /// The execution ended otherwise, such as by a timeout.
    Neither,
}

/// The visits of an execution.
pub(super) fn visits(events: &[Event]) -> Vec<Visit> {
    let mut events: VecDeque<&Event> = events.iter().collect();
    let (mut visits, mut variables) = (Vec::<Visit>::new(), Map::new());
    while let Some(event) = events.pop_front() {
        if !is_entry(event.kind) {
            continue;
        }
        let name = event.details.name.as_deref().unwrap_or_default();
        if let Some(End::Left { next, .. }) = visits.last_mut().map(|visit| &mut visit.end) {
            *next = Some(name.to_owned());
        }
        let visit = visit(event, name, &variables, &mut events);
        if let End::Left { assigned, .. } = &visit.end {
            variables.extend(assigned.clone());
        }
        visits.push(visit);
    }
    visits
}

/// The visit that begins with an event. Takes the events that belong to it.
fn visit(
    entry: &Event,
    name: &str,
    variables: &Map<String, Value>,
    events: &mut VecDeque<&Event>,
) -> Visit {
    let mut visit = Visit {
        state: name.to_owned(),
        input: entry.details.input.clone().unwrap_or_default(),
        variables: variables.clone(),
        entered: entry.at,
        attempts: Vec::new(),
        end: End::Neither,
        left: entry.at,
    };
    let is_task = entry.kind == EventKind::TaskStateEntered;
    // Events of inner states come before its exit. Names are unique in all machines.
    while let Some(event) = events.pop_front() {
        let details = &event.details;
        visit.left = event.at;
        if is_exit(event.kind) && details.name.as_deref() == Some(name) {
            let assigned = details.assigned_variables.clone().unwrap_or_default();
            let output = details.output.clone().unwrap_or_default();
            visit.end = End::Left { output, assigned, next: None };
            return visit;
        }
        match event.kind {
            EventKind::ExecutionFailed => {
                visit.end = End::Failed { error: details.error.clone() };
                return visit;
            }
            kind if is_task => visit.attempts.extend(attempt(kind, event)),
            _ => {}
        }
    }
    visit
}

fn attempt(kind: EventKind, event: &Event) -> Option<Attempt> {
    use EventKind::{
        ActivityFailed, ActivitySucceeded, ActivityTimedOut, LambdaFunctionFailed,
        LambdaFunctionSucceeded, LambdaFunctionTimedOut, TaskFailed, TaskSucceeded, TaskTimedOut,
    };
    let details = &event.details;
    match kind {
        TaskSucceeded | LambdaFunctionSucceeded | ActivitySucceeded => {
            Some(Attempt::Succeeded(details.output.clone().unwrap_or_default()))
        }
        TaskFailed
        | LambdaFunctionFailed
        | ActivityFailed
        | TaskTimedOut
        | LambdaFunctionTimedOut
        | ActivityTimedOut => {
            Some(Attempt::Failed { error: details.error.clone(), cause: details.cause.clone() })
        }
        _ => None,
    }
}

fn is_entry(kind: EventKind) -> bool {
    format!("{kind:?}").ends_with("StateEntered")
}

fn is_exit(kind: EventKind) -> bool {
    format!("{kind:?}").ends_with("StateExited")
}
