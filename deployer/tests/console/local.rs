//! `deployer local`: a message through a flow, without AWS and without waiting.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

/// Calls a function for which no answer is configured.
pub(crate) const BROKEN: &str = r#"
StartAt: Look
States:
  Look: {Type: Task, Resource: "arn:aws:states:::lambda:invoke", Parameters: {FunctionName: f}, End: true}
"#;

/// Waits for a minute and a half, then decides for each recipient.
pub(crate) const SLOW: &str = r#"
StartAt: Ponder
States:
  Ponder: {Type: Wait, Seconds: 90, Next: Decide}
  Decide:
    Type: Pass
    Result:
      actions:
        - {action: {type: DROP}, recipients: [b@example.com]}
        - {action: {type: DEFAULT}, allRecipients: true}
    End: true
"#;

#[tokio::test(start_paused = true)]
async fn the_built_in_flow_delivers() {
    let session = ConsoleSession::new("local");
    assert_data_eq!(
        session.run("local").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Deliver (Pass), 0.000 s
     0.000 s    the execution ends SUCCEEDED
     0.050 s  answered in 50 ms

recipient@example.com  DEFAULT: as if no rule matched
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}
--- exit 0

"#]]
    );
    assert!(session.cloud.calls().is_empty(), "nothing is asked of AWS");
}

