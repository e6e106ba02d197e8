//! S3 in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::{
    Bucket, BucketSettings, CloudError, ErrorKind, ObjectVersion, Put, Storage, StoredVersion,
};

use super::account::Account;
use super::buckets::{BucketRecord, Content};
use super::{MemoryCloud, refusal};

/// The settings in the order in which they are applied; the tags come last.
const SETTINGS: [&str; 6] = [
    "PutPublicAccessBlock",
    "PutBucketOwnershipControls",
    "PutBucketEncryption",
    "PutBucketVersioning",
    "PutBucketPolicy",
    "PutBucketLifecycleConfiguration",
];

#[async_trait]
impl Storage for MemoryCloud {
    async fn bucket(&self, bucket: &str, owner: &str) -> Result<Bucket, CloudError> {
        let mut account = self.pass().await.call("S3", "HeadBucket", false)?;
        let expected = owner == account.id;
        let found = account.buckets.get(bucket);
        let found = found.map_or(Bucket::Absent, |record| record.seen(expected, &self.region));
        if matches!(found, Bucket::Present { .. }) {
            account.enter("S3", "GetBucketTagging", false)?;
        }
        Ok(found)
    }

    async fn unmanaged_bucket(&self, bucket: &str, owner: &str) -> Result<Bucket, CloudError> {
        let account = self.pass().await.call("S3", "HeadBucket", false)?;
        let expected = owner == account.id;
        let found = account.buckets.get(bucket);
        Ok(match found.map_or(Bucket::Absent, |record| record.seen(expected, &self.region)) {
            Bucket::Present { .. } => Bucket::Present { tags: BTreeMap::new() },
            other => other,
        })
    }

    async fn create_bucket(&self, bucket: &str) -> Result<(), CloudError> {
        const OPERATION: &str = "CreateBucket";
        let mut account = self.pass().await.call("S3", OPERATION, true)?;
        match account.buckets.get(bucket) {
            Some(record) if record.foreign => Err(refusal::s3(
                OPERATION,
                ErrorKind::Invalid,
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all \
                 users of the system. Please select a different name and try again.",
            )),
            Some(_) => Ok(()),
            None => {
                let record = BucketRecord::new(&self.region, false);
                account.buckets.insert(bucket.to_owned(), record);
                Ok(())
            }
        }
    }

    async fn configure_bucket(
        &self,
        bucket: &str,
        owner: &str,
        settings: &BucketSettings,
    ) -> Result<(), CloudError> {
        for operation in SETTINGS {
            let mut account = self.pass().await.call("S3", operation, true)?;
            let record = account.own_bucket(operation, bucket, owner)?;
            record.versioned |= operation == "PutBucketVersioning";
        }
        let mut account = self.pass().await.call("S3", "PutBucketTagging", true)?;
        let record = account.own_bucket("PutBucketTagging", bucket, owner)?;
        record.tags.clone_from(&settings.tags);
        record.settings = Some(settings.clone());
        Ok(())
    }

