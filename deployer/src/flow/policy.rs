//! `policy.yaml`: the permissions of the state machine's role.

use serde_json::{Map, Value};

use super::placeholder::Data;
use crate::document::{Members, item};
use crate::finding::Finding;

/// Resources and conditions are data; actions are not.
pub(super) const DATA: Data = Data {
    begins: |_, key| matches!(key, "Resource" | "Condition"),
    ends: |key| key == "Ref" || key.starts_with("Fn::"),
};

/// The statements of a `policy.yaml`, whose only member is `Statement`.
///
/// References to resources are checked elsewhere, where the resources are known.
pub(super) fn statements(policy: &Map<String, Value>, findings: &mut Vec<Finding>) -> Vec<Value> {
    let members = Members::of(policy, "$");
    members.only(&["Statement"], findings);
    let Some(Value::Array(statements)) = policy.get("Statement") else {
        findings.push(Finding::error("wrong-kind", members.at("Statement"), "a list is expected"));
        return Vec::new();
    };
    for (index, statement) in statements.iter().enumerate() {
        if let Some(members) = Members::within(statement, item("$.Statement", index), findings) {
            check(&members, findings);
        }
    }
    statements.clone()
}

fn check(statement: &Members<'_>, findings: &mut Vec<Finding>) {
    statement.only(&["Sid", "Effect", "Action", "Resource", "Condition"], findings);
    if !matches!(statement.text("Effect", findings), None | Some("Allow" | "Deny")) {
        let at = statement.at("Effect");
        findings.push(Finding::error("policy-effect", at, "Allow or Deny is expected"));
    }
    let actions = actions(statement.of);
    if actions.is_empty() {
        let at = statement.at("Action");
        findings.push(Finding::error(
            "policy-action",
            at,
            "an action or a list of them is expected",
        ));
    }
    for action in actions {
        let named = action.split_once(':').is_some_and(|(service, action)| {
            let plain = |text: &str| {
                !text.is_empty()
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            plain(service) && plain(action)
        });
        if !named {
            let sentence = format!("`{}` does not name a single action", action.escape_debug());
            let finding = Finding::error("policy-action", statement.at("Action"), sentence);
            findings.push(finding.fix("name each action, such as dynamodb:GetItem"));
        }
    }
    if statement.of.get("Resource").is_none() {
        let sentence = "`Resource` is missing";
        findings.push(Finding::error("missing-key", statement.path.as_str(), sentence));
    }
}

fn actions(statement: &Map<String, Value>) -> Vec<&str> {
    match statement.get("Action") {
        Some(Value::String(action)) => vec![action],
        Some(Value::Array(actions)) => actions.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether statements allow an action, on any resource.
pub(super) fn allow(statements: &[Value], action: &str) -> bool {
    let allowing = statements.iter().filter_map(Value::as_object);
    allowing
        .filter(|statement| statement.get("Effect").is_some_and(|effect| effect == "Allow"))
        .any(|statement| actions(statement).iter().any(|known| known.eq_ignore_ascii_case(action)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(policy: &Value) -> Vec<&'static str> {
        let mut findings = Vec::new();
        statements(policy.as_object().unwrap(), &mut findings);
        findings.iter().map(|finding| finding.code).collect()
    }

    fn statement(action: &Value) -> Value {
        json!({"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})
    }

    #[test]
    fn only_single_actions_are_accepted() {
        for action in [json!("sns:Publish"), json!(["dynamodb:GetItem", "execute-api:Invoke"])] {
            assert_eq!(codes(&statement(&action)), [""; 0]);
        }
        for action in
            [json!("*"), json!("s3:*"), json!("s3:Get*"), json!("s3"), json!([]), json!(1)]
        {
            assert_eq!(codes(&statement(&action)), ["policy-action"], "{action}");
        }
    }

    #[test]
    fn every_fault_is_reported() {
        assert_eq!(codes(&json!({})), ["wrong-kind"]);
        assert_eq!(codes(&json!({"Statement": [], "Version": "x"})), ["unknown-key"]);
        assert_eq!(codes(&json!({"Statement": [1]})), ["wrong-kind"]);
        let wider =
            json!({"Effect": "allow", "NotAction": "a:B", "Action": "a:B", "Principal": "*"});
        let expected = ["unknown-key", "unknown-key", "policy-effect", "missing-key"];
        assert_eq!(codes(&json!({"Statement": [wider]})), expected);
    }

    #[test]
    fn allowed_actions_are_recognized() {
        let statements = [
            json!({"Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": "*"}),
            json!({"Effect": "Deny", "Action": "sns:Publish", "Resource": "*"}),
        ];
        assert!(allow(&statements, "dynamodb:getItem"));
        assert!(!allow(&statements, "sns:publish"));
    }
}
