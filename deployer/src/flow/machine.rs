//! A flow's definition as a machine of the interpreter.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Flow, FlowError};
use crate::document::pointer;
use crate::document::suggestion::instead;
use crate::finding::Finding;
use asl::{InvalidDefinition, Machine, MachineType};

impl Flow {
    /// The state machine, to run on this computer.
    /// Fails when Step Functions would not accept it, or the interpreter does not support it.
    pub fn machine(&self) -> Result<Machine, FlowError> {
        let machine = self.read_machine();
        machine.map_err(|invalid| {
            let findings = self.refusals(&invalid, Finding::error);
            FlowError::Faulty { name: self.definition.origin().to_owned(), findings }
        })
    }

    /// Why the interpreter would not run it, as warnings: Step Functions has the final say.
    /// Positions that already have a warning are left out.
    pub fn not_run_here(&self) -> Vec<Finding> {
        let Err(invalid) = self.read_machine() else { return Vec::new() };
        let refusals = self.refusals(&invalid, Finding::warning).into_iter();
        let fix = "`local` and `test` cannot run it; Step Functions may";
        let known =
            |finding: &Finding| self.warnings.iter().any(|it| it.location == finding.location);
        refusals.filter(|finding| !known(finding)).map(|finding| finding.fix(fix)).collect()
    }

    fn read_machine(&self) -> Result<Machine, InvalidDefinition> {
        Machine::read(&self.definition.document().clone().into(), MachineType::Standard)
    }

    fn refusals(
        &self,
        invalid: &InvalidDefinition,
        finding: impl Fn(&'static str, String, String) -> Finding,
    ) -> Vec<Finding> {
        let document = self.definition.document();
        let findings = invalid.diagnostics.iter().map(|diagnostic| {
            let sentence = format!("{} ({})", diagnostic.message, diagnostic.code);
            finding("interpreter", pointer::path(document, &diagnostic.pointer), sentence)
        });
        let mut findings: Vec<Finding> = findings.collect();
        self.definition.locate(&mut findings);
        findings
    }

    /// The names of its Task states, including those inside Parallel and Map states.
    pub fn task_states(&self) -> BTreeSet<&str> {
        self.task_resources().into_keys().collect()
    }

    /// The resources of its Task states, by state name.
    pub fn task_resources(&self) -> BTreeMap<&str, &str> {
        let mut tasks = BTreeMap::new();
        collect(self.definition.document(), &mut tasks);
        tasks
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
