//! `deployer decide`: tasks that wait for a person, and the decision.

use cloud::{ErrorKind, HistoryEvent};
use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::logged::{EXECUTION, History, INVOCATION};
use crate::session::{ConsoleSession, Printed, failure};

/// Sends the token to one person as a value of its own, and to another inside a text.
const ASKING: &str = r#"{
  "StartAt": "Ask",
  "TimeoutSeconds": 10800,
  "States": {
    "Ask": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sns:publish.waitForTaskToken",
      "Parameters": {
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:boss",
        "Message": { "token.$": "$$.Task.Token" }
      },
      "Next": "Write"
    },
    "Write": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {
        "QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/boss",
        "MessageBody.$": "States.Format('use {}', $$.Task.Token)"
      },
      "End": true
    }
  }
}"#;

pub(crate) const SECRET: &str = "AAAAKgAAAAIAAAAAAAAAAf";

pub(crate) async fn deployed(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file("asking.json", ASKING);
    let up = session.flow("up", "--yes --state-machine $DIR/asking.json").await;
    assert_eq!(up.code, 0, "{}", up.all());
    session
}

/// A task that waits, with the seconds after which it times out.
fn asks(history: History, time: &str, state: &str, timeout: Option<i64>) -> History {
    let token = format!("{SECRET}-{state}");
    let (resource, input) = match state {
        "Write" => ("sqs:sendMessage", json!({ "MessageBody": format!("use {token}") })),
        _ => ("sns:publish", json!({ "Message": { "token": token } })),
    };
    history
        .enters(time, "Task", state)
        .and(time, "TaskScheduled", |event| {
            event.resource = Some(format!("{resource}.waitForTaskToken"));
            event.input = Some(input.to_string());
            event.timeout_seconds = timeout;
        })
        .and(time, "TaskStarted", |_| {})
        .and(time, "TaskSubmitted", |_| {})
}

pub(crate) fn asking(time: &str, state: &str, timeout: Option<i64>) -> Vec<HistoryEvent> {
    asks(History::begun(time), time, state, timeout).so_far()
}

/// An account in which two messages wait, one is running and one has ended.
pub(crate) async fn waiting(name: &str) -> ConsoleSession {
    let session = deployed(name).await;
    let cloud = &session.cloud;
    cloud.add_execution(EXECUTION, asking("11:50:00", "Ask", Some(3600)));
    let named = |name: &str| EXECUTION.replace(INVOCATION, name);
    cloud.add_execution(&named("wrote"), asking("09:40:30", "Write", None));
    cloud.add_execution(&named("thinks"), History::begun("11:51:00").so_far());
    cloud.add_execution(&named("over"), History::begun("11:00:00").succeeds("11:00:01", "{}"));
    session
}

fn assert_token_is_hidden(printed: Printed) -> Printed {
    assert!(!printed.all().contains(SECRET), "{}", printed.all());
    printed
}

