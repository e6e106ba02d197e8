//! Lambda and STS over the SDK.

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn a_function_is_described() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:flow";
    let body = format!(
        r#"{{"FunctionArn": "{arn}", "State": "Pending", "StateReason": "why",
            "LastUpdateStatus": "InProgress", "Architectures": ["arm64"],
            "Environment": {{"Variables": {{"EXECUTION_TABLE": "t"}}}}}}"#
    );
    let stub = Stub::start(vec![Answer::ok(body)]);
    let function = stub.connect().await.functions.function("flow").await.unwrap().unwrap();
    assert_eq!(stub.lines(), ["GET /2015-03-31/functions/flow/configuration"]);
    assert_eq!(function.arn, arn);
    assert_eq!(function.state, "Pending");
    assert_eq!(function.state_reason.as_deref(), Some("why"));
    assert_eq!(function.last_update, "InProgress");
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
async fn the_caller_is_named() {
    let answer = "<Account>123456789012</Account><Arn>arn:me</Arn><UserId>u</UserId>";
    let stub = Stub::start(vec![Answer::query("GetCallerIdentity", answer)]);
    let caller = stub.connect().await.identity.caller().await.unwrap();
    assert_eq!(caller.account, "123456789012");
    assert_eq!(caller.arn, "arn:me");
}
