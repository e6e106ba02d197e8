//! Compares the simulation with what is known of each part: the handler's answers, the rule's pauses, the
//! interpreter's clock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use handler::on_failure::OnFailure;
use serde_json::{Value, json};

use super::{Scenario, Simulated, Step, simulate};
use crate::config::{OutputState, ResolvedAnswerSettings};
use crate::rule::{Ending, Response};
use crate::trace::{TimelineEventKind, timeline};
use asl::{Answer, Machine, MachineType, MockedAnswer, MockedTasks, TaskResult};

const EVENT: &str = r#"{"invocationId": "i-1", "messageId": "m-1", "flowDirection": "INBOUND",
    "envelope": {"recipients": [{"address": "a@example.com"}]}}"#;

fn verdict(kind: &str) -> Value {
    json!({ "actions": [{ "action": { "type": kind }, "allRecipients": true }] })
}

/// A scenario with the default settings, and a rule with a timeout of ten minutes.
fn scenario(definition: &Value) -> Scenario {
    Scenario {
        event: EVENT.to_owned(),
        machine: Arc::new(Machine::read(definition, MachineType::Standard).unwrap()),
        tasks: Arc::new(MockedTasks::default()),
        settings: ResolvedAnswerSettings::default(),
        rule_timeout: Duration::from_secs(600),
        crash_after: None,
        began: "2026-11-22T10:00:00Z".parse().unwrap(),
    }
}

fn answering(on_failure: OnFailure) -> ResolvedAnswerSettings {
    ResolvedAnswerSettings { on_failure, ..ResolvedAnswerSettings::default() }
}

/// Waits, then decides.
fn waits(seconds: u64) -> Value {
    json!({
        "StartAt": "Wait", "TimeoutSeconds": 14400,
        "States": {
            "Wait": { "Type": "Wait", "Seconds": seconds, "Next": "Decide" },
            "Decide": { "Type": "Pass", "Result": verdict("DROP"), "End": true },
        },
    })
}

/// The milliseconds after the beginning at which each invocation began, and its answer.
fn invocations(simulated: &Simulated) -> Vec<(i64, String)> {
    let moments = timeline(&simulated.case, false);
    let mut found = Vec::new();
    for moment in &moments {
        match &moment.kind {
            TimelineEventKind::Asked { .. } => {
                found.push((moment.at.as_millisecond() - moments[0].at.as_millisecond(), None));
            }
            TimelineEventKind::Replied { line } => {
                let answer = line.error_type.clone().unwrap_or_else(|| "verdict".to_owned());
                found.last_mut().unwrap().1 = Some(answer);
            }
            _ => {}
        }
    }
    found.into_iter().map(|(at, answer)| (at, answer.unwrap())).collect()
}

fn kinds(simulated: &Simulated) -> Vec<&str> {
    simulated.case.history.iter().flatten().map(|event| event.kind.as_str()).collect()
}

fn verdict_of(simulated: &Simulated) -> Option<&str> {
    match &simulated.invocations.ending {
        Ending::Verdict(checked) => Some(checked.verdict.as_str()),
        Ending::Started | Ending::TimedOut | Ending::Rejected => None,
    }
}

#[tokio::test]
async fn a_quick_machine_decides_in_the_first_invocation() {
    let simulated = simulate(scenario(&waits(0))).await.unwrap();
    // The handler polls for the first time after 50 ms.
    assert_eq!(invocations(&simulated), [(0, "verdict".to_owned())]);
    assert_eq!(simulated.case.lines[0].1.milliseconds, 50);
    assert!(verdict_of(&simulated).unwrap().contains("DROP"));
    assert_eq!(simulated.case.history.as_ref().unwrap().len(), 6);
}

#[tokio::test]
async fn a_slow_machine_is_polled_until_it_has_decided() {
    let simulated = simulate(scenario(&waits(20))).await.unwrap();
    // The first invocation waits for a second; the pauses after it are 1, 2, 4, 8 and 16 s.
    let not_ready = |at| (at, "NotReady".to_owned());
    let verdict = (32_000, "verdict".to_owned());
    let expected = [
        not_ready(0),
        not_ready(2_000),
        not_ready(4_000),
        not_ready(8_000),
        not_ready(16_000),
        verdict,
    ];
    assert_eq!(invocations(&simulated), expected);
    let started = kinds(&simulated).iter().filter(|kind| **kind == "ExecutionStarted").count();
    assert_eq!(started, 1, "one execution for all invocations");
}

#[tokio::test]
async fn the_execution_continues_after_the_rules_timeout() {
    let short = Scenario { rule_timeout: Duration::from_secs(5), ..scenario(&waits(20)) };
    let simulated = simulate(short).await.unwrap();
    assert!(matches!(simulated.invocations.ending, Ending::TimedOut));
    let times: Vec<i64> = invocations(&simulated).into_iter().map(|(at, _)| at).collect();
    assert_eq!(times, [0, 2_000, 4_000, 5_000]);
    let history = simulated.case.history.as_ref().unwrap();
    assert_eq!(history.last().unwrap().kind, "ExecutionSucceeded");
    let took = history.last().unwrap().timestamp.duration_since(history[0].timestamp);
    assert_eq!(took.as_secs(), 20);
}

#[tokio::test]
async fn four_hours_of_retries_are_simulated() {
    let four_hours = Duration::from_secs(240 * 60);
    let long = Scenario { rule_timeout: four_hours, ..scenario(&waits(14_390)) };
    let simulated = simulate(long).await.unwrap();
    // 1, 2, 4, 8, 16 and 32 s, then a minute each, and one at the very end.
    let found = invocations(&simulated);
    assert_eq!(found.len(), 246);
    assert_eq!(found.last().unwrap(), &(14_400_000, "verdict".to_owned()));
}

