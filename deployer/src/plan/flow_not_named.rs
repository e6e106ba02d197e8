//! A stack must not lose its flow because an option was forgotten.

use serde_json::Value;

use super::{DesiredStack, Observed};
use crate::flow;

/// The flow that the stack would lose although the inputs name no other: its decisions, or its resources.
pub(super) fn flow_not_named(desired: &DesiredStack, observed: &Observed) -> Option<String> {
    if desired.names_a_flow {
        return None;
    }
    let (before, after) = (observed.template.as_ref()?, desired.template.document());
    let deployed = name(before).filter(|deployed| *deployed != flow::DEFAULT)?;
    // A definition that stays removes nothing by itself.
    let replaces = name(after) != Some(flow::LIVE);
    let removes = resources(before).any(|id| after["Resources"].get(id).is_none());
    (replaces || removes).then(|| deployed.to_owned())
}

/// The flow that one of our templates names.
fn name(template: &Value) -> Option<&str> {
    template.pointer("/Metadata/MessageFlow/Flow").and_then(Value::as_str)
}

/// The resources that the flow adds to one of our templates: `resources.yaml` must not use the prefix of the
/// others.
fn resources(template: &Value) -> impl Iterator<Item = &String> {
    let resources = template["Resources"].as_object().into_iter().flatten();
    resources.map(|(id, _)| id).filter(|id| !id.starts_with("Mfsm"))
}
