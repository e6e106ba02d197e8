//! What an execution did in the emulator, from its history.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use super::case::Case;
use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::sandbox::Sandbox;

/// An execution that has ended.
pub(super) struct Execution {
    /// The status of Step Functions.
    status: String,
    /// The states that it entered, in order.
    path: Vec<String>,
    definition: Value,
}

impl Execution {
    /// Reads the execution of a message once it has ended.
    pub(super) async fn read(sandbox: &Sandbox, stack: &str, id: &str) -> Result<Self, Trouble> {
        let machine =
            sandbox.account.output(stack, "MfsmStateMachineArn").await.unwrap_or_default();
        let arn = format!("{}:{id}", machine.replace(":stateMachine:", ":execution:"));
        let machines = sandbox.account.machines();
        let status = loop {
            let described = machines.describe_execution().execution_arn(&arn).send().await;
            let described = described.map_err(|cause| refused("DescribeExecution", cause))?;
            match described.status().as_str() {
                "RUNNING" => sleep(Duration::from_millis(20)).await,
                status => break status.to_owned(),
            }
        };
        let history = machines.get_execution_history().execution_arn(&arn).max_results(1000);
        let history = history.send().await;
        let history = history.map_err(|cause| refused("GetExecutionHistory", cause))?;
        let entered =
            history.events().iter().filter_map(|event| event.state_entered_event_details());
        let path = entered.map(|details| details.name().to_owned()).collect();
        let machine = machines.describe_state_machine_for_execution().execution_arn(&arn);
        let machine = machine.send().await;
        let machine =
            machine.map_err(|cause| refused("DescribeStateMachineForExecution", cause))?;
        let definition = serde_json::from_str(machine.definition())
            .map_err(|cause| Trouble::of("the definition is no JSON", cause))?;
        Ok(Self { status, path, definition })
    }

    /// How it differs from what a test expects, if at all.
    pub(super) fn differs(&self, case: &Case) -> Option<String> {
        let expected = |key: &str| case.value("expect").and_then(|expect| expect.get(key));
        let status = expected("execution").and_then(Value::as_str);
        if let Some(other) = status.filter(|other| *other != self.status) {
            return Some(format!("ends {other}, but really {}", self.status));
        }
        let path = expected("path").and_then(Value::as_array)?;
        // The emulator's history has no states inside a Map.
        let outer = |name: &&str| self.definition["States"].get(*name).is_some();
        let path: Vec<&str> = path.iter().filter_map(Value::as_str).filter(outer).collect();
        (path != self.path).then(|| format!("goes {path:?}, but really {:?}", self.path))
    }
}
