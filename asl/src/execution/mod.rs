//! The execution of a machine: the states, the clock, the history and the coverage.

pub(crate) mod branch;
pub(crate) mod clock;
pub(crate) mod coverage;
pub(crate) mod history;
pub(crate) mod run;
pub(crate) mod states;
pub(crate) mod visit;
pub(crate) mod walk;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;
use serde_json::Value;

use crate::definition::machine::Machine;
use crate::expression::context::{ExecutionInfo, Identity};
use crate::expression::path::Undecided;
use crate::expression::variables::Variables;
use crate::fault::Failure;
use crate::limits::MAX_DURATION;
use crate::tasks::Tasks;
use branch::{Branch, EventChain};
use clock::{WaitingFor, later};
use coverage::Covered;
use history::{Details, Event, EventKind};
use run::Run;
use walk::walk;

/// How an execution ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecutionResult {
    /// It succeeded, with this output.
    Succeeded(Value),
    /// It failed.
    Failed {
        /// The error's name.
        error: Option<String>,
        /// The error's cause.
        cause: Option<String>,
    },
    /// It timed out.
    TimedOut,
}

/// How far an execution has got.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// It has ended.
    Ended(ExecutionResult),
    /// It waits for this time on its clock.
    Waiting(Timestamp),
    /// A task waits for something outside of this program.
    Outside,
}

/// A running execution with its own clock. It does work only while it is polled.
pub struct Execution {
    run: Arc<Run>,
    future: Pin<Box<dyn Future<Output = ExecutionResult> + Send>>,
    ended: Option<ExecutionResult>,
}

impl Execution {
    /// Creates an execution. It does nothing until it is polled.
    #[must_use]
    pub fn start(
        machine: Arc<Machine>,
        tasks: Arc<dyn Tasks>,
        identity: Identity,
        input: Value,
        now: Timestamp,
    ) -> Self {
        let run = Arc::new(Run::new(machine, tasks, identity, input, now));
        Self { future: Box::pin(execute(Arc::clone(&run))), run, ended: None }
    }

    /// Continues as far as possible, up to a time on its clock. Tasks that wait for something
    /// outside of this program wake `context`.
    pub fn poll_until(&mut self, context: &mut Context<'_>, until: Timestamp) -> Progress {
        loop {
            if let Some(result) = &self.ended {
                return Progress::Ended(result.clone());
            }
            if let Poll::Ready(result) = self.future.as_mut().poll(context) {
                self.ended = Some(result);
                continue;
            }
            match self.run.clock.waiting_for() {
                WaitingFor::NextPoll => {}
                WaitingFor::Time(time) if time <= until => self.run.ambient.set_now(time),
                WaitingFor::Time(time) => {
                    self.run.ambient.set_now(until);
                    return Progress::Waiting(time);
                }
                WaitingFor::Outside => return Progress::Outside,
                // The timer of the execution's own timeout is always pending, so this cannot
                // happen.
                WaitingFor::Nothing => self.ended = Some(ExecutionResult::TimedOut),
            }
        }
    }

    /// Like [`Self::poll_until`], for tasks that never wait for something outside of this program.
    pub fn advance(&mut self, until: Timestamp) -> Progress {
        self.poll_until(&mut Context::from_waker(Waker::noop()), until)
    }

    /// Runs to the end. Waiting takes no real time.
    pub async fn run(&mut self) -> ExecutionResult {
        std::future::poll_fn(|context| match self.poll_until(context, Timestamp::MAX) {
            Progress::Ended(result) => Poll::Ready(result),
            Progress::Waiting(_) | Progress::Outside => Poll::Pending,
        })
        .await
    }

    /// The time on its clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.run.ambient.now()
    }

    /// The parts of its definition that it has used so far, including those of inner machines.
    #[must_use]
    pub fn covered(&self) -> BTreeSet<Covered> {
        self.run.covered()
    }

    /// The paths that it has evaluated so far and whose meaning is neither documented nor
    /// recorded.
    #[must_use]
    pub fn undecided(&self) -> Vec<(String, Undecided)> {
        self.run.ambient.undecided()
    }

    /// Its events so far, without the first `from`.
    #[must_use]
    pub fn events(&self, from: usize) -> Vec<Event> {
        self.run.events(from)
    }
}

async fn execute(run: Arc<Run>) -> ExecutionResult {
    let chain = EventChain::new(0, false);
    let input = Arc::clone(&run.input);
    let details = Details { input: Some(Arc::clone(&input)), ..Details::default() };
    chain.record(&run, EventKind::ExecutionStarted, details);
    let execution = ExecutionInfo {
        identity: run.identity.clone(),
        input: Arc::clone(&input),
        started: run.started,
    };
    let branch = Branch {
        execution: Arc::new(execution),
        variables: Arc::new(Variables::default()),
        item: None,
        iterations: Vec::new(),
        nested: false,
        chain: Arc::clone(&chain),
    };
    let timeout = run.machine.timeout.map_or(MAX_DURATION, |timeout| timeout.min(MAX_DURATION));
    let ended = {
        let mut work = walk(&run, &run.machine, branch, input);
        let mut time_out = std::pin::pin!(run.clock.sleep_until(later(run.started, timeout)));
        std::future::poll_fn(|context| {
            // Poll the work first: an execution that ends exactly at its timeout has not timed out.
            if let Poll::Ready(result) = work.as_mut().poll(context) {
                return Poll::Ready(Some(result));
            }
            time_out.as_mut().poll(context).map(|()| None)
        })
        .await
    };
    end(&run, &chain, ended)
}

fn end(
    run: &Run,
    chain: &EventChain,
    ended: Option<Result<Arc<Value>, Failure>>,
) -> ExecutionResult {
    match ended {
        Some(Ok(output)) => {
            let details = Details { output: Some(Arc::clone(&output)), ..Details::default() };
            chain.record(run, EventKind::ExecutionSucceeded, details);
            ExecutionResult::Succeeded((*output).clone())
        }
        Some(Err(Failure { error, cause, .. })) => {
            let details =
                Details { error: error.clone(), cause: cause.clone(), ..Details::default() };
            chain.record(run, EventKind::ExecutionFailed, details);
            ExecutionResult::Failed { error, cause }
        }
        None => {
            chain.record(run, EventKind::ExecutionTimedOut, Details::default());
            ExecutionResult::TimedOut
        }
    }
}
