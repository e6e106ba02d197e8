//! Lambda over the SDK.

use async_trait::async_trait;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{Architecture, LogType};

use crate::{CloudError, ErrorKind, Function, Functions, Reply};

use super::digests;
use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`Functions`] over the SDK.
pub(super) struct AwsFunctions {
    client: Client,
}

impl AwsFunctions {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_lambda, config).build()) }
    }
}

#[async_trait]
impl Functions for AwsFunctions {
    async fn function(&self, name_or_arn: &str) -> Result<Option<Function>, CloudError> {
        let request = self.client.get_function_configuration();
        match request.function_name(name_or_arn).send().await {
            Ok(answer) => Ok(Some(function_of(answer))),
            Err(error) => match failure("Lambda", "GetFunctionConfiguration", error) {
                missing if missing.kind == ErrorKind::NotFound => Ok(None),
                refused => Err(refused),
            },
        }
    }

    async fn invoke(&self, name_or_arn: &str, payload: &str) -> Result<Reply, CloudError> {
        let request = self.client.invoke().function_name(name_or_arn);
        let request = request.log_type(LogType::Tail).payload(Blob::new(payload));
        let once = aws_sdk_lambda::Config::builder().retry_config(RetryConfig::disabled());
        let answer = request.customize().config_override(once).send().await;
        answer.map(reply_of).map_err(|error| failure("Lambda", "Invoke", error))
    }
}

fn reply_of(answer: InvokeOutput) -> Reply {
    let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
    let log = answer.log_result.and_then(|log| aws_smithy_types::base64::decode(log).ok());
    Reply {
        failed: answer.function_error.is_some(),
        payload: String::from_utf8_lossy(&payload).into_owned(),
        // Lambda returns the last 4 KB, so the text can begin anywhere.
        log: log.map(|log| String::from_utf8_lossy(&log).into_owned()),
    }
}

fn function_of(answer: GetFunctionConfigurationOutput) -> Function {
    let architecture = answer.architectures().first().map(Architecture::as_str);
    let variables = answer.environment().and_then(|environment| environment.variables());
    Function {
        // Lambda's default, which some responses omit.
        architecture: architecture.unwrap_or("x86_64").to_owned(),
        environment: variables.into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect(),
        state: answer.state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
        last_update: answer
            .last_update_status()
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        code_sha256: answer.code_sha256.as_deref().and_then(digests::hexadecimal),
        arn: answer.function_arn.unwrap_or_default(),
        state_reason: answer.state_reason,
        last_update_reason: answer.last_update_status_reason,
    }
}
