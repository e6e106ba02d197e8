//! What happened to a stack, event by event.

use jiff::Timestamp;
use serde::Serialize;

/// One event of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StackEvent {
    /// The event's id, unique per stack.
    pub id: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The resource's name in the template; the stack's own name for the stack itself.
    pub logical_id: String,
    /// The resource's name in AWS, once it has one.
    pub physical_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// CloudFormation's resource status, such as `CREATE_FAILED`.
    pub status: String,
    /// The reason, if CloudFormation gives one.
    pub reason: Option<String>,
    /// The client request token of the operation it belongs to.
    pub token: Option<String>,
}
