//! `deployer test --online`: what Step Functions says of the states that tests come through.

use cloud::{ErrorKind, StateMock, TestedState, TestedStatus};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::flow_tests::{flow, timeless};
use crate::session::failure;

const BUSY: &str = r#"
tests:
  - name: a busy table is asked again
    event: { from: a@bad.example, recipients: [b@example.com] }
    answers: { Look: [{ error: Busy }, { output: {} }] }
    expect: { verdict: DEFAULT }
"#;

fn tested(status: TestedStatus, output: Option<Value>, next: Option<&str>) -> TestedState {
    TestedState {
        status,
        output: output.map(|output| output.to_string()),
        error: None,
        cause: None,
        next: next.map(str::to_owned),
        variables: None,
    }
}

fn goes_on(output: Value, next: &str) -> TestedState {
    tested(TestedStatus::Succeeded, Some(output), Some(next))
}

fn busy() -> TestedState {
    let error = Some("Busy".to_owned());
    TestedState { error, ..tested(TestedStatus::Retriable, None, None) }
}

fn verdict() -> Value {
    json!({ "actions": [{ "allRecipients": true, "action": { "type": "DEFAULT" } }] })
}

#[tokio::test(start_paused = true)]
async fn states_that_step_functions_plays_alike_pass() {
    let session = flow("test-online", BUSY);
    session.cloud.set_configured_region(Some("us-east-1"));
    session.cloud.add_tested_state("Look", busy());
    session.cloud.add_tested_state("Look", goes_on(json!({}), "Listed?"));
    session.cloud.add_tested_state("Listed?", goes_on(json!({}), "Deliver"));
    let end = tested(TestedStatus::Succeeded, Some(verdict()), None);
    session.cloud.add_tested_state("Deliver", end);
    let printed = session.run("test --flow $DIR/mine --online").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
PASS  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, run in … ms)

Step Functions ran 4 states: no difference
1 test of $DIR/mine: all passed (1 file, run in … ms)
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);

    let asked = session.cloud.state_tests();
    let states: Vec<&str> = asked.iter().map(|test| test.state.as_str()).collect();
    assert_eq!(states, ["Look", "Look", "Listed?", "Deliver"]);
    // Every task is mocked, with the answers of the test.
    let result = StateMock::Result("{}".to_owned());
    assert!(
        matches!(&asked[0].mock, Some(StateMock::Error { error, .. }) if error.as_deref() == Some("Busy"))
    );
    assert_eq!((&asked[1].mock, asked[1].retries), (&Some(result), 0));
    assert_eq!((&asked[2].mock, &asked[2].context), (&None, &None));
    let context: Value = serde_json::from_str(asked[1].context.as_ref().unwrap()).unwrap();
    assert_eq!(context["State"]["Name"], "Look");
    assert_eq!(context["State"]["RetryCount"], 1);
    assert_eq!(context["Execution"]["Input"]["envelope"]["mailFrom"]["address"], "a@bad.example");
}

#[tokio::test(start_paused = true)]
async fn what_step_functions_does_otherwise_fails_the_test() {
    let session = flow("test-online-other", BUSY);
    session.cloud.set_configured_region(Some("us-east-1"));
    let failed = tested(TestedStatus::Failed, None, None);
    session
        .cloud
        .add_tested_state("Look", TestedState { error: Some("Busy".to_owned()), ..failed });
    session.cloud.add_tested_state("Look", goes_on(json!({ "Item": 1 }), "Listed?"));
    session.cloud.add_tested_state("Listed?", goes_on(json!({}), "Keep away"));
    let printed = session.run("test --flow $DIR/mine --online").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
FAIL  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, run in … ms)

FAIL  $DIR/mine/tests/a.yaml:3:5: a busy table is asked again
  the end of Look
    - in this program: is retried
    + in Step Functions: fails (Busy)
  the output of Look
    - in this program: {}
    + in Step Functions: {"Item":1}
  the next state of Listed?
    - in this program: Deliver
    + in Step Functions: Keep away
  the call of Deliver
    - in this program: succeeds
    + in Step Functions: no answer is arranged for the state Deliver
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
  rerun: deployer test --flow=$DIR/mine "--filter=$DIR/mine/tests/a.yaml: a busy table is asked again" --online

