//! Step Functions over the SDK.

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_sdk_sfn::Client;

use crate::cloud::{CloudError, ErrorKind, Machines};

use super::error::failure;

/// [`Machines`] over the SDK.
pub(super) struct AwsMachines {
    client: Client,
}

impl AwsMachines {
    pub(super) fn new(config: &SdkConfig) -> Self {
        Self { client: Client::new(config) }
    }
}

#[async_trait]
impl Machines for AwsMachines {
    async fn definition(&self, arn: &str) -> Result<Option<String>, CloudError> {
        let answer = self.client.describe_state_machine().state_machine_arn(arn).send().await;
        match answer.map_err(|error| failure("Step Functions", "DescribeStateMachine", error)) {
            Ok(answer) => Ok(Some(answer.definition)),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}
