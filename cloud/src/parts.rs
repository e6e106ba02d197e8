//! Uploads of large objects in parts: S3.

use async_trait::async_trait;

use super::{CloudError, Put};

/// An upload that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartUpload {
    /// The bucket.
    pub bucket: String,
    /// The account that owns it.
    pub owner: String,
    /// The key of the object.
    pub key: String,
    /// S3's ID of the upload.
    pub id: String,
}

/// A part that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 1.
    pub number: i32,
    /// S3's tag of its content.
    pub tag: String,
    /// Its SHA-256 in Base64, which S3 has checked.
    pub sha256: Option<String>,
}

/// S3, as far as uploads in parts need it. Source: S3 user guide, "Uploading and copying objects using
/// multipart upload".
#[async_trait]
pub trait PartUploads: Send + Sync {
    /// `CreateMultipartUpload`, with SHA-256 checksums of the parts, and encryption as of
    /// [`Storage::put_object`](super::Storage::put_object).
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn begin(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        kms_key: Option<&str>,
    ) -> Result<PartUpload, CloudError>;

    /// `UploadPart`. A part of the same number is replaced.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn part(
        &self,
        upload: &PartUpload,
        number: i32,
        body: Vec<u8>,
    ) -> Result<Part, CloudError>;

    /// `CompleteMultipartUpload`; with `If-None-Match: *`, unless it `replaces` an existing object.
    /// [`Put::Exists`] also if the upload is no longer there: a repeated request finds it completed.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn complete(
        &self,
        upload: &PartUpload,
        parts: &[Part],
        replaces: bool,
    ) -> Result<Put, CloudError>;

    /// `AbortMultipartUpload`, which removes all parts. An upload that no longer exists is not an
    /// error.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn abort(&self, upload: &PartUpload) -> Result<(), CloudError>;
}
