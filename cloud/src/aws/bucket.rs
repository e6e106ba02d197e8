//! S3 over the SDK: describing a bucket, and setting it up.

use std::collections::BTreeMap;

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint,
    BucketVersioningStatus, CreateBucketConfiguration, ExpirationStatus, LifecycleExpiration,
    LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration, ObjectOwnership,
    OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, ServerSideEncryption,
    ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
    Tag, Tagging, VersioningConfiguration,
};
use serde_json::json;

use crate::{Bucket, BucketSettings, CloudError, ErrorKind};

use super::error::{failure, status};
use super::storage::{AwsStorage, SERVICE};

/// The one region that CreateBucket must not name.
const UNNAMED_REGION: &str = "us-east-1";

pub(super) async fn describe(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
) -> Result<Bucket, CloudError> {
    match head(storage, bucket, owner).await? {
        Bucket::Present { .. } => {}
        unusable => return Ok(unusable),
    }
    match tags(storage, bucket, owner).await {
        Ok(tags) => Ok(Bucket::Present { tags }),
        // The bucket was removed between the two calls.
        Err(gone) if gone.code.as_deref() == Some("NoSuchBucket") => Ok(Bucket::Absent),
        Err(refused) => Err(refused),
    }
}

/// The header with the region of a bucket, which refusals have, too.
/// Source: Amazon S3 API reference, `HeadBucket`.
const REGION: &str = "x-amz-bucket-region";

/// What `HeadBucket` reports about a bucket.
pub(super) async fn head(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
) -> Result<Bucket, CloudError> {
    let call = storage.client.head_bucket().bucket(bucket);
    let answer = call.expected_bucket_owner(owner).send().await;
    let region = match &answer {
        Ok(answer) => answer.bucket_region(),
        Err(error) => error.raw_response().and_then(|answer| answer.headers().get(REGION)),
    };
    let elsewhere = region.filter(|region| *region != storage.region).map(str::to_owned);
    // The response to a HEAD request has no body, and so does not say that credentials have
    // expired.
    if elsewhere.is_none()
        && matches!(answer.as_ref().err().and_then(status), Some(400 | 403))
        && let Some(unusable) = unusable_credentials(storage, bucket, owner).await
    {
        return Err(unusable);
    }
    match (answer, elsewhere) {
        (Err(error), _) if status(&error) == Some(404) => Ok(Bucket::Absent),
        (_, Some(region)) => Ok(Bucket::Elsewhere { region }),
        (Ok(_), None) => Ok(Bucket::Present { tags: BTreeMap::new() }),
        (Err(error), None) if matches!(status(&error), Some(403 | 301)) => Ok(Bucket::Foreign),
        (Err(error), None) => Err(failure(SERVICE, "HeadBucket", error)),
    }
}

/// The codes with which S3 refuses credentials, whatever they are for.
/// Source: Amazon S3 API reference, "Error responses", "List of error codes".
const UNUSABLE: [&str; 8] = [
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidSecurity",
    "InvalidToken",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
];

/// Why S3 refused a HEAD request, if the reason is the credentials themselves. A call that needs
/// the same permission and has a body in its response shows it.
pub(super) async fn unusable_credentials(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
) -> Option<CloudError> {
    let call = storage.client.list_objects_v2().bucket(bucket).max_keys(1);
    let answer = call.expected_bucket_owner(owner).send().await;
    let refused = failure(SERVICE, "ListObjectsV2", answer.err()?);
    let is_unusable = refused.code.as_deref().is_some_and(|code| UNUSABLE.contains(&code));
    is_unusable.then_some(refused)
}

async fn tags(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
) -> Result<BTreeMap<String, String>, CloudError> {
    let call = storage.client.get_bucket_tagging().bucket(bucket);
    let answer = call.expected_bucket_owner(owner).send().await;
    match answer.map_err(|error| failure(SERVICE, "GetBucketTagging", error)) {
        Ok(answer) => Ok(answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect()),
        // A bucket without tags has no tag set at all.
        Err(none) if none.code.as_deref() == Some("NoSuchTagSet") => Ok(BTreeMap::new()),
        Err(refused) => Err(refused),
    }
}

pub(super) async fn create(storage: &AwsStorage, bucket: &str) -> Result<(), CloudError> {
    let mut call = storage.client.create_bucket().bucket(bucket);
    if storage.region != UNNAMED_REGION {
        let constraint = BucketLocationConstraint::from(storage.region.as_str());
        let place = CreateBucketConfiguration::builder().location_constraint(constraint);
        call = call.create_bucket_configuration(place.build());
    }
    match call.send().await.map_err(|error| failure(SERVICE, "CreateBucket", error)) {
        Ok(_) => Ok(()),
        Err(ours) if ours.code.as_deref() == Some("BucketAlreadyOwnedByYou") => Ok(()),
        Err(refused) => Err(refused),
    }
}

