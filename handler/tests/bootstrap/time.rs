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
fn the_age_of_a_message_counts_from_its_claim() {
    let stub = Stub::listen();
    let claimed_at = epoch_milliseconds() / 1000 - 100;
    already_claimed(&stub, json!({"ClaimedAt": {"N": claimed_at.to_string()}}));
    described(&stub, "RUNNING", json!({}));
    let age = Bootstrap::start(&stub, &[]).invoke(EVENT).only_log_line()["MessageAge"].clone();
    assert!((100.0..120.0).contains(&age.as_f64().unwrap()), "{age}");
}

#[test]
fn an_entry_without_the_time_of_its_claim_has_no_age() {
    for unreadable in [json!({"S": "1800000000"}), json!({"N": "1e400"})] {
        let stub = Stub::listen();
        already_claimed(&stub, json!({ "ClaimedAt": unreadable }));
        described(&stub, "RUNNING", json!({}));
        let line = Bootstrap::start(&stub, &[]).invoke(EVENT).only_log_line();
        assert_eq!((&line["errorType"], line.get("MessageAge")), (&json!("NotReady"), None));
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
