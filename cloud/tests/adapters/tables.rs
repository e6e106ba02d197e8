//! DynamoDB's tables over the SDK.

use cloud::ErrorKind;

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn a_tables_items_are_counted_by_dynamodb() {
    let missing = r#"{"__type": "ResourceNotFoundException", "message": "no such table"}"#;
    let denied = r#"{"__type": "AccessDeniedException", "message": "no"}"#;
    let stub = Stub::start(vec![
        Answer::ok(r#"{"Table": {"TableName": "t", "ItemCount": 7}}"#),
        Answer::status(400, missing),
        Answer::status(400, denied),
    ]);
    let tables = stub.connect().await.tables;
    assert_eq!(tables.item_count("t").await.unwrap(), Some(7));
    assert_eq!(tables.item_count("t").await.unwrap(), None);
    assert_eq!(tables.item_count("t").await.unwrap_err().kind, ErrorKind::Denied);
    let request = &stub.requests()[0];
    assert_eq!(request.header("x-amz-target"), "DynamoDB_20120810.DescribeTable");
    assert_eq!(request.body, r#"{"TableName":"t"}"#);
}
