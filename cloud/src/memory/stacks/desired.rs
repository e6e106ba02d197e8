//! What a stack would have after an operation: every resource named and resolved.

use std::collections::BTreeMap;

use crate::memory::changes::is_immutable;
use crate::memory::intrinsics::{Scope, text};
use crate::memory::physical::{Resource, StackIdentity};
use crate::memory::template::Template;
use crate::{Output, Replacement, ResourceChange};

use crate::memory::stack_record::{StackRecord, VisibleState};

/// The state that an operation aims for.
pub(super) struct Desired {
    pub(super) resources: BTreeMap<String, Resource>,
    pub(super) visible: VisibleState,
}

impl Desired {
    /// Resolves a template for a stack.
    pub(super) fn new(
        stack: &StackRecord,
        template: &Template,
        tags: &BTreeMap<String, String>,
        changes: &[ResourceChange],
    ) -> Result<Self, String> {
        let mut resources = BTreeMap::new();
        for id in template.order()? {
            let resource = resolve(stack, template, &id, &resources, changes)?;
            resources.insert(id, resource);
        }
        let outputs = outputs(&stack.identity, template, &resources)?;
        Ok(Self {
            resources,
            visible: VisibleState { template: Some(template.clone()), tags: tags.clone(), outputs },
        })
    }
}

fn resolve(
    stack: &StackRecord,
    template: &Template,
    id: &str,
    created: &BTreeMap<String, Resource>,
    changes: &[ResourceChange],
) -> Result<Resource, String> {
    let body = template.resource(id);
    let scope = Scope { identity: &stack.identity, template, resources: created };
    let properties = scope.resolve(&body["Properties"])?.unwrap_or_default();
    let resource_type = body["Type"].as_str().unwrap_or_default();
    let old = stack.resources.get(id);
    let kept = old.filter(|old| !is_replaced(old, &properties, changes));
    let generation = kept.map_or(stack.operation_count, |old| old.generation);
    let mut resource = Resource::new(&stack.identity, id, resource_type, properties, generation);
    resource.depends_on = template.dependencies(id);
    for (policy, name) in [
        (&mut resource.deletion_policy, "DeletionPolicy"),
        (&mut resource.replace_policy, "UpdateReplacePolicy"),
    ] {
        if let Some(value) = body[name].as_str() {
            value.clone_into(policy);
        }
    }
    Ok(resource)
}

/// Whether the change set replaces a resource; a conditional replacement is decided by the values.
fn is_replaced(old: &Resource, properties: &serde_json::Value, changes: &[ResourceChange]) -> bool {
    let change = changes.iter().find(|change| change.logical_id == old.logical_id);
    change.is_some_and(|change| match change.replacement {
        Replacement::Never => false,
        Replacement::Always => true,
        Replacement::Conditional => change.properties.iter().any(|name| {
            is_immutable(&old.resource_type, name)
                && old.properties.get(name) != properties.get(name)
        }),
    })
}

fn outputs(
    identity: &StackIdentity,
    template: &Template,
    resources: &BTreeMap<String, Resource>,
) -> Result<Vec<Output>, String> {
    let scope = Scope { identity, template, resources };
    let output = |(key, body): (&String, &serde_json::Value)| {
        let value = scope.resolve(&body["Value"])?.unwrap_or_default();
        Ok(Output {
            key: key.clone(),
            value: text(&value),
            description: body["Description"].as_str().map(str::to_owned),
        })
    };
    template.outputs().map(output).collect()
}
