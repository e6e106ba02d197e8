//! What a change set is asked to do, and how far it is.

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

/// What a change set is asked to do.
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
    /// Whether everything that was changed outside is brought back to the template
    /// (`DeploymentMode=REVERT_DRIFT`); only for a stack that exists.
    pub revert_drift: bool,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// `CAPABILITY_IAM` or `CAPABILITY_NAMED_IAM`, as the template needs.
    pub capabilities: Vec<String>,
    /// How it is carried out.
    pub stack_options: StackOptions,
    /// The idempotency token.
    pub token: String,
}

/// A change set that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSetId {
    /// The change set's ARN.
    pub id: String,
    /// The stack's ARN.
    pub stack_id: String,
}

/// How far a change set is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeSetStatus {
    /// CREATE_PENDING or CREATE_IN_PROGRESS.
    Pending,
    /// CREATE_COMPLETE and AVAILABLE: it can be executed.
    Ready,
    /// FAILED because nothing would change.
    Empty,
    /// FAILED or any other end, with CloudFormation's reason.
    Failed(String),
}

/// A change set as `DescribeChangeSet` shows it, every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSet {
    /// How far it is.
    pub status: ChangeSetStatus,
    /// What it would do, in CloudFormation's order.
    pub changes: Vec<ResourceChange>,
}
