//! What an operation or a change set failed of: the causes in order, without what only followed.

use super::Operation;
use cloud::{ChangeSetId, CloudError, Failure, FailuresOf, Stack, StackEvent, StackStatus};

/// Why something failed.
#[derive(Debug, Default)]
pub struct Diagnosis {
    /// What failed by itself, the first one first; then what was only warned of.
    pub causes: Vec<Failure>,
    /// The resources that were given up because of it, by their names in the template.
    pub cancelled: Vec<String>,
    /// Why `DescribeEvents` could not be asked, which knows more than the stack's events.
    pub unavailable: Option<Box<CloudError>>,
}

/// Reads why a change set could not be made.
pub(super) async fn of_change_set(operation: &Operation<'_>, id: &ChangeSetId) -> Diagnosis {
    match operation.cloud.stacks.failures(FailuresOf::ChangeSet(id)).await {
        Ok(mut causes) => {
            causes.sort_by_key(|cause| cause.warning);
            Diagnosis { causes, ..Diagnosis::default() }
        }
        Err(error) => Diagnosis { unavailable: Some(Box::new(error)), ..Diagnosis::default() },
    }
}

/// Reads why an operation failed: by `DescribeEvents`, over the operation and the rollback that
/// followed it, or, where that cannot be asked, from the stack's events, which were followed anyway.
pub(super) async fn of_operation(
    operation: &Operation<'_>,
    stack: Option<&Stack>,
    events: &[StackEvent],
) -> Diagnosis {
    let from_events = || Failure::among(events);
    let Some(stack) = stack else { return classify(from_events(), "", None) };
    match by_operations(operation, stack).await {
        Ok(failures) => {
            // Earlier operations failed of something else.
            let begun = events.first().map(|event| event.timestamp);
            let new = failures.into_iter().filter(|failure| Some(failure.timestamp) >= begun);
            let new: Vec<_> = new.collect();
            classify(if new.is_empty() { from_events() } else { new }, &stack.name, None)
        }
        Err(error) => classify(from_events(), &stack.name, Some(Box::new(error))),
    }
}

/// A failed update has two operations, its own and its rollback's. `DescribeStacks` names both; where
/// it names none, the whole stack is asked.
async fn by_operations(
    operation: &Operation<'_>,
    stack: &Stack,
) -> Result<Vec<Failure>, CloudError> {
    let stacks = &operation.cloud.stacks;
    if stack.operations.is_empty() {
        return stacks.failures(FailuresOf::Stack(&stack.id)).await;
    }
    let mut failures = Vec::new();
    for one in &stack.operations {
        failures.extend(stacks.failures(FailuresOf::Operation(&one.id)).await?);
    }
    failures.sort_by_key(|failure| failure.timestamp);
    Ok(failures)
}

/// Parts causes from what followed. CloudFormation tells some failures twice, and blames the stack for
/// its resources.
fn classify(
    failures: Vec<Failure>,
    stack_name: &str,
    unavailable: Option<Box<CloudError>>,
) -> Diagnosis {
    let mut diagnosis = Diagnosis { unavailable, ..Diagnosis::default() };
    let (own, resources): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|failure| failure.logical_id == stack_name);
    for failure in resources {
        let same = |other: &Failure| {
            other.logical_id == failure.logical_id && other.reason == failure.reason
        };
        if is_cascade(&failure.reason) {
            diagnosis.cancelled.push(failure.logical_id);
        } else if !diagnosis.causes.iter().any(same) {
            diagnosis.causes.push(failure);
        }
    }
    if diagnosis.causes.iter().all(|cause| cause.warning) {
        diagnosis.causes.extend(own);
    }
    // A warning stops nothing, and so is never the first cause.
    diagnosis.causes.sort_by_key(|cause| cause.warning);
    diagnosis
}

/// Whether a resource was only given up because another one failed.
#[must_use]
pub fn is_cascade(reason: &str) -> bool {
    ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"]
        .iter()
        .any(|sentence| reason.contains(sentence))
}

/// Whether CloudFormation took back what a failed operation had done.
#[must_use]
pub fn is_rolled_back(status: &StackStatus) -> bool {
    matches!(status, StackStatus::RollbackComplete | StackStatus::UpdateRollbackComplete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud::FailureKind;
    use jiff::Timestamp;

    fn failure(logical_id: &str, reason: &str) -> Failure {
        Failure {
            kind: FailureKind::Resource,
            timestamp: Timestamp::UNIX_EPOCH,
            logical_id: logical_id.to_owned(),
            resource_type: "AWS::Logs::LogGroup".to_owned(),
            status: "CREATE_FAILED".to_owned(),
            reason: reason.to_owned(),
            path: None,
            check: None,
            warning: false,
        }
    }

    #[test]
    fn causes_come_first_and_once_and_what_followed_is_only_named() {
        let diagnosis = classify(
            vec![
                failure("Role", "Resource creation cancelled"),
                failure("LogGroup", "it exists already"),
                failure("LogGroup", "it exists already"),
                failure("Function", "something later"),
                failure("stack", "The following resource(s) failed"),
            ],
            "stack",
            None,
        );
        let causes: Vec<_> = diagnosis.causes.iter().map(|cause| &cause.logical_id[..]).collect();
        assert_eq!(causes, ["LogGroup", "Function"]);
        assert_eq!(diagnosis.cancelled, ["Role"]);
    }

    #[test]
    fn a_warning_is_never_the_first_cause() {
        let warning = Failure { warning: true, ..failure("Bucket", "it is not empty") };
        let failures = vec![warning.clone(), failure("Function", "no memory")];
        assert_eq!(classify(failures, "stack", None).causes[0].logical_id, "Function");
        let failures = vec![warning, failure("stack", "no")];
        assert_eq!(classify(failures, "stack", None).causes[0].logical_id, "stack");
    }

    #[test]
    fn the_stack_is_blamed_where_no_resource_is() {
        let diagnosis = classify(vec![failure("stack", "no")], "stack", None);
        assert_eq!(diagnosis.causes.len(), 1);
        assert!(classify(Vec::new(), "stack", None).causes.is_empty());
    }
}
