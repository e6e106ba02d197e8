//! Data that is lost for good when a resource is removed or replaced.

use serde::Serialize;

use cloud::{ChangeAction, Replacement, ResourceChange};

/// Whether a change loses data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DataLoss {
    /// It loses data.
    Certain,
    /// It loses data if CloudFormation decides to replace the resource.
    Possible,
}

/// The types whose resources hold data that a new resource of the same name would not have.
const DATA_TYPES: [&str; 4] = [
    "AWS::DynamoDB::Table",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::StepFunctions::StateMachine",
];

/// Whether a change loses data: it removes a resource that holds some, and no policy retains the resource
/// or a snapshot.
pub fn data_loss(change: &ResourceChange) -> Option<DataLoss> {
    let retained =
        change.policy_action.as_deref().is_some_and(|action| !action.ends_with("Delete"));
    if retained || !DATA_TYPES.contains(&change.resource_type.as_str()) {
        return None;
    }
    match (&change.action, change.replacement) {
        (ChangeAction::Remove, _) | (ChangeAction::Modify, Replacement::Always) => {
            Some(DataLoss::Certain)
        }
        (ChangeAction::Modify, Replacement::Conditional) => Some(DataLoss::Possible),
        (ChangeAction::Add | ChangeAction::Modify | ChangeAction::Other(_), _) => None,
    }
}

/// The changes that remove or replace a resource although `reviewed` does not say so. A resource without data
/// that CloudFormation may replace, because it refers to one that is replaced, does not count.
pub fn unreviewed<'a>(
    changes: &'a [ResourceChange],
    reviewed: &[ResourceChange],
) -> Vec<&'a ResourceChange> {
    let removes = |change: &ResourceChange| {
        change.action == ChangeAction::Remove
            || change.replacement == Replacement::Always
            || data_loss(change).is_some()
    };
    let is_reviewed = |change: &ResourceChange| {
        reviewed.iter().any(|known| known.logical_id == change.logical_id && removes(known))
    };
    changes.iter().filter(|change| removes(change) && !is_reviewed(change)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removing_data_is_a_loss_unless_a_policy_retains_it() {
        let of = |kind: &str, action: ChangeAction, replacement, policy: Option<&str>| {
            data_loss(&ResourceChange {
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
        assert_eq!(of(table, Remove, Never, Some("Delete")), Some(DataLoss::Certain));
        assert_eq!(of(table, Remove, Never, Some("Retain")), None);
        assert_eq!(of(table, Remove, Never, Some("Snapshot")), None);
        assert_eq!(of(table, Modify, Always, Some("ReplaceAndDelete")), Some(DataLoss::Certain));
        assert_eq!(of(table, Modify, Always, Some("ReplaceAndRetain")), None);
        assert_eq!(of(table, Modify, Always, None), Some(DataLoss::Certain));
        assert_eq!(of(table, Modify, Conditional, None), Some(DataLoss::Possible));
        assert_eq!(of(table, Modify, Never, None), None);
        assert_eq!(of(table, Add, Never, None), None);
        assert_eq!(of(table, Other("Import".to_owned()), Never, None), None);
        assert_eq!(of("AWS::IAM::Role", Remove, Never, Some("Delete")), None);
    }

    #[test]
    fn removals_that_were_not_reviewed_are_found() {
        let change = |id: &str, action, replacement| ResourceChange {
            action,
            logical_id: id.to_owned(),
            physical_id: None,
            resource_type: if id == "Table" { DATA_TYPES[0] } else { "T" }.to_owned(),
            replacement,
            policy_action: None,
            drift: None,
            properties: Vec::new(),
            values: Vec::new(),
        };
        use ChangeAction::{Modify, Remove};
        use Replacement::{Always, Conditional, Never};
        let reviewed = [change("Known", Modify, Always), change("Mild", Modify, Never)];
        let changes = [
            change("Known", Modify, Always),
            change("Mild", Modify, Always),
            change("Empty", Modify, Conditional),
            change("Table", Modify, Conditional),
            change("Tagged", Modify, Never),
            change("Gone", Remove, Never),
        ];
        let found: Vec<_> =
            unreviewed(&changes, &reviewed).iter().map(|change| &change.logical_id[..]).collect();
        assert_eq!(found, ["Mild", "Table", "Gone"]);
    }
}
