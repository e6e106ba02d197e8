//! From the SDK's errors to ours.

use std::error::Error;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_types::request_id::RequestId;

use crate::call_error::CallError;

/// Keeps what people and AWS's support need: operation, code, sentence and request id, or, where
/// AWS did not answer, the whole chain of causes.
pub(super) fn call_error<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    CallError {
        operation,
        // A proxy in between answers without a code.
        code: error.code().map(str::to_owned).or(status.map(|status| format!("HTTP {status}"))),
        message: error.message().map(str::to_owned),
        request_id: error.request_id().map(str::to_owned),
        source: match error {
            SdkError::ServiceError(_) => None,
            other => Some(Box::new(other)),
        },
    }
}

/// An answer that AWS gave but that makes no sense.
pub(super) fn malformed_answer(
    operation: &'static str,
    message: &str,
    source: Option<Box<dyn Error + Send + Sync>>,
) -> CallError {
    CallError { operation, code: None, message: Some(message.to_owned()), request_id: None, source }
}
