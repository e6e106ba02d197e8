//! Drift: what was changed of the state machine outside the stack, and what would become of that.

use crate::installation::logical_ids::MACHINE;
use serde::Serialize;
use serde_json::Value;

use super::{Action, Desired, Observed};
use cloud::json_diff::{diff, text};
use cloud::{PropertyChange, Replacement, ResourceChange};

/// What every definition of ours has, and one that a person wrote need not have.
const TIMEOUT: &str = "TimeoutSeconds";

/// A state machine that is not as it was deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// Its ARN.
    pub machine: String,
    /// Whether it was deleted.
    pub gone: bool,
    /// What was changed outside, from what was deployed to what is there.
    pub changes: Vec<PropertyChange>,
    /// What would become of it.
    pub fate: Fate,
}

/// What becomes of a change that was made outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It stays, because nothing would touch the state machine.
    Left,
    /// It is what is wanted, and stays.
    Wanted,
    /// It is taken back, as was asked for.
    Reverted,
    /// It would be overwritten, which nobody asked for.
    Overwritten,
}

/// Compares the live definition with the deployed one, and says what would become of a difference.
pub(super) fn drift(
    desired: &Desired,
    observed: &Observed,
    action: &Action,
    changes: &[ResourceChange],
    tags_change: bool,
) -> Option<Drift> {
    let machine = observed.machine.as_ref()?;
    let changes_outside = edited(observed.template.as_ref()?, machine.definition.as_deref())?;
    // CloudFormation writes the whole machine, definition and all, whatever changes of it.
    let touched = tags_change || changes.iter().any(|change| change.logical_id == MACHINE);
    let wanted = is_wanted(desired, machine.definition.as_deref());
    let fate = match action {
        Action::Update | Action::Adopt if wanted => Fate::Wanted,
        Action::Update if desired.revert_drift => Fate::Reverted,
        Action::Update | Action::Adopt if touched => Fate::Overwritten,
        _ => Fate::Left,
    };
    Some(Drift {
        machine: machine.arn.clone(),
        gone: machine.definition.is_none(),
        changes: changes_outside,
        fate,
    })
}

/// What differs between the deployed definition and the live one; nothing at all where they say the
/// same, and no value where the state machine is gone.
#[must_use]
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

/// Whether a live definition is the wanted one, which has a timeout where the live one has none.
#[must_use]
pub fn is_wanted(desired: &Desired, live: Option<&str>) -> bool {
    let (Some(live), Some(wanted)) = (live, definition(desired.template.document())) else {
        return false;
    };
    let mut live = document(live);
    if let (Some(live), Some(timeout)) = (live.as_object_mut(), wanted.get(TIMEOUT)) {
        live.entry(TIMEOUT).or_insert_with(|| timeout.clone());
    }
    live == wanted
}

/// Whether a live definition is the one that a template deployed; `None` where the template has none that can be
/// compared.
#[must_use]
pub fn is_deployed(template: &Value, live: &str) -> Option<bool> {
    Some(definition(template)? == document(live))
}

/// The definition in a template, where it is a text and no expression, or, as the original application has
/// it, an object.
pub(super) fn definition(template: &Value) -> Option<Value> {
    let properties = template.pointer(&format!("/Resources/{MACHINE}/Properties"))?;
    match properties.get("Definition") {
        Some(definition) => Some(definition.clone()),
        None => properties.get("DefinitionString")?.as_str().map(document),
    }
}

/// The definition's meaning: white space is none.
fn document(definition: &str) -> Value {
    serde_json::from_str(definition).unwrap_or_else(|_| Value::from(definition))
}
