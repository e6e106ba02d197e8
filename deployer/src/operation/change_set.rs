//! Change sets: made, shown, agreed to, executed, followed; or withdrawn without a trace.

use std::time::Duration;

use tokio::time::sleep;

use super::diagnosis::of_change_set;
use super::estimate::{HISTORY, expected};
use super::follow::{MAX_EVENTS, follow_to};
use super::heartbeat::Heartbeat;
use super::retryable::overlook;
use super::{Event, Operation, OperationError};
use crate::plan::{Desired, OnDrift, Plan, fill_in};
use cloud::{
    ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, Deletion, Handling,
    OnFailure, Stack, StackEvent, StackStatus,
};

/// What came of a change set.
pub(super) enum Executed {
    /// The stack is as wanted.
    Done(Box<Stack>),
    /// It is made, and left.
    Prepared(Prepared),
    /// CloudFormation found nothing to change.
    Empty,
    /// The audience said no.
    Declined,
}

/// A change set that waits for somebody to execute or to delete it.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Its name.
    pub name: String,
    /// Its ARN and the stack's.
    pub id: ChangeSetId,
    /// What it was told.
    pub handling: Handling,
}

/// CloudFormation makes a change set of our size within seconds; a minute or two under load.
const PATIENCE: Duration = Duration::from_secs(300);

/// Makes a change set and carries it through.
pub(super) async fn carry_through(
    operation: &mut Operation<'_>,
    plan: &Plan,
    desired: &Desired,
    kind: ChangeSetType,
) -> Result<Executed, OperationError> {
    let request = request(operation, desired, kind);
    let id = operation.wait_for(operation.cloud.stacks.create_change_set(&request)).await?;
    let name = request.name.clone();
    operation.audience.event(&Event::ChangeSetRequested { name });
    let mut change_set = match ready(operation, &id).await {
        Ok(change_set) => change_set,
        Err(error) => {
            // The first failure says more than one of tidying up after it.
            let _ = withdraw(operation, &id, kind).await;
            return Err(error);
        }
    };
    match change_set.status {
        ChangeSetStatus::Empty => {
            operation.audience.event(&Event::ChangeSetEmpty);
            withdraw(operation, &id, kind).await?;
            return Ok(Executed::Empty);
        }
        ChangeSetStatus::Ready => {}
        ChangeSetStatus::Pending | ChangeSetStatus::Failed(_) => {
            // Before it is withdrawn: its events go with it.
            let diagnosis = Box::new(of_change_set(operation, &id).await);
            withdraw(operation, &id, kind).await?;
            let reason = match change_set.status {
                ChangeSetStatus::Failed(reason) => reason,
                _ => format!("it was not ready after {} seconds", PATIENCE.as_secs()),
            };
            return Err(OperationError::ChangeSet { reason, diagnosis });
        }
    }
    fill_in(&mut change_set.changes, &plan.changes);
    operation.audience.event(&Event::ChangeSetReady {
        changes: change_set.changes.clone(),
        rights: plan.rights.clone(),
    });
    if desired.options.prepare_only {
        let ChangeSetRequest { name, handling, .. } = request;
        return Ok(Executed::Prepared(Prepared { name, id, handling }));
    }
    if !operation.audience.agrees(&change_set.changes).await {
        withdraw(operation, &id, kind).await?;
        return Ok(Executed::Declined);
    }
    let on_failure = match request.handling.decides_on_failure() {
        true => OnFailure::AsMade,
        false => OnFailure::RollBack,
    };
    let history = match begin(operation, &id, on_failure).await {
        Ok(history) => history,
        Err(error) => {
            // It must not lie about, to be executed by mistake. The first failure says more, again.
            let _ = withdraw(operation, &id, kind).await;
            return Err(error);
        }
    };
    let executed = follow_to_end(operation, &id, kind, &history).await;
    executed.map(|stack| Executed::Done(Box::new(stack)))
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
        // The roles have generated names, so that the weaker capability is enough.
        capabilities: vec!["CAPABILITY_IAM".to_owned()],
        handling: desired.options.stack_options_for(kind),
    }
}

