//! Returning the token that a task waits for: Step Functions.

use async_trait::async_trait;

use super::CloudError;

/// Step Functions' tasks that wait until their token is returned.
#[async_trait]
pub trait TaskTokens: Send + Sync {
    /// `SendTaskSuccess`: the task's result is `output`, a JSON text.
    ///
    /// # Errors
    /// When the task no longer waits (`TaskTimedOut`, `TaskDoesNotExist`), or Step Functions
    /// refuses or cannot be reached.
    async fn succeed(&self, token: &str, output: &str) -> Result<(), CloudError>;

    /// `SendTaskFailure`: the task fails with this error.
    ///
    /// # Errors
    /// As [`TaskTokens::succeed`].
    async fn fail(&self, token: &str, error: &str, cause: Option<&str>) -> Result<(), CloudError>;
}
