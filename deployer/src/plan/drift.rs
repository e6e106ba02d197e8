//! Drift: changes to the state machine that were made outside the stack, and what happens to them.

use crate::installation::logical_ids::MACHINE;
use serde::Serialize;
use serde_json::Value;

use super::{Action, Desired, DesiredStack, Observed, OnDrift};
use cloud::json_diff::{diff, text};
use cloud::{PropertyChange, Replacement, ResourceChange};

/// A field that each of our definitions has, and that a person's definition may lack.
const TIMEOUT: &str = "TimeoutSeconds";

/// A state machine that differs from what was deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    pub machine: String,
    /// Whether it was deleted.
    pub gone: bool,
    /// What was changed outside, from what was deployed to what is live.
    pub changes: Vec<PropertyChange>,
    /// What would happen to it.
    #[serde(rename = "fate")]
    pub resolution: DriftResolution,
}

/// What happens to a change that was made outside the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftResolution {
    /// It remains, because nothing would change the state machine.
    Left,
    /// It is the desired state, and remains.
    #[serde(rename = "wanted")]
    AsDesired,
    /// It is reverted, as the options ask.
    Reverted,
    /// It would be overwritten, which no option allows.
    Overwritten,
}

/// Compares the live definition with the deployed one, and decides what happens to a difference.
pub(super) fn drift(
    desired: &Desired,
    observed: &Observed,
    action: &Action,
    changes: &[ResourceChange],
    tags_change: bool,
) -> Option<Drift> {
    let machine = observed.machine.as_ref()?;
    let changes_outside = edited(observed.template.as_ref()?, machine.definition.as_deref())?;
    // CloudFormation writes the whole machine, including its definition, whatever part of it changes.
    let touched = tags_change || changes.iter().any(|change| change.logical_id == MACHINE);
    let as_desired = is_desired(&desired.stack, machine.definition.as_deref());
    let revert = desired.options.on_drift == OnDrift::Revert;
    let resolution = match action {
        Action::Update | Action::Adopt if as_desired => DriftResolution::AsDesired,
        Action::Update if revert => DriftResolution::Reverted,
        Action::Update | Action::Adopt if touched => DriftResolution::Overwritten,
        _ => DriftResolution::Left,
    };
    Some(Drift {
        machine: machine.arn.clone(),
        gone: machine.definition.is_none(),
        changes: changes_outside,
        resolution,
    })
}

/// What differs between the deployed definition and the live one: `None` if they mean the same, and no value
/// if the state machine was deleted.
pub fn edited(template: &Value, live: Option<&str>) -> Option<Vec<PropertyChange>> {
    let deployed = definition(template)?;
    let live = live.map(document);
    if live.as_ref() == Some(&deployed) {
        return None;
    }
    let path = "/Properties/DefinitionString";
    let changes = live.iter().flat_map(|live| diff(path, Some(&deployed), Some(live)));
    let changes = changes.map(|leaf| PropertyChange {
        before: leaf.before.map(text),
        after: leaf.after.map(text),
        path: leaf.path,
        replacement: Replacement::Never,
    });
    Some(changes.collect())
}

/// Whether a live definition is the desired one, which always has a timeout. The live one may lack it.
pub fn is_desired(desired: &DesiredStack, live: Option<&str>) -> bool {
    let (Some(live), Some(desired)) = (live, definition(desired.template.document())) else {
        return false;
    };
    let mut live = document(live);
    if let (Some(live), Some(timeout)) = (live.as_object_mut(), desired.get(TIMEOUT)) {
        live.entry(TIMEOUT).or_insert_with(|| timeout.clone());
    }
    live == desired
}

/// Whether a live definition is the one that a template deployed; `None` if the template has none that can be
/// compared.
pub fn is_deployed(template: &Value, live: &str) -> Option<bool> {
    Some(definition(template)? == document(live))
}

/// The definition in a template: a string that is not an expression, or an object, as in the original
/// application.
pub(super) fn definition(template: &Value) -> Option<Value> {
    let properties = template.pointer(&format!("/Resources/{MACHINE}/Properties"))?;
    match properties.get("Definition") {
        Some(definition) => Some(definition.clone()),
        None => properties.get("DefinitionString")?.as_str().map(document),
    }
}

/// The meaning of a definition, without its white space.
fn document(definition: &str) -> Value {
    serde_json::from_str(definition).unwrap_or_else(|_| Value::from(definition))
}
