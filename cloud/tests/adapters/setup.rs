//! Setting up a bucket over the SDK.

use std::collections::BTreeMap;

use cloud::{BucketSettings, ErrorKind};

use crate::stub::{Answer, Stub};

const ME: &str = "123456789012";

fn settings() -> BucketSettings {
    BucketSettings {
        noncurrent_days: 30,
        abort_upload_days: 7,
        kms_key: None,
        tags: BTreeMap::from([("by".to_owned(), "us".to_owned())]),
    }
}

#[tokio::test]
async fn a_bucket_is_made_in_the_region() {
    let stub = Stub::start(vec![
        Answer::ok(""),
        Answer::s3_refusal(409, "BucketAlreadyOwnedByYou"),
        Answer::s3_refusal(409, "BucketAlreadyExists"),
    ]);
    let storage = stub.connect().await.storage;
    storage.create_bucket("b").await.unwrap();
    storage.create_bucket("b").await.unwrap();
    let taken = storage.create_bucket("b").await.unwrap_err();
    assert_eq!(taken.kind, ErrorKind::Invalid);
    let request = &stub.requests()[0];
    assert_eq!(request.line, "PUT /b/");
    assert!(request.body.contains("<LocationConstraint>eu-west-1</LocationConstraint>"));
}

#[tokio::test]
async fn the_tags_come_after_every_other_setting() {
    let stub = Stub::start((0..7).map(|_| Answer::ok("")).collect());
    let storage = stub.connect().await.storage;
    storage.configure_bucket("b", ME, &settings()).await.unwrap();
    let order = [
        "publicAccessBlock",
        "ownershipControls",
        "encryption",
        "versioning",
        "policy",
        "lifecycle",
        "tagging",
    ];
    assert_eq!(stub.lines(), order.map(|setting| format!("PUT /b/?{setting}")));
    let contents = [
        "<RestrictPublicBuckets>true</RestrictPublicBuckets>",
        "<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>",
        "<SSEAlgorithm>AES256</SSEAlgorithm>",
        "<Status>Enabled</Status>",
        r#""Condition":{"Bool":{"aws:SecureTransport":"false"}}"#,
        "<NoncurrentDays>30</NoncurrentDays>",
        "<Key>by</Key><Value>us</Value>",
    ];
    for (request, content) in stub.requests().iter().zip(contents) {
        assert!(request.body.contains(content), "{request:?}");
        assert_eq!(request.header("x-amz-expected-bucket-owner"), ME);
    }
    let lifecycle = &stub.requests()[5].body;
    assert!(lifecycle.contains("<DaysAfterInitiation>7</DaysAfterInitiation>"));
    assert!(lifecycle.contains("<ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker>"));
}

#[tokio::test]
async fn a_refused_setting_ends_the_setup_before_the_tags() {
    let stub = Stub::start(vec![Answer::ok(""), Answer::s3_refusal(403, "AccessDenied")]);
    let storage = stub.connect().await.storage;
    let refused = storage.configure_bucket("b", ME, &settings()).await.unwrap_err();
    assert_eq!(refused.operation, "PutBucketOwnershipControls");
    assert_eq!(refused.kind, ErrorKind::Denied);
    assert_eq!(stub.requests().len(), 2);
}

#[tokio::test]
async fn a_kms_key_is_the_default_of_the_bucket_and_asked_for_by_each_upload() {
    let stub = Stub::start((0..8).map(|_| Answer::ok("")).collect());
    let storage = stub.connect().await.storage;
    let settings = BucketSettings { kms_key: Some("alias/mail".to_owned()), ..settings() };
    storage.configure_bucket("b", ME, &settings).await.unwrap();
    let encryption = &stub.requests()[2].body;
    for part in [
        "<SSEAlgorithm>aws:kms</SSEAlgorithm>",
        "<KMSMasterKeyID>alias/mail</KMSMasterKeyID>",
        "<BucketKeyEnabled>true</BucketKeyEnabled>",
    ] {
        assert!(encryption.contains(part), "{encryption}");
    }
    storage.put_object("b", ME, "k", vec![1], Some("alias/mail"), false).await.unwrap();
    let upload = &stub.requests()[7];
    assert_eq!(upload.header("x-amz-server-side-encryption"), "aws:kms");
    assert_eq!(upload.header("x-amz-server-side-encryption-aws-kms-key-id"), "alias/mail");
}
