//! Executions of state machines: the requests and what their answers mean.

use std::future::Future;

use crate::arn::{ExecutionArn, StateMachineArn};
use crate::call_error::CallError;

/// The largest input of an execution, in bytes of UTF-8.
/// Source: AWS Step Functions developer guide, "Service quotas".
pub const MAX_INPUT_BYTES: usize = 262_144;

/// The result of one poll of an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is no such execution, or it is too new to be visible.
    Missing,
    /// It has not ended, and the output state, if there is one, has not been passed.
    Running,
    /// The execution passed the output state. Whether it has ended does not matter.
    Passed {
        /// The name of the output state.
        state: String,
        /// The output of the state.
        output: Option<String>,
    },
    /// It succeeded, and either there is no output state or the execution never passed it.
    Succeeded {
        /// The output of the execution. Reads lag, so it can be absent for a moment.
        output: Option<String>,
        /// Whether the execution ended without success before and was then redriven.
        redriven: bool,
    },
    /// It ended without success. This is not final, because it can be redriven.
    Unsuccessful(Ending),
}

/// How an execution ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The kind of end.
    pub status: EndStatus,
    /// The error name from the definition or the service. The cause is not read, because it can
    /// contain parts of the message.
    pub error: Option<String>,
}

/// The kinds of unsuccessful end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndStatus {
    /// A state failed.
    Failed,
    /// `TimeoutSeconds` of the definition passed.
    TimedOut,
    /// It was stopped from outside.
    Aborted,
}

impl EndStatus {
    /// The name that Step Functions uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// An event in the history of an execution, reduced to what a verdict depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryEvent {
    /// A state of any type was exited.
    Exited {
        /// The name of the state.
        state: String,
        /// Its output, which is optional in the model of the API.
        output: Option<String>,
    },
    /// The execution succeeded.
    Succeeded {
        /// Its output.
        output: Option<String>,
    },
    /// The execution ended without success.
    Unsuccessful(Ending),
    /// The execution, which ended without success before, runs again.
    Redriven,
    /// Any other event. If it is the newest event, the execution is running.
    Other,
}

/// A page of the history of an execution, newest event first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// Newest first.
    pub events: Vec<HistoryEvent>,
    /// The token of the next page, if there is one.
    pub next: Option<String>,
}

/// The result of a request to start an execution. In both cases, the execution exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// It was started now, or it is still running after an equal request. Contains its ARN.
    Accepted(String),
    /// Its name is taken: it was started before and has closed, or it has another input.
    AlreadyExists,
}

/// Why a request to Step Functions failed.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionsError {
    /// The state machine does not exist, is being deleted, or its ARN is invalid.
    #[error("the state machine cannot be started")]
    StateMachine(#[source] CallError),
    /// The execution has another ARN than the one derived from its name, as with Express machines:
    /// every start of an Express machine is a new execution, which no retry would find again.
    #[error("{started} was started, not {expected}: the state machine is not a Standard one")]
    NotStandard {
        /// The ARN from the service.
        started: String,
        /// The ARN that was derived.
        expected: ExecutionArn,
    },
    /// Any other failure: throttling, network, permissions, quotas.
    #[error("cannot access the executions")]
    Call(#[source] CallError),
}

/// The service that runs executions. Its reads are eventually consistent.
pub trait Executions: Sync {
    /// Starts an execution. Repeating a start with the same name and input is harmless.
    fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> impl Future<Output = Result<Started, ExecutionsError>> + Send;

    /// Polls an execution. Never returns [`Outcome::Passed`], which requires the history.
    fn describe(
        &self,
        execution: &ExecutionArn,
    ) -> impl Future<Output = Result<Outcome, ExecutionsError>> + Send;

    /// Gets a page of the history of an execution, newest event first, or `None` if there is no
    /// such execution. `from` is [`HistoryPage::next`] of the previous page.
    fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> impl Future<Output = Result<Option<HistoryPage>, ExecutionsError>> + Send;
}
