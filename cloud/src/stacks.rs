//! Stacks: CloudFormation.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    ChangeSet, ChangeSetId, ChangeSetRequest, CloudError, Continuation, Deletion, Failure,
    FailureScope, OnFailure, StackEvent, StackOperation, StackResource, StackStatus,
};

/// A stack as `DescribeStacks` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// The stack's ARN, unique for ever, unlike its name.
    pub id: String,
    /// The stack's name.
    pub name: String,
    /// Where its life stands.
    pub status: StackStatus,
    /// Why, where CloudFormation says so.
    pub status_reason: Option<String>,
    /// Outputs, in CloudFormation's order.
    pub outputs: Vec<Output>,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// The topics that hear of its events.
    pub notification_arns: Vec<String>,
    /// Whether termination protection is on.
    pub termination_protection: bool,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last updated.
    pub updated: Option<Timestamp>,
    /// Its last operations, as far as CloudFormation names them.
    pub operations: Vec<StackOperation>,
}

impl Stack {
    /// The account that it is in, which its ARN names.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.id.split(':').nth(4)
    }
}

/// One output of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// Its name in the template.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What the template says about it.
    pub description: Option<String>,
}

/// CloudFormation, as far as it is needed.
#[async_trait]
pub trait Stacks: Send + Sync {
    /// `DescribeStacks`; `None` where there is none of that name. By ARN, deleted stacks are found too.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, CloudError>;

    /// `GetTemplate`, as it was submitted; `None` where the stack is gone or has none yet.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn template(&self, name_or_id: &str) -> Result<Option<String>, CloudError>;

    /// `GetTemplate`, as CloudFormation carries it out: transforms, such as SAM's, are applied. JSON where
    /// there was one; `None` where the stack is gone or has none yet.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn processed_template(&self, name_or_id: &str) -> Result<Option<String>, CloudError>;

    /// `ValidateTemplate`: why CloudFormation would not take a template, or `None` where it would. `body` has
    /// at most [`MAX_BODY`](deployer::plan::MAX_BODY) bytes.
    ///
    /// # Errors
    /// When CloudFormation refuses to look, or cannot be reached.
    async fn validate(&self, body: &str) -> Result<Option<String>, CloudError>;

    /// `CreateChangeSet`.
    ///
    /// # Errors
    /// When the template or another value is refused, the stack is busy, or a capability is missing.
    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<ChangeSetId, CloudError>;

    /// `DescribeChangeSet` with property values, every page.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn change_set(&self, id: &ChangeSetId) -> Result<ChangeSet, CloudError>;

    /// `DeleteChangeSet`. One that is gone already is no error.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn delete_change_set(&self, id: &ChangeSetId) -> Result<(), CloudError>;

    /// `ExecuteChangeSet`.
    ///
    /// # Errors
    /// When it cannot be executed any more, or CloudFormation cannot be reached.
    async fn execute_change_set(
        &self,
        id: &ChangeSetId,
        token: &str,
        on_failure: OnFailure,
    ) -> Result<(), CloudError>;

    /// `DeleteStack`. One that is gone already is no error.
    ///
    /// # Errors
    /// When termination protection is on, or CloudFormation refuses.
    async fn delete(&self, stack_id: &str, deletion: &Deletion) -> Result<(), CloudError>;

    /// `ListStackResources`, every page; deleted ones may be among them.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation cannot be reached.
    async fn stack_resources(&self, stack_id: &str) -> Result<Vec<StackResource>, CloudError>;

    /// `UpdateTerminationProtection`.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation refuses.
    async fn protect(&self, stack_id: &str, on: bool) -> Result<(), CloudError>;

    /// `CancelUpdateStack`: the update is rolled back.
    ///
    /// # Errors
    /// In any other status than UPDATE_IN_PROGRESS, or when CloudFormation refuses.
    async fn cancel_update(&self, stack_id: &str, token: &str) -> Result<(), CloudError>;

    /// `ContinueUpdateRollback`.
    ///
    /// # Errors
    /// In any other status than UPDATE_ROLLBACK_FAILED, or when CloudFormation refuses.
    async fn continue_rollback(
        &self,
        stack_id: &str,
        continuation: &Continuation,
    ) -> Result<(), CloudError>;

    /// `DescribeStackEvents`, newest first, up to and without the event `until`, over as many pages
    /// as that takes, and no more than `limit` events.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation cannot be reached.
    async fn events(
        &self,
        stack_id: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StackEvent>, CloudError>;

    /// `DescribeEvents`, only what failed, every page, oldest first.
    ///
    /// # Errors
    /// When the caller may not, or whoever answers does not know the call: it came in November 2025.
    async fn failures(&self, of: FailureScope<'_>) -> Result<Vec<Failure>, CloudError>;
}
