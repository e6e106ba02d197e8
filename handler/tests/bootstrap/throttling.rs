//! Too many requests, and full quotas.

use serde_json::{Value, json};

use crate::stub::{Bootstrap, Ended, Stub};
use crate::{EVENT, already_claimed, claimed, described, started};

const DESCRIBE: &str = "AWSStepFunctions.DescribeExecution";
const HISTORY: &str = "AWSStepFunctions.GetExecutionHistory";
const START: &str = "AWSStepFunctions.StartExecution";

/// More refusals than an operation has attempts.
fn refuses(stub: &Stub, operation: &str, code: &str) {
    for _ in 0..9 {
        stub.reply(operation, 400, json!({"__type": code, "message": "too many"}));
    }
}

fn assert_throttled(ended: &Ended, code: &str) {
    assert_eq!(ended.error()["errorType"], "ExecutionsUnavailable");
    let message = ended.error()["errorMessage"].as_str().unwrap().to_owned();
    assert!(message.contains(code), "{message}");
    let line = ended.only_log_line();
    assert_eq!((&line["Throttled"], line.get("Error")), (&json!(1.0), None), "{line}");
}

#[test]
fn a_throttled_look_starts_nothing_and_counts_as_throttled() {
    for (state, look) in [("", DESCRIBE), ("Decide", HISTORY)] {
        let stub = Stub::listen();
        already_claimed(&stub, json!({"OutputState": {"S": state}}));
        refuses(&stub, look, "ThrottlingException");
        let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
        assert_throttled(&ended, "ThrottlingException");
        assert_eq!(stub.targets()[1..], [look; 3], "three attempts");
    }
}

#[test]
fn a_full_quota_of_executions_is_told_and_counts_as_throttled() {
    let stub = Stub::listen();
    claimed(&stub);
    refuses(&stub, START, "ExecutionLimitExceeded");
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_throttled(&ended, "ExecutionLimitExceeded");
    assert!(!stub.targets().iter().any(|call| call == DESCRIBE), "it exists nowhere");
}

#[test]
fn a_look_that_was_refused_is_not_an_execution_that_is_missing() {
    for (state, look) in [("", DESCRIBE), ("Decide", HISTORY)] {
        for code in ["AccessDeniedException", "KmsAccessDeniedException", "InvalidArn"] {
            let stub = Stub::listen();
            already_claimed(&stub, json!({"OutputState": {"S": state}}));
            refuses(&stub, look, code);
            let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
            assert_eq!(ended.error()["errorType"], "ExecutionsUnavailable");
            assert!(!stub.targets().iter().any(|call| call == START), "{code}");
        }
    }
}

#[test]
fn a_machine_that_cannot_be_started_has_an_error_type_of_its_own() {
    for code in ["StateMachineDoesNotExist", "StateMachineDeleting", "InvalidArn"] {
        let stub = Stub::listen();
        claimed(&stub);
        refuses(&stub, START, code);
        let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
        assert_eq!(ended.error()["errorType"], "StateMachineUnavailable");
    }
}

#[test]
fn an_execution_of_a_machine_with_the_same_name_elsewhere_is_not_ours() {
    for (region, account) in [("eu-west-1", "123456789012"), ("us-east-1", "210987654321")] {
        let stub = Stub::listen();
        let machine = format!("arn:aws:states:{region}:{account}:stateMachine:Flow");
        let execution = format!("arn:aws:states:{region}:{account}:execution:Flow:inv-1");
        already_claimed(&stub, json!({"ExecutionArn": {"S": execution}}));
        let missing = json!({"__type": "ExecutionDoesNotExist", "message": "not there"});
        stub.reply(DESCRIBE, 400, missing);
        started(&stub, &execution);
        described(&stub, "RUNNING", json!({}));
        let ended = Bootstrap::start(&stub, &[("WAIT_TIME_FOR_EXECUTION", "0")]).invoke(EVENT);
        assert_eq!(ended.error()["errorType"], "NotReady");
        let start: Value = stub.request(START);
        assert_eq!(start["stateMachineArn"], json!(machine));
    }
}
