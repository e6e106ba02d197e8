//! A message from Amazon SES: the protocol, then the bounce, then one disposition.
//!
//! An answer to SES has the type [`Disposition`], so nothing else can be answered.
//!
//! # When there is no verdict in time
//!
//! AWS does not document whether SES invokes again after an error of the function, and what happens
//! to the message otherwise. With `LATE`, nothing depends on that: the invocation records the
//! fallback as the verdict of the message and answers it. The record makes sure that a later
//! invocation cannot answer differently. Without `LATE`, the error is the answer, as for WorkMail.
//!
//! # Bounces
//!
//! A bounce is sent before the answer, and noted in the ledger after it was sent. An invocation that
//! ends in between makes the next one send it again: a bounce can be sent twice, and it is never
//! left out.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::actions::verdict::{ActionType, Verdict};
use crate::arn::ExecutionName;
use crate::bounces::Bounces;
use crate::call_error::CallError;
use crate::error::InvocationError;
use crate::executions::Executions;
use crate::finding::Finding;
use crate::flow::{self, Flow, Invocation};
use crate::judgement::recheck;
use crate::ledger::Ledger;
use crate::patience::KEPT_FOR_THE_END;
use crate::ses::Message;
use crate::ses::bounce::{Bounce, NOT_SENT};
use crate::ses::limits::ENTRY_LIFETIME;
use crate::ses::policy::{AnswerPolicy, InputPolicy, Mode, Passing};
use crate::ses::respond::{Disposition, respond};
use crate::source::{Source, VerdictJson};
use crate::trace::Trace;

/// The time that is reserved after the protocol, to record a fallback or to send a bounce. Requests
/// to AWS usually take tens of milliseconds; the latency is not documented.
pub const KEPT_FOR_EFFECTS: Duration = Duration::from_secs(2);

/// What decides about messages from SES.
#[derive(Debug, Clone)]
pub struct Gate<L, E, B> {
    /// The protocol. Its rule is synchronous.
    pub flow: Flow<L, E>,
    /// How the input of an execution is made.
    pub input: InputPolicy,
    /// Whether to decide, and how to answer.
    pub mode: Mode,
    /// What sends bounces.
    pub bounces: B,
}

/// Answers one invocation for a message.
///
/// # Errors
///
/// [`InvocationError`] if there is no verdict and no fallback, or if the bounce cannot be sent and
/// SES is expected to invoke again.
pub async fn answer<L: Ledger, E: Executions, B: Bounces>(
    gate: &Gate<L, E, B>,
    message: &Message,
    invocation: Invocation,
    trace: &mut Trace,
) -> Result<Disposition, InvocationError> {
    let Mode::Decide(policy) = &gate.mode else {
        trace.observed = true;
        trace.disposition = Some(Disposition::Continue);
        return Ok(Disposition::Continue);
    };
    let before = |duration| {
        let now = Instant::now();
        invocation.deadline.checked_sub(duration).unwrap_or(now)
    };
    let end = before(KEPT_FOR_THE_END);
    let shorter = Invocation { deadline: before(KEPT_FOR_EFFECTS), ..invocation };
    let verdict = match (flow::answer(&gate.flow, message, shorter, trace).await, policy.late) {
        (Ok(verdict), _) => verdict,
        (Err(error), None) => return Err(error),
        (Err(error), Some(passing)) => {
            trace.fell_back = Some(error.type_name());
            let now = invocation.epoch_seconds;
            fall_back(&gate.flow, message, passing, now, end, trace).await
        }
    };
    trace.actions = verdict.actions().to_vec();
    let verdict: Verdict =
        serde_json::from_str(verdict.as_str()).expect("a checked verdict is written as JSON");
    let response = respond(message, &verdict, policy);
    trace.findings.extend(response.findings);
    if let (Some(bounce), false) = (&response.bounce, trace.bounced) {
        send(gate, message, bounce, policy, end, trace).await?;
    }
    trace.disposition = Some(response.disposition);
    Ok(response.disposition)
}

/// The verdict in place of a missing one: the fallback, unless another invocation has recorded a
/// verdict. If the ledger does not answer, the fallback all the same, because SES does not ask again
/// after an answer.
async fn fall_back<L: Ledger, E: Executions>(
    flow: &Flow<L, E>,
    message: &Message,
    passing: Passing,
    epoch_seconds: i64,
    end: Instant,
    trace: &mut Trace,
) -> VerdictJson {
    let kind = match passing {
        Passing::Deliver => ActionType::Default,
        Passing::Stop => ActionType::Drop,
    };
    let fallback = VerdictJson::from(Verdict::for_all(kind));
    let execution = trace
        .execution
        .clone()
        .unwrap_or_else(|| flow.machine.execution(&ExecutionName::from_key(message.key())));
    let lifetime = i64::try_from(ENTRY_LIFETIME.as_secs()).unwrap_or(i64::MAX);
    let expires_at = epoch_seconds.saturating_add(lifetime);
    trace.calls += 1;
    let record = flow.ledger.record(message.key(), &execution, &fallback, expires_at);
    match timeout_at(end, record).await {
        Ok(Ok(recorded)) if recorded != fallback.as_str() => {
            recheck(&recorded, message, &mut trace.findings).unwrap_or(fallback)
        }
        _ => fallback,
    }
}

/// Sends a bounce and notes it.
async fn send<L: Ledger, E: Executions, B: Bounces>(
    gate: &Gate<L, E, B>,
    message: &Message,
    bounce: &Bounce,
    policy: &AnswerPolicy,
    end: Instant,
    trace: &mut Trace,
) -> Result<(), InvocationError> {
    trace.calls += 1;
    let sent = timeout_at(end, gate.bounces.send(bounce)).await;
    match sent.unwrap_or_else(|_| Err(out_of_time())) {
        Ok(()) => {
            trace.bounced = true;
            trace.calls += 1;
            // If this fails, the answer is still right. A later invocation would repeat the bounce.
            let _ = timeout_at(end, gate.flow.ledger.note_bounce(message.key())).await;
            Ok(())
        }
        // With `LATE`, an error is not expected to make SES invoke again: it could deliver the
        // message. The message stops without the bounce.
        Err(error) if policy.late.is_some() => {
            trace.findings.push(Finding::warning(NOT_SENT, "$.actions", error.to_string()));
            Ok(())
        }
        Err(error) => Err(InvocationError::BounceNotSent(error)),
    }
}

fn out_of_time() -> CallError {
    CallError {
        operation: "SES SendBounce",
        code: None,
        message: Some("no answer before the end of the invocation".to_owned()),
        request_id: None,
        source: None,
    }
}
