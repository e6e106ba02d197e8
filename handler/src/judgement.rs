//! From what was found about an execution to what is answered: one table.

use std::fmt;

use crate::error::InvocationError;
use crate::executions::Outcome;
use crate::finding::Finding;
use crate::on_failure::OnFailure;
use crate::source::{Source, VerdictJson};

/// What to do now.
#[derive(Debug)]
pub enum Judgement {
    /// Answer this.
    Answer {
        /// The checked verdict.
        verdict: VerdictJson,
        /// Whether it must be recorded first, because a later look might find another one.
        record: bool,
        /// Whether it is the operator's policy and not the state machine's decision.
        by_policy: bool,
    },
    /// Fail, so that the mail system asks again. Never recorded: a later look may find better.
    Fail(InvocationError),
}

/// Judges an outcome. What the check of an output finds goes to `findings`.
pub fn judge<M: Source>(
    outcome: &Outcome,
    message: &M,
    policy: OnFailure,
    findings: &mut Vec<Finding>,
) -> Judgement {
    match outcome {
        // Reads lag behind writes, so an execution that was just started can be missing and one
        // that just succeeded can lack its output. Both settle with the next look.
        Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None } => {
            Judgement::Fail(InvocationError::NotReady)
        }
        // The state can be passed again, in a loop, and the execution can still fail: only the
        // record keeps this verdict the one for ever.
        Outcome::Passed {
            state,
            output: Some(output),
        } => read(
            Origin::State(state),
            output,
            true,
            message,
            policy,
            findings,
        ),
        // The API's model allows an exit without output. It will not come later.
        Outcome::Passed {
            state,
            output: None,
        } => {
            let missing = Finding::error("no-output", "$", "the state was left without an output");
            reject(
                Origin::State(state),
                vec![missing],
                message,
                policy,
                findings,
            )
        }
        // A success is final and its output stays readable for longer than any rule invokes again,
        // so it needs no record.
        Outcome::Succeeded {
            output: Some(output),
        } => read(Origin::Execution, output, false, message, policy, findings),
        Outcome::Unsuccessful(ending) => by_policy(message, policy).unwrap_or_else(|| {
            Judgement::Fail(InvocationError::ExecutionFailed {
                ending: ending.clone(),
                policy,
            })
        }),
    }
}

/// Whether another look could find something else soon.
#[must_use]
pub fn is_pending(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None }
    )
}

/// Whose output it is.
#[derive(Debug, Clone, Copy)]
enum Origin<'a> {
    State(&'a str),
    Execution,
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(name) => write!(f, "the state `{name}`"),
            Self::Execution => f.write_str("the execution"),
        }
    }
}

fn read<M: Source>(
    origin: Origin<'_>,
    output: &str,
    record: bool,
    message: &M,
    policy: OnFailure,
    findings: &mut Vec<Finding>,
) -> Judgement {
    match message.interpret(output) {
        Ok(checked) => {
            findings.extend(checked.findings);
            Judgement::Answer {
                verdict: checked.verdict,
                record,
                by_policy: false,
            }
        }
        Err(rejected) => reject(origin, rejected.findings, message, policy, findings),
    }
}

fn reject<M: Source>(
    origin: Origin<'_>,
    rejected: Vec<Finding>,
    message: &M,
    policy: OnFailure,
    findings: &mut Vec<Finding>,
) -> Judgement {
    findings.extend(rejected.iter().cloned());
    by_policy(message, policy).unwrap_or_else(|| {
        let origin = origin.to_string();
        Judgement::Fail(InvocationError::InvalidVerdict {
            origin,
            findings: rejected,
            policy,
        })
    })
}

/// The policy's verdict, recorded because a redrive could change what a later look finds, or
/// `None` where the policy is to fail or where it does not exist for this message.
fn by_policy<M: Source>(message: &M, policy: OnFailure) -> Option<Judgement> {
    if policy == OnFailure::Retry {
        return None;
    }
    let verdict = message.by_policy(policy)?;
    Some(Judgement::Answer {
        verdict,
        record: true,
        by_policy: true,
    })
}
