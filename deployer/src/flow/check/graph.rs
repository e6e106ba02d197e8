//! The transitions between states, on one level of a machine.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::document::{item, member};

/// The states of one level, and the transitions between them.
pub(super) struct Graph<'a> {
    start: Option<&'a str>,
    states: &'a Map<String, Value>,
    /// The states that are reachable from the first one.
    reached: HashSet<&'a str>,
}

impl<'a> Graph<'a> {
    pub(super) fn new(machine: &'a Map<String, Value>, states: &'a Map<String, Value>) -> Self {
        let start = machine.get("StartAt").and_then(Value::as_str);
        let mut reached = HashSet::new();
        let mut next: Vec<&str> = start.into_iter().collect();
        while let Some(name) = next.pop() {
            if let Some((name, state)) = states.get_key_value(name)
                && reached.insert(name.as_str())
            {
                next.extend(targets(state));
            }
        }
        Self { start, states, reached }
    }

    /// The unreachable states.
    pub(super) fn unreachable(&self) -> impl Iterator<Item = &'a str> {
        let names = self.states.keys().map(String::as_str);
        names.filter(|name| !self.reached.contains(name))
    }

    /// Whether the first state is there.
    pub(super) fn is_started(&self) -> bool {
        self.start.is_some_and(|start| self.states.contains_key(start))
    }

    /// The reachable states from which no path leads to an end.
    pub(super) fn endless(&self) -> Vec<&'a str> {
        let mut leading_to: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut next = Vec::new();
        for (name, state) in self.states {
            for target in targets(state) {
                leading_to.entry(target).or_default().push(name);
            }
            if is_end(state) {
                next.push(name.as_str());
            }
        }
        // Backwards from the ends.
        let mut ending = HashSet::new();
        while let Some(name) = next.pop() {
            if ending.insert(name) {
                next.extend(leading_to.get(name).into_iter().flatten());
            }
        }
        let names = self.states.keys().map(String::as_str);
        names.filter(|name| self.reached.contains(name) && !ending.contains(name)).collect()
    }

    /// The first state, if one is named.
    pub(super) fn start(&self) -> Option<&'a str> {
        self.start
    }
}

fn is_end(state: &Value) -> bool {
    matches!(state.get("Type").and_then(Value::as_str), Some("Succeed" | "Fail"))
        || state.get("End") == Some(&Value::Bool(true))
}

fn targets(state: &Value) -> impl Iterator<Item = &str> {
    mentions(state, "").into_iter().map(|(target, _)| target)
}

/// The possible next states of a state, with the path of each mention.
pub(super) fn mentions<'a>(state: &'a Value, path: &str) -> Vec<(&'a str, String)> {
    let mut found = Vec::new();
    let mut mention = |value: Option<&'a Value>, at: String| {
        if let Some(target) = value.and_then(Value::as_str) {
            found.push((target, at));
        }
    };
    for field in ["Next", "Default"] {
        mention(state.get(field), member(path, field));
    }
    for field in ["Choices", "Catch"] {
        let rules = state.get(field).and_then(Value::as_array);
        for (index, rule) in rules.into_iter().flatten().enumerate() {
            mention(rule.get("Next"), member(&item(&member(path, field), index), "Next"));
        }
    }
    found
}
