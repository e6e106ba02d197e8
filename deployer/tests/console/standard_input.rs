//! `-` as a file is standard input, of the process itself.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::session::ConsoleSession;

/// The exit code and what is printed on both outputs.
fn run(session: &ConsoleSession, words: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deployer"))
        .args(words)
        .current_dir(&session.folder)
        .env_remove("DEPLOYER_HANDLER_ARCH")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
    (output.status.code(), text)
}

const MACHINE: &str = r#"{"StartAt": "Away", "States": {"Away": {"Type": "Pass", "End": true,
    "Result": {"actions": [{"allRecipients": true, "action": {"type": "DROP"}}]}}}}"#;

#[test]
fn inputs_are_read_from_the_standard_input() {
    let session = ConsoleSession::new("standard-input");
    let (code, event) = run(
        &session,
        &["event", "--eml", "-"],
        "From: ann@example.com\nTo: bob@example.org\nSubject: Hi\n\nx\n",
    );
    assert_eq!(code, Some(0), "{event}");
    assert!(event.contains(r#""mailFrom":{"address":"ann@example.com"}"#), "{event}");
    let (code, local) = run(&session, &["local", "--event", "-"], &event);
    assert!(code == Some(0) && local.contains("bob@example.org"), "{local}");
    for machine in [MACHINE, &MACHINE.replace('"', "")] {
        let (code, local) = run(&session, &["local", "--state-machine", "-"], machine);
        assert!(code == Some(0) && local.contains("DROP"), "{local}");
    }
    let answers = "Look for the address: {output: {Item: {}}}";
    let words = ["local", "--flow", "block-list", "--answers", "-"];
    let (code, local) = run(&session, &words, answers);
    assert!(code.is_some() && !local.contains("no answer"), "{local}");
}

#[test]
fn what_is_no_event_on_the_standard_input_is_refused_by_name() {
    let session = ConsoleSession::new("standard-input-wrong");
    let (code, refused) = run(&session, &["local", "--state-machine", "-"], "{");
    assert!(code == Some(2) && refused.contains("standard input"), "{refused}");
    let (code, refused) = run(&session, &["event", "--eml", "-"], "");
    assert!(code == Some(2) && refused.contains("standard input is no"), "{refused}");
}
