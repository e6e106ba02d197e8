//! `deployer asl run-cases`: recorded cases in, answers out.

use serde_json::{Value, json};

use crate::session::Session;

async fn run(lines: &str) -> (u8, Vec<Value>, String) {
    let session = Session::new("asl");
    let printed = session.run_at_terminal("asl run-cases", lines).await;
    let answers = printed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (printed.code, answers, printed.err)
}

#[tokio::test(start_paused = true)]
async fn each_case_gets_an_answer() {
    let definition = json!({
        "StartAt": "T",
        "States": {
            "T": { "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "W" },
            "W": { "Type": "Wait", "Seconds": 3600, "End": true },
        },
    });
    let execution = json!({
        "id": "a", "kind": "execution", "definition": definition, "input": {},
        "tasks": { "T": [{ "event": "TaskSucceeded", "output": [1] }] },
        "now": "2025-01-01T12:00:00Z",
    });
    let refused = json!({ "id": "b", "kind": "definition", "definition": {} });
    let (code, answers, _) = run(&format!("{execution}\n\n{refused}\n")).await;
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

#[tokio::test(start_paused = true)]
async fn what_is_no_case_is_told_and_the_others_are_run() {
    let (code, answers, err) = run("{\n{}\n").await;
    assert_eq!((code, answers.len()), (2, 1));
    assert!(err.contains("EOF while parsing"), "{err}");
}
