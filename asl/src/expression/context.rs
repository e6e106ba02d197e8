//! The context object: `$$` in JSONPath, `$states.context` in JSONata.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

/// The names of an execution and its machine, for the context object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// ARN of the execution.
    pub execution_arn: String,
    /// Name of the execution.
    pub execution_name: String,
    /// ARN of the machine's role.
    pub role_arn: String,
    /// ARN of the machine.
    pub machine_arn: String,
    /// Name of the machine.
    pub machine_name: String,
}

/// An iteration of a Map state.
#[derive(Debug, Clone)]
pub(crate) struct MapItem {
    pub(crate) index: usize,
    /// The member's name, if the items are the members of an object.
    pub(crate) key: Option<String>,
    pub(crate) value: Arc<Value>,
}

/// A state in an execution, as the context object describes it.
#[derive(Clone)]
pub(crate) struct StateContext {
    /// The execution itself, or a child of a distributed Map.
    pub(crate) execution: Arc<ExecutionInfo>,
    pub(crate) state: Arc<str>,
    pub(crate) entered: Timestamp,
    /// The number of retries so far, for states that can retry.
    pub(crate) retries: Option<u32>,
    /// The token of a task that continues after its service has answered.
    pub(crate) token: Option<String>,
    /// The innermost Map iteration around the state.
    pub(crate) item: Option<MapItem>,
    /// The indices of all Map iterations around the state, outermost first.
    pub(crate) iterations: Vec<usize>,
}

/// An execution, as the context object describes it.
pub(crate) struct ExecutionInfo {
    pub(crate) identity: Identity,
    pub(crate) input: Arc<Value>,
    pub(crate) started: Timestamp,
}

impl StateContext {
    /// The context object.
    pub(crate) fn to_json(&self) -> Value {
        let ExecutionInfo { identity, input, started } = &*self.execution;
        let mut object = json!({
            "Execution": {
                "Id": identity.execution_arn,
                "Input": **input,
                "StartTime": instant(*started),
                "Name": identity.execution_name,
                "RoleArn": identity.role_arn,
            },
            "StateMachine": { "Id": identity.machine_arn, "Name": identity.machine_name },
            "State": { "Name": &*self.state, "EnteredTime": instant(self.entered) },
        });
        // Express executions, which have their own form of ARN, cannot be redriven.
        if !identity.execution_arn.contains(":express:") {
            object["Execution"]["RedriveCount"] = Value::from(0);
        }
        if let Some(retries) = self.retries {
            object["State"]["RetryCount"] = Value::from(retries);
        }
        if let Some(token) = &self.token {
            object["Task"] = json!({ "Token": token });
        }
        if let Some(item) = &self.item {
            object["Map"] = json!({ "Item": { "Index": item.index, "Value": *item.value } });
            if let Some(key) = &item.key {
                object["Map"]["Item"]["Key"] = Value::from(key.as_str());
            }
        }
        object
    }
}

/// A time as the context object writes it: `2025-01-01T12:00:00.000Z`.
pub(crate) fn instant(time: Timestamp) -> String {
    format!("{time:.3}")
}