    async fn object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<ObjectVersion>, CloudError> {
        let mut account = self.pass().await.call("S3", "HeadObject", false)?;
        let is_hidden = |(b, k): &mut (String, String)| b == bucket && k == key;
        if account.hidden_object.take_if(is_hidden).is_some() {
            return Ok(None);
        }
        match account.own_bucket("HeadObject", bucket, owner) {
            Ok(record) => Ok(record.described(key, version)),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    async fn put_object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        body: Vec<u8>,
        kms_key: Option<&str>,
        replaces: bool,
    ) -> Result<Put, CloudError> {
        let mut account = self.pass().await.call("S3", "PutObject", true)?;
        let id = account.next_version();
        let record = account.own_bucket("PutObject", bucket, owner)?;
        // If-None-Match: an existing object stays.
        if record.current(key).is_some() && !replaces {
            return Ok(Put::Exists);
        }
        record.keys.insert(key.to_owned(), kms_key.map(str::to_owned));
        let content = Content { bytes: body, has_checksum: true, part_size: None };
        Ok(Put::Stored(record.put(key, content, id)))
    }

    async fn list_objects(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
    ) -> Result<Vec<String>, CloudError> {
        let mut account = self.pass().await.call("S3", "ListObjectsV2", false)?;
        let record = account.own_bucket("ListObjectsV2", bucket, owner)?;
        Ok(record.keys(prefix))
    }

    async fn delete_object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<String>, CloudError> {
        let mut account = self.pass().await.call("S3", "DeleteObject", true)?;
        let marker = account.next_version();
        let record = account.own_bucket("DeleteObject", bucket, owner)?;
        Ok(match version {
            Some(version) => {
                record.remove(key, Some(version));
                None
            }
            None => record.delete(key, marker),
        })
    }

    async fn versions(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
    ) -> Result<Vec<StoredVersion>, CloudError> {
        let mut account = self.pass().await.call("S3", "ListObjectVersions", false)?;
        Ok(account.own_bucket("ListObjectVersions", bucket, owner)?.versions(prefix))
    }

    async fn delete_versions(
        &self,
        bucket: &str,
        owner: &str,
        versions: &[StoredVersion],
    ) -> Result<(), CloudError> {
        if versions.is_empty() {
            return Ok(());
        }
        let mut account = self.pass().await.call("S3", "DeleteObjects", true)?;
        let record = account.own_bucket("DeleteObjects", bucket, owner)?;
        versions.iter().for_each(|one| record.remove(&one.key, one.version.as_deref()));
        Ok(())
    }

    async fn is_empty(&self, bucket: &str, owner: &str, prefix: &str) -> Result<bool, CloudError> {
        let mut account = self.pass().await.call("S3", "ListObjectVersions", false)?;
        let record = account.own_bucket("ListObjectVersions", bucket, owner)?;
        Ok(!record.objects.keys().any(|key| key.starts_with(prefix)))
    }

    async fn delete_bucket(&self, bucket: &str, owner: &str) -> Result<(), CloudError> {
        let mut account = self.pass().await.call("S3", "DeleteBucket", true)?;
        match account.own_bucket("DeleteBucket", bucket, owner) {
            Ok(record) if record.objects.is_empty() => {
                account.buckets.remove(bucket);
                Ok(())
            }
            Ok(_) => Err(refusal::s3(
                "DeleteBucket",
                ErrorKind::Invalid,
                "BucketNotEmpty",
                "The bucket you tried to delete is not empty. You must delete all versions in the \
                 bucket.",
            )),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(()),
            Err(refused) => Err(refused),
        }
    }
}

impl Account {
    /// The id of the next version or delete marker of an object.
    pub(super) fn next_version(&mut self) -> String {
        self.versions += 1;
        format!("v{}", self.versions)
    }

