//! Why an operation or a change set failed: the causes in order, without their consequences.

use super::Operation;
use cloud::{ChangeSetId, CloudError, Failure, FailureScope, Stack, StackEvent, StackStatus};

#[derive(Debug, Default)]
pub struct Diagnosis {
    /// The causes in order, then warnings.
    pub causes: Vec<Failure>,
    /// The logical ids of the resources that were canceled as a consequence.
    pub cancelled: Vec<String>,
    /// Why `DescribeEvents`, which returns more than the stack's events, could not be called.
    pub unavailable: Option<Box<CloudError>>,
}

/// Reads why a change set could not be created.
pub(super) async fn of_change_set(operation: &Operation<'_>, id: &ChangeSetId) -> Diagnosis {
    match operation.cloud.stacks.failures(FailureScope::ChangeSet(id)).await {
        Ok(mut causes) => {
            causes.sort_by_key(|cause| cause.warning);
            Diagnosis { causes, ..Diagnosis::default() }
        }
        Err(error) => Diagnosis { unavailable: Some(Box::new(error)), ..Diagnosis::default() },
    }
}

/// Reads why an operation failed: from `DescribeEvents`, for the operation and the rollback after
/// it, or, if that call fails, from the stack's events, which are known anyway.
pub(super) async fn of_operation(
    operation: &Operation<'_>,
    stack: Option<&Stack>,
    events: &[StackEvent],
) -> Diagnosis {
    let from_events = || Failure::from_events(events);
    let Some(stack) = stack else { return classify(from_events(), "", None) };
    match by_operations(operation, stack).await {
        Ok(failures) => {
            // Earlier operations failed for other reasons.
            let begun = events.first().map(|event| event.timestamp);
            let new = failures.into_iter().filter(|failure| Some(failure.timestamp) >= begun);
            let new: Vec<_> = new.collect();
            classify(if new.is_empty() { from_events() } else { new }, &stack.name, None)
        }
        Err(error) => classify(from_events(), &stack.name, Some(Box::new(error))),
    }
}

/// A failed update has two operations: its own and the rollback's. `DescribeStacks` names both; if
/// it names none, query the whole stack.
async fn by_operations(
    operation: &Operation<'_>,
    stack: &Stack,
) -> Result<Vec<Failure>, CloudError> {
    let stacks = &operation.cloud.stacks;
    if stack.operations.is_empty() {
        return stacks.failures(FailureScope::Stack(&stack.id)).await;
    }
    let mut failures = Vec::new();
    for one in &stack.operations {
        failures.extend(stacks.failures(FailureScope::Operation(&one.id)).await?);
    }
    failures.sort_by_key(|failure| failure.timestamp);
    Ok(failures)
}

/// Separates causes from consequences. CloudFormation reports some failures twice, and also
/// attributes failures of resources to the stack.
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
    // A warning does not stop an operation, and so is never the first cause.
    diagnosis.causes.sort_by_key(|cause| cause.warning);
    diagnosis
}

/// Whether a resource was canceled only because another one failed.
pub fn is_cascade(reason: &str) -> bool {
    ["Resource creation cancelled", "Resource update cancelled", "Resource deletion cancelled"]
        .iter()
        .any(|sentence| reason.contains(sentence))
}

/// Whether CloudFormation rolled the failed operation back.
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
    fn causes_come_without_duplicates_and_consequences() {
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
    fn the_stack_is_the_cause_if_no_resource_is() {
        let diagnosis = classify(vec![failure("stack", "no")], "stack", None);
        assert_eq!(diagnosis.causes.len(), 1);
        assert!(classify(Vec::new(), "stack", None).causes.is_empty());
    }
}
