//! Tasks that wait for a callback, over the SDK.

use cloud::ErrorKind;
use serde_json::{Value, json};

use crate::stub::{Answer, Stub};

const TOKEN: &str = "AAAAKgAAAAIAAAAAAAAAAf==";

#[tokio::test]
async fn a_token_is_returned_with_a_result_or_an_error() {
    let stub = Stub::start((0..3).map(|_| Answer::ok("{}")).collect());
    let tokens = stub.connect().await.task_tokens;
    tokens.succeed(TOKEN, r#"{"decision":"approve"}"#).await.unwrap();
    tokens.fail(TOKEN, "Refused", Some("why")).await.unwrap();
    tokens.fail(TOKEN, "Refused", None).await.unwrap();
    let requests = stub.requests();
    let sent = |nth: usize| serde_json::from_str::<Value>(&requests[nth].body).unwrap();
    assert_eq!(requests[0].header("x-amz-target"), "AWSStepFunctions.SendTaskSuccess");
    assert_eq!(sent(0), json!({ "taskToken": TOKEN, "output": r#"{"decision":"approve"}"# }));
    assert_eq!(requests[1].header("x-amz-target"), "AWSStepFunctions.SendTaskFailure");
    assert_eq!(sent(1), json!({ "taskToken": TOKEN, "error": "Refused", "cause": "why" }));
    assert_eq!(sent(2), json!({ "taskToken": TOKEN, "error": "Refused" }));
}

#[tokio::test]
async fn a_refusal_does_not_reveal_the_token() {
    let refusal = |code: &str| {
        let body = json!({ "__type": code, "message": format!("Invalid Token: '{TOKEN}'") });
        Answer::status(400, body.to_string())
    };
    let stub = Stub::start(vec![refusal("InvalidToken"), refusal("TaskTimedOut")]);
    let tokens = stub.connect().await.task_tokens;
    let invalid = tokens.succeed(TOKEN, "{}").await.unwrap_err();
    assert_eq!((invalid.kind, invalid.code.as_deref()), (ErrorKind::Invalid, Some("InvalidToken")));
    let late = tokens.fail(TOKEN, "E", None).await.unwrap_err();
    assert_eq!((late.operation, late.code.as_deref()), ("SendTaskFailure", Some("TaskTimedOut")));
    for error in [invalid, late] {
        assert!(error.message.contains("(the token)"), "{error}");
        assert!(!format!("{error:?}").contains(TOKEN), "{error:?}");
    }
}
