//! The protocol: claim, start, wait, judge, answer.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use crate::error::InvocationError;
use crate::executions::{Executions, ExecutionsError, Outcome, Started};
use crate::history;
use crate::judgement::{Judgement, is_pending, judge};
use crate::ledger::{Claim, Ledger};
use crate::on_failure::OnFailure;
use crate::patience::{KEPT_FOR_THE_END, Patience};
use crate::source::{Source, VerdictJson};
use crate::telemetry::{Path, Trace};

/// One installed message flow: its edges and its settings.
#[derive(Debug, Clone)]
pub struct Flow<L, E> {
    /// Which execution decides about which message.
    pub ledger: L,
    /// Where the executions run.
    pub executions: E,
    /// The state machine that decides.
    pub machine: StateMachineArn,
    /// The state whose output is the verdict, if it is not the execution's.
    pub output_state: Option<String>,
    /// How long the invocation that starts an execution waits for it.
    pub wait: Duration,
    /// What to answer when the state machine did not decide.
    pub on_failure: OnFailure,
}

/// What an invocation knows about time. It is passed in, so that tests can rule it.
#[derive(Debug, Clone, Copy)]
pub struct Invocation {
    /// The moment of the invocation, in seconds since 1970.
    pub epoch_seconds: i64,
    /// When Lambda kills the invocation.
    pub deadline: Instant,
}

/// Answers one invocation for a message. What was done on the way is noted in `trace`, which is
/// as true for an error as for a verdict.
///
/// # Errors
///
/// [`InvocationError`] whenever there is no verdict: the mail system then invokes again.
pub async fn answer<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    invocation: Invocation,
    trace: &mut Trace,
) -> Result<VerdictJson, InvocationError> {
    let now = Instant::now();
    let end = invocation.deadline.checked_sub(KEPT_FOR_THE_END).unwrap_or(now);
    let decided = timeout_at(end, decide(flow, message, invocation, trace)).await;
    decided.unwrap_or(Err(InvocationError::OutOfTime))
}

async fn decide<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    invocation: Invocation,
    trace: &mut Trace,
) -> Result<VerdictJson, InvocationError> {
    let lifetime = i64::try_from(message.asked_again_for().as_secs()).unwrap_or(i64::MAX);
    let expires_at = invocation.epoch_seconds.saturating_add(lifetime);
    let ours = flow.machine.execution(&ExecutionName::from_key(message.key()));

    trace.calls += 1;
    let (execution, outcome) = match flow.ledger.claim(message.key(), &ours, expires_at).await? {
        Claim::Claimed => {
            trace.found(Path::First, &ours);
            let outcome = start_and_wait(flow, message, &ours, invocation, trace).await?;
            (ours, outcome)
        }
        Claim::Existing(entry) => {
            trace.found(Path::Retry, &entry.execution_arn);
            if let Some(verdict) = entry.verdict {
                trace.path = Some(Path::Recorded);
                return Ok(verdict);
            }
            let outcome = look(flow, &entry.execution_arn, trace).await?;
            (entry.execution_arn, outcome)
        }
    };
    // Claimed, but never started: whoever claimed it crashed in between (or has not got there yet,
    // and then both starts are one).
    let outcome = if trace.path == Some(Path::Retry) && outcome == Outcome::Missing {
        trace.path = Some(Path::Resumed);
        start_and_wait(flow, message, &execution, invocation, trace).await?
    } else {
        outcome
    };
    trace.outcome = Some((&outcome).into());

    match judge(&outcome, message, flow.on_failure, &mut trace.findings) {
        Judgement::Answer { verdict, record, by_policy } => {
            trace.policy = by_policy.then_some(flow.on_failure);
            if !record {
                return Ok(verdict);
            }
            trace.calls += 1;
            Ok(flow.ledger.record(message.key(), &execution, &verdict, expires_at).await?)
        }
        Judgement::Fail(error) => Err(error),
    }
}

/// Makes sure that the execution exists, then looks until something is found or patience ends.
async fn start_and_wait<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    execution: &ExecutionArn,
    invocation: Invocation,
    trace: &mut Trace,
) -> Result<Outcome, ExecutionsError> {
    let machine = flow.machine.to_start(execution);
    trace.calls += 1;
    let started = flow.executions.start(&machine, execution.name(), message.input()).await?;
    if let Started::Accepted(started) = started
        && started != execution.to_string()
    {
        return Err(ExecutionsError::NotStandard { started, expected: execution.clone() });
    }

    let began = Instant::now();
    let time_left = invocation.deadline.saturating_duration_since(began);
    let mut patience = Patience::new(flow.wait, time_left);
    let mut outcome = Outcome::Missing;
    while let Some(pause) = patience.next_pause(began.elapsed()) {
        // Even a pause of nothing would last until the timer's next millisecond.
        if !pause.is_zero() {
            sleep(pause).await;
        }
        outcome = look(flow, execution, trace).await?;
        if !is_pending(&outcome) {
            break;
        }
    }
    Ok(outcome)
}

async fn look<L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    execution: &ExecutionArn,
    trace: &mut Trace,
) -> Result<Outcome, ExecutionsError> {
    let Some(state) = &flow.output_state else {
        trace.calls += 1;
        return flow.executions.describe(execution).await;
    };
    let outcome = history::read(&flow.executions, execution, state, &mut trace.calls).await?;
    trace.output_state_skipped = matches!(outcome, Outcome::Succeeded { output: Some(_) });
    Ok(outcome)
}
