//! `resources.yaml`: additional resources and outputs of a flow's stack.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::placeholder::Data;
use crate::document::{Members, item, member};
use crate::finding::Finding;

/// Properties and the values of outputs are data; types, names and references are not.
pub(super) const DATA: Data = Data {
    begins: |around, key| {
        !matches!(around, "Resources" | "Outputs")
            && matches!(key, "Properties" | "Value" | "Description")
    },
    ends: |key| key == "Ref" || key.starts_with("Fn::"),
};

/// The prefixes of the logical ids of the template itself, and of `export`'s parameters.
const OURS: [&str; 2] = ["Mfsm", "Artifact"];

/// The resource of the template that a flow's resources may refer to: the state machine itself.
const MACHINE: &str = "MfsmStateMachine";

/// Types that are not resources of the stack, but code that changes it, or another stack.
const PROGRAMS: [&str; 2] = ["AWS::CloudFormation::", "AWS::Serverless::"];

/// Properties that give IAM resources custom names. The stack is created without the capability for
/// that (CAPABILITY_NAMED_IAM), because such names can conflict with others in the account.
/// Source: CloudFormation API reference, `CreateChangeSet`, `Capabilities`.
pub const IAM_NAMES: [&str; 5] =
    ["RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"];

/// Checks a `resources.yaml`, whose members are `Resources` and `Outputs`. `functions` are the logical ids of the functions
/// that the flow brings.
pub(super) fn check(
    document: &Map<String, Value>,
    functions: &[String],
    findings: &mut Vec<Finding>,
) {
    let members = Members::of(document, "$");
    members.only(&["Resources", "Outputs"], findings);
    let resources = members.object("Resources", findings);
    let mut known = ids(document);
    known.insert(MACHINE);
    known.extend(functions.iter().map(String::as_str));
    for (id, resource) in resources.iter().flat_map(|resources| resources.of) {
        let path = member("$.Resources", id);
        check_id(id, &path, findings);
        if let Some(resource) = Members::within(resource, path, findings) {
            check_resource(&resource, &known, findings);
        }
    }
    let outputs = members.object("Outputs", findings);
    for (id, output) in outputs.iter().flat_map(|outputs| outputs.of) {
        let path = member("$.Outputs", id);
        check_id(id, &path, findings);
        if let Some(output) = Members::within(output, path, findings) {
            output.only(&["Description", "Value"], findings);
            match output.of.get("Value") {
                Some(value) => references(value, &known, &output.at("Value"), findings),
                None => {
                    let sentence = "`Value` is missing";
                    findings.push(Finding::error("missing-key", output.path.as_str(), sentence));
                }
            }
        }
    }
}

/// The logical ids of a file's resources.
pub(super) fn ids(document: &Map<String, Value>) -> BTreeSet<&str> {
    let resources = document.get("Resources").and_then(Value::as_object);
    resources.into_iter().flat_map(|resources| resources.keys()).map(String::as_str).collect()
}

fn check_id(id: &str, path: &str, findings: &mut Vec<Finding>) {
    let plain = !id.is_empty() && id.len() <= 255 && id.bytes().all(|b| b.is_ascii_alphanumeric());
    if !plain {
        findings.push(Finding::error(
            "logical-id",
            path,
            "a logical ID consists of letters and digits",
        ));
    }
    if OURS.iter().any(|ours| id.starts_with(ours)) {
        let sentence = "IDs that begin with `Mfsm` or `Artifact` are reserved for the template";
        findings.push(Finding::error("logical-id", path, sentence).fix("use another ID"));
    }
}

fn check_resource(resource: &Members<'_>, known: &BTreeSet<&str>, findings: &mut Vec<Finding>) {
    let allowed = ["Type", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Properties"];
    resource.only(&allowed, findings);
    if let Some(kind) = resource.text("Type", findings) {
        let at = resource.at("Type");
        if !kind.starts_with("AWS::") {
            findings.push(Finding::error(
                "resource-type",
                at,
                "a type that begins with `AWS::` is expected",
            ));
        } else if PROGRAMS.iter().any(|program| kind.starts_with(program)) {
            let sentence = format!("`{kind}` would change the template or create another stack");
            findings.push(Finding::error("resource-type", at, sentence));
        }
        if kind.starts_with("AWS::IAM::") {
            check_iam(resource, findings);
        }
    }
    let needed = match resource.of.get("DependsOn") {
        Some(Value::Array(many)) => many.iter().map(Value::as_str).collect(),
        Some(one) => vec![one.as_str()],
        None => Vec::new(),
    };
    for needed in needed {
        require(needed, known, &resource.at("DependsOn"), findings);
    }
    for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if resource.of.get(policy).is_some_and(|value| !value.is_string()) {
            let sentence = "a string is expected";
            findings.push(Finding::error("wrong-kind", resource.at(policy), sentence));
        }
    }
    if let Some(properties) = resource.of.get("Properties") {
        references(properties, known, &resource.at("Properties"), findings);
    }
}

fn check_iam(resource: &Members<'_>, findings: &mut Vec<Finding>) {
    let Some(Value::Object(properties)) = resource.of.get("Properties") else { return };
    for name in IAM_NAMES.into_iter().filter(|name| properties.contains_key(*name)) {
        let at = member(&resource.at("Properties"), name);
        let finding = Finding::error("named-iam", at, "IAM resources cannot have custom names");
        findings.push(finding.fix("remove it; CloudFormation generates a name"));
    }
}

