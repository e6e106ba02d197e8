//! What happened in an execution: Step Functions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// One event of an execution's history, in the words of Step Functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEvent {
    /// Its number in the history, from 1.
    pub id: i64,
    /// The number of the event that led to it, 0 for the first one.
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
    /// The cause of the error. It may hold parts of the message.
    pub cause: Option<String>,
    /// What goes in: of the execution, of a state, of a task. It may hold the message.
    pub input: Option<String>,
    /// What comes out. It may hold parts of the message.
    pub output: Option<String>,
    /// After so many seconds a task that was scheduled times out, if nobody says that it is alive.
    pub timeout_seconds: Option<i64>,
}

impl HistoryEvent {
    /// An event that says nothing but its kind, following the one before it.
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
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// A page of the executions that run, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionPage {
    /// Their ARNs.
    pub arns: Vec<String>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Step Functions' executions, as far as they are needed: looking, never starting.
#[async_trait]
pub trait Executions: Send + Sync {
    /// `ListExecutions` with the status `RUNNING`, one page; `None` where there is no such machine. `after`
    /// is [`ExecutionPage::next`] of the page before.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn list_running(
        &self,
        machine_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<ExecutionPage>, CloudError>;

    /// `GetExecutionHistory`, one page; `None` where there is no such execution, or none any more: a
    /// history is kept for 90 days after its execution closed. `after` is [`HistoryPage::next`] of the
    /// page before.
    ///
    /// # Errors
    /// When Step Functions refuses or cannot be reached.
    async fn history(
        &self,
        execution_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<HistoryPage>, CloudError>;
}
