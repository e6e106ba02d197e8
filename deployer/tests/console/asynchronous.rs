//! Asynchronous rules: the commands know that there is no verdict.

use jiff::Timestamp;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

const NOTIFIES: &str = r#"
StartAt: Tell
States:
  Tell:
    Type: Task
    Resource: arn:aws:states:::sns:publish
    Parameters: {TopicArn: arn:aws:sns:us-east-1:123456789012:t, Message: mail}
    End: true
"#;

fn session(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file("flow.asl.yaml", NOTIFIES);
    session.file("answers.yaml", "Tell: { output: {}, took: 20 }\n");
    session
}

const LOCAL: &str = "local --state-machine $DIR/flow.asl.yaml --rule asynchronous";

#[tokio::test(start_paused = true)]
async fn local_shows_the_execution_to_its_end() {
    let session = session("async-local");
    assert_data_eq!(
        session.run(&format!("{LOCAL} --answers $DIR/answers.yaml")).await.all(),
        str![[r#"
flow: $DIR/flow.asl.yaml (--state-machine)
warning[task-permission] $DIR/flow.asl.yaml:6:5 $.States.Tell.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
assumed, because AWS does not document it: requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function, and does not wait
     0.000 s    the execution starts
     0.000 s    Tell (Task)
     0.000 s    Tell calls sns:publish
     0.000 s  started in 0 ms
    20.000 s    Tell is left after 20.000 s
    20.000 s    the execution ends SUCCEEDED

the rule is asynchronous: WorkMail delivers the message as if no rule matched, and waits for no verdict
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn local_fails_if_the_execution_does() {
    let session = session("async-local-fails");
    assert_data_eq!(
        session.run(&format!("{LOCAL} --fail Tell=Down")).await.all(),
        str![[r#"
flow: $DIR/flow.asl.yaml (--state-machine)
warning[task-permission] $DIR/flow.asl.yaml:6:5 $.States.Tell.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
assumed, because AWS does not document it: requests and cold starts take no time; what was written can be read immediately
error: the execution ended FAILED with Down
--- stdout
     0.000 s  WorkMail invokes the function, and does not wait
     0.000 s    the execution starts
     0.000 s    Tell (Task)
     0.000 s    Tell calls sns:publish
     0.000 s    Tell TaskFailed: Down
     0.000 s    the execution ends FAILED: Down
     0.000 s  started in 0 ms

the rule is asynchronous: WorkMail delivers the message as if no rule matched, and waits for no verdict
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_is_repeated_by_lambda() {
    let session = session("async-local-crash");
    let line = format!("{LOCAL} --answers $DIR/answers.yaml --crash-after claim");
    assert_data_eq!(
        session.run(&line).await.all(),
        str![[r#"
flow: $DIR/flow.asl.yaml (--state-machine)
warning[task-permission] $DIR/flow.asl.yaml:6:5 $.States.Tell.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
assumed, because AWS does not document it: requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function, and does not wait
     0.000 s  Runtime.ExitError after 0 ms
                the process ended during the invocation, as requested
    60.000 s  Lambda invokes it for the 2nd time
    60.000 s    the execution starts
    60.000 s    Tell (Task)
    60.000 s    Tell calls sns:publish
    60.000 s  started in 0 ms, started late
    80.000 s    Tell is left after 20.000 s
    80.000 s    the execution ends SUCCEEDED

the rule is asynchronous: WorkMail delivers the message as if no rule matched, and waits for no verdict
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn settings_about_the_verdict_have_no_effect() {
    let session = session("async-no-effect");
    let options =
        "--state-machine $DIR/flow.asl.yaml --rule asynchronous --wait-time 3 --on-failure drop";
    let checked = session.flow("check", options).await;
    assert_data_eq!(
        checked.all(),
        str![[r#"
flow: $DIR/flow.asl.yaml (--state-machine)
--- stdout
warning[task-permission] $DIR/flow.asl.yaml:6:5 $.States.Tell.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
warning[no-effect] --wait-time: the rule is asynchronous and waits for no verdict, so this setting has no effect
warning[no-effect] --on-failure: the rule is asynchronous and waits for no verdict, so this setting has no effect
0 errors, 3 warnings in definition, handler, template
--- exit 0

"#]]
    );
    let refused = session.flow("check", "--rule sometimes").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
error: --rule cannot be used
  error[rule] --rule: `sometimes` is not one of synchronous, asynchronous
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_test_cannot_expect_a_verdict() {
    let session = session("async-test");
    let expects = |expectation: &str| {
        format!(
            "rule: asynchronous\nanswers: {{Tell: {{output: {{}}}}}}\ntests:\n  - name: one\n    event: \
             {{from: a@b.example}}\n    expect: {{{expectation}}}\n"
        )
    };
    let line = "test --state-machine $DIR/flow.asl.yaml --tests $DIR/tests.yaml";
    session.file("tests.yaml", expects("verdict: DEFAULT, within: 2s"));
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
error: the tests are invalid; no test was run
  error[no-effect] $DIR/tests.yaml:6:14 $.tests[0].expect.verdict: the rule is asynchronous, so the message gets no verdict
    fix: expect its `execution`, `path`, `error` or `calls`
  error[no-effect] $DIR/tests.yaml:6:32 $.tests[0].expect.within: the rule is asynchronous, so the message gets no verdict
    fix: expect its `execution`, `path`, `error` or `calls`
--- exit 2

"#]]
    );
    session.file(
        "tests.yaml",
        expects("execution: SUCCEEDED, path: [Tell], calls: {Tell: {Message: mail}}"),
    );
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
--- stdout
PASS  $DIR/tests.yaml: one  (0.000 s, run in [..])

1 test of $DIR/flow.asl.yaml: all passed (1 file, run in [..])
--- exit 0

"#]]
    );
    session.file("tests.yaml", expects("execution: FAILED"));
    assert_eq!(session.run(line).await.code, 1);
}

#[tokio::test(start_paused = true)]
async fn the_steps_and_the_stack_are_those_of_the_kind_of_rule() {
    let session = session("async-rule");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let changed = session.flow("up", "--yes --rule asynchronous").await;
    let (_, steps) = changed.out.split_once("One step is left").unwrap();
    assert_data_eq!(
        steps,
        str![[r#"
, for which AWS has no API: the rule in the WorkMail console.
  1. Open https://console.aws.amazon.com/workmail/ and choose the region us-east-1.
  2. Organizations, then m-0123456789abcdef0123456789abcdef.
  3. Organization settings, tab Inbound rules (or Outbound rules), Create.
  4. Rule name: any unused name. Action: Run Lambda.
  5. Function ARN: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
     Do not tick Run synchronously.
  6. Sender domains or addresses: whose mail, such as *. Destination domains or addresses: to whom, such as *.
  7. Create. The rule applies immediately.
Amazon WorkMail ends on 2027-03-31, in 130 days.

"#]]
    );
    let asked = session.run("rule").await;
    assert!(asked.out.contains("Do not tick Run synchronously."), "{}", asked.out);
    let shown = session.run("status").await;
    assert!(shown.out.contains("rule=asynchronous"), "{}", shown.out);
    // Without the setting it would be lost.
    assert_eq!(session.flow("up", "--yes").await.code, 6);
}

#[tokio::test(start_paused = true)]
async fn doctor_compares_the_setting_with_what_lambda_counted() {
    let session = session("async-doctor");
    let line = format!("doctor --org-arn {ORGANIZATION}");
    let function = "workmail-message-flow-MfsmFunction";
    let rule = |all: &str| {
        let lines = all.lines().skip_while(|line| !line.contains("  rule: "));
        lines.take(2).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_data_eq!(
        rule(&session.run(&line).await.out),
        str![[r#"
ok       rule: the stack is set up for a rule that is synchronous; CloudWatch has no invocation of the last 7 days (yet)
ok       quotas: 1000 concurrent invocations of Lambda functions in this region
"#]]
    );
    // The day before the clock of every session.
    let yesterday: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let count =
        |metric: &str, at: Timestamp| session.cloud.add_data_point(metric, function, at, 3.0);
    count("Invocations", yesterday);
    assert_data_eq!(
        rule(&session.run(&line).await.out),
        str![[r#"
ok       rule: the stack is set up for a rule that is synchronous; the function was invoked 3 times in the last 7 days
ok       quotas: 1000 concurrent invocations of Lambda functions in this region
"#]]
    );
    assert_eq!(session.flow("up", "--yes --rule asynchronous").await.code, 0);
    assert_data_eq!(
        rule(&session.run(&line).await.out),
        str![[r#"
warning  rule: the stack is set up for an asynchronous rule, but none of the 3 invocations of the last 7 days were asynchronous
         hint: do not tick Run synchronously in the WorkMail rule: `deployer rule --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` shows each step
"#]]
    );
    count("AsyncEventsReceived", yesterday);
    assert_data_eq!(
        rule(&session.run(&line).await.out),
        str![[r#"
ok       rule: the stack is set up for a rule that is asynchronous; the function was invoked 3 times in the last 7 days
ok       quotas: 1000 concurrent invocations of Lambda functions in this region
"#]]
    );
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    assert_data_eq!(
        rule(&session.run(&line).await.out),
        str![[r#"
warning  rule: in the last 7 days, 3 messages came from a rule that waits for no verdict, so their verdicts had no effect
         hint: tick Run synchronously in the WorkMail rule (`deployer rule --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` shows each step), or set `rule: asynchronous` if the flow decides nothing
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn status_counts_what_was_started() {
    let session = session("async-status");
    assert_eq!(session.flow("up", "--yes --rule asynchronous").await.code, 0);
    let now: Timestamp = "2026-11-21T11:50:00Z".parse().unwrap();
    let function = "workmail-message-flow-MfsmFunction";
    for metric in ["Invocations", "Started"] {
        session.cloud.add_data_point(metric, function, now, 3.0);
    }
    let shown = session.run("status").await.out;
    assert!(!shown.contains("no verdict is measured"), "{shown}");
    let started = shown.lines().find(|line| line.starts_with("started, without")).unwrap();
    let numbers: Vec<&str> = started.split_whitespace().skip(4).collect();
    assert_eq!(numbers, ["3", "3"], "{started}");
}
