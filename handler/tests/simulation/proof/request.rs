//! The requests of an invocation and their answers, as values that can be delayed, lost or
//! repeated, and that can outlive the invocation.

use std::fmt;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use handler::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use handler::bounces::Bounces;
use handler::call_error::CallError;
use handler::executions::{Executions, ExecutionsError, HistoryPage, Outcome, Started};
use handler::ledger::{Claim, Ledger, LedgerError, Terms};
use handler::memory::{MemoryBounces, MemoryExecutions, MemoryLedger};
use handler::ses::bounce::Bounce;
use handler::source::VerdictJson;

/// A request to the ledger, to Step Functions or to SES.
#[derive(Debug, Clone)]
pub(crate) enum Request {
    Claim { key: String, terms: Terms, expires_at: i64 },
    Record { key: String, execution: ExecutionArn, verdict: VerdictJson, expires_at: i64 },
    Start { machine: StateMachineArn, name: String, input: String },
    Describe { execution: ExecutionArn },
    History { execution: ExecutionArn, from: Option<String> },
    SendBounce { bounce: Bounce },
    NoteBounce { key: String },
}

/// The answer to a request.
#[derive(Debug)]
pub(crate) enum Answer {
    Claim(Result<Claim, LedgerError>),
    Record(Result<String, LedgerError>),
    Start(Result<Started, ExecutionsError>),
    Describe(Result<Outcome, ExecutionsError>),
    History(Result<Option<HistoryPage>, ExecutionsError>),
    Sent(Result<(), CallError>),
    Noted(Result<(), LedgerError>),
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
    /// Sends a bounce, which no other request depends on.
    Bounces,
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
            Self::Claim { .. } | Self::Record { .. } | Self::NoteBounce { .. } => Footprint::Entry,
            Self::SendBounce { .. } => Footprint::Bounces,
            Self::Start { .. } => Footprint::Creates,
            Self::Describe { .. } | Self::History { .. } => Footprint::Reads,
        }
    }

    /// The execution that the request is about; `None` if it is about the message alone.
    pub(crate) fn execution(&self) -> Option<ExecutionArn> {
        match self {
            Self::Claim { terms, .. } => Some(terms.execution_arn.clone()),
            Self::Start { machine, name, .. } => {
                Some(machine.execution(&ExecutionName::from_key(name)))
            }
            Self::Record { execution, .. }
            | Self::Describe { execution }
            | Self::History { execution, .. } => Some(execution.clone()),
            Self::SendBounce { .. } | Self::NoteBounce { .. } => None,
        }
    }

    /// Applies the request.
    pub(crate) fn apply(
        &self,
        ledger: &MemoryLedger,
        executions: &MemoryExecutions,
        bounces: &MemoryBounces,
    ) -> Answer {
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
            Self::SendBounce { bounce } => Answer::Sent(at_once(bounces.send(bounce))),
            Self::NoteBounce { key } => Answer::Noted(at_once(ledger.note_bounce(key))),
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
            Self::SendBounce { .. } => Answer::Sent(Err(failed("bounce"))),
            Self::NoteBounce { .. } => Answer::Noted(Err(LedgerError(failed("note")))),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim { terms, expires_at, .. } => {
                let machine = terms.execution_arn.state_machine();
                write!(f, "claim for {machine} and {}, until {expires_at}", terms.origin)
            }
            Self::Record { verdict, .. } => write!(f, "record {}", verdict.as_str()),
            Self::Start { machine, name, .. } => write!(f, "start {name} of {machine}"),
            Self::Describe { execution } => {
                write!(f, "describe {} of {}", execution.name(), execution.state_machine())
            }
            Self::History { execution, from: None } => {
                write!(f, "history of {} of {}", execution.name(), execution.state_machine())
            }
            Self::History { from: Some(from), .. } => write!(f, "history from {from} on"),
            Self::SendBounce { bounce } => write!(f, "send the bounce {}", bounce.explanation),
            Self::NoteBounce { .. } => write!(f, "note the bounce"),
        }
    }
}

fn at_once<R>(request: impl Future<Output = R>) -> R {
    match pin!(request).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("edges in memory never wait"),
    }
}
