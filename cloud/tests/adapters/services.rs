//! The calls that tasks make to DynamoDB and SNS: signed requests in the formats of the services.

use cloud::aws::AwsConnect;
use cloud::services::{REQUESTS, Request};
use cloud::{Access, Connect, EncryptionKey, ErrorKind, Subscriptions};
use serde_json::json;

use crate::stub::{Answer, Stub};

fn request(action: &str) -> &'static Request {
    REQUESTS.iter().find(|request| request.action == action).unwrap()
}

#[tokio::test]
async fn dynamodb_is_called_with_json_and_its_response_is_passed_on() {
    let answer = r#"{"Item": {"Sender": {"S": "a@example.com"}, "Count": {"N": "3"}}}"#;
    let stub = Stub::start(vec![Answer::ok(answer)]);
    let services = stub.connect().await.services;
    let parameters = json!({ "TableName": "t", "Key": { "Sender": { "S": "a@example.com" } } });
    let item = services.send(request("getItem"), &parameters).await.unwrap();
    assert_eq!(item["Item"]["Count"]["N"], "3");
    let request = stub.request();
    assert_eq!(request.line, "POST /");
    assert_eq!(request.header("x-amz-target"), "DynamoDB_20120810.GetItem");
    assert_eq!(request.header("content-type"), "application/x-amz-json-1.0");
    assert!(
        request.header("authorization").contains("/eu-west-1/dynamodb/aws4_request"),
        "{}",
        request.header("authorization")
    );
    assert_eq!(request.body, parameters.to_string());
}

#[tokio::test]
async fn a_refusal_of_dynamodb_has_its_code() {
    let refusal = r#"{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "message": "The conditional request failed"}"#;
    let stub = Stub::start(vec![Answer::status(400, refusal)]);
    let services = stub.connect().await.services;
    let refused = services.send(request("putItem"), &json!({})).await.unwrap_err();
    assert_eq!(refused.code.as_deref(), Some("ConditionalCheckFailedException"));
    assert_eq!(refused.message, "The conditional request failed");
    assert_eq!((refused.operation, refused.kind), ("PutItem", ErrorKind::Invalid));
}

