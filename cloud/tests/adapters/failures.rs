//! How failures of every kind are translated, and their messages.

use std::error::Error as _;

use cloud::aws::AwsConnect;
use cloud::{Access, Connect, ErrorKind};

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn a_refusal_keeps_code_message_and_request_id() {
    let stub = Stub::start(vec![Answer::refusal(403, "AccessDenied", "Not you.")]);
    let refused = stub.connect().await.stacks.describe("st").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
    assert_eq!(refused.code.as_deref(), Some("AccessDenied"));
    assert_eq!(refused.request_id.as_deref(), Some("rid-1"));
    assert_eq!(
        refused.to_string(),
        "CloudFormation DescribeStacks failed (AccessDenied): Not you. [request ID rid-1]"
    );
    assert!(refused.source().is_none());
}

#[tokio::test]
async fn throttling_is_told_apart_and_retried() {
    let slow = || Answer::refusal(400, "Throttling", "Rate exceeded");
    let stub = Stub::start(vec![slow()]);
    let refused = stub.connect().await.stacks.describe("st").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Throttled);

    let caller = "<Account>123456789012</Account><Arn>arn:me</Arn>";
    let stub = Stub::start(vec![slow(), Answer::query("GetCallerIdentity", caller)]);
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(stub.url.clone()),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", Some("session"));
    let cloud = connect.with_attempts(2).connect(&access).await.unwrap();
    assert_eq!(cloud.identity.caller().await.unwrap().arn, "arn:me");
    let requests = stub.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].header("x-amz-security-token"), "session");
}

#[tokio::test]
async fn expired_credentials_are_denied() {
    let stub = Stub::start(vec![Answer::refusal(403, "ExpiredToken", "It is expired.")]);
    let refused = stub.connect().await.identity.caller().await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
}

#[tokio::test]
async fn a_missing_server_is_unreachable_and_has_a_cause() {
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        // Nothing listens on the discard port.
        endpoint_url: Some("http://127.0.0.1:9".to_owned()),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None).with_attempts(1);
    let cloud = connect.connect(&access).await.unwrap();
    let failed = cloud.identity.caller().await.unwrap_err();
    assert_eq!(failed.kind, ErrorKind::Unreachable);
    assert!(failed.source().is_some());
}

#[tokio::test]
async fn a_server_without_tls_is_unreachable_over_https() {
    let stub = Stub::start(Vec::new());
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(stub.url.replace("http:", "https:")),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None).with_attempts(1);
    let cloud = connect.connect(&access).await.unwrap();
    let failed = cloud.identity.caller().await.unwrap_err();
    assert_eq!(failed.kind, ErrorKind::Unreachable);
}
