//! Why something failed, as CloudFormation tells it of change sets and of operations.

use jiff::Timestamp;
use serde::Serialize;

use super::{ChangeSetId, StackEvent};

/// Whose failures are asked for.
#[derive(Debug, Clone, Copy)]
pub enum FailureScope<'a> {
    /// A change set's: what its validation found.
    ChangeSet(&'a ChangeSetId),
    /// One operation's, by its id.
    Operation(&'a str),
    /// Every operation's of a stack, by its ARN.
    Stack(&'a str),
}

/// What kind of thing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The validation before anything is touched.
    Validation,
    /// A hook that the account has registered.
    Hook,
    /// Creating, changing or deleting a resource, or the stack itself.
    Resource,
}

/// One failed event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// When.
    pub timestamp: Timestamp,
    /// The resource's name in the template; the stack's own name for the stack itself.
    pub logical_id: String,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// CloudFormation's resource status, such as `CREATE_FAILED`; empty for a validation.
    pub status: String,
    /// Why; empty where CloudFormation does not say.
    pub reason: String,
    /// Where in the template, such as `/Resources/Fn/Properties/MemorySize`, where CloudFormation knows.
    pub path: Option<String>,
    /// The validation's or the hook's name.
    pub check: Option<String>,
    /// Whether it is only a warning, which stops nothing.
    pub warning: bool,
}

impl Failure {
    /// The failures among a stack's events.
    #[must_use]
    pub fn from_events(events: &[StackEvent]) -> Vec<Self> {
        let failed = events.iter().filter(|event| event.status.ends_with("_FAILED"));
        failed
            .map(|event| Self {
                kind: FailureKind::Resource,
                timestamp: event.timestamp,
                logical_id: event.logical_id.clone(),
                resource_type: event.resource_type.clone(),
                status: event.status.clone(),
                reason: event.reason.clone().unwrap_or_default(),
                path: None,
                check: None,
                warning: false,
            })
            .collect()
    }
}

/// One of a stack's last operations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackOperation {
    /// What [`FailuresOf::Operation`] takes.
    pub id: String,
    /// `CREATE_STACK`, `UPDATE_STACK`, `DELETE_STACK`, `ROLLBACK`, `CONTINUE_ROLLBACK`,
    /// `CREATE_CHANGESET`.
    pub kind: String,
}
