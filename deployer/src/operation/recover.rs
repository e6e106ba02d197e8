//! Continues a rollback that failed.

use super::change_set::newest_event;
use super::follow::follow_to;
use super::{Event, Operation, OperationError, OperationOutcome};
use crate::plan::Recovery;
use cloud::{Continuation, StackStatus};

/// Lets CloudFormation continue the rollback, and follows the stack until it has settled.
/// Fails when CloudFormation refuses, or the rollback fails again.
pub async fn recover(
    operation: &mut Operation<'_>,
    recovery: &Recovery,
) -> Result<(), OperationError> {
    let recovered = continue_rollback(operation, recovery).await;
    let outcome =
        if recovered.is_ok() { OperationOutcome::RolledBack } else { OperationOutcome::Failed };
    operation.observer.on_event(&Event::Finished { outcome, outputs: Vec::new() });
    recovered
}

async fn continue_rollback(
    operation: &mut Operation<'_>,
    recovery: &Recovery,
) -> Result<(), OperationError> {
    let stack_id = &recovery.stack_id;
    let since = newest_event(operation, stack_id).await?;
    let token = operation.token("recover");
    let (skip, role_arn) = (recovery.skip.clone(), recovery.role_arn.clone());
    let continuation = Continuation { token, skip, role_arn };
    operation.cloud.stacks.continue_rollback(stack_id, &continuation).await?;
    operation.observer.on_event(&Event::StackStarted {
        operation: "recover".to_owned(),
        stack_id: stack_id.clone(),
        expected_seconds: None,
    });
    follow_to(operation, stack_id, since, &StackStatus::UpdateRollbackComplete).await?;
    Ok(())
}
