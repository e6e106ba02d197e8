//! What would change, for people: resources, values inside them, what is lost, and who may do what.

use serde_json::Value;

use super::data_loss::holding;
use super::style::{BAD, CAREFUL, GOOD, QUIET, STRONG, styled};
use crate::plan::{DataLoss, Grant, Rights, data_loss};
use cloud::json_diff::{leaves, text};
use cloud::{ChangeAction, KNOWN_AFTER_APPLY, PropertyChange, Replacement, ResourceChange};

/// The longest value that is shown whole: longer than any ARN. Programs get every value whole.
const LONGEST: usize = 300;

/// A change set that waits to be agreed to.
pub(super) fn change_set(changes: &[ResourceChange], rights: &[Rights]) -> Vec<String> {
    let mut lines = vec!["CloudFormation would make these changes:".to_owned()];
    lines.extend(resources(changes));
    if changes.is_empty() {
        lines.push("  (no resource changes; tags or outputs do)".to_owned());
    }
    lines.extend(permissions(rights));
    lines
}

/// Each resource with what changes inside it.
pub(super) fn resources(changes: &[ResourceChange]) -> Vec<String> {
    changes.iter().flat_map(change).collect()
}

fn change(change: &ResourceChange) -> Vec<String> {
    let (symbol, style, word) = match (&change.action, change.replacement) {
        (ChangeAction::Add, _) => ("+", GOOD, "add"),
        (ChangeAction::Remove, _) => ("-", BAD, "remove"),
        (ChangeAction::Modify, Replacement::Always) => ("!", BAD, "REPLACE"),
        (ChangeAction::Modify, Replacement::Conditional) => {
            ("!", CAREFUL, "change, perhaps REPLACE")
        }
        (ChangeAction::Modify, Replacement::Never) => ("~", CAREFUL, "change"),
        (ChangeAction::Other(name), _) => ("=", CAREFUL, other_action(name)),
    };
    let mut line = format!(
        "  {} {} {}",
        styled(style, &format!("{symbol} {word}")),
        change.logical_id,
        styled(QUIET, &change.resource_type)
    );
    let told = |name: &String| change.values.iter().any(|value| is_inside(value, name));
    let untold: Vec<_> = change.properties.iter().filter(|name| !told(name)).cloned().collect();
    if !untold.is_empty() {
        line.push_str(&format!(" ({})", untold.join(", ")));
    }
    if let Some(drift @ ("MODIFIED" | "DELETED")) = change.drift.as_deref() {
        line.push_str(&format!(", {} outside the stack", drift.to_lowercase()));
    }
    line.push_str(&consequence(change));
    let mut lines = vec![line];
    lines.extend(change.values.iter().flat_map(values));
    lines
}

/// CloudFormation's words for what it rarely does. Source: API reference, `ResourceChange`, Action.
fn other_action(name: &str) -> &str {
    match name {
        "Import" => "import",
        "Dynamic" => "decide while executing",
        "SyncWithActual" => "accept as it is now",
        "" => "do something unnamed",
        other => other,
    }
}

fn is_inside(value: &PropertyChange, name: &str) -> bool {
    let path = value.path.strip_prefix("/Properties").unwrap_or(&value.path);
    path.trim_start_matches('/').split('/').next() == Some(name)
}

/// What is lost, or kept, when the resource goes.
fn consequence(change: &ResourceChange) -> String {
    let what = holding(&change.logical_id, &change.resource_type).unwrap_or("all that it holds");
    match (data_loss(change), change.policy_action.as_deref()) {
        (Some(DataLoss::Certain), _) => format!(": {}", styled(BAD, &format!("DATA LOSS: {what}"))),
        (Some(DataLoss::Possible), _) => {
            format!(": {}", styled(BAD, &format!("DATA LOSS if it is replaced: {what}")))
        }
        (None, Some("Retain")) => ": it is kept outside the stack".to_owned(),
        (None, Some("Snapshot" | "ReplaceAndSnapshot")) => ": a snapshot is kept".to_owned(),
        (None, Some("ReplaceAndRetain")) => ": the old one is kept outside the stack".to_owned(),
        (None, _) => String::new(),
    }
}

/// The lines of one value. Where both sides are JSON documents in a text, such as a definition, only
/// what differs inside them is told.
pub(super) fn values(value: &PropertyChange) -> Vec<String> {
    let path = value.path.strip_prefix("/Properties/").unwrap_or(&value.path);
    let path = path.trim_start_matches('/');
    let forced = match value.replacement {
        Replacement::Never => "",
        Replacement::Always => " (this replaces the resource)",
        Replacement::Conditional => " (this may replace the resource)",
    };
    let documents = (document(value.before.as_deref()), document(value.after.as_deref()));
    let (Some(old), Some(new)) = documents else {
        return vec![before_after(path, value.before.as_deref(), value.after.as_deref(), forced)];
    };
    let inside = leaves(path, Some(&old), Some(&new));
    let line = |leaf: &cloud::json_diff::Leaf| {
        let (before, after) = (leaf.before.map(text), leaf.after.map(text));
        before_after(&leaf.path, before.as_deref(), after.as_deref(), forced)
    };
    match inside.as_slice() {
        [] => vec![format!("      {path}: only written differently{forced}")],
        leaves => leaves.iter().map(line).collect(),
    }
}

