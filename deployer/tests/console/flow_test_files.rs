//! Test files: their content, where they are looked up, and the reports of faulty ones.

use snapbox::{assert_data_eq, str};

use crate::flow_tests::{DEFINITION, TESTS, flow};

#[tokio::test(start_paused = true)]
async fn a_faulty_file_stops_the_run_and_is_reported_with_its_place() {
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
error: the tests are invalid; no test was run
  error[wrong-kind] $DIR/mine/tests/a.yaml:3:1 $['rule-timeout']: a whole number of minutes from 0 to 240 is expected
  error[unknown-key] $DIR/mine/tests/a.yaml:6:14 $.tests[0].event.form: `form` is unknown here
    fix: did you mean `from`?
  error[wrong-kind] $DIR/mine/tests/a.yaml:6:35 $.tests[0].event.recipients: a list of strings is expected
  error[unknown-action] $DIR/mine/tests/a.yaml:7:15 $.tests[0].expect.verdict: `DEVAULT` is not a type of action
    fix: use one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK, none
  error[unknown-key] $DIR/mine/tests/a.yaml:7:33 $.tests[0].expect.paht: `paht` is unknown here
    fix: did you mean `path`?
  error[same-name] $DIR/mine/tests/a.yaml:8:5 $.tests[1].name: tests[0] has the same name, `same`
  error[no-expectation] $DIR/mine/tests/a.yaml:9:5 $.tests[1].expect: the test expects nothing, so it cannot fail
    fix: use at least one of verdict, path, within, execution, error, calls
  error[wrong-kind] $DIR/mine/tests/a.yaml:12:29 $.tests[2].expect.within: a time, such as 1.5, 90s, 40m or 2h is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:14:14 $.tests[3].event.eml: a string is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:15:13 $.tests[3].slow.Look: a time, such as 90s, 40m or 2h is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:16:59 $.tests[3].expect.execution: one of SUCCEEDED, FAILED, TIMED_OUT, ABORTED is expected
  error[wrong-kind] $DIR/mine/tests/a.yaml:16:78 $.tests[3].expect.verdict: a type of action, `none`, or an object with a type of action for each recipient is expected
  error[missing-key] $DIR/mine/tests/a.yaml:17:5 $.tests[4]: `expect` is missing
    fix: use at least one of verdict, path, within, execution, error, calls
  error[unknown-key] $DIR/mine/tests/a.yaml:20:24 $.tests[5].event.from: `from` is unknown here
    fix: use one of json
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
async fn states_that_tests_name_must_be_in_the_flow() {
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
error: the tests are invalid; no test was run
  error[unknown-state] $DIR/mine/tests/a.yaml:2:12 $.answers.Looks: the state machine has no Task state `Looks`
    fix: did you mean `Look`?
  error[parameter-value] $DIR/mine/tests/a.yaml:3:1 $.parameters: `action`: a value cannot contain `${`
  error[parameter-value] $DIR/mine/tests/a.yaml:6:5 $.tests[0].parameters: `action`: a value cannot contain `${`
  error[unknown-parameter] $DIR/mine/tests/a.yaml:6:5 $.tests[0].parameters: the flow has no parameter `acton`
    fix: did you mean `action`?
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
    fix: use the name of a state that every message passes, or omit the option
--- exit 2

"#]]
    );
    session.file("mine/definition.asl.yaml", "StartAt: A\nStates: {A: {Type: Pass, Next: B}}\n");
    session.file("mine/tests/a.yaml", TESTS);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
error: the tests are invalid; no test was run
  error[unknown-target] $DIR/mine/definition.asl.yaml:2:26 $.States.A.Next: there is no state `B` at this level
    fix: use the name of a state at the same level: A
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_without_tests_is_never_a_success() {
    let session = flow("test-none", TESTS);
    assert_data_eq!(
        session.run("test").await.all(),
        str![[r#"
error: no flow is named, and neither this folder nor a parent folder has a flow.yaml

hint: name one with --flow NAME|DIR, or change to its folder; `deployer flows` lists the built-in flows
--- exit 2

"#]]
    );
    let none = session.run("test --flow $DIR/mine --filter nonsense").await;
    assert_data_eq!(
        none.all(),
        str![[r#"
error: no test has `nonsense` in its file name or its name

hint: without --filter, `deployer test --flow=$DIR/mine` lists the tests
--- exit 3

"#]]
    );
    std::fs::remove_file(session.path("mine/tests/a.yaml")).unwrap();
    assert_data_eq!(
        session.run("test --flow $DIR/mine").await.all(),
        str![[r#"
error: $DIR/mine has no tests

hint: write some in the folder `tests` of the flow (docs/guides/test-a-flow.md), or name files with --tests
--- exit 3

"#]]
    );
    assert_eq!(session.run("test --flow nonsense").await.code, 2);
    assert_eq!(session.run("test --flow $DIR/mine --tests $DIR/nowhere").await.code, 2);
}

#[tokio::test(start_paused = true)]
async fn a_bare_state_machine_is_tested_with_named_files() {
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
    session.file("bare.yaml", tests.replace("fail:", "parameters: {a: 1}, fail:"));
    let printed =
        session.run("test --state-machine $DIR/bare.asl.yaml --tests $DIR/bare.yaml").await;
    assert_eq!(printed.code, 2, "{}", printed.all());
    assert!(printed.err.contains("$DIR/bare.yaml:1:39 $.tests[0].parameters"), "{}", printed.err);
}

#[tokio::test(start_paused = true)]
async fn options_are_the_defaults_of_tests() {
    let tests = "tests:\n  - {name: a, expect: {verdict: BOUNCE}, answers: {Look: {output: {Item: {}}}}}\n  \
                 - {name: b, parameters: {action: DROP}, expect: {verdict: DROP}, answers: {Look: {output: {Item: {}}}}}\n";
    let session = flow("test-options", tests);
    let printed = session.run("test --flow $DIR/mine --parameter action=BOUNCE").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    session.file("deployer.yaml", "flow: ./mine\nparameter:\n  action: BOUNCE\n");
    assert_eq!(session.run("test").await.code, 0);
    assert_eq!(session.run("test --parameter action=DROP").await.code, 1);
    for wrong in ["nonsense=1", "nonsense", "action=1 --parameter action=2"] {
        let printed = session.run(&format!("test --parameter {wrong}")).await;
        assert_eq!(printed.code, 2, "{wrong}: {}", printed.all());
    }
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

/// The example tests of `block-list` in docs/guides/test-a-flow.md run.
#[tokio::test(start_paused = true)]
async fn the_example_in_the_documents_passes() {
    let page = include_str!("../../../docs/guides/test-a-flow.md");
    let (_, example) = page.split_once("```yaml\n# For every test of the file").unwrap();
    let (example, _) = example.split_once("\n").unwrap().1.split_once("```").unwrap();
    let session = flow("test-example", TESTS);
    session.file("example.yaml", example);
    let printed = session.run("test --flow block-list --tests $DIR/example.yaml").await;
    assert!(printed.out.contains("2 tests of block-list: all passed"), "{}", printed.all());
}
