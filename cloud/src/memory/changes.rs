//! The changes of a change set: how a template differs from what a stack has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json_diff::{JsonChange, diff, text};
use crate::{ChangeAction, KNOWN_AFTER_APPLY, PropertyChange, Replacement, ResourceChange};

use super::physical::Resource;
use super::references::references;
use super::template::Template;

/// The properties that cannot change in place. `*` means every property.
/// Source: "Update requires: Replacement" in the CloudFormation template reference of each type.
const IMMUTABLE: [(&str, &[&str]); 10] = [
    ("AWS::CloudWatch::Alarm", &["AlarmName"]),
    ("AWS::CloudWatch::Dashboard", &["DashboardName"]),
    ("AWS::DynamoDB::Table", &["TableName", "KeySchema", "LocalSecondaryIndexes"]),
    ("AWS::IAM::Role", &["RoleName", "Path"]),
    ("AWS::Lambda::Function", &["FunctionName", "PackageType"]),
    ("AWS::Lambda::Permission", &["*"]),
    ("AWS::Logs::LogGroup", &["LogGroupName"]),
    ("AWS::S3::Bucket", &["BucketName"]),
    ("AWS::SNS::Topic", &["TopicName"]),
    ("AWS::StepFunctions::StateMachine", &["StateMachineName", "StateMachineType"]),
];

/// The types to which CloudFormation propagates the stack's tags.
const TAGGED: [&str; 8] = [
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::StepFunctions::StateMachine",
];

/// What a stack has before a change set.
pub(super) struct CurrentStack<'a> {
    pub(super) template: Option<&'a Template>,
    pub(super) resources: &'a BTreeMap<String, Resource>,
}

/// The changes in the order of the new template's dependencies, then the removals.
pub(super) fn changes(
    before: &CurrentStack,
    after: &Template,
    tags_changed: bool,
) -> Vec<ResourceChange> {
    let mut changes: Vec<ResourceChange> = Vec::new();
    for id in after.order().unwrap_or_default() {
        let Some(resource) = before.resources.get(&id) else {
            changes.push(addition(&id, after));
            continue;
        };
        let replaced: BTreeSet<&str> = changes
            .iter()
            .filter(|change| change.replacement != Replacement::Never)
            .map(|change| change.logical_id.as_str())
            .collect();
        let old = before.template.map_or(&Value::Null, |template| template.resource(&id));
        changes.extend(modification(resource, old, after.resource(&id), &replaced, tags_changed));
    }
    let gone = before.resources.values();
    let gone = gone.filter(|resource| after.resource(&resource.logical_id).is_null());
    changes.extend(gone.map(removal));
    changes
}

/// The changes that a drift-aware change set adds: it restores an edited definition even if the
/// template is unchanged. If the template now matches the edit, it changes nothing.
/// Source: CloudFormation user guide, "Drift-aware change sets".
pub(super) fn drift_reversals(
    edits: &BTreeMap<String, Option<String>>,
    before: &CurrentStack,
    after: &Template,
    changes: &mut Vec<ResourceChange>,
) {
    for (id, live) in edits {
        let desired = after.resource(id)["Properties"]["DefinitionString"].as_str();
        let (Some(desired), Some(resource)) = (desired, before.resources.get(id)) else { continue };
        let document = |text: &str| serde_json::from_str::<Value>(text).ok();
        let value = PropertyChange {
            path: "/Properties/DefinitionString".to_owned(),
            before: live.clone(),
            after: Some(desired.to_owned()),
            replacement: Replacement::Never,
        };
        changes.retain(|change| change.logical_id != *id);
        changes.push(ResourceChange {
            action: match live.as_deref().and_then(document) == document(desired) {
                true => ChangeAction::Other("SyncWithActual".to_owned()),
                false => ChangeAction::Modify,
            },
            physical_id: Some(resource.physical_id.clone()),
            drift: Some(if live.is_some() { "MODIFIED" } else { "DELETED" }.to_owned()),
            properties: vec!["DefinitionString".to_owned()],
            values: vec![value],
            ..addition(id, after)
        });
    }
}

