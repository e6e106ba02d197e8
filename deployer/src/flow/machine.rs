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

    /// What the interpreter does not run and Step Functions may, as warnings.
    pub fn not_run_here(&self) -> Vec<Finding> {
        self.definition.not_run_here()
    }

    /// The names of its Task states, including those inside Parallel and Map states.
    pub fn task_states(&self) -> BTreeSet<&str> {
        self.task_resources().into_keys().collect()
    }

    /// The Task states whose definition has this text in it, such as the ARN of a function.
    pub fn states_naming(&self, text: &str) -> BTreeSet<&str> {
        let mut states = BTreeMap::new();
        tasks(self.definition.document(), &mut states);
        let naming = states.into_iter().filter(|(_, state)| state.to_string().contains(text));
        naming.map(|(name, _)| name).collect()
    }

    /// The resources of its Task states, by state name.
    pub fn task_resources<'a>(&'a self) -> BTreeMap<&'a str, &'a str> {
        let mut states = BTreeMap::new();
        tasks(self.definition.document(), &mut states);
        let resource = |state: &'a Value| state["Resource"].as_str().unwrap_or_default();
        states.into_iter().map(|(name, state)| (name, resource(state))).collect()
    }
}

/// `finding`, with the states to choose from behind `choose`, if a state is not one of the known ones.
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

fn tasks<'a>(machine: &'a Map<String, Value>, found: &mut BTreeMap<&'a str, &'a Value>) {
    let states = machine.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        if state["Type"] == "Task" {
            found.insert(name, state);
        }
        let branches = state["Branches"].as_array().into_iter().flatten();
        let inner = branches.chain([&state["ItemProcessor"], &state["Iterator"]]);
        inner.filter_map(Value::as_object).for_each(|machine| tasks(machine, found));
    }
}
