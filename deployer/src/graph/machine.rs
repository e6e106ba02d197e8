//! The states of a machine and the transitions between them.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};

/// A machine, or one inside a Parallel or Map state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// The name of its first state.
    pub start: String,
    /// Its states, each after those that lead to it, except where a transition leads back.
    pub states: Vec<State>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub name: String,
    /// The type, such as `Wait`.
    pub kind: String,
    /// The transitions to other states, in the order of the definition.
    pub transitions: Vec<Transition>,
    /// The nested machines: a Parallel state's branches, or a Map state's processor.
    pub inner: Vec<Graph>,
}

/// A transition to another state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The next state; `None` is the end of the machine.
    pub to: Option<String>,
    /// The reasons to take it, any of which suffices.
    pub reasons: Vec<Reason>,
}

/// When a transition is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// In every case.
    Always,
    /// When a Choice state's rule holds, counted from 1.
    Rule(usize),
    /// When no rule holds.
    Otherwise,
    /// When an error of one of these names is caught.
    Caught(Vec<String>),
}

impl Transition {
    /// Whether it is taken after a caught error.
    pub fn catches(&self) -> bool {
        self.reasons.iter().any(|reason| matches!(reason, Reason::Caught(_)))
    }
}

impl Graph {
    /// Builds the graph of a definition. Ignores what a checked definition would not have.
    pub fn of(machine: &Map<String, Value>) -> Self {
        let start = machine.get("StartAt").and_then(Value::as_str).unwrap_or_default();
        let states = machine.get("States").and_then(Value::as_object);
        let mut read: HashMap<&str, State> = states
            .into_iter()
            .flatten()
            .map(|(name, state)| (&**name, read(name, state)))
            .collect();
        let names: Vec<&str> = states.into_iter().flatten().map(|(name, _)| &**name).collect();
        let order = order(start, &names, &read);
        let states = order.iter().filter_map(|name| read.remove(&**name)).collect();
        Self { start: start.to_owned(), states }
    }

    /// The number of states, including nested ones.
    pub fn size(&self) -> usize {
        let inner = |state: &State| state.inner.iter().map(Self::size).sum::<usize>();
        self.states.iter().map(|state| 1 + inner(state)).sum()
    }
}

fn read(name: &str, state: &Value) -> State {
    let kind = state["Type"].as_str().unwrap_or_default();
    let mut transitions = Vec::new();
    for (nth, rule) in state["Choices"].as_array().into_iter().flatten().enumerate() {
        add_transition(&mut transitions, &rule["Next"], Reason::Rule(nth + 1));
    }
    add_transition(&mut transitions, &state["Default"], Reason::Otherwise);
    add_transition(&mut transitions, &state["Next"], Reason::Always);
    if state["End"] == true || matches!(kind, "Succeed" | "Fail") {
        transitions.push(Transition { to: None, reasons: vec![Reason::Always] });
    }
    for catcher in state["Catch"].as_array().into_iter().flatten() {
        let errors = catcher["ErrorEquals"].as_array().into_iter().flatten();
        let errors = errors.filter_map(Value::as_str).map(str::to_owned).collect();
        add_transition(&mut transitions, &catcher["Next"], Reason::Caught(errors));
    }
    let branches = state["Branches"].as_array().into_iter().flatten();
    let inner = branches.chain([&state["ItemProcessor"], &state["Iterator"]]);
    let inner = inner.filter_map(Value::as_object).map(Graph::of).collect();
    State { name: name.to_owned(), kind: kind.to_owned(), transitions, inner }
}

/// Adds a transition. Transitions to the same state are merged, except that caught errors stay
/// separate.
fn add_transition(transitions: &mut Vec<Transition>, to: &Value, reason: Reason) {
    let Some(to) = to.as_str() else { return };
    let way = Transition { to: Some(to.to_owned()), reasons: vec![reason] };
    let same = |other: &&mut Transition| other.to == way.to && other.catches() == way.catches();
    match transitions.iter_mut().find(same) {
        Some(other) => other.reasons.extend(way.reasons),
        None => transitions.push(way),
    }
}

