//! The history: the events of an execution, as `GetExecutionHistory` returns them.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number, starting at 1.
    pub id: u64,
    /// The number of the event that led to it; 0 for the first.
    pub previous_id: u64,
    /// The time on the execution's clock.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The data of the event.
    pub details: Details,
}

/// The type of an event, in the names of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the names are those of AWS's API, where they are explained")]
pub enum EventKind {
    ExecutionStarted,
    ExecutionSucceeded,
    ExecutionFailed,
    ExecutionTimedOut,
    ExecutionAborted,
    EvaluationFailed,
    PassStateEntered,
    PassStateExited,
    ChoiceStateEntered,
    ChoiceStateExited,
    WaitStateEntered,
    WaitStateExited,
    WaitStateAborted,
    SucceedStateEntered,
    SucceedStateExited,
    FailStateEntered,
    TaskStateEntered,
    TaskStateExited,
    TaskStateAborted,
    TaskScheduled,
    TaskStarted,
    TaskSubmitted,
    TaskSucceeded,
    TaskFailed,
    TaskTimedOut,
    LambdaFunctionScheduled,
    LambdaFunctionStarted,
    LambdaFunctionSucceeded,
    LambdaFunctionFailed,
    LambdaFunctionTimedOut,
    ActivityScheduled,
    ActivityStarted,
    ActivitySucceeded,
    ActivityFailed,
    ActivityTimedOut,
    ParallelStateEntered,
    ParallelStateStarted,
    ParallelStateSucceeded,
    ParallelStateFailed,
    ParallelStateAborted,
    ParallelStateExited,
    MapStateEntered,
    MapStateStarted,
    MapStateSucceeded,
    MapStateFailed,
    MapStateAborted,
    MapStateExited,
    MapIterationStarted,
    MapIterationSucceeded,
    MapIterationFailed,
    MapIterationAborted,
    MapRunStarted,
    MapRunSucceeded,
    MapRunFailed,
}

/// The data of an event. `None` where the event doesn't have it.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the names are those of AWS's API, where they are explained")]
pub struct Details {
    pub name: Option<Arc<str>>,
    pub input: Option<Arc<Value>>,
    pub output: Option<Arc<Value>>,
    pub parameters: Option<Arc<Value>>,
    pub assigned_variables: Option<Map<String, Value>>,
    pub index: Option<usize>,
    pub length: Option<usize>,
    pub resource: Option<String>,
    pub resource_type: Option<String>,
    pub timeout_in_seconds: Option<u64>,
    pub heartbeat_in_seconds: Option<u64>,
    /// The role that a task assumes.
    pub role_arn: Option<String>,
    pub map_run_arn: Option<String>,
    pub location: Option<String>,
    pub error: Option<String>,
    pub cause: Option<String>,
}

impl Details {
    /// The details of an event that only names its state.
    pub(crate) fn named(name: &Arc<str>) -> Self {
        Self { name: Some(Arc::clone(name)), ..Self::default() }
    }
}

impl Event {
    /// The event as one flat JSON object, without its numbers and its time. Data are JSON values,
    /// not strings that contain JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let details = &self.details;
        let mut members = Map::new();
        members.insert("type".to_owned(), Value::from(format!("{:?}", self.kind)));
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(key.to_owned(), value);
            }
        };
        let data = |data: &Option<Arc<Value>>| data.as_deref().cloned();
        let text = |text: &Option<String>| text.clone().map(Value::from);
        put("name", details.name.as_deref().map(Value::from));
        put("input", data(&details.input));
        put("output", data(&details.output));
        put("parameters", data(&details.parameters));
        put("assignedVariables", details.assigned_variables.clone().map(Value::Object));
        put("index", details.index.map(Value::from));
        put("length", details.length.map(Value::from));
        put("resource", text(&details.resource));
        put("resourceType", text(&details.resource_type));
        put("timeoutInSeconds", details.timeout_in_seconds.map(Value::from));
        put("heartbeatInSeconds", details.heartbeat_in_seconds.map(Value::from));
        let credentials = |arn: &String| serde_json::json!({ "roleArn": arn });
        put("taskCredentials", details.role_arn.as_ref().map(credentials));
        put("mapRunArn", text(&details.map_run_arn));
        put("location", text(&details.location));
        put("error", text(&details.error));
        put("cause", text(&details.cause));
        Value::Object(members)
    }
}
