//! The mail organizations: WorkMail.

use async_trait::async_trait;

use super::CloudError;

/// An organization as WorkMail describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailOrganization {
    /// Its alias, unique in WorkMail.
    pub alias: String,
    /// WorkMail's name for its state, such as `Active`.
    pub state: String,
    /// Why it is in that state, if WorkMail reports it.
    pub error: Option<String>,
}

/// WorkMail, as far as the deployer needs it.
#[async_trait]
pub trait MailOrganizations: Send + Sync {
    /// `DescribeOrganization`, by its id (`m-…`); `None` if there is no such organization.
    ///
    /// # Errors
    /// When WorkMail refuses or cannot be reached.
    async fn organization(&self, id: &str) -> Result<Option<MailOrganization>, CloudError>;
}
