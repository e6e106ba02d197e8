//! What every IAM role of a stack has in common, whether the template or the flow adds it.

use serde_json::{Map, Value};

use super::Values;
use crate::config::RolePath;
use crate::finding::Finding;

/// Gives every role the permissions boundary and the path that are set.
/// Error: a finding for each role of the flow that sets other ones itself.
pub(super) fn bind(document: &mut Value, values: &Values) -> Result<(), Vec<Finding>> {
    let common = [
        ("PermissionsBoundary", "permissions-boundary", &values.permissions_boundary),
        ("Path", "role-path", &values.role_path),
    ];
    let mut faults = Vec::new();
    let resources = document.get_mut("Resources").and_then(Value::as_object_mut);
    for (id, resource) in resources.into_iter().flatten() {
        if resource["Type"] != "AWS::IAM::Role" {
            continue;
        }
        let Some(resource) = resource.as_object_mut() else { continue };
        let properties = resource.entry("Properties").or_insert_with(|| Map::new().into());
        let is_root = values.role_path.is_none() && values.root_roles.contains(id);
        if is_root && properties.get("Path").is_none() {
            properties["Path"] = RolePath::ROOT.into();
        }
        for (property, option, value) in common {
            let Some(value) = value else { continue };
            match properties.get(property) {
                Some(own) if own != value => {
                    let sentence = format!(
                        "the flow sets `{property}` for its role `{id}`, and --{option} sets another \
                         for every role of the stack: remove one of them"
                    );
                    let place = format!("$.Resources.{id}.Properties.{property}");
                    faults.push(Finding::error(option, place, sentence));
                }
                _ => properties[property] = value.as_str().into(),
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
