//! Connecting to AWS.

use super::Session;
use crate::config::{Organizations, bad_values};
use crate::error::CommandError;
use crate::finding::Finding;
use cloud::{Access, Cloud};

impl Session<'_> {
    /// Connects to the region that is given or configured, for commands without an organization.
    /// Fails when there is no region, or the AWS configuration files cannot be used.
    pub async fn connect(&self) -> Result<Cloud, CommandError> {
        let mut access = self.access();
        let Some(region) = self.configured_region(&access).await else {
            let sentence = "no region is given, and neither environment nor profile has one";
            return Err(bad_values(vec![Finding::error("region", "--region", sentence)]));
        };
        access.region = Some(region);
        Ok(self.host.connect.connect(&access).await?)
    }

    /// Connects to the region of the organizations. That the account is theirs too is for
    /// [`check_account`](crate::plan::survey::check_account).
    /// Fails when another region is configured, or the AWS configuration files cannot be used.
    pub async fn connect_for(&self, organizations: &Organizations) -> Result<Cloud, CommandError> {
        let region = organizations.region();
        let mut access = self.access();
        if let Some(configured) = self.configured_region(&access).await
            && configured != region
        {
            let sentence = format!(
                "the region is `{configured}`, but the organization is in `{region}`; the flow has to \
                 live in the organization's region: use --region {region}"
            );
            return Err(bad_values(vec![Finding::error("region", "--region", sentence)]));
        }
        access.region = Some(region.to_owned());
        Ok(self.host.connect.connect(&access).await?)
    }

    /// The region of the command line, else the one of environment or profile.
    pub async fn configured_region(&self, access: &Access) -> Option<String> {
        match &access.region {
            Some(region) => Some(region.clone()),
            None => self.host.connect.configured_region(access).await,
        }
    }

    /// How to reach AWS, as far as the command line says.
    pub fn access(&self) -> Access {
        Access {
            region: self.global.region.clone(),
            profile: self.global.profile.clone(),
            endpoint_url: self.global.endpoint_url.clone(),
            workmail_endpoint_url: None,
        }
    }
}
