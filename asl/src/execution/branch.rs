//! One branch of work in an execution: the main branch, a branch of a Parallel, an iteration of a Map.

use std::sync::{Arc, Mutex, PoisonError};

use super::history::{Details, EventKind};
use super::run::Run;
use crate::expression::context::{ExecutionInfo, MapItem};
use crate::expression::variables::Variables;

/// A branch of work, and what its states have left behind.
pub(crate) struct Branch {
    pub(crate) execution: Arc<ExecutionInfo>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) item: Option<MapItem>,
    pub(crate) iterations: Vec<usize>,
    /// Whether other lines can run beside it.
    pub(crate) nested: bool,
    pub(crate) chain: Arc<EventChain>,
}

/// The events of a branch, as far as the branch that waits for it needs to know them.
#[derive(Debug)]
pub(crate) struct EventChain(Mutex<ChainState>);

#[derive(Debug)]
struct ChainState {
    /// The last event.
    previous: u64,
    /// What it means for the branch to be stopped now.
    abort: Option<EventKind>,
    /// The branch belongs to an execution of its own, whose events nobody asks for.
    silent: bool,
}

impl EventChain {
    pub(crate) fn new(previous: u64, silent: bool) -> Arc<Self> {
        Arc::new(Self(Mutex::new(ChainState { previous, abort: None, silent })))
    }

    /// Records an event and gives its number.
    pub(crate) fn record(&self, run: &Run, kind: EventKind, details: Details) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = if state.silent {
            state.previous + 1
        } else {
            run.record(state.previous, kind, details)
        };
        state.previous = id;
        id
    }

    /// Says which event tells that the branch was stopped.
    pub(crate) fn set_abort(&self, abort: Option<EventKind>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).abort = abort;
    }

    /// Records that the branch was stopped, if its state is one that can be.
    pub(crate) fn abort(&self, run: &Run) {
        let abort = self.0.lock().unwrap_or_else(PoisonError::into_inner).abort.take();
        if let Some(abort) = abort {
            self.record(run, abort, Details::default());
        }
    }

    pub(crate) fn previous(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).previous
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).silent
    }
}

impl Branch {
    /// A branch inside a state of this one.
    pub(crate) fn inside(&self, chain: Arc<EventChain>) -> Self {
        Self {
            execution: Arc::clone(&self.execution),
            variables: Arc::new(Variables::inside(&self.variables)),
            item: self.item.clone(),
            iterations: self.iterations.clone(),
            nested: true,
            chain,
        }
    }
}
