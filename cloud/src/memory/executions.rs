//! Executions in memory: the histories that a test adds, in pages.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use crate::{
    CloudError, ErrorKind, ExecutionPage, ExecutionState, Executions, HistoryEvent, HistoryPage,
};

use super::MemoryCloud;
use super::machines::{definition, running};
use super::refusal::refuse;

const SERVICE: &str = "Step Functions";
const OPERATION: &str = "GetExecutionHistory";

/// A short page size, so that most histories have several pages.
const PAGE: usize = 5;

#[async_trait]
impl Executions for MemoryCloud {
    async fn list_running(
        &self,
        machine_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<ExecutionPage>, CloudError> {
        let account = self.pass().await.call(SERVICE, "ListExecutions", false)?;
        if definition(&account, &self.region, machine_arn).is_none() {
            return Ok(None);
        }
        // One execution per page, so that longer lists have several pages. The newest execution has
        // the last name.
        let arns: Vec<&str> = running(&account, machine_arn).rev().collect();
        let first = after.and_then(|token| token.parse().ok()).unwrap_or(0);
        let next = (first + 1 < arns.len()).then(|| (first + 1).to_string());
        let arns = arns.into_iter().skip(first).take(1).map(str::to_owned).collect();
        Ok(Some(ExecutionPage { arns, next }))
    }

    async fn history(
        &self,
        execution_arn: &str,
        after: Option<&str>,
    ) -> Result<Option<HistoryPage>, CloudError> {
        let account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let Some(history) = account.executions.get(execution_arn) else {
            return Ok(None);
        };
        let first = match after {
            None => 0,
            Some(token) => {
                token.parse().ok().filter(|first| *first < history.len()).ok_or_else(|| {
                    refuse(SERVICE, OPERATION, ErrorKind::Invalid, "InvalidToken", "Invalid Token")
                })?
            }
        };
        let end = history.len().min(first + PAGE);
        let next = (end < history.len()).then(|| end.to_string());
        Ok(Some(HistoryPage { events: history[first..end].to_vec(), next }))
    }

    async fn state(&self, execution_arn: &str) -> Result<Option<ExecutionState>, CloudError> {
        let account = self.pass().await.call(SERVICE, "DescribeExecution", false)?;
        let Some(history) = account.executions.get(execution_arn) else { return Ok(None) };
        let status = status(history);
        let refused = account.not_redrivable.get(execution_arn).cloned();
        let not_redrivable_because = match status {
            "RUNNING" => Some("Execution is RUNNING and cannot be redriven".to_owned()),
            "SUCCEEDED" => Some("Execution is SUCCEEDED and cannot be redriven".to_owned()),
            _ => refused,
        };
        Ok(Some(ExecutionState {
            status: status.to_owned(),
            redrivable: Some(not_redrivable_because.is_none()),
            not_redrivable_because,
        }))
    }

    async fn stop(&self, execution_arn: &str, error: &str, cause: &str) -> Result<(), CloudError> {
        self.append("StopExecution", execution_arn, |history| {
            let ends = status(history) != "RUNNING";
            Ok((!ends).then(|| HistoryEvent {
                error: Some(error.to_owned()),
                cause: Some(cause.to_owned()),
                ..HistoryEvent::new(0, Timestamp::UNIX_EPOCH, "ExecutionAborted")
            }))
        })
    }

    async fn redrive(&self, execution_arn: &str, _token: &str) -> Result<(), CloudError> {
        const OPERATION: &str = "RedriveExecution";
        let why = self.lock().not_redrivable.get(execution_arn).cloned();
        self.append(OPERATION, execution_arn, |history| match (status(history), why) {
            ("RUNNING" | "SUCCEEDED", _) | (_, Some(_)) => Err(refuse(
                SERVICE,
                OPERATION,
                ErrorKind::Invalid,
                "ExecutionNotRedrivable",
                "the execution cannot be redriven",
            )),
            _ => Ok(Some(HistoryEvent::new(0, Timestamp::UNIX_EPOCH, "ExecutionRedriven"))),
        })
    }
}

impl MemoryCloud {
    /// Adds what `make` makes of a history to its end, one second after the last event.
    fn append(
        &self,
        operation: &'static str,
        arn: &str,
        make: impl FnOnce(&[HistoryEvent]) -> Result<Option<HistoryEvent>, CloudError>,
    ) -> Result<(), CloudError> {
        let mut account = self.call(SERVICE, operation, true)?;
        let Some(history) = account.executions.get_mut(arn) else {
            let message = "Execution Does Not Exist";
            let code = "ExecutionDoesNotExist";
            return Err(refuse(SERVICE, operation, ErrorKind::NotFound, code, message));
        };
        let Some(mut event) = make(history)? else { return Ok(()) };
        if let Some(last) = history.last() {
            (event.id, event.previous) = (last.id + 1, last.id);
            let second = SignedDuration::from_secs(1);
            event.timestamp = last.timestamp.checked_add(second).unwrap_or(last.timestamp);
        }
        history.push(event);
        Ok(())
    }
}

/// The status of an execution with this history.
fn status(history: &[HistoryEvent]) -> &'static str {
    match history.last().map(|event| event.kind.as_str()) {
        Some("ExecutionSucceeded") => "SUCCEEDED",
        Some("ExecutionFailed") => "FAILED",
        Some("ExecutionTimedOut") => "TIMED_OUT",
        Some("ExecutionAborted") => "ABORTED",
        _ => "RUNNING",
    }
}

