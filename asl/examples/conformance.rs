//! Runs recorded cases: reads one JSON object per line from stdin, and writes one answer per line
//! to stdout. A conformance checker compares the answers with those of AWS.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use asl::{
    Answer, Event, Execution, ExecutionResult, Identity, Machine, MachineType, MockedAnswer,
    MockedTasks, Progress, TaskResult,
};

fn main() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lines() {
        let answer = line.map_err(|error| error.to_string()).and_then(|line| answer(&line));
        let written = match answer {
            Ok(answer) => answer.map_or(Ok(()), |answer| writeln!(out, "{answer}")),
            // Continue with the other cases.
            Err(error) => {
                code = ExitCode::FAILURE;
                writeln!(std::io::stderr(), "error: cannot read a case: {error}")
            }
        };
        if written.is_err() {
            return ExitCode::FAILURE;
        }
    }
    code
}

/// The answer to the case on a line; `None` for an empty line.
fn answer(line: &str) -> Result<Option<Value>, String> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    serde_json::from_str(line).map(|case| Some(run_case(&case))).map_err(|error| error.to_string())
}

/// Runs a case: reads its definition, or runs it on its input.
fn run_case(case: &Value) -> Value {
    let id = case.get("id").cloned().unwrap_or_default();
    let machine_type = match case.get("type").and_then(Value::as_str) {
        Some("EXPRESS") => MachineType::Express,
        _ => MachineType::Standard,
    };
    let machine = match (case.get("definition"), case.get("definition_text")) {
        (None | Some(Value::Null), Some(Value::String(text))) => Machine::parse(text, machine_type),
        (definition, _) => Machine::read(definition.unwrap_or(&Value::Null), machine_type),
    };
    let mut answer = match machine {
        Err(invalid) => json!({
            "status": "INVALID", "valid": false, "error": "InvalidDefinition",
            "cause": invalid.to_string(), "message": invalid.to_string(),
        }),
        Ok(_) if case.get("kind").is_some_and(|kind| kind == "definition") => {
            json!({ "valid": true })
        }
        Ok(machine) => execute(case, machine),
    };
    answer["id"] = id;
    answer
}

fn execute(case: &Value, machine: Machine) -> Value {
    let tasks = MockedTasks::new(answers(case)).with_objects(objects(case));
    let now = case.get("now").and_then(Value::as_str).and_then(|now| now.parse().ok());
    let input = case.get("input").cloned().unwrap_or_default();
    let mut execution = Execution::start(
        Arc::new(machine),
        Arc::new(tasks),
        identity(case),
        input,
        now.unwrap_or(Timestamp::UNIX_EPOCH),
    );
    let mut answer = match execution.advance(Timestamp::MAX) {
        Progress::Ended(ExecutionResult::Succeeded(output)) => {
            json!({ "status": "SUCCEEDED", "output": output })
        }
        Progress::Ended(ExecutionResult::Failed { error, cause }) => {
            json!({ "status": "FAILED", "error": error, "cause": cause })
        }
        Progress::Ended(ExecutionResult::TimedOut) => json!({ "status": "TIMED_OUT" }),
        Progress::Waiting(_) | Progress::Outside => json!({ "status": "RUNNING" }),
    };
    answer["events"] = execution.events(0).iter().map(Event::to_json).collect();
    answer
}

fn identity(case: &Value) -> Identity {
    let text = |path: &str| {
        let text = case.pointer(path).and_then(Value::as_str).unwrap_or_default();
        text.to_owned()
    };
    Identity {
        execution_arn: text("/context/Execution/Id"),
        execution_name: text("/context/Execution/Name"),
        role_arn: text("/context/Execution/RoleArn"),
        machine_arn: text("/context/StateMachine/Id"),
        machine_name: text("/context/StateMachine/Name"),
    }
}

fn members<'a>(case: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    case.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn answers(case: &Value) -> HashMap<String, Vec<MockedAnswer>> {
    let mocked = |(state, answers): (&String, &Value)| {
        let answers = answers.as_array().into_iter().flatten().map(|answer| MockedAnswer {
            parameters: answer.get("parameters").cloned(),
            iteration: answer
                .get("iteration")
                .and_then(Value::as_array)
                .and_then(|iterations| iterations.last())
                .and_then(Value::as_u64)
                .and_then(|index| usize::try_from(index).ok()),
            answer: mocked_answer(answer),
        });
        (state.clone(), answers.collect())
    };
    members(case, "tasks").map(mocked).collect()
}

fn mocked_answer(answer: &Value) -> Answer {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let event = text("event").unwrap_or_default();
    let result = if answer.get("pending") == Some(&Value::Bool(true)) {
        TaskResult::Pending
    } else if event.ends_with("Succeeded") {
        TaskResult::Succeeded(answer.get("output").cloned().unwrap_or_default())
    } else {
        TaskResult::Failed { error: text("error"), cause: text("cause") }
    };
    let submitted = answer.get("submitted").cloned();
    Answer { submitted, took: Duration::ZERO, heartbeat: None, result }
}

fn objects(case: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = |(key, text): (&String, &Value)| {
        (key.clone(), text.as_str().unwrap_or_default().to_owned())
    };
    let bucket = |(bucket, objects): (&String, &Value)| {
        let nothing = Map::new();
        let objects = objects.as_object().unwrap_or(&nothing);
        (bucket.clone(), objects.iter().map(text).collect())
    };
    members(case, "s3_objects").map(bucket).collect()
}
