//! Step Functions' executions over the SDK.

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::ExecutionStatus;

use crate::{CloudError, ErrorKind, ExecutionPage, Executions, HistoryPage};

use super::error::failure;
use super::history_event::event_of;
use super::observed::{ObservedConfig, client_config};

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
        match answer.map_err(|error| failure("Step Functions", "ListExecutions", error)) {
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
        match answer.map_err(|error| failure("Step Functions", "GetExecutionHistory", error)) {
            Ok(answer) => Ok(Some(HistoryPage {
                events: answer.events.into_iter().map(event_of).collect(),
                next: answer.next_token,
            })),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }
}
