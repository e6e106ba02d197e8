//! Tests of Parallel and inline Map states.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{fails, run, run_with, single_state, succeeds, takes};

fn wait(seconds: u64) -> Value {
    json!({ "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": seconds, "End": true } } })
}

fn task(name: &str) -> Value {
    let resource = "arn:aws:lambda:eu-west-1:123456789012:function:f";
    json!({ "StartAt": name, "States": { name: { "Type": "Task", "Resource": resource, "End": true } } })
}

#[test]
fn branches_run_concurrently() {
    let definition = single_state(json!({
        "Type": "Parallel",
        "Branches": [wait(10), wait(30), task("T")],
        "Parameters": { "x.$": "$.n" },
    }));
    let answers = vec![("T", vec![takes(20, succeeds(json!("t")))])];
    let ended = run_with(&definition, json!({ "n": 1 }), answers);
    assert_eq!(*ended.output(), json!([{ "x": 1 }, { "x": 1 }, "t"]));
    assert_eq!(ended.took, Duration::from_secs(30));
    let events = ended.event_names();
    let position = |event: &str| events.iter().position(|name| name == event).unwrap();
    assert!(position("LambdaFunctionSucceeded") < position("ParallelStateSucceeded"));
    assert_eq!(events[3..6], ["WaitStateEntered W", "WaitStateEntered W", "TaskStateEntered T"]);
}

#[test]
fn the_first_failure_stops_the_other_branches() {
    let definition = single_state(json!({
        "Type": "Parallel",
        "Branches": [wait(3600), task("T")],
        "Catch": [{ "ErrorEquals": ["Boom"], "Next": "S2" }],
    }));
    let mut definition = definition;
    definition["States"]["S2"] = json!({ "Type": "Pass", "End": true });
    let ended = run_with(&definition, json!({}), vec![("T", vec![takes(5, fails("Boom"))])]);
    assert_eq!(ended.output()["Error"], "Boom");
    assert_eq!(ended.took, Duration::from_secs(5));
    for event in ["TaskStateAborted", "WaitStateAborted", "ParallelStateFailed"] {
        assert_eq!(ended.count(event), 1, "{event}: {:?}", ended.event_names());
    }
    assert_eq!(ended.count("WaitStateExited W"), 0);
}

fn map(fields: Value, processor: Value) -> Value {
    let mut state = json!({ "Type": "Map", "ItemProcessor": processor });
    for (name, value) in fields.as_object().unwrap() {
        state[name] = value.clone();
    }
    single_state(state)
}

#[test]
fn iterations_run_up_to_the_maximum_concurrency() {
    let items = json!([1, 2, 3, 4, 5]);
    for (concurrency, seconds) in [(0, 10), (1, 50), (2, 30), (9, 10)] {
        let ended = run(&map(json!({ "MaxConcurrency": concurrency }), wait(10)), items.clone());
        assert_eq!((ended.output(), ended.took.as_secs()), (&items, seconds), "{concurrency}");
    }
}

