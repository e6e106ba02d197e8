//! `deployer test`: a flow's tests, what is said of those that fail, and what was never tried.

use std::path::Path;

use snapbox::{assert_data_eq, str};

use crate::session::{Printed, Session};

const MANIFEST: &str = "name: mine\ndescription: Mine.\nparameters:\n  action: {type: string, default: DROP, description: What}\n";

/// Asks, and goes three ways.
const DEFINITION: &str = r#"
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

const TESTS: &str = r#"
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

/// A flow in a folder of the session, and its tests.
fn flow(name: &str, tests: &str) -> Session {
    let session = Session::new(name);
    session.without("mine");
    std::fs::create_dir_all(session.path("mine/tests")).unwrap();
    session.file("mine/flow.yaml", MANIFEST);
    session.file("mine/definition.asl.yaml", DEFINITION);
    session.file("mine/tests/a.yaml", tests);
    session
}

/// What was printed, without the real time that it took.
fn timeless(printed: &Printed) -> String {
    let mut text = String::new();
    for line in printed.all().split_inclusive('\n') {
        match line.split_once("played in ") {
            Some((before, after)) => {
                let rest =
                    after.trim_start_matches(|char: char| char.is_ascii_digit() || char == '.');
                text.push_str(&format!("{before}played in …{rest}"));
            }
            None => text.push_str(line),
        }
    }
    text
}

#[tokio::test(start_paused = true)]
async fn tests_that_pass_are_a_line_each() {
    let session = flow("test-pass", TESTS);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
PASS  $DIR/mine/tests/a.yaml: a listed sender is dropped  (0.050 s, played in … ms)
PASS  $DIR/mine/tests/a.yaml: or bounced  (0.050 s, played in … ms)
PASS  $DIR/mine/tests/a.yaml: a busy table is asked again  (32.000 s and 6 invocations, played in … ms)

3 tests of $DIR/mine: all passed (1 file, played in … ms)
--- exit 0

"#]]
    );
    assert!(session.cloud.calls().is_empty(), "nothing is asked of AWS");
}

#[tokio::test(start_paused = true)]
async fn a_test_that_fails_says_all_that_differs() {
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
FAIL  $DIR/mine/tests/a.yaml: it's "odd"  (32.000 s and 6 invocations, played in … ms)
FAIL  $DIR/mine/tests/a.yaml: there is a verdict  (244.000 s and 10 invocations, played in … ms)

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
    + 32.000 s, in 6 invocation(s)
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
    - an invocation dies after the step `record`
    + no invocation came to that step
  timeline
       0.000 s  WorkMail asks
       0.000 s    the execution begins
       0.000 s    Look (Task)
       0.000 s    Look calls dynamodb:getItem
       0.000 s    Look TaskFailed: Busy
       1.000 s  not ready after 1000 ms
       2.000 s  WorkMail asks for the 2nd to 5th time, until 16.000 s: not ready each time
      30.000 s    Look calls dynamodb:getItem, attempt 2
      30.000 s    Look is left after 30.000 s
      30.000 s    Listed? (Choice), 0.000 s
      30.000 s    Keep away (Pass), 0.000 s
      30.000 s    the execution ends SUCCEEDED
      32.000 s  WorkMail asks for the 6th time
      32.000 s  answered in 0 ms, asked again
  again: deployer test --flow=$DIR/mine '--filter=$DIR/mine/tests/a.yaml: it'/''s "odd"'

FAIL  $DIR/mine/tests/a.yaml:14:5: there is a verdict
  verdict
    - none
    + {"recipient@example.com":"DEFAULT"}
  timeline
       0.000 s  WorkMail asks
       0.000 s    the execution begins
       0.000 s    Look (Task)
       0.000 s    Look calls dynamodb:getItem
       0.000 s    Look TaskFailed: Busy
       1.000 s  not ready after 1000 ms
       2.000 s  WorkMail asks for the 2nd to 5th time, until 16.000 s: not ready each time
      30.000 s    Look calls dynamodb:getItem, attempt 2
      30.000 s    Look TaskFailed: Busy
      32.000 s  WorkMail asks for the 6th to 7th time, until 64.000 s: not ready each time
      90.000 s    Look calls dynamodb:getItem, attempt 3
      90.000 s    Look TaskFailed: Busy
     124.000 s  WorkMail asks for the 8th to 9th time, until 184.000 s: not ready each time
     210.000 s    Look calls dynamodb:getItem, attempt 4
     210.000 s    Look TaskFailed: Busy
     210.000 s    Look is left after 210.000 s
     210.000 s    Deliver (Pass), 0.000 s
     210.000 s    the execution ends SUCCEEDED
     244.000 s  WorkMail asks for the 10th time
     244.000 s  answered in 0 ms, asked again
  again: deployer test --flow=$DIR/mine "--filter=$DIR/mine/tests/a.yaml: there is a verdict"

2 tests of $DIR/mine: 0 passed, 2 failed (1 file, played in … ms)
--- exit 1

"#]]
    );
    let none = "tests: [{name: a, expect: {verdict: {a@x: DROP}, within: 1s}, slow: {Look: 5h}, rule-timeout: 5}]";
    session.file("mine/tests/a.yaml", none);
    let printed = session.run("test --flow $DIR/mine --output json").await;
    assert_eq!(printed.code, 1);
    let result: serde_json::Value =
        serde_json::from_str(printed.out.lines().next().unwrap()).unwrap();
    assert_data_eq!(
        result["differences"].to_string(),
        str![[
            r#"[{"aspect":"verdict","of":null,"expected":{"a@x":"DROP"},"actual":"none"},{"aspect":"within","of":null,"expected":1.0,"actual":null}]"#
        ]]
    );
    assert!(result["timeline"].as_array().unwrap().len() > 20);
}

