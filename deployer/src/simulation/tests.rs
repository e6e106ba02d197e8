//! The simulation against what is known of each part: the handler's answers, the rule's pauses, the
//! interpreter's clock.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use handler::on_failure::OnFailure;
use handler::origin::Origin;
use serde_json::{Value, json};

use super::{Played, Scenario, Step, play};
use crate::rule::{Ending, Response};
use crate::trace::{TimelineEventKind, timeline};
use asl::{Answer, Machine, MachineType, MockedAnswer, MockedTasks, TaskResult};

const EVENT: &str = r#"{"invocationId": "i-1", "messageId": "m-1", "flowDirection": "INBOUND",
    "envelope": {"recipients": [{"address": "a@example.com"}]}}"#;

fn verdict(kind: &str) -> Value {
    json!({ "actions": [{ "action": { "type": kind }, "allRecipients": true }] })
}

/// A scenario with the settings of a stack whose operator chose none, and a rule of ten minutes.
fn scenario(definition: &Value) -> Scenario {
    Scenario {
        event: EVENT.to_owned(),
        machine: Arc::new(Machine::read(definition, MachineType::Standard).unwrap()),
        tasks: Arc::new(MockedTasks::default()),
        origin: Origin::Execution,
        wait: Duration::from_secs(1),
        on_failure: OnFailure::Retry,
        rule_timeout: Duration::from_secs(600),
        crash_after: None,
        began: "2026-11-22T10:00:00Z".parse().unwrap(),
    }
}

/// Waits so long, then decides.
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
fn invocations(played: &Played) -> Vec<(i64, String)> {
    let moments = timeline(&played.case, false);
    let mut told = Vec::new();
    for moment in &moments {
        match &moment.kind {
            TimelineEventKind::Asked { .. } => {
                told.push((moment.at.as_millisecond() - moments[0].at.as_millisecond(), None));
            }
            TimelineEventKind::Replied { line } => {
                let answer = line.error_type.clone().unwrap_or_else(|| "verdict".to_owned());
                told.last_mut().unwrap().1 = Some(answer);
            }
            _ => {}
        }
    }
    told.into_iter().map(|(at, answer)| (at, answer.unwrap())).collect()
}

fn kinds(played: &Played) -> Vec<&str> {
    played.case.history.iter().flatten().map(|event| event.kind.as_str()).collect()
}

fn told_verdict(played: &Played) -> Option<&str> {
    match &played.asked.ending {
        Ending::Verdict(checked) => Some(checked.verdict.as_str()),
        Ending::TimedOut | Ending::Hopeless => None,
    }
}

#[tokio::test]
async fn a_quick_machine_decides_in_the_first_invocation() {
    let played = play(scenario(&waits(0))).await.unwrap();
    // The handler looks for the first time after 50 ms.
    assert_eq!(invocations(&played), [(0, "verdict".to_owned())]);
    assert_eq!(played.case.lines[0].1.milliseconds, 50);
    assert!(told_verdict(&played).unwrap().contains("DROP"));
    assert_eq!(played.case.history.as_ref().unwrap().len(), 6);
}

#[tokio::test]
async fn a_slow_machine_is_asked_about_until_it_has_decided() {
    let played = play(scenario(&waits(20))).await.unwrap();
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
    assert_eq!(invocations(&played), expected);
    let started = kinds(&played).iter().filter(|kind| **kind == "ExecutionStarted").count();
    assert_eq!(started, 1, "one execution, however often it is asked about");
}

#[tokio::test]
async fn the_rules_timeout_ends_the_asking_and_the_execution_goes_on() {
    let asked = Scenario { rule_timeout: Duration::from_secs(5), ..scenario(&waits(20)) };
    let played = play(asked).await.unwrap();
    assert!(matches!(played.asked.ending, Ending::TimedOut));
    let times: Vec<i64> = invocations(&played).into_iter().map(|(at, _)| at).collect();
    assert_eq!(times, [0, 2_000, 4_000, 5_000]);
    let history = played.case.history.as_ref().unwrap();
    assert_eq!(history.last().unwrap().kind, "ExecutionSucceeded");
    let took = history.last().unwrap().timestamp.duration_since(history[0].timestamp);
    assert_eq!(took.as_secs(), 20);
}

#[tokio::test]
async fn four_hours_of_retries_are_all_there() {
    let four_hours = Duration::from_secs(240 * 60);
    let asked = Scenario { rule_timeout: four_hours, ..scenario(&waits(14_390)) };
    let played = play(asked).await.unwrap();
    // 1, 2, 4, 8, 16 and 32 s, then a minute each, and one at the very end.
    let told = invocations(&played);
    assert_eq!(told.len(), 246);
    assert_eq!(told.last().unwrap(), &(14_400_000, "verdict".to_owned()));
}

