//! The metric record in the log line.

use handler::call_error::CallError;
use handler::error::InvocationError;
use handler::executions::ExecutionsError;
use handler::ledger::LedgerError;
use handler::memory::{Fault, Script};
use handler::metrics::{Kind, Measured, Record};
use handler::on_failure::OnFailure;
use handler::rule::Rule;
use handler::trace::Trace;
use serde_json::{Value, json};

use crate::world::{DROP, Invoked, START_TIME, World, failed, failing, minutes, ms, succeeding};

fn record(invoked: &Invoked, error: Option<&InvocationError>, seconds: i64) -> Value {
    let epoch_milliseconds = (START_TIME + seconds) * 1000;
    let measured = Measured { function_name: "flow", epoch_milliseconds };
    serde_json::to_value(Record::new(measured, &invoked.trace, error)).unwrap()
}

fn call(code: &str) -> CallError {
    CallError {
        operation: "any",
        code: Some(code.to_owned()),
        message: None,
        request_id: None,
        source: None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_message_has_its_kind_age_and_phases() {
    let world = World::new(succeeding(10, DROP));
    world.flow.executions.plan("start", Fault::Slow(ms(7)));
    world.flow.executions.plan("describe", Fault::Slow(ms(7)));
    let invoked = world.invoke().await;
    let metrics = |names: &[(&str, &str)]| -> Value {
        names.iter().map(|(name, unit)| json!({ "Name": name, "Unit": unit })).collect()
    };
    assert_eq!(
        record(&invoked, None, 0),
        json!({
            "_aws": {
                "Timestamp": START_TIME * 1000,
                "CloudWatchMetrics": [{
                    "Namespace": "MessageFlow",
                    "Dimensions": [["FunctionName"]],
                    "Metrics": metrics(&[
                        ("Answered", "Count"),
                        ("DROP", "Count"),
                        ("Retries", "Count"),
                        ("MessageAge", "Seconds"),
                        ("ClaimTime", "Milliseconds"),
                        ("StartTime", "Milliseconds"),
                        ("WaitTime", "Milliseconds"),
                    ]),
                }],
            },
            "FunctionName": "flow",
            "Answered": 1.0,
            "DROP": 1.0,
            "Retries": 0.0,
            "MessageAge": 0.0,
            "ClaimTime": 0.0,
            "StartTime": 7.0,
            "WaitTime": 57.0,
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_counted_and_as_old_as_its_message() {
    let world = World::new(Script::new());
    world.invoke().await;
    let invoked = world.invoke_after(minutes(3)).await;
    let record = record(&invoked, Some(&InvocationError::NotReady), 180);
    assert_eq!(record["Pending"], 1.0);
    assert_eq!(record["Retries"], 1.0);
    assert_eq!(record["MessageAge"], 180.0);
    assert_eq!(record.get("StartTime"), None);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_by_policy_is_counted_beside_its_kind_and_its_record_timed() {
    let world = World::new(failing(10)).policy(OnFailure::Bounce);
    let record = record(&world.invoke().await, None, 0);
    assert_eq!((&record["Answered"], &record["ByPolicy"]), (&json!(1.0), &json!(1.0)));
    assert_eq!(record["RecordTime"], 0.0);
}

/// A metric for each type of action that was given, whatever the number of actions and recipients.
#[tokio::test(start_paused = true)]
async fn a_verdict_is_counted_once_for_each_type_of_its_actions() {
    let output = r#"{"actions":[
        {"action":{"type":"DROP"},"recipients":["recipient1@example.com","a@example.com"]},
        {"action":{"type":"BOUNCE"},"recipients":["recipient2@example.com"]},
        {"action":{"type":"DROP"},"recipients":["b@example.com"]},
        {"action":{"type":"MOVE_TO_JUNK"},"recipients":["c@example.com"]},
        {"action":{"type":"BYPASS_SPAM_CHECK"},"recipients":[]},
        {"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;
    let invoked = World::new(succeeding(10, output)).invoke().await;
    let record = record(&invoked, None, 0);
    for action in ["BOUNCE", "DROP", "DEFAULT", "MOVE_TO_JUNK"] {
        assert_eq!(record[action], 1.0, "{action}");
    }
    assert_eq!((record.get("BYPASS_SPAM_CHECK"), &record["Answered"]), (None, &json!(1.0)));
}

#[tokio::test(start_paused = true)]
async fn no_verdict_is_counted_without_an_answer() {
    let invoked = World::new(Script::new()).invoke().await;
    assert_eq!(invoked.trace.actions, [""; 0]);
    let invoked = World::new(failing(10)).policy(OnFailure::Bounce).invoke().await;
    let record = record(&invoked, None, 0);
    assert_eq!((&record["BOUNCE"], &record["ByPolicy"]), (&json!(1.0), &json!(1.0)));
}

#[tokio::test(start_paused = true)]
async fn a_recorded_verdict_is_not_counted_again() {
    let world = World::new(failing(10)).policy(OnFailure::Bounce);
    world.invoke().await;
    let invoked = world.invoke_after(minutes(1)).await;
    assert_eq!((&invoked.trace.actions[..], invoked.trace.repeated), (&["BOUNCE"][..], true));
    let record = record(&invoked, None, 60);
    assert_eq!((record.get("BOUNCE"), &record["Answered"]), (None, &json!(1.0)));
}

#[tokio::test(start_paused = true)]
async fn an_invocation_that_runs_out_of_time_reports_its_phases() {
    let world = World::new(Script::new());
    world.flow.executions.plan("start", Fault::Silence);
    let invoked = world.invoke().await;
    let record = record(&invoked, Some(&InvocationError::OutOfTime), 0);
    assert_eq!((&record["Error"], &record["StartTime"]), (&json!(1.0), &json!(13_500.0)));
}

#[test]
fn every_error_has_one_kind() {
    let policy = OnFailure::Retry;
    let invalid =
        InvocationError::InvalidVerdict { origin: "it".to_owned(), findings: Vec::new(), policy };
    let ledger = |code| InvocationError::LedgerUnavailable(LedgerError(call(code)));
    let executions = |code| InvocationError::from(ExecutionsError::Call(call(code)));
    let gone = InvocationError::from(ExecutionsError::StateMachine(call("StateMachineDeleting")));
    for (error, kind) in [
        (InvocationError::NotReady, Kind::Pending),
        (InvocationError::ExecutionFailed { ending: failed(), policy }, Kind::Failed),
        (invalid, Kind::InvalidVerdict),
        (ledger("ProvisionedThroughputExceededException"), Kind::Throttled),
        (ledger("AccessDeniedException"), Kind::Error),
        (executions("ThrottlingException"), Kind::Throttled),
        (executions("ExecutionLimitExceeded"), Kind::Throttled),
        (executions("InternalServerError"), Kind::Error),
        (gone, Kind::Error),
        (InvocationError::OutOfTime, Kind::Error),
    ] {
        assert_eq!(Kind::of(&Trace::default(), Some(&error)), kind, "{error}");
    }
    assert_eq!(Kind::of(&Trace::default(), None), Kind::Answered);
    let asynchronous = Trace { rule: Rule::Asynchronous, ..Trace::default() };
    assert_eq!(Kind::of(&asynchronous, None), Kind::Started);
    let observed = Trace { observed: true, ..Trace::default() };
    assert_eq!(Kind::of(&observed, None), Kind::Observed);
}
