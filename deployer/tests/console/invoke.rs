//! `deployer invoke`.

use cloud::{ErrorKind, Reply};
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, failure};

/// A session with a stack to invoke.
async fn installed(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session
}

/// A failure of the handler with this error name.
fn fails(error_type: &str, message: &str) -> Option<Reply> {
    let payload = format!(r#"{{"errorType":"{error_type}","errorMessage":"{message}"}}"#);
    Some(Reply { failed: true, payload, log: None })
}

fn not_ready() -> Option<Reply> {
    fails("NotReady", "the execution has not decided yet; the next invocation checks again")
}

/// An answer, with the handler's log line.
fn answers(payload: &str, line: &str) -> Option<Reply> {
    let log =
        format!("{{\"type\":\"platform.start\"}}\n{line}\n{{\"type\":\"platform.report\"}}\n");
    Some(Reply { failed: false, payload: payload.to_owned(), log: Some(log) })
}

#[tokio::test(start_paused = true)]
async fn a_verdict_is_printed_at_once() {
    let session = installed("invoke").await;
    assert_data_eq!(
        session.run("invoke --yes").await.all(),
        str![[r#"
this invokes arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction as a WorkMail rule does
  about an inbound message to 1 recipient, invocation ID 00000000000000000000000000000004
  A real execution of arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC starts, with all that its states do, unless the message had one before.
  assumed: pauses of 1 s at first, 2 times as long each time, at most 60 s, for 10 min in all; AWS says that WorkMail retries with exponential backoff, but gives no figures
invocation 1: a verdict (0 ms)
--- stdout
recipient@example.com  DEFAULT: as if no rule matched
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}
--- exit 0

"#]]
    );
    let [event] = &session.cloud.invocations()[..] else { panic!("one invocation") };
    assert_data_eq!(
        event,
        str![[
            r#"{"summaryVersion":"2018-10-10","envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"recipient@example.com"}]},"subject":"Hello","messageId":"00000000-0000-0000-0000-000000000003","invocationId":"00000000000000000000000000000004","flowDirection":"INBOUND","truncated":false}"#
        ]]
    );
}

#[tokio::test(start_paused = true)]
async fn the_same_event_is_sent_until_there_is_a_verdict() {
    let session = installed("invoke-again").await;
    for _ in 0..3 {
        session.cloud.answer_next_invocation(not_ready());
    }
    let throttled = failure(
        "Lambda",
        "Invoke",
        ErrorKind::Throttled,
        Some("TooManyRequestsException"),
        "Rate Exceeded.",
    );
    session.cloud.fail_next("Invoke", throttled);
    session.cloud.answer_next_invocation(None);
    let verdict = r#"{"actions":[
        {"action":{"type":"BOUNCE","parameters":{"bounceMessage":"no"}},"recipients":["B@example.com"]},
        {"action":{"type":"DROP"},"recipients":["new@example.com"]}]}"#;
    let line = r#"{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:m:1"}"#;
    session.cloud.answer_next_invocation(answers(verdict, line));
    let recipients = "--recipient a@example.com --recipient b@example.com";
    let options = format!("invoke --yes {recipients} --fallback junk");
    assert_data_eq!(
        session.run(&options).await.all(),
        str![[r#"
this invokes arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction as a WorkMail rule does
  about an inbound message to 2 recipients, invocation ID 00000000000000000000000000000004
  A real execution of arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC starts, with all that its states do, unless the message had one before.
  assumed: pauses of 1 s at first, 2 times as long each time, at most 60 s, for 10 min in all; AWS says that WorkMail retries with exponential backoff, but gives no figures
invocation 1: not invoked (TooManyRequestsException): Rate Exceeded. (0 ms); again in 1 s
invocation 2, 1 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 2 s
invocation 3, 3 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 4 s
invocation 4, 7 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 8 s
invocation 5, 15 s after the first: no answer in the 15 s that WorkMail waits (15000 ms); again in 16 s
invocation 6, 46 s after the first: a verdict (0 ms)
warning[uncovered-recipients] $.actions: recipients covered by no action: 1; the rule's fallback action applies to them
--- stdout
a@example.com    the rule's fallback action: to the junk folder
b@example.com    BOUNCE: not delivered, and the sender is notified
new@example.com  added to the message; DROP: not delivered, and no one is notified
{"actions":[{"action":{"type":"BOUNCE","parameters":{"bounceMessage":"no"}},"recipients":["B@example.com"]},{"action":{"type":"DROP"},"recipients":["new@example.com"]}]}
--- exit 0

"#]]
    );
    let events = session.cloud.invocations();
    assert_eq!(events.len(), 5, "the refused one was no invocation");
    assert!(events.iter().all(|event| *event == events[0]));
}

#[tokio::test(start_paused = true)]
async fn the_rule_timeout_ends_the_retries_and_the_fallback_action_applies_to_all() {
    let session = installed("invoke-timeout").await;
    for _ in 0..20 {
        session.cloud.answer_next_invocation(not_ready());
    }
    assert_data_eq!(
        session.run("invoke --yes --rule-timeout 1 --direction outbound").await.all(),
        str![[r#"
this invokes arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction as a WorkMail rule does
  about an outbound message to 1 recipient, invocation ID 00000000000000000000000000000004
  A real execution of arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC starts, with all that its states do, unless the message had one before.
  assumed: pauses of 1 s at first, 2 times as long each time, at most 60 s, for 1 min in all; AWS says that WorkMail retries with exponential backoff, but gives no figures
invocation 1: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 1 s
invocation 2, 1 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 2 s
invocation 3, 3 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 4 s
invocation 4, 7 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 8 s
invocation 5, 15 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 16 s
invocation 6, 31 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms); again in 29 s
invocation 7, 60 s after the first: NotReady: the execution has not decided yet; the next invocation checks again (0 ms)
error: the function gave no verdict in 1 min and 7 invocations

hint: the state machine takes longer: --rule-timeout MINUTES retries for longer (WorkMail's own limit is 240)
--- stdout
recipient@example.com  the rule's fallback action, whichever that is
no verdict
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn every_reason_for_a_missing_verdict_is_reported() {
    let session = installed("invoke-none").await;
    let mut output = String::new();
    for reply in [
        fails("ExecutionFailed", "the execution ended FAILED"),
        fails("InvalidVerdict", "the output of the execution is not a valid verdict"),
        fails("LedgerUnavailable", "cannot give a verdict without the deduplication table"),
        fails("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 14.00 seconds"),
        Some(Reply { failed: true, payload: "no JSON".to_owned(), log: None }),
        answers(r#"{"actions":[{"action":{"type":"KEEP"}}]}"#, "{}"),
        answers("null", "{}"),
        None,
    ] {
        session.cloud.answer_next_invocation(reply);
        let printed = session.run("invoke --yes --once").await;
        output.push_str(printed.err.split_once("before.\n").unwrap().1);
        output.push_str(&format!("--- exit {}\n", printed.code));
    }
    assert_data_eq!(
        output,
        str![[r#"
invocation 1: ExecutionFailed: the execution ended FAILED (0 ms)
error: the function gave no verdict

hint: fix the state machine, or say with `deployer up --on-failure ANSWER` what WorkMail is answered instead
--- exit 1
invocation 1: InvalidVerdict: the output of the execution is not a valid verdict (0 ms)
error: the function gave no verdict

hint: fix the output of the state machine: docs/guides/write-a-flow.md shows verdicts
--- exit 1
invocation 1: LedgerUnavailable: cannot give a verdict without the deduplication table (0 ms)
error: the function gave no verdict

hint: the function's log says more: `deployer logs`
--- exit 1
invocation 1: Sandbox.Timedout: RequestId: 1 Error: Task timed out after 14.00 seconds (0 ms)
error: the function gave no verdict

hint: the function's log says more: `deployer logs`
--- exit 1
invocation 1: an error without a type (0 ms)
error: the function gave no verdict

hint: the function's log says more: `deployer logs`
--- exit 1
invocation 1: an answer that WorkMail does not accept (0 ms)
  error[unknown-type] $.actions[0].action.type: `KEEP` is not one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK
error: the function gave no verdict

hint: only our handler checks its verdicts: `deployer up` installs it
--- exit 1
invocation 1: an answer that WorkMail does not accept (0 ms)
  error[null] $: the output is null: the Lambda function of the state returned nothing, or is meant only for asynchronous rules
error: the function gave no verdict

hint: only our handler checks its verdicts: `deployer up` installs it
--- exit 1
invocation 1: no answer in the 15 s that WorkMail waits (15000 ms)
error: the function gave no verdict

hint: the function's timeout must be below the 15 seconds that WorkMail waits
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_that_the_handler_refuses_is_sent_once() {
    let session = installed("invoke-invalid").await;
    session
        .cloud
        .answer_next_invocation(fails("InvalidMessage", "the event is not a valid message"));
    assert_data_eq!(
        session.run("invoke --yes --invalid no-invocation-id").await.all(),
        str![[r#"
warning: the event's `invocationId` is missing or not a non-empty string; the handler gives no verdict for it
this invokes arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction as a WorkMail rule does
invocation 1: InvalidMessage: the event is not a valid message (0 ms)
error: the handler gives no verdict for an event like this, however often it is invoked; WorkMail would retry until the rule's timeout

hint: `deployer event` prints events that the handler accepts
--- stdout
no verdict
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.invocations().len(), 1);
    let no_json = session.run("invoke --yes --invalid not-json").await;
    assert_eq!(no_json.code, 1);
    assert!(no_json.err.contains("InvalidRequestContentException"), "{}", no_json.err);
}

#[tokio::test(start_paused = true)]
async fn refusals_are_not_retried() {
    let session = installed("invoke-refused").await;
    let denied = "User is not authorized to perform: lambda:InvokeFunction";
    let denied =
        failure("Lambda", "Invoke", ErrorKind::Denied, Some("AccessDeniedException"), denied);
    session.cloud.fail_next("Invoke", denied);
    let mut printed = session.run("invoke --yes").await.err;
    printed = printed.split_once("no figures\n").unwrap().1.to_owned();
    printed.push_str(&session.run("invoke --yes --stack-name other").await.all());
    printed.push_str(session.run("invoke").await.err.split_once("no figures\n").unwrap().1);
    printed.push_str(&session.run("invoke --yes --direction outbound --fallback junk").await.all());
    printed.push_str(&session.run("invoke --yes --event $DIR/none.json").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: Lambda Invoke failed (AccessDeniedException): User is not authorized to perform: lambda:InvokeFunction

hint: the credentials work, but their user or role lacks this permission
error: there is no stack other in account 123456789012, region us-east-1
--- exit 3
error: cannot prompt: stdin is not a terminal; nothing was invoked

hint: --yes skips the confirmation
error: --fallback cannot be used
  error[fallback] --fallback: rules for messages of this direction have no such action
--- exit 2
error: cannot read the event $DIR/none.json
  caused by: No such file or directory (os error 2)
--- exit 2

"#]]
    );
    assert_eq!(session.cloud.invocations(), [""; 0]);
    for line in [
        "invoke --once --rule-timeout 3",
        "invoke --rule-timeout 241",
        "invoke --event e.json --subject x",
        "invoke --new-id",
    ] {
        assert_eq!(session.run(line).await.code, 2, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn invoke_asks_for_confirmation() {
    let session = installed("invoke-asked").await;
    let declined = session.run_at_terminal("invoke", "n\n").await;
    assert_eq!(declined.code, 6);
    assert!(declined.err.ends_with(
        "Invoke it? [y/N] error: not confirmed; nothing was invoked\n\n\
         hint: --yes skips the confirmation\n"
    ));
    assert_eq!(session.cloud.invocations(), [""; 0]);
    assert_eq!(session.run_at_terminal("invoke", "y\n").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn verdicts_by_policy_and_contradictory_verdicts_are_marked_as_such() {
    let session = installed("invoke-odd").await;
    let line = r#"{"executionArn":"arn:e","policy":"drop"}"#;
    let twice = r#"{"actions":[{"action":{"type":"DROP"},"allRecipients":true},
        {"action":{"type":"BOUNCE"},"allRecipients":true}]}"#;
    session.cloud.answer_next_invocation(answers(twice, line));
    assert_data_eq!(
        session.run("invoke --yes --truncated").await.out,
        str![[r#"
by the operator's policy (--on-failure drop), not by the state machine:
recipient@example.com           DROP: not delivered, and no one is notified, or BOUNCE: not delivered, and the sender is notified; AWS does not document which of these
(addresses the event left out)  DROP: not delivered, and no one is notified, or BOUNCE: not delivered, and the sender is notified; AWS does not document which of these
{"actions":[{"action":{"type":"DROP"},"allRecipients":true},{"action":{"type":"BOUNCE"},"allRecipients":true}]}

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_event_from_a_file_is_sent_unchanged_or_with_a_new_id() {
    let session = installed("invoke-file").await;
    let event = "{ \"invocationId\": \"7\", \"odd\": 1.50,\n  \"envelope\": {} }\n";
    session.file("event.json", event);
    assert_eq!(session.run("invoke --yes --event $DIR/event.json").await.code, 0);
    assert_eq!(session.run("invoke --yes --event $DIR/event.json --new-id").await.code, 0);
    let [as_it_is, another] = &session.cloud.invocations()[..] else { panic!("two invocations") };
    assert_eq!(as_it_is, event);
    let another: serde_json::Value = serde_json::from_str(another).unwrap();
    assert_eq!(another["invocationId"], "00000000000000000000000000000003");
    assert_eq!(another["odd"], 1.5);
    session.file("event.json", "[]");
    let list = session.run("invoke --yes --event $DIR/event.json --new-id").await;
    assert_eq!(list.code, 2);
    assert!(list.err.contains("is not a JSON object"), "{}", list.err);
}

#[tokio::test(start_paused = true)]
async fn invoke_prints_json() {
    let session = installed("invoke-json").await;
    session.cloud.answer_next_invocation(not_ready());
    let line =
        r#"{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:m:1","policy":"drop"}"#;
    let verdict = r#"{"actions":[{"action":{"type":"DROP"},"allRecipients":"True"}]}"#;
    session.cloud.answer_next_invocation(answers(verdict, line));
    assert_data_eq!(
        session.run("invoke --yes --output json --truncated").await.all(),
        str![[r#"
--- stdout
{"type":"invocation","attempt":1,"after_seconds":0,"milliseconds":0,"response":"function_error","error_type":"NotReady","error_message":"the execution has not decided yet; the next invocation checks again","execution_arn":null,"policy":null,"again_in_seconds":1,"schema":1,"timestamp":"2026-11-21T12:00:03Z"}
{"type":"invocation","attempt":2,"after_seconds":1,"milliseconds":0,"response":"verdict","execution_arn":"arn:aws:states:us-east-1:123456789012:execution:m:1","policy":"drop","again_in_seconds":null,"schema":1,"timestamp":"2026-11-21T12:00:04Z"}
{"type":"rule_outcome","function":"arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction","rule":"synchronous","invocation_id":"00000000000000000000000000000004","attempts":2,"execution_arn":"arn:aws:states:us-east-1:123456789012:execution:m:1","policy":"drop","verdict":{"actions":[{"action":{"type":"DROP"},"allRecipients":true}]},"findings":[{"severity":"warning","code":"string-boolean","location":"$.actions[0].allRecipients","sentence":"a string, returned as the boolean true"}],"recipients":[{"recipient":"recipient@example.com","added":false,"actions":[{"type":"DROP"}]},{"recipient":null,"added":false,"actions":[{"type":"DROP"}]}],"fallback":null,"schema":1,"timestamp":"2026-11-21T12:00:05Z"}
--- exit 0

"#]]
    );
    session.cloud.answer_next_invocation(answers("3", line));
    assert_data_eq!(
        session.run("invoke --yes --output json --once").await.all(),
        str![[r#"
--- stdout
{"type":"invocation","attempt":1,"after_seconds":0,"milliseconds":0,"response":"invalid_answer","findings":[{"severity":"error","code":"number","location":"$","sentence":"the output is a number, not an object"}],"execution_arn":"arn:aws:states:us-east-1:123456789012:execution:m:1","policy":"drop","again_in_seconds":null,"schema":1,"timestamp":"2026-11-21T12:00:06Z"}
{"type":"rule_outcome","function":"arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction","rule":"synchronous","invocation_id":"00000000000000000000000000000006","attempts":1,"execution_arn":"arn:aws:states:us-east-1:123456789012:execution:m:1","policy":"drop","verdict":null,"findings":[],"recipients":[{"recipient":"recipient@example.com","added":false,"actions":[]}],"fallback":null,"schema":1,"timestamp":"2026-11-21T12:00:07Z"}
{"type":"error","exit_code":1,"message":"the function gave no verdict","causes":[],"findings":[],"notes":[],"hints":["only our handler checks its verdicts: `deployer up` installs it","its execution is arn:aws:states:us-east-1:123456789012:execution:m:1"],"schema":1,"timestamp":"2026-11-21T12:00:08Z"}
--- exit 1

"#]]
    );
}
