//! Checks that concern several states: their targets, and the variables that they assign.

use std::collections::HashSet;

use serde_json::Value;

use super::{Object, Place, Reader, VariableScope};
use crate::expression::template::QueryLanguage;

/// The name of a state that follows a state, and the place of the name in the state.
struct Target<'a> {
    name: &'a str,
    /// `Next` or `Default`, if it is not in a list.
    field: &'static str,
    /// The list with the rule or the catcher, and its index.
    list: Option<(&'static str, usize)>,
}

impl Target<'_> {
    fn place(&self, state: &Place) -> Place {
        match self.list {
            Some((list, index)) => state.member(list).item(index).member(self.field),
            None => state.member(self.field),
        }
    }
}

impl Reader {
    /// Checks that all targets exist and all states are reachable. The states are as they are written: one that
    /// cannot be read is there all the same.
    pub(super) fn check_targets(&mut self, start_at: Option<&str>, states: &Object, at: &Place) {
        let mut reached: HashSet<&str> = HashSet::new();
        let mut pending: Vec<&str> = start_at.into_iter().collect();
        while let Some(name) = pending.pop() {
            if let Some((name, state)) = states.get_key_value(name)
                && reached.insert(name)
            {
                pending.extend(targets(state).iter().map(|target| target.name));
            }
        }
        let is_started = start_at.is_some_and(|start| states.contains_key(start));
        for (name, state) in states {
            for target in targets(state).iter().filter(|target| !states.contains_key(target.name)) {
                let message = format!("Missing 'Next' target: {}", target.name);
                let place = target.place(&at.member(name));
                self.report("MISSING_TRANSITION_TARGET", &place, message);
            }
            if is_started && !reached.contains(name.as_str()) {
                let message = format!("State \"{name}\" is not reachable.");
                self.report("MISSING_TRANSITION_TARGET", &at.member(name), message);
            }
        }
        if is_started
            && !states.iter().any(|(name, state)| reached.contains(name.as_str()) && may_end(state))
        {
            self.report("MISSING_END_STATE", at, "Workflow has no terminal state");
        }
    }

    /// Records the language of a machine's states, and the variables that they assign, which must not be those of
    /// an enclosing machine.
    pub(super) fn enter_scope(&mut self, states: &Object, at: &Place, language: QueryLanguage) {
        let mut assigned = Vec::new();
        for (name, state) in states {
            let rules = ["Choices", "Catch"].into_iter().filter_map(|field| state.get(field));
            let rules = rules.filter_map(Value::as_array).flatten();
            let assigns = rules.chain([state]).filter_map(|holder| holder.get("Assign"));
            for variable in assigns.filter_map(Value::as_object).flat_map(|assign| assign.keys()) {
                let variable = variable.strip_suffix(".$").unwrap_or(variable);
                if self.scopes.iter().any(|scope| scope.assigns(variable)) {
                    let at = at.member("States").member(name).member("Assign");
                    let message =
                        format!("Variable '{variable}' is already assigned in an outer scope");
                    self.schema(&at, message);
                }
                assigned.push((name.clone(), variable.to_owned()));
            }
        }
        self.scopes.push(VariableScope { assigned, reading: String::new(), language });
    }
}

impl VariableScope {
    /// Whether a variable can be set while the state being read runs. What that state itself
    /// assigns doesn't count: it is set after the inner machines have ended.
    fn assigns(&self, variable: &str) -> bool {
        self.assigned.iter().any(|(state, name)| name == variable && *state != self.reading)
    }
}

/// Whether an execution can end in a state. A state of an unknown type, or without a transition, has a diagnostic
/// of its own.
fn may_end(state: &Value) -> bool {
    match state.get("Type").and_then(Value::as_str) {
        Some("Succeed" | "Fail") => true,
        Some("Choice") => false,
        _ => state.get("End") == Some(&Value::Bool(true)) || state.get("Next").is_none(),
    }
}

fn targets(state: &Value) -> Vec<Target<'_>> {
    let mut found = Vec::new();
    for field in ["Next", "Default"] {
        if let Some(name) = state.get(field).and_then(Value::as_str) {
            found.push(Target { name, field, list: None });
        }
    }
    for list in ["Choices", "Catch"] {
        let items = state.get(list).and_then(Value::as_array).into_iter().flatten();
        for (index, item) in items.enumerate() {
            if let Some(name) = item.get("Next").and_then(Value::as_str) {
                found.push(Target { name, field: "Next", list: Some((list, index)) });
            }
        }
    }
    found
}
