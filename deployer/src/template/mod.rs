//! The CloudFormation template: Handlebars over YAML, rendered, parsed, checked, and sent as JSON.

mod check;
mod circle;
#[cfg(test)]
mod hostile_tests;
mod json_helper;
mod parameters;
mod render;
mod roles;
mod values;
mod watching;

pub use render::{RenderError, render};
pub use values::{Adopted, Placed, Values};

use serde_json::Value;

/// A rendered and checked template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    document: Value,
}

impl Template {
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The text for CloudFormation: compact JSON, the same bytes for the same inputs.
    pub fn body(&self) -> String {
        self.document.to_string()
    }

    /// The text for users: indented JSON.
    pub fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.document)
            .expect("a JSON document can be written as text")
    }
}
