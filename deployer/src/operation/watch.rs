//! Follows an operation that was started elsewhere, or by an earlier run of the deployer.

use super::ended::Settled;
use super::estimate::expected;
use super::follow::MAX_EVENTS;
use super::{Event, Operation, OperationError, OperationOutcome, follow};
use cloud::{Stack, StackEvent, StackStatus};

#[derive(Debug)]
pub struct Watched {
    pub outcome: OperationOutcome,
    /// `None` if it is gone.
    pub stack: Option<Stack>,
}

/// Follows a busy stack until it settles, from the operation's first event on.
/// Fails when polling is refused or fails for minutes, or the operation fails.
pub async fn watch(
    operation: &mut Operation<'_>,
    stack: &Stack,
) -> Result<Watched, OperationError> {
    let watched = match attach(operation, stack).await {
        Ok(settled) => evaluate(operation, stack, settled).await,
        Err(error) => Err(error),
    };
    let (outcome, outputs) = match &watched {
        Ok(Watched { outcome, stack }) => {
            let outputs = stack.as_ref().map(|stack| stack.outputs.clone());
            (*outcome, outputs.unwrap_or_default())
        }
        Err(_) => (OperationOutcome::Failed, Vec::new()),
    };
    operation.observer.on_event(&Event::Finished { outcome, outputs });
    watched
}

/// Waits until a busy stack settles, however its operation ends, and reports its events.
/// Fails when polling is refused or fails for minutes.
pub async fn attach(
    operation: &mut Operation<'_>,
    stack: &Stack,
) -> Result<Settled, OperationError> {
    let events = operation.cloud.stacks.events(&stack.id, None, MAX_EVENTS).await?;
    let expected = expected(stack.status.name(), &events, &stack.id);
    operation.observer.on_event(&Event::Attached {
        stack_id: stack.id.clone(),
        status: stack.status.to_string(),
        expected_seconds: expected.map(|duration| duration.as_secs()),
    });
    follow(operation, &stack.id, previous_end(&events, &stack.id)).await
}

/// Given events newest first, the one that ended the operation before the last one. The last
/// operation was in progress when the stack was described, and may have ended since.
fn previous_end(events: &[StackEvent], stack_id: &str) -> Option<String> {
    let own = events.iter().filter(|event| event.physical_id.as_deref() == Some(stack_id));
    let mut in_progress = own.skip_while(|event| !is_busy(event));
    in_progress.find(|event| !is_busy(event)).map(|event| event.id.clone())
}

fn is_busy(event: &StackEvent) -> bool {
    StackStatus::from_name(&event.status).is_busy()
}

/// An operation succeeds in the status that corresponds to its first event: UPDATE_IN_PROGRESS in
/// UPDATE_COMPLETE, a continued rollback in UPDATE_ROLLBACK_COMPLETE.
async fn evaluate(
    operation: &Operation<'_>,
    stack: &Stack,
    settled: Settled,
) -> Result<Watched, OperationError> {
    let begun = first_status(&settled.events, &stack.id).unwrap_or(stack.status.name());
    let target = begun.replace("_IN_PROGRESS", "_COMPLETE");
    let ended = settled.stack.as_ref().map_or(StackStatus::DeleteComplete, |s| s.status.clone());
    if ended.name() != target {
        return Err(super::ended::ended(operation, settled).await);
    }
    let outcome = match ended {
        StackStatus::CreateComplete => OperationOutcome::Created,
        StackStatus::DeleteComplete => OperationOutcome::Deleted,
        StackStatus::UpdateRollbackComplete => OperationOutcome::RolledBack,
        _ => OperationOutcome::Updated,
    };
    let stack = settled.stack.filter(|stack| stack.status != StackStatus::DeleteComplete);
    Ok(Watched { outcome, stack })
}

/// Given events oldest first, the status with which the last operation began.
fn first_status<'a>(events: &'a [StackEvent], stack_id: &str) -> Option<&'a str> {
    let own = events.iter().rev().filter(|event| event.physical_id.as_deref() == Some(stack_id));
    let operation = own.skip_while(|event| !is_busy(event)).take_while(|event| is_busy(event));
    operation.last().map(|event| event.status.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// A stack's own events, newest first.
    fn events(statuses: &[&str]) -> Vec<StackEvent> {
        let event = |(nth, status): (usize, &&str)| StackEvent {
            id: nth.to_string(),
            timestamp: Timestamp::UNIX_EPOCH,
            logical_id: "flow".to_owned(),
            physical_id: Some("id".to_owned()),
            resource_type: "AWS::CloudFormation::Stack".to_owned(),
            status: (*status).to_owned(),
            reason: None,
            token: None,
        };
        statuses.iter().enumerate().map(event).collect()
    }

    #[test]
    fn an_operation_begins_after_the_end_of_the_one_before() {
        let table: [(&[&str], Option<&str>); 5] = [
            (&["UPDATE_IN_PROGRESS", "CREATE_COMPLETE", "CREATE_IN_PROGRESS"], Some("1")),
            (&["CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"], Some("1")),
            (&["CREATE_IN_PROGRESS"], None),
            (&["UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"], Some("2")),
            // It ended between the calls for the stack and for its events.
            (&["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "CREATE_COMPLETE"], Some("2")),
        ];
        for (statuses, end) in table {
            assert_eq!(previous_end(&events(statuses), "id").as_deref(), end, "{statuses:?}");
        }
    }

    #[test]
    fn an_operation_is_named_by_its_first_status() {
        let first = |oldest_first: &[&str]| {
            let events = events(oldest_first);
            first_status(&events, "id").map(str::to_owned)
        };
        let update =
            ["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"];
        assert_eq!(first(&update).as_deref(), Some("UPDATE_IN_PROGRESS"));
        let recovery =
            [&["UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_FAILED"][..], &update[1..]].concat();
        assert_eq!(first(&recovery).as_deref(), Some("UPDATE_ROLLBACK_IN_PROGRESS"));
        assert_eq!(first(&[]), None);
    }
}
