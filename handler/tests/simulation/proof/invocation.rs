//! An invocation in progress: the future of the answer, polled manually.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use handler::arn::ExecutionArn;
use handler::error::InvocationError;
use handler::flow::{self, Flow};
use handler::gate::{Gate, KEPT_FOR_EFFECTS};
use handler::on_failure::OnFailure;
use handler::patience::KEPT_FOR_THE_END;
use handler::rule::Rule;
use handler::service::{self, Service};
use handler::ses::policy::{InputPolicy, Mode};
use handler::trace::Trace;
use handler::workmail::limits::FUNCTION_TIMEOUT;
use tokio::task::unconstrained;
use tokio::time::Instant;

use super::mail::Mail;
use super::request::{Answer, Footprint, Request};
use super::request_gate::RequestGate;
use super::scenario::{Scenario, Settings};

/// An invocation that has begun and not ended.
pub(crate) struct Invocation {
    pub(crate) number: usize,
    /// Whether the invocation saw a fault.
    pub(crate) saw_fault: bool,
    pub(crate) policy: OnFailure,
    /// The time at its end that the protocol may not use.
    kept: Duration,
    gate: RequestGate,
    /// An answer that is not delivered yet. Its request has taken effect.
    held: Option<Answer>,
    began: Instant,
    future: Pin<Box<dyn Future<Output = Ended>>>,
}

/// The result of an invocation that ended by itself.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) answer: Result<service::Answer, InvocationError>,
    pub(crate) trace: Trace,
}

impl Invocation {
    /// Creates an invocation, which does nothing until it is polled.
    pub(crate) fn new(
        number: usize,
        scenario: &Scenario,
        settings: &Settings,
        mail: &Mail,
        epoch_seconds: i64,
    ) -> Self {
        let gate = RequestGate::default();
        let flow = Flow {
            ledger: gate.clone(),
            executions: gate.clone(),
            machine: settings.machine.clone(),
            origin: settings.origin.clone(),
            wait: settings.wait,
            on_failure: settings.on_failure,
            rule: scenario.rule,
        };
        let ses = Gate {
            flow: Flow { rule: Rule::Synchronous, ..flow.clone() },
            input: InputPolicy::default(),
            mode: Mode::Decide(mail.policy.clone()),
            bounces: gate.clone(),
        };
        let (service, message) =
            (Service { workmail: Some(flow), ses: Some(ses) }, mail.event(number));
        let began = Instant::now();
        let invocation = flow::Invocation { epoch_seconds, deadline: began + FUNCTION_TIMEOUT };
        let answering = async move {
            let mut trace = Trace::default();
            let answer = service.answer(&message, invocation, &mut trace).await;
            Ended { answer, trace }
        };
        // The future is polled manually, and there are no other tasks to yield to.
        let future = Box::pin(unconstrained(answering));
        let policy = settings.on_failure;
        let kept = if mail.is_from_ses() { KEPT_FOR_EFFECTS } else { KEPT_FOR_THE_END };
        Self { number, saw_fault: false, policy, kept, gate, held: None, began, future }
    }

    /// Whether the time of the protocol is over, so that `OutOfTime` is a correct error.
    pub(crate) fn is_out_of_time(&self) -> bool {
        self.began.elapsed() + self.kept >= FUNCTION_TIMEOUT
    }

    /// Whether its whole time is over, so that a bounce may fail without a fault.
    pub(crate) fn is_over(&self) -> bool {
        self.began.elapsed() + KEPT_FOR_THE_END >= FUNCTION_TIMEOUT
    }

    /// Continues as far as it can without an answer or the clock.
    pub(crate) fn poll(&mut self) -> Option<Ended> {
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(ended) => Some(ended),
            Poll::Pending => None,
        }
    }

    /// The footprint of the request at its gate; `None` if there is none.
    pub(crate) fn footprint(&self) -> Option<Footprint> {
        self.gate.peek(Request::footprint)
    }

    /// The execution that the request at its gate is about; `None` if there is none.
    pub(crate) fn execution(&self) -> Option<ExecutionArn> {
        self.gate.peek(Request::execution).flatten()
    }

    /// Whether only the clock can make it continue.
    pub(crate) fn sleeps(&self) -> bool {
        self.held.is_none() && self.footprint().is_none()
    }

    /// Takes the request at its gate.
    pub(crate) fn take_request(&self) -> Option<Request> {
        self.gate.take()
    }

    /// Stores an answer to deliver later.
    pub(crate) fn hold(&mut self, answer: Answer) {
        self.held = Some(answer);
    }

    /// Delivers the stored answer.
    pub(crate) fn deliver(&mut self) {
        if let Some(answer) = self.held.take() {
            self.gate.open(answer);
        }
    }
}
