//! Turns the outcome of an execution into an answer: one table, then the policy.

use crate::error::InvocationError;
use crate::executions::Outcome;
use crate::finding::Finding;
use crate::on_failure::OnFailure;
use crate::origin::Origin;
use crate::source::{Source, VerdictJson};

/// What to do with an outcome.
#[derive(Debug)]
pub enum Judgement {
    /// Answer this.
    Answer {
        /// The checked verdict.
        verdict: VerdictJson,
        /// Whether it must be recorded first, because a later poll could find another one.
        record: bool,
        /// Whether it comes from the operator's policy and not from the state machine.
        by_policy: bool,
    },
    /// Fail, so that the mail system invokes again. This is never recorded, because a later poll
    /// can find a verdict.
    Fail(InvocationError),
}

/// Judges an outcome. The findings of the check of an output are added to `findings`.
///
/// Whether a verdict must be recorded depends on what a later poll could find:
///
/// - If the execution succeeded without a redrive, nothing else. The verdict is not recorded.
/// - If the output state was passed, another exit of the state or a failure.
/// - If the execution was redriven, another invocation can have seen its failure and be about to
///   answer by policy. The ledger decides which verdict is first.
pub fn judge<M: Source>(
    outcome: &Outcome,
    message: &M,
    policy: OnFailure,
    findings: &mut Vec<Finding>,
) -> Judgement {
    match decision(outcome, message, policy, findings) {
        Ok((verdict, record)) => Judgement::Answer { verdict, record, by_policy: false },
        // The state machine can still decide. No policy applies before it has.
        Err(error @ InvocationError::NotReady) => Judgement::Fail(error),
        // A redrive could change what a later poll finds, so the verdict by policy is recorded.
        Err(error) => match by_policy(message, policy) {
            Some(verdict) => Judgement::Answer { verdict, record: true, by_policy: true },
            None => Judgement::Fail(error),
        },
    }
}

/// Whether another poll could soon find something else.
#[must_use]
pub fn is_pending(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None, .. })
}

/// What the state machine decided, and whether that must be recorded.
fn decision<M: Source>(
    outcome: &Outcome,
    message: &M,
    policy: OnFailure,
    findings: &mut Vec<Finding>,
) -> Result<(VerdictJson, bool), InvocationError> {
    let no_verdict = |origin: Origin, findings| InvocationError::InvalidVerdict {
        origin: origin.to_string(),
        findings,
        policy,
    };
    match outcome {
        // Reads lag behind writes, so an execution that was just started can be missing, and one
        // that just succeeded can lack its output. A later poll finds them.
        Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None, .. } => {
            Err(InvocationError::NotReady)
        }
        // A loop can pass the state again, and the execution can still fail. Only the record makes
        // this verdict final.
        Outcome::Passed { state, output } => match read(output.as_deref(), message, findings) {
            Ok(verdict) => Ok((verdict, true)),
            Err(found) => Err(no_verdict(Origin::State(state.clone()), found)),
        },
        // A success is final, and its output stays readable for longer than any rule retries.
        Outcome::Succeeded { output, redriven } => {
            match read(output.as_deref(), message, findings) {
                Ok(verdict) => Ok((verdict, *redriven)),
                Err(found) => Err(no_verdict(Origin::Execution, found)),
            }
        }
        Outcome::Unsuccessful(ending) => {
            Err(InvocationError::ExecutionFailed { ending: ending.clone(), policy })
        }
    }
}

/// Checks a recorded verdict again. The flow records only checked verdicts, but other programs can
/// write to the table, such as a state machine that records its own verdict.
///
/// # Errors
///
/// [`InvocationError::InvalidVerdict`]. No policy applies, because its verdict could not be
/// recorded as the first one.
pub fn recheck<M: Source>(
    recorded: &str,
    message: &M,
    findings: &mut Vec<Finding>,
) -> Result<VerdictJson, InvocationError> {
    read(Some(recorded), message, findings).map_err(|findings| InvocationError::InvalidVerdict {
        origin: "the deduplication table".to_owned(),
        findings,
        policy: OnFailure::Retry,
    })
}

fn read<M: Source>(
    output: Option<&str>,
    message: &M,
    findings: &mut Vec<Finding>,
) -> Result<VerdictJson, Vec<Finding>> {
    let rejected = match output.map(|output| message.interpret(output)) {
        Some(Ok(checked)) => {
            findings.extend(checked.findings);
            return Ok(checked.verdict);
        }
        Some(Err(rejected)) => rejected.findings,
        // The model of the API allows an exit without an output. The output does not follow later.
        None => vec![Finding::error("no-output", "$", "there is no output")],
    };
    findings.extend(rejected.iter().cloned());
    Err(rejected)
}

/// The verdict of the policy; `None` if the policy is `retry` or cannot be expressed for this
/// message.
fn by_policy<M: Source>(message: &M, policy: OnFailure) -> Option<VerdictJson> {
    match policy {
        OnFailure::Retry => None,
        _ => message.by_policy(policy),
    }
}
