//! The protocol: claim, start, wait, judge, answer.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use crate::error::InvocationError;
use crate::executions::{Executions, ExecutionsError, Outcome, Started};
use crate::history;
use crate::judgement::{Judgement, is_pending, judge, recheck};
use crate::ledger::{Claim, Entry, Ledger, Terms};
use crate::on_failure::OnFailure;
use crate::origin::Origin;
use crate::patience::{KEPT_FOR_THE_END, Patience};
use crate::phases::Phase;
use crate::rule::Rule;
use crate::source::{Source, VerdictJson};
use crate::trace::{Path, Trace};

/// One installed message flow: its edges and its settings.
#[derive(Debug, Clone)]
pub struct Flow<L, E> {
    /// Stores which execution decides about which message.
    pub ledger: L,
    /// Where the executions run.
    pub executions: E,
    /// The state machine that decides.
    pub machine: StateMachineArn,
    /// Whose output is the verdict of messages that are claimed from now on.
    pub origin: Origin,
    /// How long the invocation that starts an execution waits for it.
    pub wait: Duration,
    /// What to answer when the state machine did not decide.
    pub on_failure: OnFailure,
    /// Whether the mail system waits for a verdict.
    pub rule: Rule,
}

/// The time of an invocation. It is passed in so that tests can control it.
#[derive(Debug, Clone, Copy)]
pub struct Invocation {
    /// The start of the invocation, in seconds since 1970.
    pub epoch_seconds: i64,
    /// When Lambda kills the invocation.
    pub deadline: Instant,
}

/// How a message is decided: on the terms that it was claimed with.
struct Case {
    execution: ExecutionArn,
    origin: Origin,
}

impl Case {
    fn on(terms: Terms) -> Self {
        Self { execution: terms.execution_arn, origin: terms.origin }
    }

    fn of(entry: Entry, configured: &Origin) -> Self {
        // Entries of the original application have no origin. It read the setting at each
        // invocation.
        let origin = entry.origin.unwrap_or_else(|| configured.clone());
        Self { execution: entry.execution_arn, origin }
    }
}

/// Answers one invocation for a message. `trace` records what the invocation did, whether it ends
/// with a verdict or with an error.
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
    trace.phases.end();
    let decided = decided.unwrap_or(Err(InvocationError::OutOfTime));
    // The mail system ignores the answer of an asynchronous rule, which is no verdict.
    if let (Ok(verdict), Rule::Synchronous) = (&decided, trace.rule) {
        trace.actions = verdict.actions().to_vec();
    }
    decided
}

async fn decide<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    invocation: Invocation,
    trace: &mut Trace,
) -> Result<VerdictJson, InvocationError> {
    let lifetime = i64::try_from(message.asked_again_for().as_secs()).unwrap_or(i64::MAX);
    let expires_at = invocation.epoch_seconds.saturating_add(lifetime);
    let ours = Terms {
        execution_arn: flow.machine.execution(&ExecutionName::from_key(message.key())),
        origin: flow.origin.clone(),
        claimed_at: invocation.epoch_seconds,
    };

    trace.phases.begin(Phase::Claim);
    trace.calls += 1;
    let claim = flow.ledger.claim(message.key(), &ours, expires_at).await?;
    if flow.rule == Rule::Asynchronous {
        return start_only(flow, message, claim, ours, trace).await;
    }
    let (case, outcome) = match claim {
        Claim::Claimed => {
            trace.found(Path::First, &ours.execution_arn, Some(ours.claimed_at));
            let case = Case::on(ours);
            let outcome = start_and_wait(flow, message, &case, invocation, trace).await?;
            (case, outcome)
        }
        Claim::Existing(Entry {
            verdict: Some(recorded),
            execution_arn,
            claimed_at,
            bounced,
            ..
        }) => {
            trace.found(Path::Recorded, &execution_arn, claimed_at);
            trace.bounced = bounced;
            // The invocation that recorded the verdict answered with it.
            trace.repeated = true;
            return recheck(&recorded, message, &mut trace.findings);
        }
        Claim::Existing(entry) => {
            trace.found(Path::Retry, &entry.execution_arn, entry.claimed_at);
            trace.bounced = entry.bounced;
            let case = Case::of(entry, &flow.origin);
            trace.phases.begin(Phase::Wait);
            let outcome = look(flow, &case, trace).await?;
            (case, outcome)
        }
    };
    // Claimed but not started: the invocation that claimed it crashed in between. Or it is about
    // to start the execution, and then both starts lead to the same execution.
    let outcome = if trace.path == Some(Path::Retry) && outcome == Outcome::Missing {
        trace.path = Some(Path::Resumed);
        start_and_wait(flow, message, &case, invocation, trace).await?
    } else {
        outcome
    };
    trace.outcome = Some((&outcome).into());
    conclude(flow, message, &case, &outcome, expires_at, trace).await
}

