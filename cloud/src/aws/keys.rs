//! KMS's keys over signed requests: a client of the SDK would be large for one call.

use async_trait::async_trait;
use serde_json::json;

use super::services::AwsServices;
use crate::services::Request;
use crate::{CloudError, EncryptionKey, ErrorKind, Keys};

/// The one call.
const OPERATION: &str = "DescribeKey";
static REQUEST: Request = Request { service: "kms", action: "describeKey", operation: OPERATION };

/// The specification of a symmetric key. Source: KMS API reference, `KeyMetadata`.
const SYMMETRIC: &str = "SYMMETRIC_DEFAULT";

#[async_trait]
impl Keys for AwsServices {
    async fn key(&self, arn: &str) -> Result<Option<EncryptionKey>, CloudError> {
        let answer = match self.post_json(&REQUEST, &json!({ "KeyId": arn })).await {
            Err(error) if error.kind == ErrorKind::NotFound => return Ok(None),
            answer => answer?,
        };
        let metadata = &answer["KeyMetadata"];
        let Some(state) = metadata["KeyState"].as_str() else {
            return Err(CloudError {
                service: "KMS",
                operation: OPERATION,
                kind: ErrorKind::Other,
                code: None,
                message: "the response has no state of the key".to_owned(),
                request_id: None,
                source: None,
            });
        };
        let spec = metadata["KeySpec"].as_str();
        let is_symmetric = spec.is_none_or(|spec| spec == SYMMETRIC);
        Ok(Some(EncryptionKey { state: state.to_owned(), is_symmetric }))
    }
}
