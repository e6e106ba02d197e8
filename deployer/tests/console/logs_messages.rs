//! `deployer logs` without `--full`: one line per message, with its verdict.

use cloud::ErrorKind;
use jiff::tz::TimeZone;
use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::logged::{FUNCTION_LOGS, answered, at, deployed, not_ready};
use crate::logs::busy;
use crate::session::{ConsoleSession, failure};

/// A message that was bounced for one recipient and delivered to others, one that waits, one that
/// failed, one of an earlier handler, which logged no actions.
pub(crate) async fn messages(name: &str) -> ConsoleSession {
    let session = busy(name).await;
    let log = |time: &str, line: &str| session.cloud.log(FUNCTION_LOGS, at(time), line);
    let of =
        |message: &str| json!({ "messageId": message, "invocationId": format!("of-{message}") });
    let with = |message: &str, others: serde_json::Value| {
        let mut line = of(message);
        line.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
        line
    };
    log("11:59:20", &not_ready(of("late")));
    log("11:59:30", &not_ready(with("late", json!({ "path": "retry", "milliseconds": 20 }))));
    let actions = json!({ "path": "retry", "milliseconds": 21, "actions": ["BOUNCE", "DEFAULT"] });
    log("11:59:40", &answered(with("late", actions.clone())));
    log("11:59:45", &answered(with("late", json!({ "actions": ["BOUNCE"], "repeated": true }))));
    log("11:59:41", &answered(with("quick", json!({ "actions": ["MOVE_TO_JUNK"] }))));
    let default = json!({
        "messageId": "00000000-0000-4000-8000-00000000000b",
        "invocationId": "0000000000000000000000000000000b", "actions": ["DEFAULT"],
    });
    log("11:59:41", &answered(default));
    log("11:59:50", &not_ready(of("waiting")));
    session
}

