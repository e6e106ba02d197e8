//! S3 over the SDK: versions and delete markers, which prevent the deletion of a bucket.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::{CloudError, ErrorKind, StoredVersion};

use super::error::failure;
use super::storage::{AwsStorage, SERVICE};

const LIST: &str = "ListObjectVersions";
const DELETE: &str = "DeleteObjects";

/// The most versions that one call deletes. Source: S3 API reference, `DeleteObjects`.
const MOST: usize = 1_000;

/// Lists page by page.
pub(super) async fn list(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    prefix: &str,
) -> Result<Vec<StoredVersion>, CloudError> {
    let mut found = Vec::new();
    let (mut key, mut version) = (None, None);
    loop {
        let call = storage.client.list_object_versions().bucket(bucket).prefix(prefix);
        let call = call.set_key_marker(key).set_version_id_marker(version);
        let answer = call.expected_bucket_owner(owner).send().await;
        let page = answer.map_err(|error| failure(SERVICE, LIST, error))?;
        let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
        let markers = page.delete_markers().iter().map(|m| (m.key(), m.version_id()));
        found.extend(versions.chain(markers).map(|(key, version)| StoredVersion {
            key: key.unwrap_or_default().to_owned(),
            version: version.map(str::to_owned),
        }));
        if page.is_truncated != Some(true) {
            return Ok(found);
        }
        (key, version) = (page.next_key_marker, page.next_version_id_marker);
    }
}

/// Deletes as many as one call can, one call after the other.
pub(super) async fn delete(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    versions: &[StoredVersion],
) -> Result<(), CloudError> {
    for versions in versions.chunks(MOST) {
        delete_some(storage, bucket, owner, versions).await?;
    }
    Ok(())
}

async fn delete_some(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    versions: &[StoredVersion],
) -> Result<(), CloudError> {
    let objects = versions.iter().map(|one| {
        ObjectIdentifier::builder().key(&one.key).set_version_id(one.version.clone()).build()
    });
    let objects: Vec<_> = objects.collect::<Result<_, _>>().map_err(incomplete)?;
    let all = Delete::builder().set_objects(Some(objects)).quiet(true).build();
    let call = storage.client.delete_objects().bucket(bucket);
    let call = call.expected_bucket_owner(owner).delete(all.map_err(incomplete)?);
    let answer = call.send().await.map_err(|error| failure(SERVICE, DELETE, error))?;
    // The call succeeds even if some objects could not be deleted.
    match answer.errors().first() {
        None => Ok(()),
        Some(refused) => Err(CloudError {
            service: SERVICE,
            operation: DELETE,
            kind: match refused.code() {
                Some("AccessDenied") => ErrorKind::Denied,
                _ => ErrorKind::Other,
            },
            code: refused.code().map(str::to_owned),
            message: format!(
                "{}: {}",
                refused.key().unwrap_or_default(),
                refused.message().unwrap_or_default()
            ),
            request_id: None,
            source: None,
        }),
    }
}

pub(super) async fn is_empty(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    prefix: &str,
) -> Result<bool, CloudError> {
    let call = storage.client.list_object_versions().bucket(bucket).prefix(prefix).max_keys(1);
    let answer = call.expected_bucket_owner(owner).send().await;
    let page = answer.map_err(|error| failure(SERVICE, LIST, error))?;
    Ok(page.versions().is_empty() && page.delete_markers().is_empty())
}

/// The SDK reports a missing required field: a bug here, but not a reason to panic.
fn incomplete(error: BuildError) -> CloudError {
    CloudError {
        service: SERVICE,
        operation: DELETE,
        kind: ErrorKind::Other,
        code: None,
        message: "cannot create the request".to_owned(),
        request_id: None,
        source: Some(error.into()),
    }
}
