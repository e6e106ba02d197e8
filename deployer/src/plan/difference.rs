//! What changes between two templates, resource by resource, before AWS is called.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::config::RolePath;
use cloud::json_diff::{diff, text};
use cloud::{ChangeAction, KNOWN_AFTER_APPLY, PropertyChange, Replacement, ResourceChange};

/// Properties that replace the resource when they change.
/// Source: CloudFormation template reference, "Update requires: Replacement" of each property.
const REPLACING: [(&str, &[&str]); 8] = [
    ("AWS::CloudWatch::Alarm", &["AlarmName"]),
    ("AWS::CloudWatch::Dashboard", &["DashboardName"]),
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
        Some(before) => {
            let values = values(before, resource);
            (!values.is_empty()).then(|| change(ChangeAction::Modify, id, resource, values))
        }
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
    values: Vec<PropertyChange>,
) -> ResourceChange {
    let resource_type = resource.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let replaces = values.iter().any(|value| value.replacement == Replacement::Always);
    let policy = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or("Delete");
    let policy_action = match (&action, replaces) {
        (ChangeAction::Remove, _) => Some(policy("DeletionPolicy").to_owned()),
        (ChangeAction::Modify, true) => {
            Some(format!("ReplaceAnd{}", policy("UpdateReplacePolicy")))
        }
        _ => None,
    };
    let properties: BTreeSet<&str> = values.iter().map(|value| name_of(&value.path)).collect();
    ResourceChange {
        action,
        logical_id: id.to_owned(),
        physical_id: None,
        replacement: if replaces { Replacement::Always } else { Replacement::Never },
        resource_type,
        policy_action,
        drift: None,
        properties: properties.into_iter().map(str::to_owned).collect(),
        values,
    }
}

/// What changes inside a resource, and whether that replaces it.
fn values(before: &Value, after: &Value) -> Vec<PropertyChange> {
    let same_type = before.get("Type") == after.get("Type");
    let replacing =
        REPLACING.iter().find(|(kind, _)| after.get("Type") == Some(&Value::from(*kind)));
    let replaces = |path: &str| {
        !same_type
            || replacing.is_some_and(|(_, names)| {
                path.starts_with("/Properties/") && names.contains(&name_of(path))
            })
    };
    let is_role = after["Type"] == "AWS::IAM::Role";
    // IAM gives a role without a path the path `/`.
    let is_root = |path: Option<&Value>| path.is_none_or(|path| path == RolePath::ROOT);
    let diff = diff("", Some(before), Some(after)).into_iter();
    let diff = diff.filter(|leaf| {
        let same = leaf.path == "/Properties/Path" && is_root(leaf.before) && is_root(leaf.after);
        !(is_role && same)
    });
    diff.map(|leaf| PropertyChange {
        replacement: if replaces(&leaf.path) { Replacement::Always } else { Replacement::Never },
        before: leaf.before.map(text),
        after: leaf.after.map(text),
        path: leaf.path,
    })
    .collect()
}

/// The property that a path leads into; for attributes outside `Properties`, their own name.
fn name_of(path: &str) -> &str {
    let inside = path.strip_prefix("/Properties").filter(|rest| !rest.is_empty()).unwrap_or(path);
    inside.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// Fills in values from the template that CloudFormation does not know before it executes.
pub fn fill_in(changes: &mut [ResourceChange], ours: &[ResourceChange]) {
    for change in changes {
        let ours = ours.iter().find(|ours| ours.logical_id == change.logical_id);
        let Some(ours) = ours else { continue };
        for value in &mut change.values {
            let known = ours.values.iter().find(|ours| ours.path == value.path);
            if let Some(known) = known
                && value.after.as_deref() == Some(KNOWN_AFTER_APPLY)
            {
                value.after.clone_from(&known.after);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_default_path_of_a_role_is_the_same_written_out() {
        let role = |properties: Value| json!({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": properties}}});
        let (absent, root) = (role(json!({"A": 1})), role(json!({"A": 1, "Path": "/"})));
        assert_eq!(difference(Some(&absent), &root), []);
        assert_eq!(difference(Some(&root), &absent), []);
        for before in [absent, root] {
            let changes = difference(Some(&before), &role(json!({"A": 1, "Path": "/mail/"})));
            assert_eq!(changes[0].replacement, Replacement::Always);
        }
    }

    #[test]
    fn added_changed_replaced_and_removed_resources_are_distinguished() {
        let function = |name: &str, memory: u32| json!({"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": name, "MemorySize": memory}});
        let old = json!({"Resources": {
            "Same": function("a", 1), "Changed": function("b", 1), "Replaced": function("c", 1),
            "Gone": function("d", 1),
        }});
        let new = json!({"Resources": {
            "New": function("e", 1), "Same": function("a", 1), "Changed": function("b", 2),
            "Replaced": function("x", 1),
        }});
        let changes: Vec<_> = difference(Some(&old), &new)
            .into_iter()
            .map(|change| (change.logical_id, change.action, change.replacement, change.properties))
            .collect();
        let (never, always) = (Replacement::Never, Replacement::Always);
        assert_eq!(
            changes,
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
