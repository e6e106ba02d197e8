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

use crate::installation::logical_ids::FUNCTION;

/// A rendered and checked template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    document: Value,
}

impl Template {
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Names the version of the function's code in its bucket, or none.
    pub fn pin_code(&mut self, version: Option<&str>) {
        let place = format!("/Resources/{FUNCTION}/Properties/Code");
        if let Some(code) = self.document.pointer_mut(&place).and_then(Value::as_object_mut) {
            match version {
                Some(version) => drop(code.insert("S3ObjectVersion".to_owned(), version.into())),
                None => drop(code.remove("S3ObjectVersion")),
            }
        }
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
