//! `deployer trace`: everything about one message, by either of its ids.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::logged::{
    EXECUTION, FUNCTION_LOGS, History, INVOCATION, MESSAGE, TABLE, answered, at, deployed, entry,
    not_ready,
};
use crate::session::ConsoleSession;

const JUNK_FOR_ONE: &str = r#"{"actions":[{"action":{"type":"MOVE_TO_JUNK"},"recipients":["ONE@example.com","three@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;

/// A message whose execution waits, retries once, and decides.
pub(crate) async fn waited(name: &str) -> ConsoleSession {
    let session = deployed(name).await;
    let cloud = &session.cloud;
    let logged = |time: &str, line: String| cloud.log(FUNCTION_LOGS, at(time), &line);
    logged("11:50:01.010", not_ready(json!({ "timestamp": "2026-11-21T11:50:01.003Z" })));
    logged(
        "11:50:31.020",
        not_ready(json!({ "path": "retry", "milliseconds": 20, "requestId": "request-2" })),
    );
    logged(
        "11:51:31.020",
        answered(json!({
            "path": "retry", "milliseconds": 40, "requestId": "request-3", "level": "WARN",
            "findings": ["string-boolean"],
        })),
    );
    logged("11:51:00", answered(json!({ "messageId": "another", "invocationId": "another" })));
    cloud.add_entry(TABLE, INVOCATION, entry());
    let history = History::begun("11:50:00.041")
        .enters("11:50:00.050", "Choice", "Which")
        .leaves("11:50:00.052", "Choice", "Which", "{}")
        .enters("11:50:00.052", "Wait", "A while")
        .leaves("11:50:40.052", "Wait", "A while", "{}")
        .enters("11:50:40.052", "Task", "Classify")
        .fails("11:50:41", "Lambda.TooManyRequestsException")
        .calls("11:50:43")
        .and("11:50:44", "TaskSucceeded", |_| {})
        .leaves("11:50:44", "Task", "Classify", JUNK_FOR_ONE)
        .succeeds("11:50:44", JUNK_FOR_ONE);
    cloud.add_execution(EXECUTION, history);
    session
}

#[tokio::test(start_paused = true)]
async fn a_message_is_found_by_its_invocation_id() {
    let session = waited("trace").await;
    let writes = session.cloud.writes().len();
    let printed = session.run(&format!("trace {INVOCATION}")).await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
message    00000000-0000-4000-8000-00000000000a
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
claimed    2026-11-21 11:50:00 UTC

     0.000 s  WorkMail invokes the function
     0.041 s    the execution starts
     0.050 s    Which (Choice), 0.002 s
     0.052 s    A while (Wait)
     1.003 s  not ready after 1003 ms
    31.000 s  WorkMail invokes it for the 2nd time
    31.020 s  not ready after 20 ms, a retry
    40.052 s    A while is left after 40.000 s
    40.052 s    Classify (Task)
    41.000 s    Classify calls lambda:invoke
    41.000 s    Classify TaskFailed: Lambda.TooManyRequestsException
    43.000 s    Classify calls lambda:invoke, attempt 2
    44.000 s    Classify is left after 3.948 s
    44.000 s    the execution ends SUCCEEDED
    90.980 s  WorkMail invokes it for the 3rd time
    91.020 s  answered in 40 ms, a retry
                findings: string-boolean

verdict of the execution, given to WorkMail:
  MOVE_TO_JUNK      1 recipient, 1 added as BCC: to the junk folder
  DEFAULT           1 recipient: as if no rule matched
--- exit 0

"#]]
    );
    assert!(!printed.all().contains('@'), "contents are shown only on request");
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_message_is_found_by_its_message_id() {
    let session = waited("trace-message").await;
    let by_invocation = session.run(&format!("trace {INVOCATION}")).await.all();
    let by_message = session.run(&format!("trace {MESSAGE}")).await.all();
    assert_eq!(by_message, by_invocation);
}

