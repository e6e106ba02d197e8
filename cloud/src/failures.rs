//! Why a change set or an operation failed, as CloudFormation reports it.

use jiff::Timestamp;
use serde::Serialize;

use super::{ChangeSetId, StackEvent};

/// Which failures to list.
#[derive(Debug, Clone, Copy)]
pub enum FailureScope<'a> {
    /// Those of a change set: what its validation found.
    ChangeSet(&'a ChangeSetId),
    /// Those of one operation, by its id.
    Operation(&'a str),
    /// Those of every operation of a stack, by the ARN of the stack.
    Stack(&'a str),
}

/// What kind of thing failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The validation, which runs before anything changes.
    Validation,
    /// A hook that is registered in the account.
    Hook,
    /// Creating, changing or deleting a resource, or the stack itself.
    Resource,
}

/// One failed event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// When it failed.
    pub timestamp: Timestamp,
    /// The resource's name in the template; the stack's own name for the stack itself.
    pub logical_id: String,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// CloudFormation's resource status, such as `CREATE_FAILED`; empty for a validation.
    pub status: String,
    /// The reason; empty if CloudFormation gives none.
    pub reason: String,
    /// The place in the template, such as `/Resources/Fn/Properties/MemorySize`, if CloudFormation
    /// knows it.
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
    /// The id that [`FailureScope::Operation`] takes.
    pub id: String,
    /// `CREATE_STACK`, `UPDATE_STACK`, `DELETE_STACK`, `ROLLBACK`, `CONTINUE_ROLLBACK`,
    /// `CREATE_CHANGESET`.
    pub kind: String,
}
