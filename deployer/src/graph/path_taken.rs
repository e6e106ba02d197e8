//! The path of an execution through a graph, read from its history.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::trace::{Visits, is_failure};
use cloud::HistoryEvent;

/// What an execution did with each state and each transition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathTaken {
    stats: BTreeMap<String, StateStats>,
    /// By the state that is left, the next state, and whether an error was caught.
    taken: BTreeMap<(String, Option<String>, bool), u32>,
}

/// What an execution did with one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StateStats {
    /// How often it was entered.
    pub entered: u32,
    /// How often it was left.
    pub left: u32,
    /// How often something in it failed: a task, an expression, an inner state.
    pub failed: u32,
    /// How often its task was called.
    pub calls: u32,
    /// How long all finished visits took together.
    pub milliseconds: i64,
}

impl PathTaken {
    /// Reads a history, oldest event first.
    #[must_use]
    pub fn of(history: &[HistoryEvent]) -> Self {
        // An event that the execution failed follows the last event of a state, but is not about that state.
        let fails_in_it = |kind: &str| {
            is_failure(kind) && !kind.starts_with("Execution") && !kind.ends_with("Aborted")
        };
        let (mut path, mut visits) = (Self::default(), Visits::default());
        // By the id of the exit event: which state was left, and whether because an error was caught.
        let mut left: HashMap<i64, (String, bool)> = HashMap::new();
        let mut failures = HashSet::new();
        for event in history {
            let Some(visit) = visits.hear(event) else { continue };
            let (name, entered) = (visit.state.clone(), visit.entered);
            let fails = visit.kind == "Fail";
            let stats = path.stats.entry(name.clone()).or_default();
            if event.kind.ends_with("StateEntered") {
                stats.entered += 1;
                if let Some((from, caught)) = left.remove(&event.previous) {
                    path.take(from, Some(name.clone()), caught);
                }
                if fails {
                    path.take(name, None, false);
                }
            } else if event.kind.ends_with("StateExited") {
                stats.left += 1;
                let took = event.timestamp.duration_since(entered).as_millis();
                stats.milliseconds += i64::try_from(took).unwrap_or(i64::MAX);
                left.insert(event.id, (name, failures.contains(&event.previous)));
            } else if event.kind.ends_with("Scheduled") {
                stats.calls += 1;
            } else if fails_in_it(&event.kind) {
                stats.failed += 1;
            }
            if is_failure(&event.kind) {
                failures.insert(event.id);
            }
        }
        for (from, caught) in left.into_values() {
            path.take(from, None, caught);
        }
        path
    }

    /// What it did with a state; all zero if it never entered it.
    #[must_use]
    pub fn stats(&self, state: &str) -> StateStats {
        self.stats.get(state).copied().unwrap_or_default()
    }

    /// How often it took a transition.
    #[must_use]
    pub fn taken(&self, from: &str, to: Option<&str>, catches: bool) -> u32 {
        let transition = (from.to_owned(), to.map(str::to_owned), catches);
        self.taken.get(&transition).copied().unwrap_or_default()
    }

    fn take(&mut self, from: String, to: Option<String>, caught: bool) {
        *self.taken.entry((from, to, caught)).or_default() += 1;
    }
}
