//! Executions of state machines: what can be asked about them and what the answers mean.

use std::future::Future;

use crate::arn::{ExecutionArn, StateMachineArn};
use crate::call_error::CallError;

/// What one look at an execution found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is no such execution, or it is too new to be seen.
    Missing,
    /// It has not ended, and the output state, if there is one, has not been passed.
    Running,
    /// The output state was passed; whether the execution has ended does not matter.
    Passed {
        /// The output state's name.
        state: String,
        /// What the state put out.
        output: Option<String>,
    },
    /// It succeeded, and either there is no output state or it was never passed.
    Succeeded {
        /// What the execution put out; reads lag, so it can be absent for a moment.
        output: Option<String>,
        /// Whether it had ended without success before and was redriven.
        redriven: bool,
    },
    /// It ended without success. Not for ever: it can be redriven.
    Unsuccessful(Ending),
}

/// How an execution ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Which end.
    pub status: EndStatus,
    /// The error name the definition or the service gave; the cause is left where it is, because
    /// it can hold parts of the message.
    pub error: Option<String>,
}

/// The ends without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndStatus {
    /// A state failed.
    Failed,
    /// `TimeoutSeconds` of the definition passed.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
}

impl EndStatus {
    /// Step Functions' word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// An event of an execution's history, as far as a verdict depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryEvent {
    /// A state of any type was left.
    Exited {
        /// The state's name.
        state: String,
        /// What it put out; absent in the API's model, so possibly absent.
        output: Option<String>,
    },
    /// The execution succeeded.
    Succeeded {
        /// What it put out.
        output: Option<String>,
    },
    /// The execution ended without success.
    Unsuccessful(Ending),
    /// The execution, which had ended without success, runs again.
    Redriven,
    /// Anything else: if it is the newest event, the execution is running.
    Other,
}

/// A page of an execution's history, newest event first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// Newest first.
    pub events: Vec<HistoryEvent>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// What became of a request to start an execution. Either way the execution exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// It was started now, or it is running since an equal request.
    Accepted(String),
    /// Its name is taken: it was started before and has closed (or had another input).
    AlreadyExists,
}

/// Why the executions could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionsError {
    /// The state machine does not exist, is being deleted, or its ARN is refused.
    #[error("the state machine cannot be started")]
    StateMachine(#[source] CallError),
    /// The execution got another ARN than the one that follows from its name, as Express machines
    /// do it: every start of one is a new execution, which no retry would find again.
    #[error("{started} was started, not {expected}: the state machine is no Standard one")]
    NotStandard {
        /// The ARN that the service gave.
        started: String,
        /// The ARN that was derived.
        expected: ExecutionArn,
    },
    /// Any other failure: throttling, network, permissions, quotas.
    #[error("the executions could not be asked")]
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

    /// Looks at an execution. Never [`Outcome::Passed`]: that takes the history.
    fn describe(
        &self,
        execution: &ExecutionArn,
    ) -> impl Future<Output = Result<Outcome, ExecutionsError>> + Send;

    /// A page of an execution's history, newest event first, or `None` if there is no such
    /// execution. `from` is [`HistoryPage::next`] of the page before.
    fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> impl Future<Output = Result<Option<HistoryPage>, ExecutionsError>> + Send;
}
