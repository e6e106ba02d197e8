//! An account of the emulator: its clients, and the requests of the tests and the demo.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_lambda::config::{BehaviorVersion, Region};
use aws_sdk_lambda::error::DisplayErrorContext;
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_http_client::Builder;
use aws_types::SdkConfig;
use serde_json::Value;

use super::{Emulator, Trouble};

/// The secret of every account: the emulator checks the secrets of users and roles only.
pub(crate) const SECRET: &str = "test";

/// The region of everything; WorkMail exists there.
pub(crate) const REGION: &str = "us-east-1";

static NEXT: AtomicU64 = AtomicU64::new(100_000_000_001);

/// An account that nothing else in this process uses, as its root user.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) endpoint: String,
    pub(crate) config: SdkConfig,
}

/// The result of an invocation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Whether the function failed, so that WorkMail would invoke again.
    pub(crate) failed: bool,
    /// The verdict, or Lambda's description of the error.
    pub(crate) body: Value,
}

impl Answer {
    /// The name of the error that the function failed with, if it did.
    pub(crate) fn error(&self) -> Option<&str> {
        self.body["errorType"].as_str().filter(|_| self.failed)
    }
}

impl Account {
    /// A new account.
    pub(crate) fn of(emulator: &Emulator) -> Self {
        Self::numbered(emulator, &NEXT.fetch_add(1, Ordering::Relaxed).to_string())
    }

    /// The account with this number.
    pub(crate) fn numbered(emulator: &Emulator, id: &str) -> Self {
        let id = id.to_owned();
        let credentials = Credentials::new(&id, SECRET, None, None, "emulator");
        Self {
            config: configuration(&emulator.endpoint(), credentials),
            endpoint: emulator.endpoint(),
            id,
        }
    }

    /// The ARN of a WorkMail organization here.
    pub(crate) fn organization(&self) -> String {
        format!(
            "arn:aws:workmail:{REGION}:{}:organization/m-0123456789abcdef0123456789abcdef",
            self.id
        )
    }

    pub(crate) fn functions(&self) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.config)
    }

    pub(crate) fn stacks(&self) -> aws_sdk_cloudformation::Client {
        aws_sdk_cloudformation::Client::new(&self.config)
    }

    pub(crate) fn tables(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    pub(crate) fn machines(&self) -> aws_sdk_sfn::Client {
        aws_sdk_sfn::Client::new(&self.config)
    }

    pub(crate) fn storage(&self) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::new(&self.config)
    }

    /// Invokes a function as WorkMail does for a synchronous rule.
    pub(crate) async fn invoke(&self, function: &str, event: &Value) -> Result<Answer, Trouble> {
        let output = self
            .functions()
            .invoke()
            .function_name(function)
            .payload(Blob::new(event.to_string()))
            .send()
            .await
            .map_err(|cause| refused("Invoke", cause))?;
        let payload = output.payload().map(Blob::as_ref).unwrap_or_default();
        Ok(Answer {
            failed: output.function_error().is_some(),
            body: serde_json::from_slice(payload)
                .map_err(|cause| Trouble::of("the function answered no JSON", cause))?,
        })
    }

    /// The number of executions that a state machine ever had.
    pub(crate) async fn executions(&self, machine: &str) -> Result<usize, Trouble> {
        let mut pages = self
            .machines()
            .list_executions()
            .state_machine_arn(machine)
            .into_paginator()
            .items()
            .send();
        let mut count = 0;
        while let Some(execution) = pages.next().await {
            execution.map_err(|cause| refused("ListExecutions", cause))?;
            count += 1;
        }
        Ok(count)
    }

    /// An output of a stack; `None` if the stack or the output does not exist.
    pub(crate) async fn output(&self, stack: &str, key: &str) -> Option<String> {
        let described = self.stacks().describe_stacks().stack_name(stack).send().await.ok()?;
        described
            .stacks()
            .first()?
            .outputs()
            .iter()
            .find(|output| output.output_key() == Some(key))?
            .output_value()
            .map(str::to_owned)
    }
}

/// An error of AWS, with all its causes.
pub(crate) fn refused(operation: &str, cause: impl std::error::Error) -> Trouble {
    Trouble::of(operation, DisplayErrorContext(cause))
}

/// The settings of every client; nothing comes from the environment.
pub(crate) fn configuration(endpoint: &str, credentials: Credentials) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static(REGION))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(Builder::new().build_http())
        .build()
}
