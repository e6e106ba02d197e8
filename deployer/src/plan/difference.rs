//! What changes between two templates, resource by resource, before AWS is asked.

use serde_json::{Map, Value};

use crate::cloud::{ChangeAction, Replacement, ResourceChange};

/// Properties whose change replaces the resource.
/// Source: CloudFormation template reference, "Update requires: Replacement" of each property.
const REPLACING: [(&str, &[&str]); 6] = [
    ("AWS::DynamoDB::Table", &["KeySchema", "TableName"]),
    ("AWS::IAM::Role", &["RoleName", "Path"]),
    ("AWS::Lambda::Function", &["FunctionName", "PackageType"]),
    (
        "AWS::Lambda::Permission",
        &["Action", "FunctionName", "Principal", "SourceArn", "SourceAccount"],
    ),
    ("AWS::Logs::LogGroup", &["LogGroupName"]),
    ("AWS::StepFunctions::StateMachine", &["StateMachineName", "StateMachineType"]),
];

/// What would happen to each resource, in the order of the new template, removals last.
#[must_use]
pub fn difference(old: Option<&Value>, new: &Value) -> Vec<ResourceChange> {
    let empty = Map::new();
    let resources = |template: Option<&Value>| {
        template
            .and_then(|template| template.get("Resources"))
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_else(|| empty.clone())
    };
    let (old, new) = (resources(old), resources(Some(new)));
    let kept = new.iter().filter_map(|(id, resource)| match old.get(id) {
        None => Some(change(ChangeAction::Add, id, resource, Vec::new())),
        Some(before) if before == resource => None,
        Some(before) => Some(change(ChangeAction::Modify, id, resource, changed(before, resource))),
    });
    let removed = old
        .iter()
        .filter(|(id, _)| !new.contains_key(*id))
        .map(|(id, resource)| change(ChangeAction::Remove, id, resource, Vec::new()));
    kept.chain(removed).collect()
}

fn change(
    action: ChangeAction,
    id: &str,
    resource: &Value,
    properties: Vec<String>,
) -> ResourceChange {
    let resource_type = resource.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let replaces = REPLACING
        .iter()
        .find(|(kind, _)| *kind == resource_type)
        .is_some_and(|(_, names)| properties.iter().any(|name| names.contains(&name.as_str())));
    ResourceChange {
        action,
        logical_id: id.to_owned(),
        physical_id: None,
        replacement: if replaces { Replacement::Always } else { Replacement::Never },
        resource_type,
        properties,
    }
}

/// The properties that differ, sorted; attributes beside `Properties` by their own name.
fn changed(before: &Value, after: &Value) -> Vec<String> {
    let mut names = differing(before.get("Properties"), after.get("Properties"));
    names.extend(
        differing(Some(before), Some(after)).into_iter().filter(|name| name != "Properties"),
    );
    names.sort();
    names
}

fn differing(before: Option<&Value>, after: Option<&Value>) -> Vec<String> {
    let empty = Map::new();
    let before = before.and_then(Value::as_object).unwrap_or(&empty);
    let after = after.and_then(Value::as_object).unwrap_or(&empty);
    let mut names: Vec<String> = before
        .keys()
        .chain(after.keys())
        .filter(|name| before.get(*name) != after.get(*name))
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn added_changed_replaced_and_removed_resources_are_told_apart() {
        let function = |name: &str, memory: u32| json!({"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": name, "MemorySize": memory}});
        let old = json!({"Resources": {
            "Same": function("a", 1), "Changed": function("b", 1), "Replaced": function("c", 1),
            "Gone": function("d", 1),
        }});
        let new = json!({"Resources": {
            "New": function("e", 1), "Same": function("a", 1), "Changed": function("b", 2),
            "Replaced": function("x", 1),
        }});
        let told: Vec<_> = difference(Some(&old), &new)
            .into_iter()
            .map(|change| (change.logical_id, change.action, change.replacement, change.properties))
            .collect();
        let (never, always) = (Replacement::Never, Replacement::Always);
        assert_eq!(
            told,
            [
                ("New".into(), ChangeAction::Add, never, vec![]),
                ("Changed".into(), ChangeAction::Modify, never, vec!["MemorySize".to_owned()]),
                ("Replaced".into(), ChangeAction::Modify, always, vec!["FunctionName".to_owned()]),
                ("Gone".into(), ChangeAction::Remove, never, vec![]),
            ]
        );
        assert_eq!(difference(Some(&new), &new), []);
        assert_eq!(difference(None, &new).len(), 4);
    }
}
