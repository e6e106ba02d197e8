//! The state machines themselves, as they are now, and how much they do: Step Functions.

use async_trait::async_trait;
use serde::Serialize;

use super::CloudError;

/// How many executions of a machine run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Running {
    /// So many at least.
    pub count: usize,
    /// Whether there are more, behind the first page of 1,000.
    pub more: bool,
}

/// Step Functions, as far as it is needed.
#[async_trait]
pub trait Machines: Send + Sync {
    /// `DescribeStateMachine`: the definition that new executions use; `None` where there is no such
    /// machine.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn definition(&self, arn: &str) -> Result<Option<String>, CloudError>;

    /// `ListExecutions` with the status `RUNNING`, its first page; `None` where there is no such machine.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn running(&self, arn: &str) -> Result<Option<Running>, CloudError>;
}