/// Whether a property cannot change in place.
pub(super) fn is_immutable(resource_type: &str, property: &str) -> bool {
    let fixed = IMMUTABLE.iter().find(|(name, _)| *name == resource_type);
    // Tags always change in place.
    fixed.is_some_and(|(_, fixed)| fixed.contains(&property) || fixed == &["*"])
        && property != "Tags"
}

fn addition(id: &str, template: &Template) -> ResourceChange {
    let resource_type = template.resource(id)["Type"].as_str().unwrap_or_default();
    ResourceChange {
        action: ChangeAction::Add,
        logical_id: id.to_owned(),
        physical_id: None,
        resource_type: resource_type.to_owned(),
        replacement: Replacement::Never,
        policy_action: None,
        drift: None,
        properties: Vec::new(),
        values: Vec::new(),
    }
}

fn removal(resource: &Resource) -> ResourceChange {
    ResourceChange {
        action: ChangeAction::Remove,
        logical_id: resource.logical_id.clone(),
        physical_id: Some(resource.physical_id.clone()),
        resource_type: resource.resource_type.clone(),
        replacement: Replacement::Never,
        policy_action: Some(resource.deletion_policy.clone()),
        drift: None,
        properties: Vec::new(),
        values: Vec::new(),
    }
}

fn modification(
    resource: &Resource,
    old: &Value,
    new: &Value,
    replaced: &BTreeSet<&str>,
    tags_changed: bool,
) -> Option<ResourceChange> {
    let kind = resource.resource_type.as_str();
    let written = changed_properties(&old["Properties"], &new["Properties"]);
    let dependents = dependent_properties(&new["Properties"], replaced);
    let policies = ["DeletionPolicy", "UpdateReplacePolicy"];
    let changed = policies.into_iter().filter(|policy| old[policy] != new[policy]);
    let attributes: BTreeSet<String> = changed.map(str::to_owned).collect();
    let tags = tags_changed && TAGGED.contains(&kind);
    if written.is_empty() && dependents.is_empty() && attributes.is_empty() && !tags {
        return None;
    }
    let immutable = |names: &BTreeSet<String>| names.iter().any(|name| is_immutable(kind, name));
    let replacement = if immutable(&written) {
        Replacement::Always
    } else if immutable(&dependents) {
        Replacement::Conditional
    } else {
        Replacement::Never
    };
    let mut properties = &(&written | &dependents) | &attributes;
    if tags {
        properties.insert("Tags".to_owned());
    }
    let policy_action = (replacement != Replacement::Never)
        .then(|| format!("ReplaceAnd{}", resource.replace_policy));
    Some(ResourceChange {
        action: ChangeAction::Modify,
        logical_id: resource.logical_id.clone(),
        physical_id: Some(resource.physical_id.clone()),
        resource_type: kind.to_owned(),
        replacement,
        policy_action,
        drift: None,
        properties: properties.into_iter().collect(),
        values: values(resource, old, new, &dependents),
    })
}

