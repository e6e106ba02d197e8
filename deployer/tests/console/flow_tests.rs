//! `deployer test`: a flow's tests, the report of failing ones, and what no test covers.

use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, Printed};

const MANIFEST: &str = "name: mine\ndescription: Mine.\nparameters:\n  action: {type: string, default: DROP, description: What}\n";

/// Calls a task and branches three ways.
pub(crate) const DEFINITION: &str = r#"
StartAt: Look
States:
  Look:
    Type: Task
    Resource: arn:aws:states:::dynamodb:getItem
    Parameters: {TableName: "${AWS::StackName}-x", Key: {Sender: {"S.$": $.envelope.mailFrom.address}}}
    Retry: [{ErrorEquals: [Busy], IntervalSeconds: 30}]
    Catch: [{ErrorEquals: [States.ALL], Next: Deliver}]
    Next: Listed?
  Listed?:
    Type: Choice
    Choices: [{Variable: $.Item, IsPresent: true, Next: Keep away}]
    Default: Deliver
  Keep away:
    Type: Pass
    Parameters: {actions: [{allRecipients: true, action: {type: "${action}"}}]}
    End: true
  Deliver:
    Type: Pass
    Result: {actions: [{allRecipients: true, action: {type: DEFAULT}}]}
    End: true
"#;

pub(crate) const TESTS: &str = r#"
answers: { Look: { output: { Item: {} } } }
tests:
  - name: a listed sender is dropped
    event: { from: a@bad.example, recipients: [b@example.com] }
    expect: { verdict: DROP, within: 2s, path: [Look, Listed?, Keep away], calls: { Look: { Key: { Sender: { S: a@bad.example } } } } }
  - name: or bounced
    parameters: { action: BOUNCE }
    expect: { verdict: { Recipient@Example.com: BOUNCE }, execution: SUCCEEDED }
  - name: a busy table is asked again
    answers: { Look: [{ error: Busy }, { output: {} }] }
    expect: { verdict: DEFAULT, within: 40s }
"#;

/// A session with a flow in a folder, and its tests.
pub(crate) fn flow(name: &str, tests: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.without("mine");
    std::fs::create_dir_all(session.path("mine/tests")).unwrap();
    session.file("mine/flow.yaml", MANIFEST);
    session.file("mine/definition.asl.yaml", DEFINITION);
    session.file("mine/tests/a.yaml", tests);
    session
}

/// What was printed, without the elapsed real time.
pub(crate) fn timeless(printed: &Printed) -> String {
    let mut text = String::new();
    for line in printed.all().split_inclusive('\n') {
        match line.split_once("run in ") {
            Some((before, after)) => {
                let rest =
                    after.trim_start_matches(|char: char| char.is_ascii_digit() || char == '.');
                text.push_str(&format!("{before}run in …{rest}"));
            }
            None => text.push_str(line),
        }
    }
    text
}

#[tokio::test(start_paused = true)]
async fn each_passing_test_is_one_line() {
    let session = flow("test-pass", TESTS);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
PASS  $DIR/mine/tests/a.yaml: a listed sender is dropped  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: or bounced  (0.050 s, run in … ms)
PASS  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, run in … ms)

3 tests of $DIR/mine: all passed (1 file, run in … ms)
--- exit 0

"#]]
    );
    assert!(session.cloud.calls().is_empty(), "nothing is asked of AWS");
}

