//! Tasks that wait for a callback, in memory: returning a token that a task's parameters contain
//! ends that task.

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{CloudError, ErrorKind, HistoryEvent, TaskTokens};

use super::MemoryCloud;
use super::refusal::refuse;

const SERVICE: &str = "Step Functions";

#[async_trait]
impl TaskTokens for MemoryCloud {
    async fn succeed(&self, token: &str, output: &str) -> Result<(), CloudError> {
        self.end_task("SendTaskSuccess", token, |event| {
            event.kind = "TaskSucceeded".to_owned();
            event.output = Some(output.to_owned());
        })
    }

    async fn fail(&self, token: &str, error: &str, cause: Option<&str>) -> Result<(), CloudError> {
        self.end_task("SendTaskFailure", token, |event| {
            event.kind = "TaskFailed".to_owned();
            event.error = Some(error.to_owned());
            event.cause = cause.map(str::to_owned);
        })
    }
}

impl MemoryCloud {
    fn end_task(
        &self,
        operation: &'static str,
        token: &str,
        set: impl FnOnce(&mut HistoryEvent),
    ) -> Result<(), CloudError> {
        let mut account = self.call(SERVICE, operation, true)?;
        for history in account.executions.values_mut() {
            let Some((previous, now)) = waiting(history, token) else { continue };
            let id = history.last().map_or(1, |last| last.id + 1);
            let mut event = HistoryEvent { previous, ..HistoryEvent::new(id, now, "") };
            set(&mut event);
            history.push(event);
            return Ok(());
        }
        let message = "Task Timed Out: 'Provided task does not exist anymore'";
        Err(refuse(SERVICE, operation, ErrorKind::Invalid, "TaskTimedOut", message))
    }
}

/// The newest event of the task with this token, and its time, if nothing has ended the task.
fn waiting(history: &[HistoryEvent], token: &str) -> Option<(i64, Timestamp)> {
    let with_token = |event: &&HistoryEvent| {
        event.kind == "TaskScheduled"
            && event.input.as_deref().is_some_and(|input| input.contains(token))
    };
    let mut newest = history.iter().find(with_token)?;
    while let Some(next) = history.iter().find(|event| event.previous == newest.id) {
        newest = next;
    }
    let waits = ["TaskScheduled", "TaskStarted", "TaskSubmitted"];
    waits.contains(&newest.kind.as_str()).then_some((newest.id, newest.timestamp))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Executions;

    #[tokio::test]
    async fn a_token_is_accepted_once() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let mut history: Vec<HistoryEvent> = ["TaskScheduled", "TaskStarted", "TaskSubmitted"]
            .iter()
            .zip(1..)
            .map(|(kind, id)| HistoryEvent::new(id, Timestamp::UNIX_EPOCH, kind))
            .collect();
        history[0].input = Some(r#"{"token":"t-1"}"#.to_owned());
        cloud.add_execution("arn", history);
        assert!(cloud.fail("t-2", "E", None).await.is_err());
        cloud.fail("t-1", "E", Some("c")).await.unwrap();
        let events = cloud.history("arn", None).await.unwrap().unwrap().events;
        let last = &events[3];
        assert_eq!(
            (last.id, last.kind.as_str(), last.error.as_deref()),
            (4, "TaskFailed", Some("E"))
        );
        let again = cloud.succeed("t-1", "{}").await.unwrap_err();
        assert_eq!(again.code.as_deref(), Some("TaskTimedOut"));
    }
}
