//! Step Functions' tasks that wait for a callback, over the SDK.

use async_trait::async_trait;
use aws_sdk_sfn::Client;

use crate::{CloudError, ErrorKind, TaskTokens};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`TaskTokens`] over the SDK.
pub(super) struct AwsTaskTokens {
    client: Client,
}

impl AwsTaskTokens {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_sfn, config).build()) }
    }
}

#[async_trait]
impl TaskTokens for AwsTaskTokens {
    async fn succeed(&self, token: &str, output: &str) -> Result<(), CloudError> {
        let answer = self.client.send_task_success().task_token(token).output(output).send().await;
        answer
            .map(|_| ())
            .map_err(|error| without(token, failure("Step Functions", "SendTaskSuccess", error)))
    }

    async fn fail(&self, token: &str, error: &str, cause: Option<&str>) -> Result<(), CloudError> {
        let call = self.client.send_task_failure().task_token(token).error(error);
        let answer = call.set_cause(cause.map(str::to_owned)).send().await;
        answer
            .map(|_| ())
            .map_err(|error| without(token, failure("Step Functions", "SendTaskFailure", error)))
    }
}

/// Removes the token from the message: Step Functions quotes invalid input, and a token is a
/// secret. In other services `InvalidToken` is about credentials, here about the task token.
fn without(token: &str, mut error: CloudError) -> CloudError {
    error.message = error.message.replace(token, "(the token)");
    if error.code.as_deref() == Some("InvalidToken") {
        error.kind = ErrorKind::Invalid;
    }
    error
}