Step Functions ran 4 states: 4 differences
1 test of $DIR/mine: 0 passed, 1 failed (1 file, run in … ms)
--- exit 1

"#]]
    );

    let json = session.run("test --flow $DIR/mine --online --output json").await;
    let summary: Value = serde_json::from_str(json.out.lines().last().unwrap()).unwrap();
    assert_eq!(summary["step_functions"]["compared"], 4);
    assert_eq!(summary["failed"], 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_compared_is_named() {
    let session = flow("test-online-left", BUSY);
    session.cloud.set_configured_region(Some("us-east-1"));
    session.file(
        "mine/definition.asl.yaml",
        r#"
QueryLanguage: JSONata
StartAt: Each
States:
  Each:
    Type: Map
    Items: [1]
    ItemProcessor: { StartAt: Inner, States: { Inner: { Type: Pass, End: true } } }
    Next: Hold
  Hold: { Type: Wait, Seconds: 60, Next: Name }
  Name: { Type: Pass, Output: "{% $states.context.Execution.Name %}", Next: Clock }
  Clock: { Type: Pass, Assign: { now: "{% $now() %}" }, Next: Deliver }
  Deliver:
    Type: Pass
    Assign: { last: true }
    Output: { actions: [{ allRecipients: true, action: { type: DEFAULT } }] }
    End: true
"#,
    );
    let test = "tests: [{ name: one, event: { recipients: [b@example.com] }, expect: { verdict: DEFAULT } }]";
    session.file("mine/tests/a.yaml", test);
    let end = tested(TestedStatus::Succeeded, Some(verdict()), None);
    let variables = Some(r#"{"last":false}"#.to_owned());
    session.cloud.add_tested_state("Deliver", TestedState { variables, ..end });
    let printed = session.run("test --flow $DIR/mine --online").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
FAIL  $DIR/mine/tests/a.yaml: one  (64.000 s and 7 invocations, run in … ms)

FAIL  $DIR/mine/tests/a.yaml:1:9: one
  the variable last of Deliver
    - in this program: true
    + in Step Functions: false
  timeline
       0.000 s  WorkMail invokes the function
       0.000 s    the execution starts
       0.000 s    Each (Map)
       0.000 s    Inner (Pass), 0.000 s
       0.000 s    Each is left after 0.000 s
       0.000 s    Hold (Wait)
       1.000 s  not ready after 1000 ms
       2.000 s  WorkMail invokes it for the 2nd to 6th time, until 32.000 s: not ready each time
      60.000 s    Hold is left after 60.000 s
      60.000 s    Name (Pass), 0.000 s
      60.000 s    Clock (Pass), 0.000 s
      60.000 s    Deliver (Pass), 0.000 s
      60.000 s    the execution ends SUCCEEDED
      64.000 s  WorkMail invokes it for the 7th time
      64.000 s  answered in 0 ms, a retry
  rerun: deployer test --flow=$DIR/mine "--filter=$DIR/mine/tests/a.yaml: one" --online

Step Functions ran 1 state: 1 difference
  not compared: Each in $DIR/mine/tests/a.yaml: one: TestState runs one state, and this one contains others
  not compared: Hold in $DIR/mine/tests/a.yaml: one: it waits 60 s, but at most 20 s are compared
  not compared: Name in $DIR/mine/tests/a.yaml: one: TestState accepts a context object only for a mocked task
  not compared: Clock in $DIR/mine/tests/a.yaml: one: its output depends on the time or on random numbers
1 test of $DIR/mine: 0 passed, 1 failed (1 file, run in … ms)
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn without_rights_nothing_is_compared() {
    let session = flow("test-online-denied", BUSY);
    session.cloud.set_configured_region(Some("us-east-1"));
    let kind = ErrorKind::Denied;
    let denied = failure(
        "Step Functions",
        "TestState",
        kind,
        Some("AccessDeniedException"),
        "not authorized",
    );
    session.cloud.fail_next("TestState", denied);
    let printed = session.run("test --flow $DIR/mine --online").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
error: Step Functions TestState failed (AccessDeniedException): not authorized

hint: the credentials work, but their user or role lacks this permission
--- exit 4

"#]]
    );
}
