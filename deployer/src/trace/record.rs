//! What AWS knows about one message.

use handler::arn::{ExecutionName, StateMachineArn};
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use jiff::Timestamp;

use super::FunctionCall;
use crate::logs::InvocationLine;
use cloud::{HistoryEvent, LedgerEntry};

/// What was found about one message, by its invocation id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRecord {
    /// The id that is the same for every invocation about the message.
    pub invocation_id: String,
    /// The ledger's entry, if it still exists.
    pub entry: Option<LedgerEntry>,
    /// The handler's lines and when each invocation ended, oldest first.
    pub lines: Vec<(Timestamp, InvocationLine)>,
    /// The execution that decides, if its ARN is known or can be derived.
    pub execution_arn: Option<String>,
    /// The events of the execution, oldest first; `None` if it does not exist (anymore).
    pub history: Option<Vec<HistoryEvent>>,
    /// Its calls of functions that the flow brings.
    pub calls: Vec<FunctionCall>,
}

impl MessageRecord {
    /// WorkMail's id of the message, if a line contains it.
    pub fn message_id(&self) -> Option<&str> {
        self.lines.iter().find_map(|(_, line)| line.message_id.as_deref())
    }

    /// The state whose output is the verdict, if there is one.
    pub fn output_state(&self) -> Option<&str> {
        self.entry.as_ref()?.output_state.as_deref().filter(|state| !state.is_empty())
    }

    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        self.entry.is_some() || !self.lines.is_empty() || self.history.is_some()
    }

    /// The latest time until which WorkMail retries, counted from when the message was first seen.
    pub fn asked_until(&self) -> Option<Timestamp> {
        let claimed = self.entry.as_ref().and_then(|entry| entry.claimed_at);
        let logged = self.lines.first().map(|(at, _)| *at);
        let started = self.history.as_ref().and_then(|history| history.first());
        let first = claimed.or(logged).or(started.map(|event| event.timestamp))?;
        first.checked_add(MAX_RULE_TIMEOUT).ok()
    }

    /// The policy that replaced a decision, according to the newest line that names one.
    pub fn policy(&self) -> Option<&str> {
        self.lines.iter().rev().find_map(|(_, line)| line.policy.as_deref())
    }
}

/// The ARN of the execution for an invocation id, as the handler derives it.
pub(super) fn derived_arn(machine: Option<&str>, invocation_id: &str) -> Option<String> {
    let machine: StateMachineArn = machine?.parse().ok()?;
    Some(machine.execution(&ExecutionName::from_key(invocation_id)).to_string())
}
