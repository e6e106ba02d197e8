//! A branch of an execution: the top level, a branch of a Parallel, or an iteration of a Map.

use std::sync::{Arc, Mutex, PoisonError};

use super::history::{Details, EventKind};
use super::run::Run;
use crate::expression::context::{ExecutionInfo, MapItem};
use crate::expression::variables::Variables;

/// A branch, and what its states have produced so far.
pub(crate) struct Branch {
    pub(crate) execution: Arc<ExecutionInfo>,
    pub(crate) variables: Arc<Variables>,
    pub(crate) item: Option<MapItem>,
    pub(crate) iterations: Vec<usize>,
    /// Whether other branches can run concurrently.
    pub(crate) nested: bool,
    pub(crate) chain: Arc<EventChain>,
}

/// The chain of a branch's events. The branch that started it shares it, to abort it.
#[derive(Debug)]
pub(crate) struct EventChain(Mutex<ChainState>);

#[derive(Debug)]
struct ChainState {
    /// The number of the last event.
    previous: u64,
    /// Which event to record if the branch is aborted now.
    abort: Option<EventKind>,
    /// It belongs to a child of a distributed Map, whose events are not in the history.
    silent: bool,
}

impl EventChain {
    pub(crate) fn new(previous: u64, silent: bool) -> Arc<Self> {
        Arc::new(Self(Mutex::new(ChainState { previous, abort: None, silent })))
    }

    /// Records an event and returns its number.
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

    /// Sets which event to record if the branch is aborted.
    pub(crate) fn set_abort(&self, abort: Option<EventKind>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).abort = abort;
    }

    /// Records that the branch was aborted, if its current state has an event for that.
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
