//! What is lost for ever when a resource goes or is replaced.

use serde::Serialize;

use cloud::{ChangeAction, Replacement, ResourceChange};

/// Whether a change loses data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// It does.
    Certain,
    /// It does if CloudFormation decides to replace the resource.
    Possible,
}

/// The types whose resources hold something that a new resource of the same name would not.
const HOLDING: [&str; 4] = [
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
];

/// Whether a change loses data: what holds some goes, and no policy keeps it or a snapshot.
#[must_use]
pub fn loss(change: &ResourceChange) -> Option<Loss> {
    let kept = change.policy_action.as_deref().is_some_and(|action| !action.ends_with("Delete"));
    if kept || !HOLDING.contains(&change.resource_type.as_str()) {
        return None;
    }
    match (&change.action, change.replacement) {
        (ChangeAction::Remove, _) | (ChangeAction::Modify, Replacement::Always) => {
            Some(Loss::Certain)
        }
        (ChangeAction::Modify, Replacement::Conditional) => Some(Loss::Possible),
        (ChangeAction::Add | ChangeAction::Modify | ChangeAction::Other(_), _) => None,
    }
}

/// The changes that take something away although `reviewed` does not say so of the resource. That
/// something without content may be replaced, because it refers to what is replaced, is no surprise.
#[must_use]
pub fn beyond<'a>(
    changes: &'a [ResourceChange],
    reviewed: &[ResourceChange],
) -> Vec<&'a ResourceChange> {
    let takes = |change: &ResourceChange| {
        change.action == ChangeAction::Remove
            || change.replacement == Replacement::Always
            || loss(change).is_some()
    };
    let said = |change: &ResourceChange| {
        reviewed.iter().any(|known| known.logical_id == change.logical_id && takes(known))
    };
    changes.iter().filter(|change| takes(change) && !said(change)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_data_and_goes_is_a_loss_unless_a_policy_keeps_it() {
        let of = |kind: &str, action: ChangeAction, replacement, policy: Option<&str>| {
            loss(&ResourceChange {
                action,
                logical_id: "R".to_owned(),
                physical_id: None,
                resource_type: kind.to_owned(),
                replacement,
                policy_action: policy.map(str::to_owned),
                drift: None,
                properties: Vec::new(),
                values: Vec::new(),
            })
        };
        use ChangeAction::{Add, Modify, Other, Remove};
        use Replacement::{Always, Conditional, Never};
        let table = "AWS::DynamoDB::Table";
        assert_eq!(of(table, Remove, Never, Some("Delete")), Some(Loss::Certain));
        assert_eq!(of(table, Remove, Never, Some("Retain")), None);
        assert_eq!(of(table, Remove, Never, Some("Snapshot")), None);
        assert_eq!(of(table, Modify, Always, Some("ReplaceAndDelete")), Some(Loss::Certain));
        assert_eq!(of(table, Modify, Always, Some("ReplaceAndRetain")), None);
        assert_eq!(of(table, Modify, Always, None), Some(Loss::Certain));
        assert_eq!(of(table, Modify, Conditional, None), Some(Loss::Possible));
        assert_eq!(of(table, Modify, Never, None), None);
        assert_eq!(of(table, Add, Never, None), None);
        assert_eq!(of(table, Other("Import".to_owned()), Never, None), None);
        assert_eq!(of("AWS::IAM::Role", Remove, Never, Some("Delete")), None);
    }

    #[test]
    fn what_was_not_reviewed_and_takes_something_away_is_beyond() {
        let change = |id: &str, action, replacement| ResourceChange {
            action,
            logical_id: id.to_owned(),
            physical_id: None,
            resource_type: if id == "Table" { HOLDING[0] } else { "T" }.to_owned(),
            replacement,
            policy_action: None,
            drift: None,
            properties: Vec::new(),
            values: Vec::new(),
        };
        use ChangeAction::{Modify, Remove};
        use Replacement::{Always, Conditional, Never};
        let reviewed = [change("Said", Modify, Always), change("Mild", Modify, Never)];
        let changes = [
            change("Said", Modify, Always),
            change("Mild", Modify, Always),
            change("Empty", Modify, Conditional),
            change("Table", Modify, Conditional),
            change("Tagged", Modify, Never),
            change("Gone", Remove, Never),
        ];
        let beyond: Vec<_> =
            beyond(&changes, &reviewed).iter().map(|change| &change.logical_id[..]).collect();
        assert_eq!(beyond, ["Mild", "Table", "Gone"]);
    }
}
