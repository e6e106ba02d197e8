//! `deployer trace`: what the functions of the flow logged within a message's timeline.

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::functions;
use crate::logged::{
    EXECUTION, FUNCTION_LOGS, History, INVOCATION, MESSAGE, TABLE, answered, at, entry,
};
use crate::session::ConsoleSession;

const FUNCTION: &str = "workmail-message-flow-decide";
const LOGS: &str = "/aws/lambda/workmail-message-flow-decide";
const VERDICT: &str = r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;

/// A stack with a function, and a message for which it was called from 11:50:01 to 11:50:02. `result` is
/// what `lambda:invoke` returned.
async fn called(name: &str, result: &str) -> ConsoleSession {
    let session = functions::session(name);
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let cloud = &session.cloud;
    let line = answered(json!({ "milliseconds": 2900 }));
    cloud.log(FUNCTION_LOGS, at("11:50:03"), &line);
    cloud.add_entry(TABLE, INVOCATION, entry());
    let history = History::begun("11:50:00.100")
        .enters("11:50:00.200", "Task", "Decide")
        .and("11:50:01", "TaskScheduled", |event| {
            event.resource = Some("lambda:invoke".to_owned());
            event.input = Some(json!({ "FunctionName": FUNCTION }).to_string());
        })
        .and("11:50:01.010", "TaskStarted", |_| {})
        .and("11:50:02", "TaskSucceeded", |event| event.output = Some(result.to_owned()))
        .leaves("11:50:02", "Task", "Decide", VERDICT)
        .succeeds("11:50:02.100", VERDICT);
    cloud.add_execution(EXECUTION, history);
    session
}

/// A run of the function, as Lambda logs it. Runs in one stream follow each other.
fn run(session: &ConsoleSession, begin: &str, end: &str, request: &str) {
    let log = |time: &str, line: &str| session.cloud.log(LOGS, at(time), line);
    log(begin, &format!("START RequestId: {request} Version: $LATEST\n"));
    log(begin, "looks at one@example.com\n  of\u{1b}[31m the second line\n");
    log(end, &format!("END RequestId: {request}\n"));
    let report = "Duration: 801.25 ms\tBilled Duration: 802 ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\t\n";
    log(end, &format!("REPORT RequestId: {request}\t{report}"));
}

#[tokio::test(start_paused = true)]
async fn the_lines_of_a_function_are_counted_and_shown_only_with_contents() {
    let result =
        json!({ "Payload": {}, "SdkResponseMetadata": { "RequestId": "request-of-decide" } });
    let session = called("trace-functions", &result.to_string()).await;
    run(&session, "11:50:00.500", "11:50:00.600", "of-another-message");
    run(&session, "11:50:01.100", "11:50:01.900", "request-of-decide");
    let printed = session.run(&format!("trace {INVOCATION}")).await;
    assert_data_eq!(
        printed.out.clone(),
        str![[r#"
message    00000000-0000-4000-8000-00000000000a
invocation 0000000000000000000000000000000a
execution  arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-FBC55DF924EC:0000000000000000000000000000000a
claimed    2026-11-21 11:50:00 UTC

     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.100 s    Decide (Task)
     0.900 s    Decide calls lambda:invoke
     1.800 s      decide ran 801.25 ms, 40 MB: 1 line in its log (request request-of-decide)
     1.900 s    Decide is left after 1.800 s
     2.000 s    the execution ends SUCCEEDED
     2.900 s  answered in 2900 ms

verdict of the execution, given to WorkMail:
  DEFAULT           all (2 recipients): as if no rule matched

"#]]
    );
    assert!(!printed.all().contains('@'), "contents are shown only on request");
    let contents = session.run(&format!("trace {MESSAGE} --with-contents")).await.out;
    let line =
        "    decide: looks at one@example.com\n                    of\\u{1b}[31m the second line\n";
    assert!(contents.contains(line), "{contents}");
    let json = session.run(&format!("trace {INVOCATION} --output json")).await.json();
    let timeline = json["timeline"].as_array().unwrap();
    let ran = timeline.iter().find(|moment| moment["what"] == "function_ran").unwrap();
    assert_eq!((&ran["assigned_by"], &ran["lines"]), (&json!("request_id"), &json!(1)));
    assert_eq!((&ran["duration"], &ran["megabytes"]), (&json!(801.25), &json!(40)));
    assert!(timeline.iter().all(|moment| moment["what"] != "function_logged"));
    let page = session.run(&format!("trace {INVOCATION} --html $DIR/trace.html")).await;
    assert_eq!(page.code, 0, "{}", page.all());
    assert!(session.read("trace.html").contains("decide ran 801.25 ms, 40 MB"));
}

#[tokio::test(start_paused = true)]
async fn without_a_request_id_the_time_decides_if_there_is_only_one_run() {
    let session = called("trace-functions-time", "{}").await;
    let trace =
        async |options: &str| session.run(&format!("trace {INVOCATION}{options}")).await.out;
    let none = trace("").await;
    assert!(none.contains("the log of decide has no run of this call yet"), "{none}");
    run(&session, "11:50:01.100", "11:50:01.900", "the-only-one");
    let one = trace("").await;
    assert!(one.contains("(request the-only-one, assigned by the time)"), "{one}");
    // The run of another message overlaps.
    session.cloud.log(LOGS, at("11:50:01.950"), "START RequestId: another Version: $LATEST\n");
    let two = trace(" --with-contents").await;
    assert!(two.contains("2 runs of decide at that time, also for other messages"), "{two}");
    assert!(!two.contains("looks at"), "{two}");
}

#[tokio::test(start_paused = true)]
async fn other_commands_about_an_execution_do_not_read_the_logs_of_functions() {
    let session = called("trace-functions-others", "{}").await;
    run(&session, "11:50:01.100", "11:50:01.900", "the-only-one");
    let reads = || {
        let calls = session.cloud.calls();
        calls.iter().filter(|call| call.operation == "FilterLogEvents").count()
    };
    let _ = session.run(&format!("stop {INVOCATION} --yes")).await;
    let of_stop = reads();
    let _ = session.run(&format!("trace {INVOCATION}")).await;
    assert!(of_stop > 0 && reads() > 2 * of_stop, "{of_stop} and {}", reads());
}