#[tokio::test]
async fn an_output_state_decides_while_the_execution_goes_on() {
    let definition = json!({
        "StartAt": "Decide",
        "States": {
            "Decide": { "Type": "Pass", "Result": verdict("BOUNCE"), "Next": "Archive" },
            "Archive": { "Type": "Wait", "Seconds": 3600, "Next": "Lost" },
            "Lost": { "Type": "Fail", "Error": "Full" },
        },
    });
    let origin = Origin::State("Decide".to_owned());
    let played = play(Scenario { origin, ..scenario(&definition) }).await.unwrap();
    assert!(told_verdict(&played).unwrap().contains("BOUNCE"));
    assert_eq!(invocations(&played).len(), 1);
    let last = played.case.history.as_ref().unwrap().last().unwrap();
    assert_eq!((last.kind.as_str(), last.error.as_deref()), ("ExecutionFailed", Some("Full")));
}

#[tokio::test]
async fn a_failure_is_asked_about_in_vain_unless_a_policy_answers() {
    let definition =
        json!({ "StartAt": "No", "States": { "No": { "Type": "Fail", "Error": "Broken" } } });
    let played = play(scenario(&definition)).await.unwrap();
    assert!(matches!(played.asked.ending, Ending::TimedOut));
    assert!(invocations(&played).iter().all(|(_, answer)| answer == "ExecutionFailed"));
    let answered = Scenario { on_failure: OnFailure::Junk, ..scenario(&definition) };
    let played = play(answered).await.unwrap();
    assert!(told_verdict(&played).unwrap().contains("MOVE_TO_JUNK"));
    assert_eq!(played.asked.last.log_line.policy.as_deref(), Some("junk"));
}

#[tokio::test]
async fn what_is_no_verdict_is_told_as_the_handler_tells_it() {
    let definition = json!({ "StartAt": "A", "States": { "A": { "Type": "Succeed" } } });
    let played = play(scenario(&definition)).await.unwrap();
    let Response::FunctionError { error_type, .. } = &played.asked.last.response else {
        panic!("{:?}", played.asked.last.response)
    };
    assert_eq!(error_type.as_deref(), Some("InvalidVerdict"));
}

#[tokio::test]
async fn an_event_that_is_no_message_starts_nothing() {
    let event = "{}".to_owned();
    let played = play(Scenario { event, ..scenario(&waits(0)) }).await.unwrap();
    assert!(matches!(played.asked.ending, Ending::Hopeless));
    assert_eq!((played.case.history, played.case.lines.len()), (None, 1));
}

#[tokio::test]
async fn what_a_task_takes_is_time_of_the_execution() {
    let definition = json!({
        "StartAt": "Ask",
        "States": { "Ask": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                             "OutputPath": "$.Payload", "End": true } },
    });
    let result = TaskResult::Succeeded(json!({ "Payload": verdict("DEFAULT") }));
    let answer = Answer { took: Duration::from_secs(3), ..Answer::at_once(result) };
    let canned = MockedAnswer { parameters: None, iteration: None, answer };
    let tasks = Arc::new(MockedTasks::new(HashMap::from([("Ask".to_owned(), vec![canned])])));
    let played = play(Scenario { tasks, ..scenario(&definition) }).await.unwrap();
    let told = invocations(&played);
    assert_eq!(told.last().unwrap(), &(4_000, "verdict".to_owned()));
    let moments = timeline(&played.case, false);
    let called = moments.iter().find_map(|moment| match &moment.kind {
        TimelineEventKind::Called { state, resource, .. } => {
            Some((state.as_deref(), resource.as_deref()))
        }
        _ => None,
    });
    assert_eq!(called, Some((Some("Ask"), Some("lambda:invoke"))));
}

#[tokio::test]
async fn an_invocation_that_dies_is_asked_again_and_the_execution_is_one() {
    for step in [Step::Claim, Step::Start, Step::Look] {
        let crash_after = Some(step);
        let played = play(Scenario { crash_after, ..scenario(&waits(1)) }).await.unwrap();
        assert!(played.crashed, "{step:?}");
        let told = invocations(&played);
        assert_eq!(told[0].1, "Runtime.ExitError", "{step:?}");
        assert_eq!(told.last().unwrap().1, "verdict", "{step:?}");
        let started = kinds(&played).iter().filter(|kind| **kind == "ExecutionStarted").count();
        assert_eq!(started, 1, "{step:?}");
    }
    let policy = json!({ "StartAt": "No", "States": { "No": { "Type": "Fail" } } });
    let (crash_after, on_failure) = (Some(Step::Record), OnFailure::Drop);
    let died = Scenario { crash_after, on_failure, ..scenario(&policy) };
    let played = play(died).await.unwrap();
    let told: Vec<String> = invocations(&played).into_iter().map(|(_, answer)| answer).collect();
    assert_eq!(told, ["Runtime.ExitError", "verdict"]);
    assert!(told_verdict(&played).unwrap().contains("DROP"));
    let unreached = Scenario { crash_after: Some(Step::Record), ..scenario(&waits(0)) };
    assert!(!play(unreached).await.unwrap().crashed);
}

#[tokio::test]
async fn the_same_scenario_gives_the_same_story() {
    let story = async || {
        let played = play(scenario(&waits(90))).await.unwrap();
        timeline(&played.case, true)
    };
    assert_eq!(story().await, story().await);
}
