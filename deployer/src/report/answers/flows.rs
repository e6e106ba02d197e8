//! `flows`: the built-in flows.

use serde::Serialize;
use serde_json::Value;

use crate::flow::Manifest;
use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Flows<'a> {
    flows: Vec<Flow<'a>>,
}

#[derive(Serialize)]
struct Flow<'a> {
    name: &'a str,
    description: &'a str,
    parameters: Vec<Parameter<'a>>,
}

#[derive(Serialize)]
struct Parameter<'a> {
    name: &'a str,
    kind: String,
    default: Option<&'a Value>,
    description: &'a str,
}

impl<'a> Flows<'a> {
    /// The flows of these manifests.
    pub fn of(manifests: &'a [Manifest]) -> Self {
        Self { flows: manifests.iter().map(Flow::of).collect() }
    }
}

impl<'a> Flow<'a> {
    fn of(manifest: &'a Manifest) -> Self {
        let parameters = manifest.parameters.iter().map(|parameter| Parameter {
            name: &parameter.name,
            kind: parameter.kind.to_string(),
            default: parameter.default.as_ref(),
            description: &parameter.description,
        });
        let (name, description) = (&manifest.name, &manifest.description);
        Self { name, description, parameters: parameters.collect() }
    }

    /// Its lines, with the names in a column of this width.
    fn lines(&self, width: usize) -> Vec<String> {
        let mut lines = vec![format!("{:width$}{}", self.name, self.description)];
        for Parameter { name, kind, default, description } in &self.parameters {
            let default = match default {
                Some(Value::String(text)) => format!(" [default: {text}]"),
                Some(value) => format!(" [default: {value}]"),
                None => String::new(),
            };
            lines.push(format!("{:width$}  {name} ({kind}): {description}{default}", ""));
        }
        lines
    }
}

impl Answer for Flows<'_> {
    const KIND: &'static str = "flows";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let longest = self.flows.iter().map(|flow| flow.name.len()).max().unwrap_or_default();
        let lines: Vec<String> =
            self.flows.iter().flat_map(|flow| flow.lines(longest + 2)).collect();
        Some(lines.join("\n"))
    }
}
