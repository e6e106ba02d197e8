//! Translates the SDK's history events: one type for what the API spreads over forty.

use aws_sdk_sfn::types;
use jiff::Timestamp;

use crate::HistoryEvent;

use super::time::timestamp;

/// Takes an optional member out of the details that the event has.
macro_rules! take {
    ($event:ident, $member:ident, $($details:ident),+) => {
        None$(.or_else(|| $event.$details.as_mut().and_then(|details| details.$member.take())))+
    };
}

/// Translates an event.
pub(super) fn event_of(mut event: types::HistoryEvent) -> HistoryEvent {
    let (error, cause) = failure(&mut event);
    let timeout_seconds = timeout_seconds(&event);
    HistoryEvent {
        id: event.id,
        previous: event.previous_event_id,
        timestamp: timestamp(&event.timestamp).unwrap_or(Timestamp::UNIX_EPOCH),
        kind: event.r#type.as_str().to_owned(),
        state: state(&event),
        resource: resource(&event),
        error,
        cause,
        input: input(&mut event),
        output: output(&mut event),
        timeout_seconds,
    }
}

/// The shorter of the two: a task without heartbeats ends at its heartbeat timeout.
fn timeout_seconds(event: &types::HistoryEvent) -> Option<i64> {
    let scheduled = event.task_scheduled_event_details.as_ref()?;
    [scheduled.timeout_in_seconds, scheduled.heartbeat_in_seconds].into_iter().flatten().min()
}

fn state(event: &types::HistoryEvent) -> Option<String> {
    let entered = event.state_entered_event_details.as_ref().map(|details| &details.name);
    let exited = event.state_exited_event_details.as_ref().map(|details| &details.name);
    let failed = event.evaluation_failed_event_details.as_ref().map(|details| &details.state);
    entered.or(exited).or(failed).cloned()
}

/// Integrations are named by service and action, functions and activities by their ARN.
fn resource(event: &types::HistoryEvent) -> Option<String> {
    if let Some(scheduled) = &event.task_scheduled_event_details {
        return Some(format!("{}:{}", scheduled.resource_type, scheduled.resource));
    }
    if let Some(failed) = &event.task_failed_event_details {
        return Some(format!("{}:{}", failed.resource_type, failed.resource));
    }
    if let Some(late) = &event.task_timed_out_event_details {
        return Some(format!("{}:{}", late.resource_type, late.resource));
    }
    let function =
        event.lambda_function_scheduled_event_details.as_ref().map(|details| &details.resource);
    let activity = event.activity_scheduled_event_details.as_ref().map(|details| &details.resource);
    function.or(activity).cloned()
}

fn failure(event: &mut types::HistoryEvent) -> (Option<String>, Option<String>) {
    macro_rules! of_failure {
        ($member:ident) => {
            take!(
                event,
                $member,
                execution_failed_event_details,
                execution_timed_out_event_details,
                execution_aborted_event_details,
                evaluation_failed_event_details,
                task_failed_event_details,
                task_timed_out_event_details,
                task_start_failed_event_details,
                task_submit_failed_event_details,
                lambda_function_failed_event_details,
                lambda_function_timed_out_event_details,
                lambda_function_start_failed_event_details,
                lambda_function_schedule_failed_event_details,
                activity_failed_event_details,
                activity_timed_out_event_details,
                activity_schedule_failed_event_details,
                map_run_failed_event_details
            )
        };
    }
    (of_failure!(error), of_failure!(cause))
}

fn input(event: &mut types::HistoryEvent) -> Option<String> {
    let parameters = event.task_scheduled_event_details.take().map(|details| details.parameters);
    parameters.or_else(|| {
        take!(
            event,
            input,
            execution_started_event_details,
            state_entered_event_details,
            lambda_function_scheduled_event_details,
            activity_scheduled_event_details
        )
    })
}

fn output(event: &mut types::HistoryEvent) -> Option<String> {
    take!(
        event,
        output,
        execution_succeeded_event_details,
        state_exited_event_details,
        task_succeeded_event_details,
        task_submitted_event_details,
        lambda_function_succeeded_event_details,
        activity_succeeded_event_details
    )
}
