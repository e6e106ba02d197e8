//! Tests of the diagnostics of invalid definitions.

use serde_json::{Value, json};

use crate::single_state;
use asl::{Machine, MachineType};

fn first_diagnostic(definition: &Value) -> String {
    match Machine::read(definition, MachineType::Standard) {
        Ok(_) => panic!("accepted: {definition}"),
        Err(invalid) => invalid.diagnostics[0].to_string(),
    }
}

#[test]
fn definitions_must_be_json_objects() {
    let rejected = |text: &str| Machine::parse(text, MachineType::Standard).unwrap_err();
    assert_eq!(rejected(" ").diagnostics[0].message, "Definition must be a valid JSON object");
    assert_eq!(rejected("not a definition").diagnostics[0].code, "INVALID_JSON_DESCRIPTION");
    assert_eq!(rejected("[]").diagnostics[0].code, "SCHEMA_VALIDATION_FAILED");
    let missing = "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /";
    assert_eq!(first_diagnostic(&json!({})), missing);
}

#[test]
fn problems_of_states_are_reported_with_their_location() {
    for (state, expected) in [
        (json!({ "Type": "Nap" }), "/States/S/Type"),
        (json!({ "Type": "Pass", "Seconds": 1 }), "Field 'Seconds' is not supported at /States/S"),
        (json!({ "Type": "Pass", "Output": 1 }), "Field 'Output' is not supported at /States/S"),
        (json!({ "Type": "Pass", "InputPath": "x" }), "/States/S/InputPath"),
        (json!({ "Type": "Pass", "ResultPath": "$.a[*]" }), "/States/S/ResultPath"),
        (
            json!({ "Type": "Pass", "Parameters": { "a.$": "b" } }),
            "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at \
             /States/S/Parameters",
        ),
        (
            json!({ "Type": "Wait", "Timestamp": "2016-12-05 21:29:29Z" }),
            "String does not match RFC3339 timestamp at /States/S/Timestamp",
        ),
        (json!({ "Type": "Wait", "Seconds": 1, "SecondsPath": "$" }), "Exactly one of"),
    ] {
        check(state, expected);
    }
}

fn check(state: Value, expected: &str) {
    let diagnostic = first_diagnostic(&single_state(state));
    assert!(diagnostic.contains(expected), "{diagnostic}\n{expected}");
}

#[test]
fn problems_of_tasks_and_expressions_are_reported_with_their_location() {
    for (state, expected) in [
        (
            json!({ "Type": "Task", "Resource": "arn:aws:states:::dynamodb:query" }),
            "The resource provided arn:aws:states:::dynamodb:query is not recognized.",
        ),
        (
            json!({
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Credentials": {},
                "Parameters": { "FunctionName": "f" },
            }),
            "The field 'RoleArn' is required but was missing at /States/S/Credentials",
        ),
        (
            json!({
                "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" },
                "Retry": [{ "ErrorEquals": ["States.ALL", "X"] }],
            }),
            "/States/S/Retry[0]/ErrorEquals",
        ),
        (json!({ "Type": "Choice", "Choices": [] }), "[Choices]"),
        (
            json!({ "Type": "Choice", "Choices": [{ "Variable": "$", "IsOdd": true, "Next": "S" }] }),
            "/States/S/Choices[0]/IsOdd",
        ),
        (json!({ "Type": "Parallel", "Branches": [{}] }), "/States/S/Branches[0]"),
        (
            json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% a ?? b %}" }),
            "JSONata 2.0.6",
        ),
        (
            json!({
                "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.result.a %}",
            }),
            "'$states.result' is not available in this field at /States/S/Output",
        ),
        (
            json!({ "Type": "Pass", "Assign": { "states": 1 } }),
            "'states' is not a valid name of a variable",
        ),
        (
            json!({
                "Type": "Map",
                "ItemProcessor": {
                    "ProcessorConfig": { "Mode": "DISTRIBUTED" },
                    "StartAt": "P",
                    "States": { "P": { "Type": "Pass", "End": true } },
                },
                "ItemReader": {
                    "Resource": "arn:aws:states:::s3:getObject",
                    "ReaderConfig": { "InputType": "PARQUET" },
                },
            }),
            "UNSUPPORTED: Parquet is not supported at /States/S/ItemReader/ReaderConfig/InputType",
        ),
    ] {
        check(state, expected);
    }
}

#[test]
fn transitions_need_a_target() {
    let missing = json!({ "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" } } });
    assert!(
        first_diagnostic(&missing)
            .starts_with("MISSING_TRANSITION_TARGET: Missing 'Next' target: B")
    );
    let nowhere = json!({ "StartAt": "X", "States": { "A": { "Type": "Succeed" } } });
    assert!(first_diagnostic(&nowhere).contains("/StartAt"));
    let unreachable = json!({
        "StartAt": "A", "States": { "A": { "Type": "Succeed" }, "B": { "Type": "Succeed" } },
    });
    assert!(first_diagnostic(&unreachable).contains("State \"B\" is not reachable."));
    let open = json!({ "StartAt": "A", "States": { "A": { "Type": "Pass" } } });
    assert!(first_diagnostic(&open).contains("[Next] or [End]"));
}

#[test]
fn query_languages_and_machine_types_restrict_definitions() {
    let mut downgrade = single_state(json!({ "Type": "Pass", "QueryLanguage": "JSONPath" }));
    downgrade["QueryLanguage"] = json!("JSONata");
    let words = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    assert!(first_diagnostic(&downgrade).contains(words));
    let callback = single_state(json!({
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": { "QueueUrl": "q", "MessageBody.$": "$$.Task.Token" },
    }));
    assert!(Machine::read(&callback, MachineType::Standard).is_ok());
    assert!(Machine::read(&callback, MachineType::Express).is_err());
}

#[test]
fn inner_machines_cannot_reuse_variables_that_are_in_use() {
    let assign = |state: &str, next: Value| {
        let mut pass = json!({ "Type": "Pass", "Assign": { "v": 1 } });
        pass.as_object_mut().unwrap().extend(next.as_object().unwrap().clone());
        json!({ state: pass })
    };
    let inner = json!({ "StartAt": "I", "States": assign("I", json!({ "End": true })) });
    let mut states = assign("A", json!({ "Next": "P" }));
    states["P"] = json!({ "Type": "Parallel", "Branches": [inner], "End": true });
    let definition = json!({ "StartAt": "A", "States": states });
    assert!(
        first_diagnostic(&definition)
            .contains("Variable 'v' is already assigned in an outer scope")
    );
    let mut own = definition;
    own["States"]["A"].as_object_mut().unwrap().remove("Assign");
    own["States"]["P"]["Assign"] = json!({ "v": 2 });
    assert!(Machine::read(&own, MachineType::Standard).is_ok());
}
