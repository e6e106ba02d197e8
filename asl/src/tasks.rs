//! Tasks: what a Task state calls, and the trait that answers the calls.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

/// What a Task state calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// A Lambda function by its ARN. It gets the state's whole input and returns its whole output.
    Lambda(String),
    /// An activity by its ARN.
    Activity(String),
    /// An integrated service.
    Service(Service),
}

/// The parts of `arn:aws:states:::lambda:invoke.waitForTaskToken`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The partition: `aws`.
    pub partition: String,
    /// `lambda`, or `aws-sdk:dynamodb`.
    pub service: String,
    /// `invoke`.
    pub action: String,
    /// When the task ends.
    pub pattern: Pattern,
}

/// When the task of an integrated service ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pattern {
    /// When the service has answered.
    RequestResponse,
    /// When the job that the service started has ended: `.sync`.
    Sync,
    /// The same, but the output is JSON rather than a string: `.sync:2`.
    Sync2,
    /// When the task token is returned: `.waitForTaskToken`.
    Callback,
}

impl Pattern {
    /// The suffix of the action's name.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::RequestResponse => "",
            Self::Sync => ".sync",
            Self::Sync2 => ".sync:2",
            Self::Callback => ".waitForTaskToken",
        }
    }
}

/// One attempt to run a task.
#[derive(Debug, Clone)]
pub struct Call {
    /// The state's name.
    pub state: Arc<str>,
    /// What is called.
    pub resource: Resource,
    /// The parameters of a service, or the input of a function or an activity.
    pub parameters: Arc<Value>,
    /// How often the state was retried before.
    pub retries: u32,
    /// The indices of the Map iterations around the state, outermost first.
    pub iterations: Vec<usize>,
    /// The task token, if the task continues after the service has answered.
    pub token: Option<String>,
    /// The role to assume.
    pub role_arn: Option<String>,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The immediate response of the service, if the task continues after it.
    pub submitted: Option<Value>,
    /// How long it took, on the execution's clock.
    pub took: Duration,
    /// The interval of its heartbeats; `None` if it sends none.
    pub heartbeat: Option<Duration>,
    /// How the attempt ended.
    pub result: TaskResult,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskResult {
    /// The task succeeded, with this output.
    Succeeded(Value),
    /// The task failed. The error `States.Timeout` means that it timed out.
    Failed {
        /// The error's name.
        error: Option<String>,
        /// The error's cause.
        cause: Option<String>,
    },
    /// The task never ends by itself.
    Pending,
}

impl Answer {
    /// An answer that takes no time.
    #[must_use]
    pub fn at_once(result: TaskResult) -> Self {
        Self { submitted: None, took: Duration::ZERO, heartbeat: None, result }
    }
}

/// Answers calls of tasks: with mocked answers, by running a command, or by calling the real
/// service.
#[async_trait]
pub trait Tasks: Send + Sync {
    /// Answers one call. While it waits for something outside of this program, the execution's
    /// clock stops. Only [`Answer::took`] counts as time on that clock.
    async fn answer(&self, call: Call) -> Answer;

    /// The content of an S3 object, for the `ItemReader` of a distributed Map.
    async fn object(&self, bucket: &str, key: &str) -> Option<String>;

    /// The objects of a bucket whose keys start with a prefix, as `ListObjectsV2` describes them.
    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>>;
}
