//! `deployer local --realtime` and `--watch`: printed while it happens, run again when a file is
//! saved.

use std::time::Duration;

use snapbox::{assert_data_eq, str};
use tokio::time::sleep;

use crate::local::{BROKEN, SLOW};
use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn in_real_time_everything_is_printed_when_it_happens() {
    let session = ConsoleSession::new("local-realtime");
    session.file("asks.asl.yaml", BROKEN);
    session.file(
        "answers.yaml",
        "Look: {took: 0.5, output: {actions: [{action: {type: DROP}, allRecipients: true}]}}\n",
    );
    let line = "local --state-machine $DIR/asks.asl.yaml --answers $DIR/answers.yaml --realtime --wait-time 0";
    assert_data_eq!(
        session.run(line).await.out,
        str![[r#"
     0.000 s  WorkMail invokes the function
     0.[..] s    the execution starts
     0.[..] s    Look (Task)
     0.[..] s    Look calls lambda:invoke
     0.[..] s  not ready after [..] ms
     0.[..] s    Look is left after 0.5[..] s
     0.[..] s    the execution ends SUCCEEDED
     1.[..] s  WorkMail invokes it for the 2nd time
     1.[..] s  answered in [..] ms, a retry

recipient@example.com  DROP: not delivered, and no one is notified
{"actions":[{"action":{"type":"DROP"},"allRecipients":true}]}

"#]]
    );
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn in_real_time_the_handler_does_not_wait_for_a_slow_command() {
    let session = ConsoleSession::new("local-realtime-command");
    session.file("asks.asl.yaml", BROKEN);
    session.file("answer.sh", "sleep 0.4; echo '{\"actions\": [{\"action\": {\"type\": \"DROP\"}, \"allRecipients\": true}]}'");
    let words =
        "local --state-machine $DIR/asks.asl.yaml --realtime --wait-time 0 --output json --task";
    let words = words.split(' ').chain(["Look=sh $DIR/answer.sh"]).map(str::to_owned).collect();
    let printed = session.run_words(words, None).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let objects = printed.objects();
    let what: Vec<&str> = objects.iter().filter_map(|object| object["what"].as_str()).collect();
    let before_the_answer = what.iter().position(|what| *what == "left").unwrap();
    assert!(what[..before_the_answer].contains(&"replied"), "not ready first: {what:?}");
    let left = objects.iter().find(|object| object["what"] == "left").unwrap();
    assert!(left["milliseconds"].as_u64().unwrap() >= 400, "{left}");
}

#[tokio::test(start_paused = true)]
async fn watch_runs_again_when_a_file_is_saved() {
    let session = ConsoleSession::new("local-watch");
    session.without("mine");
    let made = session.run("init $DIR/mine").await;
    assert_eq!(made.code, 0, "{}", made.all());
    let _ = std::fs::remove_file(session.path("w.svg"));
    let definition = session.path("mine").join("definition.asl.yaml");
    let drawn = async |name: &str| {
        while !std::fs::read_to_string(session.path("w.svg")).is_ok_and(|it| it.contains(name)) {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let saved = async {
        drawn(">Deliver<").await;
        let text = std::fs::read_to_string(&definition).unwrap();
        // A fault is reported, and then fixed.
        std::fs::write(&definition, "StartAt: Nowhere\n").unwrap();
        sleep(Duration::from_secs(5)).await;
        std::fs::write(&definition, text.replace("Deliver", "Deliver it")).unwrap();
        drawn(">Deliver it<").await;
        sleep(Duration::from_secs(1)).await;
    };
    let line = "local --flow $DIR/mine --watch --svg $DIR/w.svg";
    assert_data_eq!(
        session.run_until(line, saved).await.all(),
        str![[r#"
flow: $DIR/mine (--flow)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately

waiting for one of 6 files to be saved; Ctrl-C ends

12:00:01 saved: $DIR/mine/definition.asl.yaml
flow: $DIR/mine (--flow)
error: $DIR/mine/definition.asl.yaml cannot be used as a message flow
  error[no-states] $DIR/mine/definition.asl.yaml:1:1 $.States: the object `States` is missing
    fix: add States, an object with a member for each state

waiting for one of 6 files to be saved; Ctrl-C ends

12:00:03 saved: $DIR/mine/definition.asl.yaml
flow: $DIR/mine (--flow)
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately

waiting for one of 6 files to be saved; Ctrl-C ends
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Deliver (Pass), 0.000 s
     0.000 s    the execution ends SUCCEEDED
     0.050 s  answered in 50 ms

recipient@example.com  DEFAULT: as if no rule matched
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Deliver it (Pass), 0.000 s
     0.000 s    the execution ends SUCCEEDED
     0.050 s  answered in 50 ms

recipient@example.com  DEFAULT: as if no rule matched
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn watch_prints_json() {
    let session = ConsoleSession::new("local-watch-json");
    session.file("slow.asl.yaml", SLOW);
    let saved = async {
        sleep(Duration::from_secs(5)).await;
        session.file("slow.asl.yaml", SLOW.replace("DROP", "BOUNCE"));
        sleep(Duration::from_secs(5)).await;
    };
    let line = "local --state-machine $DIR/slow.asl.yaml --watch --output json";
    let printed = session.run_until(line, saved).await;
    let objects = printed.objects();
    let of_type = |name: &str| objects.iter().filter(|object| object["type"] == name).count();
    assert_eq!((of_type("rule_outcome"), of_type("changed")), (2, 1));
    let changed = objects.iter().find(|object| object["type"] == "changed").unwrap();
    assert!(changed["files"][0].as_str().unwrap().ends_with("slow.asl.yaml"), "{changed}");
}

#[tokio::test(start_paused = true)]
async fn watch_reads_changed_settings() {
    let session = ConsoleSession::new("local-watch-settings");
    session.file("deployer.yaml", "flow: block-list\n");
    let saved = async {
        sleep(Duration::from_secs(5)).await;
        session.file("deployer.yaml", "flow: nothing-like-it\n");
        sleep(Duration::from_secs(5)).await;
        session.file("deployer.yaml", "flow: default\n");
        sleep(Duration::from_secs(5)).await;
    };
    let printed = session.run_until("local --watch", saved).await;
    let flows: Vec<&str> = printed.err.lines().filter(|line| line.starts_with("flow: ")).collect();
    assert_eq!(flows.len(), 3, "{}", printed.all());
    assert!(flows[0].contains("block-list") && flows[2].contains("default"), "{flows:?}");
    assert!(printed.err.contains("nothing-like-it"), "{}", printed.all());
}
