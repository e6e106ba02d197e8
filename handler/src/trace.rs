//! What an invocation does, noted step by step. The log line and the metrics are made of it.

use serde::Serialize;

use crate::arn::ExecutionArn;
use crate::executions::{EndStatus, Outcome};
use crate::finding::Finding;
use crate::on_failure::OnFailure;
use crate::phases::Phases;

/// Which way an invocation took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// It claimed the message and started the execution.
    First,
    /// It found the message claimed and looked once.
    Retry,
    /// It found the message claimed but the execution missing, and started it.
    Resumed,
    /// It found a recorded verdict.
    Recorded,
}

/// What was found about the execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are those of `Outcome`")]
pub enum OutcomeWord {
    Missing,
    Running,
    Passed,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

impl From<&Outcome> for OutcomeWord {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Missing => Self::Missing,
            Outcome::Running => Self::Running,
            Outcome::Passed { .. } => Self::Passed,
            Outcome::Succeeded { .. } => Self::Succeeded,
            Outcome::Unsuccessful(ending) => match ending.status {
                EndStatus::Failed => Self::Failed,
                EndStatus::TimedOut => Self::TimedOut,
                EndStatus::Aborted => Self::Aborted,
            },
        }
    }
}

/// What the flow noted on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The way taken; `None` as long as the ledger has not answered.
    pub path: Option<Path>,
    /// The execution that decides.
    pub execution: Option<ExecutionArn>,
    /// When the message was seen first, in seconds since 1970, where the ledger knows it.
    pub claimed_at: Option<i64>,
    /// What was found about it last.
    pub outcome: Option<OutcomeWord>,
    /// The policy that was applied in place of a decision.
    pub policy: Option<OnFailure>,
    /// The execution succeeded without passing the output state; its own output was used.
    pub output_state_skipped: bool,
    /// What the check of the output found.
    pub findings: Vec<Finding>,
    /// How many requests the edges were asked.
    pub calls: u32,
    /// Where the time went.
    pub phases: Phases,
}

impl Trace {
    /// Notes what the ledger said.
    pub fn found(&mut self, path: Path, execution: &ExecutionArn, claimed_at: Option<i64>) {
        self.path = Some(path);
        self.execution = Some(execution.clone());
        self.claimed_at = claimed_at;
    }
}
