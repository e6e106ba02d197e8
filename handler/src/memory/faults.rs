//! A wrapper that injects faults: lost requests, lost answers, requests without an answer, and slow
//! ones.

use std::collections::VecDeque;
use std::future::{Future, pending};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use crate::arn::{ExecutionArn, StateMachineArn};
use crate::bounces::Bounces;
use crate::call_error::CallError;
use crate::executions::{Executions, ExecutionsError, HistoryPage, Outcome, Started};
use crate::ledger::{Claim, Ledger, LedgerError, Terms};
use crate::ses::bounce::Bounce;
use crate::source::VerdictJson;

/// How a request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails and has no effect.
    Before,
    /// It has its effect, but its answer is lost.
    After,
    /// It is never answered and has no effect.
    Silence,
    /// It succeeds, but only after this delay.
    Slow(Duration),
}

/// A ledger or executions whose requests fail as planned. Clones share the plan.
#[derive(Debug, Clone)]
pub struct Faulty<T> {
    inner: T,
    plan: Arc<Mutex<VecDeque<(&'static str, Fault)>>>,
}

impl<T> Faulty<T> {
    /// Wraps `inner` without any planned fault.
    #[must_use]
    pub fn new(inner: T) -> Self {
        Self { inner, plan: Arc::default() }
    }

    /// Plans a fault for the next request of an operation (`claim`, `record`, `note_bounce`, `start`,
    /// `describe`, `history_page`, `send`). The faults of one operation are used in order.
    pub fn plan(&self, operation: &'static str, fault: Fault) {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).push_back((operation, fault));
    }

    fn next(&self, operation: &str) -> Option<Fault> {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        let position = plan.iter().position(|(planned, _)| *planned == operation)?;
        plan.remove(position).map(|(_, fault)| fault)
    }

    async fn with_fault<R>(
        &self,
        operation: &'static str,
        request: impl Future<Output = R> + Send,
        lost: impl Fn(CallError) -> R + Send,
    ) -> R {
        let fault = self.next(operation);
        match fault {
            None => request.await,
            Some(Fault::Before) => lost(failure(operation)),
            Some(Fault::After) => {
                drop(request.await);
                lost(failure(operation))
            }
            Some(Fault::Silence) => pending().await,
            Some(Fault::Slow(delay)) => {
                sleep(delay).await;
                request.await
            }
        }
    }
}

fn failure(operation: &'static str) -> CallError {
    CallError {
        operation,
        code: Some("InternalServerError".to_owned()),
        message: None,
        request_id: None,
        source: None,
    }
}

fn lost_execution<R>(error: CallError) -> Result<R, ExecutionsError> {
    Err(ExecutionsError::Call(error))
}

impl<T: Ledger> Ledger for Faulty<T> {
    async fn claim(&self, key: &str, terms: &Terms, expires_at: i64) -> Result<Claim, LedgerError> {
        let request = self.inner.claim(key, terms, expires_at);
        self.with_fault("claim", request, |error| Err(LedgerError(error))).await
    }

    async fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> Result<String, LedgerError> {
        let request = self.inner.record(key, execution, verdict, expires_at);
        self.with_fault("record", request, |error| Err(LedgerError(error))).await
    }

    async fn note_bounce(&self, key: &str) -> Result<(), LedgerError> {
        let request = self.inner.note_bounce(key);
        self.with_fault("note_bounce", request, |error| Err(LedgerError(error))).await
    }
}

impl<T: Bounces> Bounces for Faulty<T> {
    async fn send(&self, bounce: &Bounce) -> Result<(), CallError> {
        self.with_fault("send", self.inner.send(bounce), Err).await
    }
}

impl<T: Executions> Executions for Faulty<T> {
    async fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> Result<Started, ExecutionsError> {
        let request = self.inner.start(machine, name, input);
        self.with_fault("start", request, lost_execution).await
    }

    async fn describe(&self, execution: &ExecutionArn) -> Result<Outcome, ExecutionsError> {
        self.with_fault("describe", self.inner.describe(execution), lost_execution).await
    }

    async fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> Result<Option<HistoryPage>, ExecutionsError> {
        let request = self.inner.history_page(execution, from);
        self.with_fault("history_page", request, lost_execution).await
    }
}