#[test]
fn item_selectors_can_read_item_and_input() {
    let fields = json!({
        "ItemsPath": "$.list",
        "ItemSelector": { "at.$": "$$.Map.Item.Index", "is.$": "$$.Map.Item.Value", "k.$": "$.k" },
        "ResultPath": "$.done",
    });
    let pass = json!({ "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } });
    let ended = run(&map(fields, pass), json!({ "list": ["a"], "k": 2 }));
    assert_eq!(ended.output()["done"], json!([{ "at": 0, "is": "a", "k": 2 }]));
    let events = [
        "MapStateEntered S",
        "MapStateStarted",
        "MapIterationStarted S 0",
        "PassStateEntered P",
        "PassStateExited P",
        "MapIterationSucceeded S 0",
        "MapStateSucceeded",
        "MapStateExited S",
    ];
    assert_eq!(ended.event_names()[1..9], events);
}

#[test]
fn a_failed_iteration_fails_the_map_and_stops_the_others() {
    let definition = map(json!({}), task("T"));
    let answers = vec![("T", vec![takes(9, succeeds(json!(1))), takes(1, fails("Boom"))])];
    let ended = run_with(&definition, json!([1, 2]), answers);
    assert_eq!(ended.error(), ("Boom", "because"));
    for event in ["MapIterationFailed S 1", "MapIterationAborted S 0", "MapStateFailed"] {
        assert_eq!(ended.count(event), 1, "{event}: {:?}", ended.event_names());
    }
    assert_eq!(ended.count("TaskStateAborted"), 2);
}

#[test]
fn a_map_is_retried_as_a_whole() {
    let retry = json!({ "Retry": [{ "ErrorEquals": ["Boom"], "IntervalSeconds": 2 }] });
    let answers = vec![("T", vec![fails("Boom"), succeeds(json!("ok"))])];
    let ended = run_with(&map(retry, task("T")), json!([1]), answers);
    assert_eq!((ended.output(), ended.took.as_secs()), (&json!(["ok"]), 2));
    assert_eq!((ended.count("MapStateStarted"), ended.count("MapStateFailed")), (2, 0));
}

#[test]
fn inner_variables_are_not_visible_outside() {
    let inner = json!({
        "StartAt": "P",
        "States": {
            "P": { "Type": "Pass", "Assign": { "inner.$": "$outer" }, "Next": "Q" },
            "Q": { "Type": "Pass", "Parameters": { "v.$": "$inner" }, "End": true },
        },
    });
    let definition = json!({
        "StartAt": "A",
        "States": {
            "A": { "Type": "Pass", "Assign": { "outer": 5 }, "Next": "M" },
            "M": { "Type": "Map", "ItemsPath": "$", "ItemProcessor": inner, "Next": "Z" },
            "Z": { "Type": "Pass", "Parameters": { "v.$": "$inner" }, "End": true },
        },
    });
    let ended = run(&definition, json!([0, 0]));
    assert_eq!(ended.error().0, "States.Runtime");
    let inside = ended.events.iter().filter_map(|event| event.details.output.as_deref());
    assert_eq!(inside.filter(|output| **output == json!({ "v": 5 })).count(), 2);
}

#[test]
fn settings_of_a_map_are_checked_when_it_runs() {
    let pass = json!({ "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } });
    let by_path = map(json!({ "ItemsPath": "$.l", "MaxConcurrencyPath": "$.n" }), pass);
    let run = |n: Value| run(&by_path, json!({ "l": [1], "n": n }));
    for fine in [json!(0), json!(3), json!("2")] {
        assert_eq!(*run(fine).output(), json!([1]));
    }
    for (wrong, words) in [
        (json!(-1), "Expected non-negative integer for MaxConcurrency, got '-1' instead."),
        (
            json!("x"),
            "The MaxConcurrencyPath field refers to value \"x\" which is not a valid integer: $.n",
        ),
        (
            json!(1.5),
            "The MaxConcurrencyPath field refers to value \"1.5\" which is not a valid integer: $.n",
        ),
    ] {
        let ended = run(wrong);
        assert!(ended.error().1.ends_with(words), "{:?}", ended.error());
        assert_eq!(ended.count("MapStateStarted"), 0);
    }
}

#[test]
fn only_arrays_can_be_mapped() {
    let pass = json!({ "StartAt": "P", "States": { "P": { "Type": "Pass", "End": true } } });
    let paths = run(&map(json!({ "ItemsPath": "$.a" }), pass.clone()), json!({ "a": 1 }));
    assert_eq!(paths.error().0, "States.Runtime");
    let jsonata = map(json!({ "QueryLanguage": "JSONata", "Items": "{% 1 %}" }), pass);
    let ended = run(&jsonata, json!({}));
    assert_eq!(ended.error().0, "States.QueryEvaluationError");
    assert_eq!(ended.event_names()[2..4], ["EvaluationFailed S", "MapStateFailed"]);
}
