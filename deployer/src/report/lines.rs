//! Events as text: one line per fact, never truncated, never redrawn.

use jiff::tz::TimeZone;

use super::changes::change_set;
use super::drift::drift_section;
use super::local_time::{moment, time_of_day};
use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use super::summary::count;
use crate::host::harmless::printable;
use crate::next_command::NextCommand;
use crate::operation::{Event, OperationOutcome, is_cascade};
use cloud::{StackEvent, StackResource};

/// The lines of an event. Some events are only for JSON output and have none.
pub(super) fn lines(event: &Event, next: &NextCommand, zone: &TimeZone) -> Vec<String> {
    let line = match event {
        Event::BucketCreated { bucket } => format!("created the artifact bucket {bucket}"),
        Event::BucketConfigured { bucket } => {
            format!("set up {bucket}: private, TLS only, encrypted, versioned")
        }
        Event::UploadStarted { .. } | Event::UploadProgressed { .. } | Event::Uploaded { .. } => {
            return upload(event).into_iter().collect();
        }
        Event::DriftFound(drift) => return drift_section(drift, next),
        Event::ChangeSetRequested { name } => format!("requested change set {name}"),
        Event::ChangeSetReady { changes, rights } => return change_set(changes, rights),
        Event::ChangeSetEmpty => "CloudFormation finds nothing to change".to_owned(),
        Event::StackKept { stack, change_sets } => {
            format!("kept stack {stack}, which has other change sets: {}", change_sets.join(", "))
        }
        Event::ArtifactKept { bucket, key } => {
            format!("kept s3://{bucket}/{key}: the stack or another change set uses it")
        }
        // The error says it.
        Event::Withdrawn => return Vec::new(),
        Event::StackStarted { operation, stack_id, .. } => {
            styled(BOLD, &format!("{operation} of {stack_id} started"))
        }
        Event::Attached { stack_id, status, .. } => {
            styled(BOLD, &format!("following the operation on {stack_id} ({status})"))
        }
        // CloudFormation reports twice that a resource begins, the second time with its physical
        // id.
        Event::Stack(event) if is_repetition(event) => return Vec::new(),
        // A resource that was canceled because of another failure is named with the cause.
        Event::Stack(event) if event.reason.as_deref().is_some_and(is_cascade) => {
            return Vec::new();
        }
        Event::Stack(event) => stack_event(event, &time_of_day(event.timestamp, zone)),
        Event::StillWaiting { status, elapsed_seconds } => {
            styled(DIM, &format!("still {status} after {elapsed_seconds} s"))
        }
        Event::PollFailed { message } => {
            styled(WARNING, &format!("polling failed, retrying: {}", printable(message)))
        }
        Event::ProtectionSwitched { on: true } => {
            "switched termination protection on: `down` refuses without --unprotect".to_owned()
        }
        Event::ProtectionSwitched { on: false } => {
            styled(WARNING, "switched termination protection off")
        }
        Event::LeftBehind { resources } => return left_behind(resources),
        Event::FunctionReady { arn } => format!("the function is ready: {arn}"),
        Event::ArtifactsRetired { keys } => {
            format!("retired {} that no template names anymore", count(keys.len(), "artifact"))
        }
        Event::ArtifactsRemoved { versions: 0, .. } => return Vec::new(),
        Event::ArtifactsRemoved { bucket, versions } => {
            format!("removed {} from {bucket}", count(*versions, "artifact version"))
        }
        Event::BucketRemoved { bucket } => format!("removed the artifact bucket {bucket}"),
        Event::BucketKept { bucket } => format!("kept {bucket}: other stacks use it"),
        Event::Finished { outcome, .. } => match finished(*outcome) {
            Some(line) => line,
            None => return Vec::new(),
        },
    };
    vec![line]
}

/// The line of an event of an upload.
fn upload(event: &Event) -> Option<String> {
    match event {
        Event::UploadStarted { what, bytes } => {
            Some(format!("uploading the {what} ({})", size(*bytes)))
        }
        Event::UploadProgressed { what, bytes, of } => {
            Some(format!("uploaded {} of {} of the {what}", size(*bytes), size(*of)))
        }
        Event::Uploaded { what, bucket, key } => {
            Some(format!("uploaded the {what} to s3://{bucket}/{key}"))
        }
        _ => None,
    }
}

fn finished(outcome: OperationOutcome) -> Option<String> {
    match outcome {
        OperationOutcome::Created => Some(styled(SUCCESS, "done: the stack is created")),
        OperationOutcome::Updated => Some(styled(SUCCESS, "done: the stack is updated")),
        OperationOutcome::Prepared => {
            Some(styled(SUCCESS, "done: the change set is created, and nothing is changed"))
        }
        OperationOutcome::Unchanged => Some(styled(SUCCESS, "done: nothing had to change")),
        OperationOutcome::Removed => Some(styled(SUCCESS, "done: nothing is left")),
        OperationOutcome::RemovedInPart => {
            Some(styled(WARNING, "done: the stack is deleted; remove what it left behind yourself"))
        }
        OperationOutcome::Deleted => Some(styled(
            SUCCESS,
            "done: the stack is deleted; its artifacts are kept until the next `up` or `down`",
        )),
        OperationOutcome::Cleared => {
            Some(styled(SUCCESS, "done: what `up --adopt` left is removed; the stack is as it was"))
        }
        OperationOutcome::RolledBack => {
            Some(styled(SUCCESS, "done: the update is rolled back; the stack is as it was before"))
        }
        // The error or the previous line says it all.
        OperationOutcome::Declined | OperationOutcome::Failed => None,
    }
}

fn left_behind(resources: &[StackResource]) -> Vec<String> {
    let mut lines = vec![styled(WARNING, "left behind, and no stack manages it anymore:")];
    lines.extend(resources.iter().map(resource));
    lines
}

/// One line about a resource, under a heading.
pub(super) fn resource(resource: &StackResource) -> String {
    let name = resource.physical_id.as_deref().unwrap_or("(no name in AWS)");
    format!(
        "  {} {} {}",
        printable(&resource.logical_id),
        styled(DIM, &printable(&resource.resource_type)),
        printable(name)
    )
}

fn is_repetition(event: &StackEvent) -> bool {
    event.status == "CREATE_IN_PROGRESS"
        && event.reason.as_deref() == Some("Resource creation Initiated")
}

/// An event of an operation that has ended, with its date.
pub(super) fn past_stack_event(event: &StackEvent, zone: &TimeZone) -> String {
    stack_event(event, &moment(event.timestamp, zone))
}

fn stack_event(event: &StackEvent, time: &str) -> String {
    let style = if event.status.ends_with("_FAILED") {
        ERROR
    } else if event.status.contains("ROLLBACK") {
        WARNING
    } else if event.status.ends_with("_COMPLETE") {
        SUCCESS
    } else {
        DIM
    };
    let status = styled(style, &format!("{:<20}", event.status));
    let mut line = format!(
        "{time} {status} {} {}",
        printable(&event.logical_id),
        styled(DIM, &printable(&event.resource_type))
    );
    if let Some(reason) = event.reason.as_deref().filter(|reason| !reason.is_empty()) {
        line.push_str(": ");
        line.push_str(&printable(reason));
    }
    line
}

fn size(bytes: usize) -> String {
    match bytes {
        0..=9_999 => format!("{bytes} bytes"),
        10_000..=999_999 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}
