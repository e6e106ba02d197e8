//! S3 over the SDK: one version of an object, with its checksum.

use aws_sdk_s3::types::{ChecksumMode, ChecksumType};

use crate::{CloudError, ErrorKind, ObjectVersion};

use super::error::failure;
use super::storage::{AwsStorage, SERVICE};
use super::{bucket, digests};

/// `HeadObject`, which returns the checksum only if it is asked for.
pub(super) async fn head(
    storage: &AwsStorage,
    bucket: &str,
    owner: &str,
    key: &str,
    version: Option<&str>,
) -> Result<Option<ObjectVersion>, CloudError> {
    let call = storage.client.head_object().bucket(bucket).key(key);
    let call = call.expected_bucket_owner(owner).checksum_mode(ChecksumMode::Enabled);
    let answer = call.set_version_id(version.map(str::to_owned)).send().await;
    match answer.map_err(|error| failure(SERVICE, "HeadObject", error)) {
        Ok(answer) => {
            // A checksum of checksums, as of an upload in parts, says nothing about the content.
            let is_whole = answer.checksum_type != Some(ChecksumType::Composite);
            let checksum = answer.checksum_sha256.as_deref();
            let sha256 = checksum.filter(|_| is_whole).and_then(digests::hexadecimal);
            let parts_sha256 = checksum.and_then(digests::of_parts);
            Ok(Some(ObjectVersion { version: id(answer.version_id), sha256, parts_sha256 }))
        }
        Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
        Err(refused) if matches!(refused.kind, ErrorKind::Denied | ErrorKind::Invalid) => {
            match bucket::unusable_credentials(storage, bucket, owner).await {
                Some(unusable) => Err(unusable),
                // S3 refuses what cannot be the id of a version.
                None if version.is_some() && refused.kind == ErrorKind::Invalid => Ok(None),
                None => Err(refused),
            }
        }
        Err(refused) => Err(refused),
    }
}

/// The id of a version; `null` is that of every object that was stored without versioning.
/// Source: Amazon S3 user guide, "How S3 Versioning works".
pub(super) fn id(version: Option<String>) -> Option<String> {
    version.filter(|version| version != "null")
}
