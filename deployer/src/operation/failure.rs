//! The errors of operations.

use super::diagnosis::Diagnosis;
use crate::installation::spoken;
use crate::plan::OtherCode;
use cloud::{CloudError, ErrorKind, Failure, StackStatus};

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// A call failed.
    #[error(transparent)]
    Cloud(Box<CloudError>),
    /// CloudFormation refused to create the change set.
    #[error("CloudFormation refused the change set: {reason}")]
    ChangeSet { reason: String, diagnosis: Box<Diagnosis> },
    /// The stack settled in an unexpected status.
    #[error("the stack ended in {status}{}", cause(.diagnosis.causes.first()))]
    Stack { status: StackStatus, diagnosis: Box<Diagnosis> },
    /// The function cannot be invoked although the stack is complete.
    #[error("the function is {state}: {reason}")]
    Function { state: String, reason: String },
    /// A function runs other code than was installed.
    #[error(
        "{} does not run {} that was installed (sha256 {}), but other code (sha256 {})",
        spoken(&.0.function_id).0,
        spoken(&.0.function_id).1,
        .0.recorded,
        .0.running
    )]
    OtherCode(Box<OtherCode>),
    /// An artifact was removed after it was found or uploaded.
    #[error("another command removed s3://{bucket}/{key} meanwhile")]
    ArtifactGone { bucket: String, key: String },
    /// The stack is up to date, but a later step failed.
    #[error("the stack is up to date, but one of the last steps failed")]
    Unfinished(#[source] Box<CloudError>),
    /// Polling was refused, or failed for too long; the operation continues in AWS.
    #[error("lost the connection; the operation on the stack continues in AWS")]
    LostSight(#[source] Box<CloudError>),
}

impl OperationError {
    /// Whether CloudFormation refused the template, so that nothing was changed and the same template would be refused
    /// again.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::ChangeSet { .. } => true,
            Self::Cloud(error) => is_refused_template(error),
            _ => false,
        }
    }
}

/// Whether CloudFormation refused to create a change set because of the request itself, above all of its template.
pub fn is_refused_template(error: &CloudError) -> bool {
    error.operation == "CreateChangeSet" && error.kind == ErrorKind::Invalid
}

impl From<CloudError> for OperationError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(Box::new(error))
    }
}

impl From<Box<CloudError>> for OperationError {
    fn from(error: Box<CloudError>) -> Self {
        Self::Cloud(error)
    }
}

fn cause(first: Option<&Failure>) -> String {
    first.map_or_else(String::new, |first| {
        let Failure { logical_id, resource_type, .. } = first;
        format!(" because {logical_id} ({resource_type}) could not be {}", attempted(&first.status))
    })
}

fn attempted(status: &str) -> &'static str {
    match status.split('_').next() {
        Some("CREATE") => "created",
        Some("DELETE") => "deleted",
        _ => "updated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cloud::FailureKind;
    use jiff::Timestamp;

    #[test]
    fn only_a_refused_change_set_is_a_refusal_of_the_template() {
        let failed = |operation, kind| CloudError {
            service: "CloudFormation",
            operation,
            kind,
            code: None,
            message: "no".to_owned(),
            request_id: None,
            source: None,
        };
        for (operation, kind, refused) in [
            ("CreateChangeSet", ErrorKind::Invalid, true),
            ("CreateChangeSet", ErrorKind::Denied, false),
            ("ExecuteChangeSet", ErrorKind::Invalid, false),
        ] {
            let error = failed(operation, kind);
            assert_eq!(is_refused_template(&error), refused, "{operation}");
            assert_eq!(OperationError::from(error).is_refusal(), refused, "{operation}");
        }
        let reason = "a type is unknown".to_owned();
        let change_set = OperationError::ChangeSet { reason, diagnosis: Box::default() };
        assert!(change_set.is_refusal());
        let lost = OperationError::LostSight(Box::new(failed("DescribeStacks", ErrorKind::Denied)));
        assert!(!lost.is_refusal());
    }

    #[test]
    fn the_message_names_the_resource_that_failed_first() {
        let first = Failure {
            kind: FailureKind::Resource,
            timestamp: Timestamp::UNIX_EPOCH,
            logical_id: "LogGroup".to_owned(),
            resource_type: "AWS::Logs::LogGroup".to_owned(),
            status: "CREATE_FAILED".to_owned(),
            reason: "it exists already".to_owned(),
            path: None,
            check: None,
            warning: false,
        };
        let error = OperationError::Stack {
            status: StackStatus::RollbackComplete,
            diagnosis: Box::new(Diagnosis { causes: vec![first], ..Diagnosis::default() }),
        };
        assert_eq!(
            error.to_string(),
            "the stack ended in ROLLBACK_COMPLETE because LogGroup (AWS::Logs::LogGroup) could not be \
             created"
        );
    }
}
