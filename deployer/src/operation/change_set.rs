//! Change sets: created, shown, confirmed, executed and followed, or deleted.

use std::time::Duration;

use tokio::time::sleep;

use super::diagnosis::of_change_set;
use super::estimate::{HISTORY, expected};
use super::follow::{MAX_EVENTS, follow_to};
use super::heartbeat::Heartbeat;
use super::retire::missing;
use super::retryable::tolerate;
use super::{Event, Operation, OperationError};
use crate::plan::{Desired, DesiredStack, OnDrift, Plan, fill_in};
use cloud::{
    ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, Deletion, OnFailure,
    Stack, StackEvent, StackOptions, StackStatus,
};

/// The result of a change set.
pub(super) enum Executed {
    /// The stack is up to date.
    Done(Box<Stack>),
    /// Created, but not executed.
    Prepared(Prepared),
    /// CloudFormation found nothing to change.
    Empty,
    /// The observer did not confirm it.
    Declined,
}

/// A change set that was created and is not executed yet.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub name: String,
    /// Its ARN and the stack's.
    pub id: ChangeSetId,
    /// The options with which it was created.
    pub handling: StackOptions,
}

/// CloudFormation creates a change set of this size within seconds; a minute or two under load.
/// The time is not documented.
const TIMEOUT: Duration = Duration::from_secs(300);

/// Creates a change set and executes it.
pub(super) async fn apply_change_set(
    operation: &mut Operation<'_>,
    plan: &Plan,
    desired: &Desired,
    kind: ChangeSetType,
) -> Result<Executed, OperationError> {
    let request = request(operation, desired, kind);
    let id = operation.wait_for(operation.cloud.stacks.create_change_set(&request)).await?;
    let name = request.name.clone();
    operation.observer.on_event(&Event::ChangeSetRequested { name });
    let mut change_set = match wait_until_ready(operation, &id).await {
        Ok(change_set) => change_set,
        Err(error) => {
            // The first failure is more informative than one of the cleanup.
            let _ = withdraw(operation, &id, kind).await;
            return Err(error);
        }
    };
    match change_set.status {
        ChangeSetStatus::Empty => {
            operation.observer.on_event(&Event::ChangeSetEmpty);
            withdraw(operation, &id, kind).await?;
            return Ok(Executed::Empty);
        }
        ChangeSetStatus::Ready => {}
        ChangeSetStatus::Pending | ChangeSetStatus::Failed(_) => {
            // Before the change set is deleted, because its events are deleted with it.
            let diagnosis = Box::new(of_change_set(operation, &id).await);
            withdraw(operation, &id, kind).await?;
            let reason = match change_set.status {
                ChangeSetStatus::Failed(reason) => reason,
                _ => format!("it was not ready after {} seconds", TIMEOUT.as_secs()),
            };
            return Err(OperationError::ChangeSet { reason, diagnosis });
        }
    }
    require_artifacts(operation, &desired.stack, &id, kind).await?;
    fill_in(&mut change_set.changes, &plan.changes);
    operation.observer.on_event(&Event::ChangeSetReady {
        changes: change_set.changes.clone(),
        rights: plan.rights.clone(),
    });
    if desired.options.prepare_only {
        let ChangeSetRequest { name, stack_options: handling, .. } = request;
        return Ok(Executed::Prepared(Prepared { name, id, handling }));
    }
    if !operation.observer.confirm(&change_set.changes).await {
        withdraw(operation, &id, kind).await?;
        return Ok(Executed::Declined);
    }
    let on_failure = match request.stack_options.decides_on_failure() {
        true => OnFailure::FromChangeSet,
        false => OnFailure::RollBack,
    };
    let history = match execute(operation, &id, on_failure).await {
        Ok(history) => history,
        Err(error) => {
            // The change set must not remain, because it could be executed by mistake. Again, the
            // first failure is more informative.
            let _ = withdraw(operation, &id, kind).await;
            return Err(error);
        }
    };
    let executed = follow_operation(operation, &id, kind, &history).await;
    executed.map(|stack| Executed::Done(Box::new(stack)))
}

/// Withdraws a change set whose artifacts another command has removed.
async fn require_artifacts(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
    id: &ChangeSetId,
    kind: ChangeSetType,
) -> Result<(), OperationError> {
    let missing = missing(operation, desired).await;
    if matches!(missing, Ok(None)) {
        return Ok(());
    }
    withdraw(operation, id, kind).await?;
    let (bucket, key) = (desired.artifacts.bucket.clone(), missing?.unwrap_or_default());
    Err(OperationError::ArtifactGone { bucket, key })
}

fn request(operation: &Operation<'_>, desired: &Desired, kind: ChangeSetType) -> ChangeSetRequest {
    let token = operation.token("up");
    ChangeSetRequest {
        stack_name: desired.stack.name.to_string(),
        name: desired.options.change_set_name.clone().unwrap_or_else(|| token.clone()),
        token,
        kind,
        template: desired.stack.template_source.clone(),
        revert_drift: desired.options.on_drift == OnDrift::Revert && kind == ChangeSetType::Update,
        tags: desired.stack.tags.as_map().clone(),
        capabilities: vec![desired.stack.template.capability().to_owned()],
        stack_options: desired.options.stack_options_for(kind),
    }
}

