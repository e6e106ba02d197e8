//! How executions end, and how much of their history is there, as Step Functions says it.

use serde_json::{Value, json};

use crate::stub::{Bootstrap, Stub};
use crate::{DROP, EVENT, already_claimed, claimed, described, started};

const HISTORY: &str = "AWSStepFunctions.GetExecutionHistory";

/// The unsuccessful ends: the status, the type of the event, and the member with its details.
const UNSUCCESSFUL: [[&str; 3]; 3] = [
    ["FAILED", "ExecutionFailed", "executionFailedEventDetails"],
    ["TIMED_OUT", "ExecutionTimedOut", "executionTimedOutEventDetails"],
    ["ABORTED", "ExecutionAborted", "executionAbortedEventDetails"],
];

/// A page of a history whose newest event has these members.
fn newest(stub: &Stub, newest: Value) {
    let mut event = json!({"id": 2, "timestamp": 1.8e9});
    event.as_object_mut().unwrap().append(&mut newest.as_object().unwrap().clone());
    let first = json!({"id": 1, "timestamp": 1.8e9, "type": "ExecutionStarted"});
    stub.reply(HISTORY, 200, json!({"events": [event, first]}));
}

#[test]
fn every_unsuccessful_end_is_an_end_when_the_execution_is_described() {
    for [status, ..] in UNSUCCESSFUL {
        let stub = Stub::listen();
        already_claimed(&stub, json!({}));
        described(&stub, status, json!({"error": "Its.Error"}));
        let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
        let expected = format!("the execution ended {status} with Its.Error");
        assert_eq!(ended.error()["errorType"], "ExecutionFailed");
        assert_eq!(ended.error()["errorMessage"], expected);
    }
}

#[test]
fn every_unsuccessful_end_is_an_end_when_the_history_is_read() {
    for [status, kind, details] in UNSUCCESSFUL {
        let stub = Stub::listen();
        already_claimed(&stub, json!({"OutputState": {"S": "Decide"}}));
        newest(&stub, json!({"type": kind, details: {"error": "Its.Error"}}));
        let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
        let expected = format!("the execution ended {status} with Its.Error");
        assert_eq!(ended.error()["errorType"], "ExecutionFailed");
        assert_eq!(ended.error()["errorMessage"], expected);
    }
}

#[test]
fn the_policy_decides_after_every_unsuccessful_end() {
    for [status, kind, _] in UNSUCCESSFUL {
        let stub = Stub::listen();
        already_claimed(&stub, json!({}));
        described(&stub, status, json!({}));
        already_claimed(&stub, json!({"OutputState": {"S": "Decide"}}));
        newest(&stub, json!({ "type": kind }));
        for _ in 0..2 {
            stub.reply("DynamoDB_20120810.UpdateItem", 200, json!({}));
        }
        let running = Bootstrap::start(&stub, &[("ON_FAILURE", "drop")]).answer(EVENT);
        assert_eq!(running.invoke(EVENT).response(), DROP);
        let recorded = stub.targets().iter().filter(|call| call.ends_with("UpdateItem")).count();
        assert_eq!(recorded, 2, "{status}");
    }
}

#[test]
fn a_history_that_cannot_be_seen_yet_is_waited_for() {
    let stub = Stub::listen();
    claimed(&stub);
    started(&stub, crate::EXECUTION);
    let unseen = json!({"__type": "ExecutionDoesNotExist", "message": "Execution Does Not Exist"});
    stub.reply(HISTORY, 400, unseen);
    let passed = json!({"name": "Decide", "output": DROP});
    newest(&stub, json!({"type": "TaskStateExited", "stateExitedEventDetails": passed}));
    stub.reply("DynamoDB_20120810.UpdateItem", 200, json!({}));
    let ended = Bootstrap::start(&stub, &[("MACHINE_STATE_FOR_OUTPUT", "Decide")]).invoke(EVENT);
    assert_eq!(ended.response(), DROP);
    let claim = stub.request("DynamoDB_20120810.PutItem");
    assert_eq!(claim["Item"]["OutputState"], json!({"S": "Decide"}));
}

#[test]
fn a_retry_that_finds_no_history_starts_the_execution() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"OutputState": {"S": "Decide"}}));
    let unseen = json!({"__type": "ExecutionDoesNotExist", "message": "Execution Does Not Exist"});
    stub.reply(HISTORY, 400, unseen);
    started(&stub, crate::EXECUTION);
    newest(&stub, json!({"type": "ExecutionFailed"}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "ExecutionFailed");
    assert_eq!(ended.only_log_line()["path"], "resumed");
}

#[test]
fn a_history_with_an_empty_page_says_how_the_execution_ended() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"OutputState": {"S": "Decide"}}));
    stub.reply(HISTORY, 200, json!({"events": [], "nextToken": "page 2"}));
    newest(&stub, json!({"type": "ExecutionAborted"}));
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "ExecutionFailed");
}

#[test]
fn a_success_that_was_never_redriven_is_not_recorded() {
    for more in [json!({}), json!({"redriveCount": 0})] {
        let stub = Stub::listen();
        already_claimed(&stub, json!({}));
        let mut found = json!({ "output": DROP });
        found.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        described(&stub, "SUCCEEDED", found);
        assert_eq!(Bootstrap::start(&stub, &[]).invoke(EVENT).response(), DROP);
        assert_eq!(stub.targets().len(), 2);
    }
}