    /// A bucket of the caller's account. S3 returns 403 for the buckets of other accounts, and if
    /// the caller expects another owner.
    pub(super) fn own_bucket(
        &mut self,
        operation: &'static str,
        bucket: &str,
        owner: &str,
    ) -> Result<&mut BucketRecord, CloudError> {
        let expected = owner == self.id;
        let Some(record) = self.buckets.get_mut(bucket) else {
            let message = "The specified bucket does not exist";
            return Err(refusal::s3(operation, ErrorKind::NotFound, "NoSuchBucket", message));
        };
        if record.foreign || !expected {
            return Err(refusal::s3(operation, ErrorKind::Denied, "AccessDenied", "Access Denied"));
        }
        Ok(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: &str = "123456789012";

    async fn bucket() -> MemoryCloud {
        let cloud = MemoryCloud::new(ME, "us-east-1").unwrap();
        cloud.create_bucket("b").await.unwrap();
        let settings = BucketSettings {
            noncurrent_days: 30,
            abort_upload_days: 7,
            kms_key: None,
            tags: BTreeMap::from([("by".to_owned(), "us".to_owned())]),
        };
        cloud.configure_bucket("b", ME, &settings).await.unwrap();
        cloud
    }

    #[tokio::test]
    async fn a_bucket_is_absent_then_present_with_its_tags() {
        let cloud = bucket().await;
        assert_eq!(cloud.bucket("x", ME).await.unwrap(), Bucket::Absent);
        let Bucket::Present { tags } = cloud.bucket("b", ME).await.unwrap() else {
            panic!("present");
        };
        assert_eq!(tags["by"], "us");
        cloud.create_bucket("b").await.unwrap();
    }

    #[tokio::test]
    async fn a_foreign_bucket_and_another_owner_are_refused() {
        let cloud = bucket().await;
        cloud.add_foreign_bucket("theirs");
        assert_eq!(cloud.bucket("theirs", ME).await.unwrap(), Bucket::Foreign);
        let taken = cloud.create_bucket("theirs").await.unwrap_err();
        assert_eq!(taken.code.as_deref(), Some("BucketAlreadyExists"));
        let put = cloud.put_object("theirs", ME, "k", vec![], None, false).await;
        assert_eq!(put.unwrap_err().kind, ErrorKind::Denied);
        let other = cloud.object("b", "111122223333", "k", None).await;
        assert_eq!(other.unwrap_err().kind, ErrorKind::Denied);
    }

    #[tokio::test]
    async fn the_first_upload_of_a_key_stays_unless_another_replaces_it() {
        let cloud = bucket().await;
        let put = async |content: u8, replaces: bool| {
            cloud.put_object("b", ME, "k", vec![content], None, replaces).await.unwrap()
        };
        let Put::Stored(Some(first)) = put(1, false).await else { panic!("stored") };
        assert_eq!(put(2, false).await, Put::Exists);
        assert_eq!(cloud.object_bytes("b", "k"), Some(vec![1]));
        let described = async |version: Option<&str>| cloud.object("b", ME, "k", version).await;
        let one = described(None).await.unwrap().unwrap();
        assert!(one.sha256.as_deref().unwrap().starts_with("4bf5122f3445"), "{one:?}");
        assert_eq!(cloud.object("gone", ME, "k", None).await.unwrap(), None);
        let Put::Stored(Some(second)) = put(2, true).await else { panic!("stored") };
        assert_eq!(described(None).await.unwrap().unwrap().version, Some(second.clone()));
        assert_eq!(described(Some(&first)).await.unwrap(), Some(one));
        cloud.delete_object("b", ME, "k", Some(&second)).await.unwrap();
        assert_eq!(described(None).await.unwrap().unwrap().version, Some(first));
        cloud.plant_object("b", "k", vec![3], false);
        assert_eq!(described(None).await.unwrap().unwrap().sha256, None);
    }

    #[tokio::test]
    async fn without_versioning_an_object_has_one_version_without_an_id() {
        let cloud = MemoryCloud::new(ME, "us-east-1").unwrap();
        cloud.create_bucket("b").await.unwrap();
        for replaces in [false, true] {
            let put = cloud.put_object("b", ME, "k", vec![1], None, replaces).await.unwrap();
            assert_eq!(put, Put::Stored(None));
        }
        let versions = cloud.versions("b", ME, "k").await.unwrap();
        assert_eq!(versions, [StoredVersion { key: "k".to_owned(), version: None }]);
        cloud.delete_versions("b", ME, &versions).await.unwrap();
        assert!(cloud.is_empty("b", ME, "").await.unwrap());
    }

    #[tokio::test]
    async fn a_deleted_object_leaves_its_versions() {
        let cloud = bucket().await;
        cloud.put_object("b", ME, "p/k", vec![1], None, false).await.unwrap();
        cloud.delete_object("b", ME, "p/k", None).await.unwrap();
        assert!(cloud.list_objects("b", ME, "p/").await.unwrap().is_empty());
        assert!(!cloud.is_empty("b", ME, "").await.unwrap());
        let full = cloud.delete_bucket("b", ME).await.unwrap_err();
        assert_eq!(full.code.as_deref(), Some("BucketNotEmpty"));
        let versions = cloud.versions("b", ME, "p/").await.unwrap();
        assert_eq!(versions.len(), 2);
        cloud.delete_versions("b", ME, &versions).await.unwrap();
        cloud.delete_bucket("b", ME).await.unwrap();
        cloud.delete_bucket("b", ME).await.unwrap();
    }

    #[tokio::test]
    async fn an_interrupted_setup_leaves_a_bucket_without_tags() {
        let cloud = MemoryCloud::new(ME, "us-east-1").unwrap();
        cloud.create_bucket("b").await.unwrap();
        let broken = refusal::s3("PutBucketPolicy", ErrorKind::Denied, "AccessDenied", "No");
        cloud.fail_next("PutBucketPolicy", broken);
        let settings = BucketSettings {
            noncurrent_days: 1,
            abort_upload_days: 1,
            kms_key: None,
            tags: BTreeMap::from([("by".to_owned(), "us".to_owned())]),
        };
        assert!(cloud.configure_bucket("b", ME, &settings).await.is_err());
        let tags = BTreeMap::new();
        assert_eq!(cloud.bucket("b", ME).await.unwrap(), Bucket::Present { tags });
    }
}
