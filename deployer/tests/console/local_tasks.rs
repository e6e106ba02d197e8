//! `deployer local` with tasks that answer, fail and are slow, and with invocations that crash.

use snapbox::{assert_data_eq, str};

use crate::local::{BROKEN, SLOW};
use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn tasks_return_the_answers_in_the_file() {
    let session = ConsoleSession::new("local-answers");
    let retries = "Retry: [{ErrorEquals: [Throttled], IntervalSeconds: 2}], End: true";
    session.file("asks.asl.yaml", BROKEN.replace("End: true", retries));
    session.file(
        "answers.yaml",
        "Look:\n  - {error: Throttled, cause: too much, took: 0.5}\n  - took: 1\n    output:\n      \
         actions: [{action: {type: MOVE_TO_JUNK}, allRecipients: true}]\n",
    );
    let line = "local --state-machine $DIR/asks.asl.yaml --answers $DIR/answers.yaml";
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
flow: $DIR/asks.asl.yaml (--state-machine)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Look (Task)
     0.000 s    Look calls lambda:invoke
     0.500 s    Look TaskFailed: Throttled
     1.000 s  not ready after 1000 ms
     2.000 s  WorkMail invokes it for the 2nd time
     2.000 s  not ready after 0 ms, a retry
     2.500 s    Look calls lambda:invoke, attempt 2
     3.500 s    Look is left after 3.500 s
     3.500 s    the execution ends SUCCEEDED
     4.000 s  WorkMail invokes it for the 3rd time
     4.000 s  answered in 0 ms, a retry

recipient@example.com  MOVE_TO_JUNK: to the junk folder
{"actions":[{"action":{"type":"MOVE_TO_JUNK"},"allRecipients":true}]}
--- exit 0

"#]]
    );
    session.file("answers.yaml", "Look: {never: true}\n");
    assert_eq!(session.run(&format!("{line} --rule-timeout 1")).await.code, 1);
    session.file("answers.yaml", "Look: {output: 1, error: E}\n");
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
flow: $DIR/asks.asl.yaml (--state-machine)
error: $DIR/answers.yaml does not contain valid answers of tasks
  error[answers] $.Look: exactly one of output, error (with or without cause), and never is expected
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn tasks_fail_and_are_slow_as_requested() {
    let session = ConsoleSession::new("local-faults");
    session.file("broken.asl.yaml", BROKEN);
    let line = "local --state-machine $DIR/broken.asl.yaml --rule-timeout 60";
    let hindered = session.run(&format!("{line} --fail Look=Lambda.Unknown --slow Look=40m")).await;
    assert_data_eq!(
        hindered.all(),
        str![[r#"
flow: $DIR/broken.asl.yaml (--state-machine)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
error: there was no verdict in 60 min and 66 invocations

hint: with --with-contents, the timeline shows input and output of each state
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Look (Task)
     0.000 s    Look calls lambda:invoke
     1.000 s  not ready after 1000 ms
     2.000 s  WorkMail invokes it for the 2nd to 45th time, until 2344.000 s: not ready each time
  2400.000 s    Look TaskFailed: Lambda.Unknown
  2400.000 s    the execution ends FAILED: Lambda.Unknown
  2404.000 s  WorkMail invokes it for the 46th to 66th time, until 3600.000 s: ExecutionFailed each time

recipient@example.com  the rule's fallback action, whichever that is
no verdict
--- exit 1

"#]]
    );
    let wrong = format!("{line} --fail Look --fail Luck=E --slow Look=long --slow =1m");
    assert_data_eq!(
        session.run(&wrong).await.all(),
        str![[r#"
flow: $DIR/broken.asl.yaml (--state-machine)
error: 4 settings cannot be used
  error[task] --fail: STATE=ERROR, such as Scan=States.Timeout is expected
  error[task] --fail: the state machine has no Task state `Luck`
    fix: name one of its Task states: Look
  error[task] --slow: STATE=TIME, such as Scan=90s, Scan=40m or Scan=2h is expected
  error[task] --slow: the state machine has no Task state ``
    fix: name one of its Task states: Look
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_crashed_invocation_is_retried() {
    let session = ConsoleSession::new("local-crash");
    session.file("slow.asl.yaml", SLOW.replace("90", "1"));
    let line = "local --state-machine $DIR/slow.asl.yaml --crash-after";
    assert_data_eq!(
        session.run(&format!("{line} claim")).await.all(),
        str![[r#"
flow: $DIR/slow.asl.yaml (--state-machine)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s  Runtime.ExitError after 0 ms
                the process ended during the invocation, as requested
     1.000 s  WorkMail invokes it for the 2nd time
     1.000 s    the execution starts
     1.000 s    Ponder (Wait), 1.000 s
     2.000 s    Decide (Pass), 0.000 s
     2.000 s    the execution ends SUCCEEDED
     2.000 s  answered in 1000 ms, started late

recipient@example.com  DEFAULT: as if no rule matched
b@example.com          added to the message; DROP: not delivered, and no one is notified
{"actions":[{"action":{"type":"DROP"},"recipients":["b@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}
--- exit 0

"#]]
    );
    let never = session.run(&format!("{line} record")).await;
    assert_eq!(never.code, 0);
    assert!(never.err.contains("no invocation reached the step"), "{}", never.err);
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn commands_can_answer_tasks() {
    let session = ConsoleSession::new("local-commands");
    let retries = "Retry: [{ErrorEquals: [Busy], IntervalSeconds: 2}], End: true";
    session.file("asks.asl.yaml", BROKEN.replace("End: true", retries));
    session.file(
        "answer.sh",
        "if [ \"$TASK_ATTEMPT\" = 1 ]; then echo '{\"error\": \"Busy\", \"cause\": \"later\"}'; exit 3; fi\n\
         sleep 0.2\n\
         grep -q '^{\"FunctionName\":\"f\"}$' || exit 4\n\
         printf '{\"actions\": [{\"action\": {\"type\": \"DROP\"}, \"allRecipients\": true}], \"by\": \"%s\"}\\n' \
         \"$TASK_STATE\"\n",
    );
    let run = async |command: &str| {
        let line =
            "local --state-machine $DIR/asks.asl.yaml --rule-timeout 1 --with-contents --task";
        let words = line.split(' ').chain([command]).map(str::to_owned);
        session.run_words(words.collect(), None).await
    };
    let answered = run("Look=sh $DIR/answer.sh").await;
    assert_eq!(answered.code, 0, "{}", answered.all());
    let moments = answered.out.split_once("Look calls").unwrap().1;
    assert_data_eq!(
        moments,
        str![[r#"
 lambda:invoke
                input: {"FunctionName":"f"}
     0.000 s    Look TaskFailed: Busy
                cause: later
     1.000 s  not ready after 1000 ms
     2.000 s  WorkMail invokes it for the 2nd time
     2.000 s    Look calls lambda:invoke, attempt 2
                input: {"FunctionName":"f"}
     2.000 s    Look is left after 2.000 s
                output: {"actions":[{"action":{"type":"DROP"},"allRecipients":true}],"by":"Look"}
     2.000 s    the execution ends SUCCEEDED
                output: {"actions":[{"action":{"type":"DROP"},"allRecipients":true}],"by":"Look"}
     2.000 s  answered in 0 ms, a retry

recipient@example.com  DROP: not delivered, and no one is notified
{"actions":[{"action":{"type":"DROP"},"allRecipients":true}]}

"#]]
    );
    // A command that does not succeed is a failed task, whose error name a catcher can match.
    for (command, error, cause) in [
        ("Look=echo too bad >&2; exit 1", "Task.Failed", "too bad"),
        ("Look=exit 7", "Task.Failed", "exit status: 7"),
        ("Look=echo no", "Task.OutputNotJson", "the command's output is not JSON"),
    ] {
        let failed = run(command).await;
        assert_eq!(failed.code, 1, "{command}: {}", failed.all());
        assert!(failed.out.contains(&format!("Look TaskFailed: {error}\n")), "{}", failed.out);
        assert!(failed.out.contains(&format!("cause: {cause}")), "{}", failed.out);
    }
    // More input than a pipe holds, which the command does not read.
    let large = "x".repeat(100_000);
    session.file(
        "asks.asl.yaml",
        BROKEN.replace("FunctionName: f", &format!("FunctionName: f, F: {large}")),
    );
    let verdict = r#"{"actions": [{"action": {"type": "DROP"}, "allRecipients": true}]}"#;
    let unread = run(&format!("Look=echo '{verdict}'")).await;
    assert_eq!(unread.code, 0, "{}", unread.err);
    let wrong = run("Luck=true").await;
    assert_data_eq!(
        format!("{}{}", wrong.all(), run("Look=").await.all()),
        str![[r#"
flow: $DIR/asks.asl.yaml (--state-machine)
error: --task cannot be used
  error[task] --task: the state machine has no Task state `Luck`
    fix: name one of its Task states: Look
--- exit 2
flow: $DIR/asks.asl.yaml (--state-machine)
error: --task cannot be used
  error[task] --task: STATE=COMMAND, such as Scan='python3 scan.py', is expected
--- exit 2

"#]]
    );
}
