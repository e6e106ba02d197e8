//! DynamoDB over the SDK.

use cloud::{ErrorKind, LedgerEntry};

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn an_entry_is_read_consistently() {
    let item = r#"{"Item": {"InvocationId": {"S": "i"}, "ExecutionArn": {"S": "arn"},
        "OutputState": {"S": ""}, "ClaimedAt": {"N": "1795262400"}, "TimeToLive": {"N": "1795276800"},
        "Verdict": {"S": "{}"}}}"#;
    let stub = Stub::start(vec![Answer::ok(item)]);
    let entry = stub.connect().await.entries.entry("t", "i").await.unwrap().unwrap();
    let at = |time: &str| Some(time.parse().unwrap());
    assert_eq!(
        entry,
        LedgerEntry {
            execution_arn: Some("arn".to_owned()),
            output_state: Some(String::new()),
            claimed_at: at("2026-11-21T12:00:00Z"),
            expires_at: at("2026-11-21T16:00:00Z"),
            verdict: Some("{}".to_owned()),
        }
    );
    let request = stub.request();
    assert_eq!(request.header("x-amz-target"), "DynamoDB_20120810.GetItem");
    let asked: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    let key = serde_json::json!({ "InvocationId": { "S": "i" } });
    let expected = serde_json::json!({ "TableName": "t", "Key": key, "ConsistentRead": true });
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn an_entry_of_the_original_application_has_fewer_members() {
    let item = r#"{"Item": {"InvocationId": {"S": "i"}, "ExecutionArn": {"S": "arn"},
        "TimeToLive": {"N": "never"}}}"#;
    let refusal = r#"{"__type": "ResourceNotFoundException", "message": "no such table"}"#;
    let answers = vec![Answer::ok(item), Answer::ok("{}"), Answer::status(400, refusal)];
    let stub = Stub::start(answers);
    let entries = stub.connect().await.entries;
    let execution_arn = Some("arn".to_owned());
    let original = LedgerEntry { execution_arn, ..LedgerEntry::default() };
    assert_eq!(entries.entry("t", "i").await.unwrap(), Some(original));
    assert_eq!(entries.entry("t", "i").await.unwrap(), None);
    let refused = entries.entry("t", "i").await.unwrap_err();
    assert_eq!((refused.kind, refused.service), (ErrorKind::NotFound, "DynamoDB"));
}
