//! Uploads in parts over the SDK.

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumType, CompletedMultipartUpload, CompletedPart, ServerSideEncryption,
};

use crate::{CloudError, ErrorKind, Part, PartUpload, PartUploads, Put};

use super::error::{failure, status};
use super::objects;
use super::storage::{AwsStorage, SERVICE, upload_config};

#[async_trait]
impl PartUploads for AwsStorage {
    async fn begin(
        &self,
        bucket: &str,
        owner: &str,
        key: &str,
        kms_key: Option<&str>,
    ) -> Result<PartUpload, CloudError> {
        const OPERATION: &str = "CreateMultipartUpload";
        let call = self.client.create_multipart_upload().bucket(bucket).key(key);
        let call = call.expected_bucket_owner(owner);
        let call = call.checksum_algorithm(ChecksumAlgorithm::Sha256);
        // S3 computes no SHA-256 of a whole object that is uploaded in parts.
        // Source: Amazon S3 user guide, "Checking object integrity in Amazon S3".
        let call = call.checksum_type(ChecksumType::Composite);
        let call = match kms_key {
            Some(key) => {
                call.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key)
            }
            None => call.server_side_encryption(ServerSideEncryption::Aes256),
        };
        let answer = call.send().await.map_err(|error| failure(SERVICE, OPERATION, error))?;
        let id = answer.upload_id.ok_or_else(|| incomplete(OPERATION, "no ID of the upload"))?;
        let text = str::to_owned;
        Ok(PartUpload { bucket: text(bucket), owner: text(owner), key: text(key), id })
    }

    async fn part(
        &self,
        upload: &PartUpload,
        number: i32,
        body: Vec<u8>,
    ) -> Result<Part, CloudError> {
        const OPERATION: &str = "UploadPart";
        let call = self.client.upload_part().bucket(&upload.bucket).key(&upload.key);
        let call = call.upload_id(&upload.id).expected_bucket_owner(&upload.owner);
        let call = call.part_number(number).checksum_algorithm(ChecksumAlgorithm::Sha256);
        let call = call.body(ByteStream::from(body)).customize();
        let answer = call.config_override(upload_config()).send().await;
        let answer = answer.map_err(|error| failure(SERVICE, OPERATION, error))?;
        let tag = answer.e_tag.ok_or_else(|| incomplete(OPERATION, "no tag of the part"))?;
        Ok(Part { number, tag, sha256: answer.checksum_sha256 })
    }

    async fn complete(
        &self,
        upload: &PartUpload,
        parts: &[Part],
        replaces: bool,
    ) -> Result<Put, CloudError> {
        let parts = parts.iter().map(|part| {
            let completed = CompletedPart::builder().part_number(part.number).e_tag(&part.tag);
            completed.set_checksum_sha256(part.sha256.clone()).build()
        });
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let call = self.client.complete_multipart_upload().bucket(&upload.bucket);
        let call = call.key(&upload.key).upload_id(&upload.id).multipart_upload(parts);
        let call = call.expected_bucket_owner(&upload.owner);
        let call = call.checksum_type(ChecksumType::Composite);
        let call = call.set_if_none_match((!replaces).then(|| "*".to_owned())).customize();
        match call.config_override(upload_config()).send().await {
            Ok(answer) => Ok(Put::Stored(objects::id(answer.version_id))),
            Err(error) if status(&error) == Some(412) => Ok(Put::Exists),
            Err(error) => match failure(SERVICE, "CompleteMultipartUpload", error) {
                gone if gone.code.as_deref() == Some("NoSuchUpload") => Ok(Put::Exists),
                // Another request for the same key is in progress.
                // Source: Amazon S3 user guide, "Conditional requests", "Conditional write behavior".
                busy if busy.code.as_deref() == Some("ConditionalRequestConflict") && !replaces => {
                    Ok(Put::Exists)
                }
                refused => Err(refused),
            },
        }
    }

    async fn abort(&self, upload: &PartUpload) -> Result<(), CloudError> {
        let call = self.client.abort_multipart_upload().bucket(&upload.bucket).key(&upload.key);
        let call = call.upload_id(&upload.id).expected_bucket_owner(&upload.owner);
        match call.send().await.map_err(|error| failure(SERVICE, "AbortMultipartUpload", error)) {
            Ok(_) => Ok(()),
            Err(gone) if gone.kind == ErrorKind::NotFound => Ok(()),
            Err(refused) => Err(refused),
        }
    }
}

fn incomplete(operation: &'static str, what: &str) -> CloudError {
    CloudError {
        service: SERVICE,
        operation,
        kind: ErrorKind::Other,
        code: None,
        message: format!("the response has {what}"),
        request_id: None,
        source: None,
    }
}
