//! The state machines themselves, as they are now: Step Functions.

use async_trait::async_trait;

use super::CloudError;

/// Step Functions, as far as it is needed.
#[async_trait]
pub trait Machines: Send + Sync {
    /// `DescribeStateMachine`: the definition that new executions use; `None` where there is no such
    /// machine.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn definition(&self, arn: &str) -> Result<Option<String>, CloudError>;
}
