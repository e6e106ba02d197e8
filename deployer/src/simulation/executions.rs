//! Step Functions as the handler sees it, over the interpreter.
//!
//! Executions run by themselves in AWS. Here they catch up with the clock at every request, which makes no
//! visible difference.

use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use handler::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use handler::call_error::CallError;
use handler::executions::{
    EndStatus, Ending, Executions, ExecutionsError, HistoryEvent, HistoryPage, Outcome, Started,
};
use jiff::Timestamp;

use super::clock::Clock;
use super::history;
use asl::{self, Covered, Event, Execution, Identity, Machine, Progress, Tasks, Undecided};

/// The most events of a page. Source: Step Functions API reference, `GetExecutionHistory`.
const PAGE: usize = 1_000;

/// One state machine and its executions. Clones share them.
#[derive(Clone)]
pub(super) struct InterpretedExecutions {
    machine: Arc<Machine>,
    tasks: Arc<dyn Tasks>,
    clock: Clock,
    /// Whether the clock stops while a task waits for something outside of the simulation.
    clock_stops: bool,
    started: Arc<Mutex<BTreeMap<String, Running>>>,
}

/// An execution, and what it was started with.
struct Running {
    input: String,
    execution: Execution,
    ended: Option<asl::ExecutionResult>,
    /// Its events as the handler reads them. They are cached, because the handler reads all of them every time it
    /// polls for an output state.
    read: Vec<HistoryEvent>,
}

/// What is known of an execution that has ended.
#[derive(Default)]
pub(super) struct EndedExecution {
    /// All of its events.
    pub(super) events: Vec<Event>,
    /// The parts of the definition that it covers.
    pub(super) covered: BTreeSet<Covered>,
    /// The paths that it evaluated and whose meaning AWS does not document.
    pub(super) undecided: Vec<(String, Undecided)>,
}

impl InterpretedExecutions {
    pub(super) fn new(machine: Arc<Machine>, tasks: Arc<dyn Tasks>, clock: Clock) -> Self {
        Self { machine, tasks, clock, clock_stops: true, started: Arc::default() }
    }

    /// The same on a clock that never stops, so that a request does not wait for a task.
    pub(super) fn in_real_time(self) -> Self {
        Self { clock_stops: false, ..self }
    }

    /// Whether an execution is still running, after it has caught up with the clock; `None` where there is no
    /// such execution.
    pub(super) async fn is_running(&self, arn: &str) -> Option<bool> {
        self.catch_up(arn, self.clock.now()).await;
        self.started().get(arn).map(|found| found.ended.is_none())
    }

    /// Its events so far, without the first `from`.
    pub(super) fn events(&self, arn: &str, from: usize) -> Vec<Event> {
        self.started().get(arn).map(|found| found.execution.events(from)).unwrap_or_default()
    }

    /// An execution at its end, however long that takes; `None` where there is no such execution.
    pub(super) async fn to_the_end(&self, arn: &str) -> Option<EndedExecution> {
        self.catch_up(arn, Timestamp::MAX).await;
        self.started().get(arn).map(|Running { execution, .. }| EndedExecution {
            events: execution.events(0),
            covered: execution.covered(),
            undecided: execution.undecided(),
        })
    }

    /// Lets an execution catch up with a time.
    async fn catch_up(&self, arn: &str, until: Timestamp) {
        poll_fn(|context| {
            let mut started = self.started();
            let Some(found) = started.get_mut(arn) else { return Poll::Ready(()) };
            match found.execution.poll_until(context, until) {
                Progress::Ended(outcome) => found.ended = Some(outcome),
                Progress::Waiting(_) => {}
                Progress::Outside if self.clock_stops => return Poll::Pending,
                Progress::Outside => {}
            }
            Poll::Ready(())
        })
        .await;
    }

    fn started(&self) -> MutexGuard<'_, BTreeMap<String, Running>> {
        self.started.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(
        &self,
        machine: &StateMachineArn,
        arn: &ExecutionArn,
        input: &str,
    ) -> Result<Running, ExecutionsError> {
        let value = serde_json::from_str(input).map_err(|error| {
            ExecutionsError::Call(CallError {
                operation: "Step Functions StartExecution",
                code: Some("InvalidExecutionInput".to_owned()),
                message: Some(error.to_string()),
                request_id: None,
                source: None,
            })
        })?;
        let identity = Identity {
            execution_arn: arn.to_string(),
            execution_name: arn.name().to_owned(),
            role_arn: super::names::ROLE_ARN.to_owned(),
            machine_arn: machine.to_string(),
            machine_name: super::names::MACHINE_NAME.to_owned(),
        };
        let (machine, tasks) = (Arc::clone(&self.machine), Arc::clone(&self.tasks));
        let execution = Execution::start(machine, tasks, identity, value, self.clock.now());
        Ok(Running { input: input.to_owned(), execution, ended: None, read: Vec::new() })
    }
}

impl Executions for InterpretedExecutions {
    async fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> Result<Started, ExecutionsError> {
        let execution = machine.execution(&ExecutionName::from_key(name));
        let arn = execution.to_string();
        self.catch_up(&arn, self.clock.now()).await;
        let mut started = self.started();
        if let Some(found) = started.get(&arn) {
            let same = found.ended.is_none() && found.input == input;
            return Ok(if same { Started::Accepted(arn) } else { Started::AlreadyExists });
        }
        let begun = self.begin(machine, &execution, input)?;
        started.insert(arn.clone(), begun);
        Ok(Started::Accepted(arn))
    }

    async fn describe(&self, execution: &ExecutionArn) -> Result<Outcome, ExecutionsError> {
        let arn = execution.to_string();
        self.catch_up(&arn, self.clock.now()).await;
        let started = self.started();
        Ok(started.get(&arn).map_or(Outcome::Missing, |found| outcome(found.ended.as_ref())))
    }

    async fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> Result<Option<HistoryPage>, ExecutionsError> {
        let arn = execution.to_string();
        self.catch_up(&arn, self.clock.now()).await;
        let mut started = self.started();
        let Some(found) = started.get_mut(&arn) else { return Ok(None) };
        let news = found.execution.events(found.read.len());
        found.read.extend(news.iter().map(history::of_handler));
        // A page continues where the one before ended, whatever has happened since.
        let newest = from.and_then(|from| from.parse().ok()).unwrap_or(usize::MAX);
        let newest = newest.min(found.read.len());
        let oldest = newest.saturating_sub(PAGE);
        let events = found.read[oldest..newest].iter().rev().cloned().collect();
        Ok(Some(HistoryPage { events, next: (oldest > 0).then(|| oldest.to_string()) }))
    }
}

fn outcome(ended: Option<&asl::ExecutionResult>) -> Outcome {
    let unsuccessful = |status, error: &Option<String>| {
        Outcome::Unsuccessful(Ending { status, error: error.clone() })
    };
    match ended {
        None => Outcome::Running,
        Some(asl::ExecutionResult::Succeeded(output)) => {
            Outcome::Succeeded { output: Some(output.to_string()), redriven: false }
        }
        Some(asl::ExecutionResult::Failed { error, .. }) => unsuccessful(EndStatus::Failed, error),
        Some(asl::ExecutionResult::TimedOut) => unsuccessful(EndStatus::TimedOut, &None),
    }
}
