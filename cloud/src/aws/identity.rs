//! STS over the SDK.

use async_trait::async_trait;
use aws_sdk_sts::Client;

use crate::{Caller, CloudError, Identity};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`Identity`] over the SDK.
pub(super) struct AwsIdentity {
    client: Client,
}

impl AwsIdentity {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_sts, config).build()) }
    }
}

#[async_trait]
impl Identity for AwsIdentity {
    async fn caller(&self) -> Result<Caller, CloudError> {
        let answer = self.client.get_caller_identity().send().await;
        let answer = answer.map_err(|error| failure("STS", "GetCallerIdentity", error))?;
        Ok(Caller {
            account: answer.account.unwrap_or_default(),
            arn: answer.arn.unwrap_or_default(),
        })
    }
}
