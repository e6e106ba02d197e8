//! CloudWatch Logs over the SDK.

use cloud::{ErrorKind, LogQuery};
use jiff::Timestamp;

use crate::stub::{Answer, Stub};

fn query() -> LogQuery {
    LogQuery {
        group: "/aws/lambda/flow".to_owned(),
        from: "2026-11-21T12:00:00.25Z".parse().unwrap(),
        to: Some("2026-11-21T13:00:00Z".parse().unwrap()),
        pattern: Some("ERROR".to_owned()),
    }
}

#[tokio::test]
async fn a_page_of_events_and_the_next() {
    let first = r#"{"events": [{"logStreamName": "s", "timestamp": 1795262400250,
        "message": "line\n", "ingestionTime": 1, "eventId": "e"}], "nextToken": "more"}"#;
    let stub = Stub::start(vec![Answer::ok(first), Answer::ok(r#"{"events": []}"#)]);
    let logs = stub.connect().await.logs;
    let page = logs.page(&query(), None).await.unwrap().unwrap();
    let event = &page.events[0];
    assert_eq!((event.id.as_str(), event.stream.as_str()), ("e", "s"));
    assert_eq!((event.message.as_str(), event.timestamp), ("line\n", query().from));
    let last = logs.page(&query(), page.next.as_deref()).await.unwrap().unwrap();
    assert_eq!((last.events.len(), last.next), (0, None));

    let requests = stub.requests();
    assert_eq!(requests[0].header("x-amz-target"), "Logs_20140328.FilterLogEvents");
    let asked: serde_json::Value = serde_json::from_str(&requests[0].body).unwrap();
    assert_eq!(
        asked,
        serde_json::json!({
            "logGroupName": "/aws/lambda/flow", "startTime": 1_795_262_400_250_i64,
            "endTime": 1_795_266_000_000_i64, "filterPattern": "ERROR",
        })
    );
    assert!(requests[1].body.contains(r#""nextToken":"more""#), "{}", requests[1].body);
}

#[tokio::test]
async fn a_group_that_does_not_exist_is_none_and_a_refusal_is_an_error() {
    let refusal =
        |code: &str| Answer::status(400, format!(r#"{{"__type": "{code}", "message": "no"}}"#));
    let answers = ["ResourceNotFoundException", "InvalidParameterException", "ThrottlingException"];
    let stub = Stub::start(answers.map(refusal).into());
    let logs = stub.connect().await.logs;
    let query = LogQuery { from: Timestamp::UNIX_EPOCH, to: None, pattern: None, ..query() };
    assert_eq!(logs.page(&query, None).await.unwrap(), None);
    let refused = logs.page(&query, None).await.unwrap_err();
    assert_eq!((refused.kind, refused.service), (ErrorKind::Invalid, "CloudWatch Logs"));
    assert_eq!(logs.page(&query, None).await.unwrap_err().kind, ErrorKind::Throttled);
}
