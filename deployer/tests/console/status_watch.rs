//! `deployer status --watch`.

use std::time::Duration;

use deployer::host::terminal::Size;
use snapbox::{assert_data_eq, str};
use tokio::time::sleep;

use crate::screen::replay;
use crate::session::{ConsoleSession, failure};
use cloud::ErrorKind;
use jiff::Timestamp;

const FUNCTION: &str = "workmail-message-flow-MfsmFunction";

async fn deployed(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session
}

/// A message is measured after a minute.
async fn a_message_after_a_minute(session: &ConsoleSession) {
    sleep(Duration::from_secs(65)).await;
    let at: Timestamp = "2026-11-21T11:59:00Z".parse().unwrap();
    for metric in ["Invocations", "Answered", "BOUNCE"] {
        session.cloud.add_data_point(metric, FUNCTION, at, 1.0);
    }
    sleep(Duration::from_secs(60)).await;
}

/// Without a terminal, the status is printed only when it has changed.
#[tokio::test(start_paused = true)]
async fn without_a_terminal_each_change_is_printed() {
    let session = deployed("status-watch").await;
    let printed = session.run_until("status --watch", a_message_after_a_minute(&session)).await;
    let of = |sign: &str| printed.out.lines().filter(|line| line.contains(sign)).count();
    assert_eq!((of("CREATE_COMPLETE      workmail-message-flow"), of("  BOUNCE")), (2, 1));
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(printed.out.starts_with("2026-11-21 12:00:"), "{}", printed.out);
}

#[tokio::test(start_paused = true)]
async fn json_has_one_object_per_look() {
    let session = deployed("status-watch-json").await;
    let line = "status --watch --interval 10s --output json";
    let objects = session.run_until(line, sleep(Duration::from_secs(35))).await.objects();
    assert_eq!(objects.len(), 4);
    assert!(objects.iter().all(|object| object["type"] == "status"));
}

/// On a terminal there is one status in view, which fits.
#[tokio::test(start_paused = true)]
async fn on_a_terminal_the_status_is_redrawn() {
    let mut session = deployed("status-watch-screen").await;
    session.screen = Some(Size { width: 80, height: 36 });
    let printed = session.run_until("status --watch", a_message_after_a_minute(&session)).await;
    assert_eq!(printed.out, "");
    let mut screen = replay(&printed.err, (80, 36), |screen| {
        assert!(screen.shown().matches("CREATE_COMPLETE\n").count() <= 1, "{}", screen.shown());
    });
    assert_eq!(screen.transcript(), screen.shown(), "nothing has scrolled away");
    assert_data_eq!(
        screen.shown(),
        str![[r#"
2026-11-21 12:00:16 UTC, every 30 s until Ctrl-C

workmail-message-flow CREATE_COMPLETE
arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53...
last changed 2026-11-21 12:00:00 UTC

function       Active (arm64), last update Successful
state machine  as deployed
invoked        1 time in the last 15 months, from 2026-11-21 to 2026-11-21 (...
table          workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
artifacts      message-flow-artifacts-123456789012-us-east-1
Amazon WorkMail ends on 2027-03-31, in 130 days.

                                last hour  last 24 h
invocations                             1          1
  that gave no verdict                  -          -
  that Lambda throttled                 -          -
verdicts                                1          1
  DEFAULT (delivered)                   0          0
  BYPASS_SPAM_CHECK (inbox)             0          0
  MOVE_TO_JUNK (junk folder)            0          0
  BOUNCE                                1          1
  DROP                                  0          0
  by --on-failure                       -          -
not decided yet                         -          -
the execution had failed                -          -
its output was not a verdict            -          -
throttled behind the function           -          -
other errors                            -          -
oldest message                          -          -
executions that failed                  -          -
executions that timed out               -          -
the last verdict was given in the five minutes from 2026-11-21 11:55:00 UTC on
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn looks_that_fail_are_repeated_and_a_stack_that_is_gone_ends_it() {
    let session = deployed("status-watch-ends").await;
    let reset = failure("CloudFormation", "DescribeStacks", ErrorKind::Unreachable, None, "reset");
    session.cloud.fail_later("DescribeStacks", 1, reset);
    let gone = async {
        sleep(Duration::from_secs(45)).await;
        let down = session.run("down --yes --stack-name workmail-message-flow").await;
        assert_eq!(down.code, 0, "{}", down.all());
        sleep(Duration::from_secs(600)).await;
    };
    let printed = session.run_until("status --watch --interval 20s", gone).await;
    assert_eq!(printed.code, 3, "{}", printed.all());
    let ends =
        "there is no stack workmail-message-flow in account 123456789012, region us-east-1\n";
    assert!(printed.out.ends_with(ends), "{}", printed.out);
    assert_data_eq!(
        printed.err,
        str![[r#"
polling failed, retrying: CloudFormation DescribeStacks failed: reset

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn faulty_intervals_are_refused_before_any_call() {
    let session = ConsoleSession::new("status-watch-values");
    let mut printed = session.run("status --watch --interval 1s").await.all();
    printed.push_str(&session.run("status --watch --interval soon").await.all());
    printed.push_str(&session.run("status --interval 10s").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: --interval cannot be used
  error[interval] --interval: `1s` is not a valid interval: use 30s or 5m, and at least 5s
--- exit 2
error: --interval cannot be used
  error[interval] --interval: `soon` is not a valid interval: use 30s or 5m, and at least 5s
--- exit 2
error: the following required arguments were not provided:
  --watch

Usage: deployer status --watch --interval <TIME>

For more information, try '--help'.
--- exit 2

"#]]
    );
    assert!(session.cloud.calls().is_empty());
    assert_eq!(session.run("status --watch").await.code, 3);
}
