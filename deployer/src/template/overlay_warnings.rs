//! Which invariants of a stack an overlay breaks. None of this is refused, because it can be
//! intended.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::document::member;
use crate::finding::Finding;
use crate::installation::logical_ids::{FUNCTION, MACHINE, TABLE};

/// Properties on which the guarantees rest: code, resource, path of the property, and what no longer holds.
const PROPERTIES: [(&str, &str, &str, &str); 13] = [
    ("overlay-runtime", FUNCTION, "Runtime", "the handler is built for the template's runtime"),
    ("overlay-runtime", FUNCTION, "Handler", "the handler is built for the template's runtime"),
    ("overlay-runtime", FUNCTION, "Architectures", "the handler is built for one architecture"),
    (
        "overlay-timeout",
        FUNCTION,
        "Timeout",
        "WorkMail waits 15 seconds; the handler's own waits end before the timeout of the template",
    ),
    ("overlay-role", FUNCTION, "Role", "another role has other permissions than the handler needs"),
    (
        "overlay-environment",
        FUNCTION,
        "Environment/Variables/STATE_MACHINE_ARN",
        "the handler runs another state machine than this stack's",
    ),
    (
        "overlay-environment",
        FUNCTION,
        "Environment/Variables/EXECUTION_TABLE",
        "the handler works with another table than this stack's",
    ),
    (
        "overlay-logs",
        FUNCTION,
        "LoggingConfig",
        "`logs`, `trace` and `status` read the stack's log group",
    ),
    (
        "overlay-definition",
        MACHINE,
        "DefinitionString",
        "`check`, `test` and `local` use only the flow's definition",
    ),
    (
        "overlay-type",
        MACHINE,
        "StateMachineType",
        "only Standard executions start once for each name: messages would be decided more than once",
    ),
    ("overlay-role", MACHINE, "RoleArn", "another role has other permissions than the flow needs"),
    (
        "overlay-table",
        TABLE,
        "KeySchema",
        "the table would be replaced, and messages in progress decided again",
    ),
    (
        "overlay-ttl",
        TABLE,
        "TimeToLiveSpecification",
        "without this time to live, entries are never deleted, or too early",
    ),
];

/// Kinds of resources with statements of a policy.
const POLICIES: [&str; 4] =
    ["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"];

/// A warning for each invariant that holds before and not after.
pub(super) fn broken(before: &Value, after: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (code, id, property, sentence) in PROPERTIES {
        let place = format!("/Resources/{id}/Properties/{property}");
        if before.pointer(&place) != after.pointer(&place) {
            let at = format!("$.Resources.{id}.Properties.{}", property.replace('/', "."));
            findings.push(Finding::warning(code, at, sentence));
        }
    }
    for (id, resource) in resources(before) {
        let at = member("$.Resources", id);
        let Some(now) = after["Resources"].get(id) else {
            let sentence = "the flow's template needs this resource: check what depends on it";
            findings.push(Finding::warning("overlay-removed", at, sentence));
            continue;
        };
        for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
            if now.get(policy) != resource.get(policy) {
                let sentence = "`down` leaves behind what CloudFormation must keep";
                findings.push(Finding::warning("overlay-retained", member(&at, policy), sentence));
            }
        }
    }
    for (id, resource) in resources(after) {
        let at = member(&member("$.Resources", id), "Properties");
        let properties = &resource["Properties"];
        if *properties == before["Resources"][id]["Properties"] {
            continue;
        }
        permission(resource, &at, &mut findings);
        wider(&before["Resources"][id], resource, &at, &mut findings);
    }
    findings
}

fn resources(template: &Value) -> impl Iterator<Item = (&String, &Value)> {
    template["Resources"].as_object().into_iter().flatten()
}

/// Finds permissions that let more than one source invoke a function.
fn permission(resource: &Value, at: &str, findings: &mut Vec<Finding>) {
    if resource["Type"] != "AWS::Lambda::Permission" {
        return;
    }
    let properties = &resource["Properties"];
    let is_exact = match &properties["SourceArn"] {
        Value::String(arn) => !arn.contains('*'),
        Value::Null => false,
        computed => !computed.to_string().contains('*'),
    };
    if !is_exact || properties["Principal"] == "*" {
        let sentence = "more than one source may invoke the function: give an exact SourceArn";
        findings.push(Finding::warning("overlay-permission", member(at, "SourceArn"), sentence));
    }
}

