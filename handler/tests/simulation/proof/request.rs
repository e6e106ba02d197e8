//! The requests of an invocation and their answers, as values that can be delayed, lost or
//! repeated, and that can outlive the invocation.

use std::fmt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use handler::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use handler::call_error::CallError;
use handler::executions::{Executions, ExecutionsError, HistoryPage, Outcome, Started};
use handler::ledger::{Claim, Ledger, LedgerError, Terms};
use handler::memory::{MemoryExecutions, MemoryLedger};
use handler::source::VerdictJson;

/// A request to the ledger or to Step Functions.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Claim { key: String, terms: Terms, expires_at: i64 },
    Record { key: String, execution: ExecutionArn, verdict: VerdictJson, expires_at: i64 },
    Start { machine: StateMachineArn, name: String, input: String },
    Describe { execution: ExecutionArn },
    History { execution: ExecutionArn, from: Option<String> },
}

/// The answer to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Claim(Result<Claim, LedgerError>),
    Record(Result<String, LedgerError>),
    Start(Result<Started, ExecutionsError>),
    Describe(Result<Outcome, ExecutionsError>),
    History(Result<Option<HistoryPage>, ExecutionsError>),
}

/// What a request accesses. The order of two requests without a conflict does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Footprint {
    /// Reads or writes the entry of the message.
    Entry,
    /// Creates the execution.
    Creates,
    /// Reads the execution.
    Reads,
    /// Accesses nothing: the request had no effect.
    Nothing,
    /// The state machine records its verdict itself and proceeds, which affects every request.
    Everything,
}

impl Footprint {
    /// Whether the order of the two matters.
    pub(crate) fn conflicts_with(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Entry, Self::Entry)
                | (Self::Creates, Self::Creates | Self::Reads)
                | (Self::Reads, Self::Creates)
                | (Self::Everything, _)
                | (_, Self::Everything)
        )
    }
}

impl Request {
    pub(crate) fn footprint(&self) -> Footprint {
        match self {
            Self::Claim { .. } | Self::Record { .. } => Footprint::Entry,
            Self::Start { .. } => Footprint::Creates,
            Self::Describe { .. } | Self::History { .. } => Footprint::Reads,
        }
    }

    /// The execution that the request is about.
    pub(crate) fn execution(&self) -> ExecutionArn {
        match self {
            Self::Claim { terms, .. } => terms.execution_arn.clone(),
            Self::Start { machine, name, .. } => machine.execution(&ExecutionName::from_key(name)),
            Self::Record { execution, .. }
            | Self::Describe { execution }
            | Self::History { execution, .. } => execution.clone(),
        }
    }

    /// Applies the request.
    pub(crate) fn apply(&self, ledger: &MemoryLedger, executions: &MemoryExecutions) -> Answer {
        match self {
            Self::Claim { key, terms, expires_at } => {
                Answer::Claim(at_once(ledger.claim(key, terms, *expires_at)))
            }
            Self::Record { key, execution, verdict, expires_at } => {
                Answer::Record(at_once(ledger.record(key, execution, verdict, *expires_at)))
            }
            Self::Start { machine, name, input } => {
                Answer::Start(at_once(executions.start(machine, name, input)))
            }
            Self::Describe { execution } => {
                Answer::Describe(at_once(executions.describe(execution)))
            }
            Self::History { execution, from } => {
                Answer::History(at_once(executions.history_page(execution, from.as_deref())))
            }
        }
    }

    /// The answer of a request that fails with an error code of AWS.
    pub(crate) fn fails(&self, code: &str) -> Answer {
        let failed = |operation| CallError {
            operation,
            code: Some(code.to_owned()),
            message: None,
            request_id: None,
            source: None,
        };
        match self {
            Self::Claim { .. } => Answer::Claim(Err(LedgerError(failed("claim")))),
            Self::Record { .. } => Answer::Record(Err(LedgerError(failed("record")))),
            Self::Start { .. } => Answer::Start(Err(ExecutionsError::Call(failed("start")))),
            Self::Describe { .. } => {
                Answer::Describe(Err(ExecutionsError::Call(failed("describe"))))
            }
            Self::History { .. } => Answer::History(Err(ExecutionsError::Call(failed("history")))),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let execution = self.execution();
        let machine = execution.state_machine();
        let name = execution.name();
        match self {
            Self::Claim { terms, expires_at, .. } => {
                write!(f, "claim for {machine} and {}, until {expires_at}", terms.origin)
            }
            Self::Record { verdict, .. } => write!(f, "record {}", verdict.as_str()),
            Self::Start { .. } => write!(f, "start {name} of {machine}"),
            Self::Describe { .. } => write!(f, "describe {name} of {machine}"),
            Self::History { from: None, .. } => write!(f, "history of {name} of {machine}"),
            Self::History { from: Some(from), .. } => write!(f, "history from {from} on"),
        }
    }
}

fn at_once<R>(request: impl Future<Output = R>) -> R {
    match pin!(request).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("edges in memory never wait"),
    }
}
