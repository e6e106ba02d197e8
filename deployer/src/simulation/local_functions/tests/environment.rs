//! What a function finds around it.

use std::ffi::OsStr;

use serde_json::{Value, json};

use super::{LocalFunction, Stage, node, python};
use crate::host::ProcessEnvironment;

const VARIABLES: &str = "import os
def handler(event, context):
    return dict(os.environ)\n";

fn with_own(function: LocalFunction) -> LocalFunction {
    let own = [("TABLE", "words"), ("TZ", ":Europe/Berlin"), ("AWS_LAMBDA_FUNCTION_NAME", "other")];
    let environment = own.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    LocalFunction { environment, ..function }
}

#[tokio::test]
async fn the_environment_is_lambdas_with_what_the_system_needs() {
    let function = with_own(python("it"));
    let stage = Stage::with(function, &[("app.py", VARIABLES)], None, |options| {
        for (name, value) in [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_PROFILE", "work")] {
            options.inherited.insert(name.into(), value.into());
        }
    });
    let found = stage.answer(json!({})).await;
    let folder = stage.folder.path().to_str().unwrap();
    for (name, value) in [
        ("AWS_LAMBDA_FUNCTION_NAME", "flow-it"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/flow-it"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.13"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("LAMBDA_TASK_ROOT", folder),
        ("_HANDLER", "app.handler"),
        ("LANG", "en_US.UTF-8"),
        ("TABLE", "words"),
        ("TZ", ":Europe/Berlin"),
    ] {
        assert_eq!(found[name], value, "{name}");
    }
    assert_eq!(found["LAMBDA_RUNTIME_DIR"], found["PYTHONPATH"]);
    let trace = found["_X_AMZN_TRACE_ID"].as_str().unwrap();
    assert!(trace.starts_with("Root=1-"), "{trace}");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "CARGO_MANIFEST_DIR"] {
        assert_eq!(found.get(name), None, "{name}");
    }
    for name in ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"] {
        let file = found[name].as_str().unwrap();
        assert!(!std::path::Path::new(file).exists(), "{name}");
    }
}

#[tokio::test]
async fn with_real_the_function_has_the_credentials_of_the_user() {
    let stage = Stage::with(python("it"), &[("app.py", VARIABLES)], None, |options| {
        options.real = true;
        options.inherited.insert("AWS_PROFILE".into(), "work".into());
        options.inherited.insert("AWS_REGION".into(), "us-west-2".into());
    });
    let found = stage.answer(json!({})).await;
    assert_eq!(found["AWS_PROFILE"], "work");
    assert_eq!(found["AWS_REGION"], "eu-west-1");
    let inherited = ProcessEnvironment::of_process().inherited.0;
    for name in ["AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "AWS_CONFIG_FILE"] {
        let inherited = inherited.get(OsStr::new(name)).and_then(|value| value.to_str());
        assert_eq!(found.get(name).and_then(Value::as_str), inherited, "{name}");
    }
}

#[tokio::test]
async fn a_service_of_aws_refuses_and_says_why() {
    let code = "import os, urllib.error, urllib.request
def asked(kind):
    headers = {'Content-Type': kind}
    request = urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/x', b'', headers)
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        return [error.code, error.read().decode()]
def handler(event, context):
    return [asked('application/x-amz-json-1.0'), asked('application/x-www-form-urlencoded'), asked('')]\n";
    let answer = Stage::new(python("it"), &[("app.py", code)]).answer(json!({})).await;
    for (nth, start) in [(0, "{\"__type\":\"AccessDenied"), (1, "<ErrorResponse>"), (2, "<Error>")]
    {
        assert_eq!(answer[nth][0], 403);
        let text = answer[nth][1].as_str().unwrap();
        assert!(text.starts_with(start) && text.contains("--real"), "{text}");
    }
}

#[tokio::test]
async fn node_finds_modules_of_the_function_and_the_same_environment() {
    let code = "exports.handler = async () => ({ ...process.env, cwd: process.cwd() });";
    let stage = Stage::new(with_own(node("it")), &[("app.js", code)]);
    let found = stage.answer(json!({})).await;
    let folder = stage.folder.path().to_str().unwrap();
    assert_eq!(found["AWS_EXECUTION_ENV"], "AWS_Lambda_nodejs22.x");
    assert_eq!((&found["TABLE"], &found["cwd"]), (&json!("words"), &json!(folder)));
    assert!(found["NODE_PATH"].as_str().unwrap().ends_with(folder), "{found}");
}
