//! The executions in AWS Step Functions.

use std::error::Error;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::http::HttpResponse;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEvent as SdkEvent, HistoryEventType};

use crate::arn::{ExecutionArn, StateMachineArn};
use crate::aws::failure::call_error;
use crate::executions::{
    EndStatus, Ending, Executions, ExecutionsError, HistoryEvent, HistoryPage, Outcome, Started,
};

/// The maximum number of events per page. Source: AWS Step Functions API reference,
/// `GetExecutionHistory`.
const EVENTS_PER_PAGE: i32 = 1000;

/// Step Functions.
#[derive(Debug, Clone)]
pub struct StepFunctions {
    client: Client,
}

impl StepFunctions {
    /// Step Functions behind a client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

impl Executions for StepFunctions {
    async fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> Result<Started, ExecutionsError> {
        let request = self.client.start_execution().state_machine_arn(machine.to_string());
        match request.name(name).input(input).send().await {
            Ok(started) => Ok(Started::Accepted(started.execution_arn)),
            Err(error) => match error.code() {
                Some("ExecutionAlreadyExists") => Ok(Started::AlreadyExists),
                Some("StateMachineDoesNotExist" | "StateMachineDeleting" | "InvalidArn") => {
                    let call = call_error("Step Functions StartExecution", error);
                    Err(ExecutionsError::StateMachine(call))
                }
                _ => Err(ExecutionsError::Call(call_error("Step Functions StartExecution", error))),
            },
        }
    }

    async fn describe(&self, execution: &ExecutionArn) -> Result<Outcome, ExecutionsError> {
        let request = self.client.describe_execution().execution_arn(execution.to_string());
        let found = unless_missing("Step Functions DescribeExecution", request.send().await)?;
        Ok(found.map_or(Outcome::Missing, outcome))
    }

    async fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> Result<Option<HistoryPage>, ExecutionsError> {
        let request = self
            .client
            .get_execution_history()
            .execution_arn(execution.to_string())
            .reverse_order(true)
            .include_execution_data(true)
            .max_results(EVENTS_PER_PAGE)
            .set_next_token(from.map(str::to_owned));
        let page = unless_missing("Step Functions GetExecutionHistory", request.send().await)?;
        Ok(page.map(|page| HistoryPage {
            events: page.events.into_iter().map(event).collect(),
            next: page.next_token,
        }))
    }
}

/// Turns the error for a missing execution into `None`.
fn unless_missing<T, E>(
    operation: &'static str,
    answer: Result<T, SdkError<E, HttpResponse>>,
) -> Result<Option<T>, ExecutionsError>
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code() == Some("ExecutionDoesNotExist") => Ok(None),
        Err(error) => Err(ExecutionsError::Call(call_error(operation, error))),
    }
}

fn outcome(found: DescribeExecutionOutput) -> Outcome {
    let status = match found.status {
        ExecutionStatus::Succeeded => {
            let redriven = found.redrive_count.is_some_and(|times| times > 0);
            return Outcome::Succeeded { output: found.output, redriven };
        }
        ExecutionStatus::Failed => EndStatus::Failed,
        ExecutionStatus::TimedOut => EndStatus::TimedOut,
        ExecutionStatus::Aborted => EndStatus::Aborted,
        // Running, waiting for a redrive, or a status that is newer than this program. None of
        // these is an end.
        _ => return Outcome::Running,
    };
    Outcome::Unsuccessful(Ending { status, error: found.error })
}

fn event(event: SdkEvent) -> HistoryEvent {
    // All types of states share these details, and only exits have them.
    if let Some(exited) = event.state_exited_event_details {
        return HistoryEvent::Exited { state: exited.name, output: exited.output };
    }
    let ended = |status, error| HistoryEvent::Unsuccessful(Ending { status, error });
    match event.r#type {
        HistoryEventType::ExecutionSucceeded => HistoryEvent::Succeeded {
            output: event.execution_succeeded_event_details.and_then(|details| details.output),
        },
        HistoryEventType::ExecutionFailed => ended(
            EndStatus::Failed,
            event.execution_failed_event_details.and_then(|details| details.error),
        ),
        HistoryEventType::ExecutionTimedOut => ended(
            EndStatus::TimedOut,
            event.execution_timed_out_event_details.and_then(|details| details.error),
        ),
        HistoryEventType::ExecutionAborted => ended(
            EndStatus::Aborted,
            event.execution_aborted_event_details.and_then(|details| details.error),
        ),
        HistoryEventType::ExecutionRedriven => HistoryEvent::Redriven,
        _ => HistoryEvent::Other,
    }
}
