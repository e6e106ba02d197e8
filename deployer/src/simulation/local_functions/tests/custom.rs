//! Functions that bring their own program.

use serde_json::json;

use super::{LocalFunction, Stage, python};

fn provided() -> LocalFunction {
    LocalFunction {
        runtime: "provided.al2023".to_owned(),
        handler: "some.handler".to_owned(),
        ..python("it")
    }
}

/// What a program does that speaks with the runtime API.
#[cfg(unix)]
const BOOTSTRAP: &str = r#"#!/usr/bin/env python3
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
while True:
    with urllib.request.urlopen(api + "invocation/next") as response:
        event, id = json.load(response), response.headers["Lambda-Runtime-Aws-Request-Id"]
    if event == "wrong":
        try:
            urllib.request.urlopen(api + "invocation/other/response", b"1")
        except urllib.error.HTTPError as error:
            answer, path = {"code": error.code, "body": json.load(error)}, "response"
    elif event == "fail":
        answer, path = {"errorType": "Odd", "errorMessage": "as asked for"}, "error"
    else:
        answer, path = [event, os.environ["_HANDLER"], os.environ.get("AWS_EXECUTION_ENV")], "response"
    print("handled")
    urllib.request.urlopen(api + f"invocation/{id}/{path}", json.dumps(answer).encode())
"#;

#[cfg(unix)]
fn stage(text: &str) -> Stage {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new(provided(), &[("bootstrap", text)]);
    let path = stage.folder.path().join("bootstrap");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    stage
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_answers_through_the_runtime_api() {
    let stage = stage(BOOTSTRAP);
    assert_eq!(stage.answer(json!({ "a": 1 })).await, json!([{ "a": 1 }, "some.handler", null]));
    let error = stage.error(json!("fail")).await;
    assert_eq!(error, json!({ "errorType": "Odd", "errorMessage": "as asked for" }));
    let refused = stage.answer(json!("wrong")).await;
    assert_eq!(
        (&refused["code"], &refused["body"]["errorType"]),
        (&json!(400), &json!("InvalidRequestID"))
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_ends_at_once_is_an_exit() {
    let error = stage("#!/bin/sh\necho not today\nexit 7\n").error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.ExitError");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Runtime exited with error: exit status 7"), "{message}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_program_that_the_system_does_not_start_is_an_error() {
    let stage = Stage::new(provided(), &[("bootstrap", "#!/bin/sh\n")]);
    let error = stage.functions.invoke("it", "{}").await.unwrap_err();
    assert_eq!(error.to_string(), "cannot start function `it`");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("ermission denied"), "{source}");
}

#[tokio::test]
async fn a_program_that_is_missing_or_for_another_machine_is_named() {
    let stage = Stage::new(provided(), &[]);
    let error = stage.functions.check().await.unwrap_err();
    let expected =
        "function `it` has no file `bootstrap`, which its runtime provided.al2023 starts";
    assert_eq!(error.to_string(), expected);
    let file = match cfg!(windows) {
        true => "#!/bin/sh\n",
        false => "MZ and more",
    };
    let stage = Stage::new(provided(), &[("bootstrap", file)]);
    let error = stage.functions.check().await.unwrap_err().to_string();
    assert!(
        error.contains("is a program for Windows, but this machine is ") || cfg!(windows),
        "{error}"
    );
}
