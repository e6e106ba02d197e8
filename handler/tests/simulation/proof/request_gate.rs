//! A ledger, executions and bounces that wait for the scheduler at every request.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use handler::arn::{ExecutionArn, StateMachineArn};
use handler::bounces::Bounces;
use handler::call_error::CallError;
use handler::executions::{Executions, ExecutionsError, HistoryPage, Outcome, Started};
use handler::ledger::{Claim, Ledger, LedgerError, Terms};
use handler::ses::bounce::Bounce;
use handler::source::VerdictJson;

use super::request::{Answer, Request};

/// The ledger, the executions and the bounces of one invocation, which has at most one request in flight.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestGate {
    slot: Arc<Mutex<Slot>>,
}

#[derive(Debug, Default)]
struct Slot {
    request: Option<Request>,
    answer: Option<Answer>,
}

impl RequestGate {
    /// Inspects the request at the gate; `None` if there is none.
    pub(crate) fn peek<T>(&self, say: impl FnOnce(&Request) -> T) -> Option<T> {
        self.slot().request.as_ref().map(say)
    }

    /// Takes the request from the gate.
    pub(crate) fn take(&self) -> Option<Request> {
        self.slot().request.take()
    }

    /// Answers the request that was taken.
    pub(crate) fn open(&self, answer: Answer) {
        self.slot().answer = Some(answer);
    }

    async fn ask(&self, request: Request) -> Answer {
        self.slot().request = Some(request);
        poll_fn(|_| self.slot().answer.take().map_or(Poll::Pending, Poll::Ready)).await
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MISMATCH: &str = "the answer matches the request";

impl Ledger for RequestGate {
    async fn claim(&self, key: &str, terms: &Terms, expires_at: i64) -> Result<Claim, LedgerError> {
        let request = Request::Claim { key: key.to_owned(), terms: terms.clone(), expires_at };
        let Answer::Claim(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }

    async fn record(
        &self,
        key: &str,
        execution: &ExecutionArn,
        verdict: &VerdictJson,
        expires_at: i64,
    ) -> Result<String, LedgerError> {
        let (key, execution, verdict) = (key.to_owned(), execution.clone(), verdict.clone());
        let request = Request::Record { key, execution, verdict, expires_at };
        let Answer::Record(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }

    async fn note_bounce(&self, key: &str) -> Result<(), LedgerError> {
        let request = Request::NoteBounce { key: key.to_owned() };
        let Answer::Noted(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }
}

impl Bounces for RequestGate {
    async fn send(&self, bounce: &Bounce) -> Result<(), CallError> {
        let request = Request::SendBounce { bounce: bounce.clone() };
        let Answer::Sent(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }
}

impl Executions for RequestGate {
    async fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> Result<Started, ExecutionsError> {
        let (machine, name, input) = (machine.clone(), name.to_owned(), input.to_owned());
        let request = Request::Start { machine, name, input };
        let Answer::Start(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }

    async fn describe(&self, execution: &ExecutionArn) -> Result<Outcome, ExecutionsError> {
        let request = Request::Describe { execution: execution.clone() };
        let Answer::Describe(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }

    async fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> Result<Option<HistoryPage>, ExecutionsError> {
        let from = from.map(str::to_owned);
        let request = Request::History { execution: execution.clone(), from };
        let Answer::History(answer) = self.ask(request).await else { unreachable!("{MISMATCH}") };
        answer
    }
}
