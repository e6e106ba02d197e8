//! What a user or role may do: IAM's policy simulator.

use async_trait::async_trait;

use super::CloudError;

/// Whether these actions are allowed on these resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionQuery {
    /// The actions, by IAM's names.
    pub actions: Vec<String>,
    /// The ARNs of the resources; none for actions that know no resource.
    pub resources: Vec<String>,
    /// What conditions of policies may ask for: key and value.
    pub context: Vec<(String, String)>,
}

/// What the simulator says of one action on one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The action.
    pub action: String,
    /// Whether it would be allowed.
    pub allowed: bool,
    /// Keys that a condition asks for and the question did not give, so that the decision may be another
    /// one in earnest.
    pub unknown: Vec<String>,
}

/// IAM, as far as it is needed.
#[async_trait]
pub trait Permissions: Send + Sync {
    /// `GetRole`: the ARN of a role of the caller's account, with its path, which the ARN of an assumed
    /// role lacks.
    ///
    /// # Errors
    /// When there is no such role, IAM refuses, or cannot be reached.
    async fn role_arn(&self, name: &str) -> Result<String, CloudError>;

    /// `SimulatePrincipalPolicy`, every page: a decision for each action and resource. `principal` is the
    /// ARN of a user or role.
    ///
    /// # Errors
    /// When IAM refuses or cannot be reached.
    async fn simulate(
        &self,
        principal: &str,
        query: &PermissionQuery,
    ) -> Result<Vec<Decision>, CloudError>;
}
