//! Following an operation that somebody else started, or an earlier run of the deployer.

use super::follow::{MAX_EVENTS, Settled};
use super::{Event, Operation, OperationError, Outcome, follow, root_cause};
use crate::cloud::{Stack, StackEvent, StackStatus};

/// How a watched operation ended.
#[derive(Debug)]
pub struct Watched {
    /// What came of it.
    pub outcome: Outcome,
    /// The stack, unless it is gone.
    pub stack: Option<Stack>,
}

/// Follows a busy stack until it settles, from the operation's first event on.
///
/// # Errors
/// When looking is refused or fails for minutes on end, or the operation does not end well.
pub async fn watch(
    operation: &mut Operation<'_>,
    stack: &Stack,
) -> Result<Watched, OperationError> {
    let watched = attach(operation, stack).await.and_then(|settled| judge(stack, settled));
    let (outcome, outputs) = match &watched {
        Ok(Watched { outcome, stack }) => {
            let outputs = stack.as_ref().map(|stack| stack.outputs.clone());
            (*outcome, outputs.unwrap_or_default())
        }
        Err(_) => (Outcome::Failed, Vec::new()),
    };
    operation.audience.event(&Event::Finished { outcome, outputs });
    watched
}

/// Waits until a busy stack settles, however its operation ends, and tells the events on the way.
///
/// # Errors
/// When looking is refused or fails for minutes on end.
pub async fn attach(
    operation: &mut Operation<'_>,
    stack: &Stack,
) -> Result<Settled, OperationError> {
    let (stack_id, status) = (stack.id.clone(), stack.status.to_string());
    operation.audience.event(&Event::Attached { stack_id, status });
    let events = operation.cloud.stacks.events(&stack.id, None, MAX_EVENTS).await?;
    let settled = events.into_iter().find(|event| is_end(event, &stack.id));
    follow(operation, &stack.id, settled.map(|event| event.id)).await
}

/// Whether an event ended an operation: what came after it belongs to the next one.
fn is_end(event: &StackEvent, stack_id: &str) -> bool {
    event.physical_id.as_deref() == Some(stack_id)
        && !StackStatus::from_name(&event.status).is_busy()
}

/// An operation ends well in the status whose name its first event announces: UPDATE_IN_PROGRESS in
/// UPDATE_COMPLETE, a continued rollback in UPDATE_ROLLBACK_COMPLETE.
fn judge(stack: &Stack, settled: Settled) -> Result<Watched, OperationError> {
    let own = |event: &&StackEvent| event.physical_id.as_deref() == Some(stack.id.as_str());
    let begun = settled.events.iter().find(own).map(|event| event.status.as_str());
    let begun = begun.unwrap_or(stack.status.name());
    let wanted = begun.replace("_IN_PROGRESS", "_COMPLETE");
    let ended = settled.stack.as_ref().map_or(StackStatus::DeleteComplete, |s| s.status.clone());
    if ended.name() != wanted {
        let cause = root_cause(&settled.events, &stack.name).cloned().map(Box::new);
        return Err(OperationError::Stack { status: ended, root_cause: cause });
    }
    let outcome = match ended {
        StackStatus::CreateComplete => Outcome::Created,
        StackStatus::DeleteComplete => Outcome::Deleted,
        StackStatus::UpdateRollbackComplete => Outcome::RolledBack,
        _ => Outcome::Updated,
    };
    let stack = settled.stack.filter(|stack| stack.status != StackStatus::DeleteComplete);
    Ok(Watched { outcome, stack })
}
