//! A flow's definition as the interpreter runs it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Flow, FlowError, pointer};
use crate::asl::{Machine, MachineType};
use crate::finding::Finding;

impl Flow {
    /// The state machine, to be run on this machine.
    ///
    /// # Errors
    /// When it is one that Step Functions would not take, or that the interpreter refuses by name.
    pub fn machine(&self) -> Result<Machine, FlowError> {
        let document = self.definition.document();
        let machine = Machine::read(&document.clone().into(), MachineType::Standard);
        machine.map_err(|invalid| {
            let findings = invalid.diagnostics.iter().map(|diagnostic| {
                let location = diagnostic.location.as_deref().unwrap_or_default();
                let sentence = format!("{} ({})", diagnostic.message, diagnostic.code);
                Finding::error("interpreter", pointer::path(document, location), sentence)
            });
            let mut findings: Vec<Finding> = findings.collect();
            self.definition.locate(&mut findings);
            FlowError::Faulty { name: self.definition.origin().to_owned(), findings }
        })
    }

    /// The names of its Task states, those inside Parallel and Map states included.
    #[must_use]
    pub fn task_states(&self) -> BTreeSet<&str> {
        self.task_resources().into_keys().collect()
    }

    /// What its Task states call, by their names.
    #[must_use]
    pub fn task_resources(&self) -> BTreeMap<&str, &str> {
        let mut tasks = BTreeMap::new();
        collect(self.definition.document(), &mut tasks);
        tasks
    }
}

fn collect<'a>(machine: &'a Map<String, Value>, tasks: &mut BTreeMap<&'a str, &'a str>) {
    let states = machine.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        if state["Type"] == "Task" {
            tasks.insert(name, state["Resource"].as_str().unwrap_or_default());
        }
        let branches = state["Branches"].as_array().into_iter().flatten();
        let inner = branches.chain([&state["ItemProcessor"], &state["Iterator"]]);
        inner.filter_map(Value::as_object).for_each(|machine| collect(machine, tasks));
    }
}
