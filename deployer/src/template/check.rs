//! Checks whether a rendered document is a valid template: its structure, its references, its
//! limits.
//!
//! CloudFormation checks more, but later. This check runs before any call, so that a bug or an
//! invalid value does not stop an operation halfway.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::circle::circle;
use crate::finding::Finding;

/// The maximum size of a template in S3, in bytes. Source: CloudFormation quotas.
const MAX_BYTES: usize = 1_000_000;
/// The maximum number of resources of a template. Source: CloudFormation quotas.
const MAX_RESOURCES: usize = 500;
/// The sections of a template. Source: CloudFormation user guide, "Template sections".
pub(super) const SECTIONS: [&str; 10] = [
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Rules",
    "Mappings",
    "Conditions",
    "Transform",
    "Resources",
    "Outputs",
];

/// All faults of a document.
pub(super) fn check(document: &Value) -> Vec<Finding> {
    let Some(sections) = document.as_object() else {
        return vec![Finding::error("template", "$", "the template is not an object")];
    };
    let mut findings = Vec::new();
    for section in sections.keys().filter(|section| !SECTIONS.contains(&section.as_str())) {
        findings.push(Finding::error(
            "section",
            "$",
            format!("`{section}` is not a section of a template"),
        ));
    }
    let bytes = document.to_string().len();
    if bytes > MAX_BYTES {
        let sentence = format!("{bytes} bytes; CloudFormation takes {MAX_BYTES} at most");
        findings.push(Finding::error("template-size", "$", sentence));
    }
    match sections.get("Resources").and_then(Value::as_object) {
        Some(resources) => check_resources(resources, sections, &mut findings),
        None => findings.push(Finding::error("resources", "$.Resources", "there are no resources")),
    }
    findings
}

fn check_resources(
    resources: &Map<String, Value>,
    sections: &Map<String, Value>,
    findings: &mut Vec<Finding>,
) {
    if resources.len() > MAX_RESOURCES {
        let sentence = format!("{}; CloudFormation takes {MAX_RESOURCES}", resources.len());
        findings.push(Finding::error("resources", "$.Resources", sentence));
    }
    let parameters = sections.get("Parameters").and_then(Value::as_object);
    let names = resources.keys().chain(parameters.into_iter().flat_map(Map::keys));
    let known: HashSet<&str> = names.map(String::as_str).collect();
    // A transform adds resources that cannot be known here.
    let is_complete = !sections.contains_key("Transform");
    let first = findings.len();
    for (id, resource) in resources {
        let path = format!("$.Resources.{id}");
        if id.is_empty() || id.len() > 255 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            findings.push(Finding::error(
                "logical-id",
                &path,
                "a logical ID consists of letters and digits",
            ));
        }
        // `AWS::SNS::Topic`, `Custom::It`, or a type that a registry has.
        if !resource.get("Type").and_then(Value::as_str).is_some_and(|kind| kind.contains("::")) {
            findings.push(Finding::error("resource-type", &path, "the resource has no type"));
        }
        if let Some(Value::String(name)) = resource.get("Condition") {
            condition(name, sections, &format!("{path}.Condition"), findings);
        }
        for needed in strings(resource.get("DependsOn")) {
            require(needed, &known, &format!("{path}.DependsOn"), findings);
        }
        references(resource, &known, &path, findings);
    }
    findings.extend(circle(resources));
    if let Some(outputs) = sections.get("Outputs") {
        references(outputs, &known, "$.Outputs", findings);
    }
    let is_known = |finding: &Finding| is_complete || finding.code != "reference";
    let added = findings.split_off(first);
    findings.extend(added.into_iter().filter(is_known));
}

/// Checks that a condition exists.
fn condition(name: &str, sections: &Map<String, Value>, path: &str, findings: &mut Vec<Finding>) {
    if sections.get("Conditions").and_then(|all| all.get(name)).is_none() {
        let sentence = format!("there is no condition `{}`", name.escape_debug());
        findings.push(Finding::error("reference", path, sentence));
    }
}

/// Checks that every `Ref`, `Fn::GetAtt` and `Fn::Sub` names something that exists.
fn references(value: &Value, known: &HashSet<&str>, path: &str, findings: &mut Vec<Finding>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let path = format!("{path}.{key}");
                match (key.as_str(), inner) {
                    ("Ref", Value::String(target)) => require(target, known, &path, findings),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        if let Some(target) = parts.first().and_then(Value::as_str) {
                            require(target, known, &path, findings);
                        }
                    }
                    ("Fn::GetAtt", Value::String(text)) => {
                        let target = text.split('.').next().unwrap_or(text);
                        require(target, known, &path, findings);
                    }
                    ("Fn::Sub", Value::String(text)) => {
                        for target in substituted(text) {
                            require(target, known, &path, findings);
                        }
                    }
                    ("Fn::Sub", Value::Array(parts)) if parts.len() == 2 => {
                        let text = parts[0].as_str().unwrap_or_default();
                        for target in substituted(text).filter(|name| parts[1].get(name).is_none())
                        {
                            require(target, known, &path, findings);
                        }
                        references(&parts[1], known, &path, findings);
                    }
                    _ => references(inner, known, &path, findings),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                references(item, known, &format!("{path}[{index}]"), findings);
            }
        }
        _ => {}
    }
}

fn require(target: &str, known: &HashSet<&str>, path: &str, findings: &mut Vec<Finding>) {
    if !target.starts_with("AWS::") && !known.contains(target) {
        findings.push(Finding::error(
            "reference",
            path,
            format!("there is no resource or parameter `{target}`"),
        ));
    }
}

/// The resources that a `Fn::Sub` text names: `${Name}` and `${Name.Attribute}`. `${!Name}` is plain text.
pub(super) fn substituted(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let name = rest.split('}').next().filter(|name| !name.starts_with('!'))?;
        Some(name.split('.').next().unwrap_or(name))
    })
}

pub(super) fn strings(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(document: &Value) -> Vec<&'static str> {
        check(document).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_fault_has_its_code() {
        assert_eq!(codes(&json!([])), ["template"]);
        assert_eq!(codes(&json!({})), ["resources"]);
        assert_eq!(codes(&json!({"Resources": {}, "Globals": "x"})), ["section"]);
        assert_eq!(codes(&json!({"Resources": {"a_b": {"Type": "AWS::X"}}})), ["logical-id"]);
        assert_eq!(codes(&json!({"Resources": {"A": {}}})), ["resource-type"]);
        let faulty = json!({"Resources": {"A": {
            "Type": "AWS::X",
            "DependsOn": ["B"],
            "Properties": {"P": [{"Ref": "C"}, {"Fn::GetAtt": ["D", "Arn"]}, {"Fn::Sub": "${E.x}${AWS::Region}"}]},
        }}});
        assert_eq!(codes(&faulty), ["reference"; 4]);
        let sound = json!({"Resources": {"A": {"Type": "AWS::X"}, "B": {
            "Type": "AWS::Y", "DependsOn": "A", "Properties": {"P": {"Ref": "A"}},
        }}, "Outputs": {"O": {"Value": {"Fn::GetAtt": ["A", "Arn"]}}}});
        assert_eq!(codes(&sound), [""; 0]);
        let large = json!({"Resources": {"A": {"Type": "AWS::X", "P": "x".repeat(MAX_BYTES)}}});
        assert_eq!(codes(&large), ["template-size"]);
    }
}
