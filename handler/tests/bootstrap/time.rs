//! Lambda's deadline, and calls that AWS does not answer.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::stub::{Bootstrap, Stub, epoch_milliseconds};
use crate::{DROP, EVENT, already_claimed, claimed, described, started};

const DESCRIBE: &str = "AWSStepFunctions.DescribeExecution";
const PUT: &str = "DynamoDB_20120810.PutItem";

fn milliseconds(line: &Value) -> u64 {
    line["milliseconds"].as_u64().unwrap()
}

#[test]
fn a_call_without_an_answer_ends_before_lambdas_deadline() {
    let stub = Stub::listen();
    stub.timeout(1_500);
    stub.keep_silent(PUT);
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "OutOfTime");
    let took = milliseconds(&ended.only_log_line());
    assert!((500..1_500).contains(&took), "{took} ms");
}

#[test]
fn a_log_line_has_the_time_of_the_end() {
    let before = epoch_milliseconds();
    let stub = Stub::listen();
    stub.timeout(1_500);
    stub.keep_silent(PUT);
    let line = Bootstrap::start(&stub, &[]).invoke(EVENT).only_log_line();
    let took = i64::try_from(milliseconds(&line)).unwrap();
    let logged: jiff::Timestamp = line["timestamp"].as_str().unwrap().parse().unwrap();
    for ended in [logged.as_millisecond(), line["_aws"]["Timestamp"].as_i64().unwrap()] {
        assert!(ended >= before + took, "{ended}, not {before} + {took}");
        assert!(ended <= epoch_milliseconds());
    }
}

#[test]
fn a_deadline_that_has_passed_ends_the_invocation_at_once() {
    for timeout in [0, -5_000] {
        let stub = Stub::listen();
        stub.timeout(timeout);
        stub.keep_silent(PUT);
        let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
        assert_eq!(ended.error()["errorType"], "OutOfTime");
        assert!(milliseconds(&ended.only_log_line()) < 400, "{timeout}");
    }
}

#[test]
fn the_wait_ends_two_seconds_before_lambdas_deadline() {
    let stub = Stub::listen();
    stub.timeout(3_200);
    claimed(&stub);
    started(&stub, crate::EXECUTION);
    for _ in 0..9 {
        described(&stub, "RUNNING", json!({}));
    }
    let ended = Bootstrap::start(&stub, &[("WAIT_TIME_FOR_EXECUTION", "10")]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "NotReady");
    let took = milliseconds(&ended.only_log_line());
    assert!((700..2_700).contains(&took), "{took} ms");
}

#[test]
fn an_attempt_without_an_answer_is_repeated_after_three_seconds() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({}));
    stub.keep_silent(DESCRIBE);
    described(&stub, "SUCCEEDED", json!({"output": DROP}));
    let began = Instant::now();
    let ended = Bootstrap::start(&stub, &[]).invoke(EVENT);
    assert_eq!(ended.response(), DROP);
    let took = began.elapsed();
    assert!(took > Duration::from_millis(2_900), "{took:?}");
    assert!(took < Duration::from_secs(10), "{took:?}");
}
