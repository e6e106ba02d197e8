//! What a user or role may do: IAM's policy simulator.

use async_trait::async_trait;

use super::CloudError;

/// A query to the policy simulator: whether these actions are allowed on these resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionQuery {
    /// The actions, by IAM's names.
    pub actions: Vec<String>,
    /// The ARNs of the resources; empty for actions that support no resource.
    pub resources: Vec<String>,
    /// What the conditions of policies may refer to: key and value.
    pub context: Vec<(String, String)>,
}

/// The decision of the simulator about one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The action.
    pub action: String,
    /// Whether it would be allowed.
    pub allowed: bool,
    /// Keys that a condition refers to and the query does not have, so that the real decision may
    /// differ.
    pub unknown: Vec<String>,
}

/// IAM, as far as the deployer needs it.
#[async_trait]
pub trait Permissions: Send + Sync {
    /// `GetRole`: the ARN of a role of the caller's account, with its path, which the ARN of an
    /// assumed role lacks.
    ///
    /// # Errors
    /// When there is no such role, IAM refuses, or cannot be reached.
    async fn role_arn(&self, name: &str) -> Result<String, CloudError>;

    /// `GetPolicy`: whether a managed policy exists.
    ///
    /// # Errors
    /// When IAM refuses for another reason, or cannot be reached.
    async fn policy_exists(&self, arn: &str) -> Result<bool, CloudError>;

    /// `SimulatePrincipalPolicy`, every page: a decision for each action and resource. `principal`
    /// is the ARN of a user or role.
    ///
    /// # Errors
    /// When IAM refuses or cannot be reached.
    async fn simulate(
        &self,
        principal: &str,
        query: &PermissionQuery,
    ) -> Result<Vec<Decision>, CloudError>;
}
