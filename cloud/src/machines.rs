//! The state machines themselves, as they are now, and how much they do: Step Functions.

use async_trait::async_trait;
use serde::Serialize;

use super::CloudError;

/// How many executions of a machine run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RunningExecutions {
    /// So many at least.
    pub count: usize,
    /// Whether there are more, behind the first page of 1,000.
    pub more: bool,
}

/// What Step Functions thinks of a definition. Order, number and wording of the diagnostics may change; only
/// [`Self::accepted`] is a promise (API reference, `ValidateStateMachineDefinition`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validation {
    /// Whether a state machine could be made of it.
    pub accepted: bool,
    /// What is wrong or odd.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether there are more of them.
    pub truncated: bool,
}

/// One thing that Step Functions says of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it keeps a state machine from being made.
    pub error: bool,
    /// Its code, such as `MISSING_TRANSITION_TARGET`.
    pub code: String,
    /// What it says.
    pub message: String,
    /// A JSON pointer into the definition, where one place is meant.
    pub location: Option<String>,
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
    async fn running(&self, arn: &str) -> Result<Option<RunningExecutions>, CloudError>;

    /// `ValidateStateMachineDefinition`, for a Standard machine, warnings included; makes nothing.
    ///
    /// # Errors
    /// When Step Functions refuses to look, or cannot be reached.
    async fn validate(&self, definition: &str) -> Result<Validation, CloudError>;
}
