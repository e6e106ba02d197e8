//! How an operation fails, and which of a stack's events is the reason.

use crate::cloud::{CloudError, StackEvent, StackStatus};

/// Why an operation did not do what the plan said.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// A call failed.
    #[error(transparent)]
    Cloud(Box<CloudError>),
    /// CloudFormation would not make the change set.
    #[error("CloudFormation refused the change set: {reason}")]
    ChangeSet {
        /// CloudFormation's reason.
        reason: String,
    },
    /// The stack settled in another status than it should have.
    #[error("the stack ended in {status}{}", cause(.root_cause.as_deref()))]
    Stack {
        /// The status.
        status: StackStatus,
        /// The first failing resource of the operation.
        root_cause: Option<Box<StackEvent>>,
    },
    /// The function cannot be invoked although the stack is complete.
    #[error("the function is {state}: {reason}")]
    Function {
        /// Lambda's state.
        state: String,
        /// Lambda's reason.
        reason: String,
    },
    /// Looking failed for too long; the operation goes on in AWS.
    #[error("lost sight of the stack, whose operation goes on in AWS")]
    LostSight(#[source] Box<CloudError>),
}

impl From<CloudError> for OperationError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(Box::new(error))
    }
}

fn cause(event: Option<&StackEvent>) -> String {
    event.map_or_else(String::new, |event| {
        format!(
            " because {} ({}) could not be {}: {}",
            event.logical_id,
            event.resource_type,
            attempted(&event.status),
            event.reason.as_deref().unwrap_or("CloudFormation gives no reason")
        )
    })
}

fn attempted(status: &str) -> &'static str {
    match status.split('_').next() {
        Some("CREATE") => "created",
        Some("DELETE") => "deleted",
        _ => "updated",
    }
}

/// The first failure of an operation, given its events oldest first. Failures that only follow from
/// another one say so in their reason.
#[must_use]
pub fn root_cause<'a>(events: &'a [StackEvent], stack_name: &str) -> Option<&'a StackEvent> {
    let failures = || events.iter().filter(|event| event.status.ends_with("_FAILED"));
    let is_own = |event: &&StackEvent| event.logical_id != stack_name;
    let is_cascade = |event: &&StackEvent| {
        event.reason.as_deref().is_some_and(|reason| {
            reason.contains("Resource creation cancelled")
                || reason.contains("Resource update cancelled")
                || reason.contains("Resource deletion cancelled")
        })
    };
    failures()
        .filter(is_own)
        .find(|event| !is_cascade(event))
        .or_else(|| failures().find(|event| !is_cascade(event)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn event(logical_id: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            id: String::new(),
            timestamp: Timestamp::UNIX_EPOCH,
            logical_id: logical_id.to_owned(),
            physical_id: None,
            resource_type: "AWS::Logs::LogGroup".to_owned(),
            status: status.to_owned(),
            reason: Some(reason.to_owned()),
            token: None,
        }
    }

    #[test]
    fn the_first_real_failure_is_the_reason() {
        let events = [
            event("Table", "CREATE_IN_PROGRESS", ""),
            event("Role", "CREATE_FAILED", "Resource creation cancelled"),
            event("LogGroup", "CREATE_FAILED", "it exists already"),
            event("Function", "CREATE_FAILED", "something later"),
            event("stack", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed"),
        ];
        assert_eq!(root_cause(&events, "stack").unwrap().logical_id, "LogGroup");
        let only_stack = [event("stack", "UPDATE_FAILED", "no")];
        assert_eq!(root_cause(&only_stack, "stack").unwrap().logical_id, "stack");
        assert!(root_cause(&events[..1], "stack").is_none());
    }

    #[test]
    fn the_message_names_resource_and_reason() {
        let error = OperationError::Stack {
            status: StackStatus::RollbackComplete,
            root_cause: Some(Box::new(event("LogGroup", "CREATE_FAILED", "it exists already"))),
        };
        assert_eq!(
            error.to_string(),
            "the stack ended in ROLLBACK_COMPLETE because LogGroup (AWS::Logs::LogGroup) could not be \
             created: it exists already"
        );
    }
}
