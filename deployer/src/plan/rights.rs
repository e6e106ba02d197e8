//! Who may do what after an update: compares what roles, policies and permissions grant.

use serde::Serialize;
use serde_json::Value;

use cloud::json_diff::text;

/// What one resource of the template grants more or less than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rights {
    /// The role's, policy's or permission's name in the template.
    pub logical_id: String,
    /// What it grants or denies after the update.
    pub gained: Vec<Grant>,
    /// What it no longer grants or denies.
    pub lost: Vec<Grant>,
}

/// One statement: who may, or may not, do what to what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    /// `Allow` or `Deny`.
    pub effect: String,
    /// Who; empty in a role's own policies, where it is the role.
    pub principals: Vec<String>,
    /// What they may do.
    pub actions: Vec<String>,
    /// To what; in the words of the template for resources of the template.
    pub resources: Vec<String>,
    /// Under which condition, in words.
    pub condition: Option<String>,
}

/// What changes between two templates, in the order of the new one, removals last.
pub fn rights(old: Option<&Value>, new: &Value) -> Vec<Rights> {
    let section = |template: Option<&Value>| {
        let resources = template.and_then(|template| template.get("Resources"));
        resources.and_then(Value::as_object).cloned().unwrap_or_default()
    };
    let (old, new) = (section(old), section(Some(new)));
    let removed = old.keys().filter(|id| !new.contains_key(*id));
    let ids = new.keys().chain(removed);
    ids.filter_map(|id| {
        let (before, after) = (grants(old.get(id)), grants(new.get(id)));
        let gained: Vec<_> = after.iter().filter(|g| !before.contains(g)).cloned().collect();
        let lost: Vec<_> = before.into_iter().filter(|g| !after.contains(g)).collect();
        let changes = !gained.is_empty() || !lost.is_empty();
        changes.then(|| Rights { logical_id: id.clone(), gained, lost })
    })
    .collect()
}

/// What a resource grants.
fn grants(resource: Option<&Value>) -> Vec<Grant> {
    let Some(resource) = resource else { return Vec::new() };
    let properties = &resource["Properties"];
    match resource["Type"].as_str() {
        Some("AWS::IAM::Role") => {
            let mut grants = statements(&properties["AssumeRolePolicyDocument"]);
            for policy in properties["Policies"].as_array().into_iter().flatten() {
                grants.extend(statements(&policy["PolicyDocument"]));
            }
            grants.extend(list(&properties["ManagedPolicyArns"]).into_iter().map(managed));
            grants
        }
        Some("AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy") => {
            statements(&properties["PolicyDocument"])
        }
        Some("AWS::Lambda::Permission") => vec![permission(properties)],
        _ => Vec::new(),
    }
}

fn statements(document: &Value) -> Vec<Grant> {
    let statements = match &document["Statement"] {
        Value::Array(several) => several.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    statements.iter().map(statement).collect()
}

fn statement(statement: &Value) -> Grant {
    // Exceptions are shown as such, so that nothing looks narrower than it is.
    let either = |name: &str| {
        let excepted = list(&statement[format!("Not{name}")]);
        let mut named = list(&statement[name]);
        named.extend(excepted.into_iter().map(|one| format!("everything but {one}")));
        named
    };
    let principals = match &statement["Principal"] {
        Value::Object(kinds) => kinds.values().flat_map(list).collect(),
        other => list(other),
    };
    Grant {
        effect: statement["Effect"].as_str().unwrap_or_default().to_owned(),
        principals,
        actions: either("Action"),
        resources: either("Resource"),
        condition: statement.get("Condition").map(condition),
    }
}

fn managed(arn: String) -> Grant {
    Grant {
        effect: "Allow".to_owned(),
        principals: Vec::new(),
        actions: vec![format!("everything in the managed policy {arn}")],
        resources: Vec::new(),
        condition: None,
    }
}

/// A permission is a statement in the policy of the function.
/// Source: CloudFormation template reference, `AWS::Lambda::Permission`.
fn permission(properties: &Value) -> Grant {
    let conditions = ["SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken"];
    let conditions = conditions.into_iter().filter_map(|name| {
        let value = properties.get(name)?;
        Some(format!("{name} is {}", expression(value)))
    });
    let conditions: Vec<_> = conditions.collect();
    Grant {
        effect: "Allow".to_owned(),
        principals: list(&properties["Principal"]),
        actions: list(&properties["Action"]),
        resources: list(&properties["FunctionName"]),
        condition: (!conditions.is_empty()).then(|| conditions.join(" and ")),
    }
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(several) => several.iter().map(expression).collect(),
        one => vec![expression(one)],
    }
}

