//! The shared state of one running execution: its machine, clock, history and coverage.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::clock::Clock;
use super::coverage::{Covered, Part};
use super::history::{Details, Event, EventKind};
use crate::definition::machine::Machine;
use crate::expression::ambient::Ambient;
use crate::expression::context::Identity;
use crate::fault::{Fault, FaultKind};
use crate::limits::{MAX_EVENTS, MAX_STATES};
use crate::tasks::Tasks;

/// One running execution.
pub(crate) struct Run {
    pub(crate) machine: Arc<Machine>,
    pub(crate) tasks: Arc<dyn Tasks>,
    pub(crate) identity: Identity,
    pub(crate) input: Arc<Value>,
    pub(crate) started: Timestamp,
    pub(crate) ambient: Arc<Ambient>,
    pub(crate) clock: Clock,
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    events: Vec<Event>,
    covered: BTreeSet<Covered>,
    /// How many states were entered or retried.
    entered: u64,
}

impl Run {
    pub(crate) fn new(
        machine: Arc<Machine>,
        tasks: Arc<dyn Tasks>,
        identity: Identity,
        input: Value,
        now: Timestamp,
    ) -> Self {
        let ambient = Arc::new(Ambient::new(&identity.execution_arn, now));
        Self {
            machine,
            tasks,
            identity,
            input: Arc::new(input),
            started: now,
            clock: Clock::new(Arc::clone(&ambient)),
            ambient,
            records: Mutex::default(),
        }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn events(&self, from: usize) -> Vec<Event> {
        self.records().events.get(from..).unwrap_or_default().to_vec()
    }

    /// Records that the execution used a part of its definition.
    pub(crate) fn cover(&self, state: &Arc<str>, part: Part) {
        self.records().covered.insert(Covered { state: Arc::clone(state), part });
    }

    pub(crate) fn covered(&self) -> BTreeSet<Covered> {
        self.records().covered.clone()
    }

    /// Records an event and returns its number.
    pub(crate) fn record(&self, previous_id: u64, kind: EventKind, details: Details) -> u64 {
        let at = self.ambient.now();
        let mut records = self.records();
        let id = records.events.len() as u64 + 1;
        records.events.push(Event { id, previous_id, at, kind, details });
        id
    }

    /// Counts a state that is entered or retried. Fails if there were too many, the history is
    /// full, or expressions took too long.
    pub(crate) fn count_state(&self) -> Result<(), Fault> {
        let mut records = self.records();
        records.entered += 1;
        if records.entered > MAX_STATES {
            let message = format!("The execution entered more than {MAX_STATES} states.");
            return Err(Fault::new(FaultKind::Exhausted, message));
        }
        if records.events.len() >= MAX_EVENTS {
            let message = format!(
                "The execution reached the maximum number of history events ({MAX_EVENTS})."
            );
            return Err(Fault::new(FaultKind::Exhausted, message));
        }
        self.ambient.check_budget()
    }
}
