//! How to recover a stuck stack: how to delete it, and how to continue a rollback.

use serde::Serialize;

use super::StackEvent;

/// How a stack is deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deletion {
    /// The idempotency token.
    pub token: String,
    /// Resources to retain, by logical id; only from DELETE_FAILED.
    pub retain: Vec<String>,
    /// Whether every resource that cannot be deleted is retained; only from DELETE_FAILED.
    pub force: bool,
    /// The role that CloudFormation assumes; by default the one that it was given before.
    pub role_arn: Option<String>,
}

impl Deletion {
    /// A deletion that deletes everything, or leaves the stack in place.
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: token.into(), ..Self::default() }
    }
}

/// How a failed rollback continues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Continuation {
    /// The idempotency token.
    pub token: String,
    /// Resources that CloudFormation treats as rolled back although they are not, by logical id.
    pub skip: Vec<String>,
    /// The role that CloudFormation assumes; by default the one that it was given before.
    pub role_arn: Option<String>,
}

/// A resource of a stack as `ListStackResources` returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name in AWS, once it has one.
    pub physical_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// CloudFormation's resource status, such as `DELETE_FAILED`.
    pub status: String,
    /// The reason, if CloudFormation gives one.
    pub reason: Option<String>,
}

impl From<&StackEvent> for StackResource {
    /// The resource as it is after an event.
    fn from(event: &StackEvent) -> Self {
        Self {
            logical_id: event.logical_id.clone(),
            physical_id: event.physical_id.clone(),
            resource_type: event.resource_type.clone(),
            status: event.status.clone(),
            reason: event.reason.clone(),
        }
    }
}
