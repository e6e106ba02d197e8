//! `deployer logs`: lines of both groups by time, formatted for people, programs and `grep`;
//! following.

use cloud::ErrorKind;
use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::logged::{FUNCTION_LOGS, MACHINE_LOGS, answered, at, deployed, not_ready};
use crate::session::{ConsoleSession, failure};

/// Log lines of every kind, written out of order.
pub(crate) async fn busy(name: &str) -> ConsoleSession {
    let session = deployed(name).await;
    let function = |time: &str, line: &str| session.cloud.log(FUNCTION_LOGS, at(time), line);
    function("11:59:01", "INIT_START Runtime Version: provided:al2023.v1\n");
    function(
        "11:59:03",
        &not_ready(json!({ "messageId": "slow-message", "requestId": "request-2" })),
    );
    function("11:59:02", &answered(json!({})));
    function(
        "11:59:10",
        &answered(json!({
            "level": "WARN", "path": "retry", "messageId": "odd-message",
            "findings": ["string-boolean", "uncovered-recipients"],
        })),
    );
    function(
        "11:59:12",
        &answered(json!({
            "level": "WARN", "policy": "bounce", "outcome": "failed", "path": "retry",
            "messageId": "failed-message",
        })),
    );
    function(
        "11:59:13",
        &answered(json!({
            "level": "ERROR", "message": "no verdict", "outcome": "failed", "path": "retry",
            "messageId": "failing-message", "errorType": "ExecutionFailed",
            "errorMessage": "the execution ended FAILED with Broken", "milliseconds": 21,
        })),
    );
    function(
        "11:59:14",
        r#"{"level":"ERROR","requestId":"request-9","messageId":null,"invocationId":null,"executionArn":null,"path":null,"outcome":null,"errorType":"InvalidMessage","errorMessage":"the event is not a valid message: the event is not a JSON object","calls":0,"milliseconds":0}"#,
    );
    function(
        "11:59:15",
        r#"{"level":"ERROR","message":"the handler panicked","errorType":"Panic","errorMessage":"panicked at src/x.rs:1:1:\nindex out of bounds"}"#,
    );
    function(
        "11:59:16",
        r#"{"time":"t","type":"platform.report","record":{"requestId":"request-1","status":"timeout","metrics":{"durationMs":14000.5,"maxMemoryUsedMB":34}}}"#,
    );
    function("11:59:17", "a line of nobody knows whom \u{1b}[31mred\n  and its second line\n");
    session.cloud.log(
        MACHINE_LOGS,
        at("11:59:11"),
        r#"{"id":"3","type":"TaskFailed","details":{"error":"Broken","cause":"for a@example.com"},"event_timestamp":"1","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:M:its-name"}"#,
    );
    session
}

