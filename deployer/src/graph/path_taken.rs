//! The way of an execution through a graph, as its history tells it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use crate::trace::{Visits, is_failure};
use cloud::HistoryEvent;

/// What an execution did with each state and each way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Passage {
    stays: BTreeMap<String, Stay>,
    /// By the state that is left, where to, and whether an error was caught.
    taken: BTreeMap<(String, Option<String>, bool), u32>,
}

/// All stays in one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stay {
    /// How often it was entered.
    pub entered: u32,
    /// How often it was left.
    pub left: u32,
    /// How often something of it failed: a task, an expression, what is in it.
    pub failed: u32,
    /// How often its task was called.
    pub calls: u32,
    /// How long all finished stays took together.
    pub milliseconds: i64,
}

impl Passage {
    /// Reads a history, oldest event first.
    #[must_use]
    pub fn of(history: &[HistoryEvent]) -> Self {
        // That the execution failed is said of no state, though it follows the last event of one.
        let fails_in_it = |kind: &str| {
            is_failure(kind) && !kind.starts_with("Execution") && !kind.ends_with("Aborted")
        };
        let (mut passage, mut visits) = (Self::default(), Visits::default());
        // By the number of the event that told it: who was left, and whether because an error was caught.
        let mut left: HashMap<i64, (String, bool)> = HashMap::new();
        let mut failures = HashSet::new();
        for event in history {
            let Some(visit) = visits.add(event) else { continue };
            let (name, entered) = (visit.state.clone(), visit.entered);
            let fails = visit.kind == "Fail";
            let stay = passage.stays.entry(name.clone()).or_default();
            if event.kind.ends_with("StateEntered") {
                stay.entered += 1;
                if let Some((from, caught)) = left.remove(&event.previous) {
                    passage.take(from, Some(name.clone()), caught);
                }
                if fails {
                    passage.take(name, None, false);
                }
            } else if event.kind.ends_with("StateExited") {
                stay.left += 1;
                let took = event.timestamp.duration_since(entered).as_millis();
                stay.milliseconds += i64::try_from(took).unwrap_or(i64::MAX);
                left.insert(event.id, (name, failures.contains(&event.previous)));
            } else if event.kind.ends_with("Scheduled") {
                stay.calls += 1;
            } else if fails_in_it(&event.kind) {
                stay.failed += 1;
            }
            if is_failure(&event.kind) {
                failures.insert(event.id);
            }
        }
        for (from, caught) in left.into_values() {
            passage.take(from, None, caught);
        }
        passage
    }

    /// What it did with a state; all zero where it never came there.
    #[must_use]
    pub fn stay(&self, state: &str) -> Stay {
        self.stays.get(state).copied().unwrap_or_default()
    }

    /// How often it took a way.
    #[must_use]
    pub fn taken(&self, from: &str, to: Option<&str>, catches: bool) -> u32 {
        let way = (from.to_owned(), to.map(str::to_owned), catches);
        self.taken.get(&way).copied().unwrap_or_default()
    }

    fn take(&mut self, from: String, to: Option<String>, caught: bool) {
        *self.taken.entry((from, to, caught)).or_default() += 1;
    }
}