async fn ready(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
) -> Result<ChangeSet, OperationError> {
    let mut heartbeat = Heartbeat::new();
    let mut interval = Duration::from_millis(100);
    loop {
        let in_time = heartbeat.waited() <= PATIENCE;
        match operation.wait_for(operation.cloud.stacks.change_set(id)).await {
            Ok(made) if made.status != ChangeSetStatus::Pending || !in_time => return Ok(made),
            Ok(_) => heartbeat.beat(operation, "making the change set"),
            Err(error) => overlook(operation, error, in_time)?,
        }
        operation.wait_for(sleep(interval)).await;
        interval = (interval * 2).min(Duration::from_secs(3));
    }
}

/// Removes the change set and, where it had brought an empty stack with it, the stack.
async fn withdraw(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
    kind: ChangeSetType,
) -> Result<(), OperationError> {
    operation.cloud.stacks.delete_change_set(id).await?;
    if kind == ChangeSetType::Create {
        let stack = operation.cloud.stacks.describe(&id.stack_id).await?;
        if stack.is_some_and(|stack| stack.status == StackStatus::ReviewInProgress) {
            let token = operation.token("withdraw");
            operation.cloud.stacks.delete(&id.stack_id, &Deletion::whole(token)).await?;
            until_gone(operation, &id.stack_id).await?;
        }
    }
    Ok(())
}

/// Waits until an empty stack is gone, which takes CloudFormation a second or two.
async fn until_gone(operation: &mut Operation<'_>, stack_id: &str) -> Result<(), OperationError> {
    let mut heartbeat = Heartbeat::new();
    loop {
        let in_time = heartbeat.waited() <= PATIENCE;
        match operation.cloud.stacks.describe(stack_id).await {
            Ok(Some(stack)) if stack.status.is_busy() && in_time => {
                heartbeat.beat(operation, stack.status.name());
            }
            Ok(_) => return Ok(()),
            Err(error) => overlook(operation, error, in_time)?,
        }
        operation.wait_for(sleep(Duration::from_millis(500))).await;
    }
}

/// Has the change set executed, and gives the stack's events from before that, newest first.
async fn begin(
    operation: &mut Operation<'_>,
    id: &ChangeSetId,
    on_failure: OnFailure,
) -> Result<Vec<StackEvent>, OperationError> {
    let history = newest_events(operation, &id.stack_id, HISTORY).await?;
    let since = history.first().map(|event| event.id.as_str());
    let token = operation.token("execute");
    match operation.cloud.stacks.execute_change_set(id, &token, on_failure).await {
        Ok(()) => Ok(history),
        // Where the answer was lost on the way, the request may have been heard all the same.
        Err(_) if has_begun(operation, id, since, &token).await => Ok(history),
        Err(error) => Err(error.into()),
    }
}

/// Whether there are events of an operation that bears our token.
async fn has_begun(
    operation: &Operation<'_>,
    id: &ChangeSetId,
    since: Option<&str>,
    token: &str,
) -> bool {
    let events = operation.cloud.stacks.events(&id.stack_id, since, MAX_EVENTS).await;
    events.unwrap_or_default().iter().any(|event| event.token.as_deref() == Some(token))
}

async fn follow_to_end(
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
    operation.audience.event(&Event::StackStarted {
        operation: name.to_owned(),
        stack_id: id.stack_id.clone(),
        expected_seconds: expected.map(|duration| duration.as_secs()),
    });
    let wanted = match kind {
        ChangeSetType::Create => StackStatus::CreateComplete,
        ChangeSetType::Update => StackStatus::UpdateComplete,
    };
    let since = history.first().map(|event| event.id.clone());
    let settled = follow_to(operation, &id.stack_id, since, &wanted).await?;
    Ok(settled.stack.expect("a complete stack is there"))
}

/// The newest event of a stack, so that only what comes after it is told.
pub(super) async fn newest_event(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<Option<String>, OperationError> {
    let events = newest_events(operation, stack_id, 1).await?;
    Ok(events.into_iter().next().map(|event| event.id))
}

/// The newest events of a stack, so many at most, newest first. What passes is waited out: nothing has begun
/// yet.
async fn newest_events(
    operation: &mut Operation<'_>,
    stack_id: &str,
    limit: usize,
) -> Result<Vec<StackEvent>, OperationError> {
    let heartbeat = Heartbeat::new();
    loop {
        match operation.cloud.stacks.events(stack_id, None, limit).await {
            Ok(events) => return Ok(events),
            Err(error) => overlook(operation, error, heartbeat.waited() <= PATIENCE)?,
        }
        sleep(Duration::from_secs(3)).await;
    }
}
