//! Changes made outside the stack, as text.

use super::changes::values;
use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use crate::next_command::NextCommand;
use crate::plan::{Drift, DriftResolution};
use cloud::ResourceDrift;

/// The section about drift.
pub(super) fn drift_section(drift: &Drift, next: &NextCommand) -> Vec<String> {
    let what = if drift.gone { "was deleted" } else { "was changed" };
    let mut lines =
        vec![styled(BOLD, &format!("drift: the state machine {what} outside the stack:"))];
    lines.push(format!("  {}", drift.machine));
    lines.extend(drift.changes.iter().flat_map(values));
    lines.push(format!("  {}", resolution(drift, next)));
    lines
}

fn resolution(drift: &Drift, next: &NextCommand) -> String {
    match (drift.resolution, drift.gone) {
        (DriftResolution::Left, true) => {
            styled(ERROR, "without it, no message can be decided; --revert-drift creates it again")
        }
        (DriftResolution::Left, false) => styled(
            WARNING,
            &format!(
                "it is kept; --revert-drift reverts it to what was deployed, {} writes it to a file",
                next.code(&["pull", "FILE"])
            ),
        ),
        (DriftResolution::AsDesired, _) => {
            styled(SUCCESS, "that is what this command deploys: it is kept")
        }
        (DriftResolution::Reverted, _) => {
            styled(WARNING, "it is reverted to the template, because of --revert-drift")
        }
        (DriftResolution::Overwritten, _) => styled(ERROR, "this would be OVERWRITTEN"),
    }
}

/// The result of a drift detection.
pub fn drift(
    stack_name: &str,
    resources: &[ResourceDrift],
    not_compared: &[String],
    incomplete: Option<&str>,
    next: &NextCommand,
) -> String {
    let (changed, others): (Vec<_>, Vec<_>) =
        resources.iter().partition(|resource| resource.is_changed());
    let same = others.iter().filter(|resource| resource.status == "IN_SYNC").count();
    let mut lines = Vec::new();
    if !changed.is_empty() {
        lines.push(styled(BOLD, &format!("changed outside stack {stack_name}:")));
        lines.extend(changed.iter().flat_map(|resource| changed_outside(resource)));
    }
    let all = resources.len() + not_compared.len();
    lines.push(format!("{same} of {all} resources are as they were deployed"));
    if !not_compared.is_empty() {
        let names = not_compared.join(", ");
        lines.push(format!("CloudFormation cannot compare {}: {names}", not_compared.len()));
    }
    let unknown = others.iter().filter(|resource| resource.status != "IN_SYNC");
    let unknown: Vec<_> = unknown.map(|resource| resource.logical_id.as_str()).collect();
    if !unknown.is_empty() {
        lines.push(format!("CloudFormation reports nothing about {}", unknown.join(", ")));
    }
    if let Some(reason) = incomplete {
        lines.push(styled(WARNING, &format!("not everything could be compared: {reason}")));
    }
    if !changed.is_empty() {
        lines.push(format!(
            "{} reverts it to the template; {} writes the live definition to a file",
            next.code(&["up", "--revert-drift"]),
            next.code(&["pull", "FILE"])
        ));
    }
    lines.join("\n")
}

fn changed_outside(resource: &ResourceDrift) -> Vec<String> {
    let what = match resource.status.as_str() {
        "DELETED" => styled(ERROR, "! deleted"),
        _ => styled(WARNING, "~ changed"),
    };
    let kind = styled(DIM, &resource.resource_type);
    let mut lines = vec![format!("  {what} {} {kind}", resource.logical_id)];
    lines.extend(resource.values.iter().flat_map(values));
    lines
}