/// A value of the template, with the most common functions shortened.
fn expression(value: &Value) -> String {
    let attribute = value.get("Fn::GetAtt");
    if let Some([id, name]) = attribute.and_then(Value::as_array).map(Vec::as_slice) {
        return format!("{}.{}", text(id), text(name));
    }
    let joined = value.get("Fn::Join").and_then(Value::as_array).map(Vec::as_slice);
    if let Some([Value::String(between), Value::Array(parts)]) = joined {
        return parts.iter().map(expression).collect::<Vec<_>>().join(between);
    }
    // The short notation of YAML is `ID.NAME` already.
    let short = attribute
        .or_else(|| value.get("Ref"))
        .or_else(|| value.get("Fn::Sub"))
        .and_then(Value::as_str);
    short.map_or_else(|| text(value), str::to_owned)
}

/// The condition of a statement in words: `aws:SourceAccount is 123456789012`.
fn condition(condition: &Value) -> String {
    let operators = condition.as_object().into_iter().flatten();
    let words = operators.flat_map(|(operator, keys)| {
        let is = match operator.as_str() {
            "StringEquals" | "ArnEquals" | "Bool" | "NumericEquals" => "is",
            "StringLike" | "ArnLike" => "is like",
            "StringNotEquals" | "ArnNotEquals" => "is not",
            other => other,
        };
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, value)| match value {
            Value::Array(several) => {
                let several: Vec<_> = several.iter().map(expression).collect();
                format!("{key} {is} {}", several.join(" or "))
            }
            one => format!("{key} {is} {}", expression(one)),
        })
    });
    words.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_are_said_in_words() {
        let said = condition(&json!({
            "StringEquals": { "aws:SourceAccount": "123456789012" },
            "ArnLike": { "aws:SourceArn": ["arn:a", { "Fn::GetAtt": ["Topic", "Arn"] }] },
            "ForAnyValue:StringEquals": { "k": "v" },
        }));
        let expected = "aws:SourceAccount is 123456789012 and aws:SourceArn is like arn:a or Topic.Arn and k \
                        ForAnyValue:StringEquals v";
        assert_eq!(said, expected);
    }

    fn template(actions: &Value, source: &str) -> Value {
        json!({"Resources": {
            "Policy": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Statement": [
                {"Effect": "Allow", "Action": actions, "Resource": {"Fn::GetAtt": ["Table", "Arn"]}},
                {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}]}}},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/X"]}},
            "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
                "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "Fn"},
                "Principal": "workmail.us-east-1.amazonaws.com", "SourceArn": source}},
            "Table": {"Type": "AWS::DynamoDB::Table"},
        }})
    }

    #[test]
    fn everything_that_a_first_template_grants_is_gained() {
        let all = rights(None, &template(&json!(["a:B"]), "arn:x"));
        let ids: Vec<_> = all.iter().map(|rights| rights.logical_id.as_str()).collect();
        assert_eq!(ids, ["Policy", "Role", "Permission"]);
        assert_eq!(all[0].gained[0].resources, ["Table.Arn"]);
        assert_eq!(all[0].gained[1].actions, ["everything but s3:*"]);
        assert_eq!(all[1].gained[0].principals, ["lambda.amazonaws.com"]);
        assert_eq!(
            all[1].gained[1].actions,
            ["everything in the managed policy arn:aws:iam::aws:policy/X"]
        );
        assert_eq!(all[2].gained[0].condition.as_deref(), Some("SourceArn is arn:x"));
    }

    #[test]
    fn only_changes_are_listed() {
        let old = template(&json!(["a:B"]), "arn:x");
        assert_eq!(rights(Some(&old), &old), []);
        let new = template(&json!(["a:B", "a:C"]), "arn:x");
        let changed = rights(Some(&old), &new);
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].lost[0].actions, ["a:B"]);
        assert_eq!(changed[0].gained[0].actions, ["a:B", "a:C"]);
        let gone = rights(Some(&old), &json!({"Resources": {}}));
        assert!(gone.iter().all(|rights| rights.gained.is_empty() && !rights.lost.is_empty()));
    }
}