#[tokio::test(start_paused = true)]
async fn waiting_tasks_are_listed_without_contents() {
    let session = waiting("decide-list").await;
    let writes = session.cloud.writes().len();
    let printed = assert_token_is_hidden(session.run("decide").await);
    assert!(!printed.out.contains('@'), "contents are shown only on request");
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
2 tasks wait for a decision:

0000000000000000000000000000000a  inbound, 2 recipients
  message  00000000-0000-4000-8000-00000000000a
  state    Write, which called sqs:sendMessage
  since    2026-11-21 09:40:30 UTC, 2 h 19 min ago
  until    2026-11-21 12:40:30 UTC, when it times out
  only the person who was notified can decide: the token is not a value by itself in the input of its call

0000000000000000000000000000000a  inbound, 2 recipients
  message  00000000-0000-4000-8000-00000000000a
  state    Ask, which called sns:publish
  since    2026-11-21 11:50:00 UTC, 10 min ago
  until    2026-11-21 12:50:00 UTC, when it times out
--- exit 0

"#]]
    );
    let contents = assert_token_is_hidden(session.run("decide --with-contents").await);
    assert_data_eq!(
        contents.out,
        str![[r#"
2 tasks wait for a decision:

0000000000000000000000000000000a  inbound, 2 recipients
  message  00000000-0000-4000-8000-00000000000a
  state    Write, which called sqs:sendMessage
  since    2026-11-21 09:40:30 UTC, 2 h 19 min ago
  until    2026-11-21 12:40:30 UTC, when it times out
  from     from@example.com
  to       one@example.com
  to       two@example.com
  subject  a secret
  only the person who was notified can decide: the token is not a value by itself in the input of its call

0000000000000000000000000000000a  inbound, 2 recipients
  message  00000000-0000-4000-8000-00000000000a
  state    Ask, which called sns:publish
  since    2026-11-21 11:50:00 UTC, 10 min ago
  until    2026-11-21 12:50:00 UTC, when it times out
  from     from@example.com
  to       one@example.com
  to       two@example.com
  subject  a secret

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_trace_with_contents_hides_the_token() {
    let session = waiting("decide-trace").await;
    for output in ["text", "json"] {
        let line = format!("trace {INVOCATION} --with-contents --output {output}");
        let trace = assert_token_is_hidden(session.run(&line).await);
        assert!(trace.out.contains("a secret"), "the rest is shown: {}", trace.out);
        assert!(trace.out.contains("(a task token, not shown)"), "{}", trace.out);
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_tasks_are_listed_as_json() {
    let session = waiting("decide-list-json").await;
    let printed = assert_token_is_hidden(session.run("decide --output json").await);
    assert!(!printed.out.contains('@'), "contents are shown only on request");
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
{"type":"waiting","tasks":[{"invocation_id":"0000000000000000000000000000000a","message_id":"00000000-0000-4000-8000-00000000000a","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:wrote","state":"Write","resource":"sqs:sendMessage","since":"2026-11-21T09:40:30Z","times_out":"2026-11-21T12:40:30Z","asked_until":"2026-11-21T13:40:30Z","direction":"INBOUND","recipients":2,"decidable":false},{"invocation_id":"0000000000000000000000000000000a","message_id":"00000000-0000-4000-8000-00000000000a","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a","state":"Ask","resource":"sns:publish","since":"2026-11-21T11:50:00Z","times_out":"2026-11-21T12:50:00Z","asked_until":"2026-11-21T15:50:00Z","direction":"INBOUND","recipients":2,"decidable":true}],"schema":1,"timestamp":"2026-11-21T12:00:03Z"}
--- exit 0

"#]]
    );
    let contents = session.run("decide --with-contents --output json").await;
    assert!(contents.out.contains("a secret"), "{}", contents.out);
}

#[tokio::test(start_paused = true)]
async fn a_list_without_waiting_tasks_is_a_success() {
    let session = ConsoleSession::new("decide-nothing");
    let mut printed = session.run("decide").await.all();
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    printed.push_str(&session.run("decide").await.all());
    printed.push_str(&session.run("decide --output json").await.all());
    printed.push_str(&session.run(&format!("decide {INVOCATION} approve")).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3
--- stdout
nothing waits for a decision
--- exit 0
--- stdout
{"type":"waiting","tasks":[],"schema":1,"timestamp":"2026-11-21T12:00:05Z"}
--- exit 0
searching the log for 0000000000000000000000000000000a …
error: nothing is known about 0000000000000000000000000000000a yet: as an invocation ID, it has no execution; as a message ID, it is in no running execution and in no log line since 2026-11-20 12:00:07 UTC

hint: `deployer decide` lists waiting messages, with both IDs
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_decision_ends_the_task_once() {
    let session = waiting("decide").await;
    let printed =
        assert_token_is_hidden(session.run(&format!("decide {INVOCATION} approve")).await);
    let again = assert_token_is_hidden(session.run(&format!("decide {INVOCATION} reject")).await);
    assert_data_eq!(
        format!("{}{}", printed.all(), again.all()),
        str![[r#"
--- stdout
decided: state Ask of message 0000000000000000000000000000000a has its result
WorkMail gets the verdict when it retries; `deployer trace 0000000000000000000000000000000a` shows when
--- exit 0
error: message 0000000000000000000000000000000a waits for no decision; its execution is running

hint: `deployer trace 0000000000000000000000000000000a` shows where it is
--- exit 3

"#]]
    );
    let last = session.cloud.last_event(EXECUTION).unwrap();
    assert_eq!(last.kind, "TaskSucceeded");
    assert_eq!(last.output.as_deref(), Some(r#"{"decision":"approve"}"#));
    assert_eq!(session.cloud.writes().iter().filter(|call| call.contains("SendTask")).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_decision_is_any_json_or_an_error() {
    for (line, kind, said) in [
        ("reject", "TaskSucceeded", r#"{"decision":"reject"}"#),
        (r#"--answer {"a":1.50}"#, "TaskSucceeded", r#"{"a":1.50}"#),
        ("--answer @$DIR/answer.json", "TaskSucceeded", "[1]"),
        ("--fail Refused --cause why", "TaskFailed", "Refused because why"),
    ] {
        let session = waiting("decide-any").await;
        session.file("answer.json", "[1]");
        let printed = session.run(&format!("decide {INVOCATION} {line} --output json")).await;
        assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{line}");
        let task = if kind == "TaskFailed" { "failed" } else { "succeeded" };
        assert!(
            printed.out.contains(&format!(r#""state":"Ask","task":"{task}""#)),
            "{}",
            printed.out
        );
        let last = session.cloud.last_event(EXECUTION).unwrap();
        let error =
            last.error.zip(last.cause).map(|(error, cause)| format!("{error} because {cause}"));
        assert_eq!((last.kind.as_str(), last.output.or(error).as_deref()), (kind, Some(said)));
    }
}

#[tokio::test(start_paused = true)]
async fn several_tasks_of_one_message_can_wait() {
    let session = deployed("decide-several").await;
    let history = asks(History::begun("11:50:00"), "11:50:00", "Ask", None);
    let both = asks(history, "11:50:01", "Write", None).so_far();
    session.cloud.add_execution(EXECUTION, both);
    let mut output = String::new();
    for options in
        ["approve", "approve --state Other", "approve --state Write", "approve --state Ask"]
    {
        let printed =
            assert_token_is_hidden(session.run(&format!("decide {INVOCATION} {options}")).await);
        output.push_str(&printed.all());
    }
    assert_data_eq!(
        output,
        str![[r#"
error: message 0000000000000000000000000000000a waits for decisions in several states: `Ask`, `Write`

hint: choose one with --state STATE
--- exit 2
error: message 0000000000000000000000000000000a waits for no decision in state `Other`, but in `Ask`, `Write`
--- exit 3
error: the token of state `Write` is not a value by itself in the input of its call to sqs:sendMessage

hint: decide where the token was sent
hint: `decide` finds the token if the state has a parameter or argument that is only $$.Task.Token or {% $states.context.Task.Token %}
--- exit 1
--- stdout
decided: state Ask of message 0000000000000000000000000000000a has its result
WorkMail gets the verdict when it retries; `deployer trace 0000000000000000000000000000000a` shows when
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn iterations_of_a_map_cannot_be_distinguished() {
    let session = deployed("decide-map").await;
    let history = asks(History::begun("11:50:00"), "11:50:00", "Ask", None);
    let both = asks(history, "11:50:01", "Ask", None).so_far();
    session.cloud.add_execution(EXECUTION, both);
    let printed = session.run(&format!("decide {INVOCATION} approve --state Ask")).await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
error: message 0000000000000000000000000000000a waits for 2 decisions in state `Ask`, which cannot be distinguished here

hint: each task has its own token: decide where the token was sent
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_late_decision_is_reported_as_late() {
    let session = waiting("decide-late").await;
    let late = failure(
        "Step Functions",
        "SendTaskSuccess",
        ErrorKind::Invalid,
        Some("TaskTimedOut"),
        "Task Timed Out: 'Provided task does not exist anymore'",
    );
    session.cloud.fail_next("SendTaskSuccess", late);
    let mut printed = session.run(&format!("decide {INVOCATION} approve")).await.all();
    printed.push_str(&session.run("decide over approve").await.all());
    printed.push_str(&session.run("decide thinks approve").await.all());
    let denied = failure(
        "Step Functions",
        "SendTaskFailure",
        ErrorKind::Denied,
        Some("AccessDeniedException"),
        "no",
    );
    session.cloud.fail_next("SendTaskFailure", denied);
    printed.push_str(&session.run(&format!("decide {INVOCATION} --fail E")).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: Step Functions SendTaskSuccess failed (TaskTimedOut): Task Timed Out: 'Provided task does not exist anymore'

hint: it is no longer waiting: it timed out, or someone else decided; `deployer trace 0000000000000000000000000000000a` shows which
--- exit 1
error: message over no longer waits for a decision: its execution ended (ExecutionSucceeded)

hint: `deployer trace over` shows what happened to it
--- exit 3
error: message thinks waits for no decision; its execution is running

hint: `deployer trace thinks` shows where it is
--- exit 3
error: Step Functions SendTaskFailure failed (AccessDeniedException): no

hint: the credentials work, but their user or role lacks this permission
--- exit 4

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn invalid_decisions_are_refused() {
    let session = ConsoleSession::new("decide-values");
    let mut output = String::new();
    for line in [
        "decide id",
        "decide id perhaps",
        "decide id approve --answer {}",
        "decide id approve --cause why",
        "decide --state A",
        "decide --fail E",
        "decide id --answer yes",
        "decide id --answer @$DIR/missing.json --stack-name ok",
        "decide id approve --stack-name ?",
    ] {
        let printed = session.run(line).await;
        assert_eq!((printed.code, printed.out.as_str()), (2, ""), "{line}");
        output.push_str(printed.err.lines().next().unwrap_or_default());
        output.push('\n');
    }
    assert_data_eq!(
        output,
        str![[r#"
error: the following required arguments were not provided:
error: invalid value 'perhaps' for '[DECISION]'
error: the argument '[DECISION]' cannot be used with '--answer <JSON|@FILE>'
error: the argument '[DECISION]' cannot be used with '--cause <TEXT>'
error: the following required arguments were not provided:
error: the following required arguments were not provided:
error: --answer cannot be used
error: --answer cannot be used
error: --stack-name cannot be used

"#]]
    );
    assert_eq!(session.cloud.calls(), []);
}
