//! Change sets: what they are requested to do, and what they would change.

use std::collections::BTreeMap;

use super::{ResourceChange, StackOptions};

/// Where CloudFormation takes the template from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateSource {
    /// In the request, up to 51,200 bytes.
    Body(String),
    /// From S3, up to 1 MB.
    Object {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
}

/// Whether a change set creates a stack or updates one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSetType {
    /// For a new stack; a stack in REVIEW_IN_PROGRESS appears with the change set.
    Create,
    /// For a stack that exists.
    Update,
}

/// The request for a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetRequest {
    /// The stack's name.
    pub stack_name: String,
    /// The change set's name, unique per stack.
    pub name: String,
    /// Create or update.
    pub kind: ChangeSetType,
    /// The template.
    pub template: TemplateSource,
    /// Whether everything that was changed outside the stack is reverted to the template
    /// (`DeploymentMode=REVERT_DRIFT`); only for a stack that exists.
    pub revert_drift: bool,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// `CAPABILITY_IAM` or `CAPABILITY_NAMED_IAM`, as the template needs.
    pub capabilities: Vec<String>,
    /// How CloudFormation carries it out.
    pub stack_options: StackOptions,
    /// The idempotency token.
    pub token: String,
}

/// The ids of a change set and its stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetId {
    /// The change set's ARN.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: String,
}

impl ChangeSetId {
    /// The name of the change set, from its ARN.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.split('/').nth(1).unwrap_or(&self.id)
    }
}

/// The status of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeSetStatus {
    /// CREATE_PENDING or CREATE_IN_PROGRESS.
    Pending,
    /// CREATE_COMPLETE and AVAILABLE: it can be executed.
    Ready,
    /// FAILED because nothing would change.
    Empty,
    /// FAILED or any other final status, with CloudFormation's reason.
    Failed(String),
}

/// A change set as `DescribeChangeSet` returns it, every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// The status.
    pub status: ChangeSetStatus,
    /// The changes that it would make, in CloudFormation's order.
    pub changes: Vec<ResourceChange>,
}