#[tokio::test(start_paused = true)]
async fn contents_are_shown_only_with_the_option() {
    let session = waited("trace-contents").await;
    let printed = session.run(&format!("trace {MESSAGE} --with-contents")).await;
    assert_data_eq!(
        printed.out,
        str![[r#"
message    00000000-0000-4000-8000-00000000000a
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
claimed    2026-11-21 11:50:00 UTC

     0.000 s  WorkMail invokes the function
     0.041 s    the execution starts
                input: {"envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"one@example.com"},{"address":"two@example.com"}]},"subject":"a secret","messageId":"00000000-0000-4000-8000-00000000000a","invocationId":"0000000000000000000000000000000a","flowDirection":"INBOUND","truncated":false}
     0.050 s    Which (Choice)
                input: {"envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"one@example.com"},{"address":"two@example.com"}]},"subject":"a secret","messageId":"00000000-0000-4000-8000-00000000000a","invocationId":"0000000000000000000000000000000a","flowDirection":"INBOUND","truncated":false}
     0.052 s    Which is left after 0.002 s
                output: {}
     0.052 s    A while (Wait)
                input: {"envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"one@example.com"},{"address":"two@example.com"}]},"subject":"a secret","messageId":"00000000-0000-4000-8000-00000000000a","invocationId":"0000000000000000000000000000000a","flowDirection":"INBOUND","truncated":false}
     1.003 s  not ready after 1003 ms
    31.000 s  WorkMail invokes it for the 2nd time
    31.020 s  not ready after 20 ms, a retry
    40.052 s    A while is left after 40.000 s
                output: {}
    40.052 s    Classify (Task)
                input: {"envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"one@example.com"},{"address":"two@example.com"}]},"subject":"a secret","messageId":"00000000-0000-4000-8000-00000000000a","invocationId":"0000000000000000000000000000000a","flowDirection":"INBOUND","truncated":false}
    41.000 s    Classify calls lambda:invoke
                input: {"envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"one@example.com"},{"address":"two@example.com"}]},"subject":"a secret","messageId":"00000000-0000-4000-8000-00000000000a","invocationId":"0000000000000000000000000000000a","flowDirection":"INBOUND","truncated":false}
    41.000 s    Classify TaskFailed: Lambda.TooManyRequestsException
                cause: for one@example.com
    43.000 s    Classify calls lambda:invoke, attempt 2
                input: {"envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"one@example.com"},{"address":"two@example.com"}]},"subject":"a secret","messageId":"00000000-0000-4000-8000-00000000000a","invocationId":"0000000000000000000000000000000a","flowDirection":"INBOUND","truncated":false}
    44.000 s    Classify is left after 3.948 s
                output: {"actions":[{"action":{"type":"MOVE_TO_JUNK"},"recipients":["ONE@example.com","three@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}
    44.000 s    the execution ends SUCCEEDED
                output: {"actions":[{"action":{"type":"MOVE_TO_JUNK"},"recipients":["ONE@example.com","three@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}
    90.980 s  WorkMail invokes it for the 3rd time
    91.020 s  answered in 40 ms, a retry
                findings: string-boolean

verdict of the execution, given to WorkMail:
  MOVE_TO_JUNK      1 recipient, 1 added as BCC: to the junk folder
                    one@example.com
                    three@example.com
  DEFAULT           1 recipient: as if no rule matched
                    two@example.com

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn trace_prints_json() {
    let session = waited("trace-json").await;
    let printed = session.run(&format!("trace {MESSAGE} --output json")).await;
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    assert!(!printed.out.contains('@'), "contents are shown only on request");
    let mut object = printed.json();
    let timeline = object["timeline"].take();
    let words: Vec<&str> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|moment| moment["what"].as_str().unwrap())
        .collect();
    assert_data_eq!(
        words.join(" "),
        str![
            "asked started entered left entered replied asked replied left entered called other failed called other other left ended asked replied"
        ]
    );
    assert_data_eq!(
        format!("{}\n{}\n{object}\n", timeline[2], timeline[11]),
        str![[r#"
{"happened":"2026-11-21T11:50:00.05Z","what":"entered","state":"Which","kind":"Choice"}
{"happened":"2026-11-21T11:50:41Z","what":"other","kind":"TaskStarted"}
{"type":"trace","message_id":"00000000-0000-4000-8000-00000000000a","invocation_id":"0000000000000000000000000000000a","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a","execution_found":true,"asked_until":"2026-11-21T15:50:00Z","entry":{"claimed_at":"2026-11-21T11:50:00Z","expires_at":"2026-11-21T15:50:00Z","output_state":null,"recorded":false},"timeline":null,"fate":"decided","by":"execution","groups":[{"actions":["MOVE_TO_JUNK"],"recipients":1,"added":1,"others":false},{"actions":["DEFAULT"],"recipients":1,"added":0,"others":false}],"findings":[],"schema":1,"timestamp":"2026-11-21T12:00:05Z"}

"#]]
    );
    let contents = session.run(&format!("trace {MESSAGE} --output json --with-contents")).await;
    assert!(contents.out.contains("a secret"), "{}", contents.out);
}

/// WorkMail invokes once for every conversation in which a message came.
#[tokio::test(start_paused = true)]
async fn a_message_that_came_twice_is_shown_twice() {
    let session = waited("trace-twice").await;
    let other = answered(json!({ "invocationId": "other" }));
    session.cloud.log(FUNCTION_LOGS, at("11:52:00"), &other);
    let printed = session.run(&format!("trace {MESSAGE}")).await;
    let of_both: Vec<&str> =
        printed.out.lines().filter(|line| line.starts_with("invocation ")).collect();
    assert_eq!(of_both, [format!("invocation {INVOCATION}").as_str(), "invocation other"]);
    let objects = session.run(&format!("trace {MESSAGE} --output json")).await;
    assert_eq!(objects.out.lines().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_message_is_reported() {
    let session = ConsoleSession::new("trace-none");
    let mut printed = session.run("trace nobody").await.all();
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    printed.push_str(&session.run("trace nobody").await.all());
    printed.push_str(&session.run("trace nobody --since 2d --output json").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3
error: nothing is known of nobody yet: as an invocation ID, it has no entry in the deduplication table and no execution; as either ID, no log line since 2026-11-20 12:00:05 UTC

hint: log lines arrive up to some minutes late; --since 30d, for example, searches the log further back, as far as logs are kept
hint: `deployer logs` lists the messages of the last minutes with their IDs
--- exit 3
--- stdout
{"type":"error","exit_code":3,"message":"nothing is known of nobody yet: as an invocation ID, it has no entry in the deduplication table and no execution; as either ID, no log line since 2026-11-19 12:00:07 UTC","causes":[],"findings":[],"notes":[],"hints":["log lines arrive up to some minutes late; --since 30d, for example, searches the log further back, as far as logs are kept","`deployer logs` lists the messages of the last minutes with their IDs"],"schema":1,"timestamp":"2026-11-21T12:00:08Z"}
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn invalid_values_are_refused() {
    let session = ConsoleSession::new("trace-values");
    let words = ["trace", "an \"id\"", "--since", "soon", "--stack-name", "?"];
    let printed = session.run_words(words.map(str::to_owned).to_vec(), None).await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
error: 3 settings cannot be used
  error[id] ID: an ID has no spaces, quotes, backslashes, or asterisks
  error[stack-name] --stack-name: `?`: a stack name begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
  error[time] --since: `soon` is not a time: give how long ago (90s, 10m, 2h, 3d, 1w) or when (2026-11-21T12:00:00Z; without a zone, local time)
--- exit 2

"#]]
    );
    assert_eq!(session.run("trace").await.code, 2);
    assert_eq!(session.run("trace a*").await.code, 2);
    assert!(session.cloud.calls().is_empty());
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.expire_credentials();
    assert_eq!(session.run("trace x").await.code, 4);
}
