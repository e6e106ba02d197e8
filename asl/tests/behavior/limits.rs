//! Tests that executions are stopped at their limits.

use serde_json::json;

use crate::{run, run_with, single_state, succeeds};
use asl::limits::{MAX_DATA, MAX_EVENTS};

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
    let task = single_state(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": { "FunctionName": "f" },
        "Retry": [{ "ErrorEquals": ["States.ALL"], "MaxAttempts": 99_999_999, "BackoffRate": 1 }],
    }));
    let ended = run(&task, json!({}));
    assert_eq!(ended.error().0, "States.Runtime");
    assert!(ended.events.len() < MAX_EVENTS + 5);
}

#[test]
fn data_has_a_maximum_size() {
    let text = |length: usize| json!("x".repeat(length));
    let echo = single_state(json!({ "Type": "Pass", "Parameters": { "a.$": "$" } }));
    let frame = json!({ "a": "" }).to_string().len();
    assert!(run(&echo, text(MAX_DATA - frame)).output().is_object());
    let ended = run(&echo, text(MAX_DATA - frame + 1));
    assert_eq!(ended.error().0, "States.DataLimitExceeded");
    let task = single_state(
        json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" } }),
    );
    let answers = vec![("S", vec![succeeds(text(MAX_DATA))])];
    assert_eq!(run_with(&task, json!({}), answers).error().0, "States.DataLimitExceeded");
}

fn stopped(expression: &str) -> String {
    let text = format!("{{% {expression} %}}");
    let state = json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": text });
    let ended = run(&single_state(state), json!({}));
    assert_eq!(ended.error().0, "States.QueryEvaluationError", "{expression}");
    ended.error().1.to_owned()
}

#[test]
fn expressions_that_never_end_are_stopped() {
    for expression in [
        "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
        "($f := function($n) { $f($n + 1) }; $f(0))",
        "[1..10000000]",
        "[-9223372036854775808..9223372036854775807]",
        "$pad('x', 10000000000)",
        "$reduce([1..5000], function($a, $b) { {'a': $a} })",
        "$formatInteger(1e17, 'I')",
        "1e17 ~> $formatInteger('i')",
    ] {
        stopped(expression);
    }
}

#[test]
fn expressions_that_build_too_much_are_stopped_in_time() {
    for step in [
        "$a & $a",
        "$join([$a, $a])",
        "[$a, $a] ~> $join",
        "$string([$a, $a])",
        "$replace($a, 'x', 'xxxx')",
        "$replace('xx', /x/, function($m) { $a })",
        "($f := function($m) { $a }; $replace('xx', /x/, $f))",
        "{'z': $o}",
        "[$o]",
        "$map([1], function($i) { $o })",
        "$merge($o)",
        "$hash($o)",
        "$o ~> |$|{'z': $o}|",
        "$match($a, /x/)",
    ] {
        let cause =
            stopped(&format!("($a := $pad('', 900000, 'x'); $o := {{'x': $a, 'y': $a}}; {step})"));
        assert!(cause.contains("The expression creates too much data"), "{step}: {cause}");
    }
}

#[test]
fn expressions_that_share_values_without_end_are_stopped() {
    for step in
        ["{'x': $a, 'y': $a}", "[[$a], [$a]]", "[$a, $a]", "$map([1, 2], function($j) { $a })"]
    {
        for function in ["$count($x.**)", "$boolean($x)", "$x = $x", "$x ~> |$|{}|"] {
            let shared = format!("$reduce([1..60], function($a, $i) {{ {step} }}, 1)");
            stopped(&format!("($x := {shared}; {function})"));
        }
    }
}

#[test]
fn picture_strings_that_would_break_the_crate_are_rejected() {
    for picture in ["[Y,100000000]", "[é]", "[Y00000000000000000000000]"] {
        stopped(&format!("$fromMillis(0, '{picture}')"));
        stopped(&format!("$now('{picture}')"));
    }
    stopped("$formatNumber(1, '0.' & $pad('', 70000, '0'))");
    stopped("$map([1], $formatNumber(?, '0e' & $pad('', 70000, '0')))");
}
