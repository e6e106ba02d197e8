//! `decided`: a decision was sent to Step Functions.

use serde::Serialize;

use crate::decision::{Decision, WaitingTask};
use crate::host::harmless::printable;
use crate::report::style::{DIM, SUCCESS, styled};
use crate::report::{Answer, Reader};

/// How a task ends that has its result.
const SUCCEEDED: &str = "succeeded";

/// The task that has its decision.
#[derive(Serialize)]
pub struct Decided<'a> {
    invocation_id: &'a str,
    execution_arn: &'a str,
    state: &'a str,
    task: &'static str,
}

impl<'a> Decided<'a> {
    /// The answer about a task and its decision.
    pub fn of(task: &'a WaitingTask, decision: &Decision) -> Self {
        Self {
            invocation_id: &task.invocation_id,
            execution_arn: &task.execution_arn,
            state: &task.state,
            task: match decision {
                Decision::Result(_) => SUCCEEDED,
                Decision::Failure { .. } => "failed",
            },
        }
    }
}

impl Answer for Decided<'_> {
    const KIND: &'static str = "decided";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let (state, id) = (printable(self.state), printable(self.invocation_id));
        let what = if self.task == SUCCEEDED { "has its result" } else { "has failed" };
        let done = styled(SUCCESS, &format!("decided: state {state} of message {id} {what}"));
        let trace = printable(&reader.next.code(&["trace", self.invocation_id]));
        let next = format!("WorkMail gets the verdict when it retries; {trace} shows when");
        Some(format!("{done}\n{}", styled(DIM, &next)))
    }
}
