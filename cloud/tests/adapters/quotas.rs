//! Service Quotas over the SDK.

use cloud::{ErrorKind, Quota};

use crate::stub::{Answer, Stub};

#[tokio::test]
async fn every_page_of_a_services_quotas_is_read() {
    let stub = Stub::start(vec![
        Answer::ok(r#"{"NextToken": "t", "Quotas": [{"QuotaName": "a", "Value": 10.0}]}"#),
        // A quota without a value is left out.
        Answer::ok(r#"{"Quotas": [{"QuotaName": "b"}, {"QuotaName": "c", "Value": 2.5}]}"#),
    ]);
    let quotas = stub.connect().await.quotas.quotas("lambda").await.unwrap();
    let quota = |name: &str, value| Quota { name: name.to_owned(), value };
    assert_eq!(quotas, [quota("a", 10.0), quota("c", 2.5)]);
    let requests = stub.requests();
    assert_eq!(requests[0].header("x-amz-target"), "ServiceQuotasV20190624.ListServiceQuotas");
    assert!(requests[0].body.contains(r#""ServiceCode":"lambda""#), "{}", requests[0].body);
    assert!(requests[1].body.contains(r#""NextToken":"t""#), "{}", requests[1].body);
}

#[tokio::test]
async fn a_refusal_is_an_error() {
    let body = r#"{"__type": "AccessDeniedException", "Message": "no"}"#;
    let stub = Stub::start(vec![Answer::status(400, body)]);
    let refused = stub.connect().await.quotas.quotas("lambda").await.unwrap_err();
    assert_eq!((refused.kind, refused.service), (ErrorKind::Denied, "Service Quotas"));
}
