//! Settings that an earlier `up` gave the stack, and that this one would reset because nothing sets
//! them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::settings::settings;
use super::{DesiredStack, Observed};

/// The settings of the flow's answer: another flow has its own.
const OF_THE_FLOW: [&str; 4] = ["rule", "wait-time", "output-state", "on-failure"];
/// The settings of the stack, whatever its flow is.
const OF_THE_STACK: [&str; 17] = [
    "memory",
    "log-retention",
    "log-level",
    "metrics",
    "tracing",
    "reserved-concurrency",
    "vpc-subnet",
    "vpc-security-group",
    "point-in-time-recovery",
    "kms-key",
    "alarms",
    "alarm-age",
    "permissions-boundary",
    "role-path",
    "artifact-bucket",
    "artifact-kms-key",
    "overlay",
];

/// A setting, or a parameter of the flow, that would fall back to its default.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forgotten {
    /// The setting's name, or `parameter`.
    pub setting: String,
    /// The parameter's name.
    pub parameter: Option<String>,
    pub deployed: Value,
    /// What it would become; null if it would be removed.
    pub default: Value,
}

/// The settings that would be lost. `is_set` says whether a layer sets a setting, or, by `parameter NAME`, a
/// parameter.
pub fn forgotten(
    desired: &DesiredStack,
    observed: &Observed,
    is_set: impl Fn(&str) -> bool,
) -> Vec<Forgotten> {
    let (Some(stack), Some(before)) = (&observed.stack, &observed.template) else {
        return Vec::new();
    };
    let after = desired.template.document();
    let is_same_flow = flow_of(before, "Flow") == flow_of(after, "Flow");
    let of = |template| settings(stack, template, &desired.region);
    let (was, will_be) = (of(before), of(after));
    let keys = OF_THE_STACK.into_iter().chain(OF_THE_FLOW.into_iter().filter(|_| is_same_flow));
    let loses_alarms = was.contains_key("alarms") && !will_be.contains_key("alarms");
    let mut lost: Vec<Forgotten> = keys
        .filter(|key| !is_set(key) && (!loses_alarms || *key != "alarm-age"))
        .filter_map(|key| {
            let (deployed, default) = changed(&was, &will_be, key)?;
            Some(Forgotten { setting: key.to_owned(), parameter: None, deployed, default })
        })
        .collect();
    if is_same_flow {
        let parameters = |template| {
            flow_of(template, "Parameters").and_then(Value::as_object).cloned().unwrap_or_default()
        };
        let (was, will_be) = (parameters(before), parameters(after));
        let unset = was.keys().filter(|name| !is_set(&format!("parameter {name}")));
        lost.extend(unset.filter(|name| will_be.contains_key(*name)).filter_map(|name| {
            let (deployed, default) = changed(&was, &will_be, name)?;
            let (setting, parameter) = ("parameter".to_owned(), Some(name.clone()));
            Some(Forgotten { setting, parameter, deployed, default })
        }));
    }
    lost
}

fn changed(
    was: &Map<String, Value>,
    will_be: &Map<String, Value>,
    name: &str,
) -> Option<(Value, Value)> {
    let (before, after) = (was.get(name)?, will_be.get(name));
    (Some(before) != after).then(|| (before.clone(), after.cloned().unwrap_or_default()))
}

/// What one of our templates says of its flow.
fn flow_of<'a>(template: &'a Value, what: &str) -> Option<&'a Value> {
    template.pointer(&format!("/Metadata/MessageFlow/{what}"))
}
