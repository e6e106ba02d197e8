//! `stopped`, `redriven`: an execution that a person stopped or redrove.

use handler::on_failure::OnFailure;
use jiff::Timestamp;
use serde::Serialize;

use crate::host::harmless::printable;
use crate::report::style::{DIM, SUCCESS, styled};
use crate::report::{Answer, Reader};
use crate::trace::{Prospect, Resolved};
use cloud::Stack;

/// The execution, and what WorkMail gets for its message.
#[derive(Serialize)]
pub struct ExecutionChange<'a> {
    stack_name: &'a str,
    account: Option<&'a str>,
    region: &'a str,
    invocation_id: &'a str,
    execution_arn: &'a str,
    /// What WorkMail gets: `delivered`, `verdict`, `over`, `policy`, `none`, `unknown`, `execution`.
    answer: &'static str,
    policy: Option<OnFailure>,
    asked_until: Option<Timestamp>,
}

impl<'a> ExecutionChange<'a> {
    pub fn of(
        stack: &'a Stack,
        region: &'a str,
        resolved: &'a Resolved,
        prospect: Prospect,
    ) -> Self {
        let policy = match prospect {
            Prospect::Policy(policy) => Some(policy),
            _ => None,
        };
        Self {
            stack_name: &stack.name,
            account: stack.account(),
            region,
            invocation_id: &resolved.record.invocation_id,
            execution_arn: &resolved.arn,
            answer: prospect.as_str(),
            policy,
            asked_until: resolved.record.asked_until(),
        }
    }

    /// The execution and where it is, for a question.
    pub fn place(&self) -> String {
        let name = self.execution_arn.rsplit(':').next().unwrap_or(self.execution_arn);
        let account = self.account.unwrap_or("unknown");
        let (stack, region) = (self.stack_name, self.region);
        printable(&format!("{name} of stack {stack} (account {account}, region {region})"))
    }

    fn lines(&self, done: &str, reader: &Reader<'_>) -> String {
        let done = styled(SUCCESS, &format!("{done}: execution {}", self.place()));
        let trace = printable(&reader.next.code(&["trace", self.invocation_id]));
        format!("{done}\n{}", styled(DIM, &format!("{trace} shows what happens to the message")))
    }
}

/// The execution was stopped.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Stopped<'a>(pub ExecutionChange<'a>);

impl Answer for Stopped<'_> {
    const KIND: &'static str = "stopped";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(self.0.lines("stopped", reader))
    }
}

/// The execution runs again.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Redriven<'a>(pub ExecutionChange<'a>);

impl Answer for Redriven<'_> {
    const KIND: &'static str = "redriven";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(self.0.lines("redriven", reader))
    }
}
