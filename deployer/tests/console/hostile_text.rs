//! Text from outside that would control a terminal is shown escaped, whichever way it comes in.

use std::io::{Cursor, Write};

use serde_json::json;

use crate::session::{ConsoleSession, Printed, flow_line};

/// Escape sequences, a bell, C1 controls, turned writing, tags, line separators, and lines that look like ours.
const HOSTILE: &str = "x\u{1b}]0;P\u{7}\u{1b}[2J\u{1b}[31m\u{9b}31m\u{85}\u{7f}\u{8}\r\u{202e}\u{2066}\u{2028}\u{e0041}\u{200f}\u{feff}\nFORGED y";

fn assert_harmless(what: &str, printed: &Printed) {
    for text in [&printed.out, &printed.err] {
        let seen = |char: &char| !char.is_control() || *char == '\n';
        let unseen = text.chars().find(|char| {
            let turned = "\u{202e}\u{2066}\u{2028}\u{e0041}\u{200f}\u{feff}".contains(*char);
            !seen(char) || turned
        });
        assert_eq!(unseen, None, "{what}: {text:?}");
        assert!(!text.lines().any(|line| line.starts_with("FORGED")), "{what}: {text}");
    }
}

/// In text and in JSON, also with color and on a screen.
async fn try_all(session: &ConsoleSession, what: &str, words: &[&str]) {
    for output in ["text", "json"] {
        let words = words.iter().copied().chain(["--output", output]);
        let words = words.map(str::to_owned).collect();
        let printed = session.run_words(words, None).await;
        assert_harmless(what, &printed);
        // Faults of some options do not repeat the value.
        let shown = printed.all().contains("FORGED");
        assert!(shown || what.starts_with("option"), "{what}: {}", printed.all());
    }
}

fn event() -> String {
    json!({
        "summaryVersion": "2018-10-10", "messageId": HOSTILE, "invocationId": HOSTILE, "subject": HOSTILE,
        "flowDirection": "INBOUND", "truncated": false,
        "envelope": { "mailFrom": { "address": HOSTILE }, "recipients": [{ "address": HOSTILE }] },
    })
    .to_string()
}

#[tokio::test(start_paused = true)]
async fn fields_of_events_and_mails_are_escaped() {
    let session = ConsoleSession::deployed("hostile-events").await;
    session.file("event.json", event());
    try_all(&session, "local", &["local", "--event", "$DIR/event.json"]).await;
    let show = ["local", "--event", "$DIR/event.json", "--show", "graph"];
    assert_harmless("graph", &session.run_words(show.map(str::to_owned).to_vec(), None).await);
    session.cloud.answer_next_invocation(None);
    let invoke = ["invoke", "--yes", "--rule-timeout", "0", "--event", "$DIR/event.json"];
    try_all(&session, "invoke", &invoke).await;
    let name = "\"bob\u{1b}]0;P\u{7}\u{9b}31m\u{202e} FORGED\"@example.net";
    session.file("evil.eml", format!("From: a@example.com\nTo: {name}\nSubject: s\n\nb\n"));
    try_all(&session, "eml", &["local", "--eml", "$DIR/evil.eml"]).await;
}

#[tokio::test(start_paused = true)]
async fn names_in_files_and_values_of_options_are_escaped() {
    let session = ConsoleSession::deployed("hostile-names").await;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(format!("boot{HOSTILE}"), zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"x").unwrap();
    std::fs::write(session.folder.join("evil.zip"), zip.finish().unwrap().into_inner()).unwrap();
    try_all(&session, "zip", &["check", "--handler", "$DIR/evil.zip"]).await;
    let machine = json!({ "StartAt": HOSTILE, HOSTILE: 1, "States": {
        HOSTILE: { "Type": "Pass", HOSTILE: 1, "Next": HOSTILE }, "B": { "Type": HOSTILE },
    } });
    session.file("evil.json", machine.to_string());
    try_all(&session, "check", &["check", "--state-machine", "$DIR/evil.json"]).await;
    let values = [
        ["trace", HOSTILE, "--stack-name", "workmail-message-flow"],
        ["check", "--parameter", HOSTILE, "--quiet"],
        ["check", "--flow", HOSTILE, "--quiet"],
        ["plan", "--tag", HOSTILE, "--quiet"],
        ["check", "--stack-name", HOSTILE, "--quiet"],
        ["check", HOSTILE, "--stack-name", "x"],
    ];
    for words in values {
        try_all(&session, &format!("option {}", words[1]), &words).await;
    }
}

#[tokio::test(start_paused = true)]
async fn reasons_and_tags_are_escaped() {
    let mut session = ConsoleSession::new("hostile-reasons");
    session.cloud.fail_resource("MfsmFunctionLogGroup", HOSTILE);
    let up = flow_line("up", "--yes");
    let words: Vec<&str> = up.split_whitespace().collect();
    try_all(&session, "up", &words).await;
    let colored: Vec<String> =
        words.iter().copied().chain(["--color", "always"]).map(str::to_owned).collect();
    session.screen = Some(deployer::host::terminal::Size { width: 80, height: 24 });
    let up = session.run_words(colored, None).await;
    assert!(
        up.err.contains("\u{1b}[") && !up.err.contains("\u{1b}[2J") && !up.err.contains('\u{9b}')
    );
    assert!(!up.err.contains("\u{1b}[31m\\u{9b}"), "{:?}", up.err);
}
