//! The flow that a stack has, where nobody names one: it must not lose it by an option that was forgotten.

use serde_json::Value;

use super::{Desired, Observed};
use crate::flow;

/// The flow that the stack would lose without anybody having said so: its decisions, or what it brought along.
pub(super) fn forgotten(desired: &Desired, observed: &Observed) -> Option<String> {
    if desired.names_a_flow {
        return None;
    }
    let (before, after) = (observed.template.as_ref()?, desired.template.document());
    let deployed = name(before).filter(|deployed| *deployed != flow::DEFAULT)?;
    // A definition that is kept takes nothing away by itself.
    let replaces = name(after) != Some(flow::LIVE);
    let takes = brought(before).any(|id| after["Resources"].get(id).is_none());
    (replaces || takes).then(|| deployed.to_owned())
}

/// The flow that a template of ours remembers.
fn name(template: &Value) -> Option<&str> {
    template.pointer("/Metadata/MessageFlow/Flow").and_then(Value::as_str)
}

/// The resources of a template of ours that are not its own: `resources.yaml` may give none of them such a name.
fn brought(template: &Value) -> impl Iterator<Item = &String> {
    let resources = template["Resources"].as_object().into_iter().flatten();
    resources.map(|(id, _)| id).filter(|id| !id.starts_with("Mfsm"))
}
