//! S3's buckets and objects over the SDK.

use cloud::{Bucket, ErrorKind, ObjectVersion, Put};

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
        let refused = storage.object("b", ME, "k", None).await.unwrap_err();
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
async fn an_object_is_uploaded_with_its_checksum_and_only_if_asked_in_the_place_of_another() {
    let mut versioned = Answer::ok("");
    versioned.headers.push(("x-amz-version-id", "v7"));
    let stub = Stub::start(vec![
        versioned,
        Answer::s3_refusal(412, "PreconditionFailed"),
        Answer::s3_refusal(409, "ConditionalRequestConflict"),
        Answer::s3_refusal(403, "AccessDenied"),
        Answer::ok(""),
        Answer::s3_refusal(409, "ConditionalRequestConflict"),
    ]);
    let storage = stub.connect().await.storage;
    let put = async |replaces: bool| {
        storage.put_object("b", ME, "p/k", b"body".to_vec(), None, replaces).await
    };
    assert_eq!(put(false).await.unwrap(), Put::Stored(Some("v7".to_owned())));
    assert_eq!(put(false).await.unwrap(), Put::Exists);
    assert_eq!(put(false).await.unwrap(), Put::Exists);
    assert_eq!(put(false).await.unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(put(true).await.unwrap(), Put::Stored(None));
    assert!(put(true).await.is_err());
    assert!(!stub.requests()[4].headers.contains_key("if-none-match"));
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
    let object = async || storage.object("b", ME, "k", None).await;
    let unknown = ObjectVersion { version: None, sha256: None, parts_sha256: None };
    assert_eq!(object().await.unwrap(), Some(unknown));
    assert_eq!(object().await.unwrap(), None);
    assert_eq!(object().await.unwrap_err().kind, ErrorKind::Denied);
    assert_eq!(stub.lines()[0], "HEAD /b/k");
}

#[tokio::test]
async fn a_version_of_an_object_is_described_with_the_checksum_of_its_content() {
    // What `printf body | openssl dgst -sha256 -binary | base64` prints.
    let sha256 = "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=";
    let answer = |kind, version| {
        let mut answer = Answer::ok("");
        answer.headers.push(("x-amz-checksum-sha256", sha256));
        answer.headers.push(("x-amz-checksum-type", kind));
        answer.headers.push(("x-amz-version-id", version));
        answer
    };
    let stub = Stub::start(vec![
        answer("FULL_OBJECT", "v1"),
        answer("COMPOSITE", "null"),
        Answer::status(400, ""),
        Answer::ok("<ListBucketResult/>"),
    ]);
    let storage = stub.connect().await.storage;
    let found = storage.object("b", ME, "k", Some("v1")).await.unwrap().unwrap();
    let digest = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
    assert_eq!(found.sha256.as_deref(), Some(digest));
    assert_eq!(found.version.as_deref(), Some("v1"));
    let request = &stub.requests()[0];
    assert_eq!(request.line, "HEAD /b/k?versionId=v1");
    assert_eq!(request.header("x-amz-checksum-mode"), "ENABLED");
    assert_eq!(request.header("x-amz-expected-bucket-owner"), ME);
    let parts = storage.object("b", ME, "k", None).await.unwrap().unwrap();
    assert_eq!(parts, ObjectVersion { version: None, sha256: None, parts_sha256: None });
    // What cannot be the id of a version is refused, and no version has it.
    assert_eq!(storage.object("b", ME, "k", Some("x")).await.unwrap(), None);
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
async fn versions_and_markers_are_listed_page_by_page_and_deleted() {
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
        Answer::ok(second),
        Answer::ok("<DeleteResult/>"),
        Answer::ok(refused),
        Answer::ok("<ListVersionsResult/>"),
    ]);
    let storage = stub.connect().await.storage;
    let versions = storage.versions("b", ME, "p/").await.unwrap();
    let mut ids: Vec<_> = versions.iter().filter_map(|one| one.version.as_deref()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["v1", "v2", "v3"]);
    // 1,000 fit one call.
    let many: Vec<_> = versions.iter().cycle().take(1_001).cloned().collect();
    let failed = storage.delete_versions("b", ME, &many).await.unwrap_err();
    assert_eq!(failed.to_string(), "S3 DeleteObjects failed (AccessDenied): p/2: No.");
    storage.delete_versions("b", ME, &[]).await.unwrap();
    assert!(storage.versions("b", ME, "p/").await.unwrap().is_empty());
    let requests = stub.requests();
    assert!(requests[1].line.contains("version-id-marker=v1"), "{}", requests[1].line);
    assert_eq!(requests[2].line, "POST /b/?delete");
    assert_eq!(requests[2].body.matches("<Object>").count(), 1_000);
    assert!(requests[2].body.contains("<VersionId>v2</VersionId>"));
    assert_eq!(requests[3].body.matches("<Object>").count(), 1);
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
    storage.delete_object("b", ME, "k", None).await.unwrap();
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
