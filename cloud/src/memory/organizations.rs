//! WorkMail in memory: the organizations that a test adds.

use async_trait::async_trait;

use crate::{CloudError, MailOrganization, MailOrganizations};

use super::MemoryCloud;

impl MemoryCloud {
    /// Adds an organization in a state, by WorkMail's name for it.
    pub fn set_organization(&self, id: &str, state: &str, error: Option<&str>) {
        let (state, error) = (state.to_owned(), error.map(str::to_owned));
        let organization = MailOrganization { alias: "example".to_owned(), state, error };
        self.lock().organizations.insert(id.to_owned(), organization);
    }
}

#[async_trait]
impl MailOrganizations for MemoryCloud {
    async fn organization(&self, id: &str) -> Result<Option<MailOrganization>, CloudError> {
        let account = self.pass().await.call("WorkMail", "DescribeOrganization", false)?;
        Ok(account.organizations.get(id).cloned())
    }
}