/// Finds statements that allow every action or resource, and managed policies, where there were none.
fn wider(before: &Value, after: &Value, at: &str, findings: &mut Vec<Finding>) {
    if !after["Type"].as_str().is_some_and(|kind| POLICIES.contains(&kind)) {
        return;
    }
    let known: BTreeSet<String> = statements(&before["Properties"]).map(Value::to_string).collect();
    let is_wide = |statement: &Value| {
        let any = |member: &str| {
            let texts = match &statement[member] {
                Value::Array(items) => items.iter().collect(),
                one => vec![one],
            };
            texts.into_iter().filter_map(Value::as_str).any(|text| match member {
                "Action" => text.contains('*'),
                _ => text == "*",
            })
        };
        any("Action") || any("Resource") || statement.get("NotAction").is_some()
    };
    let new = statements(&after["Properties"]).filter(|one| !known.contains(&one.to_string()));
    if new.filter(|one| one["Effect"] == "Allow").any(is_wide) {
        let sentence = "a permission on `*`: name the actions and the resources";
        findings.push(Finding::warning("overlay-wildcard", at, sentence));
    }
    let managed = |resource: &Value| resource["Properties"]["ManagedPolicyArns"].clone();
    if managed(before) != managed(after) && !managed(after).is_null() {
        let sentence = "a managed policy allows what deployer cannot see, and AWS may change it";
        let at = member(at, "ManagedPolicyArns");
        findings.push(Finding::warning("overlay-managed-policy", at, sentence));
    }
}

/// The statements of a role's inline policies, or of a policy.
fn statements(properties: &Value) -> impl Iterator<Item = &Value> {
    let inline = properties["Policies"].as_array().into_iter().flatten();
    let documents = inline.map(|policy| &policy["PolicyDocument"]);
    documents.chain([&properties["PolicyDocument"]]).flat_map(
        |document| match &document["Statement"] {
            Value::Array(many) => many.iter().collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(before: &Value, after: &Value) -> Vec<&'static str> {
        broken(before, after).iter().map(|finding| finding.code).collect()
    }

    fn with(id: &str, resource: &Value) -> Value {
        json!({"Resources": {id: resource}})
    }

    #[test]
    fn each_property_that_a_guarantee_rests_on_is_named() {
        for (code, id, property, _) in PROPERTIES {
            let mut nested = json!("x");
            for name in property.rsplit('/') {
                nested = json!({name: nested});
            }
            let before = with(id, &json!({"Properties": nested}));
            let after = with(id, &json!({"Properties": {}}));
            assert_eq!(codes(&before, &after), [code], "{property}");
            assert_eq!(codes(&before, &before), [""; 0]);
        }
    }

    #[test]
    fn wider_rights_are_named_and_exact_ones_are_not() {
        let none = json!({"Resources": {}});
        let permission = |properties: Value| {
            with("P", &json!({"Type": "AWS::Lambda::Permission", "Properties": properties}))
        };
        let exact = json!({"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::mail"});
        assert_eq!(codes(&none, &permission(exact)), [""; 0]);
        for wide in [
            json!({"Principal": "s3.amazonaws.com"}),
            json!({"SourceArn": "arn:aws:s3:::*"}),
            json!({"Principal": "*", "SourceArn": "a"}),
        ] {
            assert_eq!(codes(&none, &permission(wide)), ["overlay-permission"]);
        }
        let policy = |action: &str, resource: &str| {
            with(
                "R",
                &json!({"Type": "AWS::IAM::Role", "Properties": {"Policies": [
                {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}}]}}),
            )
        };
        assert_eq!(codes(&none, &policy("s3:GetObject", "arn:aws:s3:::mail/*")), [""; 0]);
        assert_eq!(codes(&none, &policy("s3:*", "arn:aws:s3:::mail")), ["overlay-wildcard"]);
        assert_eq!(codes(&none, &policy("s3:GetObject", "*")), ["overlay-wildcard"]);
        assert_eq!(codes(&policy("s3:*", "*"), &policy("s3:*", "*")), [""; 0]);
        let managed = json!({"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/X"]}});
        assert_eq!(codes(&none, &with("R", &managed)), ["overlay-managed-policy"]);
    }

    #[test]
    fn what_is_removed_or_kept_is_named() {
        let before = with("L", &json!({"DeletionPolicy": "Delete"}));
        assert_eq!(codes(&before, &json!({"Resources": {}})), ["overlay-removed"]);
        assert_eq!(
            codes(&before, &with("L", &json!({"DeletionPolicy": "Retain"}))),
            ["overlay-retained"]
        );
    }
}
