//! How a stack settled, and the error where it settled otherwise than it should.

use super::diagnosis::of_operation;
use super::{Operation, OperationError};
use cloud::{Stack, StackEvent, StackStatus};

/// How a stack settled.
#[derive(Debug)]
pub struct Settled {
    /// The stack; `None` where it is gone.
    pub stack: Option<Stack>,
    /// The operation's events, oldest first.
    pub events: Vec<StackEvent>,
}

/// The error of an operation whose stack did not settle as it should have.
pub(super) async fn ended(operation: &Operation<'_>, settled: Settled) -> OperationError {
    let diagnosis =
        Box::new(of_operation(operation, settled.stack.as_ref(), &settled.events).await);
    let status = settled.stack.map_or(StackStatus::DeleteComplete, |stack| stack.status);
    OperationError::Stack { status, diagnosis }
}
