//! The plan of `cancel`.

use super::planner::is_ours;
use cloud::{Stack, StackStatus};

/// How to cancel the operation in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancellation {
    /// An update: CloudFormation rolls it back.
    Update { stack_id: String },
    /// A first creation: there is nothing to roll back to, so the stack is deleted.
    Creation { stack_id: String },
}

/// Why there is nothing to cancel, or no way to cancel it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCancelled {
    /// The deployer did not create the stack.
    NotOurs,
    /// No operation is in progress.
    Idle(StackStatus),
    /// The update has succeeded, and CloudFormation only removes what it replaced.
    TooLate(StackStatus),
    /// The operation is a rollback or a deletion, which cannot be stopped.
    Unstoppable(StackStatus),
    /// The first creation cannot be deleted, because the stack is protected.
    Protected,
}

/// Decides what `cancel` does.
/// Fails when nothing can be canceled. Sources: CloudFormation API reference, `CancelUpdateStack`
/// ("you can cancel only stacks that are in the UPDATE_IN_PROGRESS state"); user guide, "Cancel a
/// stack update".
pub fn plan_cancellation(stack: &Stack) -> Result<Cancellation, NotCancelled> {
    let stack_id = stack.id.clone();
    match &stack.status {
        status if !status.is_busy() => Err(NotCancelled::Idle(status.clone())),
        _ if !is_ours(stack) => Err(NotCancelled::NotOurs),
        StackStatus::UpdateInProgress => Ok(Cancellation::Update { stack_id }),
        StackStatus::CreateInProgress if stack.termination_protection => {
            Err(NotCancelled::Protected)
        }
        StackStatus::CreateInProgress => Ok(Cancellation::Creation { stack_id }),
        status @ StackStatus::UpdateCompleteCleanupInProgress => {
            Err(NotCancelled::TooLate(status.clone()))
        }
        status => Err(NotCancelled::Unstoppable(status.clone())),
    }
}
