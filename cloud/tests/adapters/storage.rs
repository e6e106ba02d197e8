//! S3's buckets and objects over the SDK.

use cloud::{Bucket, ErrorKind};

use crate::stub::{Answer, Stub};

const ME: &str = "123456789012";

#[tokio::test]
async fn an_own_bucket_is_returned_with_its_tags() {
    let tags = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
    let stub = Stub::start(vec![
        Answer::ok(""),
        Answer::ok(tags),
        Answer::ok(""),
        Answer::s3_refusal(404, "NoSuchTagSet"),
    ]);
    let storage = stub.connect().await.storage;
    let Bucket::Present { tags } = storage.bucket("b", ME).await.unwrap() else {
        panic!("present");
    };
    assert_eq!(tags["k"], "v");
    let Bucket::Present { tags } = storage.bucket("b", ME).await.unwrap() else {
        panic!("present");
    };
    assert!(tags.is_empty());
    assert_eq!(stub.lines()[..2], ["HEAD /b/", "GET /b/?tagging"]);
    assert!(stub.requests().iter().all(|r| r.header("x-amz-expected-bucket-owner") == ME));
}

#[tokio::test]
async fn a_bucket_is_absent_foreign_or_an_error_by_status() {
    // What a HEAD request does not say, a second request asks for.
    let answers = [404, 403, 403, 301, 400, 400].map(|code| Answer::status(code, ""));
    let stub = Stub::start(answers.into());
    let storage = stub.connect().await.storage;
    assert_eq!(storage.bucket("b", ME).await.unwrap(), Bucket::Absent);
    assert_eq!(storage.bucket("b", ME).await.unwrap(), Bucket::Foreign);
    assert_eq!(storage.bucket("b", ME).await.unwrap(), Bucket::Foreign);
    assert_eq!(storage.bucket("b", ME).await.unwrap_err().message, "HTTP status 400");
}

#[tokio::test]
async fn credentials_that_expire_are_not_a_foreign_bucket() {
    for status in [400, 403] {
        let expired = || [Answer::status(status, ""), Answer::s3_refusal(status, "ExpiredToken")];
        let stub = Stub::start(expired().into_iter().chain(expired()).collect());
        let storage = stub.connect().await.storage;
        let refused = storage.bucket("b", ME).await.unwrap_err();
        assert_eq!(refused.code.as_deref(), Some("ExpiredToken"), "{status}");
        assert_eq!(refused.kind, ErrorKind::Denied, "{status}");
        let refused = storage.has_object("b", ME, "k").await.unwrap_err();
        assert_eq!(refused.code.as_deref(), Some("ExpiredToken"), "{status}");
        assert!(stub.requests()[1].line.starts_with("GET /b/?list-type=2"));
    }
}

#[tokio::test]
async fn a_bucket_that_goes_between_two_calls_is_absent() {
    let stub = Stub::start(vec![Answer::ok(""), Answer::s3_refusal(404, "NoSuchBucket")]);
    assert_eq!(stub.connect().await.storage.bucket("b", ME).await.unwrap(), Bucket::Absent);
}

#[tokio::test]
async fn an_object_is_uploaded_once_with_its_checksum() {
    let stub = Stub::start(vec![
        Answer::ok(""),
        Answer::s3_refusal(412, "PreconditionFailed"),
        Answer::s3_refusal(403, "AccessDenied"),
    ]);
    let storage = stub.connect().await.storage;
    assert!(storage.put_object("b", ME, "p/k", b"body".to_vec(), None).await.unwrap());
    assert!(!storage.put_object("b", ME, "p/k", b"body".to_vec(), None).await.unwrap());
    let refused = storage.put_object("b", ME, "p/k", b"body".to_vec(), None).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
    let request = &stub.requests()[0];
    assert_eq!(request.line, "PUT /b/p/k?x-id=PutObject");
    assert_eq!(request.header("if-none-match"), "*");
    assert_eq!(request.header("x-amz-server-side-encryption"), "AES256");
    assert_eq!(request.header("x-amz-expected-bucket-owner"), ME);
    // What `printf body | openssl dgst -sha256 -binary | base64` prints.
    let sha256 = "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=";
    assert_eq!(request.header("x-amz-checksum-sha256"), sha256);
    assert_eq!(request.body, "body");
}

#[tokio::test]
async fn a_head_of_an_object_is_read_by_status() {
    let stub = Stub::start([200, 404, 403, 403].map(|code| Answer::status(code, "")).into());
    let storage = stub.connect().await.storage;
    assert!(storage.has_object("b", ME, "k").await.unwrap());
    assert!(!storage.has_object("b", ME, "k").await.unwrap());
    let refused = storage.has_object("b", ME, "k").await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Denied);
    assert_eq!(stub.lines()[0], "HEAD /b/k");
}

