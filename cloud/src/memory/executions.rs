//! Executions in memory: the histories that a test adds, in pages.

use async_trait::async_trait;

use crate::{CloudError, ErrorKind, ExecutionPage, Executions, HistoryEvent, HistoryPage};

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
        let account = self.call(SERVICE, "ListExecutions", false)?;
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
        let account = self.call(SERVICE, OPERATION, false)?;
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
}

/// Test controls.
impl MemoryCloud {
    /// Adds an execution with this history, oldest event first.
    pub fn add_execution(&self, arn: &str, history: Vec<HistoryEvent>) {
        self.lock().executions.insert(arn.to_owned(), history);
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
    use jiff::Timestamp;

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
}
