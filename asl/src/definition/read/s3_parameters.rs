//! Reads the parameters with which a distributed Map reads from S3 and writes to it.
//!
//! Source: developer guide, "ItemReader (Map)" and "ResultWriter (Map)", and the parameters of the actions in S3's API
//! model, with the names of the AWS SDK for Java and of the model.

use super::{Object, Place, Reader};
use crate::expression::template::QueryLanguage;

/// The parameters of an action, and those without which it cannot work.
pub(super) struct Parameters {
    known: &'static [&'static str],
    required: &'static [&'static str],
}

/// Of `s3:listObjectsV2` in an `ItemReader`.
pub(super) const LIST_OBJECTS: Parameters = Parameters {
    known: &[
        "Bucket",
        "Prefix",
        "Delimiter",
        "StartAfter",
        "ContinuationToken",
        "MaxKeys",
        "EncodingType",
        "FetchOwner",
        "OptionalObjectAttributes",
        "RequestPayer",
        "ExpectedBucketOwner",
    ],
    required: &["Bucket"],
};

/// Of `s3:getObject` in an `ItemReader`.
pub(super) const GET_OBJECT: Parameters = Parameters {
    known: &[
        "Bucket",
        "Key",
        "VersionId",
        "ExpectedBucketOwner",
        "Range",
        "PartNumber",
        "IfMatch",
        "IfNoneMatch",
        "IfModifiedSince",
        "IfUnmodifiedSince",
        "ChecksumMode",
        "RequestPayer",
        "ResponseCacheControl",
        "ResponseContentDisposition",
        "ResponseContentEncoding",
        "ResponseContentLanguage",
        "ResponseContentType",
        "ResponseExpires",
        "SseCustomerAlgorithm",
        "SseCustomerKey",
        "SseCustomerKeyMD5",
        "SSECustomerAlgorithm",
        "SSECustomerKey",
        "SSECustomerKeyMD5",
    ],
    required: &["Bucket", "Key"],
};

/// Of `s3:putObject` in a `ResultWriter`, which makes the keys from `Prefix`.
pub(super) const PUT_OBJECT: Parameters = Parameters {
    known: &[
        "Bucket",
        "Prefix",
        "ExpectedBucketOwner",
        "ServerSideEncryption",
        "StorageClass",
        "Tagging",
        "Metadata",
        "Key",
        "Acl",
        "ACL",
        "BucketKeyEnabled",
        "CacheControl",
        "ChecksumAlgorithm",
        "ContentDisposition",
        "ContentEncoding",
        "ContentLanguage",
        "ContentType",
        "Expires",
        "GrantFullControl",
        "GrantRead",
        "GrantReadACP",
        "GrantWriteACP",
        "ObjectLockLegalHoldStatus",
        "ObjectLockMode",
        "ObjectLockRetainUntilDate",
        "RequestPayer",
        "SseCustomerAlgorithm",
        "SseCustomerKey",
        "SseCustomerKeyMD5",
        "SsekmsEncryptionContext",
        "SsekmsKeyId",
        "SSECustomerAlgorithm",
        "SSECustomerKey",
        "SSECustomerKeyMD5",
        "SSEKMSEncryptionContext",
        "SSEKMSKeyId",
        "SseKmsEncryptionContext",
        "SseKmsKeyId",
        "WebsiteRedirectLocation",
    ],
    required: &["Bucket"],
};

impl Reader {
    /// Reports parameters that an action does not have, and those that are missing. An expression as a whole can give
    /// any.
    pub(super) fn s3_parameters(
        &mut self,
        object: &Object,
        field: &str,
        at: &Place,
        language: QueryLanguage,
        parameters: &Parameters,
    ) {
        let Some(given) = object.get(field).and_then(|given| given.as_object()) else { return };
        let at = at.member(field);
        let plain = |key| match language {
            QueryLanguage::JsonPath => str::strip_suffix(key, ".$").unwrap_or(key),
            QueryLanguage::Jsonata => key,
        };
        for key in given.keys() {
            let name = plain(key);
            if !parameters.known.contains(&name) {
                self.schema_of(&at, key, format!("Field '{name}' is not supported"));
                self.choose_from(parameters.known.iter().copied());
            }
        }
        let is_given = |name: &&str| given.keys().any(|key| plain(key) == *name);
        let missing: Vec<&str> =
            parameters.required.iter().copied().filter(|name| !is_given(name)).collect();
        if !missing.is_empty() {
            self.schema(&at, format!("These fields are required: [{}]", missing.join(", ")));
        }
    }
}
