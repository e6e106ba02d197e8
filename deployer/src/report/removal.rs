//! What `down` would remove, what blocks it, and what would remain.

use super::data_loss::data_held;
use super::lines;
use super::style::{BOLD, ERROR, WARNING, styled};
use crate::host::harmless::printable;
use crate::plan::{Removal, RemovalStep};
use cloud::StackResource;

/// What `down` would remove.
pub fn removal(removal: &Removal, stack_name: &str) -> String {
    let mut text = Vec::new();
    if !removal.stuck.is_empty() {
        text.push(styled(
            ERROR,
            "the last deletion failed, because these resources could not be deleted:",
        ));
        text.extend(removal.stuck.iter().map(stuck));
    }
    if removal.keeps_stack {
        text.push(styled(
            BOLD,
            &format!("stack {stack_name} belongs to the original application, and is kept"),
        ));
        let left = "artifacts that an interrupted `up --adopt` left";
        text.push(format!("  {} {left}", styled(ERROR, "- remove")));
        return text.join("\n");
    }
    text.push(styled(BOLD, &format!("stack {stack_name} would be removed, with:")));
    for (logical_id, kind) in &removal.resources {
        let lost =
            data_held(logical_id, kind).map(|what| format!(", and {what}")).unwrap_or_default();
        text.push(format!("  {} {logical_id} {kind}{lost}", styled(ERROR, "- remove")));
    }
    if removal.resources.is_empty() {
        text.push("  (no resources)".to_owned());
    }
    let removed = removal.resources.len();
    text.push(styled(BOLD, &format!("Plan: 0 to add, 0 to change, {removed} to remove.")));
    for step in &removal.steps {
        if let RemovalStep::RemoveObjects(place) = step {
            let objects = format!("s3://{}/{}", place.bucket, place.prefix);
            text.push(format!(
                "  {} artifacts of the stack in {objects}",
                styled(ERROR, "- remove")
            ));
        }
    }
    if !removal.left.is_empty() {
        let forced =
            |step: &RemovalStep| matches!(step, RemovalStep::DeleteStack { force: true, .. });
        let when =
            if removal.steps.iter().any(forced) { " if they still cannot be deleted" } else { "" };
        let heading = format!(
            "These are kept{when}, with their contents and costs, and no stack manages them anymore:"
        );
        text.push(styled(WARNING, &heading));
        text.extend(removal.left.iter().map(lines::resource));
    }
    if removal.steps.iter().any(|step| matches!(step, RemovalStep::Unprotect { .. })) {
        text.push(styled(
            WARNING,
            "Termination protection is on, and would be switched off first.",
        ));
    }
    text.push(styled(
        WARNING,
        "A WorkMail rule that still names the function makes every message it matches wait until the \
         rule's timeout, and then applies its fallback action: delete the rule first.",
    ));
    text.join("\n")
}

/// One line about a blocking resource, with its reason.
pub(super) fn stuck(resource: &StackResource) -> String {
    let reason = resource.reason.as_deref().unwrap_or("CloudFormation gives no reason");
    format!("{}: {}", lines::resource(resource), printable(reason))
}
