//! One line of work in an execution: the main line, a branch of a Parallel, an iteration of a Map.

use std::sync::{Arc, Mutex, PoisonError};

use super::history::{Details, EventKind};
use super::run::Run;
use crate::expression::context::{ExecutionInfo, MapItem};
use crate::expression::variables::Variables;

/// A line of work, and what its states have left behind.
pub(crate) struct Line {
    pub(crate) executed: Arc<ExecutionInfo>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) item: Option<MapItem>,
    pub(crate) iterations: Vec<usize>,
    /// Whether other lines can run beside it.
    pub(crate) nested: bool,
    pub(crate) trail: Arc<Trail>,
}

/// The events of a line, as far as the line that waits for it needs to know them.
#[derive(Debug)]
pub(crate) struct Trail(Mutex<Steps>);

#[derive(Debug)]
struct Steps {
    /// The last event.
    previous: u64,
    /// What it means for the line to be stopped now.
    abort: Option<EventKind>,
    /// The line belongs to an execution of its own, whose events nobody asks for.
    unheard: bool,
}

impl Trail {
    pub(crate) fn new(previous: u64, unheard: bool) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Steps { previous, abort: None, unheard })))
    }

    /// Records an event and gives its number.
    pub(crate) fn record(&self, run: &Run, kind: EventKind, details: Details) -> u64 {
        let mut steps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = if steps.unheard {
            steps.previous + 1
        } else {
            run.record(steps.previous, kind, details)
        };
        steps.previous = id;
        id
    }

    /// Says which event tells that the line was stopped.
    pub(crate) fn set_abort(&self, abort: Option<EventKind>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).abort = abort;
    }

    /// Records that the line was stopped, if its state is one that can be.
    pub(crate) fn abort(&self, run: &Run) {
        let abort = self.0.lock().unwrap_or_else(PoisonError::into_inner).abort.take();
        if let Some(abort) = abort {
            self.record(run, abort, Details::default());
        }
    }

    pub(crate) fn previous(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).previous
    }

    pub(crate) fn is_unheard(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unheard
    }
}

impl Line {
    /// A line inside a state of this one.
    pub(crate) fn inside(&self, trail: Arc<Trail>) -> Self {
        Self {
            executed: Arc::clone(&self.executed),
            variables: Arc::new(Variables::inside(&self.variables)),
            item: self.item.clone(),
            iterations: self.iterations.clone(),
            nested: true,
            trail,
        }
    }
}
