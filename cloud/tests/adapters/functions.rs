//! Lambda and STS over the SDK.

use cloud::ErrorKind;

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn a_function_is_described() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:flow";
    let body = format!(
        r#"{{"FunctionArn": "{arn}", "State": "Pending", "StateReason": "why",
            "LastUpdateStatus": "InProgress",
            "CodeSha256": "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=", "Architectures": ["arm64"],
            "Environment": {{"Variables": {{"EXECUTION_TABLE": "t"}}}}}}"#
    );
    let stub = Stub::start(vec![Answer::ok(body)]);
    let function = stub.connect().await.functions.function("flow").await.unwrap().unwrap();
    assert_eq!(stub.lines(), ["GET /2015-03-31/functions/flow/configuration"]);
    assert_eq!(function.arn, arn);
    assert_eq!(function.state, "Pending");
    assert_eq!(function.state_reason.as_deref(), Some("why"));
    assert_eq!(function.last_update, "InProgress");
    let digest = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    assert_eq!(function.code_sha256.as_deref(), Some(digest));
    assert_eq!(function.architecture, "arm64");
    assert_eq!(function.environment["EXECUTION_TABLE"], "t");
}

#[tokio::test]
async fn a_function_that_does_not_exist_is_none() {
    let body = r#"{"Type": "User", "Message": "Function not found",
        "__type": "ResourceNotFoundException"}"#;
    let stub = Stub::start(vec![Answer::status(404, body)]);
    assert_eq!(stub.connect().await.functions.function("x").await.unwrap(), None);
}

#[tokio::test]
async fn an_invocation_requests_the_response_and_the_end_of_the_log() {
    let mut answer = Answer::ok(r#"{"actions": []}"#);
    // "what it said" in Base64.
    answer.headers.push(("x-amz-log-result", "d2hhdCBpdCBzYWlk"));
    let stub = Stub::start(vec![answer]);
    let functions = stub.connect().await.functions;
    let reply = functions.invoke("flow", r#"{"invocationId": "1"}"#).await.unwrap();
    let request = stub.request();
    assert_eq!(request.line, "POST /2015-03-31/functions/flow/invocations");
    assert_eq!(request.header("x-amz-log-type"), "Tail");
    assert_eq!(request.body, r#"{"invocationId": "1"}"#);
    assert!(!reply.failed);
    assert_eq!(reply.payload, r#"{"actions": []}"#);
    assert_eq!(reply.log.as_deref(), Some("what it said"));
}

#[tokio::test]
async fn a_failing_function_has_a_reply_and_a_missing_one_is_an_error() {
    let mut failing = Answer::ok(r#"{"errorType": "NotReady"}"#);
    failing.headers.push(("x-amz-function-error", "Unhandled"));
    let missing = r#"{"Type": "User", "Message": "Function not found"}"#;
    let mut missing = Answer::status(404, missing);
    missing.headers.push(("x-amzn-errortype", "ResourceNotFoundException"));
    let stub = Stub::start(vec![failing, missing]);
    let functions = stub.connect().await.functions;
    let reply = functions.invoke("flow", "{}").await.unwrap();
    assert_eq!((reply.failed, reply.payload.as_str()), (true, r#"{"errorType": "NotReady"}"#));
    assert_eq!(reply.log, None);
    let refused = functions.invoke("flow", "{}").await.unwrap_err();
    assert_eq!((refused.operation, refused.kind), ("Invoke", ErrorKind::NotFound));
}

#[tokio::test]
async fn an_invocation_is_never_retried_by_the_client() {
    let throttled = r#"{"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}"#;
    let mut throttled = Answer::status(429, throttled);
    throttled.headers.push(("x-amzn-errortype", "TooManyRequestsException"));
    let stub = Stub::start(vec![throttled]);
    // A client that would retry whatever can be retried.
    let functions = stub.connect_with_retries().await.functions;
    let refused = functions.invoke("flow", "{}").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Throttled);
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn the_caller_is_returned() {
    let answer = "<Account>123456789012</Account><Arn>arn:me</Arn><UserId>u</UserId>";
    let stub = Stub::start(vec![Answer::query("GetCallerIdentity", answer)]);
    let caller = stub.connect().await.identity.caller().await.unwrap();
    assert_eq!(caller.account, "123456789012");
    assert_eq!(caller.arn, "arn:me");
}
