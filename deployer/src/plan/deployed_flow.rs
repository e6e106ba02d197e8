//! What a stack was deployed with, as its template says.

use serde::Serialize;
use serde_json::{Map, Value};

use super::settings::settings;
use cloud::Stack;

/// The flow of a stack, its parameters and settings, and its handler.
#[derive(Debug, Serialize)]
pub struct DeployedFlow {
    /// The flow's name.
    pub flow: String,
    /// By name. A stack of an older deployer does not say them.
    pub parameters: Map<String, Value>,
    /// As in `deployer.yaml`.
    pub settings: Map<String, Value>,
    /// The hash of the handler's zip, in hexadecimal digits.
    pub handler_sha256: String,
}

impl DeployedFlow {
    /// Reads it from the deployed template; `None` if the template is not one of ours.
    pub fn of(stack: &Stack, template: &Value, region: &str) -> Option<Self> {
        let says = template.pointer("/Metadata/MessageFlow")?;
        let text = |name: &str| says.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            flow: text("Flow")?,
            parameters: says
                .get("Parameters")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
            settings: settings(stack, template, region),
            handler_sha256: text("HandlerSha256")?,
        })
    }
}