#[tokio::test]
async fn sns_is_called_with_a_form() {
    let answer = Answer::query("Publish", "<MessageId>m-1</MessageId>");
    let refusal = Answer::refusal(404, "NotFound", "Topic does not exist");
    let stub = Stub::start(vec![answer, refusal]);
    let services = stub.connect().await.services;
    let parameters = json!({
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t", "Subject": "a & b = ü",
        "Message": { "from": "a@example.com" },
        "MessageAttributes": { "kind": { "DataType": "String", "StringValue": "mail" } },
    });
    let published = services.send(request("publish"), &parameters).await.unwrap();
    assert_eq!(published, json!({ "MessageId": "m-1" }));
    let form = stub.request();
    for (field, value) in [
        ("Action", "Publish"),
        ("Version", "2010-03-31"),
        ("Subject", "a & b = ü"),
        ("Message", r#"{"from":"a@example.com"}"#),
        ("MessageAttributes.entry.1.Name", "kind"),
        ("MessageAttributes.entry.1.Value.StringValue", "mail"),
    ] {
        assert_eq!(form.field(field).as_deref(), Some(value), "{}", form.body);
    }
    let refused = services.send(request("publish"), &parameters).await.unwrap_err();
    assert_eq!(refused.code.as_deref(), Some("NotFound"));
    assert_eq!(
        (refused.message.as_str(), refused.kind),
        ("Topic does not exist", ErrorKind::NotFound)
    );
    let odd = services.send(request("publish"), &json!({ "TopicArn": [1] })).await.unwrap_err();
    assert_eq!(odd.kind, ErrorKind::Invalid);
}

#[tokio::test]
async fn the_subscriptions_of_a_topic_are_counted() {
    let entry = |key: &str, value: &str| {
        format!("<entry>\n  <key>{key}</key>\n  <value>{value}</value>\n</entry>")
    };
    let attributes = [
        entry("Policy", "{&quot;Version&quot;:&quot;2008-10-17&quot;}"),
        entry("SubscriptionsPending", "2"),
        entry("SubscriptionsConfirmed", "1"),
        entry("SubscriptionsDeleted", "3"),
    ];
    let attributes = format!("<Attributes>{}</Attributes>", attributes.concat());
    let stub = Stub::start(vec![
        Answer::query("GetTopicAttributes", &attributes),
        Answer::refusal(404, "NotFound", "Topic does not exist"),
        Answer::refusal(403, "AuthorizationError", "User is not authorized"),
        Answer::query("GetTopicAttributes", "<Attributes></Attributes>"),
    ]);
    let topics = stub.connect().await.topics;
    let arn = "arn:aws:sns:eu-west-1:123456789012:st-approval";
    let counted = Subscriptions { confirmed: 1, pending: 2, deleted: 3 };
    assert_eq!(topics.subscriptions(arn).await.unwrap(), Some(counted));
    let form = stub.request();
    for (field, value) in
        [("Action", "GetTopicAttributes"), ("Version", "2010-03-31"), ("TopicArn", arn)]
    {
        assert_eq!(form.field(field).as_deref(), Some(value), "{}", form.body);
    }
    assert_eq!(topics.subscriptions(arn).await.unwrap(), None);
    let denied = topics.subscriptions(arn).await.unwrap_err();
    assert_eq!((denied.operation, denied.kind), ("GetTopicAttributes", ErrorKind::Denied));
    let odd = topics.subscriptions(arn).await.unwrap_err();
    assert_eq!((odd.service, odd.kind), ("SNS", ErrorKind::Other));
}

#[tokio::test]
async fn the_state_of_a_key_is_read() {
    let refused = |code: &str| Answer::status(400, format!("{{\"__type\":\"{code}\"}}"));
    let metadata = |text: &str| Answer::ok(format!("{{\"KeyMetadata\":{{{text}}}}}"));
    let stub = Stub::start(vec![
        metadata(r#""KeyState":"Disabled","KeySpec":"SYMMETRIC_DEFAULT""#),
        metadata(r#""KeyState":"Enabled","KeySpec":"RSA_2048""#),
        refused("NotFoundException"),
        refused("AccessDeniedException"),
        Answer::ok("{}"),
    ]);
    let keys = stub.connect().await.keys;
    let arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let key = |state: &str, is_symmetric| EncryptionKey { state: state.to_owned(), is_symmetric };
    assert_eq!(keys.key(arn).await.unwrap(), Some(key("Disabled", true)));
    let request = stub.request();
    assert_eq!(request.body, format!("{{\"KeyId\":\"{arn}\"}}"));
    assert_eq!(keys.key(arn).await.unwrap(), Some(key("Enabled", false)));
    assert_eq!(keys.key(arn).await.unwrap(), None);
    let denied = keys.key(arn).await.unwrap_err();
    assert_eq!((denied.service, denied.kind), ("KMS", ErrorKind::Denied));
    assert_eq!(keys.key(arn).await.unwrap_err().kind, ErrorKind::Other);
}

#[tokio::test]
async fn an_unreachable_service_has_no_code_and_is_not_retried() {
    let stub = Stub::start(vec![Answer::status(503, ""), Answer::ok("{}")]);
    let services = stub.connect_with_retries().await.services;
    let refused = services.send(request("query"), &json!({})).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Throttled, None));
    assert_eq!(stub.lines(), ["POST /"]);
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some("http://127.0.0.1:9".to_owned()),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None);
    let services = connect.connect(&access).await.unwrap().services;
    let refused = services.send(request("query"), &json!({})).await.unwrap_err();
    assert_eq!((refused.kind, refused.code.as_deref()), (ErrorKind::Unreachable, None));
}
