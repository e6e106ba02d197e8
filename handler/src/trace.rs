//! What an invocation did, recorded as it runs. The log line and the metrics are made from it.

use serde::Serialize;

use crate::arn::ExecutionArn;
use crate::executions::{EndStatus, Outcome};
use crate::finding::Finding;
use crate::on_failure::OnFailure;
use crate::phases::Phases;
use crate::rule::Rule;
use crate::ses::Disposition;

/// The path that an invocation took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// The invocation claimed the message and started the execution.
    First,
    /// It found the message claimed and polled the execution once.
    Retry,
    /// It found the message claimed but the execution missing, and started it.
    Resumed,
    /// It found a recorded verdict.
    Recorded,
}

/// The state of the execution that a poll found.
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

/// What the flow recorded during an invocation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Whether a verdict was to be given.
    pub rule: Rule,
    /// The path taken; `None` until the ledger answers.
    pub path: Option<Path>,
    /// The execution that decides.
    pub execution: Option<ExecutionArn>,
    /// When the message was first seen, in seconds since 1970, if the ledger contains it.
    pub claimed_at: Option<i64>,
    /// What the last poll of the execution found.
    pub outcome: Option<OutcomeWord>,
    /// The policy that was applied instead of a decision.
    pub policy: Option<OnFailure>,
    /// The types of the actions of the answer, each once; empty if there was no answer.
    pub actions: Vec<&'static str>,
    /// Whether the message had been answered before, as far as the invocation knows. Such an
    /// answer is not counted again.
    pub repeated: bool,
    /// Whether the execution succeeded without passing the output state, so that its own output was
    /// used.
    pub output_state_skipped: bool,
    /// The findings of the check of the output.
    pub findings: Vec<Finding>,
    /// Whether a bounce was sent for the message, by this invocation or by an earlier one.
    pub bounced: bool,
    /// Whether the message was only observed.
    pub observed: bool,
    /// The answer to Amazon SES; `None` if there was none, or for another mail system.
    pub disposition: Option<Disposition>,
    /// The type of the error in place of which the function answered Amazon SES with its fallback.
    pub fell_back: Option<&'static str>,
    /// The number of requests to the ledger, to Step Functions, and for bounces.
    pub calls: u32,
    /// How long each phase took.
    pub phases: Phases,
}

impl Trace {
    /// Records the answer of the ledger.
    pub fn found(&mut self, path: Path, execution: &ExecutionArn, claimed_at: Option<i64>) {
        self.path = Some(path);
        self.execution = Some(execution.clone());
        self.claimed_at = claimed_at;
    }
}
