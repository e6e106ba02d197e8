//! Connecting to AWS.

use super::Session;
use crate::config::{Organizations, Origin, bad_values};
use crate::error::CommandError;
use crate::finding::Finding;
use cloud::{Access, Cloud};

/// A region, and where it comes from.
pub struct Region {
    pub name: String,
    pub origin: Origin,
}

impl Session<'_> {
    /// Connects to the region of the organizations that the settings name, else to the configured one.
    /// Fails when there is no region, another one is set than the organizations', or the AWS
    /// configuration files cannot be used.
    pub async fn connect(&self) -> Result<Cloud, CommandError> {
        match self.organizations()? {
            Some(organizations) => self.connect_for(&organizations).await,
            None => self.connect_to(self.region(None).await?).await,
        }
    }

    /// Connects to the region of the organizations. That the account is theirs too is for
    /// [`check_account`](crate::plan::survey::check_account).
    /// Fails when another region is set, or the AWS configuration files cannot be used.
    pub async fn connect_for(&self, organizations: &Organizations) -> Result<Cloud, CommandError> {
        self.connect_to(self.region(Some(organizations)).await?).await
    }

    async fn connect_to(&self, region: Option<Region>) -> Result<Cloud, CommandError> {
        let Some(region) = region else {
            let sentence = "no region is given, and neither environment nor profile has one";
            let finding = Finding::error("region", "--region", sentence);
            return Err(bad_values(vec![finding]).hint(
                "name the organization, whose region it is, as `org-arn` in deployer.yaml or with \
                 --org-arn ARN; or name the region with --region REGION",
            ));
        };
        let access = Access { region: Some(region.name), ..self.access() };
        Ok(self.host.connect.connect(&access).await?)
    }

    /// The organizations that the settings name, even if the command has no use for them otherwise.
    /// Fails when an ARN is faulty.
    pub fn organizations(&self) -> Result<Option<Organizations>, CommandError> {
        match &self.layers.organizations[..] {
            [] => Ok(None),
            arns => Organizations::parse(arns).map(Some).map_err(bad_values),
        }
    }

    /// The region of the organizations, else the one that is set, else the one of the AWS environment
    /// variables or the profile.
    /// Fails when another region is set than the organizations'.
    pub async fn region(
        &self,
        organizations: Option<&Organizations>,
    ) -> Result<Option<Region>, CommandError> {
        let set = self.global.region.clone().map(|name| {
            let origin = self.layers.origins.of("region");
            Region { name, origin }
        });
        let theirs = organizations.map(|organizations| Region {
            name: organizations.region().to_owned(),
            origin: Origin::Organization(Box::new(self.layers.origins.of("org-arn"))),
        });
        match (set, theirs) {
            (Some(set), Some(theirs)) if set.name != theirs.name => {
                let sentence = format!(
                    "the region is `{}`, but the organization is in `{}`, and so is its flow: \
                     leave the region out",
                    set.name.escape_debug(),
                    theirs.name
                );
                Err(bad_values(vec![Finding::error("region", "--region", sentence)]))
            }
            (Some(set), _) => Ok(Some(set)),
            (None, Some(theirs)) => Ok(Some(theirs)),
            (None, None) => {
                let configured = self.host.connect.configured_region(&self.access()).await;
                Ok(configured.map(|configured| Region {
                    name: configured.region,
                    origin: Origin::Aws(configured.origin),
                }))
            }
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
