//! Cancels the current operation: an update is rolled back, a first creation is deleted.

use super::change_set::newest_event;
use super::follow::follow_to;
use super::remove::delete_whole_stack;
use super::{Event, Operation, OperationError, OperationOutcome};
use crate::plan::Cancellation;
use cloud::StackStatus;

/// Cancels, and follows the stack until it has settled.
/// Fails when CloudFormation refuses, or the stack does not return to its state before the
/// operation.
pub async fn cancel(
    operation: &mut Operation<'_>,
    cancellation: &Cancellation,
) -> Result<(), OperationError> {
    let (cancelled, outcome) = match cancellation {
        Cancellation::Update { stack_id } => {
            (cancel_update(operation, stack_id).await, OperationOutcome::RolledBack)
        }
        Cancellation::Creation { stack_id } => {
            (delete_whole_stack(operation, stack_id).await.map(drop), OperationOutcome::Deleted)
        }
    };
    let outcome = if cancelled.is_ok() { outcome } else { OperationOutcome::Failed };
    operation.observer.on_event(&Event::Finished { outcome, outputs: Vec::new() });
    cancelled
}

async fn cancel_update(
    operation: &mut Operation<'_>,
    stack_id: &str,
) -> Result<(), OperationError> {
    let since = newest_event(operation, stack_id).await?;
    let token = operation.token("cancel");
    operation.cloud.stacks.cancel_update(stack_id, &token).await?;
    operation.observer.on_event(&Event::StackStarted {
        operation: "cancel".to_owned(),
        stack_id: stack_id.to_owned(),
        expected_seconds: None,
    });
    follow_to(operation, stack_id, since, &StackStatus::UpdateRollbackComplete).await?;
    Ok(())
}
