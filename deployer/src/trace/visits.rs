//! The state that each event of a history belongs to: for most events, only the events that led to them show it.

use std::collections::HashMap;

use jiff::Timestamp;

use cloud::HistoryEvent;

/// One visit of a state.
#[derive(Debug)]
pub struct Visit {
    /// The state.
    pub state: String,
    /// The state's type, such as `Wait`.
    pub kind: String,
    /// When it was entered.
    pub entered: Timestamp,
    /// How many tasks it has called so far.
    pub attempts: u32,
    /// The visit of the Map or Parallel state around it, by the number of the event that began it.
    around: Option<i64>,
}

impl Visit {
    /// Counts a call of its task, and returns its number, from 1.
    pub fn attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }
}

/// All visits of an execution, as far as its events were added.
#[derive(Debug, Default)]
pub struct Visits {
    /// By the number of the event that entered the state.
    all: HashMap<i64, Visit>,
    /// By the number of an event, the visit in which the next one happens.
    within: HashMap<i64, Option<i64>>,
}

impl Visits {
    /// Adds the next event, and returns the visit that it belongs to, if any.
    pub fn add(&mut self, event: &HistoryEvent) -> Option<&mut Visit> {
        let led_here = self.within.get(&event.previous).copied().flatten();
        if let Some(kind) = event.kind.strip_suffix("StateEntered") {
            let visit = Visit {
                state: event.state.clone().unwrap_or_default(),
                kind: kind.to_owned(),
                entered: event.timestamp,
                attempts: 0,
                around: led_here,
            };
            self.within.insert(event.id, Some(event.id));
            self.all.insert(event.id, visit);
            return self.all.get_mut(&event.id);
        }
        let leaves = event.kind.ends_with("StateExited");
        let visit = self.outwards(led_here, |visit| match &event.state {
            Some(state) if leaves => visit.state == *state,
            // An event about a whole Map or Parallel state follows the last event in it.
            _ => ["Map", "Parallel"]
                .into_iter()
                .find(|kind| event.kind.starts_with(kind))
                .is_none_or(|kind| visit.kind == kind),
        });
        let around = visit.and_then(|visit| self.all.get(&visit)).and_then(|visit| visit.around);
        self.within.insert(event.id, if leaves { around } else { visit });
        self.all.get_mut(&visit?)
    }

    /// The innermost of a visit and those around it that matches.
    fn outwards(&self, from: Option<i64>, matches: impl Fn(&Visit) -> bool) -> Option<i64> {
        let mut at = from;
        while let Some(visit) = at.and_then(|id| self.all.get(&id)) {
            if matches(visit) {
                return at;
            }
            at = visit.around;
        }
        None
    }
}

/// Whether a kind of event reports a failure of a task, a state or an expression.
pub fn is_failure(kind: &str) -> bool {
    ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end))
}
