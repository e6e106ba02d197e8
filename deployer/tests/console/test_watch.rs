//! `deployer test --watch`: the tests are played again when a file is saved.

use std::time::Duration;

use snapbox::{assert_data_eq, str};
use tokio::time::sleep;

use crate::flow_tests::{DEFINITION, TESTS, flow, timeless};

/// Longer than the watcher needs to notice.
const A_WHILE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn tests_are_played_again_when_a_file_is_saved() {
    let session = flow("test-watch", TESTS);
    let saved = async {
        sleep(A_WHILE).await;
        // Half written, then with a fault that a test finds, then right.
        session.file("mine/definition.asl.yaml", "StartAt: Lo");
        sleep(A_WHILE).await;
        session.file("mine/definition.asl.yaml", DEFINITION.replace("DEFAULT", "BOUNCE"));
        sleep(A_WHILE).await;
        session.file("mine/definition.asl.yaml", DEFINITION);
        sleep(A_WHILE).await;
    };
    let printed = session.run_until("test --flow $DIR/mine --watch", saved).await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"

waiting for one of 3 files to be saved; Ctrl-C ends

12:00:00 saved: $DIR/mine/definition.asl.yaml
error: the tests are invalid; no test was run
  error[no-states] $DIR/mine/definition.asl.yaml:1:1 $.States: the object `States` is missing
    fix: add States, an object with a member for each state

waiting for one of 3 files to be saved; Ctrl-C ends

12:00:02 saved: $DIR/mine/definition.asl.yaml

waiting for one of 3 files to be saved; Ctrl-C ends

12:00:03 saved: $DIR/mine/definition.asl.yaml

waiting for one of 3 files to be saved; Ctrl-C ends
--- stdout
PASS  $DIR/mine/tests/a.yaml: a listed sender is dropped  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: or bounced  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, run in … ms)

3 tests of $DIR/mine: all passed (1 file, run in … ms)
PASS  $DIR/mine/tests/a.yaml: a listed sender is dropped  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: or bounced  (0.050 s, run in … ms)
FAIL  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, run in … ms)

FAIL  $DIR/mine/tests/a.yaml:10:5: a busy table is asked again
  verdict of recipient@example.com
    - DEFAULT
    + BOUNCE
  timeline
       0.000 s  WorkMail invokes the function
       0.000 s    the execution starts
       0.000 s    Look (Task)
       0.000 s    Look calls dynamodb:getItem
       0.000 s    Look TaskFailed: Busy
       1.000 s  not ready after 1000 ms
       2.000 s  WorkMail invokes it for the 2nd to 5th time, until 16.000 s: not ready each time
      30.000 s    Look calls dynamodb:getItem, attempt 2
      30.000 s    Look is left after 30.000 s
      30.000 s    Listed? (Choice), 0.000 s
      30.000 s    Deliver (Pass), 0.000 s
      30.000 s    the execution ends SUCCEEDED
      32.000 s  WorkMail invokes it for the 6th time
      32.000 s  answered in 0 ms, a retry
  rerun: deployer test --flow=$DIR/mine "--filter=$DIR/mine/tests/a.yaml: a busy table is asked again"

3 tests of $DIR/mine: 2 passed, 1 failed (1 file, run in … ms)
PASS  $DIR/mine/tests/a.yaml: a listed sender is dropped  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: or bounced  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, run in … ms)

3 tests of $DIR/mine: all passed (1 file, run in … ms)
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn the_settings_and_the_events_are_watched_too() {
    let tests = "tests:\n  - name: from a file\n    event: {file: ../../event.json}\n    answers: {Look: {output: {Item: {}}}}\n    expect: {verdict: DROP}\n";
    let session = flow("test-watch-settings", tests);
    let event = session.run("event --invocation-id 0123").await.out;
    session.file("event.json", &event);
    session.file("deployer.yaml", "flow: mine\nparameter: {action: DROP}\n");
    let saved = async {
        sleep(A_WHILE).await;
        session.file("event.json", event.replace("0123", "4567"));
        sleep(A_WHILE).await;
        session.file("deployer.yaml", "flow: mine\nparameter: {action");
        sleep(A_WHILE).await;
        session.file("deployer.yaml", "flow: mine\nparameter: {action: BOUNCE}\n");
        sleep(A_WHILE).await;
        session.file("deployer.yaml", "flow: mine\nparameter: {action: DROP}\n");
        sleep(A_WHILE).await;
    };
    let printed = session.run_until("test --watch --output json", saved).await;
    let objects = printed.objects();
    let shown: Vec<String> = objects
        .iter()
        .map(|object| match object["type"].as_str().unwrap() {
            "changed" => {
                let file = object["files"][0].as_str().unwrap();
                format!("changed {}", file.rsplit('/').next().unwrap())
            }
            "test_summary" => format!("{} of {} passed", object["passed"], object["tests"]),
            other => other.to_owned(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "test_result",
            "1 of 1 passed",
            "changed event.json",
            "test_result",
            "1 of 1 passed",
            "changed deployer.yaml",
            "error",
            "changed deployer.yaml",
            "test_result",
            "0 of 1 passed",
            "changed deployer.yaml",
            "test_result",
            "1 of 1 passed",
        ]
    );
}
