//! `status`: how a stack and its flow are.

use jiff::Timestamp;
use serde::Serialize;

use crate::health::Health;
use crate::plan::DeployedFlow;
use crate::report::{self, Answer, Reader};
use cloud::{Output, Stack, StackEvent};

/// How many events a program gets.
const EVENTS: usize = 10;

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
    /// When it was updated, else created.
    changed: Option<Timestamp>,
    events: &'a [StackEvent],
    /// More of them, for the text.
    #[serde(skip)]
    recent: &'a [StackEvent],
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
            changed: None,
            events: &[],
            recent: &[],
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
            changed: stack.updated.or(stack.created),
            events: &events[..events.len().min(EVENTS)],
            recent: events,
            ..Self::absent(&stack.name, String::new())
        }
    }
}

impl Status<'_> {
    /// The parts of the text: the stack, what was deployed, the outputs, the health and the last
    /// events; an absent part is empty.
    pub fn sections(&self, reader: &Reader<'_>) -> [String; 5] {
        let name = self.stack_name;
        let (Some(id), Some(status)) = (self.stack_id, self.status) else {
            let absent = format!("there is no stack {name} in {}", self.place);
            return [absent, String::new(), String::new(), String::new(), String::new()];
        };
        let mut head = vec![format!("{name} {status}")];
        head.extend(self.status_reason.map(str::to_owned));
        head.push(id.to_owned());
        head.extend(
            self.changed.map(|at| format!("last changed {}", report::moment(at, &reader.zone))),
        );
        let mut events = Vec::new();
        if !self.recent.is_empty() {
            events.push("last events, oldest first:".to_owned());
            events.extend(report::past_operations(self.recent, &reader.zone));
        }
        let outputs = (!self.outputs.is_empty()).then(|| report::outputs(self.outputs));
        [
            head.join("\n"),
            self.deployed.map(report::deployed_flow).unwrap_or_default(),
            outputs.unwrap_or_default(),
            self.health.map(|health| report::health(health, reader)).unwrap_or_default(),
            events.join("\n"),
        ]
    }
}

impl Answer for Status<'_> {
    const KIND: &'static str = "status";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let sections = self.sections(reader);
        let present: Vec<String> =
            sections.into_iter().filter(|section| !section.is_empty()).collect();
        Some(present.join("\n\n"))
    }
}
