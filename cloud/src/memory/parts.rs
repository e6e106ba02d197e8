//! S3's uploads in parts, in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::{CloudError, ErrorKind, Part, PartUpload, PartUploads, Put};

use super::buckets::Content;
use super::{MemoryCloud, refusal};

/// The least size of each part but the last. Source: S3 user guide, "Amazon S3 multipart upload limits".
const LEAST: usize = 5 * 1024 * 1024;

/// An upload that was neither completed nor aborted.
pub(super) struct Unfinished {
    upload: PartUpload,
    kms_key: Option<String>,
    parts: BTreeMap<i32, Vec<u8>>,
}

impl MemoryCloud {
    /// The keys of the uploads that were neither completed nor aborted.
    pub fn unfinished_uploads(&self) -> Vec<String> {
        self.lock().part_uploads.values().map(|one| one.upload.key.clone()).collect()
    }
}

#[async_trait]
impl PartUploads for MemoryCloud {
    async fn begin(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        kms_key: Option<&str>,
    ) -> Result<PartUpload, CloudError> {
        const OPERATION: &str = "CreateMultipartUpload";
        let mut account = self.pass().await.call("S3", OPERATION, true)?;
        account.own_bucket(OPERATION, bucket, owner)?;
        let text = str::to_owned;
        let id = format!("upload-{}", account.next_version());
        let upload =
            PartUpload { bucket: text(bucket), owner: text(owner), key: text(key), id: id.clone() };
        let kms_key = kms_key.map(text);
        let parts = BTreeMap::new();
        account.part_uploads.insert(id, Unfinished { upload: upload.clone(), kms_key, parts });
        Ok(upload)
    }

    async fn part(
        &self,
        upload: &PartUpload,
        number: i32,
        body: Vec<u8>,
    ) -> Result<Part, CloudError> {
        let mut account = self.pass().await.call("S3", "UploadPart", true)?;
        let unfinished = account.part_uploads.get_mut(&upload.id);
        let unfinished = unfinished.ok_or_else(|| gone("UploadPart"))?;
        let content = Content { bytes: body, has_checksum: true, part_size: None };
        let sha256 = content.sha256();
        unfinished.parts.insert(number, content.bytes);
        Ok(Part { number, tag: format!("\"{sha256}\""), sha256: Some(sha256) })
    }

    async fn complete(
        &self,
        upload: &PartUpload,
        parts: &[Part],
        replaces: bool,
    ) -> Result<Put, CloudError> {
        const OPERATION: &str = "CompleteMultipartUpload";
        let mut account = self.pass().await.call("S3", OPERATION, true)?;
        let version = account.next_version();
        let record = account.own_bucket(OPERATION, &upload.bucket, &upload.owner)?;
        if record.current(&upload.key).is_some() && !replaces {
            return Ok(Put::Exists);
        }
        let Some(unfinished) = account.part_uploads.remove(&upload.id) else {
            return Ok(Put::Exists);
        };
        let bodies: Vec<&Vec<u8>> =
            parts.iter().filter_map(|part| unfinished.parts.get(&part.number)).collect();
        let too_small = bodies.iter().rev().skip(1).any(|body| body.len() < LEAST);
        if bodies.len() != unfinished.parts.len() || too_small {
            return Err(refusal::s3(
                OPERATION,
                ErrorKind::Invalid,
                if too_small { "EntityTooSmall" } else { "InvalidPart" },
                "One or more of the specified parts could not be used.",
            ));
        }
        let part_size = bodies.first().map(|body| body.len());
        let bytes = bodies.into_iter().flatten().copied().collect();
        let record = account.own_bucket(OPERATION, &upload.bucket, &upload.owner)?;
        record.keys.insert(upload.key.clone(), unfinished.kms_key);
        let content = Content { bytes, has_checksum: true, part_size };
        Ok(Put::Stored(record.put(&upload.key, content, version)))
    }

    async fn abort(&self, upload: &PartUpload) -> Result<(), CloudError> {
        let mut account = self.pass().await.call("S3", "AbortMultipartUpload", true)?;
        account.part_uploads.remove(&upload.id);
        Ok(())
    }
}

fn gone(operation: &'static str) -> CloudError {
    let message = "The specified multipart upload does not exist.";
    refusal::s3(operation, ErrorKind::NotFound, "NoSuchUpload", message)
}
