//! Standard state machines in memory, whose executions follow a script, on Tokio's clock.
//!
//! The rules are those of the Step Functions API reference: an equal start of a running execution
//! returns the same execution, a start of a closed one is rejected, reads lag, and an unsuccessful
//! execution can be redriven under its ARN.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::arn::{ExecutionArn, ExecutionName, StateMachineArn};
use crate::call_error::CallError;
use crate::executions::{
    Ending, Executions, ExecutionsError, HistoryEvent, HistoryPage, Outcome, Started,
};

/// The events of an execution, in order. Times count from its start or redrive.
#[derive(Debug, Clone, Default)]
pub struct Script {
    events: Vec<(Duration, HistoryEvent)>,
}

impl Script {
    /// An execution that never ends.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Exits a state.
    #[must_use]
    pub fn exits(self, after: Duration, state: &str, output: Option<&str>) -> Self {
        let (state, output) = (state.to_owned(), output.map(str::to_owned));
        self.then(after, HistoryEvent::Exited { state, output })
    }

    /// Adds events that do not affect the verdict, as loops and retries do.
    #[must_use]
    pub fn noise(self, after: Duration, events: usize) -> Self {
        (0..events).fold(self, |script, _| script.then(after, HistoryEvent::Other))
    }

    /// Succeeds with an output.
    #[must_use]
    pub fn succeeds(self, after: Duration, output: &str) -> Self {
        self.then(after, HistoryEvent::Succeeded { output: Some(output.to_owned()) })
    }

    /// Ends without success.
    #[must_use]
    pub fn ends(self, after: Duration, ending: Ending) -> Self {
        self.then(after, HistoryEvent::Unsuccessful(ending))
    }

    fn then(mut self, after: Duration, event: HistoryEvent) -> Self {
        self.events.push((after, event));
        self
    }
}

/// Step Functions in memory. Clones share their state.
#[derive(Debug, Clone, Default)]
pub struct MemoryExecutions {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    machines: BTreeMap<String, Script>,
    executions: BTreeMap<String, Execution>,
    lag: Duration,
    output_lag: Duration,
    hidden: usize,
    page_size: usize,
    calls: Vec<&'static str>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            machines: BTreeMap::new(),
            executions: BTreeMap::new(),
            lag: Duration::ZERO,
            output_lag: Duration::ZERO,
            hidden: 0,
            page_size: 1000,
            calls: Vec::new(),
        }
    }
}

#[derive(Debug, Clone)]
struct Execution {
    input: String,
    /// Absolute times, oldest first.
    history: Vec<(Instant, HistoryEvent)>,
}

impl Execution {
    fn new(input: &str, script: &Script) -> Self {
        let began = (Instant::now(), HistoryEvent::Other);
        let mut execution = Self { input: input.to_owned(), history: vec![began] };
        execution.follow(script);
        execution
    }

    fn follow(&mut self, script: &Script) {
        let now = Instant::now();
        self.history
            .extend(script.events.iter().map(|(after, event)| (now + *after, event.clone())));
    }

    /// The events up to a time, oldest first.
    fn until(self, at: Instant) -> Vec<(Instant, HistoryEvent)> {
        self.history.into_iter().filter(|(when, _)| *when <= at).collect()
    }

    fn newest(&self) -> Option<&HistoryEvent> {
        let now = Instant::now();
        self.history.iter().rev().find(|(when, _)| *when <= now).map(|(_, event)| event)
    }

    fn is_running(&self) -> bool {
        !matches!(
            self.newest(),
            Some(HistoryEvent::Succeeded { .. } | HistoryEvent::Unsuccessful(_))
        )
    }
}

/// What a read sees of an execution.
struct Visible {
    /// Oldest first and never empty, because the first event is the start.
    history: Vec<(Instant, HistoryEvent)>,
    /// Whether the output of a success is visible.
    output: bool,
}

impl MemoryExecutions {
    /// Creates one machine whose executions follow a script.
    #[must_use]
    pub fn with_machine(machine: &StateMachineArn, script: Script) -> Self {
        let executions = Self::default();
        executions.set_machine(machine, script);
        executions
    }

    /// Adds a machine or changes its script. Running executions keep their script.
    pub fn set_machine(&self, machine: &StateMachineArn, script: Script) {
        self.state().machines.insert(machine.to_string(), script);
    }

    /// Deletes a machine.
    pub fn remove_machine(&self, machine: &StateMachineArn) {
        self.state().machines.remove(&machine.to_string());
    }

    /// Makes every read return the state of this long ago.
    pub fn set_lag(&self, lag: Duration) {
        self.state().lag = lag;
    }

