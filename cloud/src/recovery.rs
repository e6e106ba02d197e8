//! What CloudFormation is told where a stack is stuck: how to delete it, how to go on with a rollback.

use serde::Serialize;

use super::StackEvent;

/// How a stack is deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deletion {
    /// The idempotency token.
    pub token: String,
    /// Resources to leave behind, by logical id; only from DELETE_FAILED.
    pub retain: Vec<String>,
    /// Whether every resource that refuses to go is left behind; only from DELETE_FAILED.
    pub force: bool,
    /// The role that CloudFormation acts with; else the one it was given before.
    pub role_arn: Option<String>,
}

impl Deletion {
    /// Everything goes, or the stack stays.
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: token.into(), ..Self::default() }
    }
}

/// How a rollback goes on that failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Continuation {
    /// The idempotency token.
    pub token: String,
    /// Resources that CloudFormation takes for rolled back although they are not, by logical id.
    pub skip: Vec<String>,
    /// The role that CloudFormation acts with; else the one it was given before.
    pub role_arn: Option<String>,
}

/// A resource of a stack as `ListStackResources` shows it.
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
    /// Why, where CloudFormation says so.
    pub reason: Option<String>,
}

impl From<&StackEvent> for StackResource {
    /// The resource as an event leaves it.
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
