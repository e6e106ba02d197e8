//! What tasks are, and who answers them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

/// What a Task state calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A Lambda function by its ARN: the whole input goes in, the whole output comes out.
    Lambda(String),
    /// An activity by its ARN.
    Activity(String),
    /// An integrated service.
    Service(Service),
}

/// `arn:aws:states:::lambda:invoke.waitForTaskToken`, in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The partition: `aws`.
    pub partition: String,
    /// `lambda`, or `aws-sdk:dynamodb`.
    pub service: String,
    /// `invoke`.
    pub action: String,
    /// When the task is over.
    pub pattern: Pattern,
}

/// When the task of an integrated service is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// When the service has answered.
    RequestResponse,
    /// When the job that it started is over: `.sync`.
    Sync,
    /// The same, whose output is JSON rather than text: `.sync:2`.
    Sync2,
    /// When somebody hands the token back: `.waitForTaskToken`.
    Callback,
}

impl Pattern {
    /// What it adds to an action's name.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::RequestResponse => "",
            Self::Sync => ".sync",
            Self::Sync2 => ".sync:2",
            Self::Callback => ".waitForTaskToken",
        }
    }
}

/// One attempt of a task.
#[derive(Debug, Clone)]
pub struct Call {
    /// The state's name.
    pub state: Arc<str>,
    /// What is called.
    pub resource: Resource,
    /// What it is called with: the parameters of a service, the input of a function or an activity.
    pub parameters: Arc<Value>,
    /// Retries of the state so far.
    pub retries: u32,
    /// The indices of the Map iterations around the state, outermost first.
    pub iterations: Vec<usize>,
    /// The token that a callback needs, where the task goes on after its service has answered.
    pub token: Option<String>,
    /// The role to assume.
    pub role_arn: Option<String>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the service said at once, where the task goes on after that.
    pub submitted: Option<Value>,
    /// How long it took, on the execution's clock.
    pub took: Duration,
    /// How often it gave a sign of life meanwhile; `None`: never.
    pub heartbeat: Option<Duration>,
    /// The end.
    pub result: TaskResult,
}

/// The end of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskResult {
    /// It worked.
    Succeeded(Value),
    /// It did not. The error `States.Timeout` says that it took too long.
    Failed {
        /// The error's name.
        error: Option<String>,
        /// The reason.
        cause: Option<String>,
    },
    /// It has no end.
    Pending,
}

impl Answer {
    /// An answer at once.
    #[must_use]
    pub fn at_once(result: TaskResult) -> Self {
        Self { submitted: None, took: Duration::ZERO, heartbeat: None, result }
    }
}

/// Who answers tasks: canned answers, a command, the real service.
#[async_trait]
pub trait Tasks: Send + Sync {
    /// Answers one attempt. While it waits for somebody outside of this program, the execution's
    /// clock stands still; what that took counts only as [`Answer::took`].
    async fn answer(&self, call: Call) -> Answer;

    /// The text of an object in S3, for the `ItemReader` of a distributed Map.
    async fn object(&self, bucket: &str, key: &str) -> Option<String>;

    /// The objects of a bucket whose keys begin with a prefix, as `ListObjectsV2` describes them.
    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>>;
}
