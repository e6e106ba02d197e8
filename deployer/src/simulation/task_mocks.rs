//! Tasks of which some are answered by somebody else, or fail, or dawdle, to see what a flow does then.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::Answers;
use crate::finding::Finding;
use asl::{Answer, Call, TaskResult, Tasks};

/// Answers, but for some states another one, or a later one.
#[derive(Default)]
pub struct Hindered {
    /// What the tasks would answer.
    pub answers: Answers,
    /// By the state's name, who answers its tasks in place of these answers.
    pub elsewhere: HashMap<String, Arc<dyn Tasks>>,
    /// By the state's name, the error that every attempt fails with.
    pub failing: HashMap<String, String>,
    /// By the state's name, how much longer every attempt takes.
    pub slow: HashMap<String, Duration>,
}

impl Hindered {
    /// A warning for each state whose task was called and had no answer: it failed, and where that is caught
    /// nobody would see it.
    #[must_use]
    pub fn unanswered(&self) -> Vec<Finding> {
        let finding = |state: String| {
            let sentence = format!("task `{}` had no answer, or none left", state.escape_debug());
            let fix =
                "say what it answers with --answers FILE, --task STATE=COMMAND or --real STATE";
            Finding::warning("unanswered", "--answers", sentence).fix(fix)
        };
        self.answers.missed().into_iter().map(finding).collect()
    }
}

#[async_trait]
impl Tasks for Hindered {
    async fn answer(&self, call: Call) -> Answer {
        let longer = self.slow.get(&*call.state).copied().unwrap_or_default();
        let answer = match self.failing.get(&*call.state).cloned() {
            Some(error) => {
                let cause = Some("as asked for".to_owned());
                Answer::at_once(TaskResult::Failed { error: Some(error), cause })
            }
            None => match self.elsewhere.get(&*call.state) {
                Some(tasks) => tasks.answer(call).await,
                None => self.answers.answer(call).await,
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
