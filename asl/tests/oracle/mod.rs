//! What holds for any text: it is refused with a place that is there, or it runs to an end, in a time that is bounded,
//! and always in the same way. The fuzz targets in `asl/fuzz` and the tests of their seeds use it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use asl::{
    Event, Execution, Identity, Machine, MachineType, MockedTasks, Progress, evaluate_jsonata,
};

/// How much more time everything has in a build for tests, which is slower, on a machine that may be busy with others. The
/// interpreter gives an expression more time there, too.
const SLOWER: u32 = if cfg!(debug_assertions) { 5 } else { 1 };
/// How long reading a text may take, of which reading one of a mebibyte takes a small part.
const MOST_READING: Duration = Duration::from_secs(1).saturating_mul(SLOWER);
/// How long one expression may take: its second, and what it needs to notice the end.
const MOST_EVALUATING: Duration = Duration::from_millis(2_500).saturating_mul(SLOWER);
/// An execution that takes longer than this is not repeated.
const QUICK: Duration = Duration::from_millis(100);
/// Two states that wait for each other would fill the whole history, which takes a second.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Any text as what the fuzz target of this name takes.
pub(crate) fn holds(target: &str, text: &str) {
    match target {
        "definition" => definition(text),
        "path" => path(text),
        "intrinsic" => intrinsic(text),
        "expression" => expression(text),
        other => panic!("there is no fuzz target `{other}`"),
    }
}

/// Any text as a definition.
fn definition(text: &str) {
    let begun = Instant::now();
    let read = [MachineType::Express, MachineType::Standard].map(|kind| Machine::parse(text, kind));
    assert!(begun.elapsed() < 2 * MOST_READING, "reading takes {:?}", begun.elapsed());
    let [_, read] = read;
    let machine = match read {
        Ok(machine) => Arc::new(machine),
        Err(invalid) => {
            assert!(!invalid.diagnostics.is_empty(), "it is refused without a reason");
            let document = serde_json::from_str(text).unwrap_or(Value::Null);
            for found in invalid.diagnostics {
                let parent = found.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                assert!(document.pointer(parent).is_some(), "no such place: {found}");
            }
            return;
        }
    };
    let begun = Instant::now();
    let first = run(&machine, input());
    if begun.elapsed() < QUICK {
        assert_eq!(first, run(&machine, input()), "two executions differ");
    }
}

/// Any text as a path of the input, of a place for the result, of items, and in a filter.
fn path(text: &str) {
    let filtered = format!("$.list[?({text})]");
    let inner = json!({ "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } });
    let choice = json!({ "Variable": text, "IsNull": true, "Next": "E" });
    for state in [
        json!({ "Type": "Pass", "InputPath": text, "End": true }),
        json!({ "Type": "Pass", "InputPath": filtered, "End": true }),
        json!({ "Type": "Pass", "ResultPath": text, "Result": 1, "End": true }),
        json!({ "Type": "Map", "ItemsPath": text, "ItemProcessor": inner, "End": true }),
        json!({ "Type": "Choice", "Choices": [choice], "Default": "E" }),
    ] {
        one_state(state);
    }
}

/// Any text as a call of an intrinsic function.
fn intrinsic(text: &str) {
    one_state(json!({ "Type": "Pass", "Parameters": { "x.$": text }, "End": true }));
    one_state(json!({ "Type": "Fail", "CausePath": text }));
}

/// Any text as a JSONata expression.
fn expression(text: &str) {
    let begun = Instant::now();
    let evaluate = || evaluate_jsonata(text, &input(), Timestamp::UNIX_EPOCH);
    let first = evaluate();
    let took = begun.elapsed();
    assert!(took < MOST_EVALUATING, "it takes {took:?}");
    if took < QUICK {
        assert_eq!(first, evaluate(), "two evaluations differ");
    }
}

fn one_state(state: Value) {
    let mut definition = json!({ "StartAt": "S", "States": { "S": state } });
    if definition["States"]["S"]["Type"] == "Choice" {
        definition["States"]["E"] = json!({ "Type": "Succeed" });
    }
    let begun = Instant::now();
    let read = Machine::read(&definition, MachineType::Standard);
    if let Ok(machine) = read {
        run(&Arc::new(machine), input());
    }
    assert!(begun.elapsed() < MOST_READING, "it takes {:?}", begun.elapsed());
}

/// Runs a machine to its end, or for a day on its clock, with tasks that fail.
fn run(machine: &Arc<Machine>, input: Value) -> (Progress, Vec<Event>) {
    let identity = Identity {
        execution_arn: "arn:aws:states:eu-west-1:123456789012:execution:M:e".to_owned(),
        execution_name: "e".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:M".to_owned(),
        machine_name: "M".to_owned(),
    };
    let tasks = Arc::new(MockedTasks::default());
    let mut execution =
        Execution::start(Arc::clone(machine), tasks, identity, input, Timestamp::UNIX_EPOCH);
    let progress = execution.advance(Timestamp::UNIX_EPOCH + DAY);
    assert_ne!(progress, Progress::Outside, "no task waits for anything outside");
    (progress, execution.events(0))
}

/// Data of every type.
fn input() -> Value {
    json!({
        "a": "abc", "b": { "c": [1, 2.5, -3], "d": null }, "n": 3, "t": true, "at": "2026-01-31T08:00:00Z",
        "list": [{ "name": "x", "size": 10 }, { "name": "Müller", "size": 200 }, ["y"], 5, "text 😀"],
        "odd name": { "x'y": 1 }, "empty": {}, "none": [],
    })
}
