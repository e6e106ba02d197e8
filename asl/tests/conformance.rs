//! Tests the example `conformance`: recorded cases in, answers out.

#![expect(clippy::unwrap_used, reason = "a program that does not run is a failure")]

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Runs the example, which Cargo builds before this test, and returns its exit code, answers and
/// messages.
fn run(lines: &str) -> (i32, Vec<Value>, String) {
    let test = env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    let example = profile.join("examples").join(format!("conformance{}", env::consts::EXE_SUFFIX));
    let mut program = Command::new(example)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    program.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = program.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let answers = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), answers, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn each_case_gets_an_answer() {
    let definition = json!({
        "StartAt": "T",
        "States": {
            "T": { "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:lambda:invoke", "Next": "W" },
            "W": { "Type": "Wait", "Seconds": 3600, "End": true },
        },
    });
    let execution = json!({
        "id": "a", "kind": "execution", "definition": definition, "input": {},
        "tasks": { "T": [{ "event": "TaskSucceeded", "output": [1] }] },
        "now": "2025-01-01T12:00:00Z",
    });
    let invalid = json!({ "id": "b", "kind": "definition", "definition": {} });
    let (code, answers, _) = run(&format!("{execution}\n\n{invalid}\n"));
    assert_eq!((code, answers.len()), (0, 2));
    assert_eq!((&answers[0]["id"], &answers[0]["status"]), (&json!("a"), &json!("SUCCEEDED")));
    assert_eq!(answers[0]["output"], json!([1]));
    let events = answers[0]["events"].as_array().unwrap();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(
        kinds,
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "WaitStateEntered",
            "WaitStateExited",
            "ExecutionSucceeded",
        ]
    );
    assert_eq!((&answers[1]["id"], &answers[1]["valid"]), (&json!("b"), &json!(false)));
}

#[test]
fn an_unreadable_case_is_reported_and_the_others_are_run() {
    let (code, answers, err) = run("{\n{}\n");
    assert_eq!((code, answers.len()), (1, 1));
    assert!(err.contains("EOF while parsing"), "{err}");
}
