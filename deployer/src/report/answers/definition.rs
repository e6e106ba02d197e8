//! `definition`: what the state machine does now.

use serde::Serialize;
use serde_json::Value;

use crate::host::harmless::in_json;
use crate::report::{Answer, Reader};

/// The definition, and the files that were written.
#[derive(Serialize)]
pub struct Definition<'a> {
    pub stack_name: &'a str,
    /// The state machine's ARN.
    pub machine: &'a str,
    /// The file with the definition.
    pub file: Option<String>,
    /// The file with the stack's settings.
    pub settings: Option<String>,
    pub definition: &'a Value,
}

impl Answer for Definition<'_> {
    const KIND: &'static str = "definition";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        self.file.is_none().then(|| in_json(&format!("{:#}", self.definition)))
    }

    fn is_data(&self) -> bool {
        true
    }

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        let Self { stack_name, machine, .. } = self;
        let definition = self.file.iter().map(|file| {
            let up = reader.next.code(&["up", "--state-machine", file]);
            format!("wrote the definition of {machine} to {file}; {up} deploys it")
        });
        let settings = self.settings.iter().map(|file| {
            let up = reader.next.code(&["up", "--config", file]);
            format!("wrote the settings of stack {stack_name} to {file}; {up} deploys with them")
        });
        let notes: Vec<String> = definition.chain(settings).collect();
        (!notes.is_empty()).then(|| notes.join("\n"))
    }
}