async fn wait_until_ready(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
) -> Result<ChangeSet, OperationError> {
    let mut heartbeat = Heartbeat::new();
    let mut interval = Duration::from_millis(100);
    loop {
        let in_time = heartbeat.waited() <= TIMEOUT;
        match operation.wait_for(operation.cloud.stacks.change_set(id)).await {
            Ok(made) if made.status != ChangeSetStatus::Pending || !in_time => return Ok(made),
            Ok(_) => heartbeat.beat(operation, "creating the change set"),
            Err(error) => tolerate(operation, error, in_time)?,
        }
        operation.wait_for(sleep(interval)).await;
        interval = (interval * 2).min(Duration::from_secs(3));
    }
}

/// Deletes the change set and, if creating it also created an empty stack, that stack: unless
/// someone else has prepared a change set in it.
async fn withdraw(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
    kind: ChangeSetType,
) -> Result<(), OperationError> {
    let stacks = &operation.cloud.stacks;
    stacks.delete_change_set(id).await?;
    if kind != ChangeSetType::Create {
        return Ok(());
    }
    let stack = stacks.describe(&id.stack_id).await?;
    let Some(stack) = stack.filter(|stack| stack.status == StackStatus::ReviewInProgress) else {
        return Ok(());
    };
    let mut others = stacks.change_sets(&stack.id).await?;
    others.retain(|other| other.id != id.id);
    if !others.is_empty() {
        let change_sets = others.iter().map(|other| other.name().to_owned()).collect();
        operation.observer.on_event(&Event::StackKept { stack: stack.name, change_sets });
        return Ok(());
    }
    let deletion = Deletion::new(operation.token("withdraw"));
    operation.cloud.stacks.delete(&stack.id, &deletion).await?;
    wait_until_gone(operation, &stack.id).await
}

/// Waits until an empty stack is gone, which takes CloudFormation a second or two.
async fn wait_until_gone(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<(), OperationError> {
    let mut heartbeat = Heartbeat::new();
    loop {
        let in_time = heartbeat.waited() <= TIMEOUT;
        match operation.cloud.stacks.describe(stack_id).await {
            Ok(Some(stack)) if stack.status.is_busy() && in_time => {
                heartbeat.beat(operation, stack.status.name());
            }
            Ok(_) => return Ok(()),
            Err(error) => tolerate(operation, error, in_time)?,
        }
        operation.wait_for(sleep(Duration::from_millis(500))).await;
    }
}

/// Executes the change set, and returns the stack's events from before that, newest first.
async fn execute(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
    on_failure: OnFailure,
) -> Result<Vec<StackEvent>, OperationError> {
    let history = newest_events(operation, &id.stack_id, HISTORY).await?;
    let since = history.first().map(|event| event.id.as_str());
    let token = operation.token("execute");
    match operation.cloud.stacks.execute_change_set(id, &token, on_failure).await {
        Ok(()) => Ok(history),
        // If only the response was lost, the request may still have been received.
        Err(_) if has_begun(operation, id, since, &token).await => Ok(history),
        Err(error) => Err(error.into()),
    }
}

/// Whether there are events of an operation with our token.
async fn has_begun(
    operation: &Operation<'_>,
    id: &ChangeSetId,
    since: Option<&str>,
    token: &str,
) -> bool {
    let events = operation.cloud.stacks.events(&id.stack_id, since, MAX_EVENTS).await;
    events.unwrap_or_default().iter().any(|event| event.token.as_deref() == Some(token))
}

async fn follow_operation(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
    kind: ChangeSetType,
    history: &[StackEvent],
) -> Result<Stack, OperationError> {
    let (name, status) = match kind {
        ChangeSetType::Create => ("create", StackStatus::CreateInProgress),
        ChangeSetType::Update => ("update", StackStatus::UpdateInProgress),
    };
    let expected = expected(status.name(), history, &id.stack_id);
    operation.observer.on_event(&Event::StackStarted {
        operation: name.to_owned(),
        stack_id: id.stack_id.clone(),
        expected_seconds: expected.map(|duration| duration.as_secs()),
    });
    let target = match kind {
        ChangeSetType::Create => StackStatus::CreateComplete,
        ChangeSetType::Update => StackStatus::UpdateComplete,
    };
    let since = history.first().map(|event| event.id.clone());
    let settled = follow_to(operation, &id.stack_id, since, &target).await?;
    Ok(settled.stack.expect("a complete stack is there"))
}

/// The newest event of a stack, so that only later events are reported.
pub(super) async fn newest_event(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<Option<String>, OperationError> {
    let events = newest_events(operation, stack_id, 1).await?;
    Ok(events.into_iter().next().map(|event| event.id))
}

/// The newest events of a stack, at most `limit`, newest first. Retries transient failures: the
/// operation has not started yet.
async fn newest_events(
    operation: &mut Operation<'_>,
    stack_id: &str,
    limit: usize,
) -> Result<Vec<StackEvent>, OperationError> {
    let heartbeat = Heartbeat::new();
    loop {
        match operation.cloud.stacks.events(stack_id, None, limit).await {
            Ok(events) => return Ok(events),
            Err(error) => tolerate(operation, error, heartbeat.waited() <= TIMEOUT)?,
        }
        sleep(Duration::from_secs(3)).await;
    }
}
