//! How a stack settled, and the error if it settled in an unexpected status.

use super::diagnosis::of_operation;
use super::{Operation, OperationError};
use cloud::{Stack, StackEvent, StackStatus};

#[derive(Debug)]
pub struct Settled {
    /// The stack; `None` if it is gone.
    pub stack: Option<Stack>,
    /// Events of the operation, oldest first.
    pub events: Vec<StackEvent>,
}

/// The error of an operation whose stack settled in an unexpected status.
pub(super) async fn ended(operation: &Operation<'_>, settled: Settled) -> OperationError {
    let diagnosis =
        Box::new(of_operation(operation, settled.stack.as_ref(), &settled.events).await);
    let status = settled.stack.map_or(StackStatus::DeleteComplete, |stack| stack.status);
    OperationError::Stack { status, diagnosis }
}
