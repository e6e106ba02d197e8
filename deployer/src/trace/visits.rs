//! Which state each event of a history belongs to. Most events identify it only through what led to
//! them.

use std::collections::HashMap;

use jiff::Timestamp;

use cloud::HistoryEvent;

/// One visit to a state.
#[derive(Debug)]
pub struct Visit {
    pub state: String,
    /// The type of the state, such as `Wait`.
    pub kind: String,
    pub entered: Timestamp,
    /// The number of task calls so far.
    pub attempts: u32,
    /// The visit to the enclosing Map or Parallel state, by the id of the event that started it.
    around: Option<i64>,
}

impl Visit {
    /// Counts a call of its task, and returns its number, from 1.
    pub fn attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }
}

/// The visits of an execution, as far as its events were read, in their order.
#[derive(Debug, Default)]
pub struct Visits {
    /// By the id of the event that entered the state.
    all: HashMap<i64, Visit>,
    /// For the id of an event, the visit in which the next event happens.
    within: HashMap<i64, Option<i64>>,
}

impl Visits {
    /// Reads the next event, and returns the visit it belongs to, if any.
    pub fn hear(&mut self, event: &HistoryEvent) -> Option<&mut Visit> {
        let enclosing = self.within.get(&event.previous).copied().flatten();
        if let Some(kind) = event.kind.strip_suffix("StateEntered") {
            let visit = Visit {
                state: event.state.clone().unwrap_or_default(),
                kind: kind.to_owned(),
                entered: event.timestamp,
                attempts: 0,
                around: enclosing,
            };
            self.within.insert(event.id, Some(event.id));
            self.all.insert(event.id, visit);
            return self.all.get_mut(&event.id);
        }
        let leaves = event.kind.ends_with("StateExited");
        let visit = self.innermost(enclosing, |visit| match &event.state {
            Some(state) if leaves => visit.state == *state,
            // An event about a whole Map or Parallel state follows the last event inside it.
            _ => ["Map", "Parallel"]
                .into_iter()
                .find(|kind| event.kind.starts_with(kind))
                .is_none_or(|kind| visit.kind == kind),
        });
        let around = visit.and_then(|visit| self.all.get(&visit)).and_then(|visit| visit.around);
        self.within.insert(event.id, if leaves { around } else { visit });
        self.all.get_mut(&visit?)
    }

    /// Returns the innermost visit that `accepts` matches, from `from` outward.
    fn innermost(&self, from: Option<i64>, accepts: impl Fn(&Visit) -> bool) -> Option<i64> {
        let mut at = from;
        while let Some(visit) = at.and_then(|id| self.all.get(&id)) {
            if accepts(visit) {
                return at;
            }
            at = visit.around;
        }
        None
    }
}

/// Whether an event reports a failure: of a task, a state or an expression.
pub fn is_failure(kind: &str) -> bool {
    ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end))
}
