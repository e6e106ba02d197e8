//! Processes: what they log, how long they live, and what runs them.

use std::time::Duration;

use serde_json::json;

use super::{LocalFunction, LogSource, Stage, node, python};

#[tokio::test]
async fn a_process_is_kept_and_started_again_when_it_has_ended() {
    let code = "import os
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event == 'end':
        os._exit(0)
    return [calls, os.getpid()]\n";
    let stage = Stage::new(python("it"), &[("app.py", code)]);
    let first = stage.answer(json!(1)).await;
    let second = stage.answer(json!(2)).await;
    assert_eq!((&first[0], &second[0]), (&json!(1), &json!(2)));
    assert_eq!(first[1], second[1]);
    let _ = stage.error(json!("end")).await;
    let third = stage.answer(json!(3)).await;
    assert_eq!(third[0], 1);
    assert_ne!(third[1], first[1]);
}

#[tokio::test]
async fn a_log_has_the_lines_of_lambda_around_those_of_the_function() {
    let code = "import sys
print('loaded')
def handler(event, context):
    print('one\\ntwo')
    print('aside', file=sys.stderr)
    sys.stdout.buffer.write(b'\\xff\\x1b[31m end')\n";
    let stage = Stage::new(python("it"), &[("app.py", code)]);
    let reply = stage.invoke("{}").await;
    let output = ["loaded", "one", "two", "aside", "\u{fffd}\u{1b}[31m end"];
    assert_eq!(stage.output(), output);
    let report = "REPORT RequestId: ID Duration: N ms Billed Duration: N ms Memory Size: N MB";
    let platform = ["START RequestId: ID Version: $LATEST", "END RequestId: ID"];
    assert_eq!(stage.platform()[..2], platform);
    assert_eq!(stage.platform()[2], format!("{report} Init Duration: N ms"));
    // The order of the lines is that in which they were written.
    let order = stage.log.lock().unwrap().iter().map(|line| line.source).collect::<Vec<_>>();
    let (platform, function) = (LogSource::Platform, LogSource::Function);
    let (began, ended) = ([function, platform], [platform, platform]);
    assert_eq!(order, [&began[..], &[function; 4], &ended].concat());
    let log = reply.log.unwrap();
    assert!(log.starts_with("loaded\nSTART ") && log.contains("two\naside\n"), "{log}");
    let _ = stage.invoke("{}").await;
    assert_eq!(stage.platform().pop().unwrap(), report);
}

#[tokio::test]
async fn a_reply_has_the_end_of_a_long_log_and_the_sink_all_of_it() {
    let code = "def handler(event, context):\n    for nth in range(3000):\n        print('Zeile', nth, 'ä')\n";
    let stage = Stage::new(python("it"), &[("app.py", code)]);
    let log = stage.invoke("{}").await.log.unwrap();
    assert!(log.len() <= 4096 && log.len() > 4000, "{}", log.len());
    assert!(log.contains("Zeile 2999 ä\nEND "), "{log}");
    assert_eq!(stage.output().len(), 3000);
}

#[tokio::test]
async fn another_version_of_the_language_is_named_once() {
    let function = LocalFunction { runtime: "python3.1".to_owned(), ..python("it") };
    let stage = Stage::new(function, &[("app.py", "def handler(e, c):\n    return 1\n")]);
    stage.functions.check().await.unwrap();
    let found = stage.functions.other_versions();
    assert_eq!(found.len(), 1);
    let sentence = found[0].to_string();
    let start = "functions with the runtime python3.1 run with Python 3.";
    assert!(sentence.starts_with(start), "{sentence}");
    assert_eq!(stage.answer(json!({})).await, 1);
    assert_eq!(stage.functions.other_versions(), []);
}

#[tokio::test]
async fn a_language_that_is_missing_is_named() {
    let empty = tempfile::tempdir().unwrap();
    for (function, expected) in [
        (
            python("it"),
            "function `it` has the runtime python3.13, but Python is not on the PATH: install Python 3.13",
        ),
        (
            node("it"),
            "function `it` has the runtime nodejs22.x, but Node.js is not on the PATH: install Node.js 22",
        ),
        (
            LocalFunction { runtime: "java21".to_owned(), ..python("it") },
            "function `it` has the runtime java21, which cannot run on this machine: only Python, \
             Node.js, and provided runtimes can",
        ),
    ] {
        let stage = Stage::with(function, &[], None, |options| {
            options.inherited.insert("PATH".into(), empty.path().into());
        });
        let error = stage.functions.check().await.unwrap_err();
        assert_eq!(error.to_string(), expected);
        let error = stage.functions.invoke("it", "{}").await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// Whether a process runs: one that nobody has waited for does not.
#[cfg(target_os = "linux")]
fn runs(process: &serde_json::Value) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = state.rsplit(')').next().unwrap_or_default().trim_start();
    !state.is_empty() && !state.starts_with('Z')
}

#[cfg(target_os = "linux")]
async fn ends(process: &serde_json::Value) {
    let ended = async {
        while runs(process) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn all_processes_of_a_function_end_with_it_and_with_its_value() {
    let code = "import os, subprocess, time
def handler(event, context):
    child = subprocess.Popen(['sleep', '600'])
    print(child.pid)
    while event == 'forever':
        time.sleep(600)
    return os.getpid()\n";
    let function = LocalFunction { timeout: Duration::from_secs(2), ..python("it") };
    let stage = Stage::new(function, &[("app.py", code)]);
    let _ = stage.error(json!("forever")).await;
    ends(&json!(stage.output()[0].parse::<u32>().unwrap())).await;
    let process = stage.answer(json!(1)).await;
    let child = json!(stage.output()[1].parse::<u32>().unwrap());
    assert!(runs(&process) && runs(&child));
    drop(stage);
    ends(&process).await;
    ends(&child).await;
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_ends_with_the_program() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let code = "import os, time
print(os.getpid())
def handler(event, context):
    time.sleep(600)\n";
    let stage = runtime.block_on(async { Stage::new(python("it"), &[("app.py", code)]) });
    let process = runtime.block_on(async {
        // As Ctrl-C does: the invocation is left, and the runtime ends.
        tokio::select! {
            _ = stage.invoke("{}") => unreachable!("it sleeps"),
            process = async {
                while stage.output().is_empty() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                json!(stage.output()[0].parse::<u32>().unwrap())
            } => process,
        }
    });
    assert!(runs(&process));
    runtime.shutdown_background();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(ends(&process));
}
