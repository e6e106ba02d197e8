//! S3 over the SDK: versions and delete markers, which prevent the deletion of a bucket.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::operation::list_object_versions::ListObjectVersionsOutput;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::{CloudError, ErrorKind};

use super::error::failure;
use super::storage::{AwsStorage, SERVICE};

const LIST: &str = "ListObjectVersions";
const DELETE: &str = "DeleteObjects";

/// Deletes page by page: a page never has more versions than one call can delete (1,000).
pub(super) async fn purge(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    prefix: &str,
) -> Result<usize, CloudError> {
    let mut purged = 0;
    let (mut key, mut version) = (None, None);
    loop {
        let call = storage.client.list_object_versions().bucket(bucket).prefix(prefix);
        let call = call.set_key_marker(key).set_version_id_marker(version);
        let answer = call.expected_bucket_owner(owner).send().await;
        let page = answer.map_err(|error| failure(SERVICE, LIST, error))?;
        purged += delete(storage, bucket, owner, &page).await?;
        if page.is_truncated != Some(true) {
            return Ok(purged);
        }
        (key, version) = (page.next_key_marker, page.next_version_id_marker);
    }
}

async fn delete(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    page: &ListObjectVersionsOutput,
) -> Result<usize, CloudError> {
    let versions = page.versions().iter().map(|v| (v.key(), v.version_id()));
    let markers = page.delete_markers().iter().map(|m| (m.key(), m.version_id()));
    let objects = versions.chain(markers).map(|(key, version)| {
        ObjectIdentifier::builder()
            .key(key.unwrap_or_default())
            .set_version_id(version.map(str::to_owned))
            .build()
    });
    let objects: Vec<_> = objects.collect::<Result<_, _>>().map_err(incomplete)?;
    if objects.is_empty() {
        return Ok(0);
    }
    let count = objects.len();
    let all = Delete::builder().set_objects(Some(objects)).quiet(true).build();
    let call = storage.client.delete_objects().bucket(bucket);
    let call = call.expected_bucket_owner(owner).delete(all.map_err(incomplete)?);
    let answer = call.send().await.map_err(|error| failure(SERVICE, DELETE, error))?;
    // The call succeeds even if some objects could not be deleted.
    match answer.errors().first() {
        None => Ok(count),
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
        message: "the request could not be made".to_owned(),
        request_id: None,
        source: Some(error.into()),
    }
}
