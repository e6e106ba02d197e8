//! What an execution may not do, it is stopped at.

use serde_json::json;

use super::super::limits::{MAX_DATA, MAX_EVENTS};
use super::{alone, run, run_with, succeeds};

#[test]
fn endless_loops_end_when_the_history_is_full() {
    let definition = json!({
        "StartAt": "A",
        "States": {
            "A": { "Type": "Pass", "Next": "B" },
            "B": {
                "Type": "Choice",
                "Choices": [{ "Variable": "$.never", "IsPresent": true, "Next": "C" }],
                "Default": "A",
            },
            "C": { "Type": "Succeed" },
        },
    });
    let ended = run(&definition, json!({}));
    assert_eq!(ended.error().0, "States.Runtime");
    assert!(ended.events.len() >= MAX_EVENTS && ended.events.len() < MAX_EVENTS + 5);
}

#[test]
fn endless_retries_end_when_the_history_is_full() {
    let task = alone(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Retry": [{ "ErrorEquals": ["States.ALL"], "MaxAttempts": 99_999_999, "BackoffRate": 1 }],
    }));
    let ended = run(&task, json!({}));
    assert_eq!(ended.error().0, "States.Runtime");
    assert!(ended.events.len() < MAX_EVENTS + 5);
}

#[test]
fn data_have_a_greatest_size() {
    let text = |length: usize| json!("x".repeat(length));
    let echo = alone(json!({ "Type": "Pass", "Parameters": { "a.$": "$" } }));
    let frame = json!({ "a": "" }).to_string().len();
    assert!(run(&echo, text(MAX_DATA - frame)).output().is_object());
    let ended = run(&echo, text(MAX_DATA - frame + 1));
    assert_eq!(ended.error().0, "States.DataLimitExceeded");
    let task = alone(json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke" }));
    let answers = vec![("S", vec![succeeds(text(MAX_DATA))])];
    assert_eq!(run_with(&task, json!({}), answers).error().0, "States.DataLimitExceeded");
}

#[test]
fn expressions_that_never_end_are_stopped() {
    for expression in [
        "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
        "($f := function($n) { $f($n + 1) }; $f(0))",
        "[1..10000000]",
        "$pad('x', 10000000000)",
        "$reduce([1..5000], function($a, $b) { {'a': $a} })",
    ] {
        let text = format!("{{% {expression} %}}");
        let state = json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": text });
        let ended = run(&alone(state), json!({}));
        assert_eq!(ended.error().0, "States.QueryEvaluationError", "{expression}");
    }
}