#[tokio::test(start_paused = true)]
async fn lines_of_both_groups_are_merged_by_time() {
    let session = busy("logs").await;
    session.cloud.log(FUNCTION_LOGS, "2026-11-20T23:59:59Z".parse().unwrap(), &answered(json!({})));
    let writes = session.cloud.writes().len();
    assert_data_eq!(
        session.run("logs --full --since 1d").await.all(),
        str![[r#"
--- stdout
2026-11-20 23:59:59 UTC INFO  00000000-0000-4000-8000-00000000000a answered in 48 ms
2026-11-21 11:59:01 UTC DEBUG INIT_START Runtime Version: provided:al2023.v1
2026-11-21 11:59:02 UTC INFO  00000000-0000-4000-8000-00000000000a answered in 48 ms
2026-11-21 11:59:03 UTC INFO  slow-message not ready after 1003 ms
2026-11-21 11:59:10 UTC WARN  odd-message answered in 48 ms, a retry
         findings: string-boolean, uncovered-recipients
2026-11-21 11:59:11 UTC ERROR TaskFailed with Broken, execution its-name
2026-11-21 11:59:12 UTC WARN  failed-message answered in 48 ms, a retry
         by the policy `bounce`: the execution failed
2026-11-21 11:59:13 UTC ERROR failing-message ExecutionFailed after 21 ms, a retry
         the execution ended FAILED with Broken
2026-11-21 11:59:14 UTC ERROR request request-9 InvalidMessage after 0 ms
         the event is not a valid message: the event is not a JSON object
2026-11-21 11:59:15 UTC ERROR the handler panicked: Panic
         panicked at src/x.rs:1:1:
         index out of bounds
2026-11-21 11:59:16 UTC ERROR platform.report request-1, timeout, 14000.5 ms, 34 MB
2026-11-21 11:59:17 UTC INFO  a line of nobody knows whom /u{1b}[31mred
           and its second line
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn lines_can_be_filtered() {
    let session = busy("logs-part").await;
    let errors = session.run("logs --full --level error").await;
    assert_data_eq!(
        errors.out,
        str![[r#"
2026-11-21 11:59:11 UTC ERROR TaskFailed with Broken, execution its-name
2026-11-21 11:59:13 UTC ERROR failing-message ExecutionFailed after 21 ms, a retry
         the execution ended FAILED with Broken
2026-11-21 11:59:14 UTC ERROR request request-9 InvalidMessage after 0 ms
         the event is not a valid message: the event is not a JSON object
2026-11-21 11:59:15 UTC ERROR the handler panicked: Panic
         panicked at src/x.rs:1:1:
         index out of bounds
2026-11-21 11:59:16 UTC ERROR platform.report request-1, timeout, 14000.5 ms, 34 MB

"#]]
    );
    let window = "logs --full --since 2026-11-21T11:59:10Z --until 2026-11-21T11:59:12";
    let between = session.run(window).await;
    assert_eq!(
        between.out.lines().filter(|line| line.starts_with("2026-11-21 11:59:1")).count(),
        3
    );
    let words = ["logs", "--filter", r#"{ $.messageId = "slow-message" }"#];
    let filtered = session.run_words(words.map(str::to_owned).to_vec(), None).await;
    assert_data_eq!(
        filtered.all(),
        str![[r#"
--- stdout
2026-11-21 11:59:03 UTC  not decided yet    slow-message                          0000000000000000000000000000000a  1003 ms
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn lines_can_be_printed_unchanged() {
    let session = deployed("logs-raw").await;
    let line = answered(json!({}));
    session.cloud.log(FUNCTION_LOGS, at("11:59:02"), &line);
    session.cloud.log(FUNCTION_LOGS, at("11:59:03"), "END RequestId: r\n");
    let raw = session.run("logs --raw").await;
    assert_eq!(raw.out, format!("{line}END RequestId: r\n"));
    assert_eq!(raw.code, 0);
}

#[tokio::test(start_paused = true)]
async fn logs_prints_json() {
    let session = busy("logs-json").await;
    let printed = session.run("logs --output json --raw").await;
    let objects = printed.objects();
    assert_eq!((objects.len(), printed.err.as_str(), printed.code), (11, "", 0));
    assert!(objects.iter().all(|object| object["type"] == "log" && object["schema"] == 1));
    assert_eq!(objects[1]["record"]["path"], "first");
    assert_data_eq!(
        printed.out.lines().next().unwrap(),
        str![[
            r#"{"type":"log","id":"00000000000000000000000000000000000000000000000000000000","happened":"2026-11-21T11:59:01Z","source":"function","stream":"2026/11/21/[$LATEST]0123456789abcdef","level":"debug","record":null,"text":"INIT_START Runtime Version: provided:al2023.v1","schema":1,"timestamp":"2026-11-21T12:00:04Z"}"#
        ]]
    );
}

#[tokio::test(start_paused = true)]
async fn empty_logs_and_a_missing_stack_are_reported() {
    let session = ConsoleSession::new("logs-none");
    let mut printed = session.run("logs").await.all();
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    printed.push_str(&session.run("logs").await.all());
    printed.push_str(&session.run("logs --output json").await.all());
    printed.push_str(&session.run("logs --level warn").await.all());
    session.cloud.log(FUNCTION_LOGS, at("11:59:02"), "END RequestId: r\n");
    printed.push_str(&session.run("logs --since 1h").await.all());
    printed.push_str(&session.run("logs --since 1h --level warn").await.all());
    let foreign = r#"{"Resources": {"L": {"Type": "AWS::Logs::LogGroup"}}}"#;
    session.cloud.add_stack("other", foreign, &[]).await.unwrap();
    printed.push_str(&session.run("logs --stack-name other").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3
nothing is logged yet since 2026-11-21 11:50:05 UTC (--since 10m): lines arrive up to some minutes late, and an earlier --since searches further back
--- exit 0
nothing is logged yet since 2026-11-21 11:50:06 UTC (--since 10m): lines arrive up to some minutes late, and an earlier --since searches further back
--- exit 0
no line that the options select is logged yet since 2026-11-21 11:50:07 UTC (--since 10m): lines arrive up to some minutes late, and an earlier --since searches further back
--- exit 0
no message is logged yet (--full shows the line that is) since 2026-11-21 11:00:08 UTC (--since 1h): lines arrive up to some minutes late, and an earlier --since searches further back
--- exit 0
no line that the options select is logged yet since 2026-11-21 11:00:09 UTC (--since 1h): lines arrive up to some minutes late, and an earlier --since searches further back
--- exit 0
error: stack other has no function of a message flow

hint: --stack-name NAME names another stack; `deployer status --stack-name other` shows the state of this one
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn all_invalid_values_are_reported_before_any_call() {
    let session = ConsoleSession::new("logs-values");
    let mut printed = session.run("logs --stack-name ? --since soon --until later").await.all();
    printed.push_str(&session.run("logs --since 1h --until 2h").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: 3 settings cannot be used
  error[stack-name] --stack-name: `?`: a stack name begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
  error[time] --since: `soon` is not a time: give how long ago (90s, 10m, 2h, 3d, 1w) or when (2026-11-21T12:00:00Z; without a zone, local time)
  error[time] --until: `later` is not a time: give how long ago (90s, 10m, 2h, 3d, 1w) or when (2026-11-21T12:00:00Z; without a zone, local time)
--- exit 2
error: --until cannot be used
  error[time] --until: 2026-11-21 10:00:02 UTC is before 2026-11-21 11:00:02 UTC, the time of --since
--- exit 2

"#]]
    );
    assert_eq!(session.run("logs --follow --until 1m").await.code, 2);
    assert_eq!(session.run("logs --level loud").await.code, 2);
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_cloudwatch_refuses_is_reported() {
    let session = deployed("logs-filter").await;
    let words = ["logs", "--filter", "{ what }"];
    let refused = session.run_words(words.map(str::to_owned).to_vec(), None).await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
error: CloudWatch Logs FilterLogEvents failed (InvalidParameterException): Invalid filter pattern [request ID 5ca1ab1e-0000-4000-8000-000000000001]

hint: --filter must be a filter pattern of CloudWatch Logs: words match literally; members of JSON lines are compared as in '{ $.errorType = "NotReady" }'
--- exit 1

"#]]
    );
    let refused = session.run("logs --output json").await;
    assert_eq!(refused.code, 0);
    session.cloud.expire_credentials();
    assert_eq!(session.run("logs").await.code, 4);
}

/// Following survives late lines, repeated lines, throttling and a reset, until the credentials
/// expire.
#[tokio::test(start_paused = true)]
async fn following_prints_every_line_once() {
    let session = deployed("logs-follow").await;
    let cloud = &session.cloud;
    let of = |message: &str| answered(json!({ "messageId": message }));
    cloud.log(FUNCTION_LOGS, at("11:59:50"), &of("first"));
    cloud.log_late(FUNCTION_LOGS, at("11:59:52"), &of("third"), 1);
    cloud.log_late(FUNCTION_LOGS, at("11:59:40"), &of("late"), 2);
    cloud.log_late(MACHINE_LOGS, at("11:59:51"), "second", 0);
    cloud.log_late(FUNCTION_LOGS, at("12:05:00"), &of("much later"), 5);
    let reset =
        || failure("CloudWatch Logs", "FilterLogEvents", ErrorKind::Unreachable, None, "reset");
    let throttled = |nth: u32| {
        let (kind, code) = (ErrorKind::Throttled, Some("ThrottlingException"));
        failure("CloudWatch Logs", "FilterLogEvents", kind, code, &format!("slow down, {nth}"))
    };
    // Each poll is one call per group, and one per additional page.
    cloud.fail_later("FilterLogEvents", 2, throttled(1));
    cloud.fail_later("FilterLogEvents", 3, reset());
    cloud.fail_later(
        "FilterLogEvents",
        20,
        failure(
            "CloudWatch Logs",
            "FilterLogEvents",
            ErrorKind::Denied,
            Some("ExpiredTokenException"),
            "expired",
        ),
    );
    assert_data_eq!(
        session.run("logs --full --follow").await.all(),
        str![[r#"
polling failed, retrying: CloudWatch Logs FilterLogEvents failed (ThrottlingException): slow down, 1
polling failed, retrying: CloudWatch Logs FilterLogEvents failed: reset
error: CloudWatch Logs FilterLogEvents failed (ExpiredTokenException): expired

hint: the credentials have expired: renew them
--- stdout
2026-11-21 11:59:50 UTC INFO  first answered in 48 ms
2026-11-21 11:59:51 UTC INFO  second
2026-11-21 11:59:52 UTC INFO  third answered in 48 ms
2026-11-21 11:59:40 UTC INFO  late answered in 48 ms
2026-11-21 12:05:00 UTC INFO  much later answered in 48 ms
--- exit 4

"#]]
    );
}
