//! Step Functions over the SDK.

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{
    ExecutionStatus, InspectionLevel, MockErrorOutput, MockInput, MockResponseValidationMode,
    StateMachineType, TestExecutionStatus, TestStateConfiguration,
    ValidateStateMachineDefinitionDiagnostic as SdkDiagnostic,
    ValidateStateMachineDefinitionResultCode as ResultCode,
    ValidateStateMachineDefinitionSeverity as Severity,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::{
    CloudError, Diagnostic, ErrorKind, Machines, RunningExecutions, StateMock, StateTest,
    TestedState, TestedStatus, Validation,
};

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

    async fn test_state(&self, test: &StateTest) -> Result<TestedState, CloudError> {
        let retries = i32::try_from(test.retries).unwrap_or(i32::MAX);
        let retries = TestStateConfiguration::builder().retrier_retry_count(retries).build();
        let call = self
            .client
            .test_state()
            .definition(&test.definition)
            .state_name(&test.state)
            .input(&test.input)
            .variables(&test.variables)
            // Only this level returns the variables.
            .inspection_level(InspectionLevel::Debug)
            .set_context(test.context.clone())
            .set_mock(test.mock.as_ref().map(mock))
            .set_state_configuration((test.retries > 0).then_some(retries));
        let answer = call.customize().mutate_request(to_the_endpoint).send().await;
        let answer = answer.map_err(|error| failure("Step Functions", "TestState", error))?;
        Ok(TestedState {
            status: answer.status.map_or(TestedStatus::Other(String::new()), status),
            output: answer.output,
            error: answer.error,
            cause: answer.cause,
            next: answer.next_state,
            variables: answer.inspection_data.and_then(|data| data.variables),
        })
    }
}

/// The SDK sends this call to `sync-` before the endpoint's name, which is a name only in AWS.
fn to_the_endpoint(request: &mut HttpRequest) {
    const OF_AWS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];
    let uri = request.uri().to_owned();
    let Some((scheme, rest)) = uri.split_once("://sync-") else { return };
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    if !OF_AWS.iter().any(|suffix| host.ends_with(suffix)) {
        // A URI that cannot be set remains as the SDK made it.
        let _ = request.set_uri(format!("{scheme}://{rest}"));
    }
}

/// The given members of a mocked result must match the API; the result need not be complete.
fn mock(mock: &StateMock) -> MockInput {
    let input = MockInput::builder().field_validation_mode(MockResponseValidationMode::Present);
    match mock {
        StateMock::Result(result) => input.result(result).build(),
        StateMock::Error { error, cause } => {
            let output = MockErrorOutput::builder();
            let output = output.set_error(error.clone()).set_cause(cause.clone()).build();
            input.error_output(output).build()
        }
    }
}

fn status(status: TestExecutionStatus) -> TestedStatus {
    match status {
        TestExecutionStatus::Succeeded => TestedStatus::Succeeded,
        TestExecutionStatus::Failed => TestedStatus::Failed,
        TestExecutionStatus::Retriable => TestedStatus::Retriable,
        TestExecutionStatus::CaughtError => TestedStatus::CaughtError,
        other => TestedStatus::Other(other.as_str().to_owned()),
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