/// Returns the names of the states in reverse postorder of a depth-first walk, so that first
/// transitions come first. Unreachable states come last as far as possible.
fn order(start: &str, names: &[&str], states: &HashMap<&str, State>) -> Vec<String> {
    let reached = reached(start, states);
    let roots = names.iter().rev().filter(|name| !reached.contains(**name)).copied();
    let (mut seen, mut finished) = (HashSet::new(), Vec::new());
    for root in roots.chain([start]) {
        finish(root, states, &mut seen, &mut finished);
    }
    finished.reverse();
    finished
}

fn reached<'a>(start: &'a str, states: &'a HashMap<&str, State>) -> HashSet<&'a str> {
    let (mut reached, mut next) = (HashSet::new(), vec![start]);
    while let Some(name) = next.pop() {
        if reached.insert(name) {
            next.extend(targets(name, states));
        }
    }
    reached
}

/// Visits states depth first, and appends each one after all states that it leads to. Uses its own
/// stack, because a definition may be a chain of thousands of states.
fn finish<'a>(
    root: &'a str,
    states: &'a HashMap<&str, State>,
    seen: &mut HashSet<&'a str>,
    finished: &mut Vec<String>,
) {
    if !states.contains_key(root) || !seen.insert(root) {
        return;
    }
    let mut stack = vec![(root, targets(root, states))];
    while let Some((name, rest)) = stack.last_mut() {
        match rest.pop() {
            Some(next) if states.contains_key(next) && seen.insert(next) => {
                stack.push((next, targets(next, states)));
            }
            Some(_) => {}
            None => {
                finished.push((*name).to_owned());
                stack.pop();
            }
        }
    }
}

fn targets<'a>(name: &str, states: &'a HashMap<&str, State>) -> Vec<&'a str> {
    let transitions = states.get(name).map(|state| &state.transitions).into_iter().flatten();
    transitions.filter_map(|way| way.to.as_deref()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(definition: &Value) -> Vec<String> {
        let graph = Graph::of(definition.as_object().unwrap());
        graph.states.into_iter().map(|state| state.name).collect()
    }

    #[test]
    fn states_come_after_those_that_lead_to_them() {
        let definition = json!({ "StartAt": "A", "States": {
            "Lost": { "Type": "Pass", "Next": "D" },
            "D": { "Type": "Succeed" },
            "C": { "Type": "Wait", "Next": "A" },
            "B": { "Type": "Pass", "Next": "D" },
            "A": { "Type": "Choice", "Choices": [{ "Next": "B" }, { "Next": "C" }], "Default": "D" },
        } });
        let names = names(&definition);
        assert_eq!(names[0], "A");
        let at = |name: &str| names.iter().position(|other| other == name).unwrap();
        assert!(at("B") < at("D") && at("A") < at("C") && at("Lost") < at("D"), "{names:?}");
        assert!(at("B") < at("C"), "the first way comes first: {names:?}");
    }

    #[test]
    fn reasons_for_the_same_next_state_share_a_transition() {
        let definition = json!({ "StartAt": "A", "States": {
            "A": { "Type": "Choice", "Choices": [{ "Next": "B" }, { "Next": "B" }], "Default": "B" },
            "B": { "Type": "Task", "End": true,
                "Catch": [{ "ErrorEquals": ["E"], "Next": "A" }, { "ErrorEquals": ["F"], "Next": "A" }] },
        } });
        let graph = Graph::of(definition.as_object().unwrap());
        assert_eq!(graph.states[0].transitions.len(), 1);
        assert_eq!(
            graph.states[0].transitions[0].reasons,
            [Reason::Rule(1), Reason::Rule(2), Reason::Otherwise]
        );
        let [end, caught] = &graph.states[1].transitions[..] else { panic!("two ways") };
        assert_eq!((end.to.as_deref(), end.catches()), (None, false));
        assert_eq!((caught.to.as_deref(), caught.reasons.len()), (Some("A"), 2));
    }

    #[test]
    fn a_very_long_chain_is_walked() {
        let mut states = Map::new();
        for nth in 0..20_000 {
            let next = format!("S{}", nth + 1);
            states.insert(format!("S{nth}"), json!({ "Type": "Pass", "Next": next }));
        }
        let definition = json!({ "StartAt": "S0", "States": states });
        assert_eq!(names(&definition).last().unwrap(), "S19999");
    }
}
