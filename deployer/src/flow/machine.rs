//! A flow's definition as the interpreter runs it.

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
}
