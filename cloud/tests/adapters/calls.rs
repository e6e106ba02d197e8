//! Calls are told to an observer: what was called and how it ended, and no contents.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use cloud::aws::AwsConnect;
use cloud::{Access, CallObserver, CallOutcome, Cloud, Connect, FinishedCall};

use crate::stub::{Answer, Stub};

type Seen = Arc<Mutex<Vec<FinishedCall>>>;

async fn observed(url: &str) -> (Cloud, Seen) {
    let seen = Seen::default();
    let calls = Arc::clone(&seen);
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(url.to_owned()),
        calls: CallObserver::new(move |call| calls.lock().unwrap().push(call.clone())),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None).with_attempts(2);
    (connect.connect(&access).await.unwrap(), seen)
}

fn refused(status: u16, code: Option<&str>) -> CallOutcome {
    CallOutcome::Refused { status, code: code.map(str::to_owned) }
}

#[tokio::test]
async fn each_call_is_told_with_its_outcome_attempts_and_request_id() {
    let caller = "<Account>123456789012</Account><Arn>arn:me</Arn>";
    let json = r#"{"__type": "com.amazonaws#InvalidArn", "message": "secret message"}"#;
    let header = ("x-amzn-errortype", "ResourceNotFoundException:http://internal/");
    let stub = Stub::start(vec![
        Answer::query("GetCallerIdentity", caller),
        Answer::refusal(503, "Throttling", "Rate exceeded"),
        Answer::query("GetCallerIdentity", caller),
        Answer::s3_refusal(403, "AccessDenied"),
        Answer::status(404, ""),
        Answer::status(400, json),
        Answer { headers: vec![header], ..Answer::status(404, "{}") },
    ]);
    let (cloud, seen) = observed(&stub.url).await;
    cloud.identity.caller().await.unwrap();
    cloud.identity.caller().await.unwrap();
    let put = cloud.storage.put_object("b", "1", "k", b"secret body".to_vec(), None, false).await;
    assert!(put.is_err());
    assert!(cloud.storage.object("b", "1", "k", None).await.unwrap().is_none());
    assert!(cloud.machines.definition("arn:aws:states:eu-west-1:1:stateMachine:m").await.is_err());
    assert!(cloud.functions.function("f").await.unwrap().is_none());
    let calls = seen.lock().unwrap().clone();
    let facts: Vec<_> = calls
        .iter()
        .map(|call| {
            let name = format!("{} {}", call.service, call.operation);
            (name, call.attempts, call.outcome.clone())
        })
        .collect();
    let ok = || CallOutcome::Accepted(Some(200));
    let name = str::to_owned;
    assert_eq!(
        facts,
        [
            (name("STS GetCallerIdentity"), 1, ok()),
            (name("STS GetCallerIdentity"), 2, ok()),
            (name("S3 PutObject"), 1, refused(403, Some("AccessDenied"))),
            (name("S3 HeadObject"), 1, refused(404, None)),
            (name("SFN DescribeStateMachine"), 1, refused(400, Some("InvalidArn"))),
            (
                name("Lambda GetFunctionConfiguration"),
                1,
                refused(404, Some("ResourceNotFoundException"))
            ),
        ]
    );
    assert!(calls.iter().all(|call| call.request_id.as_deref() == Some("rid-1")));
    let all = format!("{calls:?}");
    for hidden in ["secret", "AKID", "arn:"] {
        assert!(!all.contains(hidden), "{all}");
    }
}

#[tokio::test]
async fn a_call_without_an_answer_is_told_too() {
    // Nothing listens on the discard port.
    let (cloud, seen) = observed("http://127.0.0.1:9").await;
    assert!(cloud.identity.caller().await.is_err());
    let calls = seen.lock().unwrap().clone();
    assert_eq!(calls.len(), 1);
    assert_eq!((&calls[0].outcome, calls[0].attempts), (&CallOutcome::Unanswered, 2));
    assert_eq!(calls[0].request_id, None);
}

#[tokio::test]
async fn a_call_that_is_signed_without_the_sdk_is_told_too() {
    let request = cloud::services::REQUESTS.iter().find(|request| request.service == "dynamodb");
    let request = request.unwrap();
    let stub = Stub::start(vec![Answer::ok("{}")]);
    let (cloud, seen) = observed(&stub.url).await;
    cloud.services.send(request, &serde_json::json!({})).await.unwrap();
    let calls = seen.lock().unwrap().clone();
    assert_eq!((calls[0].service.as_str(), calls.len()), ("DynamoDB", 1));
    assert_eq!(calls[0].outcome, CallOutcome::Accepted(Some(200)));
}

#[test]
fn every_client_is_made_with_the_observer() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aws");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!text.contains("Client::new(&"), "{name}: use client_config!");
        assert!(!text.contains("Client::new(config)") || name == "services.rs", "{name}");
        if text.contains("Client::from_conf(") {
            assert!(text.contains("client_config!("), "{name}: use client_config!");
            seen.insert(name);
        }
    }
    assert!(seen.len() > 12, "this test does not see the clients any more: {seen:?}");
}