/// Answers with what the outcome means, after it is recorded if it must be.
async fn conclude<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    case: &Case,
    outcome: &Outcome,
    expires_at: i64,
    trace: &mut Trace,
) -> Result<VerdictJson, InvocationError> {
    match judge(outcome, message, flow.on_failure, &mut trace.findings) {
        Judgement::Answer { verdict, record, by_policy } => {
            trace.policy = by_policy.then_some(flow.on_failure);
            if !record {
                return Ok(verdict);
            }
            trace.phases.begin(Phase::Record);
            trace.calls += 1;
            let recorded =
                flow.ledger.record(message.key(), &case.execution, &verdict, expires_at).await?;
            if recorded == verdict.as_str() {
                return Ok(verdict);
            }
            // Another invocation was first, and answers with what it recorded.
            trace.repeated = true;
            recheck(&recorded, message, &mut trace.findings)
        }
        Judgement::Fail(error) => Err(error),
    }
}

/// Ensures that the execution exists, and answers immediately.
async fn start_only<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    claim: Claim,
    ours: Terms,
    trace: &mut Trace,
) -> Result<VerdictJson, InvocationError> {
    trace.rule = Rule::Asynchronous;
    let case = match claim {
        Claim::Claimed => {
            trace.found(Path::First, &ours.execution_arn, Some(ours.claimed_at));
            Case::on(ours)
        }
        Claim::Existing(entry) => {
            trace.found(Path::Retry, &entry.execution_arn, entry.claimed_at);
            trace.phases.begin(Phase::Wait);
            trace.calls += 1;
            // Not started again immediately: its state machine can be gone.
            let outcome = flow.executions.describe(&entry.execution_arn).await?;
            trace.outcome = Some((&outcome).into());
            if outcome != Outcome::Missing {
                return Ok(message.unaffected());
            }
            trace.path = Some(Path::Resumed);
            Case::of(entry, &flow.origin)
        }
    };
    start(flow, message, &case, trace).await?;
    Ok(message.unaffected())
}

/// Starts the execution, unless it exists.
async fn start<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    case: &Case,
    trace: &mut Trace,
) -> Result<Started, ExecutionsError> {
    let execution = &case.execution;
    let machine = flow.machine.to_start(execution);
    trace.phases.begin(Phase::Start);
    trace.calls += 1;
    match flow.executions.start(&machine, execution.name(), message.input()).await? {
        Started::Accepted(started) if started != execution.to_string() => {
            Err(ExecutionsError::NotStandard { started, expected: execution.clone() })
        }
        started => Ok(started),
    }
}

/// Ensures that the execution exists, then polls until there is an outcome or patience ends.
async fn start_and_wait<M: Source, L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &M,
    case: &Case,
    invocation: Invocation,
    trace: &mut Trace,
) -> Result<Outcome, ExecutionsError> {
    let started = start(flow, message, case, trace).await?;
    trace.phases.begin(Phase::Wait);
    let began = Instant::now();
    let time_left = invocation.deadline.saturating_duration_since(began);
    let patience = Patience::new(flow.wait, time_left);
    let mut patience = match started {
        Started::AlreadyExists => patience.at_once(),
        Started::Accepted(_) => patience,
    };
    let mut found = Ok(Outcome::Missing);
    while let Some(pause) = patience.next_pause(began.elapsed()) {
        // Tokio's clock ticks in milliseconds, so even a sleep of zero takes one millisecond.
        if !pause.is_zero() {
            sleep(pause).await;
        }
        // A poll that fails, for example because of throttling, is retried while patience lasts.
        found = look(flow, case, trace).await;
        if matches!(&found, Ok(outcome) if !is_pending(outcome)) {
            break;
        }
    }
    found
}

async fn look<L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    case: &Case,
    trace: &mut Trace,
) -> Result<Outcome, ExecutionsError> {
    let Some(state) = case.origin.state() else {
        trace.calls += 1;
        return flow.executions.describe(&case.execution).await;
    };
    let outcome = history::read(&flow.executions, &case.execution, state, &mut trace.calls).await?;
    trace.output_state_skipped = matches!(outcome, Outcome::Succeeded { output: Some(_), .. });
    Ok(outcome)
}
