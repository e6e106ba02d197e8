//! Stacks: CloudFormation.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Serialize;

use super::{
    ChangeSet, ChangeSetId, ChangeSetRequest, CloudError, Continuation, Deletion, Failure,
    FailureScope, OnFailure, StackEvent, StackOperation, StackResource, StackStatus,
};

/// A stack as `DescribeStacks` returns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// The ARN of the stack, which is never reused, unlike its name.
    pub id: String,
    /// The stack's name.
    pub name: String,
    /// The status of the stack.
    pub status: StackStatus,
    /// The reason, if CloudFormation gives one.
    pub status_reason: Option<String>,
    /// Outputs, in CloudFormation's order.
    pub outputs: Vec<Output>,
    /// Tags of the stack.
    pub tags: BTreeMap<String, String>,
    /// The topics that are notified of its events.
    pub notification_arns: Vec<String>,
    /// Whether termination protection is on.
    pub termination_protection: bool,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it was last updated.
    pub updated: Option<Timestamp>,
    /// Its last operations, as far as CloudFormation lists them.
    pub operations: Vec<StackOperation>,
}

impl Stack {
    /// The id of its account, from its ARN.
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
    /// Its description in the template.
    pub description: Option<String>,
}

/// CloudFormation, as far as the deployer needs it.
#[async_trait]
pub trait Stacks: Send + Sync {
    /// `DescribeStacks`; `None` if no stack has that name. By ARN, it also finds deleted stacks.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, CloudError>;

    /// `DescribeStacks` without a name, every page: every stack of account and region that is not
    /// deleted.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn list(&self) -> Result<Vec<Stack>, CloudError>;

    /// `GetTemplate`, as it was submitted; `None` if the stack no longer exists or has no template
    /// yet.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn template(&self, name_or_id: &str) -> Result<Option<String>, CloudError>;

    /// `GetTemplate`, as CloudFormation processed it: transforms, such as SAM's, are applied. With
    /// a transform, the result is JSON. `None` if the stack no longer exists or has no template
    /// yet.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn processed_template(&self, name_or_id: &str) -> Result<Option<String>, CloudError>;

    /// `ValidateTemplate`: why CloudFormation would not accept a template, or `None` if it would.
    /// `body` has at most 51,200 bytes.
    ///
    /// # Errors
    /// When CloudFormation refuses the call, or cannot be reached.
    async fn validate(&self, body: &str) -> Result<Option<String>, CloudError>;

    /// `CreateChangeSet`.
    ///
    /// # Errors
    /// When the template or another value is refused, the stack is busy, or a capability is
    /// missing.
    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<ChangeSetId, CloudError>;

    /// `DescribeChangeSet` with property values, every page.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn change_set(&self, id: &ChangeSetId) -> Result<ChangeSet, CloudError>;

    /// `ListChangeSets`, every page: the change sets of a stack that can be executed, or will be
    /// when CloudFormation has made them.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation cannot be reached.
    async fn change_sets(&self, stack_id: &str) -> Result<Vec<ChangeSetId>, CloudError>;

    /// `GetTemplate` of a change set; `None` if the change set no longer exists.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn change_set_template(&self, id: &ChangeSetId) -> Result<Option<String>, CloudError>;

    /// `DeleteChangeSet`. A change set that no longer exists is not an error.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn delete_change_set(&self, id: &ChangeSetId) -> Result<(), CloudError>;

    /// `ExecuteChangeSet`.
    ///
    /// # Errors
    /// When it can no longer be executed, or CloudFormation cannot be reached.
    async fn execute_change_set(
        &self,
        id: &ChangeSetId,
        token: &str,
        on_failure: OnFailure,
    ) -> Result<(), CloudError>;

    /// `DeleteStack`. A stack that no longer exists is not an error.
    ///
    /// # Errors
    /// When termination protection is on, or CloudFormation refuses.
    async fn delete(&self, stack_id: &str, deletion: &Deletion) -> Result<(), CloudError>;

    /// `ListStackResources`, every page; it may include deleted resources.
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

    /// `DescribeStackEvents`, newest first: the events after `until`, over as many pages as
    /// necessary, and no more than `limit` events.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation cannot be reached.
    async fn events(
        &self,
        stack_id: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StackEvent>, CloudError>;

    /// `DescribeEvents`, only failed events, every page, oldest first.
    ///
    /// # Errors
    /// When the caller lacks the permission, or the endpoint does not support the call, which AWS
    /// added in November 2025.
    async fn failures(&self, of: FailureScope<'_>) -> Result<Vec<Failure>, CloudError>;
}