/// What `IncludePropertyValues` adds: the current values, and the future ones as far as the
/// template determines them.
fn values(
    resource: &Resource,
    old: &Value,
    new: &Value,
    dependents: &BTreeSet<String>,
) -> Vec<PropertyChange> {
    let kind = resource.resource_type.as_str();
    let replacement = |name: &str| match is_immutable(kind, name) {
        true => Replacement::Always,
        false => Replacement::Never,
    };
    let now = |path: &str, written: Option<&Value>| {
        let resolved =
            path.strip_prefix("/Properties").map(|path| resource.properties.pointer(path));
        written.map(|written| text(resolved.flatten().unwrap_or(written)))
    };
    let then = |value: &Value| match references(value).is_empty() {
        true => text(value),
        false => KNOWN_AFTER_APPLY.to_owned(),
    };
    let changed = |change: &JsonChange| {
        let name = change.path.trim_start_matches("/Properties/").split('/').next();
        replacement(name.unwrap_or_default())
    };
    let sections = ["/Properties/", "/DeletionPolicy", "/UpdateReplacePolicy"];
    let written = diff("", Some(old), Some(new)).into_iter();
    let written = written
        .filter(|change| sections.iter().any(|section| change.path.starts_with(section)))
        .map(|change| PropertyChange {
            replacement: changed(&change),
            before: now(&change.path, change.before),
            after: change.after.map(then),
            path: change.path,
        });
    let dependents =
        dependents.iter().filter(|name| old["Properties"][*name] == new["Properties"][*name]);
    let dependents = dependents.map(|name| PropertyChange {
        path: format!("/Properties/{name}"),
        before: resource.properties.get(name).map(text),
        after: Some(KNOWN_AFTER_APPLY.to_owned()),
        replacement: replacement(name),
    });
    written.chain(dependents).collect()
}

/// The names of the properties whose text differs.
fn changed_properties(old: &Value, new: &Value) -> BTreeSet<String> {
    let names = [old, new].into_iter().filter_map(Value::as_object);
    names
        .flat_map(|properties| properties.keys())
        .filter(|name| old.get(name) != new.get(name))
        .cloned()
        .collect()
}

/// The properties that refer to a resource that may be replaced, and so may change with it.
fn dependent_properties(new: &Value, replaced: &BTreeSet<&str>) -> BTreeSet<String> {
    let properties = new.as_object().into_iter().flatten();
    properties
        .filter(|(_, value)| references(value).iter().any(|name| replaced.contains(name.as_str())))
        .map(|(name, _)| name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::physical::StackIdentity;
    use serde_json::json;

    fn between(old: &Value, new: &Value, tags_changed: bool) -> Vec<String> {
        let old = Template::parse(&json!({"Resources": old}).to_string()).unwrap();
        let new = Template::parse(&json!({"Resources": new}).to_string()).unwrap();
        let identity = StackIdentity::new("123456789012", "us-east-1", "st", 0);
        let has = |(id, body): (&String, &Value)| {
            let kind = body["Type"].as_str().unwrap();
            (id.clone(), Resource::new(&identity, id, kind, body["Properties"].clone(), 0))
        };
        let resources = old.resources().map(has).collect();
        let before = CurrentStack { template: Some(&old), resources: &resources };
        let line = |change: ResourceChange| {
            let ResourceChange { action, logical_id, replacement, properties, .. } = change;
            format!("{action:?} {logical_id} {replacement:?} {}", properties.join(","))
        };
        changes(&before, &new, tags_changed).into_iter().map(line).collect()
    }

    #[test]
    fn resources_are_added_modified_and_removed() {
        let old = json!({"A": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/"}},
            "B": {"Type": "AWS::SNS::Topic"}});
        let new = json!({"A": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/", "Policies": []}},
            "C": {"Type": "AWS::SNS::Topic"}});
        let expected = ["Modify A Never Policies", "Add C Never ", "Remove B Never "];
        assert_eq!(between(&old, &new, false), expected);
        assert!(between(&old, &old, false).is_empty());
    }

    #[test]
    fn immutable_properties_replace_a_resource_and_maybe_its_dependents() {
        let stack = |name: &str| {
            json!({"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": name}},
                "P": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "F"}}}})
        };
        let expected = ["Modify F Always FunctionName", "Modify P Conditional FunctionName"];
        assert_eq!(between(&stack("a"), &stack("b"), false), expected);
    }

    #[test]
    fn tags_of_the_stack_change_only_resources_that_can_be_tagged() {
        let same = json!({"F": {"Type": "AWS::Lambda::Function"},
            "P": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "F"}}}});
        assert_eq!(between(&same, &same, true), ["Modify F Never Tags"]);
    }
}
