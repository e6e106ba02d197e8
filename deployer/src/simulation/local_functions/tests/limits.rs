//! Limits of Lambda, and how a function ends that goes beyond one.

use std::time::Duration;

use serde_json::json;

use super::{LocalFunction, Stage, node, python};
use crate::simulation::local_functions::LocalFunctionError;
use crate::simulation::local_functions::ended::{ANSWER_LIMIT, PAYLOAD_LIMIT};

#[tokio::test]
async fn a_function_that_takes_too_long_is_ended() {
    let function = LocalFunction { timeout: Duration::from_secs(1), ..python("it") };
    let code = "import time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    while event == 'forever':
        print('still here', flush=True)
        time.sleep(600)
    return calls\n";
    let stage = Stage::new(function, &[("app.py", code)]);
    let error = stage.error(json!("forever")).await;
    assert_eq!(error["errorType"], "Sandbox.Timedout");
    let message = error["errorMessage"].as_str().unwrap();
    let id = message.strip_prefix("RequestId: ").unwrap();
    assert_eq!(&id[36..], " Error: Task timed out after 1.00 seconds");
    assert_eq!(stage.output(), ["still here"]);
    assert!(stage.platform()[2].ends_with(" Status: timeout"), "{:?}", stage.platform());
    // A new process has another memory.
    assert_eq!(stage.answer(json!("now")).await, 1);
}

#[tokio::test]
async fn an_answer_comes_too_late_if_work_goes_on() {
    let function = LocalFunction { timeout: Duration::from_secs(2), ..node("it") };
    let code = "exports.handler = (e, c, callback) => { setInterval(() => {}, 1000); callback(null, 1); };";
    let error = Stage::new(function, &[("app.js", code)]).error(json!({})).await;
    assert_eq!(error["errorType"], "Sandbox.Timedout");
}

#[tokio::test]
async fn a_function_that_does_not_begin_is_started_again_and_then_ended() {
    let function = LocalFunction { timeout: Duration::from_millis(500), ..python("it") };
    let files = [("app.py", "import time\ntime.sleep(600)\n")];
    let stage = Stage::with(function, &files, Some(Duration::from_millis(500)), |_| ());
    assert_eq!(stage.error(json!({})).await["errorType"], "Sandbox.Timedout");
    let platform = stage.platform();
    assert_eq!(platform[0], "INIT_REPORT Init Duration: N ms Phase: init Status: timeout");
    assert_eq!(platform.len(), 4, "{platform:?}");
}

#[tokio::test]
async fn the_end_of_a_process_is_described_as_in_lambda() {
    let code = "import os, sys
def handler(event, context):
    if event is None:
        os.abort()
    sys.exit(event)\n";
    let stage = Stage::new(python("it"), &[("app.py", code)]);
    for (event, end) in [
        (json!(1), "with error: exit status 1"),
        (json!(0), "without providing a reason"),
        #[cfg(unix)]
        (json!(null), "with error: signal: aborted"),
    ] {
        let error = stage.error(event).await;
        assert_eq!(error["errorType"], "Runtime.ExitError");
        let message = error["errorMessage"].as_str().unwrap();
        assert!(message.ends_with(&format!(" Error: Runtime exited {end}")), "{message}");
    }
    let report = stage.platform().pop().unwrap();
    assert!(report.ends_with("Status: error Error Type: Runtime.ExitError"), "{report}");
    let stage = Stage::new(node("it"), &[("app.js", "process.exit(3);")]);
    let message = stage.error(json!({})).await["errorMessage"].to_string();
    assert!(message.contains("exit status 3"), "{message}");
}

/// Elsewhere, nothing limits the memory of Python.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn python_has_no_more_memory_than_in_lambda() {
    let code = "def handler(event, context):\n    return len(bytearray(event << 20))\n";
    let function = LocalFunction { memory_megabytes: 128, ..python("it") };
    let stage = Stage::new(function, &[("app.py", code)]);
    assert_eq!(stage.answer(json!(64)).await, 64 << 20);
    let error = stage.error(json!(512)).await;
    assert_eq!(error["errorType"], "Runtime.OutOfMemory");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Error: Runtime exited with error: signal: killed"), "{message}");
}

#[tokio::test]
async fn node_has_no_more_memory_than_in_lambda() {
    let code = "exports.handler = async () => { for (const all = [];;) all.push(new Array(1000).fill({})); };";
    let function = LocalFunction { memory_megabytes: 128, ..node("it") };
    let error = Stage::new(function, &[("app.js", code)]).error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.OutOfMemory", "{error}");
}

#[tokio::test]
async fn an_answer_has_a_largest_size() {
    let function = LocalFunction { memory_megabytes: 1024, ..python("it") };
    let code = "def handler(event, context):\n    return 'x' * event\n";
    let stage = Stage::new(function, &[("app.py", code)]);
    // With its quotation marks.
    let fits = stage.answer(json!(ANSWER_LIMIT - 2)).await;
    assert_eq!(fits.as_str().unwrap().len(), ANSWER_LIMIT - 2);
    let error = stage.error(json!(ANSWER_LIMIT)).await;
    assert_eq!(error["errorType"], "Function.ResponseSizeTooLarge");
    assert_eq!(stage.answer(json!(1)).await, "x");
}

#[tokio::test]
async fn an_event_has_a_largest_size_and_is_json() {
    let stage = Stage::new(python("it"), &[("app.py", "def handler(e, c):\n    return len(e)\n")]);
    let largest = format!("\"{}\"", "x".repeat(PAYLOAD_LIMIT - 2));
    assert_eq!(stage.invoke(&largest).await.payload, (PAYLOAD_LIMIT - 2).to_string());
    let larger = format!(" {largest}");
    let error = stage.functions.invoke("it", &larger).await.unwrap_err();
    assert!(matches!(error, LocalFunctionError::PayloadTooLarge { .. }), "{error}");
    let error = stage.functions.invoke("it", "{").await.unwrap_err();
    assert!(matches!(error, LocalFunctionError::NotJson(_)), "{error}");
    let error = stage.functions.invoke("other", "{}").await.unwrap_err();
    assert_eq!(error.to_string(), "the flow has no function `other`");
}

#[tokio::test]
async fn nothing_limits_the_time_of_a_function_that_is_debugged() {
    let function = LocalFunction { timeout: Duration::ZERO, ..node("it") };
    // The system chooses the port, and nobody connects to it.
    let code = "exports.handler = async (e, c) => c.getRemainingTimeInMillis() > 3600000;";
    let stage = Stage::with(function, &[("app.js", code)], Some(Duration::ZERO), |options| {
        options.debug_port = Some(0);
    });
    let waiting = stage.invoke("{}");
    let over = tokio::time::timeout(Duration::from_secs(1), waiting).await;
    assert!(over.is_err(), "it waits for a debugger");
    assert_eq!(stage.platform(), ["function it waits for a debugger at 127.0.0.1:0"]);
}
