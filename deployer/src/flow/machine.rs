//! A flow's definition as a machine of the interpreter.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Flow, FlowError};
use crate::document::suggestion::instead;
use crate::finding::Finding;
use asl::Machine;

impl Flow {
    /// The state machine, to run on this computer.
    /// Fails when Step Functions would not accept it, or the interpreter does not support it.
    pub fn machine(&self) -> Result<Machine, FlowError> {
        self.definition.machine().map_err(|invalid| {
            let findings = self.definition.why_not_run(&invalid);
            FlowError::Faulty { name: self.definition.origin().to_owned(), findings }
        })
    }

    /// What Step Functions may run but the interpreter does not, as warnings.
    pub fn not_run_here(&self) -> Vec<Finding> {
        self.definition.not_run_here()
    }

    /// The names of its Task states, including those inside Parallel and Map states.
    pub fn task_states(&self) -> BTreeSet<&str> {
        self.task_resources().into_keys().collect()
    }

    /// The Task states whose definition has this text in it, such as the ARN of a function.
    pub fn states_naming(&self, text: &str) -> BTreeSet<&str> {
        let mut states = BTreeSet::new();
        collect(self.definition.document(), &mut |name, state| {
            if state["Type"] == "Task" && state.to_string().contains(text) {
                states.insert(name);
            }
        });
        states
    }

    /// The names of all of its states, including those inside Parallel and Map states.
    pub fn states(&self) -> BTreeSet<&str> {
        let mut states = BTreeSet::new();
        collect(self.definition.document(), &mut |name, _| {
            states.insert(name);
        });
        states
    }

    /// The resources of its Task states, by state name.
    pub fn task_resources(&self) -> BTreeMap<&str, &str> {
        let mut tasks = BTreeMap::new();
        collect(self.definition.document(), &mut |name, state| {
            if state["Type"] == "Task" {
                tasks.insert(name, state["Resource"].as_str().unwrap_or_default());
            }
        });
        tasks
    }
}

/// `finding`, with the states to choose from after `choose`, if a state is not one of the known ones.
pub fn unknown_state(
    state: &str,
    known: &BTreeSet<&str>,
    finding: Finding,
    choose: &str,
) -> Option<Finding> {
    if known.contains(state) {
        return None;
    }
    if known.is_empty() {
        return Some(finding);
    }
    Some(finding.fix(instead(state, known.iter().copied(), choose)))
}

fn collect<'a>(machine: &'a Map<String, Value>, found: &mut impl FnMut(&'a str, &'a Value)) {
    let states = machine.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        found(name, state);
        let branches = state["Branches"].as_array().into_iter().flatten();
        let inner = branches.chain([&state["ItemProcessor"], &state["Iterator"]]);
        inner.filter_map(Value::as_object).for_each(|machine| collect(machine, found));
    }
}
