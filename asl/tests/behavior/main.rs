//! Tests of the interpreter's behavior.

#![expect(clippy::unwrap_used, reason = "a definition that cannot be read is a failure")]

mod any_input;
mod branches;
mod coverage;
mod damaged;
#[path = "../damage/document.rs"]
mod damaged_document;
#[path = "../damage/text.rs"]
mod damaged_text;
mod data;
mod diagnostics;
mod distributed;
mod expressions;
mod limits;
#[path = "../oracle/mod.rs"]
mod oracle;
mod outside;
mod refused;
mod regular_expressions;
mod retry_catch;
mod seeds;
mod time;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use asl::{
    Answer, Event, Execution, ExecutionResult, Identity, Machine, MachineType, MockedAnswer,
    MockedTasks, Progress, TaskResult, Tasks,
};

/// An execution that has ended.
struct Ended {
    result: ExecutionResult,
    events: Vec<Event>,
    /// How long it took on its clock.
    took: Duration,
}

impl Ended {
    fn output(&self) -> &Value {
        match &self.result {
            ExecutionResult::Succeeded(output) => output,
            other => panic!("it did not succeed: {other:?}"),
        }
    }

    fn error(&self) -> (&str, &str) {
        match &self.result {
            ExecutionResult::Failed { error, cause } => {
                (error.as_deref().unwrap_or_default(), cause.as_deref().unwrap_or_default())
            }
            other => panic!("it did not fail: {other:?}"),
        }
    }

    /// The events as short texts: `TaskStateEntered Work`, `MapIterationFailed M 1`.
    fn event_names(&self) -> Vec<String> {
        let describe = |event: &Event| {
            let name = event.details.name.as_deref().map(|name| format!(" {name}"));
            let index = event.details.index.map(|index| format!(" {index}"));
            format!("{:?}{}{}", event.kind, name.unwrap_or_default(), index.unwrap_or_default())
        };
        self.events.iter().map(describe).collect()
    }

    fn count(&self, event: &str) -> usize {
        self.event_names().iter().filter(|name| *name == event).count()
    }
}

const ARN: &str = "arn:aws:states:eu-west-1:123456789012:execution:M:e";

fn machine(definition: &Value) -> Arc<Machine> {
    match Machine::read(definition, MachineType::Standard) {
        Ok(machine) => Arc::new(machine),
        Err(invalid) => panic!("{invalid}"),
    }
}

fn start(definition: &Value, input: Value, answers: Vec<(&str, Vec<Answer>)>) -> Execution {
    let mocked = |answer| MockedAnswer { parameters: None, iteration: None, answer };
    let answers = answers
        .into_iter()
        .map(|(state, answers)| (state.to_owned(), answers.into_iter().map(mocked).collect()));
    start_over(definition, input, Arc::new(MockedTasks::new(answers.collect::<HashMap<_, _>>())))
}

fn start_over(definition: &Value, input: Value, tasks: Arc<dyn Tasks>) -> Execution {
    start_machine(machine(definition), input, tasks)
}

fn start_machine(machine: Arc<Machine>, input: Value, tasks: Arc<dyn Tasks>) -> Execution {
    let identity = Identity {
        execution_arn: ARN.to_owned(),
        execution_name: "e".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:M".to_owned(),
        machine_name: "M".to_owned(),
    };
    Execution::start(machine, tasks, identity, input, Timestamp::UNIX_EPOCH)
}

fn run_with(definition: &Value, input: Value, answers: Vec<(&str, Vec<Answer>)>) -> Ended {
    let mut execution = start(definition, input, answers);
    let Progress::Ended(result) = execution.advance(Timestamp::MAX) else {
        panic!("it has not ended");
    };
    let events = execution.events(0);
    // The clock may be later than the last event, because `advance` moves it up to its limit.
    let end = events.last().map_or(Timestamp::UNIX_EPOCH, |event| event.at);
    let took = end.duration_since(Timestamp::UNIX_EPOCH).unsigned_abs();
    Ended { result, events, took }
}

fn run(definition: &Value, input: Value) -> Ended {
    run_with(definition, input, Vec::new())
}

fn succeeds(output: Value) -> Answer {
    Answer::at_once(TaskResult::Succeeded(output))
}

fn fails(error: &str) -> Answer {
    let (error, cause) = (Some(error.to_owned()), Some("because".to_owned()));
    Answer::at_once(TaskResult::Failed { error, cause })
}

fn takes(seconds: u64, answer: Answer) -> Answer {
    Answer { took: Duration::from_secs(seconds), ..answer }
}

/// The definition of a machine with one state, `S`, which ends.
fn single_state(state: Value) -> Value {
    let mut state = state;
    if !matches!(state["Type"].as_str(), Some("Choice" | "Succeed" | "Fail")) {
        state["End"] = Value::Bool(true);
    }
    serde_json::json!({ "StartAt": "S", "States": { "S": state } })
}
