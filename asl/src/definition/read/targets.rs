//! Checks that concern several states: their targets, and the variables that they assign.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::super::machine::{Kind, State};
use super::{Object, Place, Reader, VariableScope};

impl Reader {
    /// Checks that all targets exist and all states are reachable.
    pub(super) fn check_targets(
        &mut self,
        start_at: &Arc<str>,
        states: &HashMap<Arc<str>, State>,
        at: &Place,
    ) {
        let mut reached: HashSet<&str> = HashSet::new();
        let mut pending: Vec<&Arc<str>> = vec![start_at];
        while let Some(name) = pending.pop() {
            let Some(state) = states.get(name) else { continue };
            if reached.insert(name) {
                pending.extend(targets(state));
            }
        }
        let mut names: Vec<&Arc<str>> = states.keys().collect();
        names.sort();
        for name in names {
            let Some(state) = states.get(name) else { continue };
            for target in targets(state).filter(|target| !states.contains_key(*target)) {
                let message = format!("Missing 'Next' target: {target}");
                self.report("MISSING_TRANSITION_TARGET", &at.member(name), message);
            }
            if !reached.contains(&**name) && self.all_read(at) {
                let message = format!("State \"{name}\" is not reachable.");
                self.report("MISSING_TRANSITION_TARGET", &at.member(name), message);
            }
        }
    }

    /// Whether all states of a machine could be read. The targets of the others are unknown.
    fn all_read(&self, at: &Place) -> bool {
        let inside = |location: &String| location.starts_with(&at.text);
        !self.diagnostics.iter().any(|found| {
            found.code != "MISSING_TRANSITION_TARGET" && found.location.as_ref().is_some_and(inside)
        })
    }

    /// Records the variables that a machine's states assign, which must not be those of an
    /// enclosing machine.
    pub(super) fn enter_scope(&mut self, states: &Object, at: &Place) {
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
        self.scopes.push(VariableScope { assigned, reading: String::new() });
    }
}

impl VariableScope {
    /// Whether a variable can be set while the state being read runs. What that state itself
    /// assigns doesn't count: it is set after the inner machines have ended.
    fn assigns(&self, variable: &str) -> bool {
        self.assigned.iter().any(|(state, name)| name == variable && *state != self.reading)
    }
}

fn targets(state: &State) -> impl Iterator<Item = &Arc<str>> {
    let choice = match &state.kind {
        Kind::Choice(choice) => Some(choice),
        _ => None,
    };
    let rules = choice.into_iter().flat_map(|choice| choice.rules.iter().map(|rule| &rule.next));
    let default = choice.and_then(|choice| choice.default.as_ref());
    let catches = state.catch.iter().map(|catcher| &catcher.next);
    state.next.iter().chain(rules).chain(default).chain(catches)
}
