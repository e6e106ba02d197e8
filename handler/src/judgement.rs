//! From what was found about an execution to what is answered: one table, then the policy.

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
    match decision(outcome, message, policy, findings) {
        Ok((verdict, record)) => Judgement::Answer { verdict, record, by_policy: false },
        // The state machine may still decide; no policy speaks before it has.
        Err(error @ InvocationError::NotReady) => Judgement::Fail(error),
        // A redrive could change what a later look finds, so the policy's verdict is recorded.
        Err(error) => match by_policy(message, policy) {
            Some(verdict) => Judgement::Answer { verdict, record: true, by_policy: true },
            None => Judgement::Fail(error),
        },
    }
}

/// Whether another look could find something else soon.
#[must_use]
pub fn is_pending(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None })
}

/// What the state machine decided, and whether that must be recorded.
fn decision<M: Source>(
    outcome: &Outcome,
    message: &M,
    policy: OnFailure,
    findings: &mut Vec<Finding>,
) -> Result<(VerdictJson, bool), InvocationError> {
    let no_verdict =
        |origin, findings| InvocationError::InvalidVerdict { origin, findings, policy };
    match outcome {
        // Reads lag behind writes, so an execution that was just started can be missing and one
        // that just succeeded can lack its output. Both settle with the next look.
        Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None } => {
            Err(InvocationError::NotReady)
        }
        // The state can be passed again, in a loop, and the execution can still fail: only the
        // record keeps this verdict the one for ever.
        Outcome::Passed { state, output } => match read(output.as_deref(), message, findings) {
            Ok(verdict) => Ok((verdict, true)),
            Err(found) => Err(no_verdict(format!("the state `{state}`"), found)),
        },
        // A success is final and its output stays readable for longer than any rule invokes again,
        // so it needs no record.
        Outcome::Succeeded { output } => match read(output.as_deref(), message, findings) {
            Ok(verdict) => Ok((verdict, false)),
            Err(found) => Err(no_verdict("the execution".to_owned(), found)),
        },
        Outcome::Unsuccessful(ending) => {
            Err(InvocationError::ExecutionFailed { ending: ending.clone(), policy })
        }
    }
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
        // The API's model allows a state to be left without an output. It will not come later.
        None => vec![Finding::error("no-output", "$", "there is no output")],
    };
    findings.extend(rejected.iter().cloned());
    Err(rejected)
}

/// The policy's verdict; `None` if the policy is to fail or does not exist for this message.
fn by_policy<M: Source>(message: &M, policy: OnFailure) -> Option<VerdictJson> {
    match policy {
        OnFailure::Retry => None,
        _ => message.by_policy(policy),
    }
}
