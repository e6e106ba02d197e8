//! Step Functions' executions over the SDK.

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{ExecutionRedriveStatus, ExecutionStatus};

use crate::{CloudError, ErrorKind, ExecutionPage, ExecutionState, Executions, HistoryPage};

use super::error::failure;
use super::history_event::event_of;
use super::observed::{ObservedConfig, client_config};
use super::stacks::non_empty;

const SERVICE: &str = "Step Functions";

/// The largest page size. Source: Step Functions API reference, `GetExecutionHistory` and
/// `ListExecutions`.
const PAGE: i32 = 1000;

/// [`Executions`] over the SDK.
pub(super) struct AwsExecutions {
    client: Client,
}

impl AwsExecutions {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_sfn, config).build()) }
    }
}

#[async_trait]
impl Executions for AwsExecutions {
    async fn list_running(
        &self,
        machine_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<ExecutionPage>, CloudError> {
        let answer = self
            .client
            .list_executions()
            .state_machine_arn(machine_arn)
            .status_filter(ExecutionStatus::Running)
            .max_results(PAGE)
            .set_next_token(after.map(str::to_owned))
            .send()
            .await;
        match answer.map_err(|error| failure(SERVICE, "ListExecutions", error)) {
            Ok(answer) => Ok(Some(ExecutionPage {
                arns: answer.executions.into_iter().map(|one| one.execution_arn).collect(),
                next: answer.next_token,
            })),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    async fn history(
        &self,
        execution_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<HistoryPage>, CloudError> {
        let answer = self
            .client
            .get_execution_history()
            .execution_arn(execution_arn)
            .max_results(PAGE)
            .set_next_token(after.map(str::to_owned))
            .send()
            .await;
        match answer.map_err(|error| failure(SERVICE, "GetExecutionHistory", error)) {
            Ok(answer) => Ok(Some(HistoryPage {
                events: answer.events.into_iter().map(event_of).collect(),
                next: answer.next_token,
            })),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    async fn state(&self, execution_arn: &str) -> Result<Option<ExecutionState>, CloudError> {
        let answer = self.client.describe_execution().execution_arn(execution_arn).send().await;
        match answer.map_err(|error| failure(SERVICE, "DescribeExecution", error)) {
            Ok(answer) => Ok(Some(ExecutionState {
                status: answer.status.as_str().to_owned(),
                redrivable: answer
                    .redrive_status
                    .map(|status| status == ExecutionRedriveStatus::Redrivable),
                not_redrivable_because: non_empty(answer.redrive_status_reason),
            })),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    async fn stop(&self, execution_arn: &str, error: &str, cause: &str) -> Result<(), CloudError> {
        let call = self.client.stop_execution().execution_arn(execution_arn);
        let answer = call.error(error).cause(cause).send().await;
        answer.map(drop).map_err(|error| failure(SERVICE, "StopExecution", error))
    }

    async fn redrive(&self, execution_arn: &str, token: &str) -> Result<(), CloudError> {
        let call = self.client.redrive_execution().execution_arn(execution_arn);
        let answer = call.client_token(token).send().await;
        answer.map(drop).map_err(|error| failure(SERVICE, "RedriveExecution", error))
    }
}