#[tokio::test]
async fn an_output_state_decides_while_the_execution_continues() {
    let definition = json!({
        "StartAt": "Decide",
        "States": {
            "Decide": { "Type": "Pass", "Result": verdict("BOUNCE"), "Next": "Archive" },
            "Archive": { "Type": "Wait", "Seconds": 3600, "Next": "Lost" },
            "Lost": { "Type": "Fail", "Error": "Full" },
        },
    });
    let output_state = OutputState::parse("Decide").ok();
    let settings = ResolvedAnswerSettings { output_state, ..ResolvedAnswerSettings::default() };
    let simulated = simulate(Scenario { settings, ..scenario(&definition) }).await.unwrap();
    assert!(verdict_of(&simulated).unwrap().contains("BOUNCE"));
    assert_eq!(invocations(&simulated).len(), 1);
    let last = simulated.case.history.as_ref().unwrap().last().unwrap();
    assert_eq!((last.kind.as_str(), last.error.as_deref()), ("ExecutionFailed", Some("Full")));
}

#[tokio::test]
async fn a_failure_has_no_verdict_unless_a_policy_answers() {
    let definition =
        json!({ "StartAt": "No", "States": { "No": { "Type": "Fail", "Error": "Broken" } } });
    let simulated = simulate(scenario(&definition)).await.unwrap();
    assert!(matches!(simulated.invocations.ending, Ending::TimedOut));
    assert!(invocations(&simulated).iter().all(|(_, answer)| answer == "ExecutionFailed"));
    let answered = Scenario { settings: answering(OnFailure::Junk), ..scenario(&definition) };
    let simulated = simulate(answered).await.unwrap();
    assert!(verdict_of(&simulated).unwrap().contains("MOVE_TO_JUNK"));
    assert_eq!(simulated.invocations.last.log_line.policy.as_deref(), Some("junk"));
}

#[tokio::test]
async fn an_output_that_is_not_a_verdict_is_the_handlers_error() {
    let definition = json!({ "StartAt": "A", "States": { "A": { "Type": "Succeed" } } });
    let simulated = simulate(scenario(&definition)).await.unwrap();
    let Response::FunctionError { error_type, .. } = &simulated.invocations.last.response else {
        panic!("{:?}", simulated.invocations.last.response)
    };
    assert_eq!(error_type.as_deref(), Some("InvalidVerdict"));
}

#[tokio::test]
async fn an_event_that_is_not_a_message_starts_nothing() {
    let event = "{}".to_owned();
    let simulated = simulate(Scenario { event, ..scenario(&waits(0)) }).await.unwrap();
    assert!(matches!(simulated.invocations.ending, Ending::Rejected));
    assert_eq!((simulated.case.history, simulated.case.lines.len()), (None, 1));
}

#[tokio::test]
async fn the_time_of_a_task_is_time_of_the_execution() {
    let definition = json!({
        "StartAt": "Ask",
        "States": { "Ask": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" },
                             "OutputPath": "$.Payload", "End": true } },
    });
    let result = TaskResult::Succeeded(json!({ "Payload": verdict("DEFAULT") }));
    let answer = Answer { took: Duration::from_secs(3), ..Answer::at_once(result) };
    let mocked = MockedAnswer { parameters: None, iteration: None, answer };
    let tasks = Arc::new(MockedTasks::new(HashMap::from([("Ask".to_owned(), vec![mocked])])));
    let simulated = simulate(Scenario { tasks, ..scenario(&definition) }).await.unwrap();
    let found = invocations(&simulated);
    assert_eq!(found.last().unwrap(), &(4_000, "verdict".to_owned()));
    let moments = timeline(&simulated.case, false);
    let called = moments.iter().find_map(|moment| match &moment.kind {
        TimelineEventKind::Called { state, resource, .. } => {
            Some((state.as_deref(), resource.as_deref()))
        }
        _ => None,
    });
    assert_eq!(called, Some((Some("Ask"), Some("lambda:invoke"))));
}

#[tokio::test]
async fn after_a_crash_the_retry_finds_the_same_execution() {
    for step in [Step::Claim, Step::Start, Step::Look] {
        let crash_after = Some(step);
        let simulated = simulate(Scenario { crash_after, ..scenario(&waits(1)) }).await.unwrap();
        assert!(simulated.crashed, "{step:?}");
        let found = invocations(&simulated);
        assert_eq!(found[0].1, "Runtime.ExitError", "{step:?}");
        assert_eq!(found.last().unwrap().1, "verdict", "{step:?}");
        let started = kinds(&simulated).iter().filter(|kind| **kind == "ExecutionStarted").count();
        assert_eq!(started, 1, "{step:?}");
    }
    let policy = json!({ "StartAt": "No", "States": { "No": { "Type": "Fail" } } });
    let (crash_after, settings) = (Some(Step::Record), answering(OnFailure::Drop));
    let crashing = Scenario { crash_after, settings, ..scenario(&policy) };
    let simulated = simulate(crashing).await.unwrap();
    let found: Vec<String> =
        invocations(&simulated).into_iter().map(|(_, answer)| answer).collect();
    assert_eq!(found, ["Runtime.ExitError", "verdict"]);
    assert!(verdict_of(&simulated).unwrap().contains("DROP"));
    let unreached = Scenario { crash_after: Some(Step::Record), ..scenario(&waits(0)) };
    assert!(!simulate(unreached).await.unwrap().crashed);
}

#[tokio::test]
async fn the_same_scenario_gives_the_same_timeline() {
    let timeline_of = async || {
        let simulated = simulate(scenario(&waits(90))).await.unwrap();
        timeline(&simulated.case, true)
    };
    assert_eq!(timeline_of().await, timeline_of().await);
}