    /// Makes a success visible this long before its output.
    pub fn set_output_lag(&self, lag: Duration) {
        self.state().output_lag = lag;
    }

    /// Makes every read miss this many of the newest visible events. If it misses the first one,
    /// which is the start, the execution is missing.
    pub fn set_hidden(&self, events: usize) {
        self.state().hidden = events;
    }

    /// Sets the number of events per page of history. The default is 1000, the maximum of the API.
    pub fn set_page_size(&self, events: usize) {
        self.state().page_size = events.max(1);
    }

    /// Redrives an unsuccessful execution. Returns whether that was possible.
    #[must_use]
    pub fn redrive(&self, execution: &ExecutionArn, script: &Script) -> bool {
        let mut state = self.state();
        let Some(found) = state.executions.get_mut(&execution.to_string()) else {
            return false;
        };
        if !matches!(found.newest(), Some(HistoryEvent::Unsuccessful(_))) {
            return false;
        }
        found.history.push((Instant::now(), HistoryEvent::Redriven));
        found.follow(script);
        true
    }

    /// Adds an event to an execution now, in addition to its script.
    pub fn add_event(&self, execution: &ExecutionArn, event: HistoryEvent) {
        if let Some(found) = self.state().executions.get_mut(&execution.to_string()) {
            found.history.push((Instant::now(), event));
        }
    }

    /// The inputs of all started executions, by ARN.
    #[must_use]
    pub fn started(&self) -> BTreeMap<String, String> {
        let state = self.state();
        state.executions.iter().map(|(arn, found)| (arn.clone(), found.input.clone())).collect()
    }

    /// The operations that were called, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` if there is no such execution, or it is too new to be visible.
    fn visible(&self, execution: &ExecutionArn) -> Option<Visible> {
        let hidden = self.state().hidden;
        self.visible_without(hidden, execution)
    }

    fn visible_without(&self, hidden: usize, execution: &ExecutionArn) -> Option<Visible> {
        let state = self.state();
        let at = Instant::now().checked_sub(state.lag)?;
        let mut history = state.executions.get(&execution.to_string())?.clone().until(at);
        history.truncate(history.len().saturating_sub(hidden));
        let (newest, _) = history.last()?;
        let output = *newest + state.output_lag <= at;
        Some(Visible { history, output })
    }
}

impl Executions for MemoryExecutions {
    async fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> Result<Started, ExecutionsError> {
        let mut state = self.state();
        state.calls.push("StartExecution");
        let Some(script) = state.machines.get(&machine.to_string()).cloned() else {
            return Err(ExecutionsError::StateMachine(CallError {
                operation: "Step Functions StartExecution",
                code: Some("StateMachineDoesNotExist".to_owned()),
                message: None,
                request_id: None,
                source: None,
            }));
        };
        let arn = machine.execution(&ExecutionName::from_key(name)).to_string();
        match state.executions.get(&arn) {
            Some(found) if found.is_running() && found.input == input => Ok(Started::Accepted(arn)),
            Some(_) => Ok(Started::AlreadyExists),
            None => {
                state.executions.insert(arn.clone(), Execution::new(input, &script));
                Ok(Started::Accepted(arn))
            }
        }
    }

    async fn describe(&self, execution: &ExecutionArn) -> Result<Outcome, ExecutionsError> {
        self.state().calls.push("DescribeExecution");
        let Some(seen) = self.visible(execution) else {
            return Ok(Outcome::Missing);
        };
        let redriven = seen.history.iter().any(|(_, event)| *event == HistoryEvent::Redriven);
        Ok(match seen.history.into_iter().next_back() {
            Some((_, HistoryEvent::Succeeded { output })) => {
                Outcome::Succeeded { output: output.filter(|_| seen.output), redriven }
            }
            Some((_, HistoryEvent::Unsuccessful(ending))) => Outcome::Unsuccessful(ending),
            _ => Outcome::Running,
        })
    }

    async fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> Result<Option<HistoryPage>, ExecutionsError> {
        self.state().calls.push("GetExecutionHistory");
        // A page continues where the previous one ended, regardless of newer events.
        let from: Option<usize> = from.and_then(|from| from.parse().ok());
        let seen = match from {
            Some(_) => self.visible_without(0, execution),
            None => self.visible(execution),
        };
        let Some(Visible { mut history, .. }) = seen else {
            return Ok(None);
        };
        let newest = from.unwrap_or(history.len());
        let oldest = newest.saturating_sub(self.state().page_size);
        history.truncate(newest);
        let page = history.drain(oldest.min(history.len())..).rev();
        let events = page.map(|(_, event)| event).collect();
        Ok(Some(HistoryPage { events, next: (oldest > 0).then(|| oldest.to_string()) }))
    }
}
