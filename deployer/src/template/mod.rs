//! The CloudFormation template: Handlebars over YAML, rendered, parsed, checked, and sent as JSON.

mod check;
mod circle;
mod flow_functions;
#[cfg(test)]
mod hostile_tests;
mod json_helper;
mod overlay;
mod overlay_faults;
mod overlay_warnings;
mod parameters;
mod render;
mod roles;
mod values;
mod watching;

pub use flow_functions::PlacedFunction;
pub use overlay::Overlay;
pub use render::{RenderError, render};
pub use values::{Adopted, Placed, Values};

use serde_json::Value;

use crate::finding::Finding;
use crate::flow::IAM_NAMES;

/// A rendered and checked template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    document: Value,
    /// The invariants that overlays break.
    warnings: Vec<Finding>,
}

impl Template {
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// A warning for each invariant that an overlay breaks.
    pub fn warnings(&self) -> &[Finding] {
        &self.warnings
    }

    /// What CloudFormation has to be allowed: names of roles can conflict with others in the account.
    pub fn capability(&self) -> &'static str {
        let resources =
            self.document["Resources"].as_object().into_iter().flat_map(|all| all.values());
        let is_named = |resource: &Value| {
            IAM_NAMES.iter().any(|name| resource["Properties"].get(name).is_some())
                && resource["Type"].as_str().is_some_and(|kind| kind.starts_with("AWS::IAM::"))
        };
        match resources.into_iter().any(is_named) {
            true => "CAPABILITY_NAMED_IAM",
            false => "CAPABILITY_IAM",
        }
    }

    /// Names the version of a function's code in its bucket, or none.
    pub fn pin_code(&mut self, function: &str, version: Option<&str>) {
        let place = format!("/Resources/{function}/Properties/Code");
        if let Some(code) = self.document.pointer_mut(&place).and_then(Value::as_object_mut) {
            match version {
                Some(version) => drop(code.insert("S3ObjectVersion".to_owned(), version.into())),
                None => drop(code.remove("S3ObjectVersion")),
            }
        }
    }

    /// The version of a function's code that is named, if one is.
    pub fn code_version(&self, function: &str) -> Option<&str> {
        let code = self.document.pointer(&format!("/Resources/{function}/Properties/Code"))?;
        code.get("S3ObjectVersion")?.as_str()
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