#[tokio::test(start_paused = true)]
async fn a_failing_test_reports_every_difference() {
    let tests = r#"
tests:
  - name: "it's \"odd\""
    event: { from: a@bad.example, recipients: [b@example.com, c@example.com] }
    answers: { Look: [{ error: Busy }, { output: { Item: {} } }] }
    crash-after: record
    expect:
      verdict: { b@example.com: BOUNCE, x@example.com: DEFAULT }
      path: [Look, Deliver]
      within: 1.5
      execution: FAILED
      error: Broken
      calls: { Look: { TableName: other, Key: { Sender: { S: a@bad.example } } } }
  - name: there is a verdict
    fail: { Look: Busy }
    expect: { verdict: none }
"#;
    let session = flow("test-fail", tests);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
FAIL  $DIR/mine/tests/a.yaml: it's "odd"  (32.000 s and 6 invocations, run in … ms)
FAIL  $DIR/mine/tests/a.yaml: there is a verdict  (244.000 s and 10 invocations, run in … ms)

FAIL  $DIR/mine/tests/a.yaml:3:5: it's "odd"
  verdict of b@example.com
    - BOUNCE
    + DROP
  verdict of x@example.com
    - DEFAULT
    + nothing: there is no such recipient
  verdict of c@example.com
    - nothing: the test does not name this recipient
    + DROP
  path
      Look
    - Deliver
    + Listed?
    + Keep away
  time to the verdict
    - at most 1.500 s
    + 32.000 s, in 6 invocations
  execution
    - FAILED
    + SUCCEEDED
  error of the execution
    - Broken
    + none
  call of Look $.TableName
    - "other"
    + "workmail-message-flow-x"
  crash
    - an invocation crashes after the step `record`
    + no invocation reached that step
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
      30.000 s    Keep away (Pass), 0.000 s
      30.000 s    the execution ends SUCCEEDED
      32.000 s  WorkMail invokes it for the 6th time
      32.000 s  answered in 0 ms, a retry
  rerun: deployer test --flow=$DIR/mine '--filter=$DIR/mine/tests/a.yaml: it'/''s "odd"'

FAIL  $DIR/mine/tests/a.yaml:14:5: there is a verdict
  verdict
    - none
    + {"recipient@example.com":"DEFAULT"}
  timeline
       0.000 s  WorkMail invokes the function
       0.000 s    the execution starts
       0.000 s    Look (Task)
       0.000 s    Look calls dynamodb:getItem
       0.000 s    Look TaskFailed: Busy
       1.000 s  not ready after 1000 ms
       2.000 s  WorkMail invokes it for the 2nd to 5th time, until 16.000 s: not ready each time
      30.000 s    Look calls dynamodb:getItem, attempt 2
      30.000 s    Look TaskFailed: Busy
      32.000 s  WorkMail invokes it for the 6th to 7th time, until 64.000 s: not ready each time
      90.000 s    Look calls dynamodb:getItem, attempt 3
      90.000 s    Look TaskFailed: Busy
     124.000 s  WorkMail invokes it for the 8th to 9th time, until 184.000 s: not ready each time
     210.000 s    Look calls dynamodb:getItem, attempt 4
     210.000 s    Look TaskFailed: Busy
     210.000 s    Look is left after 210.000 s
     210.000 s    Deliver (Pass), 0.000 s
     210.000 s    the execution ends SUCCEEDED
     244.000 s  WorkMail invokes it for the 10th time
     244.000 s  answered in 0 ms, a retry
  rerun: deployer test --flow=$DIR/mine "--filter=$DIR/mine/tests/a.yaml: there is a verdict"

2 tests of $DIR/mine: 0 passed, 2 failed (1 file, run in … ms)
--- exit 1

"#]]
    );
    let none = "tests: [{name: a, expect: {verdict: {a@x: DROP}, within: 1s}, slow: {Look: 5h}, rule-timeout: 5}]";
    session.file("mine/tests/a.yaml", none);
    let printed = session.run("test --flow $DIR/mine --output json").await;
    assert_eq!(printed.code, 1);
    let result = printed.objects().swap_remove(0);
    assert_data_eq!(
        result["differences"].to_string(),
        str![[
            r#"[{"aspect":"verdict","of":null,"expected":{"a@x":"DROP"},"actual":"none"},{"aspect":"within","of":null,"expected":1.0,"actual":null},{"aspect":"unanswered","of":"Look","expected":null,"actual":null}]"#
        ]]
    );
    assert!(result["timeline"].as_array().unwrap().len() > 20);
}

#[tokio::test(start_paused = true)]
async fn what_no_test_covers_is_listed_with_its_place() {
    let tests = "tests: [{name: a, expect: {verdict: DEFAULT}, answers: {Look: {output: {}}}}]";
    let session = flow("test-coverage", tests);
    let printed = session.run("test --flow $DIR/mine --min-coverage 90").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
the coverage of 54.5 % is below the minimum of 90 %
--- stdout
PASS  $DIR/mine/tests/a.yaml: a  (0.050 s, run in … ms)

state      tests  transitions
Look           1  1 of 3
Listed?        1  1 of 2
Keep away      0  0 of 1
Deliver        1  1 of 1

no test covers it
  $DIR/mine/definition.asl.yaml:8:13 Look Retry[0]
  $DIR/mine/definition.asl.yaml:9:13 Look Catch[0], to Deliver
  $DIR/mine/definition.asl.yaml:13:15 Listed? Choices[0], to Keep away
  $DIR/mine/definition.asl.yaml:15:3 Keep away

coverage 54.5 % of states and transitions

1 test of $DIR/mine: all passed (1 file, run in … ms)
--- exit 3

"#]]
    );
    assert_eq!(session.run("test --flow $DIR/mine --coverage").await.code, 0);
    assert_eq!(session.run("test --flow $DIR/mine --min-coverage 50").await.code, 0);
    session.file("mine/tests/a.yaml", TESTS);
    let most = session.run("test --flow $DIR/mine --coverage --output json").await;
    let coverage = most.out.lines().find(|line| line.contains("\"coverage\"")).unwrap();
    let coverage: serde_json::Value = serde_json::from_str(coverage).unwrap();
    assert_eq!(coverage["percent"], 90.9, "all but the Catch");
}