fn document(text: Option<&str>) -> Option<Value> {
    let value: Value = serde_json::from_str(text?).ok()?;
    (value.is_object() || value.is_array()).then_some(value)
}

fn before_after(path: &str, before: Option<&str>, after: Option<&str>, forced: &str) -> String {
    let what = match (before, after) {
        (Some(before), Some(after)) => {
            format!("{} -> {}", shown(before), styled(STRONG, &shown(after)))
        }
        (None, Some(after)) => format!("{} {}", styled(GOOD, "+"), shown(after)),
        (Some(before), None) => format!("{} {}", styled(BAD, "-"), shown(before)),
        (None, None) => "changes".to_owned(),
    };
    format!("      {path}: {what}{}", styled(BAD, forced))
}

fn shown(value: &str) -> String {
    if value == KNOWN_AFTER_APPLY {
        return "(known after it is applied)".to_owned();
    }
    let one_line = match value.trim() == value && !value.is_empty() && !value.contains('\n') {
        true => value.to_owned(),
        false => Value::from(value).to_string(),
    };
    match one_line.char_indices().nth(LONGEST) {
        None => one_line,
        Some((end, _)) => format!("{}... ({} characters)", &one_line[..end], value.chars().count()),
    }
}

/// The section about who may do what.
pub(super) fn permissions(rights: &[Rights]) -> Vec<String> {
    if rights.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![styled(STRONG, "permissions (IAM) that change:")];
    for rights in rights {
        lines.push(format!("  {}", rights.logical_id));
        lines.extend(rights.lost.iter().map(|grant| grant_line(BAD, "-", grant)));
        lines.extend(rights.gained.iter().map(|grant| grant_line(CAREFUL, "+", grant)));
    }
    lines
}

fn grant_line(style: anstyle::Style, symbol: &str, grant: &Grant) -> String {
    let mut line =
        format!("    {}", styled(style, &format!("{symbol} {}", grant.effect.to_lowercase())));
    if !grant.principals.is_empty() {
        line.push_str(&format!(" {} to", grant.principals.join(", ")));
    }
    line.push_str(&format!(" {}", grant.actions.join(", ")));
    if !grant.resources.is_empty() {
        line.push_str(&format!(" on {}", grant.resources.join(", ")));
    }
    if let Some(condition) = &grant.condition {
        line.push_str(&format!(" if {condition}"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(change_: &ResourceChange) -> Vec<String> {
        change(change_).iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
    }

    fn change_of(action: ChangeAction, kind: &str, policy: Option<&str>) -> ResourceChange {
        ResourceChange {
            action,
            logical_id: "It".to_owned(),
            physical_id: None,
            resource_type: kind.to_owned(),
            replacement: Replacement::Never,
            policy_action: policy.map(str::to_owned),
            drift: None,
            properties: Vec::new(),
            values: Vec::new(),
        }
    }

    fn value(path: &str, before: Option<&str>, after: Option<&str>) -> PropertyChange {
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        PropertyChange { path: path.to_owned(), before, after, replacement: Replacement::Never }
    }

    #[test]
    fn every_action_has_a_line() {
        let line = |name: &str| told(&change_of(ChangeAction::Other(name.to_owned()), "T", None));
        assert_eq!(line("Import"), ["  = import It T"]);
        assert_eq!(line("Dynamic"), ["  = decide while executing It T"]);
        assert_eq!(line("SyncWithActual"), ["  = accept as it is now It T"]);
        assert_eq!(line("Teleport"), ["  = Teleport It T"]);
    }

    #[test]
    fn a_loss_is_named_and_so_is_what_is_kept() {
        let removed =
            |policy| told(&change_of(ChangeAction::Remove, "AWS::DynamoDB::Table", policy));
        let lost = "  - remove It AWS::DynamoDB::Table: DATA LOSS: its items";
        assert_eq!(removed(Some("Delete")), [lost]);
        assert_eq!(
            removed(Some("Retain")),
            ["  - remove It AWS::DynamoDB::Table: it is kept outside the stack"]
        );
    }

    #[test]
    fn values_are_told_before_and_after_and_documents_inside() {
        let mut changed = change_of(ChangeAction::Modify, "T", None);
        changed.properties = ["Memory", "Tags"].map(str::to_owned).to_vec();
        changed.values = vec![
            value("/Properties/Memory", Some("128"), Some("256")),
            value("/Properties/Text", None, Some("a\nb")),
            value("/Properties/Arn", Some("x"), Some(KNOWN_AFTER_APPLY)),
            value(
                "/Properties/Asl",
                Some(r#"{"A":{"b":1},"c":2}"#),
                Some(r#"{"A":{"b":2},"c":2}"#),
            ),
            value("/Properties/Same", Some(r#"{"a":1}"#), Some(r#"{ "a": 1 }"#)),
            value("/Properties/Long", None, Some(&"ä".repeat(301))),
        ];
        let lines = told(&changed);
        assert_eq!(
            lines[..6],
            [
                "  ~ change It T (Tags)",
                "      Memory: 128 -> 256",
                "      Text: + \"a\\nb\"",
                "      Arn: x -> (known after it is applied)",
                "      Asl/A/b: 1 -> 2",
                "      Same: only written differently",
            ]
        );
        assert!(lines[6].ends_with("... (301 characters)"), "{}", lines[6]);
    }
}
