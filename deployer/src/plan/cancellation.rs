//! The plan of `cancel`.

use super::planner::is_ours;
use cloud::{Stack, StackStatus};

/// How an operation that is going on is cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cancellation {
    /// An update: CloudFormation rolls it back.
    Update {
        /// The stack's ARN.
        stack_id: String,
    },
    /// A first creation: there is nothing to go back to, so the stack is deleted.
    Creation {
        /// The stack's ARN.
        stack_id: String,
    },
}

/// Why there is nothing to cancel, or no way to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCancelled {
    /// Somebody else made the stack.
    NotOurs,
    /// No operation is going on.
    Idle(StackStatus),
    /// The update has worked, and CloudFormation only removes what it replaced.
    TooLate(StackStatus),
    /// What is going on is a rollback or a deletion, which nothing stops.
    Unstoppable(StackStatus),
    /// The first creation cannot be deleted, because the stack is protected.
    Protected,
}

/// Decides what `cancel` does.
///
/// # Errors
/// When nothing can be cancelled. Sources: CloudFormation API reference, `CancelUpdateStack` ("you can
/// cancel only stacks that are in the UPDATE_IN_PROGRESS state"); user guide, "Cancel a stack update".
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