/// Makes the bucket private first and recognizable last.
pub(super) async fn configure(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    settings: &BucketSettings,
) -> Result<(), CloudError> {
    // Seven operations that differ only in their names, which are separate types.
    macro_rules! put {
        ($operation:literal, $call:ident . $setter:ident ( $value:expr )) => {{
            let call = storage.client.$call().bucket(bucket);
            let call = call.expected_bucket_owner(owner).$setter($value);
            let answer = call.send().await;
            answer.map_err(|error| failure(SERVICE, $operation, error))?;
        }};
    }
    let unbuilt = |operation| move |error| incomplete(operation, error);

    put!(
        "PutPublicAccessBlock",
        put_public_access_block.public_access_block_configuration(no_public_access())
    );
    let ownership = owner_enforced().map_err(unbuilt("PutBucketOwnershipControls"))?;
    put!("PutBucketOwnershipControls", put_bucket_ownership_controls.ownership_controls(ownership));
    let encryption = encrypted(settings.kms_key.as_deref());
    let encryption = encryption.map_err(unbuilt("PutBucketEncryption"))?;
    put!(
        "PutBucketEncryption",
        put_bucket_encryption.server_side_encryption_configuration(encryption)
    );
    let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled);
    put!("PutBucketVersioning", put_bucket_versioning.versioning_configuration(versioning.build()));
    put!("PutBucketPolicy", put_bucket_policy.policy(tls_only(bucket)));
    let lifecycle = lifecycle(settings).map_err(unbuilt("PutBucketLifecycleConfiguration"))?;
    put!(
        "PutBucketLifecycleConfiguration",
        put_bucket_lifecycle_configuration.lifecycle_configuration(lifecycle)
    );
    let tags = tagging(&settings.tags).map_err(unbuilt("PutBucketTagging"))?;
    put!("PutBucketTagging", put_bucket_tagging.tagging(tags));
    Ok(())
}

fn no_public_access() -> PublicAccessBlockConfiguration {
    PublicAccessBlockConfiguration::builder()
        .block_public_acls(true)
        .ignore_public_acls(true)
        .block_public_policy(true)
        .restrict_public_buckets(true)
        .build()
}

fn owner_enforced() -> Result<OwnershipControls, BuildError> {
    let rule = OwnershipControlsRule::builder();
    let rule = rule.object_ownership(ObjectOwnership::BucketOwnerEnforced).build()?;
    OwnershipControls::builder().rules(rule).build()
}

fn encrypted(kms_key: Option<&str>) -> Result<ServerSideEncryptionConfiguration, BuildError> {
    let default = ServerSideEncryptionByDefault::builder();
    let default = match kms_key {
        Some(key) => default.sse_algorithm(ServerSideEncryption::AwsKms).kms_master_key_id(key),
        None => default.sse_algorithm(ServerSideEncryption::Aes256),
    };
    let rule = ServerSideEncryptionRule::builder();
    let rule = rule.apply_server_side_encryption_by_default(default.build()?);
    let rule = rule.set_bucket_key_enabled(kms_key.map(|_| true)).build();
    ServerSideEncryptionConfiguration::builder().rules(rule).build()
}

/// Denies every access without TLS, including that of the owner.
fn tls_only(bucket: &str) -> String {
    // WorkMail exists in no other partition than `aws`.
    let resource = format!("arn:aws:s3:::{bucket}");
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [resource, format!("{resource}/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }],
    })
    .to_string()
}

fn lifecycle(settings: &BucketSettings) -> Result<BucketLifecycleConfiguration, BuildError> {
    let noncurrent = NoncurrentVersionExpiration::builder();
    let unfinished = AbortIncompleteMultipartUpload::builder();
    let markers = LifecycleExpiration::builder().expired_object_delete_marker(true);
    let rule = LifecycleRule::builder()
        .id("remove-what-is-no-longer-used")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .noncurrent_version_expiration(noncurrent.noncurrent_days(settings.noncurrent_days).build())
        .expiration(markers.build())
        .abort_incomplete_multipart_upload(
            unfinished.days_after_initiation(settings.abort_upload_days).build(),
        );
    BucketLifecycleConfiguration::builder().rules(rule.build()?).build()
}

fn tagging(tags: &BTreeMap<String, String>) -> Result<Tagging, BuildError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    let tags = tags.collect::<Result<_, _>>()?;
    Tagging::builder().set_tag_set(Some(tags)).build()
}

/// The SDK reports a missing required field: a bug here, but not a reason to panic.
fn incomplete(operation: &'static str, error: BuildError) -> CloudError {
    CloudError {
        service: SERVICE,
        operation,
        kind: ErrorKind::Other,
        code: None,
        message: "cannot create the request".to_owned(),
        request_id: None,
        source: Some(error.into()),
    }
}