#[tokio::test(start_paused = true)]
async fn each_message_has_one_line_with_its_verdict() {
    let mut session = messages("logs-messages").await;
    assert_data_eq!(
        session.run("logs").await.all(),
        str![[r#"
--- stdout
2026-11-21 11:59:02 UTC  answered           00000000-0000-4000-8000-00000000000a  0000000000000000000000000000000a  48 ms
2026-11-21 11:59:14 UTC  InvalidMessage     -                                     (request request-9)               0 ms; the event is not a valid message: the event is not a JSON object
2026-11-21 11:59:15 UTC ERROR the handler panicked: Panic
         panicked at src/x.rs:1:1:
         index out of bounds
2026-11-21 11:59:16 UTC ERROR platform.report request-1, timeout, 14000.5 ms, 34 MB
2026-11-21 11:59:40 UTC  BOUNCE+DEFAULT     late                                  of-late                           21 ms; 3 invocations
2026-11-21 11:59:41 UTC  MOVE_TO_JUNK       quick                                 of-quick                          48 ms
2026-11-21 11:59:41 UTC  DEFAULT            00000000-0000-4000-8000-00000000000b  0000000000000000000000000000000b  48 ms
2026-11-21 11:59:50 UTC  not decided yet    waiting                               of-waiting                        1003 ms
--- exit 0

"#]]
    );
    session.zone = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let errors = session.run("logs --level error --since 2026-11-21T12:59:13").await;
    assert_data_eq!(
        errors.all(),
        str![[r#"
--- stdout
2026-11-21 12:59:13 CET  ExecutionFailed    failing-message                       0000000000000000000000000000000a  21 ms; the execution ended FAILED with Broken
2026-11-21 12:59:14 CET  InvalidMessage     -                                     (request request-9)               0 ms; the event is not a valid message: the event is not a JSON object
2026-11-21 12:59:15 CET ERROR the handler panicked: Panic
         panicked at src/x.rs:1:1:
         index out of bounds
2026-11-21 12:59:16 CET ERROR platform.report request-1, timeout, 14000.5 ms, 34 MB
--- exit 0

"#]]
    );
}

/// By either id, and only what is about the message.
#[tokio::test(start_paused = true)]
async fn the_lines_of_one_message_are_found_by_either_id() {
    let session = messages("logs-id").await;
    let by_message = session.run("logs late").await;
    let by_invocation = session.run("logs of-late").await;
    assert_eq!(by_message.all(), by_invocation.all());
    let mut printed = by_message.all();
    printed.push_str(&session.run("logs of-late --full").await.all());
    printed.push_str(&session.run("logs nobody").await.all());
    printed.push_str(&session.run("logs late --filter x").await.all());
    printed.push_str(&session.run("logs a*b").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
2026-11-21 11:59:40 UTC  BOUNCE+DEFAULT     late                                  of-late                           21 ms; 3 invocations
--- exit 0
--- stdout
2026-11-21 11:59:20 UTC INFO  late not ready after 1003 ms
2026-11-21 11:59:30 UTC INFO  late not ready after 20 ms, a retry
2026-11-21 11:59:40 UTC INFO  late BOUNCE DEFAULT answered in 21 ms, a retry
2026-11-21 11:59:45 UTC INFO  late BOUNCE answered in 48 ms
--- exit 0
error: no line is about nobody yet: the log group /aws/lambda/workmail-message-flow-MfsmFunction was searched from 2026-11-20 12:00:06 UTC on, for this message ID or invocation ID

hint: lines arrive up to some minutes late; an earlier --since searches further back, as far as logs are kept
--- exit 3
error: the argument '[ID]' cannot be used with '--filter <PATTERN>'

Usage: deployer logs <ID>

For more information, try '--help'.
--- exit 2
error: ID cannot be used
  error[id] ID: an ID has no spaces, quotes, backslashes, or asterisks
--- exit 2

"#]]
    );
    assert_eq!(session.run("logs late --output json").await.objects().len(), 4);
}

/// The answer of a message that was still waiting is news; another look at it is not.
#[tokio::test(start_paused = true)]
async fn following_prints_what_is_new_about_each_message() {
    let session = deployed("logs-follow-messages").await;
    let cloud = &session.cloud;
    cloud.log(FUNCTION_LOGS, at("11:59:50"), &not_ready(json!({})));
    cloud.log_late(FUNCTION_LOGS, at("11:59:52"), &not_ready(json!({ "path": "retry" })), 1);
    let actions = json!({ "path": "retry", "actions": ["DROP"] });
    cloud.log_late(FUNCTION_LOGS, at("11:59:54"), &answered(actions), 2);
    let expired = failure(
        "CloudWatch Logs",
        "FilterLogEvents",
        ErrorKind::Denied,
        Some("ExpiredTokenException"),
        "expired",
    );
    cloud.fail_later("FilterLogEvents", 20, expired);
    assert_data_eq!(
        session.run("logs --follow").await.out,
        str![[r#"
2026-11-21 11:59:50 UTC  not decided yet    00000000-0000-4000-8000-00000000000a  0000000000000000000000000000000a  1003 ms
2026-11-21 11:59:54 UTC  DROP               00000000-0000-4000-8000-00000000000a  0000000000000000000000000000000a  48 ms; 3 invocations

"#]]
    );
}

/// As `tail` does.
#[tokio::test(start_paused = true)]
async fn only_the_last_lines_are_printed() {
    let session = messages("logs-lines").await;
    let all = session.run("logs --since 1d").await.out;
    let last = |text: &str, count: usize| {
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len() - count..].iter().map(|line| format!("{line}\n")).collect::<String>()
    };
    for line in ["logs -n 2", "logs --lines 2", "logs -n2 --since 1h", "logs --tail 2"] {
        assert_eq!(session.run(line).await.out, last(&all, 2), "{line}");
    }
    let full = session.run("logs --since 1d --full").await.out;
    assert_eq!(session.run("logs -n 3 --full").await.out, last(&full, 3));
    let json = session.run("logs -n 3 -o json").await.objects();
    assert_eq!(json.len(), 3);
    let errors = session.run("logs --since 1d --level error").await.out;
    assert_eq!(session.run("logs -n 1 --level error").await.out, last(&errors, 1));
    assert_eq!(session.run("logs -n 1000").await.out, all);
    let none = session.run("logs -n 0").await;
    assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (0, "", ""));
    assert_eq!(session.run("logs -n -1").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn the_last_lines_are_printed_before_what_comes() {
    let session = messages("logs-lines-follow").await;
    let all = session.run("logs --since 1d").await.out;
    let comes = async {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        let line =
            answered(json!({ "messageId": "new", "invocationId": "of-new", "actions": ["DROP"] }));
        session.cloud.log(FUNCTION_LOGS, at("11:59:58"), &line);
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    };
    let printed = session.run_until("logs -n 1 -f", comes).await.out;
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 2, "{printed}");
    assert!(lines[0] == all.lines().last().unwrap() && lines[1].contains("DROP"), "{printed}");
}
