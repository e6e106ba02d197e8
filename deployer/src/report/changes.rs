//! The planned changes as text: resources, values inside them, data loss, and permissions.

use serde_json::Value;

use super::data_loss::data_held;
use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use crate::host::harmless::printable;
use crate::plan::{DataLoss, Grant, Rights, data_loss};
use cloud::json_diff::{diff, text};
use cloud::{ChangeAction, KNOWN_AFTER_APPLY, PropertyChange, Replacement, ResourceChange};

/// The maximum length of a value as text; it is longer than any ARN. JSON output is not truncated.
const MAX_LENGTH: usize = 300;

/// A change set that waits for confirmation.
pub(super) fn change_set(changes: &[ResourceChange], rights: &[Rights]) -> Vec<String> {
    let mut lines = vec!["CloudFormation would make these changes:".to_owned()];
    lines.extend(resources(changes));
    if changes.is_empty() {
        lines.push("  (no resource changes; tags or outputs do)".to_owned());
    }
    lines.push(counts(changes));
    lines.extend(permissions(rights));
    lines
}

/// How many resources would be added, changed, replaced and removed.
pub(super) fn counts(changes: &[ResourceChange]) -> String {
    let count = |such: fn(&ResourceChange) -> bool| changes.iter().filter(|one| such(one)).count();
    let replaced = |change: &ResourceChange| {
        change.action == ChangeAction::Modify && change.replacement == Replacement::Always
    };
    let added = count(|change| change.action == ChangeAction::Add);
    let replaced_count = count(replaced);
    let changed = count(|change| change.action == ChangeAction::Modify) - replaced_count;
    let removed = count(|change| change.action == ChangeAction::Remove);
    let others = count(|change| matches!(change.action, ChangeAction::Other(_)));
    let mut text = format!("Plan: {added} to add, {changed} to change, {removed} to remove");
    for (number, what) in [(replaced_count, "replace"), (others, "do something else with")] {
        if number > 0 {
            text.push_str(&format!(", {number} to {what}"));
        }
    }
    styled(BOLD, &format!("{text}."))
}

/// Each resource with the changes inside it.
pub(super) fn resources(changes: &[ResourceChange]) -> Vec<String> {
    changes.iter().flat_map(change).collect()
}

fn change(change: &ResourceChange) -> Vec<String> {
    let (symbol, style, word) = match (&change.action, change.replacement) {
        (ChangeAction::Add, _) => ("+", SUCCESS, "add"),
        (ChangeAction::Remove, _) => ("-", ERROR, "remove"),
        (ChangeAction::Modify, Replacement::Always) => ("!", ERROR, "REPLACE"),
        (ChangeAction::Modify, Replacement::Conditional) => {
            ("!", WARNING, "change, perhaps REPLACE")
        }
        (ChangeAction::Modify, Replacement::Never) => ("~", WARNING, "change"),
        (ChangeAction::Other(name), _) => ("=", WARNING, other_action(name)),
    };
    let mut line = format!(
        "  {} {} {}",
        styled(style, &format!("{symbol} {word}")),
        change.logical_id,
        styled(DIM, &change.resource_type)
    );
    let has_value = |name: &String| change.values.iter().any(|value| is_inside(value, name));
    let without_value: Vec<_> =
        change.properties.iter().filter(|name| !has_value(name)).cloned().collect();
    if !without_value.is_empty() {
        line.push_str(&format!(" ({})", without_value.join(", ")));
    }
    if let Some(drift @ ("MODIFIED" | "DELETED")) = change.drift.as_deref() {
        line.push_str(&format!(", {} outside the stack", drift.to_lowercase()));
    }
    line.push_str(&consequence(change));
    let mut lines = vec![line];
    lines.extend(change.values.iter().flat_map(values));
    lines
}

/// The rarer actions of CloudFormation. Source: API reference, `ResourceChange`, Action.
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

