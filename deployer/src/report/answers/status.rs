//! `status`: how a stack and its flow are.

use serde::Serialize;

use crate::health::Health;
use crate::plan::DeployedFlow;
use crate::report::{self, Answer, Reader};
use cloud::{Output, Stack, StackEvent};

/// A stack, its outputs, how its flow is, and its last events; or that there is none.
#[derive(Serialize)]
pub struct Status<'a> {
    stack_name: &'a str,
    present: bool,
    stack_id: Option<&'a str>,
    status: Option<&'a str>,
    status_reason: Option<&'a str>,
    outputs: &'a [Output],
    deployed: Option<&'a DeployedFlow>,
    health: Option<&'a Health>,
    events: &'a [StackEvent],
    /// Account and region, if the stack is not there.
    #[serde(skip)]
    place: String,
}

impl<'a> Status<'a> {
    /// There is no stack of this name in that account and region.
    pub fn absent(stack_name: &'a str, place: String) -> Self {
        Self {
            stack_name,
            present: false,
            stack_id: None,
            status: None,
            status_reason: None,
            outputs: &[],
            deployed: None,
            health: None,
            events: &[],
            place,
        }
    }

    /// The stack, with its events newest first.
    pub fn of(
        stack: &'a Stack,
        deployed: Option<&'a DeployedFlow>,
        health: Option<&'a Health>,
        events: &'a [StackEvent],
    ) -> Self {
        Self {
            present: true,
            stack_id: Some(&stack.id),
            status: Some(stack.status.name()),
            status_reason: stack.status_reason.as_deref(),
            outputs: &stack.outputs,
            deployed,
            health,
            events,
            ..Self::absent(&stack.name, String::new())
        }
    }
}

impl Answer for Status<'_> {
    const KIND: &'static str = "status";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let name = self.stack_name;
        let (Some(id), Some(status)) = (self.stack_id, self.status) else {
            return Some(format!("there is no stack {name} in {}", self.place));
        };
        let mut lines = vec![format!("{name} {status}")];
        lines.extend(self.status_reason.map(str::to_owned));
        lines.push(id.to_owned());
        if let Some(deployed) = self.deployed {
            lines.push(String::new());
            lines.push(report::deployed_flow(deployed));
        }
        if !self.outputs.is_empty() {
            lines.push(String::new());
            lines.push(report::outputs(self.outputs));
        }
        if let Some(health) = self.health {
            lines.push(String::new());
            lines.push(report::health(health, reader));
        }
        if !self.events.is_empty() {
            lines.push(String::new());
            lines.push("last events, oldest first:".to_owned());
            lines.extend(self.events.iter().rev().map(report::stack_event));
        }
        Some(lines.join("\n"))
    }
}