/// Test controls.
impl MemoryCloud {
    /// Adds an execution with this history, oldest event first.
    pub fn add_execution(&self, arn: &str, history: Vec<HistoryEvent>) {
        self.lock().executions.insert(arn.to_owned(), history);
    }

    /// Makes Step Functions refuse to redrive an execution, for this reason.
    pub fn refuse_redrive(&self, arn: &str, reason: &str) {
        self.lock().not_redrivable.insert(arn.to_owned(), reason.to_owned());
    }

    /// The last event of an execution.
    #[must_use]
    pub fn last_event(&self, arn: &str) -> Option<HistoryEvent> {
        self.lock().executions.get(arn)?.last().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: i64) -> HistoryEvent {
        HistoryEvent::new(id, Timestamp::UNIX_EPOCH, "PassStateEntered")
    }

    #[tokio::test]
    async fn a_history_comes_in_pages() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        cloud.add_execution("arn", (1..=7).map(event).collect());
        let first = cloud.history("arn", None).await.unwrap().unwrap();
        assert_eq!(first.events.len(), 5);
        let second = cloud.history("arn", first.next.as_deref()).await.unwrap().unwrap();
        assert_eq!((second.events[0].id, second.events.len(), second.next), (6, 2, None));
        assert!(cloud.history("arn", Some("7")).await.is_err());
        assert_eq!(cloud.history("other", None).await.unwrap(), None);
    }

    #[tokio::test]
    async fn an_execution_is_stopped_once_and_redriven_only_after_a_failure() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        assert!(cloud.stop("arn", "E", "c").await.is_err());
        cloud.add_execution("arn", vec![event(1)]);
        assert!(cloud.redrive("arn", "t").await.is_err());
        cloud.stop("arn", "E", "c").await.unwrap();
        cloud.stop("arn", "E", "c").await.unwrap();
        let state = cloud.state("arn").await.unwrap().unwrap();
        assert_eq!((state.status.as_str(), state.redrivable), ("ABORTED", Some(true)));
        cloud.redrive("arn", "t").await.unwrap();
        let last = cloud.last_event("arn").unwrap();
        assert_eq!((last.id, last.kind.as_str()), (3, "ExecutionRedriven"));
        assert_eq!(cloud.state("arn").await.unwrap().unwrap().status, "RUNNING");
    }
}