/// What is lost or retained if the resource is removed or replaced.
fn consequence(change: &ResourceChange) -> String {
    let what = data_held(&change.logical_id, &change.resource_type).unwrap_or("all that it holds");
    match (data_loss(change), change.policy_action.as_deref()) {
        (Some(DataLoss::Certain), _) => {
            format!(": {}", styled(ERROR, &format!("DATA LOSS: {what}")))
        }
        (Some(DataLoss::Possible), _) => {
            format!(": {}", styled(ERROR, &format!("DATA LOSS if it is replaced: {what}")))
        }
        (None, Some("Retain")) => ": it is kept outside the stack".to_owned(),
        (None, Some("Snapshot" | "ReplaceAndSnapshot")) => ": a snapshot is kept".to_owned(),
        (None, Some("ReplaceAndRetain")) => ": the old one is kept outside the stack".to_owned(),
        (None, _) => String::new(),
    }
}

/// The lines of one value. If both sides are JSON documents in a text, such as a definition, only
/// the differences inside them are shown.
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
    let inside = diff(path, Some(&old), Some(&new));
    let line = |leaf: &cloud::json_diff::JsonChange| {
        let (before, after) = (leaf.before.map(text), leaf.after.map(text));
        before_after(&leaf.path, before.as_deref(), after.as_deref(), forced)
    };
    match inside.as_slice() {
        [] => vec![format!("      {path}: only written differently{forced}")],
        diff => diff.iter().map(line).collect(),
    }
}

fn document(text: Option<&str>) -> Option<Value> {
    let value: Value = serde_json::from_str(text?).ok()?;
    (value.is_object() || value.is_array()).then_some(value)
}

fn before_after(path: &str, before: Option<&str>, after: Option<&str>, forced: &str) -> String {
    let what = match (before, after) {
        (Some(before), Some(after)) => {
            format!("{} -> {}", shown(before), styled(BOLD, &shown(after)))
        }
        (None, Some(after)) => format!("{} {}", styled(SUCCESS, "+"), shown(after)),
        (Some(before), None) => format!("{} {}", styled(ERROR, "-"), shown(before)),
        (None, None) => "changes".to_owned(),
    };
    format!("      {path}: {what}{}", styled(ERROR, forced))
}

fn shown(value: &str) -> String {
    if value == KNOWN_AFTER_APPLY {
        return "(known after it is applied)".to_owned();
    }
    let one_line = match value.trim() == value && !value.is_empty() && !value.contains('\n') {
        true => value.to_owned(),
        false => Value::from(value).to_string(),
    };
    match one_line.char_indices().nth(MAX_LENGTH) {
        None => printable(&one_line),
        Some((end, _)) => {
            let start = printable(&one_line[..end]);
            format!("{start}... ({} characters)", value.chars().count())
        }
    }
}

/// The section about permissions.
pub(super) fn permissions(rights: &[Rights]) -> Vec<String> {
    if rights.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![styled(BOLD, "permissions (IAM) that change:")];
    for rights in rights {
        lines.push(format!("  {}", rights.logical_id));
        lines.extend(rights.lost.iter().map(|grant| grant_line(ERROR, "-", grant)));
        lines.extend(rights.gained.iter().map(|grant| grant_line(WARNING, "+", grant)));
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

    fn lines_of(change_: &ResourceChange) -> Vec<String> {
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
        let line =
            |name: &str| lines_of(&change_of(ChangeAction::Other(name.to_owned()), "T", None));
        assert_eq!(line("Import"), ["  = import It T"]);
        assert_eq!(line("Dynamic"), ["  = decide while executing It T"]);
        assert_eq!(line("SyncWithActual"), ["  = accept as it is now It T"]);
        assert_eq!(line("Teleport"), ["  = Teleport It T"]);
    }

    #[test]
    fn lost_and_retained_data_is_named() {
        let removed =
            |policy| lines_of(&change_of(ChangeAction::Remove, "AWS::DynamoDB::Table", policy));
        let lost = "  - remove It AWS::DynamoDB::Table: DATA LOSS: its items";
        assert_eq!(removed(Some("Delete")), [lost]);
        assert_eq!(
            removed(Some("Retain")),
            ["  - remove It AWS::DynamoDB::Table: it is kept outside the stack"]
        );
    }

    #[test]
    fn values_and_documents_are_shown_before_and_after() {
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
        let lines = lines_of(&changed);
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
