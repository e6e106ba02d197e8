//! The path of an execution through a graph, according to its history.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::trace::{Visits, is_failure};
use cloud::HistoryEvent;

/// How an execution used each state and each transition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathTaken {
    stats: BTreeMap<String, StateStats>,
    /// By the state that was left, the next state, and whether an error was caught.
    taken: BTreeMap<(String, Option<String>, bool), u32>,
    counts_tests: bool,
}

/// Statistics about one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct StateStats {
    pub entered: u32,
    pub left: u32,
    /// How often something in it failed: a task, an expression, a nested state.
    pub failed: u32,
    /// How often its task was called.
    pub calls: u32,
    /// The total duration of all completed visits.
    pub milliseconds: i64,
}

impl PathTaken {
    /// Reads a history, oldest event first.
    pub fn of(history: &[HistoryEvent]) -> Self {
        // The failure of the execution belongs to no state, although it follows a state's last
        // event.
        let failed_inside = |kind: &str| {
            is_failure(kind) && !kind.starts_with("Execution") && !kind.ends_with("Aborted")
        };
        let (mut path, mut visits) = (Self::default(), Visits::default());
        // By the id of the exit event: the state that was left, and whether an error was caught.
        let mut left: HashMap<i64, (String, bool)> = HashMap::new();
        let mut failures = HashSet::new();
        for event in history {
            let Some(visit) = visits.add(event) else { continue };
            let (name, entered) = (visit.state.clone(), visit.entered);
            let is_fail_state = visit.kind == "Fail";
            let stats = path.stats.entry(name.clone()).or_default();
            if event.kind.ends_with("StateEntered") {
                stats.entered += 1;
                if let Some((from, caught)) = left.remove(&event.previous) {
                    path.count(from, Some(name.clone()), caught);
                }
                if is_fail_state {
                    path.count(name, None, false);
                }
            } else if event.kind.ends_with("StateExited") {
                stats.left += 1;
                let took = event.timestamp.duration_since(entered).as_millis();
                stats.milliseconds += i64::try_from(took).unwrap_or(i64::MAX);
                left.insert(event.id, (name, failures.contains(&event.previous)));
            } else if event.kind.ends_with("Scheduled") {
                stats.calls += 1;
            } else if failed_inside(&event.kind) {
                stats.failed += 1;
            }
            if is_failure(&event.kind) {
                failures.insert(event.id);
            }
        }
        for (from, caught) in left.into_values() {
            path.count(from, None, caught);
        }
        path
    }

    /// How many tests entered each state, and came through each transition: the state that was left, the next
    /// one, and whether an error was caught.
    pub fn of_tests(
        states: impl IntoIterator<Item = (String, u32)>,
        taken: impl IntoIterator<Item = ((String, Option<String>, bool), u32)>,
    ) -> Self {
        let mut path = Self { counts_tests: true, ..Self::default() };
        for (state, tests) in states {
            path.stats
                .insert(state, StateStats { entered: tests, left: tests, ..StateStats::default() });
        }
        for (transition, tests) in taken {
            let most = path.taken.entry(transition).or_default();
            *most = tests.max(*most);
        }
        path
    }

    /// Whether the numbers are numbers of tests, not of visits.
    pub fn counts_tests(&self) -> bool {
        self.counts_tests
    }

    /// The statistics of a state; all zero if it was never entered.
    pub fn stats(&self, state: &str) -> StateStats {
        self.stats.get(state).copied().unwrap_or_default()
    }

    /// How often a transition was taken.
    pub fn taken(&self, from: &str, to: Option<&str>, catches: bool) -> u32 {
        let transition = (from.to_owned(), to.map(str::to_owned), catches);
        self.taken.get(&transition).copied().unwrap_or_default()
    }

    fn count(&mut self, from: String, to: Option<String>, caught: bool) {
        *self.taken.entry((from, to, caught)).or_default() += 1;
    }
}
