//! Why an invocation ends without a verdict. Each error has a type name that never changes.
//!
//! The mail system only sees that the function failed, and invokes it again. People and alarms see
//! the type, in the log line and in Lambda's own error record:
//!
//! | type | meaning |
//! | --- | --- |
//! | `NotReady` | the execution has not decided yet; the normal case for slow state machines |
//! | `ExecutionFailed` | it ended FAILED, TIMED_OUT or ABORTED, and the policy is `retry` or cannot be expressed |
//! | `InvalidVerdict` | its output is not a verdict, and the policy is `retry` or cannot be expressed |
//! | `InvalidMessage` | the event cannot be handled, now or later |
//! | `SourceNotEnabled` | the event is from a mail system that `SOURCES` does not name |
//! | `BounceNotSent` | the verdict is known, but Amazon SES did not accept the bounce |
//! | `LedgerUnavailable` | DynamoDB returned an error or did not answer |
//! | `ExecutionsUnavailable` | Step Functions returned an error or did not answer |
//! | `StateMachineUnavailable` | the state machine does not exist, is being deleted, or is not a Standard one |
//! | `OutOfTime` | the invocation was nearly out of time |
//! | `InvalidSettings` | during init: the environment of the function is invalid |

use std::error::Error;

use crate::call_error::CallError;
use crate::executions::{Ending, ExecutionsError};
use crate::finding::Finding;
use crate::ledger::LedgerError;
use crate::on_failure::OnFailure;

/// The type name of invalid settings, which end the process before any invocation.
pub const INVALID_SETTINGS: &str = "InvalidSettings";

/// How many findings an error message quotes. The log line has the codes of all findings.
const QUOTED_FINDINGS: usize = 8;

/// Why an invocation ends without a verdict.
#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    /// See the table above.
    #[error("the execution has not decided yet; the next invocation checks again")]
    NotReady,
    /// See the table above.
    #[error("the execution ended {}{}{}", .ending.status.as_str(), named(.ending), inexpressible(*.policy))]
    ExecutionFailed {
        /// How it ended.
        ending: Ending,
        /// The policy in force.
        policy: OnFailure,
    },
    /// See the table above.
    #[error(
        "the output of {origin} is not a valid verdict: {}{}",
        quoted(.findings),
        inexpressible(*.policy)
    )]
    InvalidVerdict {
        /// Where the output comes from.
        origin: String,
        /// What is wrong with it.
        findings: Vec<Finding>,
        /// The policy in force.
        policy: OnFailure,
    },
    /// See the table above.
    #[error("the event is not a valid message")]
    InvalidMessage(#[source] Box<dyn Error + Send + Sync>),
    /// See the table above.
    #[error("the event is from {0}, which the variable SOURCES does not name")]
    SourceNotEnabled(&'static str),
    /// See the table above.
    #[error("cannot answer without the bounce")]
    BounceNotSent(#[source] CallError),
    /// See the table above.
    #[error("cannot give a verdict without the deduplication table")]
    LedgerUnavailable(#[from] LedgerError),
    /// See the table above.
    #[error("cannot give a verdict without Step Functions")]
    ExecutionsUnavailable(#[source] ExecutionsError),
    /// See the table above.
    #[error("cannot give a verdict without the state machine")]
    StateMachineUnavailable(#[source] ExecutionsError),
    /// See the table above.
    #[error("the invocation is nearly out of time; the next invocation checks again")]
    OutOfTime,
}

impl InvocationError {
    /// The stable type name.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::NotReady => "NotReady",
            Self::ExecutionFailed { .. } => "ExecutionFailed",
            Self::InvalidVerdict { .. } => "InvalidVerdict",
            Self::InvalidMessage(_) => "InvalidMessage",
            Self::SourceNotEnabled(_) => "SourceNotEnabled",
            Self::BounceNotSent(_) => "BounceNotSent",
            Self::LedgerUnavailable(_) => "LedgerUnavailable",
            Self::ExecutionsUnavailable(_) => "ExecutionsUnavailable",
            Self::StateMachineUnavailable(_) => "StateMachineUnavailable",
            Self::OutOfTime => "OutOfTime",
        }
    }

    /// Whether AWS rejected a request because there were too many requests or open executions.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        match self {
            Self::LedgerUnavailable(LedgerError(call)) => call.is_throttling(),
            Self::ExecutionsUnavailable(ExecutionsError::Call(call))
            | Self::BounceNotSent(call) => call.is_throttling(),
            _ => false,
        }
    }
}

impl From<ExecutionsError> for InvocationError {
    fn from(error: ExecutionsError) -> Self {
        match error {
            ExecutionsError::StateMachine(_) | ExecutionsError::NotStandard { .. } => {
                Self::StateMachineUnavailable(error)
            }
            ExecutionsError::Call(_) => Self::ExecutionsUnavailable(error),
        }
    }
}

/// An error and all its causes on one line.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

/// The definition chooses the error name, possibly from data, so only what looks like a name is
/// repeated.
fn named(ending: &Ending) -> String {
    let is_name = |name: &&String| {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !name.is_empty() && name.len() <= 128 && name.bytes().all(legal)
    };
    ending.error.as_ref().filter(is_name).map(|name| format!(" with {name}")).unwrap_or_default()
}

fn inexpressible(policy: OnFailure) -> String {
    match policy {
        OnFailure::Retry => String::new(),
        other => format!(" (ON_FAILURE={other} cannot be expressed for this message)"),
    }
}

fn quoted(findings: &[Finding]) -> String {
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.is_error()).collect();
    let quoted: Vec<String> = errors.iter().take(QUOTED_FINDINGS).map(|f| f.to_string()).collect();
    let more = errors.len().saturating_sub(QUOTED_FINDINGS);
    match more {
        0 => quoted.join("; "),
        more => format!("{}; and {more} more", quoted.join("; ")),
    }
}
