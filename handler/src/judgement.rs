//! From what was found about an execution to what is answered: one table, then the policy.

use crate::error::InvocationError;
use crate::executions::Outcome;
use crate::finding::Finding;
use crate::on_failure::OnFailure;
use crate::origin::Origin;
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
///
/// Whether a verdict must be recorded follows from what a later look could find instead: nothing
/// else, if the execution succeeded at once; another exit of the state, or a failure, if a state
/// was passed; and where the execution was redriven, another invocation can have seen its failure
/// and have a verdict by policy on its way, so that the ledger must say which one was first.
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
        // Reads lag behind writes, so an execution that was just started can be missing and one
        // that just succeeded can lack its output. Both settle with the next look.
        Outcome::Missing | Outcome::Running | Outcome::Succeeded { output: None, .. } => {
            Err(InvocationError::NotReady)
        }
        // The state can be passed again, in a loop, and the execution can still fail: only the
        // record keeps this verdict the one for ever.
        Outcome::Passed { state, output } => match read(output.as_deref(), message, findings) {
            Ok(verdict) => Ok((verdict, true)),
            Err(found) => Err(no_verdict(Origin::State(state.clone()), found)),
        },
        // A success is final, and its output stays readable for longer than any rule invokes again.
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

/// Checks a recorded verdict again. The flow records checked ones only, but the table is open to
/// others, such as a state machine that writes its verdict itself.
///
/// # Errors
///
/// [`InvocationError::InvalidVerdict`]. No policy helps: whatever it would answer could not be
/// recorded as the first verdict.
pub fn recheck<M: Source>(
    recorded: &str,
    message: &M,
    findings: &mut Vec<Finding>,
) -> Result<VerdictJson, InvocationError> {
    read(Some(recorded), message, findings).map_err(|findings| InvocationError::InvalidVerdict {
        origin: "the ledger".to_owned(),
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
