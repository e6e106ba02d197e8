//! `deployer local`: a message through a flow, without AWS and without waiting.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::Session;

/// Waits for a minute and a half, then decides for each recipient.
const SLOW: &str = r#"
StartAt: Ponder
States:
  Ponder: {Type: Wait, Seconds: 90, Next: Decide}
  Decide:
    Type: Pass
    Result:
      actions:
        - {action: {type: DROP}, recipients: [b@example.com]}
        - {action: {type: DEFAULT}, allRecipients: true}
    End: true
"#;

const BROKEN: &str = r#"
StartAt: Look
States:
  Look: {Type: Task, Resource: "arn:aws:states:::lambda:invoke", Parameters: {FunctionName: f}, End: true}
"#;

#[tokio::test(start_paused = true)]
async fn the_built_in_flow_delivers() {
    let session = Session::new("local");
    assert_data_eq!(session.run("local").await.all(), str![[""]]);
    assert!(session.cloud.calls().is_empty(), "nothing is asked of AWS");
}

#[tokio::test(start_paused = true)]
async fn a_slow_flow_is_asked_about_again_and_again() {
    let session = Session::new("local-slow");
    session.file("slow.asl.yaml", SLOW);
    let line = "local --state-machine $DIR/slow.asl.yaml --recipient a@example.com --recipient b@example.com";
    assert_data_eq!(session.run(line).await.all(), str![[""]]);
}

#[tokio::test(start_paused = true)]
async fn without_a_verdict_the_fallback_action_applies_to_all() {
    let session = Session::new("local-fallback");
    session.file("broken.asl.yaml", BROKEN);
    let line = "local --state-machine $DIR/broken.asl.yaml --rule-timeout 5 --fallback junk --with-contents";
    assert_data_eq!(session.run(line).await.all(), str![[""]]);
    let answered =
        session.run("local --state-machine $DIR/broken.asl.yaml --on-failure bounce").await;
    assert_eq!(answered.code, 0, "{}", answered.all());
    assert!(answered.out.contains("by the operator's policy (--on-failure bounce)"));
}

#[tokio::test(start_paused = true)]
async fn tasks_answer_what_the_file_says() {
    let session = Session::new("local-answers");
    let retries = "Retry: [{ErrorEquals: [Throttled], IntervalSeconds: 2}], End: true";
    session.file("asks.asl.yaml", BROKEN.replace("End: true", retries));
    session.file(
        "answers.yaml",
        "Look:\n  - {error: Throttled, cause: too much, took: 0.5}\n  - took: 1\n    output:\n      \
         actions: [{action: {type: MOVE_TO_JUNK}, allRecipients: true}]\n",
    );
    let line = "local --state-machine $DIR/asks.asl.yaml --answers $DIR/answers.yaml";
    assert_data_eq!(session.run(line).await.all(), str![[""]]);
    session.file("answers.yaml", "Look: {never: true}\n");
    assert_eq!(session.run(&format!("{line} --rule-timeout 1")).await.code, 1);
    session.file("answers.yaml", "Look: {output: 1, error: E}\n");
    assert_data_eq!(session.run(line).await.all(), str![[""]]);
}

#[tokio::test(start_paused = true)]
async fn tasks_fail_and_dawdle_as_asked_for() {
    let session = Session::new("local-faults");
    session.file("broken.asl.yaml", BROKEN);
    let line = "local --state-machine $DIR/broken.asl.yaml --rule-timeout 60";
    let hindered = session.run(&format!("{line} --fail Look=Lambda.Unknown --slow Look=40m")).await;
    assert_data_eq!(hindered.all(), str![[""]]);
    let wrong = format!("{line} --fail Look --fail Luck=E --slow Look=long --slow =1m");
    assert_data_eq!(session.run(&wrong).await.all(), str![[""]]);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_is_asked_again() {
    let session = Session::new("local-crash");
    session.file("slow.asl.yaml", SLOW.replace("90", "1"));
    let line = "local --state-machine $DIR/slow.asl.yaml --crash-after";
    assert_data_eq!(session.run(&format!("{line} claim")).await.all(), str![[""]]);
    let never = session.run(&format!("{line} record")).await;
    assert_eq!(never.code, 0);
    assert!(never.err.contains("no invocation came to the step"), "{}", never.err);
}

#[tokio::test(start_paused = true)]
async fn an_output_state_decides_early() {
    let session = Session::new("local-output-state");
    session.file(
        "slow.asl.yaml",
        &SLOW
            .replace("StartAt: Ponder", "StartAt: Decide")
            .replace("    End: true", "    Next: Ponder")
            .replace("Next: Decide", "End: true"),
    );
    let line = "local --state-machine $DIR/slow.asl.yaml --output-state Decide";
    assert_data_eq!(session.run(line).await.all(), str![[""]]);
}

#[tokio::test(start_paused = true)]
async fn events_from_files_and_messages() {
    let session = Session::new("local-events");
    session
        .file("letter.eml", "From: ann@example.com\nTo: bob@example.org\nSubject: Hi\n\nHello.\n");
    let letter = session.run("local --eml $DIR/letter.eml").await;
    assert!(letter.out.contains("bob@example.org  DEFAULT"), "{}", letter.all());
    session.file(
        "event.json",
        r#"{"invocationId": "i", "envelope": {"recipients": [{"address": "c@d"}]}}"#,
    );
    let event = session.run("local --event $DIR/event.json").await;
    assert!(event.out.contains("c@d  DEFAULT"), "{}", event.all());
    let refused = session.run("local --invalid no-invocation-id").await;
    assert_data_eq!(refused.all(), str![[""]]);
}

#[tokio::test(start_paused = true)]
async fn for_programs() {
    let session = Session::new("local-json");
    session.file("slow.asl.yaml", SLOW);
    let printed = session.run("local --state-machine $DIR/slow.asl.yaml --output json").await;
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    let objects: Vec<Value> =
        printed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_type = |name: &str| objects.iter().filter(|object| object["type"] == name).count();
    assert_eq!((of_type("assumption"), of_type("rule_outcome")), (3, 1));
    let asked = objects.iter().filter(|object| object["what"] == "asked").count();
    let outcome = objects.last().unwrap();
    assert_eq!((outcome["attempts"].as_u64(), asked), (Some(8), 8));
    assert_eq!(outcome["verdict"]["actions"][0]["action"]["type"], "DROP");
    let again = session.run("local --state-machine $DIR/slow.asl.yaml --output json").await;
    assert_eq!(again.out.lines().count(), printed.out.lines().count());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_simulated_is_refused() {
    let session = Session::new("local-refused");
    session.file("odd.asl.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, Next: B}\n");
    session.file(
        "reader.asl.yaml",
        "StartAt: M\nStates:\n  M:\n    Type: Map\n    End: true\n    ItemProcessor:\n      \
         ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}\n      StartAt: A\n      States:\n        \
         A: {Type: Pass, End: true}\n    ResultWriter:\n      Resource: arn:aws:states:::s3:putObject\n      \
         Parameters: {Bucket: b, Prefix: p}\n",
    );
    let mut told = String::new();
    for options in [
        "--state-machine $DIR/missing.asl.yaml",
        "--state-machine $DIR/odd.asl.yaml",
        "--state-machine $DIR/reader.asl.yaml",
        "--output-state Nowhere",
        "--wait-time 14 --on-failure pray",
        "--direction outbound --fallback junk",
    ] {
        told.push_str(session.run(&format!("local {options}")).await.all().as_str());
    }
    assert_data_eq!(told, str![[""]]);
}
