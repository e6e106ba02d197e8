//! Property tests: damaged definitions are rejected, or run to an end.

use std::fs::{self, DirEntry};
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::damaged_document::damaged_document;
use crate::damaged_text::damaged_text;
use crate::start_machine;
use asl::{Machine, MachineType, MockedTasks, Progress};

/// Words that have a meaning in the language, and others.
const WORDS: &[&str] = &[
    "",
    "A",
    "$",
    "$.a",
    "$.items[*]",
    "$$.Map.Item.Value",
    "$v",
    "$.a[?(@.b in [1])]",
    "x.$",
    "Type",
    "Pass",
    "Choice",
    "Wait",
    "Task",
    "Map",
    "Parallel",
    "Succeed",
    "Fail",
    "Next",
    "End",
    "QueryLanguage",
    "JSONata",
    "JSONPath",
    "{% $states.input %}",
    "{% $states.context.State %}",
    "{% $v & 'x' %}",
    "{% [1..9] %}",
    "States.ALL",
    "States.Array($, 1)",
    "States.UUID()",
    "DISTRIBUTED",
    "Items",
    "ItemsPath",
    "Retry",
    "Catch",
    "Seconds",
    "2030-01-01T00:00:00Z",
    "Assign",
    "Output",
    "ResultPath",
    "Condition",
    "arn:aws:states:::sns:publish",
];

/// Every type of state in both languages.
fn every_state() -> Value {
    let inner = json!({ "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } });
    json!({
        "StartAt": "A", "TimeoutSeconds": 900,
        "States": {
            "A": { "Type": "Pass", "Parameters": { "a.$": "$.a", "n": [1] }, "Assign": { "v": 1 }, "Next": "B" },
            "B": { "Type": "Choice", "Default": "C", "Choices": [
                { "And": [{ "Variable": "$.a", "IsPresent": true }, { "Not": { "Variable": "$.a", "StringMatches": "a*" } }], "Next": "C" },
            ] },
            "C": { "Type": "Map", "ItemsPath": "$.n", "MaxConcurrency": 2, "ItemProcessor": inner, "ResultPath": "$.m", "Next": "D" },
            "D": { "Type": "Parallel", "Branches": [inner, inner], "ResultSelector": { "r.$": "$[0]" }, "Next": "E",
                   "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "E" }] },
            "E": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" }, "TimeoutSeconds": 9, "Next": "F",
                   "Retry": [{ "ErrorEquals": ["NoAnswer"], "IntervalSeconds": 2, "MaxAttempts": 2, "BackoffRate": 1.5 }],
                   "Catch": [{ "ErrorEquals": ["States.TaskFailed"], "Next": "F" }] },
            "F": { "Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% $v + 1 %}", "Next": "G" },
            "G": { "Type": "Choice", "QueryLanguage": "JSONata", "Default": "J", "Choices": [
                { "Condition": "{% $exists($states.input.a) %}", "Next": "H", "Output": { "l": "{% [1, 2] %}" } },
            ] },
            "H": { "Type": "Map", "QueryLanguage": "JSONata", "Items": "{% $states.input.l %}", "Next": "J",
                   "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
                       "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } },
                   "ItemBatcher": { "MaxItemsPerBatch": 1 }, "ToleratedFailurePercentage": 50 },
            "J": { "Type": "Fail", "ErrorPath": "$.error", "Cause": "because" },
        },
    })
}

/// The definitions of the deployer's built-in flows, and one with everything.
fn definitions() -> Vec<Value> {
    let flows = concat!(env!("CARGO_MANIFEST_DIR"), "/../state-machines");
    let mut folders: Vec<_> = fs::read_dir(flows).unwrap().map(|entry| entry.unwrap()).collect();
    folders.sort_by_key(DirEntry::file_name);
    let files = folders.iter().map(|folder| folder.path().join("definition.asl.yaml"));
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    let flows: Vec<Value> = texts.map(|text| serde_yaml::from_str(&text).unwrap()).collect();
    flows.into_iter().chain([every_state()]).collect()
}

fn rejected_or_run(definition: &Value, input: Value) -> Result<(), TestCaseError> {
    match Machine::read(definition, MachineType::Standard) {
        Ok(machine) => {
            let mut execution =
                start_machine(Arc::new(machine), input, Arc::new(MockedTasks::default()));
            let ended = execution.advance(Timestamp::MAX);
            prop_assert!(matches!(ended, Progress::Ended(_)), "{definition}");
        }
        Err(invalid) => {
            for diagnostic in &invalid.diagnostics {
                let parent = diagnostic.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
                prop_assert!(definition.pointer(parent).is_some(), "{diagnostic} in {definition}");
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_damaged_definition_is_rejected_with_a_location_or_runs_to_an_end(
        definition in damaged_document(definitions(), WORDS),
    ) {
        rejected_or_run(&definition, json!({ "a": "abc", "items": [1, { "b": 1 }] }))?;
    }

    #[test]
    fn a_damaged_text_is_rejected_or_runs_to_an_end(
        text in damaged_text(definitions().iter().map(Value::to_string).collect()),
    ) {
        let _ = Machine::parse(&text, MachineType::Express);
        if let Ok(definition) = serde_json::from_str::<Value>(&text) {
            rejected_or_run(&definition, json!({}))?;
        }
    }
}
