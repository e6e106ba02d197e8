//! Tasks with mocked answers. Some can have another source for their answers, fail, or take longer, to show what
//! a flow does then.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::{Answers, FunctionTasks};
use crate::finding::Finding;
use asl::{Answer, Call, TaskResult, Tasks};

/// Mocked answers, and the states whose tasks do something else.
#[derive(Default)]
pub struct TaskMocks {
    /// What the tasks answer.
    pub answers: Answers,
    /// By the state's name, what answers its task in place of `answers`.
    pub sources: HashMap<String, Arc<dyn Tasks>>,
    /// The functions of the flow that run on this machine, for states without an answer.
    pub functions: Option<FunctionTasks>,
    /// By the state's name, the error that every attempt fails with.
    pub failing: HashMap<String, String>,
    /// By the state's name, how much longer every attempt takes.
    pub slow: HashMap<String, Duration>,
}

impl TaskMocks {
    /// The states whose tasks do not call what their definition names.
    pub fn mocked(&self) -> BTreeSet<String> {
        let others = self.sources.keys().chain(self.failing.keys()).cloned();
        self.answers.states().into_iter().chain(others).collect()
    }

    /// A warning for each state whose task was called and had no answer. Such a task fails, and a state machine
    /// that catches the error would hide that.
    pub fn unanswered(&self) -> Vec<Finding> {
        let finding = |state: String| {
            let sentence = format!(
                "the task of state `{}` was called, but had no answer left",
                state.escape_debug()
            );
            let fix = "set its answer with --answers FILE, --task STATE=COMMAND, or --real STATE";
            Finding::warning("unanswered", "--answers", sentence).fix(fix)
        };
        self.answers.missed().into_iter().map(finding).collect()
    }
}

#[async_trait]
impl Tasks for TaskMocks {
    async fn answer(&self, call: Call) -> Answer {
        let longer = self.slow.get(&*call.state).copied().unwrap_or_default();
        let answer = match self.failing.get(&*call.state).cloned() {
            Some(error) => {
                let cause = Some("as requested".to_owned());
                Answer::at_once(TaskResult::Failed { error: Some(error), cause })
            }
            None => match self.sources.get(&*call.state) {
                Some(tasks) => tasks.answer(call).await,
                None => match &self.functions {
                    Some(functions) if functions.answers(&call) => functions.answer(call).await,
                    _ => self.answers.answer(call).await,
                },
            },
        };
        Answer { took: answer.took.saturating_add(longer), ..answer }
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.answers.object(bucket, key).await
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        self.answers.listing(bucket, prefix).await
    }
}
