//! The artifact bucket: S3.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::CloudError;

/// What S3 reports about the name of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bucket {
    /// No bucket has this name, as far as S3 reports.
    Absent,
    /// It exists in the caller's account, with these tags.
    Present {
        /// The bucket's tags; empty if it has none.
        tags: BTreeMap<String, String>,
    },
    /// It exists and belongs to another account, or the caller may not see it.
    Foreign,
    /// It exists in another region, in any account.
    Elsewhere {
        /// The bucket's region.
        region: String,
    },
}

/// The settings of the artifact bucket that can vary. It is always private (public access blocked,
/// owner enforced), TLS only, encrypted, and versioned, and unfinished uploads are aborted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// Days after which noncurrent versions are removed.
    pub noncurrent_days: i32,
    /// Days after which an unfinished multipart upload is removed.
    pub abort_upload_days: i32,
    /// The KMS key of the default encryption; S3's own key if there is none.
    pub kms_key: Option<String>,
    /// Tags, written last: a bucket that has them is completely set up.
    pub tags: BTreeMap<String, String>,
}

/// A version of an object, or a delete marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// The object's key.
    pub key: String,
    /// Its id; none in a bucket without versioning.
    pub version: Option<String>,
}

/// A version of an object, as S3 describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectVersion {
    /// Its id; none in a bucket without versioning.
    pub version: Option<String>,
    /// SHA-256 of all its bytes in hexadecimal digits, if it was uploaded with one.
    pub sha256: Option<String>,
    /// If it was uploaded in parts: SHA-256 of the digests of the parts in hexadecimal digits, a hyphen,
    /// and the number of parts.
    pub parts_sha256: Option<String>,
}

/// The result of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// The object is stored as this version; none in a bucket without versioning.
    Stored(Option<String>),
    /// An object with this key exists. Its content may differ.
    Exists,
}

/// S3, as far as the deployer needs it. Every call states the expected owner (the caller's
/// account).
#[async_trait]
pub trait Storage: Send + Sync {
    /// `HeadBucket` and `GetBucketTagging`.
    ///
    /// # Errors
    /// When S3 refuses for another reason than ownership, or cannot be reached.
    async fn bucket(&self, bucket: &str, owner: &str) -> Result<Bucket, CloudError>;

    /// `HeadBucket` alone, for a bucket that the deployer does not manage: its tags are empty.
    ///
    /// # Errors
    /// When S3 refuses for another reason than ownership, or cannot be reached.
    async fn unmanaged_bucket(&self, bucket: &str, owner: &str) -> Result<Bucket, CloudError>;

    /// `CreateBucket` in the region of the connection. A bucket that the account already owns is
    /// not an error.
    ///
    /// # Errors
    /// When the name is taken, or S3 refuses.
    async fn create_bucket(&self, bucket: &str) -> Result<(), CloudError>;

    /// Applies every setting. The order ensures that an interruption leaves the bucket private and,
    /// because the tags come last, recognizably unfinished. May be repeated.
    ///
    /// # Errors
    /// When S3 refuses one of the settings.
    async fn configure_bucket(
        &self,
        bucket: &str,
        owner: &str,
        settings: &BucketSettings,
    ) -> Result<(), CloudError>;

    /// `HeadObject` with its checksum: a version of `key`, by default the current one. `None` if
    /// there is no such version or bucket.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<ObjectVersion>, CloudError>;

    /// `PutObject` with a SHA-256 checksum, which S3 checks and keeps, and encryption by S3 or with
    /// a KMS key; with `If-None-Match: *`, unless it `replaces` an existing object.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn put_object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        body: Vec<u8>,
        kms_key: Option<&str>,
        replaces: bool,
    ) -> Result<Put, CloudError>;

    /// The current keys under a prefix, every page.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn list_objects(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
    ) -> Result<Vec<String>, CloudError>;

    /// `DeleteObject`: hides the current version, which the lifecycle removes later; or removes
    /// this version permanently. Returns the version of the delete marker that hides it; none in a
    /// bucket without versioning.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn delete_object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<String>, CloudError>;

    /// `ListObjectVersions`: every version and delete marker under a prefix, every page.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn versions(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
    ) -> Result<Vec<StoredVersion>, CloudError>;

    /// `DeleteObjects`: removes these versions permanently, in as many calls as necessary. A
    /// version that no longer exists is not an error.
    ///
    /// # Errors
    /// When S3 refuses, also for one of them only, or cannot be reached.
    async fn delete_versions(
        &self,
        bucket: &str,
        owner: &str,
        versions: &[StoredVersion],
    ) -> Result<(), CloudError>;

    /// Whether nothing exists under a prefix (empty for the whole bucket): no object, no version,
    /// no delete marker.
    ///
    /// # Errors
    /// When S3 refuses or cannot be reached.
    async fn is_empty(&self, bucket: &str, owner: &str, prefix: &str) -> Result<bool, CloudError>;

    /// `DeleteBucket`. A bucket that no longer exists is not an error.
    ///
    /// # Errors
    /// When it is not empty, or S3 refuses.
    async fn delete_bucket(&self, bucket: &str, owner: &str) -> Result<(), CloudError>;
}
