//! What an overlay cannot do: it would stop the deployer from working with the stack, or it does not do what it seems to.

use serde_json::{Map, Value};

use super::check;
use crate::document::suggestion::instead;
use crate::document::{Members, member};
use crate::finding::Finding;
use crate::installation::logical_ids::{FUNCTION, FUNCTION_ROLE, MACHINE, MACHINE_ROLE, TABLE};

/// The resources without which a stack is no message flow, and by which the deployer finds one.
const CORE: [&str; 5] = [FUNCTION, MACHINE, TABLE, FUNCTION_ROLE, MACHINE_ROLE];

/// The faults of a patch for this template that can be seen before it is applied.
pub(super) fn faults(patch: &Map<String, Value>, template: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    let members = Members::of(patch, "$");
    // All but the version of the format, which is first.
    members.only(&check::SECTIONS[1..], &mut findings);
    for section in ["Metadata", "Resources", "Outputs"] {
        if patch.get(section).is_some_and(|value| !value.is_object()) {
            let sentence = "this section can be changed, but not replaced: an object is expected";
            findings.push(Finding::error("overlay-section", members.at(section), sentence));
        }
    }
    if patch.get("Metadata").is_some_and(|metadata| metadata.get("MessageFlow").is_some()) {
        let sentence = "deployer records here what the stack was created from";
        findings.push(Finding::error("overlay-record", "$.Metadata.MessageFlow", sentence));
    }
    resources(patch, template, &mut findings);
    removals(&Value::Object(patch.clone()), template, "$", &mut findings);
    findings
}

/// Finds resources that are neither in the template nor whole.
fn resources(patch: &Map<String, Value>, template: &Value, findings: &mut Vec<Finding>) {
    let known = &template["Resources"];
    for (id, resource) in patch.get("Resources").and_then(Value::as_object).into_iter().flatten() {
        let at = member("$.Resources", id);
        if !resource.is_object() && !resource.is_null() {
            findings.push(Finding::error("wrong-kind", at, "an object is expected"));
        } else if known.get(id).is_none() && resource.is_object() && resource.get("Type").is_none()
        {
            let sentence = format!(
                "the template has no resource `{}`, and a new one needs a Type",
                id.escape_debug()
            );
            let finding = Finding::error("overlay-resource", at, sentence);
            findings.push(finding.fix(instead(id, keys(known), "the template has ")));
        }
    }
}

/// Finds removals of what is not there.
fn removals(patch: &Value, target: &Value, path: &str, findings: &mut Vec<Finding>) {
    for (key, value) in patch.as_object().into_iter().flatten() {
        let at = member(path, key);
        match (value, target.get(key)) {
            (Value::Null, None) => {
                let sentence = "this removes nothing: the template has no such member";
                let finding = Finding::error("overlay-nothing", at, sentence);
                findings.push(match keys(target).next() {
                    Some(_) => finding.fix(instead(key, keys(target), "the members here are ")),
                    None => finding,
                });
            }
            (Value::Object(_), Some(inner)) => removals(value, inner, &at, findings),
            _ => {}
        }
    }
}

fn keys(value: &Value) -> impl Iterator<Item = &str> + Clone {
    value.as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}

/// Why the patched template cannot be used.
pub(super) fn refused(before: &Value, after: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for id in CORE {
        let at = member("$.Resources", id);
        let kind = |template: &Value| template["Resources"][id]["Type"].clone();
        if kind(after) != kind(before) {
            let sentence = "every message flow has this resource: keep it, and its type";
            findings.push(Finding::error("overlay-core", at.as_str(), sentence));
        }
        if after["Resources"][id].get("Condition").is_some() {
            let sentence = "every message flow has this resource: it cannot depend on a condition";
            findings.push(Finding::error("overlay-core", member(&at, "Condition"), sentence));
        }
    }
    let name = format!("/Resources/{FUNCTION}/Properties/FunctionName");
    if after.pointer(&name) != before.pointer(&name) {
        let at = format!("$.Resources.{FUNCTION}.Properties.FunctionName");
        let sentence = "the WorkMail rule and deployer find the function by this name";
        let finding = Finding::error("overlay-name", at, sentence);
        findings.push(finding.fix("it is derived from the name of the stack: --stack-name"));
    }
    let code = format!("/Resources/{FUNCTION}/Properties/Code");
    if after.pointer(&code) != before.pointer(&code) {
        let at = format!("$.Resources.{FUNCTION}.Properties.Code");
        let finding =
            Finding::error("overlay-code", at, "the code is uploaded, and its version pinned");
        findings.push(finding.fix("name another handler with --handler FILE"));
    }
    for id in keys(&before["Outputs"]).filter(|id| id.starts_with("Mfsm")) {
        if after["Outputs"].get(id) != before["Outputs"].get(id) {
            let at = member("$.Outputs", id);
            findings.push(Finding::error(
                "overlay-output",
                at,
                "deployer finds the flow by this output",
            ));
        }
    }
    for (name, parameter) in after["Parameters"].as_object().into_iter().flatten() {
        if parameter.get("Default").is_none() {
            let at = member("$.Parameters", name);
            let sentence = "`up` sets no parameters: this one needs a Default";
            findings.push(Finding::error("overlay-parameter", at, sentence));
        }
    }
    findings.extend(check::check(after));
    findings
}
