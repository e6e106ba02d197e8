//! S3 over the SDK: buckets and objects. Setting up a bucket and emptying it have their own files.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, ServerSideEncryption};

use crate::{
    Bucket, BucketSettings, CloudError, ErrorKind, ObjectVersion, Put, Storage, StoredVersion,
};

use super::endpoint::Endpoint;
use super::error::{failure, status};
use super::observed::{ObservedConfig, client_config};
use super::{bucket, objects, versions};

pub(super) const SERVICE: &str = "S3";

/// An upload of some megabytes over a slow line takes longer than other calls do.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// What an upload has instead of the limits of other calls.
pub(super) fn upload_config() -> Builder {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(UPLOAD_TIMEOUT);
    Builder::new().timeout_config(timeouts.build())
}

/// [`Storage`] over the SDK.
pub(super) struct AwsStorage {
    pub(super) client: Client,
    pub(super) region: String,
}

impl AwsStorage {
    pub(super) fn new(config: &ObservedConfig, region: &str, endpoint: Option<&Endpoint>) -> Self {
        let path_style = endpoint.is_some_and(Endpoint::path_style);
        let config = client_config!(aws_sdk_s3, config).force_path_style(path_style).build();
        Self { client: Client::from_conf(config), region: region.to_owned() }
    }
}

#[async_trait]
impl Storage for AwsStorage {
    async fn bucket(&self, bucket: &str, owner: &str) -> Result<Bucket, CloudError> {
        bucket::describe(self, bucket, owner).await
    }

    async fn unmanaged_bucket(&self, bucket: &str, owner: &str) -> Result<Bucket, CloudError> {
        bucket::head(self, bucket, owner).await
    }

    async fn create_bucket(&self, bucket: &str) -> Result<(), CloudError> {
        bucket::create(self, bucket).await
    }

    async fn configure_bucket(
        &self,
        bucket: &str,
        owner: &str,
        settings: &BucketSettings,
    ) -> Result<(), CloudError> {
        bucket::configure(self, bucket, owner, settings).await
    }

    async fn object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<ObjectVersion>, CloudError> {
        objects::head(self, bucket, owner, key, version).await
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
        let call = self.client.put_object().bucket(bucket).key(key);
        let call = call.expected_bucket_owner(owner);
        let call = call.set_if_none_match((!replaces).then(|| "*".to_owned()));
        let call = call.checksum_algorithm(ChecksumAlgorithm::Sha256);
        // The bucket encrypts anyway. A policy that requires encryption sees only the request.
        let call = match kms_key {
            Some(key) => {
                call.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key)
            }
            None => call.server_side_encryption(ServerSideEncryption::Aes256),
        };
        let call = call.body(ByteStream::from(body)).customize();
        match call.config_override(upload_config()).send().await {
            Ok(answer) => Ok(Put::Stored(objects::id(answer.version_id))),
            Err(error) if status(&error) == Some(412) => Ok(Put::Exists),
            Err(error) => match failure(SERVICE, "PutObject", error) {
                // Another request for the same key is in progress.
                // Source: Amazon S3 user guide, "Conditional requests", "Conditional write behavior".
                busy if busy.code.as_deref() == Some("ConditionalRequestConflict") && !replaces => {
                    Ok(Put::Exists)
                }
                refused => Err(refused),
            },
        }
    }

    async fn list_objects(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
    ) -> Result<Vec<String>, CloudError> {
        let call = self.client.list_objects_v2().bucket(bucket).prefix(prefix);
        let call = call.expected_bucket_owner(owner);
        let mut pages = call.into_paginator().send();
        let mut keys = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure(SERVICE, "ListObjectsV2", error))?;
            let objects = page.contents.unwrap_or_default().into_iter();
            keys.extend(objects.filter_map(|object| object.key));
        }
        Ok(keys)
    }

    async fn delete_object(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        version: Option<&str>,
    ) -> Result<Option<String>, CloudError> {
        let call = self.client.delete_object().bucket(bucket).key(key);
        let call = call.set_version_id(version.map(str::to_owned));
        let answer = call.expected_bucket_owner(owner).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, "DeleteObject", error))?;
        let marker = answer.version_id.filter(|_| answer.delete_marker == Some(true));
        Ok(objects::id(marker).filter(|_| version.is_none()))
    }

    async fn versions(
        &self,
        bucket: &str,
        owner: &str,
        prefix: &str,
    ) -> Result<Vec<StoredVersion>, CloudError> {
        versions::list(self, bucket, owner, prefix).await
    }

    async fn delete_versions(
        &self,
        bucket: &str,
        owner: &str,
        versions: &[StoredVersion],
    ) -> Result<(), CloudError> {
        versions::delete(self, bucket, owner, versions).await
    }

    async fn is_empty(&self, bucket: &str, owner: &str, prefix: &str) -> Result<bool, CloudError> {
        versions::is_empty(self, bucket, owner, prefix).await
    }

    async fn delete_bucket(&self, bucket: &str, owner: &str) -> Result<(), CloudError> {
        let call = self.client.delete_bucket().bucket(bucket);
        let answer = call.expected_bucket_owner(owner).send().await;
        match answer.map_err(|error| failure(SERVICE, "DeleteBucket", error)) {
            Ok(_) => Ok(()),
            Err(missing) if missing.kind == ErrorKind::NotFound => Ok(()),
            Err(refused) => Err(refused),
        }
    }
}