#[tokio::test(start_paused = true)]
async fn a_slow_flow_is_invoked_until_it_decides() {
    let session = ConsoleSession::new("local-slow");
    session.file("slow.asl.yaml", SLOW);
    let line = "local --state-machine $DIR/slow.asl.yaml --recipient a@example.com --recipient b@example.com";
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
flow: $DIR/slow.asl.yaml (--state-machine)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Ponder (Wait)
     1.000 s  not ready after 1000 ms
     2.000 s  WorkMail invokes it for the 2nd to 7th time, until 64.000 s: not ready each time
    90.000 s    Ponder is left after 90.000 s
    90.000 s    Decide (Pass), 0.000 s
    90.000 s    the execution ends SUCCEEDED
   124.000 s  WorkMail invokes it for the 8th time
   124.000 s  answered in 0 ms, a retry

a@example.com  DEFAULT: as if no rule matched
b@example.com  DROP: not delivered, and no one is notified
{"actions":[{"action":{"type":"DROP"},"recipients":["b@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_verdict_the_fallback_action_applies_to_all() {
    let session = ConsoleSession::new("local-fallback");
    session.file("broken.asl.yaml", BROKEN);
    let line = "local --state-machine $DIR/broken.asl.yaml --rule-timeout 5 --fallback junk --with-contents";
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
flow: $DIR/broken.asl.yaml (--state-machine)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
warning[unanswered] --answers: the task of state `Look` was called, but had no answer left
  fix: set its answer with --answers FILE, --task STATE=COMMAND, or --real STATE
error: there was no verdict in 5 min and 11 invocations

hint: tasks had no answer: --answers FILE says what they answer, such as the flow's answers.yaml
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
                input: {"summaryVersion":"2018-10-10","envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"recipient@example.com"}]},"subject":"Hello","messageId":"00000000-0000-0000-0000-000000000001","invocationId":"00000000000000000000000000000002","flowDirection":"INBOUND","truncated":false}
     0.000 s    Look (Task)
                input: {"summaryVersion":"2018-10-10","envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"recipient@example.com"}]},"subject":"Hello","messageId":"00000000-0000-0000-0000-000000000001","invocationId":"00000000000000000000000000000002","flowDirection":"INBOUND","truncated":false}
     0.000 s    Look calls lambda:invoke
                input: {"FunctionName":"f"}
     0.000 s    Look TaskFailed: NoAnswer
                cause: no mocked answer is left for the state 'Look'
     0.000 s    the execution ends FAILED: NoAnswer
                cause: no mocked answer is left for the state 'Look'
     0.050 s  ExecutionFailed after 50 ms
                the execution ended FAILED with NoAnswer
     1.050 s  WorkMail invokes it for the 2nd to 11th time, until 300.000 s: ExecutionFailed each time

recipient@example.com  the rule's fallback action: to the junk folder
no verdict
--- exit 1

"#]]
    );
    let answered =
        session.run("local --state-machine $DIR/broken.asl.yaml --on-failure bounce").await;
    assert_eq!(answered.code, 0, "{}", answered.all());
    assert!(answered.out.contains("by the operator's policy (--on-failure bounce)"));
}

#[tokio::test(start_paused = true)]
async fn an_output_state_decides_early() {
    let session = ConsoleSession::new("local-output-state");
    session.file(
        "slow.asl.yaml",
        SLOW.replace("StartAt: Ponder", "StartAt: Decide")
            .replace("    End: true", "    Next: Ponder")
            .replace("Next: Decide", "End: true"),
    );
    let line = "local --state-machine $DIR/slow.asl.yaml --output-state Decide";
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
flow: $DIR/slow.asl.yaml (--state-machine)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Decide (Pass), 0.000 s
     0.000 s    Ponder (Wait)
     0.050 s  answered in 50 ms
    90.000 s    Ponder is left after 90.000 s
    90.000 s    the execution ends SUCCEEDED

recipient@example.com  DEFAULT: as if no rule matched
b@example.com          added to the message; DROP: not delivered, and no one is notified
{"actions":[{"action":{"type":"DROP"},"recipients":["b@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn events_come_from_files_and_messages() {
    let session = ConsoleSession::new("local-events");
    session
        .file("letter.eml", "From: ann@example.com\nTo: bob@example.org\nSubject: Hi\n\nHello.\n");
    let letter = session.run("local --eml $DIR/letter.eml").await;
    assert!(letter.out.contains("bob@example.org  DEFAULT"), "{}", letter.all());
    session.file(
        "event.json",
        r#"{"invocationId": "i", "envelope": {"recipients": [{"address": "c@d"}]}}"#,
    );
    let event = session.run("local --event $DIR/event.json").await;
    assert!(event.out.contains("c@d  DEFAULT"), "{}", event.all());
    let refused = session.run("local --invalid no-invocation-id").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
flow: default, which delivers everything (not set)
warning: the event's `invocationId` is missing or not a non-empty string; the handler gives no verdict for it
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
error: the handler gives no verdict for an event like this, however often it is invoked

hint: `deployer event` prints events that the handler accepts
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s  InvalidMessage after 0 ms
                the event is not a valid message: the event's `invocationId` is missing or not a non-empty string

no verdict
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn local_prints_json() {
    let session = ConsoleSession::new("local-json");
    session.file("slow.asl.yaml", SLOW);
    let printed = session.run("local --state-machine $DIR/slow.asl.yaml --output json").await;
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    let objects = printed.objects();
    let of_type = |name: &str| objects.iter().filter(|object| object["type"] == name).count();
    assert_eq!((of_type("assumption"), of_type("rule_outcome")), (3, 1));
    let asked = objects.iter().filter(|object| object["what"] == "asked").count();
    let outcome = objects.last().unwrap();
    assert_eq!((outcome["attempts"].as_u64(), asked), (Some(8), 8));
    assert_eq!(outcome["verdict"]["actions"][0]["action"]["type"], "DROP");
    let again = session.run("local --state-machine $DIR/slow.asl.yaml --output json").await;
    assert_eq!(again.out.lines().count(), printed.out.lines().count());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_simulated_is_refused() {
    let session = ConsoleSession::new("local-refused");
    session.file("odd.asl.yaml", "StartAt: A\nStates:\n  A: {Type: Pass, Next: B}\n");
    session.file(
        "reader.asl.yaml",
        "StartAt: M\nStates:\n  M:\n    Type: Map\n    End: true\n    ItemProcessor:\n      \
         ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}\n      StartAt: A\n      States:\n        \
         A: {Type: Pass, End: true}\n    ItemReader:\n      Resource: arn:aws:states:::s3:getObject\n      \
         ReaderConfig: {InputType: PARQUET}\n",
    );
    let mut printed = String::new();
    for options in [
        "--state-machine $DIR/missing.asl.yaml",
        "--state-machine $DIR/odd.asl.yaml",
        "--state-machine $DIR/reader.asl.yaml",
        "--output-state Nowhere",
        "--wait-time 14 --on-failure pray",
        "--direction outbound --fallback junk",
    ] {
        printed.push_str(session.run(&format!("local {options}")).await.all().as_str());
    }
    assert_data_eq!(
        printed,
        str![[r#"
flow: $DIR/missing.asl.yaml (--state-machine)
error: cannot read $DIR/missing.asl.yaml
  caused by: No such file or directory (os error 2)
--- exit 2
flow: $DIR/odd.asl.yaml (--state-machine)
error: $DIR/odd.asl.yaml cannot be used as a message flow
  error[unknown-target] $DIR/odd.asl.yaml:3:19 $.States.A.Next: there is no state `B` at this level
    fix: use the name of a state at the same level: A
--- exit 2
flow: $DIR/reader.asl.yaml (--state-machine)
error: $DIR/reader.asl.yaml cannot be used as a message flow
  error[interpreter] $DIR/reader.asl.yaml:13:22 $.States.M.ItemReader.ReaderConfig.InputType: Parquet is not supported (UNSUPPORTED)
--- exit 2
flow: default, which delivers everything (not set)
error: built-in:default/definition.asl.yaml cannot be used as a message flow
  error[output-state] --output-state: the definition has no state `Nowhere`
    fix: use the name of a state that every message passes, or omit the option
--- exit 2
flow: default, which delivers everything (not set)
error: 2 settings cannot be used
  error[wait-time] --wait-time: `14`: seconds from 0 to 13, such as 1 or 2.5; WorkMail waits 15 seconds for an invocation
  error[on-failure] --on-failure: `pray` is not one of retry, default, bounce, drop, junk
--- exit 2
flow: default, which delivers everything (not set)
error: --fallback cannot be used
  error[fallback] --fallback: rules for messages of this direction have no such action
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_depends_on_what_is_undecided_is_marked() {
    let session = ConsoleSession::new("local-undecided");
    session.file(
        "m.asl.yaml",
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Parameters:\n      \
         actions: [{allRecipients: true, action: {type: DEFAULT}}]\n      \
         found.$: $.envelope.recipients[*].address[?(@ == 'a@example.com')]\n    End: true\n",
    );
    let local = session.run("local --state-machine $DIR/m.asl.yaml").await;
    assert_eq!(local.code, 0, "{}", local.all());
    let warning = "warning[undecided] $.envelope.recipients[*].address[?(@ == 'a@example.com')]: AWS does not document";
    assert!(local.err.contains(warning), "{}", local.err);
    let plain = session.run("local").await;
    assert!(!plain.err.contains("undecided"), "{}", plain.err);
}
