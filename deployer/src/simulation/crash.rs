//! An invocation whose process ends: after a step of the protocol, nothing more happens in it.

use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use handler::arn::{ExecutionArn, StateMachineArn};
use handler::executions::{Executions, ExecutionsError, HistoryPage, Outcome, Started};
use handler::ledger::{Claim, Ledger, LedgerError, Terms};
use handler::source::VerdictJson;

/// A step of the protocol (`handler::flow`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Step {
    /// The message is claimed in the deduplication table
    Claim,
    /// The execution is started
    Start,
    /// The execution is polled
    Look,
    /// The verdict is recorded in the deduplication table
    Record,
}

/// Where the process ends in one invocation, and in no more than one. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct CrashPoint {
    after: Option<Step>,
    /// Whether the step was reached.
    reached: Arc<AtomicBool>,
    /// Whether the invocation that reached the step has not ended yet.
    pending: Arc<AtomicBool>,
}

impl CrashPoint {
    pub(super) fn after(step: Option<Step>) -> Self {
        Self { after: step, reached: Arc::default(), pending: Arc::default() }
    }

    /// Whether the process ended in an invocation.
    pub(super) fn happened(&self) -> bool {
        self.reached.load(Ordering::Relaxed)
    }

    /// Never returns if it is the first time that the step is done.
    async fn at(&self, step: Step) {
        if self.after == Some(step) && !self.reached.swap(true, Ordering::Relaxed) {
            self.pending.store(true, Ordering::Relaxed);
            pending::<()>().await;
        }
    }

    /// Returns when the process ends. Poll it after the invocation, which does not wake it.
    pub(super) async fn of_invocation(&self) {
        poll_fn(|_| match self.pending.swap(false, Ordering::Relaxed) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

/// An edge after whose requests the process can end: they have their effect, but the invocation gets no answer.
#[derive(Clone)]
pub(super) struct Crashing<T> {
    pub(super) edge: T,
    pub(super) crash: CrashPoint,
}

impl<T: Ledger> Ledger for Crashing<T> {
    async fn claim(&self, key: &str, terms: &Terms, expires_at: i64) -> Result<Claim, LedgerError> {
        let claim = self.edge.claim(key, terms, expires_at).await;
        self.crash.at(Step::Claim).await;
        claim
    }

    async fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> Result<String, LedgerError> {
        let recorded = self.edge.record(key, execution, verdict, expires_at).await;
        self.crash.at(Step::Record).await;
        recorded
    }

    /// The simulation has no bounces to note.
    async fn note_bounce(&self, key: &str) -> Result<(), LedgerError> {
        self.edge.note_bounce(key).await
    }
}

impl<T: Executions> Executions for Crashing<T> {
    async fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> Result<Started, ExecutionsError> {
        let started = self.edge.start(machine, name, input).await;
        self.crash.at(Step::Start).await;
        started
    }

    async fn describe(&self, execution: &ExecutionArn) -> Result<Outcome, ExecutionsError> {
        let outcome = self.edge.describe(execution).await;
        self.crash.at(Step::Look).await;
        outcome
    }

    async fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> Result<Option<HistoryPage>, ExecutionsError> {
        let page = self.edge.history_page(execution, from).await;
        self.crash.at(Step::Look).await;
        page
    }
}
