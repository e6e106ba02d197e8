//! State machines, their definitions and their running executions: Step Functions.

use async_trait::async_trait;
use serde::Serialize;

use super::{CloudError, StateTest, TestedState};

/// How many executions of a machine are running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RunningExecutions {
    /// At least this many.
    pub count: usize,
    /// Whether there are more, beyond the first page of 1,000.
    pub more: bool,
}

/// Step Functions' validation of a definition. The order, number, and wording of the diagnostics
/// may change; AWS guarantees only [`Self::accepted`] (API reference,
/// `ValidateStateMachineDefinition`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validation {
    /// Whether a state machine could be created from it.
    pub accepted: bool,
    /// The errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether there are more diagnostics.
    pub truncated: bool,
}

/// One diagnostic of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it prevents the creation of a state machine.
    pub error: bool,
    /// Its code, such as `MISSING_TRANSITION_TARGET`.
    pub code: String,
    /// The message.
    pub message: String,
    /// A JSON pointer into the definition, if the diagnostic is about one place.
    pub location: Option<String>,
}

/// Step Functions, as far as the deployer needs it.
#[async_trait]
pub trait Machines: Send + Sync {
    /// `DescribeStateMachine`: the definition that new executions use; `None` if there is no such
    /// machine.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn definition(&self, arn: &str) -> Result<Option<String>, CloudError>;

    /// `ListExecutions` with the status `RUNNING`, its first page; `None` if there is no such
    /// machine.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn running(&self, arn: &str) -> Result<Option<RunningExecutions>, CloudError>;

    /// `ValidateStateMachineDefinition`, for a Standard machine, including warnings; creates
    /// nothing.
    ///
    /// # Errors
    /// When Step Functions refuses the call, or cannot be reached.
    async fn validate(&self, definition: &str) -> Result<Validation, CloudError>;

    /// `TestState`: runs one state. Without a mock, the state's task calls the real service, with
    /// the permissions of the role that the caller passes; this passes none.
    ///
    /// # Errors
    /// When Step Functions refuses the call, or cannot be reached.
    async fn test_state(&self, test: &StateTest) -> Result<TestedState, CloudError>;
}
