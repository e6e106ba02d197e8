//! Step Functions over the SDK.

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{
    ExecutionStatus, StateMachineType, ValidateStateMachineDefinitionDiagnostic as SdkDiagnostic,
    ValidateStateMachineDefinitionResultCode as ResultCode,
    ValidateStateMachineDefinitionSeverity as Severity,
};

use crate::{CloudError, Diagnostic, ErrorKind, Machines, RunningExecutions, Validation};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};

/// [`Machines`] over the SDK.
pub(super) struct AwsMachines {
    client: Client,
}

impl AwsMachines {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_sfn, config).build()) }
    }
}

/// The largest page size. Source: Step Functions API reference, `ListExecutions`.
const PAGE: i32 = 1000;

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

    async fn running(&self, arn: &str) -> Result<Option<RunningExecutions>, CloudError> {
        let request = self.client.list_executions().state_machine_arn(arn).max_results(PAGE);
        let answer = request.status_filter(ExecutionStatus::Running).send().await;
        match answer.map_err(|error| failure("Step Functions", "ListExecutions", error)) {
            Ok(page) => {
                let count = page.executions().len();
                Ok(Some(RunningExecutions { count, more: page.next_token.is_some() }))
            }
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    async fn validate(&self, definition: &str) -> Result<Validation, CloudError> {
        let call = self.client.validate_state_machine_definition().definition(definition);
        let call = call.r#type(StateMachineType::Standard).severity(Severity::Warning);
        let answer = call
            .send()
            .await
            .map_err(|error| failure("Step Functions", "ValidateStateMachineDefinition", error))?;
        Ok(Validation {
            accepted: answer.result == ResultCode::Ok,
            diagnostics: answer.diagnostics.into_iter().map(diagnostic_of).collect(),
            truncated: answer.truncated.unwrap_or_default(),
        })
    }
}

fn diagnostic_of(diagnostic: SdkDiagnostic) -> Diagnostic {
    Diagnostic {
        error: diagnostic.severity == Severity::Error,
        code: diagnostic.code,
        message: diagnostic.message,
        location: diagnostic.location.filter(|location| !location.is_empty()),
    }
}
