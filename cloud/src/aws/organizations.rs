//! WorkMail over the SDK, at a separate endpoint if one is given, because no emulator supports it.

use async_trait::async_trait;
use aws_sdk_workmail::Client;

use crate::{CloudError, ErrorKind, MailOrganization, MailOrganizations};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`MailOrganizations`] over the SDK.
pub(super) struct AwsMailOrganizations {
    client: Client,
}

impl AwsMailOrganizations {
    pub(super) fn new(config: &ObservedConfig, endpoint: Option<&str>) -> Self {
        let mut own = client_config!(aws_sdk_workmail, config);
        if let Some(url) = endpoint {
            own = own.endpoint_url(url);
        }
        Self { client: Client::from_conf(own.build()) }
    }
}

#[async_trait]
impl MailOrganizations for AwsMailOrganizations {
    async fn organization(&self, id: &str) -> Result<Option<MailOrganization>, CloudError> {
        let answer = self.client.describe_organization().organization_id(id).send().await;
        match answer.map_err(|error| failure("WorkMail", "DescribeOrganization", error)) {
            Ok(answer) => Ok(Some(MailOrganization {
                alias: answer.alias.unwrap_or_default(),
                state: answer.state.unwrap_or_default(),
                error: answer.error_message.filter(|text| !text.is_empty()),
            })),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}
