//! Finds the tasks that wait, in the histories of running executions.

use handler::arn::{ExecutionName, StateMachineArn};
use handler::workmail::Message;
use serde_json::Value;

use super::WaitingTask;
use super::waiting::waiting;
use cloud::{Cloud, CloudError, HistoryEvent};

pub struct Search<'a> {
    pub cloud: &'a Cloud,
    pub machine: &'a str,
    /// Whether to include the contents of the messages.
    pub with_contents: bool,
}

/// What is known about one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageState {
    /// There is no execution for it.
    Nothing,
    /// Its execution has ended.
    Ended {
        /// How, as Step Functions names it, such as `ExecutionSucceeded`.
        kind: String,
    },
    /// Its execution runs, and these of its tasks wait.
    Running(Vec<WaitingTask>),
}

impl Search<'_> {
    /// Returns every waiting task, the longest waiting first.
    ///
    /// Each history takes one call. The calls are sequential, because Step Functions limits their
    /// rate.
    /// Fails if AWS refuses a read.
    pub async fn everything(&self) -> Result<Vec<WaitingTask>, CloudError> {
        let definition = self.definition().await?;
        let mut tasks = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = self.cloud.executions.list_running(self.machine, next.as_deref()).await?;
            let page = page.unwrap_or_default();
            for arn in &page.arns {
                // An execution may end, and its machine may be deleted, during the search.
                let history = self.history(arn).await?.unwrap_or_default();
                tasks.extend(waiting(arn, &history, definition.as_ref(), self.with_contents));
            }
            next = page.next;
            if next.is_none() {
                tasks.sort_by_key(|task| task.since);
                return Ok(tasks);
            }
        }
    }

    /// Returns the tasks that wait for a decision about one message.
    /// Fails if AWS refuses a read.
    pub async fn message(&self, invocation_id: &str) -> Result<MessageState, CloudError> {
        let Ok(machine) = self.machine.parse::<StateMachineArn>() else {
            return Ok(MessageState::Nothing);
        };
        self.execution(&machine.execution(&ExecutionName::from_key(invocation_id)).to_string())
            .await
    }

    /// Returns the running executions of the message with WorkMail's message id, by their invocation
    /// ids. The id is in the input of each execution. There can be several, because WorkMail
    /// invokes the function for a message once for each conversation in which it arrived.
    /// Fails if AWS refuses a read.
    pub async fn running(
        &self,
        message_id: &str,
    ) -> Result<Vec<(String, MessageState)>, CloudError> {
        let definition = self.definition().await?;
        let (mut found, mut next) = (Vec::new(), None::<String>);
        loop {
            let page = self.cloud.executions.list_running(self.machine, next.as_deref()).await?;
            let page = page.unwrap_or_default();
            for arn in &page.arns {
                let history = self.history(arn).await?.unwrap_or_default();
                let Some(message) = message_of(&history) else { continue };
                if message.message_id() == Some(message_id) {
                    let tasks = waiting(arn, &history, definition.as_ref(), self.with_contents);
                    let id = message.invocation_id().to_owned();
                    found.push((id, MessageState::Running(tasks)));
                }
            }
            next = page.next;
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Returns the tasks of one execution that wait for a decision.
    /// Fails if AWS refuses a read.
    pub async fn execution(&self, arn: &str) -> Result<MessageState, CloudError> {
        let Some(history) = self.history(arn).await? else { return Ok(MessageState::Nothing) };
        if let Some(last) = history.last().filter(|last| is_end(&last.kind)) {
            return Ok(MessageState::Ended { kind: last.kind.clone() });
        }
        let definition = self.definition().await?;
        let tasks = waiting(arn, &history, definition.as_ref(), self.with_contents);
        Ok(MessageState::Running(tasks))
    }

    /// The definition that new executions use. A waiting execution may use an older one; if that
    /// one passed the token elsewhere, the token is not found.
    async fn definition(&self) -> Result<Option<Value>, CloudError> {
        let text = self.cloud.machines.definition(self.machine).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn history(&self, arn: &str) -> Result<Option<Vec<HistoryEvent>>, CloudError> {
        let mut history = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let page = self.cloud.executions.history(arn, next.as_deref()).await?;
            let Some(page) = page else { return Ok(None) };
            history.extend(page.events);
            next = page.next;
            if next.is_none() {
                return Ok(Some(history));
            }
        }
    }
}

/// The message that an execution is about.
fn message_of(history: &[HistoryEvent]) -> Option<Message> {
    history.first()?.input.as_deref().and_then(|input| Message::parse(input).ok())
}

/// Whether an execution has ended with an event of this kind.
fn is_end(kind: &str) -> bool {
    ["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"]
        .contains(&kind)
}