/// Checks that every intrinsic function is `Ref`, `Fn::GetAtt`, or `Fn::Join` of these and texts, and refers to a known resource.
pub(super) fn references(
    value: &Value,
    known: &BTreeSet<&str>,
    path: &str,
    findings: &mut Vec<Finding>,
) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                let path = member(path, key);
                let is_function = key == "Ref" || key.starts_with("Fn::");
                if is_function && members.len() > 1 {
                    let sentence = "an intrinsic function must be the only member of its object";
                    findings.push(Finding::error("intrinsic", path.as_str(), sentence));
                }
                match (key.as_str(), inner) {
                    ("Ref", target) => require(target.as_str(), known, &path, findings),
                    ("Fn::GetAtt", Value::Array(parts)) if parts.iter().all(Value::is_string) => {
                        let target = parts.first().filter(|_| parts.len() == 2);
                        require(target.and_then(Value::as_str), known, &path, findings);
                    }
                    ("Fn::Join", Value::Array(parts)) if is_join(parts) => {
                        references(&parts[1], known, &item(&path, 1), findings);
                    }
                    _ if is_function => {
                        let sentence = format!("this use of `{key}` is not available in a flow");
                        let fix = "use Ref, Fn::GetAtt with a list of two strings, Fn::Join with a string and a list, \
                                   or ${parameter}";
                        findings.push(Finding::error("intrinsic", path, sentence).fix(fix));
                    }
                    _ => references(inner, known, &path, findings),
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                references(inner, known, &item(path, index), findings);
            }
        }
        _ => {}
    }
}

/// Whether these are the parameters of `Fn::Join`: what is between the parts, and the parts, each a text or a function.
fn is_join(parameters: &[Value]) -> bool {
    let is_part = |part: &Value| part.is_string() || part.is_object();
    match parameters {
        [Value::String(_), Value::Array(parts)] => parts.iter().all(is_part),
        _ => false,
    }
}

fn require(target: Option<&str>, known: &BTreeSet<&str>, path: &str, findings: &mut Vec<Finding>) {
    let sentence = match target {
        Some(target) if known.contains(target) => return,
        Some(target) => format!("the flow has no resource `{}`", target.escape_debug()),
        None => "a resource of the flow is expected".to_owned(),
    };
    findings.push(Finding::error("reference", path, sentence));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(document: &Value) -> Vec<&'static str> {
        let mut findings = Vec::new();
        check(document.as_object().unwrap(), &[], &mut findings);
        findings.iter().map(|finding| finding.code).collect()
    }

    fn resource(id: &str, resource: &Value) -> Value {
        json!({"Resources": {"Other": {"Type": "AWS::SNS::Topic"}, id: resource}})
    }

    #[test]
    fn valid_resources_are_accepted() {
        let table = json!({
            "Type": "AWS::DynamoDB::Table", "DependsOn": "Other", "DeletionPolicy": "Retain",
            "Properties": {"A": [{"Ref": "Other"}, {"Fn::GetAtt": ["Other", "Arn"]}, {"Ref": "MfsmStateMachine"},
                {"Fn::Join": ["", [{"Fn::GetAtt": ["Other", "Arn"]}, "/*"]]}]},
        });
        assert_eq!(codes(&resource("Table", &table)), [""; 0]);
        let mut with_output = resource("Table", &table);
        with_output["Outputs"] =
            json!({"TableName": {"Description": "d", "Value": {"Ref": "Table"}}});
        assert_eq!(codes(&with_output), [""; 0]);
    }

    #[test]
    fn resources_of_the_template_itself_cannot_be_replaced() {
        let topic = json!({"Type": "AWS::SNS::Topic"});
        for id in ["MfsmFunction", "MfsmNew", "ArtifactBucket", "a_b", ""] {
            assert_eq!(codes(&resource(id, &topic)), ["logical-id"], "{id}");
        }
        let outputs = json!({"Outputs": {"MfsmFunctionArn": {"Value": "x"}}});
        assert_eq!(codes(&outputs), ["logical-id"]);
    }

    #[test]
    fn resources_that_change_the_template_are_rejected() {
        assert_eq!(codes(&json!({"Transform": "x"})), ["unknown-key"]);
        for kind in ["AWS::CloudFormation::Macro", "AWS::Serverless::Function", "Custom::It", "X"] {
            assert_eq!(codes(&resource("A", &json!({"Type": kind}))), ["resource-type"], "{kind}");
        }
        let with = |value: &Value| {
            codes(&resource("A", &json!({"Type": "AWS::X::Y", "Properties": {"P": [value]}})))
        };
        for function in [
            json!({"Fn::Transform": {"Name": "AWS::Include"}}),
            json!({"Fn::Sub": "${Other}"}),
            json!({"Fn::GetAtt": "Other.Arn"}),
            json!({"Fn::Join": ["", {"Ref": "Other"}]}),
            json!({"Fn::Join": ["", [1]]}),
            json!({"Fn::Join": [{"Ref": "Other"}, ["a"]]}),
            json!({"Fn::Join": ["", [{"Fn::Sub": "a"}]]}),
            json!({"Ref": "Other", "x": 1}),
        ] {
            assert_eq!(with(&function), ["intrinsic"], "{function}");
        }
        for reference in [
            json!({"Ref": "MfsmFunction"}),
            json!({"Fn::GetAtt": ["Gone", "Arn"]}),
            json!({"Fn::Join": ["", [{"Ref": "Gone"}]]}),
        ] {
            assert_eq!(with(&reference), ["reference"], "{reference}");
        }
        let role = json!({"Type": "AWS::IAM::Role", "Properties": {"RoleName": "x"}});
        assert_eq!(codes(&resource("A", &role)), ["named-iam"]);
    }
}