#[tokio::test(start_paused = true)]
async fn the_current_folder_is_tested_by_default() {
    let mut session = flow("test-here", TESTS);
    session.folder = session.path("mine");
    let printed = session.run("test --filter bounced").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
PASS  $DIR/tests/a.yaml: or bounced  (0.050 s, run in … ms)

1 test of $DIR: all passed (1 file, run in … ms)
--- exit 0

"#]]
    );
    let by_file = session.run("test --filter tests/a.yaml:").await;
    assert!(by_file.out.contains("3 tests of"), "{}", by_file.all());
}

#[tokio::test(start_paused = true)]
async fn results_are_written_as_junit_xml() {
    let tests = "tests:\n  - {name: good, expect: {verdict: DEFAULT}, fail: {Look: E}}\n  \
                 - {name: 'bad ]]> <&\"', expect: {error: '<E>'}, fail: {Look: E}}\n";
    let session = flow("test-junit", tests);
    let printed = session.run("test --flow $DIR/mine --junit $DIR/results.xml").await;
    assert_eq!(printed.code, 1, "{}", printed.all());
    let xml = session.read("results.xml").replace(session.folder.to_str().unwrap(), "$DIR");
    let mut timeless = String::new();
    for (nth, part) in xml.split(" time=\"").enumerate() {
        timeless.push_str(if nth == 0 { part } else { &part[part.find('"').unwrap() + 1..] });
    }
    assert_data_eq!(
        timeless,
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="$DIR/mine" tests="2" failures="1" errors="0">
  <testsuite name="$DIR/mine/tests/a.yaml" tests="2" failures="1" errors="0">
    <testcase name="good" classname="$DIR/mine/tests/a.yaml" file="$DIR/mine/tests/a.yaml" line="2"/>
    <testcase name="bad ]]&gt; &lt;&amp;&quot;" classname="$DIR/mine/tests/a.yaml" file="$DIR/mine/tests/a.yaml" line="3">
      <failure message="1 difference" type="difference">  error of the execution
    - &lt;E&gt;
    + none</failure>
      <system-out>     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Look (Task)
     0.000 s    Look calls dynamodb:getItem
     0.000 s    Look TaskFailed: E
     0.000 s    Look is left after 0.000 s
     0.000 s    Deliver (Pass), 0.000 s
     0.000 s    the execution ends SUCCEEDED
     0.050 s  answered in 50 ms</system-out>
    </testcase>
  </testsuite>
</testsuites>

"#]]
    );
    let left: Vec<_> = std::fs::read_dir(&session.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        left.iter().all(|name| Path::new(name).extension() != Some("unfinished".as_ref())),
        "{left:?}"
    );
    let unwritable =
        session.run("test --flow $DIR/mine --filter good --junit $DIR/no/such.xml").await;
    assert_eq!(unwritable.code, 1);
    assert!(unwritable.err.contains("cannot write the results to"), "{}", unwritable.err);
}

#[tokio::test(start_paused = true)]
async fn every_built_in_flow_passes_its_tests() {
    let session = ConsoleSession::new("test-built-in");
    for flow in deployer::flow::BUILT_IN {
        let printed = session.run(&format!("test --flow {} --min-coverage 100", flow.name)).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
    }
}

/// The flow catches the failure of a task without an answer and delivers the message; the test
/// fails nevertheless.
#[tokio::test(start_paused = true)]
async fn a_task_without_an_answer_is_never_a_success() {
    let session =
        flow("test-unanswered", "tests: [{name: a, expect: {verdict: DEFAULT, within: 1s}}]");
    let printed = session.run("test --flow $DIR/mine").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
FAIL  $DIR/mine/tests/a.yaml: a  (0.050 s, run in … ms)

FAIL  $DIR/mine/tests/a.yaml:1:9: a
  answer of Look
    - the test has an answer for every call of the task
    + the task was called, but had no answer left
  timeline
       0.000 s  WorkMail invokes the function
       0.000 s    the execution starts
       0.000 s    Look (Task)
       0.000 s    Look calls dynamodb:getItem
       0.000 s    Look TaskFailed: NoAnswer
       0.000 s    Look is left after 0.000 s
       0.000 s    Deliver (Pass), 0.000 s
       0.000 s    the execution ends SUCCEEDED
       0.050 s  answered in 50 ms
  rerun: deployer test --flow=$DIR/mine "--filter=$DIR/mine/tests/a.yaml: a"

1 test of $DIR/mine: 0 passed, 1 failed (1 file, run in … ms)
--- exit 1

"#]]
    );
}
