//! A plan in a file: the desired state, the observed state, and what would be done, so that exactly that can
//! be executed later, or nothing.
//!
//! The file contains the options of the flow, digests and the changes, but no handler and no credentials. Its
//! own digest finds damage and careless edits; it is not a signature.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{DesiredStack, Observed, Plan};
use crate::digest::sha256;
use crate::installation::logical_ids::FUNCTION;

/// The name of the file format.
const FORMAT: &str = "deployer plan";
/// The version of the format. It grows when fields change; other versions are refused.
const VERSION: u64 = 1;

/// A plan that can be stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewedPlan {
    format: String,
    version: u64,
    /// The version of the program that created it.
    pub deployer: String,
    /// When, RFC 3339.
    pub made: String,
    /// The options of the flow, as they were typed.
    pub options: Value,
    /// The desired state: digests of the template and of every upload, the tags.
    #[serde(rename = "wanted")]
    desired: Value,
    /// The observed stack; null if there was none.
    #[serde(rename = "seen")]
    observed: Value,
    /// What would be done.
    plan: Value,
    /// SHA-256 of all other fields.
    digest: String,
}

/// Why a file is not a plan that can be executed.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It is something else.
    #[error("it is not a plan of deployer")]
    Foreign(#[source] Option<serde_json::Error>),
    /// It was created by a program that writes plans in another format.
    #[error("it is a plan of version {0}, and this deployer reads version {VERSION} only")]
    Version(u64),
    /// Its content does not fit its digest.
    #[error("its content was changed after it was written: the digest does not match")]
    Changed,
}

impl ReviewedPlan {
    /// A plan as it is now.
    pub fn new(
        options: Value,
        made: String,
        desired: &DesiredStack,
        observed: &Observed,
        plan: &Plan,
    ) -> Self {
        let mut reviewed = Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            deployer: env!("CARGO_PKG_VERSION").to_owned(),
            made,
            options,
            desired: digests(desired),
            observed: stack(observed),
            plan: done(plan),
            digest: String::new(),
        };
        reviewed.digest = reviewed.content_digest();
        reviewed
    }

    /// Reads a file's text.
    /// Fails when the file is something else, has another version, or was changed.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| PlanFileError::Foreign(Some(error)))?;
        if value["format"] != FORMAT {
            return Err(PlanFileError::Foreign(None));
        }
        match value["version"].as_u64() {
            Some(VERSION) => {}
            other => return Err(PlanFileError::Version(other.unwrap_or_default())),
        }
        let reviewed: Self = serde_json::from_value(value).map_err(|_| PlanFileError::Changed)?;
        match reviewed.digest == reviewed.content_digest() {
            true => Ok(reviewed),
            false => Err(PlanFileError::Changed),
        }
    }

    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("our own types have string keys");
        format!("{text}\n")
    }

    fn content_digest(&self) -> String {
        let Self { format, version, deployer, made, options, desired, observed, plan, digest: _ } =
            self;
        let content = json!([format, version, deployer, made, options, desired, observed, plan]);
        sha256(content.to_string().as_bytes())
    }

    /// What of the desired state differs now, by name.
    pub fn other_inputs(&self, now: &Self) -> Vec<String> {
        differing(&self.desired, &now.desired)
    }

    /// What of the stack has changed since, by name.
    pub fn moved(&self, now: &Self) -> Vec<String> {
        let mut moved = differing(&self.observed, &now.observed);
        if moved.is_empty() && self.plan != now.plan {
            moved = differing(&self.plan, &now.plan);
        }
        moved
    }
}

fn digests(desired: &DesiredStack) -> Value {
    // Their versions may be others by then. What counts is their content, whose hash is in the key.
    let mut template = desired.template.clone();
    let mut codes = Map::new();
    for code in desired.code() {
        for function in &code.code_of {
            template.pin_code(function, None);
            codes.insert(function.clone(), Value::from(code.key.as_str()));
        }
    }
    let handler = codes.remove(FUNCTION);
    json!({
        "stack_name": desired.name.as_str(),
        "region": desired.region,
        "account": desired.account,
        "template": sha256(template.body().as_bytes()),
        "handler": handler,
        "functions": codes,
        "tags": desired.tags.as_map(),
    })
}

fn stack(observed: &Observed) -> Value {
    let Some(stack) = &observed.stack else { return Value::Null };
    // A change set that was created but not executed has changed nothing.
    let operation = stack.operations.iter().find(|operation| operation.kind != "CREATE_CHANGESET");
    json!({
        "id": stack.id,
        "status": stack.status.name(),
        "last update": stack.updated.map(|time| time.to_string()),
        "last operation": operation.map(|operation| operation.id.as_str()),
        "tags": stack.tags,
        "live definition": observed.machine.as_ref().map(|machine| {
            machine.definition.as_ref().map(|definition| sha256(definition.as_bytes()))
        }),
        "template": observed.template.as_ref().map(|template| sha256(template.to_string().as_bytes())),
    })
}

fn done(plan: &Plan) -> Value {
    let mut changes = plan.changes.clone();
    for change in &mut changes {
        change.values.retain(|value| value.path != "/Properties/Code/S3ObjectVersion");
    }
    json!({
        "action": plan.action.name(), "changes": changes, "rights": plan.rights, "drift": plan.drift,
    })
}

/// The names of the fields that differ; `existence` if only one side is an object.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    match (before, after) {
        (before, after) if before == after => Vec::new(),
        (Value::Object(before), Value::Object(after)) => {
            let names = before.keys().filter(|name| before.get(*name) != after.get(*name));
            names.cloned().collect()
        }
        _ => vec!["existence".to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reviewed(observed: Value, plan: Value) -> ReviewedPlan {
        ReviewedPlan {
            format: FORMAT.to_owned(),
            version: VERSION,
            deployer: "1.0.0".to_owned(),
            made: "2026-11-30T12:00:00Z".to_owned(),
            options: json!({}),
            desired: json!({}),
            observed,
            plan,
            digest: String::new(),
        }
    }

    #[test]
    fn what_moved_is_named_by_the_stack_or_else_by_the_plan() {
        let before = reviewed(json!({"status": "A"}), json!({"action": "update", "drift": []}));
        let moved = |observed, plan| before.moved(&reviewed(observed, plan));
        let same = json!({"action": "update", "drift": []});
        assert_eq!(moved(json!({"status": "A"}), same.clone()), [""; 0]);
        let other = json!({"action": "update", "drift": ["Function"]});
        assert_eq!(moved(json!({"status": "A"}), other.clone()), ["drift"]);
        assert_eq!(moved(json!({"status": "B"}), other), ["status"]);
        assert_eq!(moved(Value::Null, same), ["existence"]);
    }
}
