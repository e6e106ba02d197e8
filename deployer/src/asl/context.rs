//! The context object: `$$` in JSONPath, `$states.context` in JSONata.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::run::{Identity, Run};

/// An iteration of a Map state.
#[derive(Debug, Clone)]
pub(super) struct MapItem {
    pub(super) index: usize,
    /// The member's name, where the items are an object's members.
    pub(super) key: Option<String>,
    pub(super) value: Arc<Value>,
}

/// Where in an execution a state is.
#[derive(Clone)]
pub(super) struct Place {
    /// What is executed: the execution itself, or the child of a distributed Map.
    pub(super) executed: Arc<Executed>,
    pub(super) state: Arc<str>,
    pub(super) entered: Timestamp,
    /// Retries so far; only states that can retry have it.
    pub(super) retries: Option<u32>,
    /// The token of a task that goes on after its service has answered.
    pub(super) token: Option<String>,
    /// The innermost Map iteration around the state.
    pub(super) item: Option<MapItem>,
    /// The indices of all of them, outermost first.
    pub(super) iterations: Vec<usize>,
}

/// An execution, as the context object describes it.
pub(super) struct Executed {
    pub(super) identity: Identity,
    pub(super) input: Arc<Value>,
    pub(super) started: Timestamp,
}

impl Executed {
    pub(super) fn of(run: &Run) -> Self {
        Self { identity: run.identity.clone(), input: Arc::clone(&run.input), started: run.started }
    }
}

impl Place {
    /// The context object.
    pub(super) fn object(&self) -> Value {
        let Executed { identity, input, started } = &*self.executed;
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
        // Express executions, which have ARNs of their own, cannot be redriven.
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

/// An instant as the context object writes it: `2025-01-01T12:00:00.000Z`.
pub(super) fn instant(time: Timestamp) -> String {
    format!("{time:.3}")
}