#[tokio::test]
async fn objects_are_listed_over_every_page() {
    let page = |key: &str, rest: &str| {
        Answer::ok(format!(
            "<ListBucketResult>{rest}<Contents><Key>{key}</Key></Contents></ListBucketResult>"
        ))
    };
    let more = "<IsTruncated>true</IsTruncated><NextContinuationToken>n</NextContinuationToken>";
    let stub = Stub::start(vec![page("p/1", more), page("p/2", "")]);
    let keys = stub.connect().await.storage.list_objects("b", ME, "p/").await.unwrap();
    assert_eq!(keys, ["p/1", "p/2"]);
    assert!(stub.lines()[0].contains("prefix=p%2F"), "{:?}", stub.lines());
    assert!(stub.lines()[1].contains("continuation-token=n"), "{:?}", stub.lines());
}

#[tokio::test]
async fn versions_and_markers_are_purged_page_by_page() {
    let first = "<ListVersionsResult><IsTruncated>true</IsTruncated>
        <NextKeyMarker>p/1</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>
        <Version><Key>p/1</Key><VersionId>v1</VersionId></Version>
        <DeleteMarker><Key>p/1</Key><VersionId>v2</VersionId></DeleteMarker>
        </ListVersionsResult>";
    let second = "<ListVersionsResult><Version><Key>p/2</Key><VersionId>v3</VersionId></Version>
        </ListVersionsResult>";
    let refused = "<DeleteResult><Error><Key>p/2</Key><Code>AccessDenied</Code>
        <Message>No.</Message></Error></DeleteResult>";
    let stub = Stub::start(vec![
        Answer::ok(first),
        Answer::ok("<DeleteResult/>"),
        Answer::ok(second),
        Answer::ok(refused),
        Answer::ok("<ListVersionsResult/>"),
    ]);
    let storage = stub.connect().await.storage;
    let failed = storage.purge("b", ME, "p/").await.unwrap_err();
    assert_eq!(failed.to_string(), "S3 DeleteObjects failed (AccessDenied): p/2: No.");
    assert_eq!(storage.purge("b", ME, "p/").await.unwrap(), 0);
    let requests = stub.requests();
    assert_eq!(requests[1].line, "POST /b/?delete");
    assert!(requests[1].body.contains("<VersionId>v1</VersionId>"));
    assert!(requests[1].body.contains("<VersionId>v2</VersionId>"));
    assert!(requests[2].line.contains("version-id-marker=v1"), "{}", requests[2].line);
    assert!(requests.iter().all(|r| r.header("x-amz-expected-bucket-owner") == ME));
}

#[tokio::test]
async fn a_bucket_is_empty_only_without_versions() {
    let marker = "<ListVersionsResult><DeleteMarker><Key>k</Key></DeleteMarker>
        </ListVersionsResult>";
    let stub = Stub::start(vec![Answer::ok(marker), Answer::ok("<ListVersionsResult/>")]);
    let storage = stub.connect().await.storage;
    assert!(!storage.is_empty("b", ME, "").await.unwrap());
    assert!(storage.is_empty("b", ME, "").await.unwrap());
    assert!(stub.lines()[0].contains("max-keys=1"));
}

#[tokio::test]
async fn deleting_what_is_gone_is_no_error() {
    let stub = Stub::start(vec![
        Answer::status(204, ""),
        Answer::status(204, ""),
        Answer::s3_refusal(404, "NoSuchBucket"),
        Answer::s3_refusal(409, "BucketNotEmpty"),
    ]);
    let storage = stub.connect().await.storage;
    storage.delete_object("b", ME, "k").await.unwrap();
    storage.delete_bucket("b", ME).await.unwrap();
    storage.delete_bucket("b", ME).await.unwrap();
    let full = storage.delete_bucket("b", ME).await.unwrap_err();
    assert_eq!(full.code.as_deref(), Some("BucketNotEmpty"));
    assert_eq!(stub.lines()[..2], ["DELETE /b/k?x-id=DeleteObject", "DELETE /b/"]);
}

#[tokio::test]
async fn a_bucket_in_another_region_is_told_by_its_header_whatever_the_status() {
    let answer = |status, region| Answer {
        headers: vec![("x-amz-bucket-region", region)],
        ..Answer::status(status, "")
    };
    let stub = Stub::start(vec![
        answer(200, "eu-west-1"),
        answer(200, "us-east-1"),
        answer(301, "us-east-1"),
        answer(403, "us-east-1"),
        answer(403, "eu-west-1"),
        Answer::s3_refusal(403, "AccessDenied"),
        answer(404, "eu-west-1"),
    ]);
    let storage = stub.connect().await.storage;
    let elsewhere = Bucket::Elsewhere { region: "us-east-1".to_owned() };
    let present = Bucket::Present { tags: std::collections::BTreeMap::new() };
    let expected =
        [present, elsewhere.clone(), elsewhere.clone(), elsewhere, Bucket::Foreign, Bucket::Absent];
    for bucket in expected {
        assert_eq!(storage.unmanaged_bucket("b", ME).await.unwrap(), bucket);
    }
    // The refusal in the same region does not say why, so that a second request asks.
    assert_eq!(stub.lines().iter().filter(|line| *line == "HEAD /b/").count(), 6);
    assert_eq!(stub.lines().len(), 7);
}
