//! Tests of retrying and catching.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{Answer, Ended, TaskResult, fails, run_with, single_state, succeeds, takes};

fn task(fields: Value) -> Value {
    let mut definition = single_state(
        json!({ "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:invoke" }),
    );
    for (name, value) in fields.as_object().unwrap() {
        definition["States"]["S"][name] = value.clone();
    }
    definition["States"]["Caught"] = json!({ "Type": "Pass", "End": true });
    if definition["States"]["S"].get("Catch").is_none() {
        definition["States"].as_object_mut().unwrap().remove("Caught");
    }
    definition
}

fn run(fields: Value, answers: Vec<Answer>) -> Ended {
    run_with(&task(fields), json!({ "in": 1 }), vec![("S", answers)])
}

#[test]
fn retries_back_off_and_are_counted() {
    let retry = json!({
        "Parameters": { "n.$": "$$.State.RetryCount" },
        "Retry": [
            { "ErrorEquals": ["Other"], "MaxAttempts": 9 },
            { "ErrorEquals": ["Busy"], "IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 3 },
        ],
    });
    let ended = run(retry.clone(), vec![fails("Busy"), fails("Busy"), succeeds(json!("done"))]);
    assert_eq!(*ended.output(), "done");
    assert_eq!(ended.took, Duration::from_secs(3 + 6));
    let sent: Vec<&Value> =
        ended.events.iter().filter_map(|event| event.details.parameters.as_deref()).collect();
    assert_eq!(sent, [&json!({ "n": 0 }), &json!({ "n": 1 }), &json!({ "n": 2 })]);
    let ended = run(retry, vec![fails("Busy"); 5]);
    assert_eq!((ended.error(), ended.count("TaskFailed")), (("Busy", "because"), 4));
}

#[test]
fn jitter_stays_below_the_interval_and_repeats_itself() {
    let retry = json!({
        "Retry": [{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "JitterStrategy": "FULL", "MaxAttempts": 1 }],
    });
    let took = || run(retry.clone(), vec![fails("Busy"), succeeds(json!(1))]).took;
    assert!(took() < Duration::from_secs(10) && took() > Duration::ZERO);
    assert_eq!(took(), took());
}

#[test]
fn catchers_get_error_and_cause() {
    let catch = json!({
        "Retry": [{ "ErrorEquals": ["Boom"], "MaxAttempts": 0 }],
        "Catch": [
            { "ErrorEquals": ["Other"], "Next": "Caught" },
            {
                "ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.failure", "Next": "Caught",
                "Assign": { "why.$": "$.Cause" },
            },
        ],
    });
    let ended = run(catch, vec![fails("Boom")]);
    let failure = json!({ "in": 1, "failure": { "Error": "Boom", "Cause": "because" } });
    assert_eq!(*ended.output(), failure);
    let exited = ended.events.iter().find(|event| event.details.assigned_variables.is_some());
    assert_eq!(exited.unwrap().details.assigned_variables.as_ref().unwrap()["why"], "because");
}

#[test]
fn a_task_times_out() {
    let slow = || vec![takes(60, succeeds(json!(1)))];
    assert_eq!(*run(json!({ "TimeoutSeconds": 60 }), slow()).output(), 1);
    let ended = run(json!({ "TimeoutSeconds": 59 }), slow());
    assert_eq!((ended.error(), ended.took), (("States.Timeout", ""), Duration::from_secs(59)));
    assert_eq!(ended.count("TaskTimedOut"), 1);
    let caught = json!({
        "TimeoutSeconds": 60,
        "HeartbeatSeconds": 5,
        "Catch": [{ "ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Caught" }],
    });
    let ended = run(caught.clone(), slow());
    assert_eq!(*ended.output(), json!({ "Error": "States.Timeout", "Cause": "" }));
    assert_eq!(ended.took, Duration::from_secs(5));
    let alive = Answer { heartbeat: Some(Duration::from_secs(4)), ..takes(60, succeeds(json!(1))) };
    assert_eq!(*run(caught, vec![alive]).output(), 1);
}

#[test]
fn a_task_without_end_lasts_as_long_as_its_execution() {
    let mut definition = task(json!({}));
    definition["TimeoutSeconds"] = json!(600);
    let pending = Answer::at_once(TaskResult::Pending);
    let ended = run_with(&definition, json!({}), vec![("S", vec![pending])]);
    assert_eq!(ended.result, crate::ExecutionResult::TimedOut);
    assert_eq!(ended.took, Duration::from_secs(600));
    assert_eq!(ended.event_names().last().unwrap(), "ExecutionTimedOut");
}

#[test]
fn a_callback_is_submitted_and_then_ends() {
    let answer = Answer { submitted: Some(json!("sent")), ..takes(5, succeeds(json!("decided"))) };
    let fields = json!({
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": { "QueueUrl": "q", "MessageBody": "m", "token.$": "$$.Task.Token" },
    });
    let ended = run(fields, vec![answer]);
    assert_eq!(*ended.output(), "decided");
    let events =
        ["TaskStateEntered S", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"];
    assert_eq!(ended.event_names()[1..6], events);
    assert_eq!(ended.events[2].details.resource.as_deref(), Some("sendMessage.waitForTaskToken"));
    assert!(ended.events[2].details.parameters.as_ref().unwrap()["token"].is_string());
}
