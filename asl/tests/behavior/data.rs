//! Tests of how data flows through a state's fields.

use serde_json::json;

use asl::Undecided;
use jiff::Timestamp;

use crate::{ARN, run, run_with, single_state, start, succeeds};

#[test]
fn paths_shape_the_input_and_output_of_a_task() {
    let definition = single_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "InputPath": "$.in",
        "Parameters": { "FunctionName": "f", "Payload.$": "$.x", "All.$": "$" },
        "ResultSelector": { "code.$": "$.Payload.code", "again.$": "$$.State.Name" },
        "Assign": { "kept.$": "$.code" },
        "ResultPath": "$.out.result",
        "OutputPath": "$.out",
    }));
    let input = json!({ "in": { "x": 7 }, "other": true });
    let answers = vec![("S", vec![succeeds(json!({ "Payload": { "code": 3 } }))])];
    let ended = run_with(&definition, input, answers);
    assert_eq!(*ended.output(), json!({ "result": { "code": 3, "again": "S" } }));
    let scheduled = ended.events[2].details.parameters.as_deref().unwrap();
    assert_eq!(*scheduled, json!({ "FunctionName": "f", "Payload": 7, "All": { "x": 7 } }));
    let exited = &ended.events[5].details;
    assert_eq!(exited.assigned_variables.as_ref().unwrap()["kept"], 3);
}

#[test]
fn null_paths_discard_data() {
    let pass = |field: &str| {
        let mut state = json!({ "Type": "Pass", "Result": "r" });
        state[field] = json!(null);
        run(&single_state(state), json!({ "a": 1 })).output().clone()
    };
    assert_eq!(pass("ResultPath"), json!({ "a": 1 }));
    assert_eq!(pass("OutputPath"), json!({}));
    let input = single_state(json!({ "Type": "Pass", "InputPath": null }));
    assert_eq!(*run(&input, json!({ "a": 1 })).output(), json!({}));
}

#[test]
fn assign_uses_the_values_from_before_the_state() {
    let definition = json!({
        "StartAt": "A",
        "States": {
            "A": { "Type": "Pass", "Assign": { "n": 1, "list": [1, 2] }, "Next": "B" },
            "B": {
                "Type": "Pass",
                "Assign": { "n.$": "States.MathAdd($n, 1)", "old.$": "$n" },
                "Next": "C",
            },
            "C": {
                "Type": "Pass",
                "Parameters": { "n.$": "$n", "old.$": "$old", "last.$": "$list[-1]" },
                "End": true,
            },
        },
    });
    assert_eq!(*run(&definition, json!({})).output(), json!({ "n": 2, "old": 1, "last": 2 }));
}

#[test]
fn the_context_object_describes_the_execution() {
    let definition = single_state(json!({
        "Type": "Pass",
        "Parameters": {
            "id.$": "$$.Execution.Id",
            "input.$": "$$.Execution.Input",
            "entered.$": "$$.State.EnteredTime",
            "machine.$": "$$.StateMachine.Name",
        },
    }));
    let expected = json!({
        "id": ARN, "input": [1], "entered": "1970-01-01T00:00:00.000Z", "machine": "M",
    });
    assert_eq!(*run(&definition, json!([1])).output(), expected);
}

#[test]
fn a_path_that_matches_nothing_ends_the_execution() {
    let definition = single_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": { "FunctionName": "f" },
        "InputPath": "$.a.b",
        "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "S" }],
    }));
    let ended = run(&definition, json!({}));
    let cause = "An error occurred while executing the state 'S' (entered at the event id #2). Invalid path \
                 '$.a.b' : Missing property in path $['a']";
    assert_eq!(ended.error(), ("States.Runtime", cause));
}

#[test]
fn choices_follow_the_first_rule_that_matches() {
    let definition = json!({
        "StartAt": "S",
        "States": {
            "S": {
                "Type": "Choice",
                "Choices": [
                    { "Variable": "$.n", "IsPresent": false, "Next": "None" },
                    {
                        "And": [
                            { "Variable": "$.n", "NumericGreaterThan": 1 },
                            { "Not": { "Variable": "$.n", "NumericGreaterThanPath": "$.most" } },
                        ],
                        "Next": "Some",
                    },
                ],
                "Default": "Other",
            },
            "None": { "Type": "Pass", "Result": "none", "End": true },
            "Some": { "Type": "Pass", "Result": "some", "End": true },
            "Other": { "Type": "Pass", "Result": "other", "End": true },
        },
    });
    for (input, output) in [
        (json!({}), "none"),
        (json!({ "n": 2, "most": 5 }), "some"),
        (json!({ "n": 9, "most": 5 }), "other"),
        (json!({ "n": "2", "most": 5 }), "other"),
    ] {
        assert_eq!(*run(&definition, input.clone()).output(), output, "{input}");
    }
    let lost = run(&definition, json!({ "n": 2 }));
    assert_eq!(lost.error().0, "States.Runtime");
}

#[test]
fn a_fail_state_fails_with_its_error_and_cause() {
    let fail = single_state(json!({
        "Type": "Fail", "ErrorPath": "$.e", "CausePath": "States.Format('{}!', $.c)",
    }));
    let ended = run(&fail, json!({ "e": "E", "c": "C" }));
    assert_eq!(ended.error(), ("E", "C!"));
    let events = ["ExecutionStarted", "FailStateEntered S", "ExecutionFailed"];
    assert_eq!(ended.event_names(), events);
    assert_eq!(run(&single_state(json!({ "Type": "Fail" })), json!({})).error(), ("", ""));
}

#[test]
fn paths_are_as_lenient_as_in_aws() {
    let state = json!({
        "Type": "Pass",
        "Parameters": {
            "s.$": "$.abc.['def ghi']",
            "first.$": "$.list.[0]",
            "name.$": "$$.Execution.Name ",
            "all.$": "$.headers.[?(@.name == Subject)].value",
            "call.$": "States.Format('{}{}', $.abc.['def ghi'], $.a\\,b)",
        },
        "ResultPath": "$.out.['x y'] ",
    });
    let input = json!({
        "abc": { "def ghi": 7 },
        "list": [{ "b": 1 }],
        "headers": [{ "name": "Subject", "value": "s" }, { "name": "To", "value": "t" }],
        "a,b": 8,
    });
    let mut execution = start(&single_state(state), input.clone(), Vec::new());
    execution.advance(Timestamp::MAX);
    let mut expected = input;
    expected["out"] = json!({ "x y": {
        "s": 7, "first": { "b": 1 }, "name": "e", "all": ["s"], "call": "78",
    }});
    let events = execution.events(0);
    let output = events.last().and_then(|event| event.details.output.as_deref());
    assert_eq!(output, Some(&expected));
    let undecided = [
        ("$.a\\,b".to_owned(), Undecided::Escape),
        ("$.headers.[?(@.name == Subject)].value".to_owned(), Undecided::Word),
    ];
    assert_eq!(execution.undecided(), undecided);
}
