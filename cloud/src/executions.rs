//! Executions and their histories: Step Functions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// One event of an execution's history, with Step Functions' names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEvent {
    /// Its number in the history, from 1.
    pub id: i64,
    /// The number of the event that led to this one; 0 for the first event.
    pub previous: i64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The type, such as `TaskStateEntered`.
    pub kind: String,
    /// The state that is entered or left, or whose expression failed.
    pub state: Option<String>,
    /// What a task calls, such as `lambda:invoke` or a function's ARN.
    pub resource: Option<String>,
    /// The name of the error.
    pub error: Option<String>,
    /// The cause of the error. It may contain parts of the message.
    pub cause: Option<String>,
    /// The input of the execution, the state, or the task. It may contain the message.
    pub input: Option<String>,
    /// The output. It may contain parts of the message.
    pub output: Option<String>,
    /// After this many seconds a scheduled task times out if it sends no heartbeat.
    pub timeout_seconds: Option<i64>,
}

impl HistoryEvent {
    /// An event with only a kind, which follows the previous event.
    #[must_use]
    pub fn new(id: i64, timestamp: Timestamp, kind: &str) -> Self {
        Self {
            id,
            previous: id - 1,
            timestamp,
            kind: kind.to_owned(),
            state: None,
            resource: None,
            error: None,
            cause: None,
            input: None,
            output: None,
            timeout_seconds: None,
        }
    }
}

/// A page of a history, oldest event first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// Oldest first.
    pub events: Vec<HistoryEvent>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// A page of the running executions, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionPage {
    /// Their ARNs.
    pub arns: Vec<String>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// The status of an execution, as `DescribeExecution` returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionState {
    /// The status by Step Functions' name, such as `RUNNING` or `FAILED`.
    pub status: String,
    /// Whether it can be redriven, if Step Functions says so.
    pub redrivable: Option<bool>,
    /// Why it cannot be redriven, in Step Functions' words.
    pub not_redrivable_because: Option<String>,
}

/// Step Functions' executions, as far as the deployer needs them.
#[async_trait]
pub trait Executions: Send + Sync {
    /// `ListExecutions` with the status `RUNNING`, one page; `None` if there is no such machine.
    /// `after` is [`ExecutionPage::next`] of the previous page.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn list_running(
        &self,
        machine_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<ExecutionPage>, CloudError>;

    /// `GetExecutionHistory`, one page; `None` if the execution does not exist or its history has
    /// expired: Step Functions stores a history for 90 days after its execution closed. `after` is
    /// [`HistoryPage::next`] of the previous page.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn history(
        &self,
        execution_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<HistoryPage>, CloudError>;

    /// `DescribeExecution`; `None` if the execution does not exist.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn state(&self, execution_arn: &str) -> Result<Option<ExecutionState>, CloudError>;

    /// `StopExecution`, with the name of an error and its cause for the history. An execution that
    /// has ended already stays as it is.
    ///
    /// # Errors
    /// When the execution does not exist, or Step Functions refuses or cannot be reached.
    async fn stop(&self, execution_arn: &str, error: &str, cause: &str) -> Result<(), CloudError>;

    /// `RedriveExecution`; a retry with the same token is the same request.
    ///
    /// # Errors
    /// When the execution does not exist or cannot be redriven (`ExecutionNotRedrivable`), or Step
    /// Functions refuses or cannot be reached.
    async fn redrive(&self, execution_arn: &str, token: &str) -> Result<(), CloudError>;
}