#[tokio::test(start_paused = true)]
async fn what_no_test_came_through_is_named_with_its_place() {
    let tests = "tests: [{name: a, expect: {verdict: DEFAULT}, answers: {Look: {output: {}}}}]";
    let session = flow("test-coverage", tests);
    let printed = session.run("test --flow $DIR/mine --min-coverage 90").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
the coverage of 54.5 % is below the minimum of 90 %
--- stdout
PASS  $DIR/mine/tests/a.yaml: a  (0.050 s, played in … ms)

state      tests  ways
Look           1  1 of 3
Listed?        1  1 of 2
Keep away      0  0 of 1
Deliver        1  1 of 1

no test comes through
  $DIR/mine/definition.asl.yaml:8:13 Look Retry[0]
  $DIR/mine/definition.asl.yaml:9:13 Look Catch[0], to Deliver
  $DIR/mine/definition.asl.yaml:13:15 Listed? Choices[0], to Keep away
  $DIR/mine/definition.asl.yaml:15:3 Keep away

coverage 54.5 % of states and ways

1 test of $DIR/mine: all passed (1 file, played in … ms)
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
async fn a_faulty_file_stops_everything_and_says_where() {
    let tests = r#"
answers: { Looks: { output: {} } }
rule-timeout: 300
tests:
  - name: same
    event: { form: a@bad.example, recipients: b@example.com }
    expect: { verdict: DEVAULT, paht: [Look] }
  - name: same
    expect: {}
  - name: other
    parameters: { acton: BOUNCE }
    expect: { path: [Look], within: soon }
  - name: another
    event: { eml: 3 }
    slow: { Look: long }
    expect: { path: [Look at it], calls: { Deliver: {} }, execution: BROKEN, verdict: 3 }
  - name: nothing
    fallback: smtp-gateway
  - name: odd
    event: { json: {}, from: a@bad.example }
    output-state: Nowhere
    answers: { Look: { result: 1 } }
    crash-after: lunch
    expect: { error: 1 }
"#;
    let session = flow("test-faulty", tests);
    assert_data_eq!(
        session.run("test --flow $DIR/mine").await.all(),
        str![[r#"
error: the tests cannot be played; nothing was
  error[wrong-kind] $DIR/mine/tests/a.yaml:3:1 $['rule-timeout']: a whole number of minutes from 0 to 240 is expected
  error[unknown-key] $DIR/mine/tests/a.yaml:6:14 $.tests[0].event.form: `form` is unknown here
    fix: known are file, json, invalid, eml, from, sender, recipients, subject, direction, message-id, invocation-id, truncated, summary-version, set, without
  error[wrong-kind] $DIR/mine/tests/a.yaml:6:35 $.tests[0].event.recipients: a list of texts is expected
  error[unknown-action] $DIR/mine/tests/a.yaml:7:15 $.tests[0].expect.verdict: `DEVAULT` is no type of action
    fix: say BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK or none
  error[unknown-key] $DIR/mine/tests/a.yaml:7:33 $.tests[0].expect.paht: `paht` is unknown here
    fix: known are verdict, path, within, execution, error, calls
  error[same-name] $DIR/mine/tests/a.yaml:8:5 $.tests[1].name: `same` is the name of tests[0], too
  error[no-expectation] $DIR/mine/tests/a.yaml:9:5 $.tests[1].expect: nothing is expected, so the test could not fail
    fix: say one of verdict, path, within, execution, error, calls
  error[wrong-kind] $DIR/mine/tests/a.yaml:12:29 $.tests[2].expect.within: a time, such as 1.5, 90s, 40m or 2h is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:14:14 $.tests[3].event.eml: text is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:15:13 $.tests[3].slow.Look: a time, such as 90s, 40m or 2h is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:16:59 $.tests[3].expect.execution: one of SUCCEEDED, FAILED, TIMED_OUT, ABORTED is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:16:78 $.tests[3].expect.verdict: a type of action, `none`, or an object with a type of action for each recipient is expected
  error[missing-key] $DIR/mine/tests/a.yaml:17:5 $.tests[4]: `expect` is missing
    fix: say one of verdict, path, within, execution, error, calls
  error[unknown-key] $DIR/mine/tests/a.yaml:20:24 $.tests[5].event.from: `from` is unknown here
    fix: known are json
  error[answers] $DIR/mine/tests/a.yaml:22:16 $.tests[5].answers.Look: unknown field `result`, expected one of `output`, `error`, `cause`, `took`, `never`
  error[wrong-kind] $DIR/mine/tests/a.yaml:23:5 $.tests[5]['crash-after']: one of claim, start, look, record is expected
--- exit 2

"#]]
    );
    for (tests, code) in
        [("tests: []", "no-tests"), ("- 1", "unreadable"), ("tests: [", "unreadable")]
    {
        session.file("mine/tests/a.yaml", tests);
        let printed = session.run("test --flow $DIR/mine").await;
        assert_eq!(printed.code, 2, "{}", printed.all());
        assert!(printed.err.contains(&format!("error[{code}]")), "{}", printed.err);
        assert!(printed.err.contains("mine/tests/a.yaml:"), "{}", printed.err);
    }
}

#[tokio::test(start_paused = true)]
async fn what_tests_name_has_to_be_in_the_flow() {
    let tests = r#"
answers: { Looks: { output: {} } }
parameters: { action: "${x}" }
tests:
  - name: parameters
    parameters: { acton: BOUNCE }
    expect: { path: [Look] }
  - name: the file's
    expect: { path: [Look] }
  - name: states
    parameters: { action: DROP }
    slow: { Deliver: 1h }
    fail: { "odd one": E }
    fallback: smtp-gateway
    expect: { path: [Look, Look at it], calls: { Deliver: {} } }
  - name: output state
    parameters: { action: DROP }
    output-state: Nowhere
    expect: { path: [Look] }
"#;
    let session = flow("test-unknown", tests);
    assert_data_eq!(
        session.run("test --flow $DIR/mine").await.all(),
        str![[r#"
error: the tests cannot be played; nothing was
  error[unknown-state] $DIR/mine/tests/a.yaml:2:12 $.answers.Looks: the state machine has no Task state `Looks`
    fix: name one of Look
  error[parameter-value] $DIR/mine/tests/a.yaml:3:1 $.parameters: `action`: a value cannot contain `${`
  error[parameter-value] $DIR/mine/tests/a.yaml:6:5 $.tests[0].parameters: `action`: a value cannot contain `${`
  error[unknown-parameter] $DIR/mine/tests/a.yaml:6:5 $.tests[0].parameters: the flow has no parameter `acton`
    fix: known are action
  error[unknown-state] $DIR/mine/tests/a.yaml:12:13 $.tests[2].slow.Deliver: the state machine has no Task state `Deliver`
    fix: name one of Look
  error[unknown-state] $DIR/mine/tests/a.yaml:13:13 $.tests[2].fail['odd one']: the state machine has no Task state `odd one`
    fix: name one of Look
  error[fallback] $DIR/mine/tests/a.yaml:14:5 $.tests[2].fallback: rules for messages of this direction have no such action
  error[unknown-state] $DIR/mine/tests/a.yaml:15:28 $.tests[2].expect.path[1]: the state machine has no state `Look at it`
    fix: name one of Deliver, Keep away, Listed?, Look
  error[unknown-state] $DIR/mine/tests/a.yaml:15:50 $.tests[2].expect.calls.Deliver: the state machine has no Task state `Deliver`
    fix: name one of Look
  error[output-state] $DIR/mine/tests/a.yaml:18:5 $.tests[3]['output-state']: the definition has no state `Nowhere`
    fix: name a state that every message passes, or leave the option out
--- exit 2

"#]]
    );
    session.file("mine/definition.asl.yaml", "StartAt: A\nStates: {A: {Type: Pass, Next: B}}\n");
    session.file("mine/tests/a.yaml", TESTS);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
error: the tests cannot be played; nothing was
  error[unknown-target] $DIR/mine/definition.asl.yaml:2:26 $.States.A.Next: there is no state `B` here
    fix: name a state of the same level: A
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn no_tests_are_never_a_success() {
    let session = flow("test-none", TESTS);
    assert_data_eq!(
        session.run("test").await.all(),
        str![[r#"
error: no flow is named, and this folder has no flow.yaml

hint: name one with --flow NAME|DIR, or go into its folder; `deployer flows` lists those that are built in
--- exit 2

"#]]
    );
    let none = session.run("test --flow $DIR/mine --filter nonsense").await;
    assert_data_eq!(
        none.all(),
        str![[r#"
error: no test has `nonsense` in its file's name or its own

hint: without --filter, `deployer test` lists the tests
--- exit 3

"#]]
    );
    std::fs::remove_file(session.path("mine/tests/a.yaml")).unwrap();
    assert_data_eq!(
        session.run("test --flow $DIR/mine").await.all(),
        str![[r#"
error: $DIR/mine has no tests

hint: write some into the folder `tests` of the flow (docs/flows.md), or name files with --tests
--- exit 3

"#]]
    );
    assert_eq!(session.run("test --flow nonsense").await.code, 2);
    assert_eq!(session.run("test --flow $DIR/mine --tests $DIR/nowhere").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn the_folder_that_one_is_in_is_tested() {
    let mut session = flow("test-here", TESTS);
    session.folder = session.path("mine");
    let printed = session.run("test --filter bounced").await;
    assert_data_eq!(
        timeless(&printed),
        str![[r#"
--- stdout
PASS  $DIR/tests/a.yaml: or bounced  (0.050 s, played in … ms)

1 test of $DIR: all passed (1 file, played in … ms)
--- exit 0

"#]]
    );
    let by_file = session.run("test --filter tests/a.yaml:").await;
    assert!(by_file.out.contains("3 tests of"), "{}", by_file.all());
}

#[tokio::test(start_paused = true)]
async fn a_bare_state_machine_is_tested_with_files_that_are_named() {
    let session = flow("test-bare", TESTS);
    session.file(
        "bare.asl.yaml",
        DEFINITION.replace("${action}", "DROP").replace("${AWS::StackName}", "s"),
    );
    let tests =
        "tests: [{name: a, event: {from: a@x}, fail: {Look: E}, expect: {verdict: DEFAULT}}]";
    session.file("bare.yaml", tests);
    let printed =
        session.run("test --state-machine $DIR/bare.asl.yaml --tests $DIR/bare.yaml").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    assert!(printed.out.contains("PASS  $DIR/bare.yaml: a  "), "{}", printed.out);
    let folder =
        session.run("test --flow $DIR/mine --tests $DIR/mine/tests --tests $DIR/bare.yaml").await;
    assert!(folder.out.contains("4 tests of $DIR/mine: all passed"), "{}", folder.all());
    assert_eq!(session.run("test --state-machine $DIR/bare.asl.yaml").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn options_are_for_tests_that_do_not_say_otherwise() {
    let tests = "tests:\n  - {name: a, expect: {verdict: BOUNCE}, answers: {Look: {output: {Item: {}}}}}\n  \
                 - {name: b, parameters: {action: DROP}, expect: {verdict: DROP}, answers: {Look: {output: {Item: {}}}}}\n";
    let session = flow("test-options", tests);
    let printed = session.run("test --flow $DIR/mine --parameter action=BOUNCE").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    session.file("deployer.yaml", "flow: ./mine\nparameter:\n  action: BOUNCE\n");
    assert_eq!(session.run("test").await.code, 0);
    assert_eq!(session.run("test --parameter action=DROP").await.code, 1);
    assert_eq!(session.run("test --parameter nonsense=1").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn events_come_from_files_messages_and_descriptions() {
    let tests = r#"
tests:
  - name: a message
    event: { eml: message.eml, recipients: [x@example.com] }
    expect: { verdict: { x@example.com: DROP }, calls: { Look: { Key: { Sender: { S: anna@example.com } } } } }
  - name: a file
    event: { file: ../event.json }
    expect: { verdict: { y@example.com: DROP } }
  - name: as a whole
    event: { json: { invocationId: i, envelope: { mailFrom: { address: z@x }, recipients: [{ address: z@example.com }] } } }
    expect: { verdict: { z@example.com: DROP } }
  - name: nothing that the handler takes
    event: { invalid: no-invocation-id }
    expect: { verdict: none }
  - name: edited
    event: { set: { envelope: { mailFrom: { address: set@x }, recipients: [] } }, without: [subject], truncated: true, direction: OUTBOUND }
    expect: { calls: { Look: { Key: { Sender: { S: set@x } } } } }
"#;
    let session =
        flow("test-events", &format!("answers: {{Look: {{output: {{Item: {{}}}}}}}}{tests}"));
    session.file(
        "mine/tests/message.eml",
        "From: Anna <anna@example.com>\r\nTo: b@example.com\r\n\r\nHi\r\n",
    );
    let event = r#"{"invocationId": "1", "envelope": {"mailFrom": {"address": "a@x"}, "recipients": [{"address": "y@example.com"}]}}"#;
    session.file("mine/event.json", event);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    session.file(
        "mine/tests/a.yaml",
        "tests: [{name: a, event: {eml: no.eml}, expect: {path: [Look]}}]",
    );
    let printed = session.run("test --flow $DIR/mine").await;
    assert_eq!(printed.code, 2, "{}", printed.all());
    let place = "error[unreadable] $DIR/mine/tests/a.yaml:1:27 $.tests[0].event.eml: cannot read ";
    assert!(printed.err.contains(place), "{}", printed.err);
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
      <system-out>     0.000 s  WorkMail asks
     0.000 s    the execution begins
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
    let session = Session::new("test-built-in");
    for flow in deployer::flow::BUILT_IN {
        let printed = session.run(&format!("test --flow {} --min-coverage 100", flow.name)).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
    }
}
