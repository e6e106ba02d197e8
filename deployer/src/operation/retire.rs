//! Removes artifacts from their bucket, except those that a template of the stack names.
//!
//! Others may create a change set at any moment. So the objects are hidden first, and shown again if a template that is
//! read afterwards names them. A command that creates a change set checks afterwards whether its
//! artifact is hidden: one of the two detects the other.

use super::{Operation, OperationError};
use crate::installation::ArtifactPlace;
use crate::plan::DesiredStack;
use cloud::ObjectVersion;

/// An object that is hidden.
pub(super) struct Hidden {
    pub(super) key: String,
    /// The version of its delete marker; none in a bucket without versioning.
    pub(super) marker: Option<String>,
}

/// What happened to objects.
pub(super) struct Retired {
    pub(super) hidden: Vec<Hidden>,
    /// The keys of those that a template names.
    pub(super) kept: Vec<String>,
}

/// Hides objects of a stack, except for those that it or one of its change sets uses.
/// Fails when AWS refuses a read or a deletion.
pub(super) async fn retire(
    operation: &Operation<'_>,
    place: &ArtifactPlace,
    stack_name: &str,
    keys: Vec<String>,
) -> Result<Retired, OperationError> {
    let mut retired = Retired { hidden: Vec::new(), kept: Vec::new() };
    if keys.is_empty() {
        return Ok(retired);
    }
    let storage = &operation.cloud.storage;
    let ArtifactPlace { bucket, owner, is_given, .. } = place;
    if *is_given {
        // Without versions, nothing can be shown again.
        let templates = templates(operation, stack_name).await?;
        for key in keys {
            match is_named(templates.as_deref(), &key) {
                true => retired.kept.push(key),
                false => {
                    let marker = storage.delete_object(bucket, owner, &key, None).await?;
                    retired.hidden.push(Hidden { key, marker });
                }
            }
        }
        return Ok(retired);
    }
    for key in keys {
        let marker = storage.delete_object(bucket, owner, &key, None).await?;
        retired.hidden.push(Hidden { key, marker });
    }
    let templates = templates(operation, stack_name).await?;
    let used = retired.hidden.extract_if(.., |one| is_named(templates.as_deref(), &one.key));
    for Hidden { key, marker } in used.collect::<Vec<_>>() {
        if let Some(marker) = &marker {
            storage.delete_object(bucket, owner, &key, Some(marker)).await?;
        }
        retired.kept.push(key);
    }
    Ok(retired)
}

/// The key of an artifact of a stack that is not in the bucket, or is hidden.
/// Fails when AWS refuses the read.
pub(super) async fn missing(
    operation: &Operation<'_>,
    desired: &DesiredStack,
) -> Result<Option<String>, OperationError> {
    let ArtifactPlace { bucket, owner, .. } = &desired.artifacts;
    for code in desired.code() {
        let found = operation.cloud.storage.object(bucket, owner, &code.key, None).await?;
        // Another version of the same content may have replaced the one that the template names.
        let pinned =
            code.code_of.iter().find_map(|function| desired.template.code_version(function));
        let is_pinned =
            |found: &ObjectVersion| pinned.is_none() || found.version.as_deref() == pinned;
        if !found.is_some_and(|found| code.is(&found) && is_pinned(&found)) {
            return Ok(Some(code.key.clone()));
        }
    }
    Ok(None)
}

/// Whether one of these templates, which are JSON, names an object. The key of another place may end with this key.
fn is_named(templates: Option<&[String]>, key: &str) -> bool {
    let quoted = format!("\"{key}\"");
    templates.is_none_or(|all| all.iter().any(|one| one.contains(&quoted)))
}

/// The templates that may name artifacts of a stack: its own and those of its change sets. `None` while
/// another operation changes it.
///
/// The change sets are read before the stack's own template: a change set that is executed meanwhile is in the list, or its
/// template is the stack's.
async fn templates(
    operation: &Operation<'_>,
    name: &str,
) -> Result<Option<Vec<String>>, OperationError> {
    let stacks = &operation.cloud.stacks;
    let Some(stack) = stacks.describe(name).await? else { return Ok(Some(Vec::new())) };
    let mut templates = Vec::new();
    for change_set in stacks.change_sets(&stack.id).await? {
        templates.extend(stacks.change_set_template(&change_set).await?);
    }
    let Some(now) = stacks.describe(name).await? else { return Ok(Some(templates)) };
    if now.status.is_busy() || now.id != stack.id {
        return Ok(None);
    }
    templates.extend(stacks.template(&now.id).await?);
    Ok(Some(templates))
}
