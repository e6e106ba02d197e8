//! Converts the interpreter's events to the types of the handler and of the deployer.

use std::sync::Arc;

use handler::executions::{EndStatus, Ending, HistoryEvent};
use serde_json::Value;

use asl::{Details, Event, EventKind};

/// As the handler reads it.
pub(super) fn of_handler(event: &Event) -> HistoryEvent {
    let details = &event.details;
    let unsuccessful =
        |status| HistoryEvent::Unsuccessful(Ending { status, error: details.error.clone() });
    match event.kind {
        EventKind::ExecutionSucceeded => HistoryEvent::Succeeded { output: text(&details.output) },
        EventKind::ExecutionFailed => unsuccessful(EndStatus::Failed),
        EventKind::ExecutionTimedOut => unsuccessful(EndStatus::TimedOut),
        EventKind::ExecutionAborted => unsuccessful(EndStatus::Aborted),
        kind if word(kind).ends_with("StateExited") => HistoryEvent::Exited {
            state: details.name.as_deref().unwrap_or_default().to_owned(),
            output: text(&details.output),
        },
        _ => HistoryEvent::Other,
    }
}

/// As `GetExecutionHistory` returns it.
pub(super) fn of_cloud(event: &Event) -> cloud::HistoryEvent {
    let details = &event.details;
    let kind = word(event.kind);
    // In AWS, only the events of states have the name of a state.
    let names_state = kind.ends_with("StateEntered") || kind.ends_with("StateExited");
    let state = details.name.as_deref().filter(|_| names_state);
    let number = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
    cloud::HistoryEvent {
        id: number(event.id),
        previous: number(event.previous_id),
        timestamp: event.at,
        state: state.map(str::to_owned),
        resource: resource(details),
        error: details.error.clone(),
        cause: details.cause.clone(),
        input: text(&details.parameters).or_else(|| text(&details.input)),
        output: text(&details.output),
        timeout_seconds: None,
        kind,
    }
}

/// Integrations are named by service and call, functions and activities by their ARN.
fn resource(details: &Details) -> Option<String> {
    let resource = details.resource.as_ref()?;
    let named = |service: &String| format!("{service}:{resource}");
    Some(details.resource_type.as_ref().map_or_else(|| resource.clone(), named))
}

fn word(kind: EventKind) -> String {
    format!("{kind:?}")
}

fn text(data: &Option<Arc<Value>>) -> Option<String> {
    data.as_deref().map(Value::to_string)
}
